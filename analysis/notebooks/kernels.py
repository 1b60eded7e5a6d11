"""Kernels of our own interpreter, forked from a process that has already imported what notebooks need."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import NotebookError

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager

__all__ = ["ForkServer", "Kernel", "StartError", "manager"]

# What a kernel prints must not depend on the machine's language, clock, terminal or number of cores.
_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "PYTHONUTF8": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "SOURCE_DATE_EPOCH": "0",
    "TQDM_DISABLE": "1",
    "COLUMNS": "120",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
# Set for a kernel by whoever started this process; a kernel of ours reads none of them.
_FOREIGN = (
    "PYTHONSTARTUP",
    "PYTHONINSPECT",
    "PYTHONEXECUTABLE",
    "PYTHONWARNINGS",
    "JPY_PARENT_PID",
    "JPY_SESSION_NAME",
)
_CLOSE_SECONDS = 5.0
_STEP = 0.005


class StartError(NotebookError):
    """A kernel could not be started: a fault of the machine, not of the notebook."""


class Kernel:
    """A forked kernel process, with the part of `subprocess.Popen` that jupyter_client uses."""

    stdin = stdout = stderr = None

    def __init__(self, server: ForkServer, pid: int, log: Path) -> None:
        self.pid = pid
        self.log = log
        self.returncode: int | None = None
        self._server = server
        self._ended = threading.Event()

    def poll(self) -> int | None:
        """Return the exit code (negative: the signal), None while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for its end and return the exit code."""
        self._ended.wait(timeout)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel and everything it started."""
        if self.returncode is None:
            self._server.signal(self.pid, number)

    def kill(self) -> None:
        """Kill the kernel and everything it started."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def ended(self, code: int) -> None:
        """Note its end."""
        self.returncode = code
        self._ended.set()


@dataclass(slots=True)
class _Asked:
    """A kernel that was asked for."""

    log: Path
    wanted: bool = True
    answered: bool = False
    kernel: Kernel | None = None
    error: str = ""


class ForkServer:
    """The runner's side of `analysis.notebooks.forkserver`: starts it, asks for kernels, hears of their ends.

    Starting returns at once; the modules are imported while the caller goes on. Safe to use from several threads.
    """

    def __init__(self, preload: tuple[str, ...] = ()) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="nutgraf-"))
        self._preload = preload
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._kernels: dict[int, Kernel] = {}
        self._asked: dict[int, _Asked] = {}
        self._closed = False
        self._warmed = threading.Event()
        self._warmed.set()
        self._log = (self.folder / "server.log").open("ab")
        self._start()

    def __enter__(self) -> ForkServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        """Whether it can be asked for kernels."""
        return not self._closed and self._reader.is_alive() and self._process.poll() is None

    def restart(self) -> None:
        """Start it again where it has died."""
        with self._lock:
            if self._closed or self.alive:
                return
            self._end_process()
            self._start()

    def number(self) -> int:
        """Return the next number, for names that are unique within the run."""
        return next(self._numbers)

    async def fork(self, connection_file: str, cwd: str, *, timeout: float) -> Kernel:
        """Start a kernel on a connection file.

        Raises
        ------
        StartError
            Where there is none within `timeout` seconds.
        """
        number = self.number()
        log = self.folder / f"{number}.log"
        asked = _Asked(log)
        with self._lock:
            self._asked[number] = asked
        try:
            self._send({"fork": number, "connection_file": connection_file, "cwd": cwd, "log": str(log)})
            until = time.monotonic() + timeout
            while not asked.answered and time.monotonic() < until:
                if not self.alive:
                    raise StartError(f"the process that starts kernels has ended{self._last_words()}")
                await asyncio.sleep(_STEP)
        except OSError as error:
            raise StartError(f"the process that starts kernels has ended{self._last_words()}") from error
        finally:
            # A kernel that comes too late, or for a run that was stopped, is killed when it comes.
            asked.wanted = asked.answered
        if asked.kernel is None:
            raise StartError(f"no kernel was started within {timeout:g} s: {asked.error or 'no answer'}")
        return asked.kernel

    def warm(self, study: str, tables: str, cwd: str) -> None:
        """Have every comparison of a study worked out once, for all kernels forked afterwards; returns at once.

        Parameters
        ----------
        study, tables
            As notebooks are given them.
        cwd
            The folder that they are relative to, which is the kernels' own.
        """
        self._warmed.clear()
        try:
            self._send({"warm": [study, tables], "cwd": cwd})
        except OSError:
            self._warmed.set()

    def wait(self) -> None:
        """Wait until what `warm` asked for is done, or cannot be."""
        while self.alive and not self._warmed.wait(_STEP):
            pass
        self._warmed.set()

    def signal(self, pid: int, number: int) -> None:
        """Send a signal to a kernel's process group."""
        with contextlib.suppress(OSError):
            self._send({"kill": pid, "signal": int(number)})

    def close(self) -> None:
        """Kill every kernel, end the process, remove its folder. Twice is once."""
        with self._lock:
            self._closed = True
            self._end_process()
            self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        environment = {k: v for k, v in os.environ.items() if k not in _FOREIGN} | _ENVIRONMENT
        root = str(Path(__file__).resolve().parent.parent.parent)
        paths = [p for p in environment.get("PYTHONPATH", "").split(os.pathsep) if p]
        environment["PYTHONPATH"] = os.pathsep.join([*paths, root] if root not in paths else paths)
        environment["IPYTHONDIR"] = str(self.folder / "ipython")
        (self.folder / "ipython" / "profile_default").mkdir(parents=True, exist_ok=True)
        # The system watches the starting thread, so its end may stand for the run's only where it is the main one.
        parent = os.getpid() if threading.current_thread() is threading.main_thread() else 0
        command = [sys.executable, "-P", "-m", "analysis.notebooks.forkserver", str(theirs.fileno())]
        self._process = subprocess.Popen(
            [*command, str(self.folder), str(parent), *self._preload],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
            env=environment,
            pass_fds=(theirs.fileno(),),
            start_new_session=True,
        )
        theirs.close()
        self._channel = ours
        self._reader = threading.Thread(target=self._read, args=(ours,), daemon=True)
        self._reader.start()

    def _end_process(self) -> None:
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)
        if not self._warmed.is_set():
            self._process.terminate()  # it does not hear the channel's end until it is done
        try:
            self._process.wait(_CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(_CLOSE_SECONDS)
        self._channel.close()

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            said = (self.folder / "server.log").read_text("utf-8", "replace").strip().splitlines()
            return f": {said[-1]}" if said else ""
        return ""

    def _send(self, message: dict[str, Any]) -> None:
        with self._lock:
            self._channel.sendall(json.dumps(message).encode() + b"\n")

    def _read(self, channel: socket.socket) -> None:
        with contextlib.suppress(OSError), channel.makefile("rb") as lines:
            for line in lines:
                self._hear(json.loads(line))
        for kernel in list(self._kernels.values()):
            kernel.ended(-signal.SIGKILL)
        self._kernels.clear()

    def _hear(self, message: dict[str, Any]) -> None:
        if "forked" in message:
            asked = self._asked.pop(message["forked"])
            if message["pid"]:
                asked.kernel = self._kernels[message["pid"]] = Kernel(self, message["pid"], asked.log)
                if not asked.wanted:
                    asked.kernel.kill()
            else:
                asked.error = message["error"]
            asked.answered = True
        elif "warmed" in message:
            self._warmed.set()
        elif "exited" in message and message["exited"] in self._kernels:
            self._kernels.pop(message["exited"]).ended(message["code"])


def manager(server: ForkServer, *, timeout: float) -> AsyncKernelManager:
    """Return a kernel manager whose kernel is forked from `server`, whatever name a notebook stores.

    Its channels are sockets in a folder that only this user can open: no port is taken, none can clash.
    """
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from jupyter_client.provisioning.local_provisioner import LocalProvisioner

    class Provisioner(LocalProvisioner):
        """Asks the fork server where jupyter_client would start a command."""

        async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
            cwd = str(kwargs.get("cwd") or ".")
            process = await server.fork(f"{place}.json", cwd, timeout=timeout)
            self.process, self.pid, self.pgid = process, process.pid, None  # type: ignore[assignment]
            return self.connection_info

    class Manager(AsyncKernelManager):
        """Knows one kernel: this interpreter."""

        @property
        def kernel_spec(self) -> KernelSpec:
            return KernelSpec(argv=[sys.executable], display_name="Python 3", language="python")

    place = server.folder / f"k{server.number()}"
    made = Manager(kernel_name="python3", transport="ipc", ip=str(place), connection_file=f"{place}.json")
    made.provisioner = Provisioner(kernel_spec=made.kernel_spec, parent=made)
    return made
