"""Records parted into bins, in memory while they are few and in files beyond that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

__all__ = ["Spill"]

ROOM = 16_000_000  # bytes; while they are sorted, three times as many


class Spill:
    """A pile of records that is filled in any order and then read a bin at a time.

    Parameters
    ----------
    folder
        Where the files go; it must be there, and empty.
    bins
        How many bins.
    dtype
        The type of a record.
    room
        Bytes held in memory; `ROOM` where it is not given.
    """

    def __init__(self, folder: Path, bins: int, dtype: DTypeLike, *, room: int | None = None) -> None:
        self._folder = folder
        self._bins = bins
        self._dtype = np.dtype(dtype)
        self._room = ROOM if room is None else room
        self._size = 0
        self._spilt = False
        self._parts: list[tuple[NDArray[np.uint16], NDArray[Any]]] = []

    def put(self, bins: NDArray[np.integer], records: NDArray[Any]) -> None:
        """Add records, each with the number of its bin."""
        self._parts.append((bins.astype(np.uint16), records))
        self._size += records.nbytes + 2 * len(records)
        if self._size > self._room:
            self._spill()

    def bins(self) -> Iterator[NDArray[Any]]:
        """Yield the records of each bin in turn, the empty ones too; within a bin they stand as they came."""
        if self._spilt:
            self._spill()
            for number in range(self._bins):
                path = self._folder / str(number)
                yield np.fromfile(path, dtype=self._dtype) if path.exists() else np.zeros(0, dtype=self._dtype)
                path.unlink(missing_ok=True)
            return
        records, bounds = self._sorted()
        for number in range(self._bins):
            yield records[bounds[number] : bounds[number + 1]]

    def _sorted(self) -> tuple[NDArray[Any], NDArray[np.int64]]:
        bins = np.concatenate([np.zeros(0, dtype=np.uint16), *(part for part, _ in self._parts)])
        records = np.concatenate([np.zeros(0, dtype=self._dtype), *(part for _, part in self._parts)])
        self._parts, self._size = [], 0
        order = np.argsort(bins, kind="stable")
        return records[order], np.searchsorted(bins[order], np.arange(self._bins + 1)).astype(np.int64)

    def _spill(self) -> None:
        self._spilt = True
        records, bounds = self._sorted()
        for number in np.flatnonzero(np.diff(bounds)).tolist():
            with (self._folder / str(number)).open("ab") as file:
                records[bounds[number] : bounds[number + 1]].tofile(file)
