"""Which articles have to be compared, and with which, after some came and some left."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.reuse.anchors import Anchors, Links
from analysis.reuse.compare import blocks
from analysis.reuse.postings import BUCKETS, ENTRY, Bucket, Postings, Writer, bucket_of, entries, sorted_bucket
from analysis.reuse.segments import GONE, Catalogue
from analysis.reuse.spill import Spill
from analysis.reuse.words import I64, U64

__all__ = ["Linker"]

_PARTS = 1024  # files at most that the pairs are parted into
_PAIR = np.dtype("<i8")  # the rank of the later in the upper half, that of the earlier in the lower
_TOGETHER = 512  # articles whose anchors are read at once

I32 = NDArray[np.int32]
Flags = NDArray[np.bool_]


class Linker:
    """Finds the links of the articles that came, and of those others whose links change by that.

    An article is linked to the earliest holder of each of its anchors. That holder changes where an older one comes or
    the earliest leaves: then the other holders of this anchor are linked anew, and no others.

    Parameters
    ----------
    catalogue
        All articles: those that stay, come and leave.
    come, leave
        Positions of segments in the catalogue.
    folder
        For files in between; it must be there.
    most
        Characters of articles compared together.

    Attributes
    ----------
    changed
        For each article whether its rows have to be made.
    """

    def __init__(
        self, catalogue: Catalogue, *, come: Collection[int], leave: Collection[int], folder: Path, most: int
    ) -> None:
        self._catalogue = catalogue
        self._come, self._leave = sorted(come), sorted(leave)
        self._new, self._old = self._articles_of(self._come), self._articles_of(self._leave)
        self._folder = folder
        self._most = most
        self.changed = self._new.copy()
        total = np.cumsum(catalogue.characters[catalogue.number], dtype=np.int64)
        width = max(most // 2, int(total[-1]) // (_PARTS - 1)) if len(total) else 1
        self._part = (total // max(1, width)).astype(np.uint16)
        self._pairs = self._spill("pairs", int(self._part[-1]) + 1 if len(total) else 1, _PAIR)

    def take_up(self, held: Sequence[Postings], writer: Writer) -> None:
        """Write the postings of the articles that come, and find out whose links change.

        Parameters
        ----------
        held
            The postings of all articles that were there before.
        writer
            Takes those of the ones that come.
        """
        rank = np.where(self._new, GONE, self._catalogue.rank)
        if self._leave:
            for number, mine in self._buckets("leave", map(self._catalogue.anchors, self._leave)):
                if len(mine.hashes):
                    self._mark([postings.bucket(number) for postings in held], np.unique(mine.hashes), rank, self._old)
        rank = self._ranks()
        for number, mine in self._buckets("come", map(self._catalogue.anchors, self._come)):
            writer.append(mine)
            if len(mine.hashes):
                asked = np.unique(mine.hashes)
                buckets = [mine, *(postings.bucket(number) for postings in held)]
                self._pair(mine, asked, self._mark(buckets, asked, rank, self._new), rank)
        self.changed &= ~self._old

    def links(self, held: Sequence[Postings]) -> Iterator[Links]:
        """Yield all links of the changed articles, by rank, in blocks of some articles each.

        Parameters
        ----------
        held
            The postings of all articles, those that came among them.
        """
        rank = self._ranks()
        others = np.flatnonzero(self.changed & ~self._new).astype(np.int32)
        if len(others):
            parts = (others[start : start + _TOGETHER] for start in range(0, len(others), _TOGETHER))
            for number, mine in self._buckets("others", map(self._catalogue.anchors_of, parts)):
                if len(mine.hashes):
                    asked = np.unique(mine.hashes)
                    least, _ = _earliest([postings.bucket(number) for postings in held], asked, rank)
                    self._pair(mine, asked, least, rank)
        lengths = self._catalogue.characters[self._catalogue.number]
        pending: list[I64] = []
        size = 0
        for pairs in self._pairs.bins():
            unique = np.unique(pairs)
            several = int(lengths[np.unique(unique >> 32)].sum())
            if size + several > self._most:
                yield from blocks(_links(pending), lengths, self._most)
                pending, size = [], 0
            pending.append(unique)
            size += several
        yield from blocks(_links(pending), lengths, self._most)

    def _articles_of(self, segments: Iterable[int]) -> Flags:
        first = self._catalogue.first
        flags = np.zeros(int(first[-1]), dtype=bool)
        for segment in segments:
            flags[first[segment] : first[segment + 1]] = True
        return flags

    def _ranks(self) -> I32:
        return np.where(self._old, GONE, self._catalogue.rank)

    def _buckets(self, name: str, parts: Iterable[Anchors]) -> Iterator[tuple[int, Bucket]]:
        spill = self._spill(name, BUCKETS, ENTRY)
        for found in parts:
            spill.put(bucket_of(found.hashes), entries(found.hashes, found.owner))
        for number, records in enumerate(spill.bins()):
            yield number, sorted_bucket(records)

    def _mark(self, buckets: Sequence[Bucket], asked: U64, rank: I32, which: Flags) -> I32:
        """Mark all holders of those of the hashes whose earliest holder is of a kind; return the earliest of each."""
        least, held = _earliest(buckets, asked, rank)
        concerned = least != GONE
        concerned[concerned] = which[self._catalogue.number[least[concerned]]]
        for place, owner in held:
            self.changed[owner[concerned[place] & (rank[owner] != GONE)]] = True
        return least

    def _pair(self, mine: Bucket, asked: U64, least: I32, rank: I32) -> None:
        later, earlier = rank[mine.owner], least[np.searchsorted(asked, mine.hashes)]
        other = later != earlier
        later = later[other]
        self._pairs.put(self._part[later], later.astype(_PAIR) << 32 | earlier[other])

    def _spill(self, name: str, bins: int, dtype: np.dtype[np.generic]) -> Spill:
        folder = self._folder / name
        folder.mkdir()
        return Spill(folder, bins, dtype)


def _earliest(buckets: Iterable[Bucket], asked: U64, rank: I32) -> tuple[I32, list[tuple[I64, I32]]]:
    """Return the rank of the earliest holder of each hash, and all holders."""
    least = np.full(len(asked), GONE, dtype=np.int32)
    held = [bucket.holders(asked) for bucket in buckets]
    for place, owner in held:
        np.minimum.at(least, place, rank[owner])
    return least, held


def _links(parts: Sequence[I64]) -> Links:
    pairs = np.concatenate([np.zeros(0, dtype=np.int64), *parts])
    return Links(pairs >> 32, pairs & 0xFFFFFFFF)
