"""Where the segments of a run are worked on: in this process, in several here, or by the workers of a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import chain, islice
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from analysis.errors import JobError
from analysis.pipeline.work import TRIES, Job

__all__ = ["AHEAD", "ENGINES", "Engine", "open_engine"]

ENGINES = ("pandas", "dask")
AHEAD = 3
"""Pieces of work handed out for each worker, so that none waits."""

T = TypeVar("T")
R = TypeVar("R")


class Engine(AbstractContextManager["Engine"], Protocol):
    """Does pieces of work; workers, where it has any, start with the first piece and end with its context."""

    def each(self, job: Job, function: Callable[[Job, T], R], items: Iterable[T]) -> Iterator[R]:
        """Yield ``function(job, item)`` for every item, in no fixed order.

        Parameters
        ----------
        job
            What all pieces have in common.
        function
            A function of a module; it may be called again on a piece whose worker has died.
        items
            Taken one by one, as workers become free.

        Raises
        ------
        InputError
            Where the engine cannot be used.
        JobError
            Where workers died several times over one piece of work.
        """
        ...


def open_engine(name: str = "pandas", *, workers: int = 1, scheduler: str = "") -> Engine:
    """Return an engine.

    Parameters
    ----------
    name
        ``pandas``: work is done in this process, or in `workers` of them. ``dask``: by the workers of a Dask cluster,
        one of `workers` processes on this machine where no `scheduler` is named.
    workers
        How many processes.
    scheduler
        Address of a Dask scheduler (``tcp://host:8786``). Its workers must have this version of nutgraf and see the
        collection's folder under the same path.
    """
    if name == "dask":
        from analysis.pipeline.cluster import Cluster

        return Cluster(workers=workers, scheduler=scheduler, ahead=AHEAD)
    return Processes(workers) if workers > 1 else Here()


class Here(AbstractContextManager["Here"]):
    """Work in this process."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def each(self, job: Job, function: Callable[[Job, T], R], items: Iterable[T]) -> Iterator[R]:
        """Do the pieces one after the other."""
        return (function(job, item) for item in items)


class Processes(AbstractContextManager["Processes"]):
    """Work in several processes of this machine.

    Parameters
    ----------
    workers
        How many.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close(wait=error is None)

    def each(self, job: Job, function: Callable[[Job, T], R], items: Iterable[T]) -> Iterator[R]:
        """Do several pieces at once; a single one is done here, for it would only wait for a process to start."""
        waiting = iter(items)
        first = list(islice(waiting, 2))
        if self._pool is None and len(first) < 2:
            yield from (function(job, item) for item in first)
            return
        left = chain(first, waiting)
        for _ in range(TRIES):
            unfinished: list[T] = []
            yield from self._each(job, function, left, unfinished)
            if not unfinished:
                return
            self._close(wait=False)
            left = chain(unfinished, left)  # what was finished stands; the others are begun again in new processes
        raise JobError(f"a worker process died {TRIES} times over (too little memory?)")

    def _each(self, job: Job, function: Callable[[Job, T], R], items: Iterator[T], unfinished: list[T]) -> Iterator[R]:
        """Yield results until all is done or a worker dies; put what was under way then into `unfinished`."""
        from concurrent.futures import FIRST_COMPLETED, Future, wait
        from concurrent.futures.process import BrokenProcessPool

        running: dict[Future[R], T] = {}

        def hand_out() -> None:
            for item in islice(items, AHEAD * self._workers - len(running)):
                try:
                    running[self._started().submit(function, job, item)] = item
                except BrokenProcessPool:
                    unfinished.append(item)
                    raise

        try:
            hand_out()
            while running:
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    result = future.result()
                    del running[future]
                    yield result
                hand_out()
        except BrokenProcessPool:
            unfinished[:0] = running.values()

    def _started(self) -> Any:
        if self._pool is None:
            from concurrent.futures import ProcessPoolExecutor
            from multiprocessing import get_context

            self._pool = ProcessPoolExecutor(self._workers, mp_context=get_context("spawn"), initializer=_start)
        return self._pool

    def _close(self, *, wait: bool) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=wait, cancel_futures=True)
            self._pool = None


def _start() -> None:
    """Prepare a worker process: one thread for arithmetic, and no life beyond its parent's."""
    import multiprocessing
    import threading

    from threadpoolctl import threadpool_limits

    threadpool_limits(1)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
