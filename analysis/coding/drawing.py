"""Which sentences to code by hand: a stratified draw, or those that the method is least sure of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import ParameterError
from analysis.framing import Codebook, load_codebook, shipped_codebooks
from analysis.framing.scorer import Scorer
from analysis.language import Vocabulary, read_document

if TYPE_CHECKING:
    from analysis.study import Study

__all__ = ["ORDERS", "sample"]

ORDERS = ("stratified", "uncertainty")


def sample(
    tables: Mapping[str, pd.DataFrame],
    study: Study | None = None,
    *,
    n: int,
    order: str = "stratified",
    seed: int = 0,
) -> pd.DataFrame:
    """Draw sentences to code by hand.

    Parameters
    ----------
    tables
        `articles`, `sentences` and `measures`, as `nutgraf measure` writes them.
    study
        Its frames' names become empty columns to fill in; without it those of the measures.
    n
        How many sentences; all where there are fewer.
    order
        ``stratified``: in turn from each outlet, and there in turn from sentences that a frame was given to (the frames
        take turns too) and others, at random. ``uncertainty``: those nearest to the threshold first, the frames and the
        two sides of the threshold in turn; sentences in which nothing speaks for any frame come last. It scores every
        sentence anew, since `measures` holds only those above the threshold.
    seed
        Of the draw.

    Returns
    -------
    DataFrame
        sentence_id, article_id, outlet, before, sentence, after (the sentences beside it), and a column for each frame.

    Raises
    ------
    ParameterError
        Where `order` is unknown, `n` is not positive, or ``uncertainty`` needs a codebook that only the study knows.
    """
    if order not in ORDERS:
        raise ParameterError(f"order {order!r} is unknown; give one of {', '.join(ORDERS)}")
    if n < 1:
        raise ParameterError(f"n is {n}; draw at least one sentence")
    rows = _in_context(tables)
    labels = _labels(tables["measures"], study)
    rows = rows.sort_values("sentence_id", kind="stable", ignore_index=True)
    rows["draw"] = np.random.default_rng(seed).permutation(len(rows))
    scores = _scores(tables, study, rows) if order == "uncertainty" else _decisions(tables["measures"], labels, rows)
    rows["turn"], rows["place"] = _turns(scores, rows, order)
    if order == "uncertainty":
        rows = rows.sort_values(["turn", "place", "draw"], kind="stable")
    else:
        rows["other"] = np.isinf(rows["turn"])
        rows = rows.sort_values(["turn", "place", "draw"], kind="stable")
        rows["turn"] = rows.groupby(["outlet", "other"]).cumcount()
        rows = rows.sort_values(["turn", "outlet", "other"], kind="stable")
    drawn = rows.head(n)[["sentence_id", "article_id", "outlet", "before", "sentence", "after"]].reset_index(drop=True)
    for label in labels:
        drawn[label] = ""
    return drawn


def _labels(measures: pd.DataFrame, study: Study | None) -> list[str]:
    if study is not None:
        return [f"{book.name}/{frame}" for book in _codebooks(measures, study) for frame in book.names]
    return sorted(set(measures.loc[measures["measure"] == "frame", "label"]))


def _codebooks(measures: pd.DataFrame, study: Study | None) -> list[Codebook]:
    if study is not None:
        return [load_codebook(name, folder=study.folder) for name in study.codebooks]
    labels = measures.loc[measures["measure"] == "frame", "label"]
    names = list(dict.fromkeys(str(label).split("/", 1)[0] for label in sorted(set(labels))))
    if unknown := [name for name in names if name not in shipped_codebooks()]:
        raise ParameterError(f"codebook {unknown[0]!r} does not ship; give the study that names it")
    return [load_codebook(name) for name in names]


def _decisions(measures: pd.DataFrame, labels: Sequence[str], rows: pd.DataFrame) -> NDArray[np.float64]:
    """Return 1 for each sentence and frame that it was given, else 0."""
    given = measures[(measures["unit"] == "sentence") & (measures["measure"] == "frame") & (measures["value"] == 1)]
    places = {label: place for place, label in enumerate(labels)}
    lines = {unit: line for line, unit in enumerate(rows["sentence_id"])}
    decisions = np.zeros((len(rows), len(labels)))
    for unit, label in zip(given["unit_id"], given["label"], strict=True):
        if unit in lines and label in places:
            decisions[lines[unit], places[label]] = 1.0
    return decisions


def _scores(tables: Mapping[str, pd.DataFrame], study: Study | None, rows: pd.DataFrame) -> NDArray[np.float64]:
    """Score every sentence, with the method that the measures were made with."""
    measures = tables["measures"]
    books = _codebooks(measures, study)
    used = set(measures.loc[measures["measure"] == "frame", "method"])
    method = next((name for name in ("fitted", "meaning") if name in used), "dictionary")
    scorer = Scorer(books, method=method, mask=study.mask if study is not None else ())
    vocabulary = Vocabulary()
    lines = {unit: line for line, unit in enumerate(rows["sentence_id"])}
    scores = np.zeros((len(rows), len(scorer.labels)))
    wanted = tables["articles"][tables["articles"]["article_id"].isin(rows["article_id"])]
    for article, text in zip(wanted["article_id"], wanted["text"], strict=True):
        document = read_document(article, text, vocabulary)
        for position, values in enumerate(scorer.read(document).scores):
            line = lines.get(document.sentence_id(position))
            if line is not None:
                scores[line] = values
    return scores


def _turns(
    scores: NDArray[np.float64], rows: pd.DataFrame, order: str
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return each sentence's turn: its best rank in one of the frames' lists, and which list; infinite where in none.

    A frame has a list of the sentences above the threshold and, for ``uncertainty``, one of those below it, the nearest
    first.
    """
    draw = rows["draw"].to_numpy()
    outlets = rows["outlet"].to_numpy() if order == "stratified" else np.full(len(rows), "")
    turn, place = np.full(len(rows), np.inf), np.zeros(len(rows), dtype=np.int64)
    for column in range(scores.shape[1]):
        values = scores[:, column]
        for side, listed in enumerate((values >= 0.5, (values > 0) & (values < 0.5))):
            for outlet in sorted(set(outlets[listed])):
                found = np.flatnonzero(listed & (outlets == outlet))
                found = found[np.lexsort((draw[found], np.abs(values[found] - 0.5)))]
                rank = np.arange(len(found), dtype=np.float64)
                better = rank < turn[found]
                turn[found[better]] = rank[better]
                place[found[better]] = 2 * column + side
    return turn, place


def _in_context(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    articles = tables["articles"].set_index("article_id")
    sentences = tables["sentences"].sort_values(["article_id", "position"], kind="stable", ignore_index=True)
    texts = articles["text"].to_dict()
    written = [
        texts[article][start:end]
        for article, start, end in zip(sentences["article_id"], sentences["start"], sentences["end"], strict=True)
    ]
    rows = sentences[["sentence_id", "article_id"]].copy()
    rows["outlet"] = rows["article_id"].map(articles["outlet"])
    rows["sentence"] = written
    by_article = rows.groupby("article_id")["sentence"]
    rows["before"] = by_article.shift(1).fillna("")
    rows["after"] = by_article.shift(-1).fillna("")
    return rows
