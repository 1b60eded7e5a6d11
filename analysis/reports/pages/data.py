"""The data behind the figures as CSV files that a spreadsheet opens safely."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.reports.pages.context import Context

__all__ = ["csv_bytes", "files", "write_data"]

_TABLES = ("evidence", "facts", "measures", "mentions", "quotes", "removed")
"""Tables that hold no more of the articles' texts than single words and furniture."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def files(context: Context) -> dict[str, pd.DataFrame]:
    """Return every table that a section kept, and the study's tables without the articles' texts, by name."""
    own = {name: context.tables[name] for name in _TABLES if name in context.tables}
    return dict(sorted((own | context.data).items()))


def write_data(context: Context, folder: Path) -> None:
    """Write the data of `context` as CSV files into a folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files(context).items():
        (folder / f"{name}.csv").write_bytes(csv_bytes(data))


def csv_bytes(data: pd.DataFrame) -> bytes:
    r"""Return `data` as CSV: UTF-8, Unix line ends, and no text that a spreadsheet takes for a formula.

    Examples
    --------
    >>> csv_bytes(pd.DataFrame({"outlet": ["=1+1"], "n": [-2]}))
    b"outlet,n\n'=1+1,-2\n"
    """
    safe = data.copy()
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]):
            texts = safe[column].astype("str")
            safe[column] = texts.where(~texts.str.startswith(_FORMULA), "'" + texts)
    return safe.to_csv(index=False, lineterminator="\n").encode("utf-8", "replace")
