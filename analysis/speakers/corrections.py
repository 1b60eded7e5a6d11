"""Speakers set by hand."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.quotes import Quote

__all__ = ["corrected_speaker"]

_MARKS = "\"“”‘’'«»„`  \n"


def corrected_speaker(text: str, quote: Quote, corrections: Sequence[tuple[str, str]]) -> str | None:
    """Return the speaker that a correction gives to `quote`, told by the first words of what is said."""
    if not corrections:
        return None
    start = quote.content[0][0]
    said = _even(text[start : quote.content[-1][1]])
    for opening, speaker in corrections:
        wanted = _even(opening)
        if wanted and said.startswith(wanted):
            return speaker
    return None


def _even(text: str) -> str:
    return " ".join(text.replace("’", "'").replace("‘", "'").strip(_MARKS).lower().split())
