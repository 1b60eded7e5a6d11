"""How often a classifier is right where it says how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis.figures.style import COLOURS, INK, RULE, axes, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["reliability"]


@styled
def reliability(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw a reliability diagram (Guo et al., ICML 2017): accuracy over confidence, by bin.

    Parameters
    ----------
    table
        A row a bin: n, confidence and accuracy (means over its rows, 0 to 1); bins without rows are left out.
    ax
        Where to draw; None: new axes.

    Returns
    -------
    Axes
        Its label says the same in words.
    """
    rows = table[table["n"] > 0].sort_values("confidence", kind="stable")
    ax = axes(ax, width=4.2, height=3.6)
    ax.plot([0, 1], [0, 1], color=RULE, linewidth=1)
    largest = max(int(rows["n"].max()), 1) if len(rows) else 1
    ax.plot(rows["confidence"], rows["accuracy"], color=COLOURS["accent"], linewidth=1)
    sizes = [18 + 120 * n / largest for n in rows["n"]]
    ax.scatter(rows["confidence"], rows["accuracy"], s=sizes, color=COLOURS["accent"], zorder=3)
    ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    ax.set_xlabel("said probability of the class chosen", color=INK)
    ax.set_ylabel("share that is right", color=INK)
    said = "; ".join(
        f"{c:.2f}: {a:.2f} of {n}" for c, a, n in rows[["confidence", "accuracy", "n"]].itertuples(index=False)
    )
    ax.set_label(f"Share of decisions that are right, by the probability said. {said}." if said else "Nothing to show.")
    return ax
