"""Frames, facts, prominence and readability, outlet by outlet."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.comparison.contrast import contrast, empty
from analysis.comparison.groups import Tables, compared, evidence, sentence_ids
from analysis.comparison.memory import remembered
from analysis.study import Study

__all__ = ["LONG_ENOUGH", "facts_by_outlet", "frames_by_outlet", "prominence_by_outlet", "readability_by_outlet"]

LONG_ENOUGH = 150
"""Words from which an article could have carried a fact: a shorter one omits nothing."""

NEAR_IN_MEANING = "a sentence near in meaning may tell it"

STATUSES = ("told", "asserted", "quoted", "denied", "not found")


SENTENCE_ENDS = "no difference shown when the full stop of an abbreviation ends no sentence"


def _parted_otherwise(data: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Return observations of readability as they would be with the sentences of the table ``sentences``.

    Every formula is a function of words to a sentence and of things that do not change, so that its value with another
    mean length of sentences follows from its value and both lengths. Articles without either are left out.
    """
    length = data[(data["item"] == "words_per_sentence") & (data["n"] > 0)].set_index("article_id")["k"]
    was = length.reindex(data["article_id"]).to_numpy(dtype=np.float64)
    now = _sentence_lengths(tables, set(length.index)).reindex(data["article_id"]).to_numpy(dtype=np.float64)
    value, item = data["k"].to_numpy(dtype=np.float64), data["item"].to_numpy(dtype=object)
    changed = value.copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        for name, weight in _PER_WORD_IN_SENTENCE.items():
            changed = np.where(item == name, value + weight * (now - was), changed)
        changed = np.where(item == "words_per_sentence", now, changed)
        changed = np.where(item == "coleman_liau_index", value - 29.6 * (1 / now - 1 / was), changed)
        changed = np.where(item == "smog_index", 3.1291 + (value - 3.1291) * np.sqrt(now / was), changed)
    known = np.isfinite(changed) & (data["n"] > 0).to_numpy()
    return data.assign(k=np.where(known, changed, 0.0), n=known.astype(np.float64))


_PER_WORD_IN_SENTENCE = {
    "automated_readability_index": 0.5,
    "dale_chall_readability_score": 0.0496,
    "flesch_kincaid_grade": 0.39,
    "flesch_reading_ease": -1.015,
    "gunning_fog": 0.4,
}


def _sentence_lengths(tables: Tables, wanted: set[str]) -> pd.Series[float]:
    """Return the mean number of words in the sentences of each article, those of one or two words passed over."""
    texts = dict(zip(tables["articles"]["article_id"], tables["articles"]["text"], strict=True))
    sums: dict[str, list[int]] = {}
    rows = tables["sentences"]
    for article, start, end in zip(rows["article_id"], rows["start"].tolist(), rows["end"].tolist(), strict=True):
        if article in wanted and (words := len(texts[article][start:end].split())) > _FRAGMENT:
            own = sums.setdefault(article, [0, 0])
            own[0] += words
            own[1] += 1
    return pd.Series({article: words / count for article, (words, count) in sums.items()}, dtype="float64")


_FRAGMENT = 2  # words up to which textstat counts no sentence


def _article_rows(tables: Tables, measure: str) -> pd.DataFrame:
    measures = tables["measures"]
    whole = (measures["voice"] == "") & (measures["side"] == "")
    return measures[whole & (measures["unit"] == "article") & (measures["measure"] == measure)]


def _observed(rows: pd.DataFrame) -> pd.DataFrame:
    """Turn article rows of `measures` into observations: one of 1, or none with its reason."""
    known = rows["value"].notna()
    return pd.DataFrame(
        {
            "article_id": rows["unit_id"].to_numpy(),
            "item": rows["label"].to_numpy(),
            "target": rows["target"].to_numpy(),
            "method": rows["method"].to_numpy(),
            "k": rows["value"].fillna(0.0).to_numpy(dtype=np.float64),
            "n": known.to_numpy(dtype=np.float64),
            "reason": rows["reason"].where(known | (rows["reason"] != ""), "no evidence").to_numpy(),
        }
    )


@remembered
def frames_by_outlet(tables: Tables, study: Study) -> pd.DataFrame:
    """Compare how many articles of each outlet use each frame.

    Parameters
    ----------
    tables
        By name: articles, measures (unit ``article``, measure ``frame``, 1 or 0; the sentences that carry a frame as
        unit ``sentence``).
    study
        Sets least articles and reference.

    Returns
    -------
    DataFrame
        :data:`analysis.comparison.contrast.COLUMNS` and ``method``; item is ``codebook/frame``, `n` articles with the
        frame, evidence the sentences that carry it.
    """
    articles = compared(tables)
    data = _observed(_article_rows(tables, "frame"))
    if data.empty:
        return empty(("method",))
    measures = tables["measures"]
    carried = measures[(measures["unit"] == "sentence") & (measures["measure"].isin(["frame", "frame_score"]))]
    carried = carried[carried["value"] > 0]
    best = carried.sort_values(["value", "unit_id"], ascending=[False, True], kind="stable")
    ids: dict[tuple[str, str], list[str]] = {}
    for sentence, label in zip(best["unit_id"], best["label"], strict=True):
        ids.setdefault((sentence.rpartition(":s")[0], label), []).append(sentence)
    data["evidence"] = [
        evidence(ids.get((article, item), [])) if k > 0 else ""
        for article, item, k in zip(data["article_id"], data["item"], data["k"], strict=True)
    ]
    return contrast(data, articles, study, kind="articles", extras=("method",))


