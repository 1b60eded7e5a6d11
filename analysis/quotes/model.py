"""What the extractor returns, and the article as its rules see it."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Quote", "Span"]

Span = tuple[int, int]


class Quote(NamedTuple):
    """One utterance attributed to somebody.

    Attributes
    ----------
    kind
        ``direct``: all of the content stands in quotation marks; ``mixed``: part of it; ``indirect``: none.
    content, cue, source
        Half-open character spans of what is said, of the words that attribute it, and of who says it, each in text
        order. A split quote has several pieces of content; cue and source are empty where the text has none.
    method
        Id of the rule that found it.
    antecedent
        Where the source is a relative pronoun (*who*), the phrase it stands for, if one stands before it.
    """

    kind: str
    content: tuple[Span, ...]
    cue: tuple[Span, ...]
    source: tuple[Span, ...]
    method: str
    antecedent: tuple[Span, ...] = ()

    @property
    def span(self) -> Span:
        """The smallest stretch that holds content, cue and source."""
        pieces = self.content + self.cue + self.source
        return min(pieces)[0], max([end for _, end in pieces])
