"""An article as the rules see it: tokens with their classes, the gaps between them, sentences and quoted stretches."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analysis.language import Tokens
from analysis.quotes.grammar import CUE, INSIDE, NAME_OF_CUE, grammar_of
from analysis.quotes.marks import Stretch
from analysis.quotes.verbs import Verb

__all__ = ["Page"]


class Page:
    """The tokens of an article as plain lists, for rules that look a few words left and right.

    Attributes
    ----------
    text, starts, ends, lower, flags, verbs
        The text; for each token its bounds, lower-case form, classes and the verb it can be.
    breaks
        For each token whether punctuation parts it from the next one, as bytes of 1 and 0: the next break is found by
        one search.
    spaced
        For each token whether one space and nothing else parts it from the next one.
    cues
        The tokens outside quotation marks that can attribute: verbs and nouns.
    spans, first
        For each sentence its characters and its first token; behind the first tokens the number of tokens.
    stretches
        The quoted stretches.
    """

    __slots__ = (
        "_stretch_starts",
        "breaks",
        "cues",
        "ends",
        "first",
        "flags",
        "lower",
        "spaced",
        "spans",
        "starts",
        "stretches",
        "text",
        "verbs",
    )

    def __init__(self, text: str, sentences: NDArray[np.int32], tokens: Tokens, stretches: list[Stretch]) -> None:
        grammar = grammar_of(tokens.vocabulary)
        ids = tokens.ids
        flags = grammar.flags[ids]
        if stretches:
            bounds = np.searchsorted(tokens.starts, np.array([stretch[:2] for stretch in stretches], dtype=np.int32))
            for first, last in bounds.tolist():
                flags[first:last] |= INSIDE
        self.text = text
        self.starts = tokens.starts.data  # few of them are looked at: no list of all
        self.ends = tokens.ends.data
        self.spaced = tokens.spaced.data
        self.lower: list[str] = grammar.lower[ids].tolist()
        self.flags: list[int] = flags.tolist()
        able = flags & (CUE | NAME_OF_CUE | INSIDE)
        self.cues: list[int] = np.flatnonzero((able > 0) & (able < INSIDE)).tolist()
        self.verbs: list[Verb | None] = grammar.verbs[ids].tolist()
        self.spans, self.first = _bounded(sentences, tokens)
        self.stretches = stretches
        self._stretch_starts = [stretch.start for stretch in stretches]
        self.breaks = _breaks(text, tokens)

    def token_at(self, position: int) -> int:
        """Return the index of the first token that starts at or behind `position`."""
        return bisect_left(self.starts, position)

    def sentence_of(self, token: int) -> int:
        """Return the index of the sentence that holds `token`."""
        return max(0, bisect_right(self.first, token, 0, len(self.spans)) - 1)

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


_LONGEST = 250


def _bounded(sentences: NDArray[np.int32], tokens: Tokens) -> tuple[list[list[int]], list[int]]:
    """Return the characters and first tokens of sentences.

    What runs on for hundreds of words is parted: the rules look through a sentence for each verb, and are to take time
    linear in the text.
    """
    begins_at = np.append(np.searchsorted(tokens.starts, sentences[:, 0]), len(tokens))
    first: list[int] = begins_at.tolist()
    spans: list[list[int]] = sentences.tolist()
    if not spans or np.diff(begins_at).max() <= _LONGEST:
        return spans, first
    parts: list[list[int]] = []
    begins: list[int] = []
    for (start, end), low, high in zip(spans, first, first[1:], strict=False):
        for token in range(low, max(high, low + 1), _LONGEST):
            begins.append(token)
            stop = token + _LONGEST
            parts.append(
                [
                    start if token == low else int(tokens.starts[token]),
                    end if stop >= high else int(tokens.ends[stop - 1]),
                ]
            )
    return parts, [*begins, len(tokens)]


_PARTING = frozenset(',;:()[]—―–|/"“”«»…!?')
_DOUBLED = frozenset("-.'`")
_FAR = 4


def _breaks(text: str, tokens: Tokens) -> bytes:
    """Tell for each token whether punctuation parts it from the next one."""
    parted = bytearray(len(tokens))
    odd = np.flatnonzero(~tokens.spaced)
    starts, ends = tokens.starts[odd[:-1] + 1].tolist(), tokens.ends[odd[:-1]].tolist()
    for token, end, start in zip(odd.tolist(), ends, starts, strict=False):
        parted[token] = start - end > _FAR or _parts(text[end:start])
    parted[-1] = True
    return bytes(parted)


@lru_cache(maxsize=1 << 12)
def _parts(gap: str) -> bool:
    """Tell whether a short gap holds punctuation that parts words, a doubled sign (``--``) or a dash behind a space."""
    return any(
        char in _PARTING
        or (k > 0 and char == gap[k - 1] and char in _DOUBLED)
        or (char == "-" and k > 0 and gap[k - 1] == " " and k + 1 < len(gap))
        for k, char in enumerate(gap)
    )
