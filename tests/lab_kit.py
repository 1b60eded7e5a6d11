"""A real JupyterLab on a port of this machine, and a person's hands in it: clicks, menus, drop-down lists."""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import browser
from browser import Tab

ROOT = Path(__file__).parent.parent
# Cells below the window are drawn as well, no outside news is asked for, and nothing is saved behind our back.
SETTINGS = {
    "notebook-extension/tracker": '{"windowingMode": "none"}',
    "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
    "docmanager-extension/plugin": '{"autosave": false}',
}

KEYS = {"ArrowDown": 40, "ArrowUp": 38, "Enter": 13}
TEXT = "o.textContent.replaceAll('\\u00a0', ' ')"  # lists have no-break spaces
IDLE = "k.execution_state === 'idle'"


class Lab:
    """A running JupyterLab: its address, and the tab that looks at it."""

    def __init__(self, address: str, token: str, settings: Path, tab: Tab, folder: Path) -> None:
        self.folder = folder
        self._address, self._token, self._settings, self.tab = address, token, settings, tab

    def theme(self, *, dark: bool) -> None:
        """Choose JupyterLab's own theme; holds for what is opened from now on."""
        name = "JupyterLab Dark" if dark else "JupyterLab Light"
        _write(self._settings, "apputils-extension/themes", f'{{"theme": "{name}"}}')

    def open(self, notebook: str, *, width: int = 1400, height: int = 1000) -> None:
        """Open a notebook alone and wait until its kernel is idle."""
        self.tab.events.clear()
        self.tab.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )
        self._end_kernels()
        # A name of its own for each workspace: nothing of the notebook before is brought back.
        address = f"{self._address}/lab/workspaces/w{secrets.token_hex(4)}/tree/{notebook}?token={self._token}"
        self.tab.call("Page.navigate", url=address)
        self.wait("document.querySelectorAll('.jp-Notebook .jp-CodeCell').length > 0", 90)
        # Before the kernel is connected, running cells would ask which one is meant.
        asked = f"{self._address}/api/kernels?token={self._token}"
        self.wait(f"fetch({asked!r}).then(r => r.json()).then(k => k.some(k => k.connections > 0 && {IDLE}))", 90)

    def _end_kernels(self) -> None:
        """End the kernels of notebooks looked at before: they take memory, and would be taken for the next one's."""
        if not self.tab.value("location.href").startswith(self._address):
            return
        asked = f"'{self._address}/api/sessions' + i + '?token={self._token}'"
        ended = f"(i => fetch({asked}, {{method: i && 'DELETE' || 'GET'}}))"
        self.wait(
            f"{ended}('').then(r => r.json())"
            f".then(found => Promise.all(found.map(s => {ended}('/' + s.id)))).then(() => true)"
        )

    def wait(self, expression: str, seconds: float = 30) -> Any:
        """Wait until an expression is true, and return its value."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with suppress(RuntimeError):  # the page that is going takes its context with it
                if found := self.tab.value(expression, wait=True):
                    return found
            time.sleep(0.1)
        raise AssertionError(f"not within {seconds:g} s: {expression}")

    def click(self, expression: str) -> None:
        """Move the mouse onto an element and press it, as a hand does."""
        self.wait(f"!!({expression})")
        place = self.tab.value(
            f"(() => {{ const e = {expression}; e.scrollIntoView({{block: 'center'}}); "
            "const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            button = "none" if kind == "mouseMoved" else "left"
            self.tab.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button=button, clickCount=1)
        time.sleep(0.2)

    def run_all(self, seconds: float = 240) -> None:
        """Run > Run All Cells, by the menu, and wait until no cell runs or waits."""
        cells = "[...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputArea-prompt')]"
        self.click("[...document.querySelectorAll('.lm-MenuBar-itemLabel')].find(e => e.textContent.trim() === 'Run')")
        self.click("[...document.querySelectorAll('.lm-Menu-item')].find(e => e.textContent.includes('Run All Cells'))")
        self.wait(f"{cells}.every(p => /\\[\\d+\\]:/.test(p.textContent))", seconds)
        time.sleep(0.5)

    def outputs(self, kind: str) -> list[str]:
        """Return the texts of outputs of a MIME type, such as ``application/vnd.jupyter.stderr``."""
        found: list[str] = self.tab.value(
            f"[...document.querySelectorAll('.jp-OutputArea-output[data-mime-type=\"{kind}\"]')].map(e => e.innerText)"
        )
        return found

    def choose(self, name: str, option: str) -> None:
        """Open the drop-down list called `name` by a click, go to an option by the arrow keys, and take it."""
        box = (
            "[...document.querySelectorAll('.widget-dropdown')]"
            f".find(e => e.querySelector('label').textContent === {name!r}).querySelector('select')"
        )
        self.wait(f"[...{box}.options].some(o => {TEXT} === {option!r})")
        steps = self.tab.value(f"[...{box}.options].findIndex(o => {TEXT} === {option!r}) - {box}.selectedIndex")
        self.click(box)
        for key in [*(["ArrowDown"] * steps if steps > 0 else ["ArrowUp"] * -steps), "Enter"]:
            for kind in ("rawKeyDown", "keyUp"):
                self.tab.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=KEYS[key])
        assert self.tab.value(f"[...{box}.selectedOptions].map(o => {TEXT})[0]") == option

    def press(self, key: str) -> None:
        """Press and release a key of one character."""
        code = ord(key.upper())
        self.tab.call("Input.dispatchKeyEvent", type="keyDown", key=key, text=key, windowsVirtualKeyCode=code)
        self.tab.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def said(self) -> str:
        """Return all text that the widget shows below its lists."""
        return str(
            self.tab.value("[...document.querySelectorAll('.widget-html-content')].map(e => e.innerText).join('\\n')")
        )

    def after(self, act: Callable[[], None], seconds: float = 30) -> str:
        """Return what the widget shows once `act` has changed it."""
        before = self.said()
        act()
        until = time.monotonic() + seconds
        while self.said() == before and time.monotonic() < until:
            time.sleep(0.1)
        time.sleep(0.3)
        assert self.said() != before, "the widget shows the same"
        return self.said()

    def picture(self, path: Path) -> None:
        """Write a screenshot of what is seen."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(self.tab.call("Page.captureScreenshot", format="png")["data"]))

    def outside(self) -> list[str]:
        """Return the addresses asked for that are not of this machine."""
        mine = ("data:", "blob:", self._address, self._address.replace("http", "ws"))
        return [u for u in self.tab.requests() if not u.startswith(mine)]


