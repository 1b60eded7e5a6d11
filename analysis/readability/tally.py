r"""The counts that readability formulas rest on, of many articles at once.

By far the most stretches between white space are one token with marks around it: what they count is known by the
token. The others, of several tokens or none, are few, and measured as they are written.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.language import Documents
from analysis.readability.gaps import Gaps, read_gaps
from analysis.readability.odd import Odd, find_odd
from analysis.readability.stretches import BEFORE, BEHIND, STOP, SUMMED, measure_stretches, measure_words

__all__ = ["Tally", "count_all"]

_Integers = NDArray[np.int64]
_CHARACTERS = SUMMED.index("characters")
_HALF = 32


class Tally(NamedTuple):
    """What is counted in each sentence of several articles, S sentences with E stops.

    Attributes
    ----------
    sums
        Rows of `SUMMED`, shape (8, S).
    words
        How many words sentences in textstat's sense are counted by, shape (S,).
    stop_sentence
        The sentence each stop stands in, in order. Shape (E,).
    stop_words
        How many of these words stand in the sentence up to the stop, shape (E,).
    stop_behind
        Whether letters follow the stop within its stretch, shape (E,).
    """

    sums: _Integers
    words: _Integers
    stop_sentence: _Integers
    stop_words: _Integers
    stop_behind: _Integers

    def by(self, groups: NDArray[Any], number: int) -> _Integers:
        """Sum up the sentences of each group, as if a group were a text of its own.

        Parameters
        ----------
        groups
            The group each sentence belongs to, shape (S,).
        number
            The number of groups.

        Returns
        -------
        ndarray
            The columns of `COLUMNS`, shape (groups, 9).
        """
        words, stretches, *others = (np.bincount(groups, row, number) for row in self.sums)
        counted = [words, stretches, self._sentences(groups, number), *others]
        return np.stack(counted, axis=1).astype(np.int64)

    def _sentences(self, groups: NDArray[Any], number: int) -> _Integers:
        """Count sentences: what lies between stops, or a stop and the end of a text, and has more than two words."""
        ends = np.cumsum(np.bincount(groups, self.words, number).astype(np.int64))
        order = np.argsort(groups, kind="stable")
        before = np.empty_like(self.words)
        before[order] = np.cumsum(self.words[order]) - self.words[order]
        group = groups[self.stop_sentence]
        order = np.argsort(group, kind="stable")
        last = np.searchsorted(group[order], np.arange(number), side="right")  # where each text ends among the stops
        words = np.insert((before[self.stop_sentence] + self.stop_words)[order], last, ends)
        behind = np.insert(self.stop_behind[order], last, 0)
        within = np.diff(words, prepend=0)
        within[1:] += behind[:-1]
        long = np.cumsum(within > 2)[last + np.arange(number)]
        counted: _Integers = np.maximum(1, np.diff(long, prepend=0))  # textstat's is at least one
        return counted


def count_all(documents: Documents) -> Tally:
    """Count in each sentence of `documents` what the formulas need."""
    gaps = read_gaps(documents)
    odd = find_odd(documents, gaps)
    of_odd = measure_stretches(odd.texts)
    bounds = documents.sentence_bounds
    sentence = np.repeat(np.arange(len(bounds), dtype=np.int32), bounds[:, 1] - bounds[:, 0])
    plain = np.zeros(len(sentence) + 1, dtype=np.int64)  # how many tokens before each are a stretch of their own
    np.cumsum(~odd.tokens, out=plain[1:])
    sums = np.stack([np.bincount(odd.sentence, row, len(bounds)) for row in of_odd[: len(SUMMED)]]).astype(np.int64)
    sums[:_CHARACTERS] += plain[bounds[:, 1]] - plain[bounds[:, 0]]
    sums[_CHARACTERS:] += _sum_words(documents, odd)
    sums[_CHARACTERS] += _sum_marks(gaps, odd, sentence, len(bounds))
    return Tally(sums, *_stops(documents, gaps, odd, of_odd, plain, sentence))


def _sum_words(documents: Documents, odd: Odd) -> _Integers:
    """Return by sentence what tokens count that are a stretch of their own, from ``characters`` on."""
    words, of = measure_words(documents.vocabulary, documents.ids)
    of[odd.tokens] = words.shape[1]  # behind the last one stands a word that counts nothing
    bounds = documents.sentence_bounds
    full = bounds[:, 1] > bounds[:, 0]
    summed = np.zeros((len(words), len(bounds)), dtype=np.int64)
    for row in range(0, len(words), 2):  # two at once, in the halves of an integer
        pairs = np.append((words[row] << _HALF) + words[row + 1], 0)
        found = np.add.reduceat(pairs.take(of), bounds[full, 0])
        summed[row, full], summed[row + 1, full] = found >> _HALF, found & ((1 << _HALF) - 1)
    return summed


def _sum_marks(gaps: Gaps, odd: Odd, sentence: NDArray[np.int32], number: int) -> _Integers:
    """Return by sentence how many marks stand around tokens that are a stretch of their own."""
    heads, tails = np.flatnonzero(gaps.head), np.flatnonzero(gaps.tail)
    token = np.append(gaps.token[heads] - 1, gaps.token[tails])
    marks = np.append(gaps.head[heads], gaps.tail[tails])
    return np.bincount(sentence[token], marks * ~odd.tokens[token], number).astype(np.int64)


def _stops(
    documents: Documents, gaps: Gaps, odd: Odd, of_odd: _Integers, plain: _Integers, sentence: NDArray[np.int32]
) -> tuple[_Integers, _Integers, _Integers, _Integers]:
    """Return the last four fields of a tally: of sentences their words, of stops what `Tally` says."""
    words = np.append(0, np.cumsum(of_odd[BEFORE]))  # how many words before each odd stretch
    bounds = documents.sentence_bounds
    opens = np.append(bounds[:, 0], len(plain) - 1)
    starts = plain[opens] + words[np.searchsorted(odd.sentence, np.arange(len(opens)))]
    heads = np.flatnonzero(gaps.stops)
    heads = heads[~odd.tokens[gaps.token[heads] - 1]]
    token = gaps.token[heads] - 1
    parts = np.flatnonzero(of_odd[STOP])
    order = np.argsort(np.append(gaps.begin[heads], odd.begin[parts]), kind="stable")
    of = np.append(sentence[token].astype(np.int64), odd.sentence[parts])[order]
    up_to: _Integers = np.append(
        plain[token + 1] + words[np.searchsorted(odd.after, token, side="right")],
        plain[odd.after[parts]] + words[parts + 1],
    )[order]
    behind: _Integers = np.append(np.zeros_like(token), of_odd[BEHIND, parts])[order]
    return np.diff(starts), of, up_to - starts[of], behind
