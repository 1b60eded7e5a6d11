"""What sections that compare outlets have in common: which outlets get a column, and what is claimed."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.display import plain_name
from analysis.tables import each

__all__ = ["MOST_OUTLETS", "claims", "columns_for"]

MOST_OUTLETS = 40
"""Outlets with a column on the first page; the CSV has all."""


def columns_for(data: pd.DataFrame) -> tuple[list[str], str]:
    """Return the outlets that get a column, in order, and a note on those that do not."""
    found = list(dict.fromkeys(data["outlet"]))
    if len(found) <= MOST_OUTLETS:
        return found, ""
    sizes = data.groupby("outlet")["articles"].max().sort_values(ascending=False, kind="stable")
    chosen = set(sizes.index[:MOST_OUTLETS])
    note = f"The {MOST_OUTLETS} outlets with most articles of {len(found)}; the CSV has all."
    return [o for o in found if o in chosen], note


def claims(data: pd.DataFrame, what: str) -> Markup:
    """Say which differences can be claimed, or why none can."""
    claimed = data[data["claim"].astype(bool)]
    if len(claimed):
        names = ", ".join(f"{r.outlet}: {plain_name(str(r.item))}" for r in each(claimed.head(12)))
        text = f"Differences that can be claimed (false discovery rate 5 %): {names}."
    else:
        reasons = data.loc[
            data["value"].notna() & (data["reason"] != "") & (data["reason"] != "not tested by itself"), "reason"
        ]
        counts = reasons.value_counts()
        few = [r for r in counts.index if "the study asks for" in r or r == "outlet unknown"]
        if len(counts) and len(few) == len(counts):  # the first section says so for all comparisons
            text = Markup('No difference is claimed: <a href="#findings">too few articles an outlet</a>.')
            return Markup('<p class="note">{}</p>').format(text)
        why = f": {'; '.join(counts.index[:2])}" if len(counts) else ""
        text = f"No difference in {what} is claimed between outlets{why}."
    return Markup('<p class="note">{}</p>').format(text)
