"""The patterns of a lexicon in many articles at once, as arrays: the same matches as `Lexicon.find` has."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.language.documents import Documents
from analysis.language.lexicon import Lexicon
from analysis.language.words import WordTable

__all__ = ["Found", "Matcher"]

_GAP = -1
_STEPS = (2, 3, 4)  # where the word behind a gap of one to three words stands
_Integers = NDArray[np.int64]


class Found(NamedTuple):
    """The matches in several articles whose tokens are counted through: first and last token, entry, pattern.

    Those of one entry are together, in the order of the text.
    """

    first: _Integers
    last: _Integers
    entry: _Integers
    pattern: _Integers


class Matcher:
    """A lexicon prepared for finding in arrays.

    What a word can open or follow is kept by what it means to the lexicon, not by the word: many thousand words mean
    nothing, and those that mean the same share a row.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        items = [(head, item) for head, found in lexicon._by_first.items() for item in found]
        self._opened_by: dict[int, list[int]] = {}
        for number, (head, _) in enumerate(items):
            self._opened_by.setdefault(head, []).append(number)
        self._entry = np.array([entry for _, (_, entry, _) in items], dtype=np.int64)
        self._pattern = np.array([position for _, (_, _, position) in items], dtype=np.int64)
        steps = [_steps(sequence) for _, (sequence, _, _) in items]
        followers = sorted({word for sequence in steps for word, _ in sequence})
        self._followers = {word: column for column, word in enumerate(followers)}
        self._count = np.array([len(sequence) for sequence in steps], dtype=np.int64)
        shape = (len(steps), int(max(self._count, default=1)) or 1)
        self._word, self._gap = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=bool)
        for row, sequence in enumerate(steps):
            for column, (word, gap) in enumerate(sequence):
                self._word[row, column], self._gap[row, column] = self._followers[word], gap
        # Row 0 is that of the words that mean nothing.
        self._rows: dict[tuple[int, ...], int] = {(): 0}
        self._meaning = WordTable(self._row_of)
        self._tabulate()

    def find(self, documents: Documents) -> Found:
        """Return the matches in `documents`."""
        meaning = self._meaning.of(documents.vocabulary)[documents.ids]
        if len(self._sizes) < len(self._rows):
            self._tabulate()
        first, sequence = self._begun(meaning)
        last = np.where(self._count[sequence] == 0, first, -1)
        longer = np.flatnonzero(last < 0)
        limit = documents.sentence_bounds[documents.sentence_of_token(first[longer]), 1]
        last[longer] = self._follow(meaning, first[longer], limit, sequence[longer])
        whole = last >= 0
        return _kept(first[whole], last[whole], self._entry[sequence[whole]], self._pattern[sequence[whole]])

    def _begun(self, meaning: _Integers) -> tuple[_Integers, _Integers]:
        """Return at which tokens which sequences begin, as far as the next token tells; in their order."""
        following = np.append(meaning[1:], 0)
        tokens = np.flatnonzero(self._is_opening[meaning])
        tokens = tokens[~self._waits[meaning[tokens]] | self._is_second[following[tokens]]]
        opening: _Integers = meaning[tokens]
        many = self._sizes[opening]
        token = np.repeat(np.arange(len(tokens)), many)
        slot = np.arange(len(token)) + (self._begins[opening] - np.cumsum(many) + many)[token]
        # A row and a column of the table as one number: found in half the time.
        cell = (following[tokens] * self._follows.shape[1])[token] + self._second[slot]
        fits = np.flatnonzero(self._follows.ravel()[cell])
        return tokens[token[fits]], self._opened[slot[fits]]

    def _row_of(self, word: str) -> int:
        """Return the row of what `word` means."""
        meaning = self._lexicon._numbers(word)
        return self._rows.setdefault(meaning, len(self._rows))

    def _tabulate(self) -> None:
        """Take up the rows learnt: which sequences each opens, behind one another, and which words it is."""
        opens = [[number for word in meaning for number in self._opened_by.get(word, ())] for meaning in self._rows]
        self._sizes = np.array([len(opened) for opened in opens], dtype=np.int64)
        self._is_opening = self._sizes > 0
        self._begins = np.cumsum(self._sizes) - self._sizes
        self._opened = np.array([number for opened in opens for number in opened], dtype=np.int64)
        anything = len(self._followers)
        self._follows = np.zeros((len(opens), anything + 1), dtype=bool)
        self._follows[:, anything] = True
        for row, meaning in enumerate(self._rows):
            self._follows[row, [self._followers[word] for word in meaning if word in self._followers]] = True
        # Most sequences are out of the question at once, for another word than their second one comes next.
        sure = self._count > 0
        sure[sure] = ~self._gap[sure, 0]
        second = np.full(len(sure), anything)
        second[sure] = self._word[sure, 0]
        self._second = second[self._opened]
        self._waits = np.array([bool(sure[opened].all()) for opened in opens])
        self._is_second = np.asarray(self._follows[:, np.unique(second[sure])].any(axis=1))

    def _follow(self, meaning: _Integers, first: _Integers, limit: _Integers, sequence: _Integers) -> _Integers:
        """Return the last token of the longest match of each sequence of two words or more at `first`, or -1."""
        count = self._count[sequence]
        last = np.full(len(first), -1)
        row, end = np.arange(len(first)), first
        for step in range(self._word.shape[1]):
            word, gap = self._word[sequence[row], step], self._gap[sequence[row], step]
            ahead = [(row[~gap], end[~gap] + 1, word[~gap])]
            ahead += [(row[gap], end[gap] + distance, word[gap]) for distance in _STEPS] if gap.any() else []
            row, end, word = (np.concatenate(parts) for parts in zip(*ahead, strict=True))
            inside = end < limit[row]
            row, end, word = row[inside], end[inside], word[inside]
            right = self._follows[meaning[end], word]
            row, end = row[right], end[right]
            done = count[row] == step + 1
            np.maximum.at(last, row[done], end[done])
            row, end = row[~done], end[~done]
        return last


def _steps(sequence: Sequence[int]) -> list[tuple[int, bool]]:
    """Return the words behind the first, each with whether a gap stands before it."""
    return [(word, before == _GAP) for before, word in pairwise(sequence) if word != _GAP]


def _kept(first: _Integers, last: _Integers, entry: _Integers, pattern: _Integers) -> Found:
    """Keep of the matches of one entry at one token the longest, and of those that overlap the first."""
    longest = int((last - first).max(initial=0)) + 1
    size = int(first.max(initial=0)) + 1
    place = entry * size + first
    order = np.argsort(place * longest + (longest - 1 - (last - first)), kind="stable")
    order = order[np.diff(place[order], prepend=-1) > 0]
    first, last, entry, pattern = first[order], last[order], entry[order], pattern[order]
    furthest = np.maximum.accumulate(entry * size + last)
    touched = np.flatnonzero(np.diff(entry, prepend=-1) == 0)
    touched = touched[(entry * size + first)[touched] <= furthest[touched - 1]]
    keep = np.ones(len(first), dtype=bool)
    before, taken = -2, -1
    for row in touched.tolist():
        if before != row - 1:
            taken = int(last[row - 1])
        before = row
        if first[row] > taken:
            taken = int(last[row])
        else:
            keep[row] = False
    return Found(first[keep], last[keep], entry[keep], pattern[keep])
