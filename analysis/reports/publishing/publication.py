"""A run's way from its start to its place among the published ones; at every moment the site is whole.

::

    OUT/index.html, runs.xml, latest -> runs/ID     what readers see
    OUT/runs/ID/                                    a run: its record alone, then all of its pages at once
    OUT/.work/ID/                                   pages being built, tables and kernels; no reader comes here

`runs/ID` holds the record ``running`` from the start on. The pages are built with the record ``ok`` beside
them in `.work/ID/site`, and that folder takes the place of `runs/ID` by being renamed; only then does
`latest` move, also by a rename. Wherever this is cut off, `recover` at the next start finds out and says so.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analysis import store
from analysis.errors import InputError, JobError
from analysis.reports.publishing import history, runs
from analysis.reports.publishing.runs import Run

__all__ = ["Publication", "begin", "recover"]

_WORK = ".work"
_SILENT = "the run ended without a word (killed from outside, or the machine stopped); found at the next start"


class Publication:
    """One run's claim on its place under the output folder; made by `begin`, closed by `commit` or `fail`."""

    def __init__(self, out: Path, run: Run, *, keep: int | None) -> None:
        self.out = out
        self.run = run
        self.work = out / _WORK / run.run
        self.site = self.work / "site"
        self.folder = out / "runs" / run.run
        self.complaints: list[str] = []
        self._keep = keep
        self._began = time.monotonic()

    def note(self, **known: Any) -> None:
        """Add what has become known to the record (it is written when the run ends)."""
        self.run = replace(self.run, **known)

    def commit(self) -> Path:
        """Publish the pages in `site` and return their place: `runs/ID`.

        Raises
        ------
        JobError, OSError
            Where the pages cannot be published; what was published stands, and `fail` may be called.
        """
        if not (self.site / "index.html").is_file():
            raise JobError(f"no index.html among the pages of run {self.run.run}; nothing was published")
        done = self._ended("ok")
        runs.write(self.site, done)
        _to_disk(self.site)
        started = self.work / "started"
        # What may want room on the disk comes before the renames, which do not.
        link = _link(self.out, self.run.run)
        self.folder.rename(started)
        try:
            self.site.rename(self.folder)
            _sync(self.folder.parent)
            link.replace(self.out / "latest")
        except OSError:
            if started.exists() and not self.site.exists() and self.folder.exists():
                self.folder.rename(self.site)
            started.rename(self.folder)
            raise
        self.run = done
        _sync(self.out)
        self._settle()
        return self.folder

    def fail(self, status: str, error: Sequence[str], *, notebooks: Mapping[str, str] | None = None) -> Path:
        """Record that the run did not end well, with a page that says so; what is published stays as it was.

        Parameters
        ----------
        status
            ``failed``, ``timed out`` or ``killed``.
        error
            Lines that say why.
        notebooks
            Executed notebooks worth a look, as JSON by name.

        Returns
        -------
        Path
            The failure page.
        """
        # First of all the room that the pages took: the disk may be full of them.
        shutil.rmtree(self.work, ignore_errors=True)
        self.run = replace(self._ended(status), error=tuple(error))
        runs.write(self.folder, self.run)
        page = self.folder / "failed.html"
        with self._tolerant():
            store.write_bytes(page, history.failure_page(self.run).encode("utf-8"))
            for name, text in (notebooks or {}).items():
                (self.folder / "notebooks").mkdir(exist_ok=True)
                store.write_bytes(self.folder / "notebooks" / f"{name}.ipynb", text.encode("utf-8"))
        self._settle()
        return page

    def _ended(self, status: str) -> Run:
        seconds = round(time.monotonic() - self._began, 1)
        return replace(self.run, status=status, ended=runs.timestamp(datetime.now(UTC)), seconds=seconds)

    def _settle(self) -> None:
        """Bring what stands beside the runs up to date: retention, index, feed."""
        shutil.rmtree(self.work, ignore_errors=True)
        with self._tolerant():
            if self._keep is not None:
                _prune(self.out, self._keep)
            history.write(self.out)

    @contextlib.contextmanager
    def _tolerant(self) -> Iterator[None]:
        """Note what cannot be written beside a run whose record stands: the next start mends it."""
        try:
            yield
        except OSError as error:
            self.complaints.append(f"{error.filename or self.out}: {error.strerror or error}")


