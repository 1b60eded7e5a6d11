"""What a collection holds, as it is written in its `collection.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from analysis.errors import InputError

__all__ = ["Record", "Segment", "Snapshot", "SourceEntry", "read_snapshot", "snapshot_bytes"]

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Record:
    """A step taken on a segment: the hash of what it was made of, that of what came out, rows by table, remarks."""

    key: str
    digest: str
    rows: Mapping[str, int]
    notes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Segment:
    """Some hundred articles that are measured together.

    Attributes
    ----------
    articles
        How many were read.
    lines
        Name of the frozen lines by which they are cleaned.
    steps
        The steps taken, by name.
    """

    articles: int
    lines: str = ""
    steps: dict[str, Record] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A source as it was read: its number, a hash of its bytes, and what in it was set aside (path, row, reason)."""

    number: int
    fingerprint: str
    set_aside: tuple[tuple[str, int, str], ...] = ()
    duplicates: bool = False


@dataclass(slots=True)
class Snapshot:
    """What a collection holds.

    Attributes
    ----------
    reading
        A hash of how the corpus was read.
    lines
        Name of the lines frozen last.
    reuse
        The files of table `reuse`, and the rows of each.
    sources, segments
        By name, in order.
    manifest
        Of the run.
    """

    reading: str = ""
    lines: str = ""
    reuse: dict[str, int] = field(default_factory=dict)
    sources: dict[str, SourceEntry] = field(default_factory=dict)
    segments: dict[str, Segment] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)


def read_snapshot(path: Path) -> Snapshot:
    """Read a snapshot; one that is not there is empty.

    Raises
    ------
    InputError
        Where the file holds something else.
    """
    if not path.is_file():
        return Snapshot()
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["format"] != _FORMAT:
            said = f"is of format {data['format']}, this version writes {_FORMAT}"
            raise InputError(f"{path}: {said}; give another folder")
        return Snapshot(
            data["reading"],
            data["lines"],
            data["reuse"],
            {
                name: SourceEntry(s["number"], s["fingerprint"], tuple(map(tuple, s["set_aside"])), s["duplicates"])
                for name, s in data["sources"].items()
            },
            {
                name: Segment(s["articles"], s["lines"], {k: Record(**r) for k, r in s["steps"].items()})
                for name, s in data["segments"].items()
            },
            data["manifest"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: cannot be read: {error}; the folder is no collection of nutgraf's") from error


def snapshot_bytes(snapshot: Snapshot) -> bytes:
    """Return a snapshot as it is written."""
    return (json.dumps({"format": _FORMAT, **asdict(snapshot)}, ensure_ascii=False) + "\n").encode("utf-8")
