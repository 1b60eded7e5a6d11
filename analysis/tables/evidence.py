"""The sentences behind a comparison, and what it claims of an outlet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis import comparison
from analysis.comparison.groups import evidence_ids
from analysis.display import Annotator, marked_sentence
from analysis.tables.model import Table

__all__ = ["claims", "passages"]


def passages(
    measured: Any, data: pd.DataFrame, caption: str, *, columns: Sequence[str], limit: int = 20, note: str = ""
) -> Table:
    """Show the evidence of a comparison: a row for each sentence, with its quotes and mentions marked.

    Parameters
    ----------
    measured
        What `analysis.load` returns.
    data
        Rows of a comparison, with the column ``evidence``.
    caption
        What the sentences are.
    columns
        Columns of `data` that say what each sentence is evidence for.
    limit
        At most so many sentences; the note says how many more there are.
    note
        A line under the table.
    """
    annotator = Annotator(measured.tables)
    sentences = measured.tables["sentences"].set_index("sentence_id")
    places = {
        str(i): (str(a), int(p))
        for i, a, p in zip(sentences.index, sentences["article_id"], sentences["position"], strict=True)
    }
    known: dict[str, Any] = {}
    rows: list[tuple[Any, ...]] = []
    total = 0
    for row in data.to_dict("records"):
        for sentence_id in evidence_ids(str(row["evidence"])):
            if sentence_id not in places:
                continue
            total += 1
            if len(rows) < limit:
                article, position = places[sentence_id]
                if article not in known:
                    known[article] = {e.position: e for e in annotator.annotate(article).excerpts}
                shown = marked_sentence(known[article][position]) if position in known[article] else Markup("")
                rows.append((*(str(row[c]).replace("_", " ") for c in columns), shown))
    more = f"{len(rows)} of {total} sentences are shown." if total > len(rows) else ""
    note = " ".join(part for part in (note, more) if part)
    return Table(caption, (*(c.replace("_", " ") for c in columns), "sentence"), tuple(rows), note=note)


def claims(measured: Any, outlet: str) -> pd.DataFrame:
    """Return the rows of all comparisons in which a difference can be claimed of `outlet`.

    Returns
    -------
    DataFrame
        comparison, item, value, rest, q and evidence; no rows where nothing can be claimed.
    """
    columns = ["comparison", "item", "value", "rest", "q", "evidence"]
    parts: list[pd.DataFrame] = []
    compare: Mapping[str, Any] = comparison.COMPARISONS
    for name, run in compare.items():
        found = run(measured.tables, measured.study)
        own = found[(found["outlet"] == outlet) & found["claim"].astype(bool)]
        if len(own):
            parts.append(own.assign(comparison=name)[columns])
    if not parts:
        return pd.DataFrame(
            {c: pd.Series([], dtype="float64" if c in ("value", "rest", "q") else "str") for c in columns}
        )
    return pd.concat(parts, ignore_index=True)