@remembered
def facts_by_outlet(tables: Tables, study: Study, *, long_enough: int = LONG_ENOUGH) -> pd.DataFrame:
    """Compare which facts each outlet tells, and how.

    Parameters
    ----------
    tables
        By name: articles, facts, sentences; and ``near``, where :func:`analysis.facts.near` made it: an article with
        a sentence near to a fact in meaning is not said to omit it.
    study
        Sets least articles and reference.
    long_enough
        Words below which an article's silence is not counted as an omission.

    Returns
    -------
    DataFrame
        `COLUMNS` and ``status``: ``told`` (asserted or quoted; the row whose difference is tested), ``asserted``,
        ``quoted`` (in a quote only), ``denied`` and ``not found``. The last counts only articles inside the event
        window with at least `long_enough` words; with none of these the value is null.
    """
    articles = compared(tables)
    facts = tables["facts"]
    facts = facts[facts["article_id"].isin(articles.index)]
    if facts.empty:
        return empty(("status",))
    ids = sentence_ids(tables, facts["article_id"], facts["start"])
    words = articles["words"].reindex(facts["article_id"]).to_numpy()
    window = articles["in_window"].reindex(facts["article_id"]).to_numpy()
    could = (words >= long_enough) & (window == "yes")
    why = np.where(window != "yes", "not known to be in the event window", f"under {long_enough} words")
    if "near" in tables:
        close = pd.MultiIndex.from_frame(tables["near"][["article_id", "fact"]])
        may_tell = pd.MultiIndex.from_frame(facts[["article_id", "fact"]]).isin(close)
        why = np.where(could & may_tell, NEAR_IN_MEANING, why)
        could = could & ~may_tell
    order = {fact.name: position for position, fact in enumerate(study.facts)}
    parts = []
    for status in STATUSES:
        hit = facts["status"].isin(["asserted", "quoted"]) if status == "told" else facts["status"] == status
        counts = could if status == "not found" else np.ones(len(facts), dtype=bool)
        parts.append(
            pd.DataFrame(
                {
                    "article_id": facts["article_id"].to_numpy(),
                    "item": facts["fact"].to_numpy(),
                    "status": status,
                    "k": (hit.to_numpy() & counts).astype(np.float64),
                    "n": counts.astype(np.float64),
                    "reason": np.where(counts, "", why),
                    "evidence": np.where(hit.to_numpy() & (status != "not found"), ids, ""),
                    "tested": status == "told",
                    "place": [order.get(fact, len(order)) for fact in facts["fact"]],
                }
            )
        )
    data = pd.concat(parts).sort_values("place", kind="stable")
    return contrast(data, articles, study, kind="articles", extras=("status",))


@remembered
def prominence_by_outlet(tables: Tables, study: Study) -> pd.DataFrame:
    """Compare how prominent each target is in each outlet's articles.

    Returns
    -------
    DataFrame
        `COLUMNS` and ``target``; item is a label of :data:`analysis.prominence.LABELS`. ``in headline`` and ``in lead``
        are shares of the articles that mention the target, the others means over these. Evidence: the first sentence
        of each article that mentions it.
    """
    articles = compared(tables)
    data = _observed(_article_rows(tables, "prominence"))
    if data.empty:
        return empty(("target",))
    mentions = tables["mentions"]
    first = mentions[mentions["kind"] == "target"].sort_values(["article_id", "start"], kind="stable")
    first = first.drop_duplicates(["article_id", "name"])
    ids = {
        (article, name): sentence
        for article, name, sentence in zip(first["article_id"], first["name"], first["sentence_id"], strict=True)
    }
    data["evidence"] = [ids.get(pair, "") for pair in zip(data["article_id"], data["target"], strict=True)]
    data["kind"] = np.where(data["item"].isin(["in headline", "in lead"]), "articles", "numbers")
    return contrast(data, articles, study, kind="kind", extras=("target",))


@remembered
def readability_by_outlet(tables: Tables, study: Study) -> pd.DataFrame:
    """Compare the readability of each outlet's articles, with its spread.

    The formulas take every full stop for the end of a sentence, that of ``Mr.`` too, so that an outlet which writes
    ``Mr. Trump`` would seem to write shorter sentences. A difference is therefore claimed only if it is also there when
    sentences are parted as in the table ``sentences``.

    Returns
    -------
    DataFrame
        `COLUMNS`, and last ``deviation`` (standard deviation among the outlet's articles, null for one article),
        ``lowest`` and ``highest``; item is the index. Evidence: the first sentence of each article.
    """
    articles = compared(tables)
    data = _observed(_article_rows(tables, "readability"))
    if data.empty:
        built = empty()
        return built.assign(**{c: pd.Series([], dtype="float64") for c in ("deviation", "lowest", "highest")})
    data["evidence"] = data["article_id"] + ":s00000"
    built = contrast(data, articles, study, kind="numbers")
    if built["claim"].any():
        again = contrast(_parted_otherwise(data, tables), articles, study, kind="numbers")
        again = built[["outlet", "item"]].merge(again, on=["outlet", "item"], how="left")
        same = (again["value"] - again["rest"]) * (built["value"] - built["rest"]) > 0
        falls = built["claim"] & ~(again["claim"].eq(True) & same)
        built.loc[falls, "reason"] = SENTENCE_ENDS
        built["claim"] &= ~falls
    known = data[(data["n"] > 0) & data["article_id"].isin(articles.index)]
    label = articles["label"].reindex(known["article_id"]).to_numpy()
    spread = known["k"].groupby([pd.Series(label, index=known.index, name="outlet"), known["item"]])
    summary = pd.DataFrame({"deviation": spread.std(), "lowest": spread.min(), "highest": spread.max()}).reset_index()
    return built.merge(summary, on=["outlet", "item"], how="left")
