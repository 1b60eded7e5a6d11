"""An article as the rules see it: tokens with their classes, the gaps between them, sentences and quoted stretches."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.quotes.marks import Stretch
from analysis.quotes.verbs import Verb

__all__ = ["Cue", "Cues", "Page"]

Cue = tuple[int, int]  # a token and what it may be: a sum of the bits of `analysis.quotes.cues`
Cues = tuple[int, int, int, int, int]  # a sentence, its first token, one past its last, and what are its `cues`


@dataclass(slots=True)
class Page:
    """The tokens of an article, for rules that look a few words left and right.

    Attributes
    ----------
    text, starts, ends, flags
        The text; for each token its bounds and its classes.
    words, lower, verbs
        For each token the place of its word in the other two: lower-case forms, and the verbs and nouns of attribution
        that words can be.
    breaks
        For each token whether punctuation parts it from the next one, as bytes of 1 and 0: the next break is found by
        one search.
    halts
        For each token whether a noun phrase that is read from right to left may end behind it.
    clause_ends, inner_ends, object_ends
        For each token whether a clause, an inner one, an object may end before it.
    cues, cued
        The tokens outside quotation marks that may attribute, in order, those of the articles beside it among them; the
        sentences of this article that have some.
    sentence_starts, sentence_ends, first, stops
        For each sentence its bounds, its first token and where what it says ends: before its stop, or behind a
        quotation that runs on. Behind the first tokens the number of tokens.
    stretches, stretch_tokens
        The quoted stretches, and for each its first token and one past its last.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    flags: Sequence[int]
    words: Sequence[int]
    lower: list[str]
    verbs: list[Verb | None]
    breaks: bytes
    halts: bytes
    clause_ends: bytes
    inner_ends: bytes
    object_ends: bytes
    cues: list[Cue]
    cued: list[Cues]
    sentence_starts: Sequence[int]
    sentence_ends: Sequence[int]
    first: list[int]
    stops: Sequence[int]
    stretches: list[Stretch]
    stretch_tokens: list[list[int]]
    _stretch_starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._stretch_starts = [stretch.start for stretch in self.stretches]

    def word(self, token: int) -> str:
        """Return `token` in lower case."""
        return self.lower[self.words[token]]

    def verb(self, token: int) -> Verb | None:
        """Return the verb or noun of attribution that `token` can be, or None."""
        return self.verbs[self.words[token]]

    def token_at(self, position: int) -> int:
        """Return the index of the first token that starts at or behind `position`."""
        return bisect_left(self.starts, position)

    def token_ending(self, position: int) -> int:
        """Return the index of the token that ends at `position`, or -1."""
        token = bisect_left(self.ends, position)
        return token if token < len(self.ends) and self.ends[token] == position else -1

    def sentence_of(self, token: int) -> int:
        """Return the index of the sentence that holds `token`."""
        return max(0, bisect_right(self.first, token, 0, len(self.stops)) - 1)

    def stretch_at(self, position: int) -> Stretch | None:
        """Return the quoted stretch that holds the character at `position`, or None."""
        k = bisect_right(self._stretch_starts, position) - 1
        return self.stretches[k] if k >= 0 and position < self.stretches[k].end else None

    def gap(self, token: int) -> str:
        """Return what stands between `token` and the next one."""
        if token + 1 < len(self.starts):
            return self.text[self.ends[token] : self.starts[token + 1]]
        return self.text[self.ends[token] :]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the characters of tokens `first` to `last`, both included, with the stop of an abbreviation."""
        return self.starts[first], self.ends[last]
