"""A table to be shown: cells, their text and where they lead, as escaped HTML and as plain text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from analysis.display import in_notebook, visible

__all__ = ["Cell", "Table", "each", "visible"]


def each(data: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows of `data` as named tuples."""
    yield from data.itertuples(index=False)


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: its text, an address it opens, a class of the style sheet, and a title for screen readers.

    Attributes
    ----------
    text
        What is read.
    href
        Address it opens; empty for none. Only relative addresses and anchors are written.
    kind
        Names of classes of the style sheet, separated by spaces.
    spoken
        What a screen reader says instead of `text`, where `text` is a sign.
    """

    text: str
    href: str = ""
    kind: str = ""
    spoken: str = ""

    def __html__(self) -> Markup:
        inner = escape(visible(self.text).replace(" %", "\u00a0%"))
        if self.spoken:
            inner = Markup('<span aria-hidden="true">{}</span><span class="sr">{}</span>').format(
                inner, visible(self.spoken)
            )
        if self.href and not self.href.startswith(("/", "//")) and ":" not in self.href.split("#")[0]:
            inner = Markup('<a href="{}">{}</a>').format(self.href, inner)
        return inner


@dataclass(frozen=True, slots=True)
class Table:
    """A table to be shown: caption, column names, rows of cells.

    Attributes
    ----------
    caption
        What the table is, in one line.
    columns
        Names of the columns.
    rows
        Cells (or anything with a text form), as many in each row as there are columns. The first of a row heads it.
    numeric
        Positions of the columns that hold numbers and stand right.
    note
        A line under the table.
    quiet
        Whether everything but links is muted, so that what has evidence stands out.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    numeric: frozenset[int] = frozenset()
    note: str = ""
    quiet: bool = False

    def _repr_html_(self) -> str:
        return in_notebook(self.__html__())

    def __html__(self) -> Markup:
        head = Markup("").join(
            Markup('<th scope="col"{}>{}</th>').format(self._class(i), visible(name))
            for i, name in enumerate(self.columns)
        )
        body = Markup("\n").join(self._row(row) for row in self.rows)
        if not self.rows:
            body = Markup('<tr><td colspan="{}" class="none">Nothing to show.</td></tr>').format(len(self.columns))
        note = Markup('<p class="note">{}</p>').format(visible(self.note)) if self.note else ""
        return Markup(
            '<div class="scroll" role="region" aria-label="{0}" tabindex="0"><table{4}>\n<caption>{0}</caption>\n'
            "<thead><tr>{1}</tr></thead>\n<tbody>\n{2}\n</tbody></table></div>{3}"
        ).format(visible(self.caption), head, body, note, Markup(' class="quiet"') if self.quiet else "")

    def _row(self, row: tuple[Any, ...]) -> Markup:
        cells = []
        for i, cell in enumerate(row):
            shown = cell if isinstance(cell, Cell | Markup) else Cell(str(cell))
            kind = self._class(i, cell.kind if isinstance(cell, Cell) else "")
            tag = Markup('<th scope="row"{}>{}</th>') if i == 0 else Markup("<td{}>{}</td>")
            cells.append(tag.format(kind, shown))
        return Markup("<tr>{}</tr>").format(Markup("").join(cells))

    def _class(self, column: int, kind: str = "") -> Markup:
        kind = "" if self.quiet and kind == "nil" else kind
        names = " ".join(n for n in ("num" if column in self.numeric else "", kind) if n)
        return Markup(' class="{}"').format(names) if names else Markup("")

    def __repr__(self) -> str:
        texts = [[_plain(c) for c in row] for row in self.rows]
        widths = [max([len(n), *(len(r[i]) for r in texts)]) for i, n in enumerate(self.columns)]
        lines = [self.caption, "  ".join(n.ljust(w) for n, w in zip(self.columns, widths, strict=True)).rstrip()]
        lines.append("  ".join("-" * w for w in widths))
        for row in texts:
            placed = [
                t.rjust(w) if i in self.numeric else t.ljust(w)
                for i, (t, w) in enumerate(zip(row, widths, strict=True))
            ]
            lines.append("  ".join(placed).rstrip())
        return "\n".join([*lines, *([self.note] if self.note else [])])


def _plain(cell: Any) -> str:
    text = cell.spoken or cell.text if isinstance(cell, Cell) else str(cell)
    return " ".join(visible(text).split())
