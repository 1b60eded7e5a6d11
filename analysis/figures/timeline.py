"""When articles were published, against the milestones of the dispute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.figures.style import COLOURS, INK, MUTED, axes, label, styled
from analysis.study import Milestone

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["timeline"]


@styled
def timeline(
    articles: pd.DataFrame,
    milestones: Sequence[Milestone] = (),
    ax: Axes | None = None,
    *,
    window: tuple[date, date] | None = None,
) -> Axes:
    """Draw one dot an article at its date, stacked by day, with the milestones as labelled lines.

    Parameters
    ----------
    articles
        Table `articles`. Those without a date are not drawn, and the text alternative says how many they are.
    milestones
        The dispute's dated events.
    ax
        Where to draw; new axes when None.
    window
        First and last day to draw; None: all dates that occur. What lies outside is counted in the margin's note.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"published": ["2025-01-07", ""], "included": [True, False]})
    >>> timeline(table).get_label()
    'Publication dates. 2025-01-07: 1 article. Without a date: 1.'
    """
    dated = articles[articles["published"] != ""]
    days = pd.to_datetime(dated["published"], errors="coerce")
    dated, days = dated[days.notna()], days[days.notna()]
    inside = pd.Series(True, index=dated.index)
    if window is not None:
        inside = (days >= pd.Timestamp(window[0])) & (days <= pd.Timestamp(window[1]))
    shown = [m for m in milestones if window is None or window[0] <= m.date <= window[1]]
    ax = axes(ax, height=1.5 + 0.34 * len(shown))
    counts = days[inside].dt.date.value_counts().sort_index()
    busiest = int(counts.max()) if len(counts) else 0
    per_dot = max(1, -(-busiest // 12))  # a dot stands for several articles where a day has more than twelve
    plot: Any = ax.plot  # takes dates, which its annotations do not say
    for day, count in counts.items():
        dots = -(-int(count) // per_dot)
        plot(
            [pd.Timestamp(str(day))] * dots, [0.5 + i for i in range(dots)], "o", color=COLOURS["accent"], clip_on=False
        )
    top = max(2.0, -(-busiest // per_dot) + 1.0)
    step = top / 5
    for i, m in enumerate(shown):
        height = top + (len(shown) - i) * step * 1.2
        plot([pd.Timestamp(m.date)] * 2, [0, height], color=MUTED, linewidth=0.9, linestyle=(0, (2, 2)))
        late = window is not None and (m.date - window[0]).days > 0.6 * max(1, (window[1] - window[0]).days)
        ax.annotate(
            label(m.label, 48),
            (_number(m.date), height),
            xytext=(-5 if late else 5, -3),
            textcoords="offset points",
            ha="right" if late else "left",
            va="center",
            color=INK,
            fontsize=8.5,
        )
    ax.set_ylim(0, top + (len(shown) + 0.8) * step * 1.2)
    ax.set_yticks([])
    ax.grid(visible=False)
    if window is not None:
        ax.set_xlim(_number(window[0]) - 1, _number(window[1]) + 1)
    elif not len(counts) and not shown:
        ax.set_xticks([])
    if len(counts) or shown:
        _date_axis(ax)
    if per_dot > 1:
        ax.set_title(f"One dot is {per_dot} articles", fontsize=9, fontweight="normal")
    ax.set_label(_alternative(counts, shown, outside=int((~inside).sum()), undated=len(articles) - len(dated)))
    return ax


def _number(day: date) -> float:
    """Return a day as matplotlib counts them: from 1970."""
    return float(day.toordinal() - date(1970, 1, 1).toordinal())


def _date_axis(ax: Axes) -> None:
    from matplotlib import dates

    kinds: Any = dates
    low, high = ax.get_xlim()
    ax.xaxis.set_major_locator(kinds.AutoDateLocator(minticks=3, maxticks=7))
    ax.xaxis.set_major_formatter(kinds.DateFormatter("%d %b" if high - low < 300 else "%b %Y"))


def _alternative(counts: pd.Series[int], shown: Sequence[Milestone], *, outside: int, undated: int) -> str:
    days = [f"{day}: {n} article{'s' if n != 1 else ''}" for day, n in counts.items()]
    if len(days) > 12:
        days = [f"{int(counts.sum())} articles from {counts.index[0]} to {counts.index[-1]}"]
    parts = ["Publication dates. " + ("; ".join(days) if days else "No article with a date to draw") + "."]
    if outside:
        parts.append(f"Outside the window: {outside}.")
    if undated:
        parts.append(f"Without a date: {undated}.")
    if shown:
        parts.append("Milestones: " + "; ".join(f"{m.date} {label(m.label, 80)}" for m in shown) + ".")
    return " ".join(parts)
