"""Where in an article a target comes up, and how hard its sentences are to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis.figures.style import COLOURS, MUTED, axes, label, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["index_name", "prominence", "readability"]


@styled
def prominence(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw how far into each article a target is first mentioned: 0 % is its first word.

    Parameters
    ----------
    table
        As `comparison.prominence_by_outlet` gives it: columns outlet, target, item (only ``depth`` is drawn) and value
        (0 to 1; null: not mentioned).
    ax
        Where to draw; new axes when None.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("A", "deal", "depth", 0.25), ("B", "deal", "depth", None)]
    >>> prominence(pd.DataFrame(rows, columns=["outlet", "target", "item", "value"])).get_label()
    'First mention, as share of the text before it: deal: A 25 %, B not mentioned.'
    """
    table = table[table["item"] == "depth"]
    items, outlets = list(dict.fromkeys(table["target"])), list(dict.fromkeys(table["outlet"]))
    ax = axes(ax, height=0.9 + 0.34 * max(1, len(items)))
    markers = "os^Dv<>p"
    palette = [COLOURS["accent"], COLOURS["second"], "#0e7c61", COLOURS["quoted"], "#8a4f7d", MUTED]
    said: dict[str, list[str]] = {item: [] for item in items}
    for outlet, item, value in table[["outlet", "target", "value"]].itertuples(index=False):
        i, y = outlets.index(outlet), items.index(item)
        if pd.isna(value):
            said[item].append(f"{label(outlet, 60)} not mentioned")
            continue
        ax.plot(
            value * 100,
            y,
            markers[i % len(markers)],
            color=palette[i % len(palette)],
            clip_on=False,
            label=label(outlet, 24),
            alpha=0.9,
        )
        said[item].append(f"{label(outlet, 60)} {value * 100:.0f} %")
    for y, item in enumerate(items):
        if all(s.endswith("not mentioned") for s in said[item]):
            ax.text(50, y, "not mentioned", ha="center", va="center", color=MUTED, fontsize=8, style="italic")
    ax.set_yticks(range(len(items)), [label(i, 28) for i in items])
    ax.set_ylim(max(1, len(items)) - 0.5, -0.5)
    ax.set_xlim(0, 100)
    ax.set_xticks([0, 25, 50, 75, 100], ["first word", "25 %", "50 %", "75 %", "last word"])
    _legend(ax)
    lines = [f"{label(i, 60)}: {', '.join(said[i][:12])}" for i in items]
    ax.set_label("First mention, as share of the text before it: " + ("; ".join(lines) or "no target") + ".")
    return ax


_INDICES = {
    "flesch_reading_ease": "Flesch reading ease",
    "flesch_kincaid_grade": "Flesch–Kincaid grade",
    "gunning_fog": "Gunning fog",
    "smog_index": "SMOG",
    "coleman_liau_index": "Coleman–Liau",
    "automated_readability_index": "Automated readability index",
    "dale_chall_readability_score": "Dale–Chall",
}


def index_name(index: str) -> str:
    """Return a readability index as its literature writes it.

    Examples
    --------
    >>> index_name("flesch_kincaid_grade"), index_name("my_index")
    ('Flesch–Kincaid grade', 'my index')
    """
    return _INDICES.get(index, index.replace("_", " "))


@styled
def readability(table: pd.DataFrame, ax: Axes | None = None, *, index: str = "flesch_kincaid_grade") -> Axes:
    """Draw a readability index of each outlet: a dot for the mean, a line from its lowest to its highest article.

    Parameters
    ----------
    table
        As `comparison.readability_by_outlet` gives it: columns outlet, item, n, value, lowest, highest.
    ax
        Where to draw; new axes when None.
    index
        The index to draw; where the table does not have it, its first.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"outlet": ["A"], "item": ["smog"], "n": [1], "value": [12.34], "lowest": [12.34], "highest": [12.34]}
    >>> readability(pd.DataFrame(row)).get_label()
    'A 12.3 (smog).'
    """
    found = list(dict.fromkeys(table["item"]))
    index = index if index in found or not found else found[0]
    unit = index_name(index)
    rows = table[(table["item"] == index) & table["value"].notna()]
    ax = axes(ax, height=0.8 + 0.3 * max(1, len(rows)))
    said = []
    columns = ["outlet", "value", "lowest", "highest"]
    for y, (outlet, value, low, high) in enumerate(rows[columns].itertuples(index=False)):
        spread = high > low
        if spread:
            ax.plot([low, high], [y, y], color=COLOURS["accent"], linewidth=1.4)
        ax.plot(value, y, "o", color=COLOURS["accent"])
        ax.annotate(f"{value:.1f}", (value, y), xytext=(0, 7), textcoords="offset points", ha="center", fontsize=8)
        said.append(f"{label(outlet, 60)} {value:.1f}" + (f" (spread {low:.1f} to {high:.1f})" if spread else ""))
    ax.set_yticks(range(len(rows)), [label(o, 28) for o in rows["outlet"]])
    ax.set_ylim(max(1, len(rows)) - 0.5, -0.7)
    ax.set_xlabel(unit)
    ax.margins(x=0.12)
    ax.set_label((", ".join(said[:20]) + f" ({unit})" if said else "Nothing could be measured") + ".")
    return ax


def _legend(ax: Axes) -> None:
    handles, labels = ax.get_legend_handles_labels()
    first = dict(zip(reversed(labels), reversed(handles), strict=True))
    if first:
        names = list(dict.fromkeys(labels))[:8]
        ax.legend(
            [first[n] for n in names],
            names,
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=min(4, len(names)),
            handletextpad=0.3,
            columnspacing=1.2,
            borderaxespad=0,
        )
