"""The record of a run, as it stands in its run.json, and the records of all runs under an output folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analysis import store

__all__ = ["RECORD", "STATUSES", "Run", "all_runs", "good_runs", "identifier", "read", "timestamp", "write"]

RECORD = "run.json"
STATUSES = ("running", "ok", "failed", "timed out", "killed")


@dataclass(frozen=True, slots=True)
class Run:
    """What is known of a run.

    Attributes
    ----------
    run
        Its id and folder: UTC time and a hash of its inputs.
    status
        One of `STATUSES`; ``running`` in the record of a run that is gone means that it was killed.
    started, ended
        UTC, ISO 8601; `ended` is empty where it is not known.
    seconds
        How long it took; None where it is not known.
    title, version
        Of the study, and of nutgraf.
    inputs
        Fingerprints by kind: ``corpus`` (files) and ``method`` (what measures them).
    changed
        What is different from the good run before it, in lines.
    error
        Why it did not end well, the last line saying it best.
    notebooks
        Their records.
    numbers
        What trends are drawn from.
    """

    run: str
    status: str
    started: str
    ended: str = ""
    seconds: float | None = None
    title: str = ""
    version: str = ""
    inputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    error: tuple[str, ...] = ()
    notebooks: tuple[Mapping[str, Any], ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)


def timestamp(moment: datetime) -> str:
    """Return a UTC moment to the millisecond.

    Examples
    --------
    >>> timestamp(datetime(2025, 1, 31, 6, 0, tzinfo=UTC))
    '2025-01-31T06:00:00.000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def identifier(moment: datetime, inputs: Mapping[str, Mapping[str, str]]) -> str:
    """Return a run's id: its UTC time, and eight digits of the hash of its inputs.

    Examples
    --------
    >>> identifier(datetime(2025, 1, 31, 6, 0, tzinfo=UTC), {})[:17]
    '20250131T060000Z-'
    """
    digits = store.fingerprint([json.dumps(inputs, sort_keys=True)])[:8]
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digits}"


def write(folder: Path, run: Run) -> None:
    """Write the record into the run's folder, whole or not at all."""
    store.write_json(folder / RECORD, asdict(run))


def read(folder: Path) -> Run | None:
    """Return the record in a run's folder; None where there is none that can be read."""
    try:
        stored = json.loads((folder / RECORD).read_text("utf-8"))
        known = {f.name: stored[f.name] for f in fields(Run) if f.name in stored}
        for name in ("changed", "error", "notebooks"):
            known[name] = tuple(known.get(name) or ())
        for name in ("inputs", "numbers"):
            known[name] = dict(known.get(name) or ())
        run = Run(**known)
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return run if run.run == folder.name and run.status in STATUSES else None


def all_runs(out: Path) -> list[Run]:
    """Return the records of all runs under `out`, newest first."""
    folders = (out / "runs").iterdir() if (out / "runs").is_dir() else ()
    found = [run for folder in folders if folder.is_dir() and (run := read(folder)) is not None]
    return sorted(found, key=lambda run: (run.started, run.run), reverse=True)


def good_runs(out: Path) -> list[Run]:
    """Return the records of the runs that published a report, newest first."""
    return [run for run in all_runs(out) if run.status == "ok" and (out / "runs" / run.run / "index.html").is_file()]
