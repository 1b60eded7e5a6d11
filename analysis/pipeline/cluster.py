"""Measuring segments on the workers of a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from typing import Any

from analysis.errors import InputError, JobError
from analysis.pipeline.manifest import method_fingerprint
from analysis.pipeline.work import TRIES, Done, Job, Task, take

__all__ = ["run"]

_SETTINGS = {
    "distributed.scheduler.allowed-failures": TRIES,
    "distributed.worker.memory.terminate": False,  # a segment is small; a worker is not killed for what others hold
    "distributed.logging.distributed": "error",
}


def run(job: Job, tasks: list[Task], *, workers: int, scheduler: str, ahead: int) -> Iterator[Done]:
    """Measure segments; yield each one's name and records as it is done, in no fixed order.

    Parameters
    ----------
    job, tasks
        What to do.
    workers
        Processes of a cluster on this machine, where no `scheduler` is named.
    scheduler
        Address of a scheduler.
    ahead
        Pieces of work handed out for each worker.

    Raises
    ------
    InputError
        Where there is no such cluster, or its workers cannot do the work.
    JobError
        Where workers died several times over one piece of work.
    """
    try:
        import dask
        from distributed import as_completed
        from distributed.scheduler import KilledWorker
    except ImportError as error:
        said = "--engine dask needs the packages dask and distributed"
        raise InputError(f"{said}: pip install 'nutgraf[scale]'") from error
    with ExitStack() as stack:
        stack.enter_context(dask.config.set(_SETTINGS))
        client = _client(stack, workers=workers, scheduler=scheduler)
        if scheduler:
            _check_workers(client, job)
        common = client.scatter(job, broadcast=True)
        waiting = iter(tasks)
        first = [
            client.submit(take, common, task, pure=False)
            for task in islice(waiting, ahead * max(1, len(client.nthreads())))
        ]
        futures = as_completed(first, with_results=True)
        try:
            for future, done in futures:
                yield done
                future.release()
                for task in islice(waiting, 1):
                    futures.add(client.submit(take, common, task, pure=False))
        except KilledWorker as error:
            raise JobError(f"Dask workers died {TRIES} times over one piece of work; too little memory?") from error


def _client(stack: ExitStack, *, workers: int, scheduler: str) -> Any:
    from distributed import Client, LocalCluster

    if scheduler:
        try:
            return stack.enter_context(Client(scheduler, timeout=20))
        except (OSError, ValueError) as error:
            raise InputError(f"--scheduler {scheduler}: no scheduler answers there: {error}") from error
    cluster = LocalCluster(
        n_workers=workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1", silence_logs=50
    )
    return stack.enter_context(Client(stack.enter_context(cluster)))


def _check_workers(client: Any, job: Job) -> None:
    """Refuse workers that do not see the collection, or run another version, before any work is handed out."""
    found = client.run(_look, job.folder)
    if not found:
        raise InputError("the scheduler has no workers")
    for address, (sees, method) in found.items():
        if not sees:
            raise InputError(f"worker {address} does not see {job.folder}; give a folder that all workers share")
        if method != method_fingerprint():
            raise InputError(f"worker {address} has another version of nutgraf; install the same everywhere")


def _look(folder: str) -> tuple[bool, str]:
    return os.path.isdir(folder), method_fingerprint()  # noqa: PTH112 - nothing of this process is at hand there
