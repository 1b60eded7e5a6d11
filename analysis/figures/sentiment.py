"""Sentiment toward each target, split by voice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis.figures.style import COLOURS, INK, MUTED, axes, label, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["sentiment"]


@styled
def sentiment(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw mentions as bars about the middle: negative to the left, neutral between, positive to the right.

    Parameters
    ----------
    table
        As `comparison.sentiment_by_target_voice` gives it: columns target, voice, side, item (negative, neutral,
        positive; others are ignored) and n; what stands for several outlets is summed. A bar without a mention says
        "not mentioned": that is not neutral.
    ax
        Where to draw; new axes when None.

    Examples
    --------
    >>> import pandas as pd
    >>> columns = ["target", "voice", "side", "item", "n"]
    >>> rows = [("deal", "outlet", "", "negative", 1), ("deal", "quoted", "", "neutral", 0)]
    >>> sentiment(pd.DataFrame(rows, columns=columns)).get_label()
    'deal, outlet: 1 negative; deal, quoted: not mentioned.'
    """
    from matplotlib.patches import Patch

    rows = _bars(table)
    ax = axes(ax, height=0.8 + 0.3 * max(1, len(rows)))
    widest = max([n / 2 + max(left, right) for _, _, left, n, right in rows] or [1]) or 1
    said = []
    for y, (target, voice, negative, neutral, positive) in enumerate(rows):
        total = negative + neutral + positive
        name = f"{label(target, 60)}, {voice}"
        if total == 0:
            ax.text(0, y, "not mentioned", ha="center", va="center", color=MUTED, fontsize=8, style="italic")
            said.append(f"{name}: not mentioned")
            continue
        parts = [f"{n} {c}" for n, c in ((negative, "negative"), (neutral, "neutral"), (positive, "positive")) if n]
        said.append(f"{name}: {', '.join(parts)}")
        ax.barh(y, neutral, left=-neutral / 2, color=COLOURS["empty"], height=0.62)
        ax.barh(y, -negative, left=-neutral / 2, color=COLOURS["negative"], height=0.62)
        ax.barh(y, positive, left=neutral / 2, color=COLOURS["positive"], height=0.62)
        for x, count, side in (
            (-neutral / 2 - negative, negative, "right"),
            (neutral / 2 + positive, positive, "left"),
        ):
            if count:
                ax.annotate(
                    str(count),
                    (x, y),
                    xytext=(-3 if side == "right" else 3, 0),
                    textcoords="offset points",
                    ha=side,
                    va="center",
                    fontsize=8,
                )
        if neutral:
            ax.text(0, y, str(neutral), ha="center", va="center", fontsize=8, color=INK)
    ax.set_yticks(range(len(rows)), [f"{label(r[0], 24)} · {r[1]}" for r in rows])
    ax.set_ylim(max(1, len(rows)) - 0.5, -0.5)
    ax.set_xlim(-widest * 1.12, widest * 1.12)
    ax.set_xticks([])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    handles = [
        Patch(color=COLOURS[c], label=n)
        for c, n in (("negative", "negative"), ("empty", "neutral"), ("positive", "positive"))
    ]
    ax.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3, borderaxespad=0, handlelength=1)
    ax.set_label(("; ".join(said) or "No target is mentioned") + ".")
    return ax


def _bars(table: pd.DataFrame) -> list[tuple[str, str, int, int, int]]:
    """Sum the counts of each target and voice; a voice that nobody uses toward any target is left out."""
    own = table[(table["side"] == "") & table["voice"].isin(["outlet", "quoted", "unresolved"])]
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for target, voice, item, n in own[["target", "voice", "item", "n"]].itertuples(index=False):
        if item in ("negative", "neutral", "positive"):
            cell = sums.setdefault((target, voice), {"negative": 0, "neutral": 0, "positive": 0})
            cell[item] += int(n)
    heard = {voice for (_, voice), cell in sums.items() if any(cell.values())} | {"outlet", "quoted"}
    return [(t, v, c["negative"], c["neutral"], c["positive"]) for (t, v), c in sums.items() if v in heard]
