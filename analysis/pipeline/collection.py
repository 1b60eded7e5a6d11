"""A folder that holds a study's articles and all their tables, and grows from run to run.

::

    collection.json      what stands: sources, segments with the steps taken on each, the manifest (written at once)
    manifest.json        the manifest again, as `nutgraf measure` writes it
    register.parquet     which articles stand in which segment
    raw/                 the articles as read, a file a segment
    tables/<table>/      a file a segment and step: query with DuckDB or pyarrow, `tables/measures/*.parquet`
    lines/               lines that outlets repeat, frozen
    reuse/               the index from which table `reuse` is made
    progress/            steps taken by a run that has not ended

Files are named by what they were made of, and are only ever added or removed whole. What readers see is what
`collection.json` names; a run that is killed leaves files beside it, which the next run takes up.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import schema, store
from analysis.errors import InputError
from analysis.pipeline.snapshot import Record, Snapshot, read_snapshot, snapshot_bytes
from analysis.reading import RawArticle

__all__ = ["Collection", "is_collection"]

_RAW = ("article_id", "path", "row", "url", "given", "is_html", "raw")


def is_collection(folder: Path) -> bool:
    """Tell whether `folder` holds a collection."""
    return (folder / "collection.json").is_file()


class Collection:
    """A collection's files.

    Parameters
    ----------
    folder
        Where they stand.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs out.

        Raises
        ------
        InputError
            Where another run works on the collection, or the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = (self.folder / "lock").open("w")
        except OSError as error:
            raise InputError(f"{self.folder}: cannot be written: {error.strerror}") from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise InputError(f"{self.folder}: another run is working on it; try again when it has ended") from error
            yield

    # What stands.

    def read(self, *, unfinished: bool = False) -> Snapshot:
        """Return what the last finished run left; with `unfinished`, what one that did not end had begun with."""
        begun = self.folder / "progress" / "begun.json"
        return read_snapshot(begun if unfinished and begun.is_file() else self.folder / "collection.json")

    def begin(self, snapshot: Snapshot, register: pd.DataFrame) -> None:
        """Keep what a run has read, before it measures."""
        (self.folder / "progress").mkdir(exist_ok=True)
        self._write_table(self.folder / "progress" / "register.parquet", register)
        store.write_bytes(self.folder / "progress" / "begun.json", snapshot_bytes(snapshot))

    def finish(self, snapshot: Snapshot, register: pd.DataFrame) -> None:
        """Make `snapshot` what stands, and remove what it does not name."""
        self._write_table(self.folder / "register.parquet", register)
        store.write_bytes(self.folder / "collection.json", snapshot_bytes(snapshot))
        store.write_json(self.folder / "manifest.json", snapshot.manifest)
        self._sweep(snapshot)

    def register(self, *, unfinished: bool = False) -> pd.DataFrame | None:
        """Return the register that belongs to the snapshot that `read` returns."""
        begun = self.folder / "progress" / "begun.json"
        folder = begun.parent if unfinished and begun.is_file() else self.folder
        path = folder / "register.parquet"
        return pd.read_parquet(path) if path.is_file() else None

    # Articles as read.

    def write_raw(self, articles: Sequence[RawArticle], hashes: Iterable[int]) -> str:
        """Write a segment's articles as read; return the segment's name, which their contents' hashes give."""
        parts = ((a.article_id, f"{number:016x}") for a, number in zip(articles, hashes, strict=True))
        name = store.fingerprint(chain.from_iterable(parts))
        path = self.folder / "raw" / f"{name}.parquet"
        if not path.is_file():
            columns = {column: [getattr(article, column) for article in articles] for column in _RAW}
            columns["given"] = [json.dumps(dict(given), ensure_ascii=False) for given in columns["given"]]
            self._write_table(path, pd.DataFrame(columns))
        return name

    def read_raw(self, segment: str) -> list[RawArticle]:
        """Return a segment's articles as read."""
        table = pd.read_parquet(self.folder / "raw" / f"{segment}.parquet")
        columns = [table[name].tolist() for name in _RAW]
        return [
            RawArticle(raw, path, row, article_id, url, json.loads(given), is_html)
            for article_id, path, row, url, given, is_html, raw in zip(*columns, strict=True)
        ]

    # Tables.

    def write(self, segment: str, step: str, key: str, tables: Mapping[str, pd.DataFrame]) -> str:
        """Write what a step made of a segment; return a hash of it."""
        digest = hashlib.sha256()
        for name, table in sorted(tables.items()):
            digest.update(self._write_table(self._place(name, segment, step, key), table))
        return digest.hexdigest()[:16]

    def table(self, name: str, segment: str, records: Mapping[str, Record]) -> pd.DataFrame:
        """Return the rows of table `name` that the steps of `records` made of a segment."""
        parts = [pd.read_parquet(path) for path in self._files(name, segment, records)]
        return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]

    def write_reuse(self, tables: Iterable[pd.DataFrame]) -> dict[str, int]:
        """Write table `reuse` in parts; return their files and the rows of each."""
        written: dict[str, int] = {}
        for number, table in enumerate(tables):
            scratch = self.folder / "tables" / "reuse" / f"{number:05d}.new"
            data = self._write_table(scratch, table)
            file = f"{number:05d}-{hashlib.sha256(data).hexdigest()[:12]}.parquet"
            scratch.replace(scratch.with_name(file))
            written[file] = len(table)
        return written

    def drop_indexes(self, kept: str) -> None:
        """Remove the indexes of text reuse that other code has made."""
        for folder in (self.folder / "reuse").glob("*"):
            if folder.name != kept:
                shutil.rmtree(folder, ignore_errors=True)

    def has(self, segment: str, step: str, record: Record) -> bool:
        """Tell whether the files of a step are there."""
        return all(self._place(name, segment, step, record.key).is_file() for name in record.rows)

    def files(self, name: str, snapshot: Snapshot) -> list[Path]:
        """Return the files of table `name`, in the order of their segments."""
        if name == "reuse":
            return [self.folder / "tables" / "reuse" / file for file in snapshot.reuse]
        return [
            path for segment, entry in snapshot.segments.items() for path in self._files(name, segment, entry.steps)
        ]

    def _files(self, name: str, segment: str, records: Mapping[str, Record]) -> list[Path]:
        return [self._place(name, segment, step, r.key) for step, r in records.items() if name in r.rows]

    def _place(self, table: str, segment: str, step: str, key: str) -> Path:
        slug = re.sub(r"[^0-9A-Za-z]+", "-", step)
        return self.folder / "tables" / table / f"{segment}-{slug}-{key}.parquet"

    # Steps taken by a run under way.

    def note(self, segment: str, records: Mapping[str, Record]) -> None:
        """Keep which steps have been taken on a segment."""
        text = json.dumps({name: asdict(record) for name, record in records.items()}, ensure_ascii=False)
        path = self.folder / "progress" / f"{segment}.json"
        path.parent.mkdir(exist_ok=True)
        store.write_bytes(path, text.encode("utf-8"))

    def noted(self, segment: str) -> dict[str, Record]:
        """Return the steps that a run which did not end has taken on a segment."""
        try:
            data = json.loads((self.folder / "progress" / f"{segment}.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return {name: Record(**record) for name, record in data.items()}

    # Frozen lines.

    def write_lines(self, lines: Mapping[str, Iterable[str]]) -> str:
        """Write frozen lines; return their name."""
        data = json.dumps({outlet: sorted(keys) for outlet, keys in sorted(lines.items())}, ensure_ascii=False)
        name = store.fingerprint([data])
        path = self.folder / "lines" / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        if not path.is_file():
            store.write_bytes(path, data.encode("utf-8", "surrogatepass"))
        return name

    def lines(self, name: str) -> dict[str, frozenset[str]]:
        """Return frozen lines by their name."""
        if not name:
            return {}
        data = (self.folder / "lines" / f"{name}.json").read_text("utf-8", "surrogatepass")
        return {outlet: frozenset(keys) for outlet, keys in json.loads(data).items()}

    def write_state(self, name: str, state: Mapping[str, Any]) -> None:
        """Keep the counts behind frozen lines."""
        import numpy as np

        packed = {
            key: np.frombuffer(json.dumps(value).encode("utf-8"), np.uint8) if isinstance(value, list) else value
            for key, value in state.items()
        }
        data = io.BytesIO()
        np.savez(
            data,
            allow_pickle=False,
            **{f"{'list' if isinstance(state[k], list) else 'array'}_{k}": v for k, v in packed.items()},
        )
        store.write_bytes(self.folder / "lines" / f"{name}.npz", data.getvalue())

    def state(self, name: str) -> dict[str, Any] | None:
        """Return the counts behind frozen lines, or None."""
        import numpy as np

        path = self.folder / "lines" / f"{name}.npz"
        if not name or not path.is_file():
            return None
        with np.load(path) as data:
            return {
                key.split("_", 1)[1]: json.loads(data[key].tobytes()) if key.startswith("list_") else data[key]
                for key in data.files
            }

    def _write_table(self, path: Path, table: pd.DataFrame) -> bytes:
        path.parent.mkdir(parents=True, exist_ok=True)
        data = store.to_parquet(table)
        store.write_bytes(path, data)
        return data

    def _sweep(self, snapshot: Snapshot) -> None:
        """Remove the files that no run needs any more."""
        kept = {path for name in schema.TABLES for path in self.files(name, snapshot)}
        kept |= {self.folder / "raw" / f"{name}.parquet" for name in snapshot.segments}
        lines = {snapshot.lines, *(segment.lines for segment in snapshot.segments.values())}
        kept |= {self.folder / "lines" / f"{name}.json" for name in lines}
        kept.add(self.folder / "lines" / f"{snapshot.lines}.npz")
        for pattern in ("tables/*/*", "raw/*", "lines/*", "progress/*"):
            for path in self.folder.glob(pattern):
                if path not in kept:
                    path.unlink(missing_ok=True)
