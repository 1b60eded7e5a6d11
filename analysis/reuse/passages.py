"""The passages that texts have in common with an earlier one, measured on all words of both."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.reuse.words import I64, U64, Words, runs

__all__ = ["Passages", "common"]

_RUN = 5  # so many words in a row count as common
_BRIDGE = 12  # a passage goes on over changed, added or cut words while the next run begins within so many


class Passages(NamedTuple):
    """Passages, an array a column: the text, word positions here and in the other, and the words in common in each."""

    text: I64
    start: I64
    end: I64
    other_start: I64
    other_end: I64
    words: I64
    other_words: I64


def common(words: Words, origin: int, first: int, last: int, *, shortest: int) -> Passages:
    """Return the passages that texts `first` to `last` (excluded) of `words` have in common with text `origin`.

    The words of the origin are sorted once, and those of all the texts are looked up together. Word positions count
    from the start of each text. A passage has at least `shortest` words in common.
    """
    there = runs(words.hashes[words.bounds[origin] : words.bounds[origin + 1]], _RUN)
    offset = int(words.bounds[first])
    here = runs(words.hashes[offset : words.bounds[last]], _RUN)
    none = np.zeros(0, dtype=np.int64)
    if not len(there) or not len(here):
        return Passages(*([none] * 7))
    order = np.argsort(there, kind="stable")
    ranked = there[order]
    found = np.searchsorted(ranked, here)
    np.minimum(found, len(ranked) - 1, out=found)
    at = np.flatnonzero(ranked[found] == here)
    bounds = words.bounds[first : last + 1] - offset
    text = np.searchsorted(bounds, at, side="right") - 1
    whole = at + _RUN <= bounds[text + 1]
    at, text = at[whole], text[whole]
    if not len(at):
        return Passages(*([none] * 7))
    rank = found[at]
    other = _follow(there, here, at, order[rank], ranked, rank)
    step, other_step = np.diff(at), np.diff(other)
    opens = np.empty(len(at), dtype=bool)
    opens[0] = True
    opens[1:] = (step > _BRIDGE) | (other_step <= 0) | (other_step > _BRIDGE) | (text[1:] != text[:-1])
    head = np.flatnonzero(opens)
    tail = np.append(head[1:], len(at)) - 1
    # A word counts once here, even where the next passage begins inside the last run of this one.
    gain = np.full(len(at), _RUN, dtype=np.int64)
    gain[:-1] = np.where(text[1:] == text[:-1], np.minimum(step, _RUN), _RUN)
    other_gain = np.full(len(at), _RUN, dtype=np.int64)
    other_gain[:-1] = np.where(opens[1:], _RUN, np.clip(other_step, 0, _RUN))
    count = np.add.reduceat(gain, head)
    other_count = np.add.reduceat(other_gain, head)
    origin_of = bounds[text[head]]
    passages = Passages(
        text[head] + first,
        at[head] - origin_of,
        at[tail] + gain[tail] - origin_of,
        other[head],
        other[tail] + _RUN,
        count,
        other_count,
    )
    long = count >= shortest
    return Passages(*(column[long] for column in passages))


def _follow(
    there: U64, here: U64, at: I64, other: NDArray[np.int64], ranked: U64, rank: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Where words stand several times in the origin, take the place that goes on from the one before."""
    after = np.minimum(rank + 1, len(ranked) - 1)
    several = np.flatnonzero((ranked[after] == ranked[rank]) & (after != rank))
    if not len(several):
        return other
    other = other.copy()
    for index in several.tolist():
        if index and at[index] == at[index - 1] + 1:
            follower = other[index - 1] + 1
            if follower < len(there) and there[follower] == here[at[index]]:
                other[index] = follower
    return other
