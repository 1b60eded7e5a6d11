"""Phrases that name a source, read by themselves: what they say whatever the article and the study.

The same few phrases (``the president``, ``Mr. Trump``) come again and again, so the last some thousand are kept.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from analysis.speakers.actors import words_of
from analysis.speakers.titles import TITLES, UNNAMED

__all__ = ["Phrase", "ends_in_name", "is_capital", "read_phrase"]

_ARTICLES = frozenset(("the", "a", "an"))
_CORE_END = re.compile(
    r",|\(|\s(?:of|for|from|in|at|who|which|that|on|with|to|by|near|inside|outside|close|familiar|briefed|speaking|involved)\s"
)
# "Secretary of State X" is one title before a name.
_OFFICE_OF = re.compile(
    r"\b([Ss]ecretary|[Mm]inister) (?:of|for) (?:the )?[A-Z]\w+"
    r"(?: (?:Affairs|Security|Services|Development))?\s+(?=[A-Z])"
)
_AND = re.compile(r",?\s+and\s+|,\s+")
_SPOKESPERSON = re.compile("spokes|representative", re.IGNORECASE)
_SPEAKING_FOR = re.compile(
    r"^(?:a|an|the|one|another)?\s*(?:\w+\s)*?(spokes\w+|representatives?)\s+(?:for|of|from|with|at)\s+(.+)$",
    re.IGNORECASE,
)


class Phrase(NamedTuple):
    """A noun phrase read by itself, whatever the article and the study.

    As written, titles of office shortened; its words without articles; the two parts of ``A and B``; whom a spokesman
    speaks for; what stands before a complement, its words; and whether that ends in a name.
    """

    written: str
    whole: tuple[str, ...]
    pair: tuple[str, ...]
    spoken_for: str
    core: str
    bare: tuple[str, ...]
    is_name: bool


@lru_cache(maxsize=1 << 14)
def read_phrase(written: str) -> Phrase:
    """Read a noun phrase.

    Examples
    --------
    >>> phrase = read_phrase("the former Secretary of State Jane Roe of Ohio")
    >>> phrase.written, phrase.core, phrase.is_name
    ('the former Secretary Jane Roe of Ohio', 'the former Secretary Jane Roe', True)
    """
    written = " ".join(written.split())
    if "ecretary" in written or "inister" in written:
        written = _OFFICE_OF.sub(r"\1 ", written)
    whole = _without_articles(words_of(written))
    spoken_for = _SPEAKING_FOR.match(written) if _SPOKESPERSON.search(written) else None
    cut = _CORE_END.search(written)
    core = written[: cut.start()] if cut is not None else written
    return Phrase(
        written,
        whole,
        _pair(written),
        "" if spoken_for is None or _named(written[: spoken_for.start(2)]) else spoken_for[2],
        core,
        whole if core == written else _without_articles(words_of(core)),
        core[-1:].isalnum() and ends_in_name(core),
    )


def _without_articles(words: tuple[str, ...]) -> tuple[str, ...]:
    return words if _ARTICLES.isdisjoint(words) else tuple(word for word in words if word not in _ARTICLES)


def _pair(written: str) -> tuple[str, ...]:
    """Return the two names of ``A and B``, or nothing."""
    if " and " not in written or "," in written:
        return ()
    parts = tuple(part for part in _AND.split(written) if part)
    if len(parts) != 2 or not all(part[:1].isupper() or part[:3] == "US " for part in parts):
        return ()
    return parts


def _named(text: str) -> bool:
    return any(piece[:1].isupper() for piece in text.split()[1:])


@lru_cache(maxsize=1 << 14)
def ends_in_name(core: str) -> bool:
    """Tell whether `core` ends in a name."""
    last = core.rpartition(" ")[2].strip("'’.")
    return last[:1].isupper() and last.lower() not in TITLES and last.lower() not in UNNAMED


@lru_cache(maxsize=1 << 14)
def is_capital(word: str, core: str) -> bool:
    """Tell whether `word` (in lower case) stands in `core` with a capital letter."""
    capital = word.capitalize()
    at = core.find(capital)
    while at >= 0:
        if _is_edge(core, at) and _is_edge(core, at + len(capital)):
            return True
        at = core.find(capital, at + 1)
    return False


def _is_edge(text: str, position: int) -> bool:
    r"""Tell whether a word begins or ends at `position`, as ``\b`` of `re` does."""
    before, behind = text[:position][-1:], text[position : position + 1]
    return (before.isalnum() or before == "_") != (behind.isalnum() or behind == "_")
