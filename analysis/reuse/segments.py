"""Articles of the index in files: their ids and ages, their anchors, and their texts, each to be read by itself."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.errors import InputError
from analysis.reuse.ages import ages
from analysis.reuse.anchors import Anchors, anchors
from analysis.store import write_bytes

__all__ = ["GONE", "Catalogue", "Texts", "has_segment", "remove_anchors", "remove_segment", "write_segment"]

GONE = np.iinfo(np.int32).max

_CODEC = "lz4"
_KINDS = ("articles", "anchors", "texts")
_KEYS = ["published", "foreign", "article_id"]
_NUMBERS = ["characters", "bytes", "start", "size"]
_PLACES = ("first", "start", "packed", "size")
_TOGETHER = 64  # segments read at a time
_SCHEMA = pa.schema(
    [
        ("article_id", pa.binary()),
        ("published", pa.binary()),
        ("foreign", pa.int8()),
        ("characters", pa.int32()),
        ("bytes", pa.int32()),
        ("start", pa.int64()),
        ("size", pa.int32()),
    ]
)


def has_segment(folder: Path, name: str) -> bool:
    """Tell whether a segment is there."""
    return (folder / f"{name}.articles").exists()


def write_segment(folder: Path, name: str, articles: pd.DataFrame, found: Anchors | None = None) -> None:
    """Write the files of a segment, last the one that tells that it is there; leave one that is there alone."""
    if not re.fullmatch(r"\w[\w.=-]*", name):
        raise ValueError(f"segment {name!r}: a name has letters, digits, `_`, `-`, `.` and `=` alone")
    if has_segment(folder, name):
        return
    folder.mkdir(parents=True, exist_ok=True)
    texts = articles["text"].tolist()
    buffer = io.BytesIO()
    for column in anchors(texts) if found is None else found:
        np.save(buffer, column)
    write_bytes(folder / f"{name}.anchors", buffer.getvalue())
    codec = pa.Codec(_CODEC)
    encoded = [_encoded(text) for text in texts]
    packed = [codec.compress(text, asbytes=True) for text in encoded]
    write_bytes(folder / f"{name}.texts", b"".join(packed))
    sizes = [len(text) for text in packed]
    rows = ages(articles)
    columns = [
        [_encoded(article_id) for _, _, article_id in rows],
        [_encoded(published) for published, _, _ in rows],
        [int(foreign) for _, foreign, _ in rows],
        [len(text) for text in texts],
        [len(text) for text in encoded],
        np.cumsum([0, *sizes])[:-1],
        sizes,
    ]
    table = pa.table([pa.array(c, type=f.type) for c, f in zip(columns, _SCHEMA, strict=True)], schema=_SCHEMA)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, _SCHEMA) as writer:
        writer.write_table(table)
    write_bytes(folder / f"{name}.articles", sink.getvalue().to_pybytes())


def remove_segment(folder: Path, name: str) -> None:
    """Remove the files of a segment, first the one that tells that it is there."""
    for kind in _KINDS:
        (folder / f"{name}.{kind}").unlink(missing_ok=True)


def remove_anchors(folder: Path, name: str) -> None:
    """Remove the anchors of a segment; they are read from its texts again when they are asked for."""
    (folder / f"{name}.anchors").unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Texts:
    """Where the texts of articles are kept, to be read one by one.

    Attributes
    ----------
    folder, names
        The folder of the segments, and their names.
    first
        For each segment the number of its first article, and behind them how many there are.
    start, packed, size
        For each article where its text begins in its segment's file, and its bytes there and unpacked.
    """

    folder: Path
    names: Sequence[str]
    first: NDArray[np.integer]
    start: NDArray[np.integer]
    packed: NDArray[np.integer]
    size: NDArray[np.integer]

    def save(self, folder: Path) -> None:
        """Write it to a new folder, for other processes."""
        folder.mkdir()
        for name in _PLACES:
            np.save(folder / f"{name}.npy", getattr(self, name))
        (folder / "names.json").write_text(json.dumps([str(self.folder.resolve()), list(self.names)]), "utf-8")

    @classmethod
    def open(cls, folder: Path) -> Texts:
        """Return what `save` wrote; processes on one machine share its memory."""
        segments, names = json.loads((folder / "names.json").read_text("utf-8"))
        return cls(Path(segments), names, *(np.load(folder / f"{name}.npy", mmap_mode="r") for name in _PLACES))

    def read(self, numbers: Sequence[int]) -> list[str]:
        """Return the texts of some articles, in the order asked for."""
        codec = pa.Codec(_CODEC)
        found = [""] * len(numbers)
        asked = np.asarray(numbers, dtype=np.int64)
        segment = np.searchsorted(self.first, asked, side="right") - 1
        order = np.lexsort((asked, segment))
        for part in np.split(order, np.flatnonzero(np.diff(segment[order])) + 1):
            if not len(part):
                continue
            with (self.folder / f"{self.names[segment[part[0]]]}.texts").open("rb", buffering=0) as file:
                for place in part.tolist():
                    number = numbers[place]
                    file.seek(int(self.start[number]))
                    packed = file.read(int(self.packed[number]))
                    text = codec.decompress(packed, int(self.size[number]), asbytes=True)
                    found[place] = text.decode("utf-8", "surrogatepass")
        return found


class Catalogue:
    """The articles of some segments, numbered from 0 in the order of the segments.

    Parameters
    ----------
    folder
        The folder of the segments.
    segments
        Their names, and for one that is no longer there the empty string and how many articles it had.
    leaving
        Those of them whose articles may have the ids of others.
    keep_ids
        Whether the ids will be asked for; they take more memory than all the rest.

    Attributes
    ----------
    ids
        The ids of the articles that are there, as UTF-8, in the order of their numbers; none where they are not kept.
    first
        For each segment the number of its first article, and behind them how many there are.
    rank
        For each article how many are earlier; `GONE` where its segment is.
    number
        For each rank the number of the article.
    characters
        For each article the length of its text.
    kept
        Where the texts are.

    Raises
    ------
    InputError
        Where two articles have the same id, or a segment is not there.
    """

    def __init__(
        self,
        folder: Path,
        segments: Sequence[tuple[str, int]],
        *,
        leaving: Collection[str] = (),
        keep_ids: bool = False,
    ) -> None:
        self._folder = folder
        self._names = [name for name, _ in segments]
        keys, numbers = [], []
        counts: list[int] = []
        for start in range(0, len(segments), _TOGETHER):
            tables = [_SCHEMA.empty_table()]
            for name, count in segments[start : start + _TOGETHER]:
                tables.append(_read(folder, name) if name else _SCHEMA.empty_table())
                counts.append(len(tables[-1]) if name else count)
            table = pa.concat_tables(tables).combine_chunks()
            keys.append(table.select(_KEYS))
            numbers.append([table[name].to_numpy().copy() for name in _NUMBERS])
        key = pa.concat_tables(keys or [_SCHEMA.empty_table().select(_KEYS)]).combine_chunks()
        del keys
        self.first = np.cumsum([0, *counts])
        live = np.repeat(np.array([bool(name) for name in self._names], dtype=bool), counts)
        order = pc.sort_indices(key, [(name, "ascending") for name in _KEYS])
        self.number = np.flatnonzero(live)[order.to_numpy()].astype(np.int32)
        del order
        self.rank = np.full(len(live), GONE, dtype=np.int32)
        self.rank[self.number] = np.arange(len(self.number), dtype=np.int32)
        staying = np.repeat(np.array([name not in leaving for name in self._names], dtype=bool), counts)[live]
        ids = key["article_id"].combine_chunks()
        del key
        _check_unique(ids.filter(pa.array(staying)) if leaving else ids)
        self.ids = ids if keep_ids else pa.array([], pa.binary())
        del ids
        columns = zip(*numbers, strict=True) if numbers else [[np.zeros(0, dtype=np.int64)]] * len(_NUMBERS)
        self.characters, sizes, starts, packed = (_spread(np.concatenate(parts), live) for parts in columns)
        self.kept = Texts(folder, self._names, self.first, starts, packed, sizes)
        pa.default_memory_pool().release_unused()

    def anchors(self, segment: int) -> Anchors:
        """Return the anchors of a segment's articles, `owner` being their numbers."""
        first, last = int(self.first[segment]), int(self.first[segment + 1])
        try:
            with (self._folder / f"{self._names[segment]}.anchors").open("rb") as file:
                found = Anchors(np.load(file), np.load(file))
        except FileNotFoundError:  # they were let go when they had been taken up
            found = anchors(self.kept.read(range(first, last)))
        return Anchors(found.hashes, found.owner + np.int32(first))

    def anchors_of(self, numbers: NDArray[np.integer]) -> Anchors:
        """Return the anchors of some articles, read from their texts."""
        found = anchors(self.kept.read(numbers.tolist()))
        return Anchors(found.hashes, numbers[found.owner].astype(np.int32))


def _read(folder: Path, name: str) -> pa.Table:
    try:
        return pa.ipc.open_file((folder / f"{name}.articles").read_bytes()).read_all()
    except FileNotFoundError as error:
        raise InputError(f"{folder}: segment {name} is missing; add it again") from error


def _check_unique(ids: pa.Array) -> None:
    # By sorting: a table of hashes would take several times the memory.
    ranked = ids.take(pc.sort_indices(ids))
    again = pc.equal(ranked[1:], ranked[:-1]).to_numpy(zero_copy_only=False).nonzero()[0]
    if len(again):
        name = ranked[int(again[0])].as_py().decode("utf-8", "replace")
        raise InputError(f"article {name!r} is there twice; ids must be unique")


def _spread(values: NDArray[np.integer], live: NDArray[np.bool_]) -> NDArray[np.integer]:
    if live.all():
        return values
    spread = np.zeros(len(live), dtype=values.dtype)
    spread[live] = values
    return spread


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
