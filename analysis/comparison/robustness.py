"""Where the answers change when some articles are left out."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from analysis.comparison.accounts import (
    facts_by_outlet,
    frames_by_outlet,
    prominence_by_outlet,
    readability_by_outlet,
)
from analysis.comparison.groups import Tables, compared, without_dependent, without_flagged
from analysis.comparison.voices import sentiment_by_target_voice, sources_by_outlet
from analysis.comparison.words import naming, word_choice
from analysis.study import Study

__all__ = ["COMPARISONS", "sensitivity"]

COMPARISONS: dict[str, Callable[[Tables, Study], pd.DataFrame]] = {
    "frames": frames_by_outlet,
    "sentiment": sentiment_by_target_voice,
    "sources": sources_by_outlet,
    "facts": facts_by_outlet,
    "naming": naming,
    "words": word_choice,
    "prominence": prominence_by_outlet,
    "readability": readability_by_outlet,
}
"""Every comparison by its name."""

_LEFT_OUT = {"dependent copies": without_dependent, "flagged articles": without_flagged}


def sensitivity(tables: Tables, study: Study, *, comparisons: tuple[str, ...] = tuple(COMPARISONS)) -> pd.DataFrame:
    """Compare every answer with that without dependent copies, and with that without flagged articles.

    Parameters
    ----------
    tables
        All tables.
    study
        The study.
    comparisons
        Names in :data:`COMPARISONS`.

    Returns
    -------
    DataFrame
        A row for each answer that is not the same, and one (comparison ``all``) for each outlet that falls out:
        without (``dependent copies``, ``flagged articles``), comparison, outlet, item, detail (what else identifies the
        row), value, value_without, n, n_without, claim, claim_without, changes (whether the answer changes: a claim
        comes or goes, the outlet falls out, or the value leaves its interval) and note, in words. No rows where
        nothing is left out.
    """
    columns = ["without", "comparison", "outlet", "item", "detail", "value", "value_without", "n", "n_without", "claim"]
    columns += ["claim_without", "changes", "note"]
    sizes = compared(tables)["label"].value_counts()
    parts: list[pd.DataFrame] = []
    for without, leave_out in _LEFT_OUT.items():
        fewer = leave_out(tables)
        left = compared(fewer)["label"].value_counts()
        if int(left.sum()) == int(sizes.sum()):
            continue
        gone = sorted(set(sizes.index) - set(left.index))
        if gone:
            parts.append(_fallen(gone, sizes).assign(without=without)[columns])
        for name in comparisons:
            both = _side_by_side(COMPARISONS[name](tables, study), COMPARISONS[name](fewer, study))
            both = both[~both["outlet"].isin(gone)]
            if len(both):
                parts.append(both.assign(without=without, comparison=name)[columns])
    if not parts:
        return pd.DataFrame({c: pd.Series([], dtype=_DTYPES.get(c, "str")) for c in columns})
    return pd.concat(parts, ignore_index=True)


_GONE = "no article of the outlet is left"

_DTYPES = {
    "value": "float64",
    "value_without": "float64",
    "n": "int64",
    "n_without": "int64",
    "claim": "bool",
    "claim_without": "bool",
    "changes": "bool",
}


def _fallen(outlets: list[str], sizes: pd.Series[int]) -> pd.DataFrame:
    rows = [("all", o, "", "", math.nan, math.nan, int(sizes[o]), 0, False, False, True, _GONE) for o in outlets]
    names = ["comparison", "outlet", "item", "detail", "value", "value_without", "n", "n_without", "claim"]
    return pd.DataFrame(rows, columns=[*names, "claim_without", "changes", "note"])


def _side_by_side(full: pd.DataFrame, fewer: pd.DataFrame) -> pd.DataFrame:
    keys = ["outlet", "item", *[c for c in ("target", "voice", "side", "status", "by", "method") if c in full.columns]]
    cells = ["value", "n", "claim", "low", "high"]
    both = full[[*keys, *cells]].merge(
        fewer[[*keys, "value", "n", "claim"]], on=keys, how="outer", suffixes=("", "_without"), indicator=True
    )
    for side, missing in (("", "right_only"), ("_without", "left_only")):
        both[f"n{side}"] = both[f"n{side}"].fillna(0).astype("int64")
        both[f"claim{side}"] = both[f"claim{side}"].where(both["_merge"] != missing, False).astype("bool")
    same = (both["value"] == both["value_without"]) | (both["value"].isna() & both["value_without"].isna())
    # An item that nobody is left to have (a word, a source) has no row without the others: nought stays nought.
    same |= (both["_merge"] != "both") & (both["n"] == 0) & (both["n_without"] == 0)
    moved = ((both["value_without"] < both["low"]) | (both["value_without"] > both["high"])).astype("bool")
    lost = both["value_without"].isna() & both["value"].notna()
    claims = both["claim"] != both["claim_without"]
    both["changes"] = claims | moved | lost
    note = pd.Series("the value changes", index=both.index)
    note = note.mask(both["low"].notna(), "the value changes within its interval")
    note = note.mask(moved, "the value leaves its interval")
    note = note.mask(lost, "no value is left")
    note = note.mask(claims & both["claim"], "the claim falls")
    note = note.mask(claims & ~both["claim"], "a claim appears")
    both["note"] = note
    details = both[keys[2:]].itertuples(index=False, name=None)
    both["detail"] = [" ".join(part for part in detail if part) for detail in details]
    # Of words only the most typical have rows, so that a row may go without the answer being another.
    return both[claims] if "z" in full.columns else both[~same | claims]
