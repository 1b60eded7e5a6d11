"""Where the segments of a run are measured: in this process, in several here, or by the workers of a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice

from analysis.errors import JobError
from analysis.pipeline.work import TRIES, Done, Job, Task, take

__all__ = ["ENGINES", "run"]

ENGINES = ("pandas", "dask")
AHEAD = 3
"""Pieces of work handed out for each worker, so that none waits."""


def run(
    job: Job, tasks: list[Task], *, engine: str = "pandas", workers: int = 1, scheduler: str = ""
) -> Iterator[Done]:
    """Measure segments; yield each one's name and records as it is done, in no fixed order.

    Parameters
    ----------
    job, tasks
        What to do.
    engine
        ``pandas``: in this process, or in `workers` of them. ``dask``: by the workers of a Dask cluster, one of
        `workers` processes on this machine where no `scheduler` is named.
    workers
        How many processes.
    scheduler
        Address of a Dask scheduler (``tcp://host:8786``). Its workers must have this version of nutgraf and see the
        collection's folder under the same path.

    Raises
    ------
    InputError
        Where the engine cannot be used.
    JobError
        Where workers died several times over one piece of work.
    """
    if not tasks:
        return iter(())
    if engine == "dask":
        from analysis.pipeline.cluster import run as run_on_cluster

        return run_on_cluster(job, tasks, workers=workers, scheduler=scheduler, ahead=AHEAD)
    if workers > 1 and len(tasks) > 1:
        return _processes(job, tasks, workers=min(workers, len(tasks)))
    return (take(job, task) for task in tasks)


def _processes(job: Job, tasks: list[Task], *, workers: int) -> Iterator[Done]:
    from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    left = {task.segment: task for task in tasks}
    for _ in range(TRIES):
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_start) as pool:
            waiting = iter(list(left.values()))
            running: set[Future[Done]] = {pool.submit(take, job, t) for t in islice(waiting, AHEAD * workers)}
            try:
                while running:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        segment, records = future.result()
                        del left[segment]
                        yield segment, records
                    running |= {pool.submit(take, job, t) for t in islice(waiting, len(done))}
                return
            except BrokenProcessPool:
                continue  # what was finished stands; the others are begun again in new processes
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    raise JobError(f"a worker process died {TRIES} times over; {len(left)} segments are left (too little memory?)")


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
