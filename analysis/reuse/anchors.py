"""Which texts have words in common: anchors sampled by winnowing, each text linked to the earliest with the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.reuse.words import I64, U64, Words, read_words, runs, slices

__all__ = ["RUN", "WINDOW", "Anchors", "Links", "anchors", "link"]

RUN = 8  # words a hash
WINDOW = 8  # of so many hashes in a row one is kept
_PARTS = 16  # links are looked for in so many ranges of hashes one after the other; bounds the memory


class Anchors(NamedTuple):
    """Hashes sampled from texts, and the position of the text that each was sampled from."""

    hashes: U64
    owner: NDArray[np.int32]


class Links(NamedTuple):
    """Pairs of texts worth comparing, the later and the earlier, sorted by both."""

    later: I64
    earlier: I64


def anchors(texts: Sequence[str]) -> Anchors:
    """Return the anchors of texts: hashes of eight words in a row of which two copies sample the same.

    Two texts with `RUN + WINDOW - 1` words in a row in common have an anchor in common.

    Parameters
    ----------
    texts
        Any texts; those of fewer than eight words have no anchor.

    Returns
    -------
    Anchors
        `hashes` (unsigned 64 bits) and `owner` (position in `texts`, 32 bits), each of shape (n,), sorted by owner;
        for news about 220 a thousand words.

    References
    ----------
    Schleimer, Wilkerson & Aiken (2003), "Winnowing: Local Algorithms for Document Fingerprinting".

    Examples
    --------
    >>> story = "The minister said on Monday that the sale of the company would not go ahead this year after all."
    >>> hashes, owner = anchors([story, "Too short.", "News: " + story])
    >>> sorted(set(owner.tolist())), len(set(hashes[owner == 0].tolist()) & set(hashes[owner == 2].tolist())) > 0
    ([0, 2], True)
    """
    hashes: list[U64] = [np.zeros(0, dtype=np.uint64)]
    owners: list[NDArray[np.int32]] = [np.zeros(0, dtype=np.int32)]
    for first, last in slices([len(text) for text in texts]):
        found = _anchors_of(read_words(texts[first:last]))
        hashes.append(found.hashes)
        owners.append(found.owner + np.int32(first))
    # The parts are let go one kind after the other: of a large corpus they are the most that stands in memory.
    together = np.concatenate(hashes)
    del hashes
    return Anchors(together, np.concatenate(owners))


def _anchors_of(words: Words) -> Anchors:
    hashes = runs(words.hashes, RUN)
    kept = _sampled(hashes, words.bounds)
    owner = np.searchsorted(words.bounds, kept, side="right") - 1
    hashes = hashes[kept]
    # A phrase said over and over is sampled once; this also bounds the anchors of a text that is nothing else.
    once = np.ones(len(hashes), dtype=bool)
    once[1:] = (hashes[1:] != hashes[:-1]) | (owner[1:] != owner[:-1])
    return Anchors(hashes[once], owner[once].astype(np.int32))


def _sampled(hashes: U64, bounds: I64) -> I64:
    """Return the positions of the hashes that are the least of some window around them, all of it in one text.

    A text of fewer hashes than a window has its least. What is kept of a text thus depends on that text alone.
    """
    counts = np.diff(bounds) - RUN + 1
    small = [
        int(first + hashes[first : first + count].argmin())
        for first, count in zip(bounds[:-1].tolist(), counts.tolist(), strict=True)
        if 0 < count < WINDOW
    ]
    if len(hashes) < WINDOW:
        return np.array(small, dtype=np.int64)
    least = hashes
    step = 1
    while step < WINDOW:
        least = np.minimum(least[:-step], least[step:])
        step *= 2
    spread = np.zeros(len(hashes), dtype=np.uint64)
    spread[: len(least)] = least
    # A window that begins in the last words of a text would reach into the next one.
    for end in bounds[1:].tolist():
        spread[max(0, end - RUN - WINDOW + 2) : end] = 0
    step = 1
    while step < WINDOW:
        spread[step:] = np.maximum(spread[step:], spread[:-step])
        step *= 2
    kept = np.flatnonzero(spread == hashes)
    return np.sort(np.concatenate([kept, small])).astype(np.int64) if small else kept


def link(found: Anchors) -> Links:
    """Link each text to the earliest texts that share its anchors; the texts are numbered in order of age.

    Of all texts that hold one anchor, each is linked to the first alone: there are at most as many links as anchors,
    whatever the number of copies.
    """
    pairs = [np.zeros(0, dtype=np.int64)]
    part = (found.hashes >> np.uint64(60)).astype(np.uint8)
    for number in range(_PARTS):
        pairs.append(_link_part(found, np.flatnonzero(part == number)))
    unique = np.unique(np.concatenate(pairs))
    return Links(unique >> 32, unique & 0xFFFFFFFF)


def _link_part(found: Anchors, chosen: I64) -> I64:
    hashes, owner = found.hashes[chosen], found.owner[chosen]
    order = np.argsort(hashes, kind="stable")
    hashes, owner = hashes[order], owner[order]
    first = np.ones(len(hashes), dtype=bool)
    first[1:] = hashes[1:] != hashes[:-1]
    heads = np.flatnonzero(first)
    leader = np.repeat(owner[heads], np.diff(np.append(heads, len(hashes))))
    other = leader != owner
    return np.unique(owner[other].astype(np.int64) << 32 | leader[other])
