"""The patterns of a lexicon in many articles at once, as arrays: the same matches as `Lexicon.find` has."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.language.documents import Documents
from analysis.language.lexicon import Lexicon
from analysis.language.tokens import Vocabulary

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
        self._opened: dict[int, list[int]] = {}
        for number, (head, _) in enumerate(items):
            self._opened.setdefault(head, []).append(number)
        self._entry = np.array([entry for _, (_, entry, _) in items], dtype=np.int64)
        self._pattern = np.array([position for _, (_, _, position) in items], dtype=np.int64)
        steps = [_steps(sequence) for _, (sequence, _, _) in items]
        followers = sorted({word for sequence in steps for word, _ in sequence})
        self._followers = {word: column for column, word in enumerate(followers)}
        self._count = np.array([len(sequence) for sequence in steps], dtype=np.int64)
        shape = (len(steps), int(max(self._count, default=0)))
        self._word, self._gap = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=bool)
        for row, sequence in enumerate(steps):
            for column, (word, gap) in enumerate(sequence):
                self._word[row, column], self._gap[row, column] = self._followers[word], gap
        self._rows: dict[tuple[int, ...], int] = {(): 0}
        self._follows = np.zeros((1, len(followers)), dtype=bool)
        self._opens: list[list[int]] = [[]]

    def find(self, documents: Documents) -> Found:
        """Return the matches in `documents`."""
        meaning = self._meaning_of(documents.vocabulary)[documents.ids]
        bounds = documents.sentence_bounds
        sizes = np.array([len(opened) for opened in self._opens], dtype=np.int64)
        opened = np.array([number for row in self._opens for number in row], dtype=np.int64)
        begins = np.cumsum(sizes) - sizes
        tokens = np.flatnonzero(sizes[meaning])
        many = sizes[meaning[tokens]]
        first = np.repeat(tokens, many)
        within = np.arange(len(first)) - np.repeat(np.cumsum(many) - many, many)
        sequence = opened[np.repeat(begins[meaning[tokens]], many) + within]
        limit = bounds[documents.sentence_of_token(first), 1]
        last = self._follow(meaning, first, limit, sequence)
        whole = last >= 0
        return _kept(first[whole], last[whole], self._entry[sequence[whole]], self._pattern[sequence[whole]])

    def _meaning_of(self, vocabulary: Vocabulary) -> _Integers:
        """Return for every word the row of what it means."""
        lexicon = self._lexicon
        lexicon._learn(vocabulary)
        rows = self._rows
        of_words: _Integers = np.fromiter(
            (rows[m] if m in rows else self._learn(m) for m in lexicon._meaning), np.int64, len(lexicon._meaning)
        )
        if len(self._follows) < len(rows):
            more = np.zeros((len(rows) - len(self._follows), len(self._followers)), dtype=bool)
            self._follows = np.concatenate([self._follows, more])
            for meaning, row in list(rows.items())[-len(more) :]:
                self._follows[row, [self._followers[n] for n in meaning if n in self._followers]] = True
        return of_words

    def _learn(self, meaning: tuple[int, ...]) -> int:
        row = self._rows[meaning] = len(self._rows)
        self._opens.append([number for word in meaning for number in self._opened.get(word, ())])
        return row

    def _follow(self, meaning: _Integers, first: _Integers, limit: _Integers, sequence: _Integers) -> _Integers:
        """Return the last token of the longest match of each sequence that begins at `first`, or -1."""
        count = self._count[sequence]
        last = np.where(count == 0, first, -1)
        row = np.flatnonzero(count)
        end = first[row]
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
