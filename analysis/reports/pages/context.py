"""What all sections share: the tables, the labels of outlets, the ledger of evidence, and the data behind figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd
from markupsafe import Markup

from analysis import comparison
from analysis.figures import Picture, picture
from analysis.reports.pages.ledger import Ledger
from analysis.reports.style import macro, page
from analysis.study import Study
from analysis.tables import Cell, visible

__all__ = ["MOST_DOTS", "Context", "Section", "gather"]

_SMALL = 20
"""Up to so many articles the pages are kept under 40 KB; beyond it, under 1 MB."""


MOST_DOTS = 8
"""Up to so many articles a share is shown with a dot for each."""


class Section(NamedTuple):
    """A section of the report: its anchor, title, a line below the title, and its parts in order."""

    anchor: str
    title: str
    lede: str
    parts: list[Markup]


@dataclass(frozen=True, slots=True)
class Context:
    """What the sections are written from."""

    tables: Mapping[str, pd.DataFrame]
    manifest: Mapping[str, Any]
    study: Study
    labels: Mapping[str, str]
    ledger: Ledger
    data: dict[str, pd.DataFrame] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)

    def csv(self, name: str, data: pd.DataFrame) -> str:
        """Keep `data` to be written as ``data/NAME.csv`` and return its address."""
        self.data[name] = data
        return f"data/{name}.csv"

    def detail(self, name: str, heading: str, parts: list[Markup], *, dek: str = "", contents: Any = None) -> str:
        """Keep a page behind a section, to be written as ``NAME.html``, and return its address."""
        kicker = f"Report · {self.study.title}"
        self.details[f"{name}.html"] = page(
            heading, Markup("\n").join(parts), kicker=kicker, up="index.html", dek=dek, contents=contents
        )
        return f"{name}.html"

    def figure(self, axes: Any, caption: str, note: str, csv: str) -> Markup:
        """Return a drawn figure with caption, note and the address of its data."""
        drawn: Picture = picture(axes)
        return macro("figure", drawn, caption, note, csv)

    def counted(self, row: Any, title: str, *, dots: bool = False) -> Cell:
        """Return a row's "n of d" as a cell that opens its evidence; where there is none, its reason, not a zero."""
        if row is None:
            return Cell("")
        if not row.denominator > 0:
            return Cell(str(row.reason) or "no evidence", kind="nil")
        n, denominator = int(row.n), int(row.denominator)
        text = comparison.share_text(n, denominator, self.study.minimum_denominator)
        if dots and denominator <= MOST_DOTS:
            text = ("●" * n + "○" * (denominator - n) + " " + text).replace(" ", "\u00a0")
        return Cell(text, self.ledger.link(title, row.evidence)) if n else Cell(text, kind="nil")


def gather(tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any], study: Study) -> Context:
    """Prepare what the sections are written from."""
    articles = tables["articles"]
    names = comparison.outlet_labels(articles)
    labels = {str(a): visible(n) for a, n in zip(articles["article_id"], names, strict=True)}
    small = len(articles) <= _SMALL
    return Context(tables, manifest, study, labels, Ledger(tables, labels, page_bytes=22_000 if small else 400_000))
