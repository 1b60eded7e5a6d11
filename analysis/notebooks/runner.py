"""Notebooks run as asked, several at a time, each in a kernel of its own, with a truthful record of each."""

from __future__ import annotations

import contextlib
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING, Any

from analysis.errors import InputError
from analysis.notebooks import engine, parameters
from analysis.notebooks.cells import CellError, DeadError, Seat, StoppedError, TimeoutReached
from analysis.notebooks.kernels import ForkServer, StartError
from analysis.notebooks.progress import Progress
from analysis.notebooks.record import Job, Record, RunSettings, plain_lines
from analysis.notebooks.secret import redactions
from analysis.notebooks.tidy import prepare, scrub, tidy

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["run"]

_STATUS: Mapping[type[Exception], str] = {
    CellError: "failed",
    DeadError: "kernel died",
    StartError: "kernel died",
    TimeoutReached: "timed out",
    StoppedError: "killed",
}
_STOPPING_SECONDS = 10.0


def run(
    jobs: Sequence[Job],
    *,
    settings: RunSettings | None = None,
    server: ForkServer | None = None,
    progress: Progress | None = None,
) -> list[Record]:
    """Run notebooks, each in a fresh kernel forked from one preloaded process of this interpreter.

    Every job's parameters are checked before the first kernel starts. A notebook that fails does not stop
    the others. Called in the main thread, SIGTERM and SIGINT end the run: kernels are killed, and what did
    not end is recorded as killed.

    Parameters
    ----------
    jobs
        What to run; output names must differ.
    settings
        How; the defaults of `RunSettings` where none are given.
    server
        A fork server to use and leave running; one for this run where none is given.
    progress
        What is told while it runs; as `settings.log` says where none is given.

    Returns
    -------
    list of Record
        One a job, in the order of `jobs`.

    Raises
    ------
    InputError, ParameterError
        Where a file is not a notebook, or a parameter does not fit it. No kernel has been started then.
    """
    settings = settings or RunSettings()
    jobs = _checked(jobs)
    progress = progress or Progress(settings.log)
    with contextlib.ExitStack() as stack:
        if server is None:
            server = stack.enter_context(ForkServer(settings.preload))
        folder = settings.folder
        if folder is None:
            folder = Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix="nutgraf-", ignore_cleanup_errors=True))
            )
        # Imported while the fork server imports its own, on the other core.
        notebooks = [prepare(job.notebook) for job in jobs]
        progress.begin(len(jobs))
        stack.callback(progress.end)
        return _Pool(jobs, notebooks, settings, server, folder, progress).run()


def _checked(jobs: Sequence[Job]) -> list[Job]:
    outputs = [job.output for job in jobs]
    repeated = sorted({name for name in outputs if outputs.count(name) > 1})
    if repeated:
        raise InputError(f"two notebooks would write the page {repeated[0]!r}")
    return [replace(job, parameters=parameters.check(job.notebook, job.parameters)) for job in jobs]


