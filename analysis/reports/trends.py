"""The few numbers of a run that are followed from one run to the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["numbers"]


def numbers(tables: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """Return what trends are drawn from, by name.

    Articles and outlets compared, and the utterances in them; the mean balance of sentiment toward each target
    in the outlets' own words (-1 to 1), over the articles that have one; the share of articles with each frame.
    """
    articles, measures = tables["articles"], tables["measures"]
    included = articles.loc[articles["included"]]
    found = {
        "articles compared": float(len(included)),
        "outlets": float(included.loc[~included["outlet"].isin(["", "unknown"]), "outlet"].nunique()),
    }
    if "quotes" in tables:
        quotes = tables["quotes"]
        found["utterances"] = float(quotes["article_id"].isin(included["article_id"]).sum())
    rows = measures.loc[
        (measures["unit"] == "article") & measures["unit_id"].isin(included["article_id"]) & measures["value"].notna()
    ]
    tone = rows.loc[(rows["measure"] == "sentiment") & (rows["label"] == "balance") & (rows["voice"] == "outlet")]
    for target, values in tone.groupby("target", sort=True)["value"]:
        found[f"sentiment toward {target}, outlets' own words"] = round(float(values.mean()), 4)
    frames = rows.loc[(rows["measure"] == "frame") & (rows["voice"] == "")]
    for label, values in frames.groupby("label", sort=True)["value"]:
        found[f"share of articles with frame {label}"] = round(float((values > 0).mean()), 4)
    return found