def begin(
    out: Path,
    inputs: Mapping[str, Mapping[str, str]],
    *,
    title: str = "",
    version: str = "",
    keep: int | None = None,
) -> Publication:
    """Begin a run under `out`: write its record. The caller holds the lock and has called `recover`.

    Raises
    ------
    InputError
        Where `keep` is less than 1.
    OSError
        Where nothing can be written there.
    """
    if keep is not None and keep < 1:
        raise InputError(f"keep {keep}: at least one run must be kept")
    moment = datetime.now(UTC)
    name = base = runs.identifier(moment, inputs)
    number = 1
    while (out / "runs" / name).exists():
        number += 1
        name = f"{base}-{number}"
    run = Run(name, "running", runs.timestamp(moment), title=title, version=version, inputs=inputs)
    publication = Publication(out, run, keep=keep)
    publication.folder.mkdir(parents=True)
    runs.write(publication.folder, run)
    _sync(publication.folder.parent)
    publication.work.mkdir(parents=True, mode=0o700)
    publication.site.mkdir()
    return publication


def recover(out: Path) -> list[str]:
    """Bring a folder that a run was torn out of into order, and return the ids of the runs that were killed.

    The caller holds the lock, so no record that says ``running`` can be true. Safe to call on a folder in
    order, and to be cut off itself.
    """
    (out / "runs").mkdir(parents=True, exist_ok=True)
    work = out / _WORK
    for begun in sorted(work.glob("*/started")) if work.is_dir() else ():
        place = out / "runs" / begun.parent.name
        if not place.exists():  # cut off between the two renames of a publication
            begun.rename(place)
    killed = []
    for folder in sorted((out / "runs").iterdir()):
        _sweep(folder)
        run = runs.read(folder)
        if run is None and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()  # cut off before its record was written
        if run is None or run.status != "running":
            continue
        ended = replace(run, status="killed", error=(_SILENT,))
        store.write_bytes(folder / "failed.html", history.failure_page(ended).encode("utf-8"))
        runs.write(folder, ended)
        killed.append(run.run)
    _sweep(out)
    shutil.rmtree(work, ignore_errors=True)
    good = runs.good_runs(out)
    if good and _pointed(out) != good[0].run:
        _point(out, good[0].run)
    if killed or good:
        history.write(out)
    return killed


def _sweep(folder: Path) -> None:
    """Remove files that were cut off while they were written."""
    if folder.is_dir():
        for left in folder.glob(".*.part"):
            left.unlink(missing_ok=True)


def _prune(out: Path, keep: int) -> None:
    """Remove the oldest runs beyond `keep`, never the newest good one, never one that readers are sent to."""
    spared = {run.run for run in runs.good_runs(out)[:1]} | {_pointed(out)}
    found = runs.all_runs(out)
    room = max(keep - len([run for run in found if run.run in spared]), 0)
    others = [run for run in found if run.run not in spared and run.status != "running"]
    for run in others[room:]:
        gone = out / _WORK / f"gone-{run.run}"
        gone.parent.mkdir(exist_ok=True)
        (out / "runs" / run.run).rename(gone)  # so that no half of it is ever seen
        shutil.rmtree(gone, ignore_errors=True)


def _pointed(out: Path) -> str:
    link = out / "latest"
    return link.readlink().name if link.is_symlink() else ""


def _point(out: Path, run: str) -> None:
    """Move `latest` to a run, in one step."""
    _link(out, run).replace(out / "latest")
    _sync(out)


def _link(out: Path, run: str) -> Path:
    """Make the link that `latest` is to become."""
    scratch = out / f".latest.{os.getpid()}.part"
    scratch.unlink(missing_ok=True)
    scratch.symlink_to(Path("runs") / run, target_is_directory=True)
    return scratch


def _to_disk(folder: Path) -> None:
    """Wait until every file below `folder` is on disk: a rename may reach the disk before what it renames."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        elif path.is_dir():
            _sync(path)
    _sync(folder)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some file systems cannot
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
