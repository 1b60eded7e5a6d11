"""The rows of the index in files, by number of the article, and the table that they make."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis import schema
from analysis.reuse.segments import GONE, Catalogue
from analysis.reuse.spill import Spill
from analysis.store import write_bytes

__all__ = ["Rows", "save"]

_SORTED = 16_384  # articles whose rows are sorted together
_ROW = np.dtype(
    [(name, "<i4") for name in ("later", "earlier", "start", "end", "other_start", "other_end")]
    + [("share", "<f8"), ("other_share", "<f8")]
)


class Rows:
    """Rows made by numbered updates, a file a block of articles.

    Parameters
    ----------
    folder
        Where the files are; made where it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, update: int, block: int) -> bool:
        """Tell whether a block is written."""
        return self._block(update, block).exists()

    def write(self, update: int, block: int, found: pd.DataFrame, number: NDArray[np.int32]) -> None:
        """Write the passages of a block as `compare` returns them; `number` has the article of each rank."""
        rows = np.empty(len(found), dtype=_ROW)
        for name in _ROW.names or ():
            rows[name] = found[name].to_numpy()
        rows["later"], rows["earlier"] = number[rows["later"]], number[rows["earlier"]]
        save(self._block(update, block), rows)

    def write_articles(self, update: int, articles: NDArray[np.int32]) -> None:
        """Write which articles an update made the rows of: those of earlier updates no longer count for them."""
        save(self._articles(update), articles)

    def tidy(self, updates: Sequence[tuple[int, int]]) -> None:
        """Remove what does not belong to these updates."""
        kept = {self._articles(update).name for update, _ in updates}
        kept.update(self._block(update, block).name for update, blocks in updates for block in range(blocks))
        if self._folder.exists():
            for path in self._folder.iterdir():
                if path.name not in kept:
                    path.unlink(missing_ok=True)

    def tables(self, updates: Sequence[tuple[int, int]], catalogue: Catalogue) -> Iterator[pd.DataFrame]:
        """Yield table `reuse` in parts, sorted.

        Parameters
        ----------
        updates
            The numbers of the updates, and how many blocks each made.
        catalogue
            The articles.
        """
        there = catalogue.rank != GONE
        made = np.full(len(there), -1, dtype=np.int32)
        for update, _ in updates:
            made[np.load(self._articles(update))] = update
        made[~there] = -1
        place = np.cumsum(there) - 1
        order = pc.sort_indices(catalogue.ids).to_numpy()
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        rank = rank[place] if len(order) else place
        with tempfile.TemporaryDirectory() as folder:
            spill = Spill(Path(folder), len(order) // _SORTED + 1, _ROW)
            for update, blocks in updates:
                for block in range(blocks):
                    rows = np.load(self._block(update, block))
                    rows = rows[made[rows["later"]] == update]
                    spill.put(rank[rows["later"]] // _SORTED, rows)
            for rows in spill.bins():
                if len(rows):
                    keys = (rows["other_start"], rank[rows["earlier"]], rows["start"], rank[rows["later"]])
                    yield _table(rows[np.lexsort(keys)], catalogue.ids, place)

    def _block(self, update: int, block: int) -> Path:
        return self._folder / f"{update:06d}.{block:06d}.npy"

    def _articles(self, update: int) -> Path:
        return self._folder / f"{update:06d}.articles.npy"


def _table(rows: NDArray[np.void], ids: pa.Array, place: NDArray[np.int64]) -> pd.DataFrame:
    columns = {name: rows[name] for name in _ROW.names or ()}
    for name, column in (("article_id", "later"), ("other_id", "earlier")):
        found = ids.take(pa.array(place[columns.pop(column)])).to_pylist()
        columns[name] = np.array([one.decode("utf-8", "surrogatepass") for one in found], dtype=object)
    return schema.check("reuse", pd.DataFrame(columns))


def save(path: Path, values: NDArray[np.generic]) -> None:
    """Write an array to `path`, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.save(buffer, values)
    write_bytes(path, buffer.getvalue())
