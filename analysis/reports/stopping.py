"""Being told to stop: signals and the whole run's deadline, as one exception that nothing but the end catches."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from types import FrameType

__all__ = ["Stopped", "Stopping", "stoppable"]

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Stopped(BaseException):
    """The run was told to stop (``killed``) or its time is up (``timed out``)."""

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Stopping:
    """What `stoppable` yields: how much time is left, and stretches in which the run is not stopped."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self.until = None if seconds is None else time.monotonic() + seconds
        self._main = threading.current_thread() is threading.main_thread()
        self._deaf = False

    @property
    def left(self) -> float | None:
        """Seconds until the deadline; None where there is none."""
        return None if self.until is None else max(self.until - time.monotonic(), 0.001)

    def finish(self) -> None:
        """From here on the run is not stopped any more: it is recording how it ended, which is short."""
        self._deaf = True
        self.arm(False)

    def arm(self, on: bool) -> None:
        """Turn the deadline's alarm on or off; off while notebooks run, which keep it themselves and say where."""
        if self._main and self.until is not None:
            signal.setitimer(signal.ITIMER_REAL, (self.left or 0.001) if on else 0)

    def hear(self, number: int, frame: FrameType | None) -> None:
        """Take a signal."""
        if self._deaf:
            return
        self.finish()
        if number == signal.SIGALRM:
            raise Stopped("timed out", f"the run was not done within {self.seconds:g} s")
        raise Stopped("killed", f"stopped by {signal.Signals(number).name}")


@contextlib.contextmanager
def stoppable(seconds: float | None) -> Iterator[Stopping]:
    """Raise `Stopped` on SIGTERM, SIGINT, SIGHUP and after `seconds`.

    Only in the main thread, which is the one that hears signals; elsewhere the caller's ways of stopping hold.
    """
    stopping = Stopping(seconds)
    if threading.current_thread() is not threading.main_thread():
        yield stopping
        return
    before = {number: signal.signal(number, stopping.hear) for number in (*_SIGNALS, signal.SIGALRM)}
    stopping.arm(True)
    try:
        yield stopping
    finally:
        stopping.finish()
        for number, handler in before.items():
            signal.signal(number, handler)
