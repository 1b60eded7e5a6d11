"""Which texts have words in common: anchors sampled by winnowing, each text linked to the earliest with the same."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.reuse.words import I64, U64, Reader, runs

__all__ = ["RUN", "WINDOW", "Links", "link"]

RUN = 8  # words a hash
WINDOW = 8  # of so many hashes in a row one is kept


class Links(NamedTuple):
    """Pairs of texts worth comparing: the later, the earlier (positions), and how many anchors they share."""

    later: I64
    earlier: I64
    anchors: I64


def _sampled(hashes: U64) -> I64:
    """Positions of the hashes that are the least of some window around them.

    Two texts with `RUN + WINDOW - 1` words in a row in common keep at least one anchor in common (Schleimer, Wilkerson
    & Aiken 2003, "Winnowing").
    """
    count = len(hashes)
    if count <= WINDOW:
        return np.array([int(hashes.argmin())], dtype=np.int64) if count else np.zeros(0, dtype=np.int64)
    least = hashes
    step = 1
    while step < WINDOW:
        least = np.minimum(least[:-step], least[step:])
        step *= 2
    most = np.zeros(count, dtype=np.uint64)
    most[: len(least)] = least
    spread = most
    step = 1
    while step < WINDOW:
        spread[step:] = np.maximum(spread[step:], spread[:-step])
        step *= 2
    return np.flatnonzero(spread == hashes)


def link(reader: Reader) -> Links:
    """Link each text to the earliest texts that share its anchors; the texts stand in order of age.

    Of all texts that hold one anchor, each is linked to the first alone: there are at most as many links as anchors,
    whatever the number of copies.
    """
    hashes: list[U64] = []
    owners: list[NDArray[np.int32]] = []
    count = 0
    for first, words in reader.chunks():
        all_runs = runs(words.hashes, RUN)
        kept = _sampled(all_runs)
        owner = np.searchsorted(words.bounds, kept, side="right") - 1
        whole = kept + RUN <= words.bounds[owner + 1]
        hashes.append(all_runs[kept[whole]])
        owners.append((owner[whole] + first).astype(np.int32))
        count = first + len(words.bounds) - 1
    if not hashes:
        none = np.zeros(0, dtype=np.int64)
        return Links(none, none, none)
    keys, owner = np.concatenate(hashes), np.concatenate(owners)
    order = np.argsort(keys, kind="stable")
    keys, owner = keys[order], owner[order]
    heads = np.flatnonzero(np.concatenate([[len(keys) > 0], keys[1:] != keys[:-1]]))
    leader = np.repeat(owner[heads], np.diff(np.append(heads, len(keys))))
    other = leader != owner
    pairs = owner[other].astype(np.int64) * count + leader[other]
    unique, anchors = np.unique(pairs, return_counts=True)
    return Links(unique // max(1, count), unique % max(1, count), anchors)
