"""What is said while notebooks run: a bar where a person watches, lines elsewhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any, TextIO

from analysis.errors import InputError
from analysis.notebooks.record import Record

__all__ = ["LOGS", "Progress"]

LOGS = ("auto", "json", "quiet")


class Progress:
    """Says what happens on standard error, as `log` asks for it.

    Parameters
    ----------
    log
        ``auto``: a bar on a terminal, a line a notebook elsewhere. ``json``: an object a line.
        ``quiet``: nothing about notebooks; whoever asked for the run hears of its end.
    stream
        Where to; standard error where none is given.
    """

    def __init__(self, log: str = "auto", *, stream: TextIO | None = None) -> None:
        if log not in LOGS:
            raise InputError(f"log {log!r} is not one of {', '.join(LOGS)}")
        self._log = log
        self._stream = sys.stderr if stream is None else stream
        self._bar: Any = None

    def begin(self, total: int) -> None:
        """Begin to count `total` notebooks."""
        if self._log == "auto" and self._stream.isatty():
            from tqdm import tqdm

            self._bar = tqdm(total=total, unit="notebook", file=self._stream, leave=False, dynamic_ncols=True)
        self.event("begin", {"notebooks": total}, line="")

    def record(self, record: Record) -> None:
        """Say how a notebook ended."""
        if self._bar is not None:
            self._bar.set_postfix_str(record.name, refresh=False)
            self._bar.update()
        line = f"{record.summary} ({record.duration:.1f} s)" if record.status == "ok" else record.summary
        # What was stopped is said once, for the whole run.
        told = self._bar is None if record.status == "ok" else record.status != "killed"
        self.event("notebook", record.as_dict(), line=line if told else "")

    def end(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def event(self, name: str, values: Mapping[str, Any], *, line: str, failure: bool = False) -> None:
        """Say one thing: as JSON its name and values, else its line (an empty one is not said)."""
        if self._log == "json":
            self._write(json.dumps({"event": name, **values}, ensure_ascii=False, default=str))
        elif line and (failure or self._log != "quiet"):
            self._write(line)

    def _write(self, line: str) -> None:
        try:
            if self._bar is not None:
                self._bar.write(line, file=self._stream)
            else:
                print(line, file=self._stream, flush=True)
        except (OSError, ValueError):  # nobody reads any more; that is no reason to stop
            pass
