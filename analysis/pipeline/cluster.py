"""Work on segments by the workers of a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from itertools import islice
from types import TracebackType
from typing import Any, TypeVar

from analysis.errors import InputError, JobError
from analysis.pipeline.manifest import method_fingerprint
from analysis.pipeline.work import TRIES, Job

__all__ = ["Cluster"]

T = TypeVar("T")
R = TypeVar("R")

_SETTINGS = {
    "distributed.scheduler.allowed-failures": TRIES,
    "distributed.worker.memory.terminate": False,  # a segment is small; a worker is not killed for what others hold
    "distributed.worker.profile.enabled": False,
    # Memory given back after every piece and fetched anew for the next costs a third of the time.
    "distributed.nanny.pre-spawn-environ": {
        "MALLOC_TRIM_THRESHOLD_": 1 << 30,
        "MALLOC_MMAP_THRESHOLD_": 1 << 25,
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), 1),
    },
    "distributed.logging.distributed": "error",
}


class Cluster(AbstractContextManager["Cluster"]):
    """Work on the workers of a Dask cluster.

    Parameters
    ----------
    workers
        Processes of a cluster on this machine, where no `scheduler` is named.
    scheduler
        Address of a scheduler.
    ahead
        Pieces of work handed out for each worker.
    """

    def __init__(self, *, workers: int, scheduler: str, ahead: int) -> None:
        self._workers, self._scheduler, self._ahead = workers, scheduler, ahead
        self._client: Any = None
        self._stack = ExitStack()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def each(self, job: Job, function: Callable[[Job, T], R], items: Iterable[T]) -> Iterator[R]:
        """Do pieces on the workers.

        Raises
        ------
        InputError
            Where there is no such cluster, or its workers cannot do the work.
        JobError
            Where workers died several times over one piece of work.
        """
        waiting = iter(items)
        first = list(islice(waiting, 1))
        if not first:
            return
        if self._client is None:
            self._client = self._connected(job)
        from distributed import as_completed
        from distributed.scheduler import KilledWorker

        client = self._client
        ahead = self._ahead * max(1, len(client.nthreads()))
        first.extend(islice(waiting, ahead - 1))
        futures = as_completed([client.submit(function, job, item, pure=False) for item in first], with_results=True)
        try:
            for future, result in futures:
                yield result
                future.release()
                for item in islice(waiting, 1):
                    futures.add(client.submit(function, job, item, pure=False))
        except KilledWorker as error:
            raise JobError(f"Dask workers died {TRIES} times over one piece of work; too little memory?") from error

    def _connected(self, job: Job) -> Any:
        try:
            import dask
            import distributed  # noqa: F401 - it adds its own settings, which are to stay when ours are taken back
        except ImportError as error:
            said = "--engine dask needs the packages dask and distributed"
            raise InputError(f"{said}: pip install 'nutgraf[scale]'") from error
        self._stack.enter_context(dask.config.set(_SETTINGS))
        client = _client(self._stack, workers=self._workers, scheduler=self._scheduler)
        if self._scheduler:
            _check_workers(client, job)
        return client


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
