"""The passages that texts have in common with an earlier one, measured on all words of both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.reuse.words import I64, U64, Words, runs

__all__ = ["Passages", "common"]

_RUN = 5  # so many words in a row count as common
_SEED = 20250103  # of the numbers that keep the words of several origins apart
_BRIDGE = 12  # a passage goes on over changed, added or cut words while the next run begins within so many


class Passages(NamedTuple):
    """Passages, an array a column: the pair, word positions here and in the other, and the words in common in each."""

    pair: I64
    start: I64
    end: I64
    other_start: I64
    other_end: I64
    words: I64
    other_words: I64


def common(words: Words, pairs: Sequence[tuple[int, int]], *, shortest: int) -> Passages:
    """Return the passages that the second text of each pair has in common with the first.

    All pairs are looked up together, so that short texts cost no more than long ones. Word positions count from the
    start of each text.

    Parameters
    ----------
    words
        The words of the texts.
    pairs
        Positions of two texts in `words`; pairs of one first text stand together.
    shortest
        Words in common that make a passage.
    """
    none = np.zeros(0, dtype=np.int64)
    hashes = runs(words.hashes, _RUN)
    counts = np.maximum(np.diff(words.bounds) - _RUN + 1, 0)
    origins = [pairs[0][0]] if pairs else []
    which = []
    for origin, _ in pairs:
        if origin != origins[-1]:
            origins.append(origin)
        which.append(len(origins) - 1)
    texts = [text for _, text in pairs]
    salts = np.random.default_rng(_SEED).integers(0, 1 << 63, size=len(origins), dtype=np.uint64)
    there, first_there = _joined(hashes, words.bounds, counts, origins, salts)
    here, first_here = _joined(hashes, words.bounds, counts, texts, salts[which])
    if not len(there) or not len(here):
        return Passages(*([none] * 7))
    place, several = _places(there, here)
    at = np.flatnonzero(there[place] == here)
    if not len(at):
        return Passages(*([none] * 7))
    pair = np.searchsorted(first_here, at, side="right") - 1
    other = place[at]
    if several is not None:
        goes_on = np.zeros(len(at), dtype=bool)
        goes_on[1:] = (at[1:] == at[:-1] + 1) & (pair[1:] == pair[:-1])
        _follow(there, here[at], other, np.flatnonzero(several[at] & goes_on))
    step, other_step = np.diff(at), np.diff(other)
    opens = np.empty(len(at), dtype=bool)
    opens[0] = True
    opens[1:] = (step > _BRIDGE) | (other_step <= 0) | (other_step > _BRIDGE) | (pair[1:] != pair[:-1])
    head = np.flatnonzero(opens)
    tail = np.append(head[1:], len(at)) - 1
    # A word counts once here, even where the next passage begins inside the last run of this one.
    gain = np.full(len(at), _RUN, dtype=np.int64)
    gain[:-1] = np.where(pair[1:] == pair[:-1], np.minimum(step, _RUN), _RUN)
    other_gain = np.full(len(at), _RUN, dtype=np.int64)
    other_gain[:-1] = np.where(opens[1:], _RUN, np.clip(other_step, 0, _RUN))
    count = np.add.reduceat(gain, head)
    long = count >= shortest
    head, tail, count = head[long], tail[long], count[long]
    other_count = np.add.reduceat(other_gain, np.flatnonzero(opens))[long]
    origin_here = first_here[pair[head]]
    origin_there = first_there[np.array(which)[pair[head]]]
    return Passages(
        pair[head],
        at[head] - origin_here,
        at[tail] + gain[tail] - origin_here,
        other[head] - origin_there,
        other[tail] + _RUN - origin_there,
        count,
        other_count,
    )


def _joined(hashes: U64, bounds: I64, counts: I64, texts: Sequence[int], salts: U64) -> tuple[U64, I64]:
    """Return the runs of words of some texts end to end, each text's mixed with its salt, and where each begins."""
    parts = [hashes[bounds[text] : bounds[text] + counts[text]] ^ salt for text, salt in zip(texts, salts, strict=True)]
    first = np.cumsum([0, *(len(part) for part in parts)])
    return np.concatenate([hashes[:0], *parts]), first[:-1]


def _places(there: U64, here: U64) -> tuple[I64, NDArray[np.bool_] | None]:
    """Return for each hash of `here` the first place in `there` that has it, or any other where none has.

    Also returns which of `here` stand several times in `there`, or None where none does. The places are looked up in a
    table by the last bits of the hash, which is many times quicker than binary search; the few hashes that share a slot
    of it are searched for.
    """
    size = 1 << (4 * len(there)).bit_length()
    slot = (there & np.uint64(size - 1)).astype(np.intp)
    own = (here & np.uint64(size - 1)).astype(np.intp)
    order = np.arange(len(there))
    first, last = np.zeros(size, dtype=np.int32), np.zeros(size, dtype=np.int32)
    first[slot[::-1]] = order[::-1]
    last[slot] = order
    shared = first != last
    place = first[own].astype(np.int64)
    crowd = np.flatnonzero(shared[slot])
    if not len(crowd):
        return place, None
    crowd = crowd[np.argsort(there[crowd], kind="stable")]
    ranked = there[crowd]
    again = np.zeros(len(crowd), dtype=bool)
    again[:-1] = ranked[1:] == ranked[:-1]
    asked = np.flatnonzero(shared[own])
    rank = np.searchsorted(ranked, here[asked])
    np.minimum(rank, len(ranked) - 1, out=rank)
    place[asked] = crowd[rank]
    if not again.any():
        return place, None
    several = np.zeros(len(here), dtype=bool)
    several[asked] = again[rank]
    return place, several


def _follow(there: U64, here: U64, other: I64, several: I64) -> None:
    """Where words stand several times in the origin, take the place that goes on from the one before."""
    for index in several.tolist():
        follower = other[index - 1] + 1
        if follower < len(there) and there[follower] == here[index]:
            other[index] = follower
