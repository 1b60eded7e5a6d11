"""The process that kernels are forked from: everything a notebook imports is imported once, before the first.

Run as ``python -m analysis.notebooks.forkserver FD FOLDER PARENT MODULE...``. It reads one JSON object a
line from the socket FD and answers in kind::

    {"fork": 1, "connection_file": ..., "cwd": ..., "log": ...}   ->  {"forked": 1, "pid": 4242}
    {"kill": 4242, "signal": 9}
    {"warm": ["study.toml", "tables"], "cwd": ...}            ->  {"warmed": true}
                                                                  <-  {"exited": 4242, "code": -9}

A kernel never outlives its run. The end of the socket (the runner closed it, or is gone in whatever way)
ends this process; this process kills every kernel with all that the kernel started; where it is itself
killed, the system kills its kernels (Linux), and they watch a pipe that ends with it (everywhere).
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import threading
from types import FrameType
from typing import Any

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve until the socket ends."""
    descriptor, folder, parent, *modules = sys.argv[1:]
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = _Server(socket.socket(fileno=int(descriptor)))
    try:
        # Asked for where the runner is its process's main thread: the signal comes when that thread ends.
        if int(parent):
            die_with_parent(signal.SIGTERM, int(parent))
        _preload(modules)
        server.serve()
    except (BrokenPipeError, ConnectionResetError):
        pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it is ending already
        server.kill_all()
        shutil.rmtree(folder, ignore_errors=True)


def die_with_parent(number: int, parent: int) -> None:
    """Have the system send signal `number` to this process when its parent ends (Linux; elsewhere nothing)."""
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != parent:  # it ended before the call
        os.kill(os.getpid(), number)


def _leave(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(128 + number)


def _preload(modules: list[str]) -> None:
    # Not matplotlib_inline's backend: it ties itself to the shell when it is imported, and there is none yet.
    for name in ("ipykernel.kernelapp", "ipykernel.ipkernel", *modules):
        # What goes wrong here goes wrong in the notebook too, and is reported there.
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].rcParams["svg.hashsalt"] = "nutgraf"
    if "matplotlib.backends.backend_svg" in sys.modules:
        _draw()
    gc.collect()
    gc.freeze()


def _draw() -> None:
    """Draw a figure that nobody sees: finding fonts and loading what draws takes half a second, the first time."""
    from io import BytesIO

    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().set_title("x")
    figure.savefig(BytesIO(), format="svg")


def _compared(study: str, tables: str) -> Any:
    """Load a study and work out every comparison: it is remembered as long as the tables are held.

    A kernel forked afterwards finds the answer there whenever it asks the same of equal tables.
    """
    from analysis import comparison, pipeline

    measured = pipeline.load(study, tables)
    for compare in comparison.COMPARISONS.values():
        compare(measured.tables, measured.study)
    return measured


class _Server:
    """The loop over requests and ended kernels, in one thread: forking with threads about is not safe."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._kernels: set[int] = set()
        self._held: list[Any] = []
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        # Held by nobody else: its end tells a kernel that this process is gone.
        self._alive, self._life = os.pipe()
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)

    def serve(self) -> None:
        """Answer until the socket ends."""
        pending, channel = b"", self._channel.fileno()
        while True:
            ready, _, _ = select.select([channel, self._woken], [], [])
            if self._woken in ready:
                os.read(self._woken, 4096)
                self._reap()
            if channel in ready:
                data = self._channel.recv(65536)
                if not data:
                    return
                *lines, pending = (pending + data).split(b"\n")
                for line in lines:
                    self._answer(json.loads(line))

    def kill_all(self) -> None:
        """Kill every kernel with its process group, and wait for their ends."""
        for pid in self._kernels:
            _kill_group(pid)
        for pid in self._kernels:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
        self._kernels.clear()

    def _answer(self, request: dict[str, Any]) -> None:
        if "warm" in request:
            # What goes wrong here goes wrong in the notebook too, and is reported there.
            with contextlib.suppress(Exception), contextlib.chdir(request["cwd"]):
                self._held.append(_compared(*request["warm"]))
                gc.collect()
                gc.freeze()
            self._send({"warmed": True})
        elif "fork" in request:
            try:
                pid = os.fork()
            except OSError as error:
                self._send({"forked": request["fork"], "pid": 0, "error": str(error)})
                return
            if pid == 0:
                self._become_kernel(request)
            self._kernels.add(pid)
            self._send({"forked": request["fork"], "pid": pid})
        elif request.get("kill") in self._kernels:
            _kill_group(request["kill"], request["signal"])

    def _reap(self) -> None:
        for pid in sorted(self._kernels):
            # Looked at before it is reaped: until then its number, and its group's, can be nobody else's.
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                continue
            _kill_group(pid)
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            self._kernels.discard(pid)
            self._send({"exited": pid, "code": code})

    def _send(self, message: dict[str, Any]) -> None:
        self._channel.sendall(json.dumps(message).encode() + b"\n")

    def _become_kernel(self, request: dict[str, Any]) -> None:
        """Turn the forked child into a kernel; never returns, whatever happens."""
        try:
            server = os.getppid()
            os.setsid()
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            die_with_parent(signal.SIGKILL, server)
            self._channel.close()
            for descriptor in (self._woken, self._wake, self._life):
                os.close(descriptor)
            threading.Thread(target=_watch, args=(self._alive,), daemon=True).start()
            _redirect(request["log"])
            os.chdir(request["cwd"])
            _kernel(request["connection_file"])
        except SystemExit as ended:
            os._exit(ended.code if isinstance(ended.code, int) else 1)
        except BaseException:  # noqa: BLE001 - the child must not run the parent's code
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)


def _kill_group(pid: int, number: int = signal.SIGKILL) -> None:
    for kill in (os.killpg, os.kill):  # the group may not exist yet, the child being about to make it
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, number)
            return


def _watch(alive: int) -> None:
    os.read(alive, 1)
    os.killpg(0, signal.SIGKILL)


def _redirect(log: str) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(nothing, 0)
    os.dup2(written, 1)
    os.dup2(written, 2)
    os.close(nothing)
    os.close(written)


def _kernel(connection_file: str) -> None:
    import random
    import warnings

    from ipykernel.kernelapp import IPKernelApp

    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    sys.argv = ["ipykernel_launcher", "-f", connection_file]
    application: Any = IPKernelApp.instance()
    watched = f"--IPKernelApp.parent_handle={os.getppid()}"
    application.initialize(["-f", connection_file, "--HistoryManager.enabled=False", watched])
    # A warning says what it says, not where on this machine the code lies.
    warnings.formatwarning = lambda message, category, *_, **__: f"{category.__name__}: {message}\n"
    application.start()


if __name__ == "__main__":
    main()
