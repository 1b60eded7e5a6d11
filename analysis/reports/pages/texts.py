"""Sections on the texts themselves: where targets come up, and how hard the articles are to read."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis import comparison, figures
from analysis.figures.depth import index_name
from analysis.reports.pages.cells import claims, columns_for
from analysis.reports.pages.context import Context, Section
from analysis.reports.style import macro
from analysis.tables import Cell, Table, each

__all__ = ["prominence", "readability"]


def prominence(context: Context) -> Section:
    """Show where each target comes up: headline, lead, depth of first mention, amount."""
    data = comparison.prominence_by_outlet(context.tables, context.study)
    csv = context.csv("prominence", data)
    lede = "How much of an article stands before the first mention of a target, and whether headline or lead has it."
    if data.empty:
        return Section("prominence", "Prominence", lede, [Markup("<p>The study names no target.</p>")])
    outlets, note = columns_for(data)
    data = data[data["outlet"].isin(outlets)]
    parts = []
    if len(outlets) <= 8:
        axes = figures.prominence(data)
        parts.append(
            context.figure(
                axes, "How far down each target is first mentioned", "Mean over the articles that mention it.", csv
            )
        )
    cells: dict[Any, dict[str, Any]] = {}
    for r in each(data):
        cells.setdefault((r.target, r.outlet), {})[str(r.item)] = r
    rows = []
    for target in dict.fromkeys(data["target"]):
        rows.append(
            (
                target,
                *(_place(context, cells.get((target, o), {}), f"First mention of “{target}”, {o}") for o in outlets),
            )
        )
    parts.append(
        Table("Where each target comes up", ("Target", *outlets), tuple(rows), note=note, quiet=True).__html__()
    )
    parts.append(claims(data, "prominence"))
    return Section("prominence", "Prominence", lede, parts)


def _place(context: Context, cell: dict[str, Any], title: str) -> Cell:
    depth = cell.get("depth")
    if depth is None or pd.isna(depth.value):
        return Cell("not mentioned", kind="nil")
    said = [f"after {depth.value * 100:.0f} %"]
    for item, words in (("in headline", "headline"), ("in lead", "lead")):
        r = cell.get(item)
        if r is not None and r.n > 0:
            n, d = int(r.n), int(r.denominator)
            said.append(
                words if d == 1 else f"{words} {comparison.share_text(n, d, context.study.minimum_denominator)}"
            )
    return Cell(", ".join(said), context.ledger.link(title, depth.evidence))


def readability(context: Context) -> Section:
    """Show how hard the articles are to read, with the spread among an outlet's articles."""
    data = comparison.readability_by_outlet(context.tables, context.study)
    csv = context.csv("readability", data)
    lede = "Formulas count syllables, words and sentences; they say how hard a text is to read, not how good it is."
    if data.empty:
        return Section("readability", "Readability", lede, [Markup("<p>No text was long enough to measure.</p>")])
    outlets, note = columns_for(data)
    data = data[data["outlet"].isin(outlets)]
    items = list(dict.fromkeys(data["item"]))
    grade = next((i for i in items if "kincaid" in i.lower()), items[0])
    axes = figures.readability(data, index=grade)
    parts = [
        context.figure(
            axes,
            f"Readability: {index_name(grade)}",
            "The dot is the mean, the line runs from the lowest to the highest article.",
            csv,
        )
    ]
    caption = "Readability by outlet: mean, and standard deviation among its articles"
    rest = context.detail(
        "readability-indices", "Every readability index", [_indices(data, outlets, items, caption, note)]
    )
    parts.append(macro("more", [(rest, "Every index")]))
    parts.append(claims(data, "readability"))
    return Section("readability", "Readability", lede, parts)


def _indices(data: pd.DataFrame, outlets: list[str], items: list[str], caption: str, note: str) -> Markup:
    cells = {(r.outlet, r.item): r for r in each(data)}
    rows = []
    for outlet in outlets:
        row: list[Any] = [outlet]
        for item in items:
            r = cells.get((outlet, item))
            known = r is not None and not pd.isna(r.value)
            row.append(Cell(_spread(r)) if known else Cell("no evidence" if r is None else str(r.reason), kind="nil"))
        rows.append(tuple(row))
    names = tuple(index_name(i) for i in items)
    numeric = frozenset(range(1, len(names) + 1))
    return Table(caption, ("Outlet", *names), tuple(rows), numeric, note).__html__()


def _spread(r: Any) -> str:
    return f"{r.value:.1f}" + ("" if pd.isna(r.deviation) else f" ± {r.deviation:.1f}")
