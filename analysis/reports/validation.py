"""`nutgraf validate`: agreement with human coding, as a page beside its tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from markupsafe import Markup

from analysis import evaluation, store
from analysis.reports.style import page
from analysis.tables import table

__all__ = ["validate"]

_ROWS = 60
_LEDE = (
    "Each figure compares a method with what human coders said of the same text, by the project's one scorer's rules."
)


def validate(gold: Path, out: Path) -> Path:
    """Compare every measure with the human coding under `gold`; write tables, ``agreement.json`` and a page.

    Parameters
    ----------
    gold
        A folder with one or more gold sets, each in a folder of its own.
    out
        Where to write; is made where it is missing.

    Returns
    -------
    Path
        The page, ``index.html``.

    Raises
    ------
    InputError
        Where `gold` holds no set, or a row of one is not as described.
    """
    found = evaluation.validate(gold, out)
    names = [name for name, data in found.items() if len(data)]
    parts = [_section(name, found[name]) for name in names]
    contents = [(name, _title(name)) for name in names]
    html = page(
        "Agreement with human coding", Markup("\n").join(parts), kicker="nutgraf validate", dek=_LEDE, contents=contents
    )
    path = out / "index.html"
    store.write_bytes(path, html.encode("utf-8"))
    return path


def _section(name: str, data: pd.DataFrame) -> Markup:
    head = Markup('<h2 id="{}">{}</h2>').format(name, _title(name))
    link = Markup('<p><a href="{}.csv">Data (CSV)</a></p>').format(name)
    columns = [column for column in data.columns if column not in _HIDDEN]
    return head + table(data, _title(name), columns=columns, digits=3, limit=_ROWS).__html__() + link


_HIDDEN = frozenset({"command", "data", "method_hash", "data_hash", "hash"})


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
