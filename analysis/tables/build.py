"""From DataFrames to tables that are shown."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.tables.model import Cell, Table

__all__ = ["grid", "lines", "table"]

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def table(
    data: pd.DataFrame,
    caption: str,
    *,
    columns: Mapping[str, str] | Sequence[str] | None = None,
    digits: int = 2,
    limit: int = 200,
    note: str = "",
) -> Table:
    """Make a DataFrame a table to be shown.

    Parameters
    ----------
    data
        Any DataFrame; its index is not shown.
    caption
        What the table is.
    columns
        The columns to show, in order; as a mapping, with the names to show them under. None: all.
    digits
        Digits behind the point of numbers that are not whole.
    limit
        At most so many rows; the note says how many more there are.
    note
        A line under the table.

    Examples
    --------
    >>> data = pd.DataFrame({"outlet": ["<b>"], "share": [0.5]})
    >>> print(table(data, "Shares", columns={"outlet": "Outlet", "share": "Share"}))
    Shares
    Outlet  Share
    ------  -----
    <b>      0.50
    """
    if columns is None:
        columns = [str(c) for c in data.columns]
    names = dict(columns) if isinstance(columns, Mapping) else {c: c.replace("_", " ") for c in columns}
    shown = data[list(names)]
    numeric = frozenset(
        i for i, c in enumerate(names) if pd.api.types.is_numeric_dtype(shown[c]) and shown[c].dtype != bool
    )
    rows = tuple(tuple(_text(v, digits) for v in row) for row in shown.head(limit).itertuples(index=False, name=None))
    more = f"{limit:,} of {len(data):,} rows are shown." if len(data) > limit else ""
    return Table(caption, tuple(names.values()), rows, numeric, " ".join(p for p in (note, more) if p))


def grid(
    data: pd.DataFrame,
    caption: str,
    *,
    rows: str = "item",
    columns: str = "outlet",
    value: str = "text",
    corner: str = "",
) -> Table:
    """Lay tidy rows out as a grid: one row a value of `rows`, one column a value of `columns`, in order of appearance.

    Cells that `data` does not have are left empty. `value` may hold `Cell` objects.

    Examples
    --------
    >>> tidy = pd.DataFrame({"item": ["conflict"], "outlet": ["A"], "text": ["1 of 2"]})
    >>> print(grid(tidy, "Frames", corner="Frame"))
    Frames
    Frame     A
    --------  ------
    conflict  1 of 2
    """
    tops, sides = list(dict.fromkeys(data[columns])), list(dict.fromkeys(data[rows]))
    cells = {(s, t): v for s, t, v in zip(data[rows], data[columns], data[value], strict=True)}
    body = tuple((str(s), *(cells.get((s, t), "") for t in tops)) for s in sides)
    return Table(caption, (corner or rows, *(str(t) for t in tops)), body)


def _text(value: Any, digits: int) -> Any:
    if isinstance(value, str) and not isinstance(value, Markup) and _DAY.fullmatch(value):
        return Cell(value, kind="day")
    if isinstance(value, Cell | Markup | str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if math.isnan(value):
            return "–"
        return f"{value:,.0f}" if value == int(value) and abs(value) >= 1000 else f"{value:.{digits}f}"
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(v) for v in value)
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)


def lines(texts: Sequence[str], caption: str) -> Table:
    """Show sentences, one a row.

    Examples
    --------
    >>> print(lines(["Nothing can be claimed."], "Limits"))
    Limits
    No.  What
    ---  -----------------------
    1    Nothing can be claimed.
    """
    return Table(caption, ("No.", "What"), tuple((str(n), text) for n, text in enumerate(texts, 1)))
