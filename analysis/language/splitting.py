"""The sentences of several texts in one go: the spans that `sentence_spans` finds in each.

A sentence ends in a gap between two words, or it does not; what stands in a gap decides most often (see `gaps`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.language.gaps import ASKED, ASKED_UNLESS_PLAIN, Gaps, opening, part
from analysis.language.runs import Runs
from analysis.language.sentences import can_end, ends_sentence, is_plain, sentence_spans
from analysis.language.tokens import Vocabulary
from analysis.language.words import WordTable

__all__ = ["Split", "split_runs"]

_Integers = NDArray[np.int64]
_LOWER, _PLAIN = 1, 2
_FAR = 1 << 32  # more characters than a text has
_GAPS = Gaps()


def _describe(word: str) -> int:
    return _LOWER * word[0].islower() + _PLAIN * is_plain(word)


_WORDS = WordTable(_describe)


class Split(NamedTuple):
    """The sentences of several texts, counted through.

    Attributes
    ----------
    spans
        Half-open spans of characters, each in its own text, shape (sentences, 2).
    bounds
        First token of each sentence and one past its last, tokens counted through, shape (sentences, 2).
    offsets
        Where each text's sentences begin, and behind them the number of all, shape (texts + 1,).
    """

    spans: NDArray[np.int32]
    bounds: _Integers
    offsets: _Integers


class _Borders(NamedTuple):
    """Where sentences end and begin: the position in the text, and the number of the gap it stands in.

    The gap behind token ``t`` of all, in text ``d``, has the number ``t + d + 1``: every text has one more gap than
    it has words.
    """

    ends: _Integers
    ends_in: _Integers
    starts: _Integers
    starts_in: _Integers


def split_runs(texts: Sequence[str], runs: Runs, vocabulary: Vocabulary) -> Split:
    """Return the sentences of `texts`.

    Parameters
    ----------
    texts
        The texts.
    runs
        What `read_runs` says of them.
    vocabulary
        The vocabulary with which they were read.
    """
    outer, unsure = _outer(texts, runs)
    gaps = _inner(runs, vocabulary)
    sure = _borders(runs, gaps.rows(gaps.asks == 0))
    told, asked = _asked(texts, runs, gaps.rows(gaps.asks > 0), unsure, (outer, sure))
    borders = [outer, sure, _borders(runs, told), asked]
    ends, ends_in, starts, starts_in = (np.concatenate(parts) for parts in zip(*borders, strict=True))
    end_order, start_order = np.argsort(ends_in, kind="stable"), np.argsort(starts_in, kind="stable")
    spans = np.stack([starts[start_order], ends[end_order]], axis=1).astype(np.int32)
    gap_of = starts_in[start_order]
    offsets = np.searchsorted(gap_of, runs.offsets + np.arange(len(texts) + 1))
    sizes = np.diff(offsets)
    firsts = gap_of - np.repeat(np.arange(len(texts)), sizes)
    lasts = np.append(firsts, 0)[1:]
    lasts[offsets[1:][sizes > 0] - 1] = runs.offsets[1:][sizes > 0]
    return Split(spans, np.stack([firsts, lasts], axis=1), offsets)


class _Gaps(NamedTuple):
    """Gaps between words in which a sentence can end.

    The tokens before them, the number of the text, that of the gap in the table of gaps; whether the next word begins
    in lower case; whether the rule must be asked, as in that table; whether a full stop behind the word before would
    end a sentence.
    """

    token: _Integers
    text: _Integers
    gap: _Integers
    lower: _Integers
    asks: _Integers
    stops: _Integers

    def rows(self, wanted: NDArray[np.bool_]) -> _Gaps:
        """Return some of them."""
        return _Gaps(*(column[wanted] for column in self))


def _inner(runs: Runs, vocabulary: Vocabulary) -> _Gaps:
    """Return the gaps between words in which a sentence can end."""
    numbers = np.append(_GAPS.numbers_of(runs.gap_texts), 0)  # the last for -1: behind the last word of a text
    gaps = numbers[runs.gaps]
    token = np.flatnonzero(gaps)
    gap, words = gaps[token], _WORDS.of(vocabulary)
    lower = words[runs.ids[token + 1]] & _LOWER
    plain = (words[runs.ids[token]] & _PLAIN) // _PLAIN
    asks = _GAPS.asks[gap, lower]
    asks = np.where((asks == ASKED_UNLESS_PLAIN) & (plain > 0), 0, asks)
    text = np.searchsorted(runs.offsets, token, side="right") - 1
    return _Gaps(token, text, gap, lower, asks, plain)


def _borders(runs: Runs, gaps: _Gaps) -> _Borders:
    """Return the borders that the table tells."""
    place = gaps.gap, gaps.lower, gaps.stops
    counts = _GAPS.counts[place]
    row = np.repeat(_GAPS.begins[place], counts)
    row += np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    begin, number = np.repeat(runs.ends[gaps.token], counts), np.repeat(gaps.token + gaps.text + 1, counts)
    return _Borders(begin + _GAPS.ends[row], number, begin + _GAPS.starts[row], number)


def _asked(
    texts: Sequence[str], runs: Runs, gaps: _Gaps, unsure: Sequence[int], known: Sequence[_Borders]
) -> tuple[_Gaps, _Borders]:
    """Ask the rule about `gaps`, and about those behind the tokens `unsure`, the last ones of their texts.

    Returns the gaps of which only the full stop was in doubt, and the borders in the others.
    """
    asks = np.append(gaps.asks, np.full(len(unsure), ASKED))
    token = np.append(gaps.token, np.array(unsure, dtype=np.int64))
    order = np.argsort(token)
    asks, token = asks[order], token[order]
    text = np.searchsorted(runs.offsets, token, side="right") - 1
    # The sentence in which a token stands begins at the last border before it.
    starts_before = np.sort(np.concatenate([borders.starts_in * _FAR + borders.starts for borders in known]))
    before = starts_before[np.searchsorted(starts_before, (token + text + 1) * _FAR) - 1] % _FAR
    last = np.where(token + 1 < runs.offsets[text + 1], np.append(runs.starts, 0)[token + 1], -1)
    told = gaps.rows(gaps.asks == ASKED_UNLESS_PLAIN)
    newest_in = iter(_GAPS.newest(told.gap, told.lower).tolist())
    found, stops = _Lists(), []
    at, newest = -1, 0
    rows = (text, token + text + 1, before, runs.ends[token], last, asks)
    for number, gap, start, first, behind, ask in zip(*(row.tolist() for row in rows), strict=True):
        if number != at:
            at, newest = number, 0
        start = max(start, newest)
        if ask == ASKED_UNLESS_PLAIN:
            stop = ends_sentence(texts[number], start, first, first + 1)
            stops.append(stop)
            begun_here = next(newest_in)[stop]
        else:
            ends, starts = part(texts[number], start, first, behind)
            found.add(gap, [first + end for end in ends], [first + begin for begin in starts])
            begun_here = starts[-1] if starts else -1
        newest = first + begun_here if begun_here >= 0 else newest
    return told._replace(stops=np.array(stops, dtype=np.int64)), found.borders()


def _outer(texts: Sequence[str], runs: Runs) -> tuple[_Borders, list[int]]:
    """Return the borders before the first word of each text and behind the last, and where the rule must be asked.

    These are some of the last tokens. A text without a word has all its borders here.
    """
    found, unsure = _Lists(), []
    offsets = runs.offsets.tolist()
    filled = np.flatnonzero(np.diff(runs.offsets))
    first_at = iter(runs.starts[runs.offsets[filled]].tolist())
    last_at = iter(runs.ends[runs.offsets[filled + 1] - 1].tolist())
    for number, text in enumerate(texts):
        begin, end = offsets[number], offsets[number + 1]
        if begin == end:
            spans = sentence_spans(text)
            found.add(begin + number, [closed for _, closed in spans], [opened for opened, _ in spans])
            continue
        found.add(begin + number, *opening(text, next(first_at)))
        last = next(last_at)
        tail = text[last:]
        if can_end(tail):
            unsure.append(end - 1)
        else:
            found.add(end + number, [last + len(tail.rstrip())], [])
    return found.borders(), unsure


class _Lists:
    """Borders as they are found one by one."""

    def __init__(self) -> None:
        self._ends: list[int] = []
        self._ends_in: list[int] = []
        self._starts: list[int] = []
        self._starts_in: list[int] = []

    def add(self, gap: int, ends: Sequence[int], starts: Sequence[int]) -> None:
        """Add those in gap number `gap`."""
        self._ends += ends
        self._ends_in += [gap] * len(ends)
        self._starts += starts
        self._starts_in += [gap] * len(starts)

    def borders(self) -> _Borders:
        """Return them as arrays."""
        lists = (self._ends, self._ends_in, self._starts, self._starts_in)
        return _Borders(*(np.array(values, dtype=np.int64) for values in lists))
