"""Which articles hold an anchor: anchors sorted in files, read a range of hashes at a time."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from analysis.reuse.words import I64, U64
from analysis.store import write_bytes

__all__ = ["BUCKETS", "ENTRY", "Bucket", "Postings", "Writer", "bucket_of", "entries", "merged", "sorted_bucket"]

BUCKETS = 256  # ranges of hashes; one of them stands in memory
ENTRY = np.dtype([("hash", "<u8"), ("owner", "<i4")])
_SHIFT = np.uint64(56)


class Bucket(NamedTuple):
    """Anchors of one range, sorted by hash, and the number of the article that holds each."""

    hashes: U64
    owner: NDArray[np.int32]

    def holders(self, asked: U64) -> tuple[I64, NDArray[np.int32]]:
        """Return who holds the hashes `asked` (sorted): for each holding the position in `asked`, and the article."""
        first = np.searchsorted(self.hashes, asked, side="left")
        count = np.searchsorted(self.hashes, asked, side="right") - first
        which = np.repeat(np.arange(len(asked)), count)
        place = np.arange(len(which)) + np.repeat(first - (np.cumsum(count) - count), count)
        return which, self.owner[place]


def bucket_of(hashes: U64) -> NDArray[np.uint16]:
    """Return the number of the bucket of each hash."""
    return (hashes >> _SHIFT).astype(np.uint16)


def entries(hashes: U64, owner: NDArray[np.int32]) -> NDArray[np.void]:
    """Return anchors and their owners as records of type `ENTRY`."""
    records = np.empty(len(hashes), dtype=ENTRY)
    records["hash"], records["owner"] = hashes, owner
    return records


def sorted_bucket(records: NDArray[np.void]) -> Bucket:
    """Return records of type `ENTRY` as a bucket."""
    hashes = np.ascontiguousarray(records["hash"])
    order = np.argsort(hashes, kind="stable")
    return Bucket(hashes[order], np.ascontiguousarray(records["owner"])[order])


class Postings:
    """Anchors in sorted files.

    Parameters
    ----------
    folder, name
        Where a `Writer` put them.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self._folder = folder
        self._bounds = np.load(io.BytesIO((folder / f"{name}.bounds").read_bytes()))

    def __len__(self) -> int:
        return int(self._bounds[-1])

    def bucket(self, number: int) -> Bucket:
        """Read the bucket of this number."""
        first, count = int(self._bounds[number]), int(self._bounds[number + 1] - self._bounds[number])
        hashes, owner = (
            np.fromfile(self._folder / f"{self.name}.{kind}", dtype=dtype, count=count, offset=first * size)
            for kind, dtype, size in (("hashes", "<u8", 8), ("owners", "<i4", 4))
        )
        return Bucket(hashes, owner)


class Writer:
    """Writes postings a bucket at a time; they are there when all is written, and not before.

    Parameters
    ----------
    folder
        Made where it is missing.
    name
        The name of the postings; any of this name are replaced.
    """

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{name}.bounds"
        self._path.unlink(missing_ok=True)
        self._files = [(folder / f"{name}.{kind}").open("wb") for kind in ("hashes", "owners")]
        self._counts = [0]

    def append(self, bucket: Bucket) -> None:
        """Write the next bucket."""
        bucket.hashes.tofile(self._files[0])
        bucket.owner.tofile(self._files[1])
        self._counts.append(len(bucket.hashes))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files:
            file.flush()
            if kind is None:
                os.fsync(file.fileno())
            file.close()
        if kind is None:
            buffer = io.BytesIO()
            np.save(buffer, np.cumsum(self._counts))
            write_bytes(self._path, buffer.getvalue())


def merged(parts: Sequence[Postings], live: NDArray[np.bool_]) -> Iterator[Bucket]:
    """Yield the buckets of several postings as those of one, without the articles that are no longer there."""
    for number in range(BUCKETS):
        buckets = [part.bucket(number) for part in parts]
        hashes, owner = (np.concatenate(columns) for columns in zip(*buckets, strict=True))
        order = np.argsort(hashes, kind="stable")
        order = order[live[owner[order]]]
        yield Bucket(hashes[order], owner[order])
