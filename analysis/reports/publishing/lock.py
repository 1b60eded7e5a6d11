"""One run at a time under one output folder; the system frees the lock of a run that is gone."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from analysis.errors import InputError, JobError

__all__ = ["OVERLAPS", "locked"]

OVERLAPS = ("wait", "leave")
_STEP = 0.2


@contextlib.contextmanager
def locked(
    folder: Path,
    *,
    overlap: str = "wait",
    until: float | None = None,
    say: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Hold the lock of `folder`, which exists.

    Parameters
    ----------
    folder
        The output folder; the lock is its file ``.lock``.
    overlap
        What to do while another run holds it: ``wait`` for it, or ``leave``.
    until
        Instant of `time.monotonic` at which waiting ends; None: never.
    say
        Told once, in a line, that it waits.

    Raises
    ------
    JobError
        Where another run holds it and this one leaves or has waited long enough.
    """
    if overlap not in OVERLAPS:
        raise InputError(f"overlap {overlap!r} is not one of {', '.join(OVERLAPS)}")
    with (folder / ".lock").open("a+", encoding="ascii") as file:
        told = False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                holder = _holder(folder)
                if overlap == "leave":
                    raise JobError(f"another run{holder} is publishing under {folder}; this one leaves") from error
                if until is not None and time.monotonic() >= until:
                    raise JobError(
                        f"another run{holder} is still publishing under {folder}; gave up waiting"
                    ) from error
                if say and not told:
                    say(f"waiting for another run{holder} under {folder}")
                told = True
                time.sleep(_STEP)
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        # The file stays: another run may already be waiting on it.
        yield


def _holder(folder: Path) -> str:
    with contextlib.suppress(OSError, ValueError):
        return f" (process {int((folder / '.lock').read_text('ascii'))})"
    return ""
