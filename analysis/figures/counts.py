"""Grids of outlets against what they have: frames by count, facts by status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis.display import unvalidated
from analysis.figures.style import COLOURS, INK, MUTED, axes, label, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["STATUS", "counts", "facts"]

# A status is told by its shape and its word; colour only repeats it.
STATUS: dict[str, tuple[str, str]] = {
    "asserted": ("●", "stated by the outlet"),
    "quoted": ("❝", "only in a speaker's words"),
    "denied": ("✕", "denied"),
    "not found": ("–", "not found"),
}


@styled
def counts(table: pd.DataFrame, ax: Axes | None = None, *, limit: int = 24) -> Axes:
    """Draw a grid of outlets (columns) against items (rows): a disc as large as the share, and "n of d" beside it.

    Parameters
    ----------
    table
        Columns outlet, item, n, denominator: one row a cell. A denominator of 0 is no evidence, and is drawn as a
        dash, not as an empty ring.
    ax
        Where to draw; new axes when None.
    limit
        At most so many items are drawn, those with the most evidence.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("A", "conflict", 1, 2), ("B", "conflict", 0, 0)]
    >>> counts(pd.DataFrame(rows, columns=["outlet", "item", "n", "denominator"])).get_label()
    'conflict: 1 of 2 (A).'
    """
    sums = table.groupby("item", sort=False)["n"].sum()
    items = [i for i in sums.index if sums[i] > 0] or list(sums.index)
    if len(items) > limit:
        items = sorted(sums.nlargest(limit).index.tolist())
    outlets = list(dict.fromkeys(table["outlet"]))
    ax = axes(ax, width=max(5.8, 2 + 0.95 * len(outlets)), height=0.9 + 0.28 * max(1, len(items)))
    cells = {
        (o, i): (int(n), int(d)) for o, i, n, d in table[["outlet", "item", "n", "denominator"]].itertuples(index=False)
    }
    for y, item in enumerate(items):
        for x, outlet in enumerate(outlets):
            n, d = cells.get((outlet, item), (0, 0))
            if d == 0:
                ax.text(x, y, "–", ha="center", va="center", color=MUTED)
                continue
            ax.scatter(x, y, s=90, facecolor="none", edgecolor=MUTED, linewidth=0.7)
            if n:
                ax.scatter(x, y, s=90 * n / d, color=COLOURS["accent"])
            ax.text(x + 0.14, y, f"{n} of {d}", va="center", fontsize=8, color=INK if n else MUTED)
    _grid(ax, [_head(o) for o in outlets], [label(i) for i in items])
    note = unvalidated(items)
    ax.set_xlabel(note, loc="left", fontsize=8, color=MUTED)
    ax.set_label(" ".join(part for part in (_alternative(items, outlets, cells), note) if part))
    return ax


def _alternative(items: list[str], outlets: list[str], cells: dict[tuple[str, str], tuple[int, int]]) -> str:
    lines = []
    for item in items:
        known = [(o, *cells[o, item]) for o in outlets if cells.get((o, item), (0, 0))[1] > 0]
        if not known:
            lines.append(f"{label(item, 60)}: no evidence")
            continue
        n, d = sum(k[1] for k in known), sum(k[2] for k in known)
        where = [label(k[0], 60) for k in known if k[1]]
        most = ", ".join(where[:6]) + (f" and {len(where) - 6} more" if len(where) > 6 else "")
        lines.append(f"{label(item, 60)}: {n} of {d}" + (f" ({most})" if where else ""))
    return ("; ".join(lines) or "No frame was measured") + "."


@styled
def facts(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw which outlet has which fact, and how: a sign for each status of `STATUS`.

    Parameters
    ----------
    table
        As `comparison.facts_by_outlet` gives it: columns outlet, item (the fact), status and n. Of several articles of
        an outlet the strongest status is drawn: asserted, then denied, then quoted.
    ax
        Where to draw; new axes when None.

    Examples
    --------
    >>> import pandas as pd
    >>> cells = [("A", "lawsuit", "asserted", 1), ("B", "lawsuit", "asserted", 0), ("B", "lawsuit", "not found", 1)]
    >>> facts(pd.DataFrame(cells, columns=["outlet", "item", "status", "n"])).get_label()
    'lawsuit: A stated by the outlet, B not found.'
    """
    strongest = dict.fromkeys(zip(table["outlet"], table["item"], strict=True), "not found")
    for status in ("quoted", "denied", "asserted"):
        found = table[(table["status"] == status) & (table["n"] > 0)]
        strongest.update(dict.fromkeys(zip(found["outlet"], found["item"], strict=True), status))
    items, outlets = list(dict.fromkeys(table["item"])), list(dict.fromkeys(table["outlet"]))
    ax = axes(ax, width=max(5.8, 2 + 0.9 * len(outlets)), height=0.9 + 0.28 * max(1, len(items)))
    said: dict[str, list[str]] = {item: [] for item in items}
    for (outlet, item), status in strongest.items():
        sign, words = STATUS[status]
        colour = {"asserted": COLOURS["accent"], "quoted": COLOURS["quoted"], "denied": COLOURS["second"]}.get(
            status, MUTED
        )
        ax.text(outlets.index(outlet), items.index(item), sign, ha="center", va="center", color=colour, fontsize=12)
        said[item].append(f"{label(outlet, 60)} {words}")
    _grid(ax, [_head(o) for o in outlets], [label(i) for i in items])
    ax.set_label(
        ("; ".join(f"{label(i, 60)}: {', '.join(said[i][:12])}" for i in items) or "No fact is asked for") + "."
    )
    return ax


def _head(outlet: str) -> str:
    """Return an outlet's name for the head of a column, in two lines where it is long."""
    name = label(outlet, 24)
    first, space, rest = name.rpartition(" ")
    return f"{first}\n{rest}" if space and len(name) > 10 else name


def _grid(ax: Axes, columns: list[str], rows: list[str]) -> None:
    ax.set_xticks(range(len(columns)), columns)
    ax.xaxis.tick_top()
    ax.set_yticks(range(len(rows)), rows)
    ax.set_xlim(-0.5, max(1, len(columns)) - 0.4)
    ax.set_ylim(max(1, len(rows)) - 0.5, -0.5)
    ax.grid(visible=False)
    ax.hlines([y + 0.5 for y in range(len(rows) - 1)], -0.5, len(columns) - 0.4, color=COLOURS["empty"], linewidth=0.7)
    ax.spines["bottom"].set_visible(False)
