"""One coder at work: what is next, what has been coded."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from analysis.coding.codes import COLUMNS, read_codes
from analysis.errors import ParameterError
from analysis.framing import Codebook

__all__ = ["Session"]


class Session:
    """One coder at work on a sample: what is next, and what has been coded. The widget is a face on it.

    Parameters
    ----------
    rows
        What `sample` drew.
    codebook
        Its frames are coded; keys 1 to 9, then a, b, c ... switch them on and off.
    coder
        Who codes.
    path
        The file of codes; sentences that this coder has coded in it are skipped.
    """

    def __init__(self, rows: pd.DataFrame, codebook: Codebook, *, coder: str, path: str | Path) -> None:
        if not coder.strip():
            raise ParameterError("coder is empty; give the name or initials of who codes")
        self.rows = rows.reset_index(drop=True)
        self.codebook = codebook
        self.coder = coder
        self.path = Path(path)
        self.keys = dict(zip("123456789abcdefghijklmoqrtvwxyz", codebook.names, strict=False))
        self.chosen: set[str] = set()
        codes = read_codes(path)
        done = codes[codes["coder"] == coder].groupby("unit")["frame"].nunique()
        self._done = {str(unit) for unit, count in done.items() if count >= len(codebook.names)}
        self._undo: list[str] = []

    @property
    def current(self) -> dict[str, str] | None:
        """The sentence to code next, or None where all are coded."""
        for row in self.rows.to_dict("records"):
            if row["sentence_id"] not in self._done:
                return {str(name): str(value) for name, value in row.items()}
        return None

    @property
    def progress(self) -> tuple[int, int]:
        """How many of how many are coded."""
        wanted = set(self.rows["sentence_id"])
        return len(self._done & wanted), len(wanted)

    def press(self, key: str) -> None:
        """Take a key: a frame's own switches it, n (Space, Enter) saves and goes on, u goes back to the last saved."""
        if key in self.keys:
            self.chosen ^= {self.keys[key]}
        elif key in ("Enter", " ", "n"):
            self._save()
        elif key == "u" and self._undo:
            self._done.discard(self._undo.pop())
            self.chosen = set()

    def _save(self) -> None:
        current = self.current
        if current is None:
            return
        unit = current["sentence_id"]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not self.path.is_file() or not self.path.stat().st_size
        with self.path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            if fresh:
                writer.writerow(COLUMNS)
            writer.writerows((unit, self.coder, name, int(name in self.chosen)) for name in self.codebook.names)
        self._done.add(unit)
        self._undo.append(unit)
        self.chosen = set()
