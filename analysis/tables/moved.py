"""The words that moved the sentiment of single mentions, as highlighted text."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis import comparison, sentiment
from analysis.display import visible
from analysis.tables.model import Table, each

__all__ = ["moved"]

LEAST = 0.12
"""Change of the score (positive minus negative) from which a word is marked."""


def moved(measured: Any, caption: str = "The words that moved the score", *, limit: int = 12) -> Table:
    """Show the mentions classed as negative or positive most clearly, with the words that made them so.

    A word is marked where leaving it out, and adding it alone, changes the score by `LEAST` or more on average
    (`analysis.sentiment.explain`): ``+`` where it speaks for the target, ``−`` where it speaks against it.

    Parameters
    ----------
    measured
        What `analysis.load` returns.
    caption
        Of the table.
    limit
        At most so many mentions, those with the largest difference of the two probabilities first.

    Returns
    -------
    Table
        Target, where it stands, whose voice, the balance (probability of positive minus that of negative), and the
        sentence.
    """
    tables = measured.tables
    compared = comparison.compared(tables)
    labels = dict(zip(compared.index.tolist(), compared["label"].tolist(), strict=True))
    texts = tables["articles"].set_index("article_id")["text"]
    clear = _clearest(tables["measures"], tables["mentions"], set(labels)).head(limit)
    spans = tables["sentences"].set_index("sentence_id")[["start", "end"]]
    rows = []
    for mention in each(clear):
        first, last = (int(value) for value in spans.loc[mention.sentence_id])
        sentence = texts[mention.article_id][first:last]
        effects = sentiment.explain(sentence, mention.start - first, mention.end - first, method=mention.method)
        shown = _marked(sentence, mention.start - first, mention.end - first, effects)
        voice = "its own" if mention.voice == "outlet" else mention.voice
        rows.append((mention.name, labels[mention.article_id], voice, f"{mention.balance:+.2f}", shown))
    methods = ", ".join(sorted(set(clear["method"])))
    note = (
        f"Method: {methods}. + speaks for the target, − against it; the target is boxed. The words are those that the "
        "method reacts to, which need not be the reason a reader would give."
    )
    columns = ("target", "outlet", "voice", "balance", "sentence")
    return Table(caption, columns, tuple(rows), note=note if rows else "No mention is classed as negative or positive.")


def _clearest(measures: pd.DataFrame, mentions: pd.DataFrame, included: set[str]) -> pd.DataFrame:
    rows = measures[(measures["unit"] == "mention") & (measures["measure"] == "sentiment")]
    wide = rows.pivot_table(index=["unit_id", "method"], columns="label", values="value", aggfunc="first")
    wide = wide.reindex(columns=list(sentiment.LABELS)).dropna().reset_index()
    wide["balance"] = wide["positive"] - wide["negative"]
    decided = wide[wide[["negative", "positive"]].max(axis=1) > wide["neutral"]]
    told = mentions[(mentions["kind"] == "target") & mentions["article_id"].isin(included)]
    merged = told.merge(decided, left_on="mention_id", right_on="unit_id")
    merged["clear"] = merged["balance"].abs().round(6)
    return merged.sort_values(["clear", "mention_id"], ascending=[False, True]).drop_duplicates("sentence_id")


def _marked(sentence: str, start: int, end: int, effects: list[sentiment.Effect]) -> Markup:
    marks = [
        (e.start, e.end, "m-for" if e.weight > 0 else "m-against", e.weight) for e in effects if abs(e.weight) >= LEAST
    ]
    shown, place = Markup(""), 0
    for first, last, kind, weight in sorted([*marks, (start, end, "m-target", 0.0)]):
        sign = "" if kind == "m-target" else "+" if weight > 0 else "−"
        shown += Markup('{}<mark class="{}">{}{}</mark>').format(
            visible(sentence[place:first]), kind, visible(sentence[first:last]), sign
        )
        place = last
    return shown + visible(sentence[place:])
