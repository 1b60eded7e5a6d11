"""Progress where a person watches."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any, Self

__all__ = ["Progress"]


class Progress:
    """Bars on standard error: articles read, then articles measured.

    Parameters
    ----------
    wanted
        Whether to show any; none are shown where standard error is no terminal.
    """

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted and sys.stderr.isatty()
        self._bar: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def read(self, articles: int) -> None:
        """Say how many articles have been read so far."""
        self._open("reading", None)
        if self._bar is not None:
            self._bar.update(articles - self._bar.n)

    def measure(self, articles: int) -> None:
        """Say how many articles are to be measured."""
        self._close()
        self._open("measuring", articles)

    def done(self, articles: int) -> None:
        """Say that so many more have been."""
        if self._bar is not None:
            self._bar.update(articles)

    def stage(self, name: str) -> None:
        """Say what comes next."""
        self._close()
        self._open(name, None)

    def _open(self, name: str, total: int | None) -> None:
        if self._wanted and self._bar is None:
            from tqdm import tqdm

            self._bar = tqdm(desc=name, total=total, unit=" articles", leave=False)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
