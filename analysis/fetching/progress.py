"""What is said while `fetch` runs: a bar where a person watches, objects for machines."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Mapping
from typing import Any, TextIO

from analysis.fetching.model import Account

__all__ = ["Progress"]

_MOST_LINES = 10


class Progress:
    """Says on standard error what happens.

    Parameters
    ----------
    log
        ``text``: a bar on a terminal. ``json``: an object a line. ``quiet``: nothing.
    stream
        Where to; standard error where none is given.
    """

    def __init__(self, log: str = "text", *, stream: TextIO | None = None) -> None:
        self._log = log
        self._stream = sys.stderr if stream is None else stream
        self._bar: Any = None

    def tell(self, event: str, values: Mapping[str, Any]) -> None:
        """Take an event of `fetch`."""
        if self._log == "json":
            self._write(json.dumps({"event": event, **values}, ensure_ascii=False))
        elif self._log == "text" and event in {"start", "begin"} and self._stream.isatty():
            from tqdm import tqdm

            self.close()
            unit, total = ("page", values["pages"]) if event == "begin" else ("list", None)
            self._bar = tqdm(total=total, unit=unit, file=self._stream, leave=False, dynamic_ncols=True)
        elif self._bar is not None and event in {"page", "source"}:
            self._bar.update()

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def account(self, account: Account) -> None:
        """Say how the run ended, what failed and why, and whether the corpus holds what was fetched."""
        self.close()
        if self._log == "json":
            statuses = ("new", "changed", "unchanged", "no article", "failed", "left")
            counts = {status.replace(" ", "_"): account.count(status) for status in statuses}
            self.tell(
                "account",
                {
                    "folder": str(account.folder),
                    "addresses": len(account.pages),
                    **counts,
                    "lists": len(account.lists),
                    "lists_failed": sum(item.status == "failed" for item in account.lists),
                    "in_corpus": account.in_corpus,
                },
            )
            return
        if self._log == "quiet":
            return
        for item in account.lists:
            if item.reason:
                how = "could not be read" if item.status == "failed" else "was not read in full"
                self._write(f"nutgraf: {item.url} {how}: {item.reason}")
        said = [page for page in account.pages if page.status in {"failed", "left", "no article"}]
        for page in said[:_MOST_LINES]:
            how = {"failed": "failed", "left": "left for the next run", "no article": "no article"}[page.status]
            self._write(f"nutgraf: {how}: {page.url}: {page.reason}")
        if len(said) > _MOST_LINES:
            self._write(f"nutgraf: {len(said) - _MOST_LINES} more; --log json tells each")
        if not account.in_corpus:
            self._write(
                f"nutgraf: {account.folder} is no part of the study's corpus, so it is not measured; "
                f'write it there: corpus = ["...", "{account.folder.name}"]'
            )

    def _write(self, line: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # nobody reads any more; that is no reason to stop
            print(line, file=self._stream, flush=True)
