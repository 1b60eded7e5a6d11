"""An article as the rules see it: tokens with their classes, the gaps between them, sentences and quoted stretches."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right

import numpy as np
from numpy.typing import NDArray

from analysis.language import Tokens
from analysis.quotes.grammar import INSIDE, grammar_of
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
        For each token whether punctuation parts it from the next one.
    spans, first
        For each sentence its characters and its first token; behind the first tokens the number of tokens.
    stretches
        The quoted stretches.
    """

    __slots__ = (
        "_stretch_starts",
        "breaks",
        "ends",
        "first",
        "flags",
        "lower",
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
            bounds = np.searchsorted(tokens.starts, np.array([stretch[:2] for stretch in stretches]))
            for first, last in bounds.tolist():
                flags[first:last] |= INSIDE
        self.text = text
        self.starts: list[int] = tokens.starts.tolist()
        self.ends: list[int] = tokens.ends.tolist()
        self.lower: list[str] = grammar.lower[ids].tolist()
        self.flags: list[int] = flags.tolist()
        self.verbs: list[Verb | None] = grammar.verbs[ids].tolist()
        self.spans, self.first = _bounded(sentences, tokens)
        self.stretches = stretches
        self._stretch_starts = [stretch.start for stretch in stretches]
        self.breaks: list[bool] = _breaks(text, tokens)

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
    first: list[int] = np.append(np.searchsorted(tokens.starts, sentences[:, 0]), len(tokens)).tolist()
    spans: list[list[int]] = sentences.tolist()
    if not spans or max(b - a for a, b in itertools.pairwise(first)) <= _LONGEST:
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


_TABLE = np.zeros(0x2100, dtype=bool)
_TABLE[[ord(char) for char in ',;:()[]—―–|/"“”«»…!?']] = True
_FAR = 4
_DOUBLED = np.zeros(0x2100, dtype=bool)
_DOUBLED[[0x2D, 0x2E, 0x27, 0x60]] = True


def _breaks(text: str, tokens: Tokens) -> list[bool]:
    """Tell for each token whether punctuation parts it from the next one, by the first characters of the gap."""
    codes = np.frombuffer((text + " " * _FAR).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    ends = tokens.ends
    parted = np.zeros(len(ends), dtype=bool)
    plain = (tokens.starts[1:] - ends[:-1] == 1) & (codes[ends[:-1]] == 0x20)  # a single space: most gaps
    odd = np.flatnonzero(~plain)
    size = tokens.starts[odd + 1] - ends[odd]
    gaps = codes[ends[odd][:, None] + np.arange(_FAR)]
    within = np.arange(_FAR) < size[:, None]
    known = np.minimum(gaps, len(_TABLE) - 1)
    breaks = _TABLE[known]
    second, before = gaps[:, 1:], gaps[:, :-1]
    doubled = (second == before) & _DOUBLED[known[:, 1:]]  # "--", "..", "''", "``"
    dash = (second == 0x2D) & (before == 0x20) & (size[:, None] > np.arange(2, _FAR + 1))  # " - "
    breaks[:, 1:] |= doubled | dash
    parted[odd] = (size > _FAR) | (breaks & within).any(axis=1)
    parted[-1] = True
    return parted.tolist()
