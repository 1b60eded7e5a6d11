"""Words: how many each speaker is given, and which set an outlet apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from analysis.figures.style import COLOURS, MUTED, axes, label, styled
from analysis.study import Actor

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["sources", "word_choice"]


@styled
def sources(table: pd.DataFrame, ax: Axes | None = None, *, actors: Sequence[Actor] = (), limit: int = 15) -> Axes:
    """Draw the quoted words of each speaker as bars.

    Parameters
    ----------
    table
        As `comparison.sources_by_outlet` gives it: columns by (rows of ``actor`` are drawn), item (the speaker) and n;
        what stands for several outlets is summed.
    ax
        Where to draw; new axes when None.
    actors
        The study's actors: their sides are named behind the bars.
    limit
        At most so many speakers, those with the most words.

    Examples
    --------
    >>> import pandas as pd
    >>> words = pd.DataFrame({"by": ["actor"], "item": ["Iwaya"], "n": [40]})
    >>> sources(words, actors=[Actor("Iwaya", side="Japan")]).get_label()
    'Quoted words: Iwaya (Japan) 40.'
    """
    sums = table[table["by"] == "actor"].groupby("item", sort=False)["n"].sum()
    sums = sums[sums > 0].sort_index().sort_values(ascending=False, kind="stable")
    named = {actor.name: actor.side for actor in actors}
    rows = pd.DataFrame(
        {"speaker": sums.index, "words": sums.to_numpy(), "side": [named.get(str(i), "") for i in sums.index]}
    )
    more = max(0, len(rows) - limit)
    rows = rows.head(limit)
    ax = axes(ax, height=0.7 + 0.28 * max(1, len(rows)))
    names = [label(s) for s in rows["speaker"]]
    sides = list(rows["side"])
    palette = [COLOURS["accent"], COLOURS["quoted"], COLOURS["second"], "#0e7c61", "#8a4f7d"]
    order = [s for s in dict.fromkeys([*(actor.side for actor in actors), *sides]) if s]  # a side keeps its colour
    colours = [palette[order.index(s) % len(palette)] if s else MUTED for s in sides]
    ax.barh(range(len(rows)), rows["words"], color=colours, height=0.62)
    for y, (words, side) in enumerate(zip(rows["words"], sides, strict=True)):
        ax.annotate(
            f"{int(words)}" + (f"  {label(side, 24)}" if side else ""),
            (words, y),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    ax.set_yticks(range(len(rows)), names)
    ax.set_ylim(max(1, len(rows)) - 0.5, -0.5)
    ax.margins(x=0.18)
    ax.set_xticks([])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    ax.spines["left"].set_visible(True)
    said = [
        f"{n}{f' ({label(s, 40)})' if s else ''} {int(w)}" for n, s, w in zip(names, sides, rows["words"], strict=True)
    ]
    ax.set_label("Quoted words: " + (", ".join(said) or "none") + (f", and {more} more speakers" if more else "") + ".")
    return ax


@styled
def word_choice(table: pd.DataFrame, ax: Axes | None = None, *, limit: int = 20) -> Axes:
    """Draw log-odds of words with their intervals: right of zero the outlet's own, left of it the others'.

    Parameters
    ----------
    table
        Columns item (the word), value, low, high: one row a word.
    ax
        Where to draw; new axes when None.
    limit
        At most so many words, those farthest from zero.

    Examples
    --------
    >>> import pandas as pd
    >>> word_choice(pd.DataFrame({"item": ["block"], "value": [1.2], "low": [0.3], "high": [2.1]})).get_label()
    'Log-odds with 95 % intervals: block 1.2 (0.3 to 2.1).'
    """
    rows = table.dropna(subset=["value"])
    rows = rows.reindex(rows["value"].abs().sort_values(ascending=False, kind="stable").index).head(limit)
    rows = rows.sort_values("value", ascending=False, kind="stable")
    ax = axes(ax, height=0.8 + 0.26 * max(1, len(rows)))
    for y, (value, low, high) in enumerate(rows[["value", "low", "high"]].itertuples(index=False)):
        colour = COLOURS["accent"] if value > 0 else COLOURS["second"]
        if not (pd.isna(low) or pd.isna(high)):
            ax.plot([low, high], [y, y], color=colour, linewidth=1.2)
        ax.plot(value, y, "o" if value > 0 else "s", color=colour, markersize=5)
    ax.axvline(0, color=MUTED, linewidth=0.8)
    ax.set_yticks(range(len(rows)), [label(i, 24) for i in rows["item"]])
    ax.set_ylim(max(1, len(rows)) - 0.5, -0.5)
    ax.set_xlabel("log-odds ratio, 95 % interval")
    said = [
        f"{label(i, 40)} {v:.1f}" + ("" if pd.isna(a) or pd.isna(b) else f" ({a:.1f} to {b:.1f})")
        for i, v, a, b in rows[["item", "value", "low", "high"]].itertuples(index=False)
    ]
    ax.set_label("Log-odds with 95 % intervals: " + (", ".join(said) or "no word could be compared") + ".")
    return ax