class _Pool:
    """The jobs of one run: worker threads that take one after the other, and the main thread that watches them."""

    def __init__(
        self,
        jobs: Sequence[Job],
        notebooks: Sequence[NotebookNode],
        settings: RunSettings,
        server: ForkServer,
        folder: Path,
        progress: Progress,
    ) -> None:
        self._jobs, self._notebooks, self._settings = jobs, notebooks, settings
        self._server, self._folder, self._progress = server, folder, progress
        self._waiting = iter(range(len(jobs)))
        self._taking = threading.Lock()
        self._seats: dict[int, Seat] = {}
        self._stopped = ""
        # Its put may be called in a signal handler, whatever this thread was doing.
        self._events: SimpleQueue[tuple[int, Record | str]] = SimpleQueue()
        self._until = None if settings.deadline is None else time.monotonic() + settings.deadline

    def run(self) -> list[Record]:
        """Return the records of all jobs in order."""
        records: dict[int, Record] = {}
        count = max(1, min(self._settings.jobs, len(self._jobs)))
        threads = [threading.Thread(target=self._work, daemon=True, name=f"notebooks-{n}") for n in range(count)]
        give_up = float("inf")
        with _signals(self._events):
            try:
                for thread in threads:
                    thread.start()
                while len(records) < len(self._jobs) and time.monotonic() < give_up:
                    with contextlib.suppress(Empty):
                        index, what = self._events.get(timeout=0.5)
                        if isinstance(what, Record):
                            records[index] = what
                            self._progress.record(what)
                        else:
                            give_up = time.monotonic() + _STOPPING_SECONDS
                            self._stop(what)
            finally:
                self._stop(self._stopped or "the run was stopped")
                for thread in threads:
                    thread.join(_STOPPING_SECONDS)
        left = ((i, Record(job.output, "killed", error=(self._stopped,))) for i, job in enumerate(self._jobs))
        records = dict(left) | records
        return [records[index] for index in range(len(self._jobs))]

    def _stop(self, reason: str) -> None:
        with self._taking:
            self._stopped = reason
            seats = list(self._seats.values())
        for seat in seats:
            seat.stop()

    def _work(self) -> None:
        while True:
            with self._taking:
                index = next(self._waiting, None)
            if index is None:
                return
            self._events.put((index, self._record(index)))

    def _record(self, index: int) -> Record:
        """Run one job, again only where its kernel did not start, and say what happened."""
        job, started, attempts = self._jobs[index], time.monotonic(), 0
        while True:
            attempts += 1
            seat = self._seat()
            error: Exception | None = None
            with self._taking:
                stopped = self._stopped
                if not stopped:
                    self._seats[index] = seat
            try:
                if stopped:
                    raise StoppedError(stopped)
                if seat.until is not None and time.monotonic() >= seat.until:
                    raise TimeoutReached(seat.limit)
                engine.execute(self._notebooks[index], job.parameters, seat.run)
            except StartError as failure:
                error = failure
                if attempts < self._settings.attempts and not self._stopped:
                    self._server.restart()
                    continue
            except Exception as failure:  # noqa: BLE001 - whatever it was, it is this notebook's record
                error = failure
            finally:
                with self._taking:
                    self._seats.pop(index, None)
            return self._told(index, seat, error, time.monotonic() - started, attempts)

    def _seat(self) -> Seat:
        limit = "" if self._until is None else f"the run was not done within {self._settings.deadline:g} s"
        settings = self._settings
        return Seat(
            self._server, self._folder, settings.start_timeout, settings.timeout, until=self._until, limit=limit
        )

    def _told(self, index: int, seat: Seat, error: Exception | None, duration: float, attempts: int) -> Record:
        job = self._jobs[index]
        hidden = redactions([*job.parameters.values(), *_defaults(job.notebook)])
        hidden = {**hidden, **_paths(self._settings.hide, seat.folder, self._server.folder)}
        notebook = None if seat.notebook is None else tidy(seat.notebook, replace=hidden)
        if error is None:
            return Record(job.output, "ok", duration=duration, attempts=attempts, notebook=notebook)
        if isinstance(error, StoppedError) or self._stopped:
            status, text = "killed", self._stopped or str(error)
        else:
            status = next((s for kind, s in _STATUS.items() if isinstance(error, kind)), "failed")
            text = str(error) if type(error) in _STATUS else f"{type(error).__name__}: {error}"
        lines = plain_lines(scrub(text, hidden)) or (type(error).__name__,)
        cell = _position(notebook, seat.index, self._notebooks[index])
        return Record(job.output, status, cell, lines, duration, attempts, notebook)


def _defaults(notebook: Path) -> list[Any]:
    return [parameter.default for parameter in parameters.declared(notebook).values()]


def _paths(hide: Mapping[str, str], *folders: Path) -> dict[str, str]:
    """Return the paths of this machine that must not stand in a notebook, longest first."""
    package = Path(__file__).resolve().parent.parent
    named = {str(folder): "." for folder in folders} | {str(folder.resolve()): "." for folder in folders}
    named = dict(hide) | named
    named |= {str(package): "analysis", sys.prefix: "<python>", sys.base_prefix: "<python>", str(Path.home()): "~"}
    return {path: named[path] for path in sorted(named, key=lambda path: (-len(path), path)) if len(path) > 3}


def _position(executed: NotebookNode | None, index: int | None, source: NotebookNode) -> int | None:
    """Return which cell of the file, from 1, the cell at `index` of the executed notebook is."""
    if executed is None or index is None:
        return None
    injected = [i for i, cell in enumerate(executed.cells) if cell.id == "injected-parameters"]
    position = index - len([i for i in injected if i <= index])
    return min(max(position, 0), len(source.cells) - 1) + 1


@contextlib.contextmanager
def _signals(events: SimpleQueue[tuple[int, Record | str]]) -> Iterator[None]:
    """Turn SIGTERM, SIGINT and SIGHUP into events, in the main thread; elsewhere they are not ours to take."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        events.put((-1, f"stopped by {signal.Signals(number).name}"))

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
