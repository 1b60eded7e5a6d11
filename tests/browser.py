"""Chromium without a window, driven over its debugging protocol: pages are opened and looked at."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
)


def chromium() -> str:
    """Return the path of a Chromium, or the empty string."""
    found = (shutil.which(n) for n in ("chromium", "chromium-browser", "google-chrome", "chrome"))
    return os.environ.get("NUTGRAF_CHROMIUM", "") or next((f for f in found if f), "")


def axe() -> Path | None:
    """Return axe-core's script: under NUTGRAF_AXE (the file, or the folder where npm installed axe-core), or None."""
    given = Path(os.environ.get("NUTGRAF_AXE", str(Path.home() / ".cache" / "nutgraf" / "npm")))
    for path in (given, given / "node_modules" / "axe-core" / "axe.min.js"):
        if path.is_file():
            return path
    return None


class Tab:
    """One tab: opens files, evaluates expressions, and remembers requests, console lines and errors."""

    def __init__(self, address: str) -> None:
        from websocket import create_connection

        self._socket = create_connection(address, timeout=60, suppress_origin=True)
        self._count = 0
        self.events: list[dict[str, Any]] = []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        self._count += 1
        self._socket.send(json.dumps({"id": self._count, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") == self._count:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)
            if message.get("method") == "Page.javascriptDialogOpening" and message["params"]["type"] == "beforeunload":
                # A page that was worked on asks whether it may go; any other dialog is a page's own doing, and stays.
                answer = {"id": 1_000_000_000 + self._count, "method": "Page.handleJavaScriptDialog"}
                self._socket.send(json.dumps({**answer, "params": {"accept": True}}))

    def open(self, path: Path, *, dark: bool = False, width: int = 1280, settle: float = 0.05) -> None:
        self.events.clear()
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=features)
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600
        )
        self.call("Page.navigate", url=path.resolve().as_uri())
        for _ in range(600):
            if self.value("document.readyState") == "complete" and self.value("location.protocol") == "file:":
                break
            time.sleep(0.05)
        time.sleep(settle)
        self.value("1")

    def value(self, expression: str, *, wait: bool = False) -> Any:
        done = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=wait)
        if "exceptionDetails" in done:
            raise RuntimeError(str(done["exceptionDetails"])[:600])
        return done["result"].get("value")

    def named(self, name: str) -> list[dict[str, Any]]:
        return [e["params"] for e in self.events if e.get("method") == name]

    def requests(self) -> list[str]:
        """Return every address asked for but the page itself."""
        asked = [p["request"]["url"] for p in self.named("Network.requestWillBeSent") if p.get("type") != "Document"]
        return [u for u in asked if not u.startswith("data:")]

    def complaints(self) -> list[str]:
        """Return console lines, log entries and exceptions."""
        lines = [str(p.get("args")) for p in self.named("Runtime.consoleAPICalled")]
        lines += [p["entry"]["text"] for p in self.named("Log.entryAdded")]
        return lines + [
            str(p) for p in self.named("Runtime.exceptionThrown") + self.named("Page.javascriptDialogOpening")
        ]


@contextmanager
def browser() -> Iterator[Tab]:
    """Start Chromium with a profile of its own and give a tab of it; both are gone afterwards."""
    folder = tempfile.mkdtemp(prefix="nutgraf-chromium-")
    command = [chromium(), *FLAGS, f"--user-data-dir={folder}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        port = Path(folder) / "DevToolsActivePort"
        for _ in range(300):
            if port.is_file() and port.read_text().strip():
                break
            time.sleep(0.1)
        number = port.read_text().split()[0]
        opener = build_opener(ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{number}/json/list") as answer:
            pages = [t for t in json.load(answer) if t["type"] == "page"]
        yield Tab(pages[0]["webSocketDebuggerUrl"])
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        if process.poll() is None:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)
