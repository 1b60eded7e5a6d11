"""Which articles a collection holds: 24 bytes an article, whatever their number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["Register"]

_WAITING = 1 << 16
_COLUMNS: dict[str, type[np.generic]] = {
    "article": np.uint64,
    "content": np.uint64,
    "segment": np.int32,
    "source": np.int32,
}


class Register:
    """The articles of a collection by hash of their id, and which of them this run has met.

    Parameters
    ----------
    table
        What `table` of an earlier run's register returned; None for an empty one.
    """

    def __init__(self, table: pd.DataFrame | None = None) -> None:
        self._held: dict[str, NDArray[Any]] = {
            name: np.zeros(0, kind) if table is None else np.array(table[name], kind) for name, kind in _COLUMNS.items()
        }
        self._met = np.zeros(len(self._held["article"]), bool)
        self._waiting: dict[int, tuple[int, int, int]] = {}

    def __len__(self) -> int:
        return len(self._met) + len(self._waiting)

    def meet(self, article: int, content: int, *, segment: int, source: int) -> str:
        """Note an article that was read, and say what it is.

        Parameters
        ----------
        article, content
            64-bit hashes of its id and of all that was read of it.
        segment, source
            Numbers of the segment that it will stand in if it is new, and of the source it was read from.

        Returns
        -------
        str
            ``new``; ``known``, where an earlier run has the same; ``changed``, where it has another text under that
            id, which the new one replaces; ``again``, where this run has met the id before.
        """
        if article in self._waiting:
            return "again"
        place = int(np.searchsorted(self._held["article"], np.uint64(article)))
        if place < len(self._met) and int(self._held["article"][place]) == article:
            if self._met[place]:
                return "again"
            self._met[place] = True
            if int(self._held["content"][place]) == content:
                self._held["source"][place] = source
                return "known"
            # The old text is given up: its segment is made anew without it.
            self._held["content"][place] = content
            self._held["segment"][place] = segment
            self._held["source"][place] = source
            return "changed"
        self._waiting[article] = (content, segment, source)
        if len(self._waiting) >= _WAITING:
            self._settle()
        return "new"

    def meet_source(self, source: int) -> None:
        """Note that all articles of a source are there as they were."""
        self._met |= self._held["source"] == source

    def segment_of(self, article: int) -> int:
        """Return the number of the segment that an article stands in, which `meet` has said to be there."""
        if article in self._waiting:
            return self._waiting[article][1]
        return int(self._held["segment"][np.searchsorted(self._held["article"], np.uint64(article))])

    def count(self) -> int:
        """Return how many articles this run has met."""
        return int(self._met.sum()) + len(self._waiting)

    def drop_missing(self) -> None:
        """Forget the articles that this run has not met."""
        self._settle()
        self._held = {name: values[self._met] for name, values in self._held.items()}
        self._met = self._met[self._met]

    def counts(self, segments: int) -> NDArray[np.int64]:
        """Return how many articles stand in each of the first `segments` segments."""
        return np.bincount(self._held["segment"], minlength=segments)

    def articles_of(self, segment: int) -> frozenset[int]:
        """Return the hashes of the ids of the articles of a segment."""
        return frozenset(self._held["article"][self._held["segment"] == segment].tolist())

    def renumber(self, numbers: Sequence[int]) -> None:
        """Give segments new numbers: `numbers` holds the new one at the place of the old."""
        self._settle()
        if len(self._met):
            self._held["segment"] = np.asarray(numbers, np.int32)[self._held["segment"]]

    def table(self) -> pd.DataFrame:
        """Return all there is to keep, sorted by the hash of the id."""
        self._settle()
        return pd.DataFrame(self._held)

    def _settle(self) -> None:
        if not self._waiting:
            return
        articles = np.fromiter(self._waiting, np.uint64, len(self._waiting))
        rest = np.array(list(self._waiting.values()), dtype=object).reshape(-1, 3)
        fresh = {"article": articles, "content": rest[:, 0], "segment": rest[:, 1], "source": rest[:, 2]}
        whole = {name: np.concatenate([self._held[name], fresh[name].astype(kind)]) for name, kind in _COLUMNS.items()}
        order = np.argsort(whole["article"], kind="stable")
        self._held = {name: values[order] for name, values in whole.items()}
        self._met = np.concatenate([self._met, np.ones(len(articles), bool)])[order]
        self._waiting = {}
