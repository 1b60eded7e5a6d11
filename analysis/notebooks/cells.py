"""The cells of one notebook in one kernel, within its time, with the truth about how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any

from analysis.errors import NotebookError
from analysis.notebooks.kernels import ForkServer, Kernel, StartError, manager

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["CellError", "DeadError", "Seat", "StoppedError", "TimeoutReached"]

_STEP = 0.02
# Seconds in which what a kernel said before its end may still arrive.
_GRACE = 0.3


class CellError(NotebookError):
    """A cell raised; its message is the traceback."""


class DeadError(NotebookError):
    """The kernel ended while a cell ran."""


class TimeoutReached(NotebookError):
    """The time given was used up."""


class StoppedError(NotebookError):
    """The run was told to stop."""


@dataclass(slots=True)
class Seat:
    """Where one notebook is executed: its kernel, its limits, and how far it has come.

    Attributes
    ----------
    server, folder
        Where the kernel comes from, and its working folder.
    start_timeout
        Seconds until it must answer.
    timeout
        Seconds from the kernel's first answer on; None: no limit.
    until, limit
        Instant of `time.monotonic` at which time is up, and what to say then.
    index
        Position of the cell that runs or ran last; None before the first.
    notebook
        The notebook as far as it has been executed.
    """

    server: ForkServer
    folder: Path
    start_timeout: float
    timeout: float | None = None
    until: float | None = None
    limit: str = ""
    index: int | None = None
    notebook: NotebookNode | None = None
    kernel: Kernel | None = None
    _stop: threading.Event = field(default_factory=threading.Event)

    def stop(self) -> None:
        """End the notebook's execution soon, from any thread."""
        self._stop.set()
        if self.kernel is not None:
            self.kernel.kill()

    def run(self, notebook: NotebookNode) -> None:
        """Execute `notebook` in place.

        Raises
        ------
        StartError, CellError, DeadError, TimeoutReached, StoppedError
            Where it did not end well; `index` and `notebook` tell how far it came.
        """
        self.notebook = notebook
        asyncio.run(self._run(notebook))

    async def _run(self, notebook: NotebookNode) -> None:
        work = asyncio.ensure_future(self._execute(notebook))
        try:
            dead_since: float | None = None
            while not work.done():
                await asyncio.wait({work}, timeout=_STEP)
                if self.kernel is not None and self.kernel.poll() is not None:
                    dead_since = dead_since or time.monotonic()
                    if time.monotonic() > dead_since + _GRACE and not work.done():
                        raise (StartError if self.index is None else DeadError)(_end(self.kernel))
                if self._stop.is_set() and not work.done():
                    raise StoppedError("the run was stopped")
                if self.until is not None and time.monotonic() >= self.until and not work.done():
                    raise TimeoutReached(self.limit)
            work.result()
        finally:
            if self.kernel is not None:
                self.kernel.kill()
            work.cancel()
            # What it raises now only says that its kernel is gone.
            with contextlib.suppress(Exception, asyncio.CancelledError):
                await work

    async def _execute(self, notebook: NotebookNode) -> None:
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError, DeadKernelError

        kernels = manager(self.server, timeout=self.start_timeout)
        client: Any = None
        try:
            client = await self._start(kernels)
            if self.timeout is not None and (self.until is None or time.monotonic() + self.timeout < self.until):
                self.until = time.monotonic() + self.timeout
                self.limit = f"the notebook was not done within {self.timeout:g} s"
            runner = NotebookClient(notebook, km=kernels, timeout=None, coalesce_streams=True, record_timing=False)
            runner.kc = client
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type != "code":
                    continue
                self.index = index
                try:
                    await runner.async_execute_cell(cell, index)
                except CellExecutionError as error:
                    raise CellError(_raised(cell) or f"{error.ename}: {error.evalue}") from error
                except (DeadKernelError, RuntimeError) as error:
                    raise DeadError(_end(self.kernel)) from error
        finally:
            if client is not None:
                client.stop_channels()
            if self.kernel is not None:
                self.kernel.kill()
            kernels.cleanup_connection_file()
            with contextlib.suppress(Exception):
                await kernels.cleanup_resources()

    async def _start(self, kernels: Any) -> Any:
        """Start the kernel and return a client that has heard from it on both channels."""
        until = time.monotonic() + self.start_timeout
        try:
            await kernels.start_kernel(cwd=str(self.folder))
        except OSError as error:
            raise StartError(f"the kernel did not start: {error}") from error
        self.kernel = kernels.provisioner.process
        # A socket connected before the kernel has bound it waits a tenth of a second to try again.
        last = Path(f"{kernels.ip}-{kernels.iopub_port}")
        while not last.exists() and time.monotonic() < until:
            self._check_started()
            await asyncio.sleep(0.005)
        client = kernels.client()
        client.start_channels(hb=False)
        client.allow_stdin = False
        try:
            while time.monotonic() < until:
                self._check_started()
                client.kernel_info()
                if not await _heard(client.get_shell_msg, 1.0):
                    continue
                # Only when a message of this channel has come through is it sure that no output will be missed.
                if await _heard(client.get_iopub_msg, 0.2):
                    return client
        except BaseException:
            client.stop_channels()
            raise
        client.stop_channels()
        raise StartError(f"the kernel did not answer within {self.start_timeout:g} s")

    def _check_started(self) -> None:
        if self.kernel is not None and self.kernel.poll() is not None:
            raise StartError(f"the kernel did not start: {_end(self.kernel)}")


def _raised(cell: NotebookNode) -> str:
    errors = [output for output in cell.outputs if output.output_type == "error"]
    return "\n".join(errors[-1].traceback) if errors else ""


async def _heard(get: Any, seconds: float) -> bool:
    with contextlib.suppress(Empty):
        await get(timeout=seconds)
        return True
    return False


def _end(kernel: Kernel | None) -> str:
    """Say how a kernel ended, with the last it wrote outside of its cells."""
    if kernel is None:
        return "the kernel ended"
    kernel.wait(1.0)
    code, said = kernel.returncode, ""
    with contextlib.suppress(OSError):
        said = kernel.log.read_text("utf-8", "replace")[-2000:]
    how = f"with exit code {code}"
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            how = f"by {signal.Signals(-code).name}"
        if code == -signal.SIGKILL:
            how += " (killed from outside, often for want of memory)"
    return f"{said}\nthe kernel ended {how}"