@contextmanager
def lab(add: Mapping[str, str] | None = None) -> Iterator[Lab]:
    """Start JupyterLab on a copy of notebooks/ and seeds/ with folders of its own, and a browser that looks at it.

    Parameters
    ----------
    add
        Code of a last cell, by the notebook it is added to.
    """
    import nbformat

    folder = Path(tempfile.mkdtemp(prefix="nutgraf-lab-"))
    for name in ("notebooks", "seeds"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".*"))
    for name, code in (add or {}).items():
        path = folder / "notebooks" / f"{name}.ipynb"
        notebook = nbformat.read(path, 4)
        notebook.cells.append(nbformat.v4.new_code_cell(code, id="added"))
        nbformat.write(notebook, path)
    settings = folder / "settings"
    for name, text in SETTINGS.items():
        _write(settings, name, text)
    token = secrets.token_hex(16)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "IPYTHON"))}
    environment |= {
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "IPYTHONDIR": str(folder / "ipython"),
        "NO_PROXY": "127.0.0.1",
    }
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"),
        *("--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", f"--notebook-dir={folder / 'notebooks'}"),
    ]
    log = (folder / "log").open("wb")
    server = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True)
    try:
        address = f"http://127.0.0.1:{port}"
        _answers(f"{address}/api?token={token}", server, folder / "log")
        with browser.browser() as tab:
            yield Lab(address, token, settings, tab, folder / "notebooks")
    finally:
        server.terminate()  # the server ends its kernels
        with suppress(subprocess.TimeoutExpired):
            server.wait(20)
        if server.poll() is None:
            server.kill()
            server.wait()
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _write(settings: Path, name: str, text: str) -> None:
    path = settings / "@jupyterlab" / f"{name}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _answers(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    opener = build_opener(ProxyHandler({}))
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        with suppress(URLError, OSError), opener.open(address, timeout=5):
            return
        time.sleep(0.2)
    raise AssertionError(f"JupyterLab does not answer:\n{log.read_text('utf-8', 'replace')[-2000:]}")
