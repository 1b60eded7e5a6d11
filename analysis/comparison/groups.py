"""Who is compared with whom: labels of outlets, the articles that take part, dependent copies, evidence ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from analysis.comparison.wording import count_of
from analysis.study import Study

__all__ = [
    "EVIDENCE_LIMIT",
    "MACHINE_TRANSLATED",
    "UNKNOWN",
    "Tables",
    "compared",
    "copies",
    "evidence",
    "evidence_ids",
    "obstacle",
    "origins",
    "outlet_labels",
    "outlets",
    "sentence_ids",
    "without_dependent",
    "without_flagged",
]

Tables = Mapping[str, pd.DataFrame]

UNKNOWN = "unknown"
MACHINE_TRANSLATED = "machine_translation_suspected"
EVIDENCE_LIMIT = 200
"""Evidence ids kept of one row: enough to read, and a page can still be opened."""
_ID_END = re.compile(r":[smq]\d{5,}(?: |$)")


def outlet_labels(articles: pd.DataFrame) -> pd.Series[str]:
    """Return what each article is compared as: its outlet, else its originator, else ``unknown (ID)`` for itself alone.

    Agency copy whose publisher is not known is the agency's words, so it is compared as the agency's. Articles of which
    neither is known are never pooled: that nobody knows who published two texts does not make them one outlet's.

    Parameters
    ----------
    articles
        Table ``articles``.

    Returns
    -------
    Series
        Labels, indexed as `articles`. An article is named by its file, or by its id where files hold several articles;
        either is cut at its first ``_`` where that still tells the articles apart.

    Examples
    --------
    >>> articles = pd.DataFrame({"article_id": ["000_39e8", "002_d41e"], "outlet": ["unknown", "Bloomberg"]})
    >>> outlet_labels(articles).tolist()
    ['unknown (000)', 'Bloomberg']
    """
    shown = articles["article_id"].astype("str")
    if "path" in articles.columns:
        stems = articles["path"].astype("str").map(lambda path: PurePosixPath(path).stem)
        shown = stems if _tells_apart(stems) else shown
    short = shown.str.split("_").str[0]
    shown = short if _tells_apart(short) else shown
    names = _names(articles)
    return names.where(names != "", "unknown (" + shown + ")")


def _names(articles: pd.DataFrame) -> pd.Series[str]:
    """Return the outlet, or the originator where that alone is known, or the empty string."""
    names = articles["outlet"].astype("str").replace(UNKNOWN, "")
    if "originator" not in articles.columns:
        return names
    return names.where(names != "", articles["originator"].astype("str").replace(UNKNOWN, ""))


def _tells_apart(names: pd.Series[str]) -> bool:
    return not names.duplicated().any() and not (names == "").any()


def compared(tables: Tables) -> pd.DataFrame:
    """Return the articles that take part in comparisons, with their labels.

    Returns
    -------
    DataFrame
        Index: article ids, in order. Columns: label, known (flag), words, in_window, translated (flag).
    """
    articles = tables["articles"]
    chosen = pd.DataFrame(
        {
            "label": outlet_labels(articles).to_numpy(),
            "known": (_names(articles) != "").to_numpy(),
            "words": articles["words"].to_numpy(),
            "in_window": articles["in_window"].to_numpy(),
            "translated": [MACHINE_TRANSLATED in flags.split() for flags in articles["flags"]],
        },
        index=pd.Index(articles["article_id"].to_numpy(), name="article_id"),
    )
    return chosen[articles["included"].to_numpy()].sort_index(kind="stable")


def outlets(articles: pd.DataFrame) -> list[str]:
    """Return the labels in the order in which they are shown: known outlets by name, then unknown articles."""
    known = sorted(set(articles.loc[articles["known"], "label"]), key=lambda label: (label.lower(), label))
    return known + sorted(set(articles.loc[~articles["known"], "label"]))


def obstacle(label: str, articles: pd.DataFrame, study: Study) -> str:
    """Return why no claim may be made about an outlet, or the empty string.

    Parameters
    ----------
    label
        As :func:`outlet_labels` gives it.
    articles
        As :func:`compared` gives them.
    study
        Sets the least number of articles and the reference outlet.
    """
    own = articles["label"] == label
    minimum = study.minimum_articles_per_outlet
    if not articles.loc[own, "known"].all():
        return "outlet unknown"
    if int(own.sum()) < minimum:
        return f"{count_of(int(own.sum()), 'article')}, the study asks for {minimum}"
    if study.reference:
        other, whom = articles["label"] == study.reference, f"of the reference {study.reference}"
        if label == study.reference:
            return "the reference itself"
    else:
        other, whom = ~own, "of other outlets"
    if int(other.sum()) < minimum:
        return f"{count_of(int(other.sum()), 'article')} {whom}, the study asks for {minimum}"
    return ""


def origins(tables: Tables) -> pd.DataFrame:
    """Return for each article the text it goes back to.

    Returns
    -------
    DataFrame
        Columns article_id, origin_id, dependent (flag): from the table ``origins`` where there is one, else from
        :func:`analysis.reuse.origins`.
    """
    if "origins" in tables:
        return tables["origins"]
    from analysis import reuse

    return reuse.origins(tables["articles"], tables["reuse"])


def copies(tables: Tables) -> set[str]:
    """Return the ids of the compared articles that depend on another compared one.

    Of the copies of a text that is itself not compared the earliest stands for it: what they tell is told once.
    """
    articles = tables["articles"].set_index("article_id")
    articles = articles[articles["included"]]
    found = origins(tables)
    found = found[found["dependent"].astype(bool) & found["article_id"].isin(articles.index)]
    alone = found[~found["origin_id"].isin(articles.index)]
    published = articles.loc[alone["article_id"], "published"].to_numpy()
    alone = alone.assign(undated=published == "", published=published)
    first = alone.sort_values(["undated", "published", "article_id"], kind="stable").drop_duplicates("origin_id")
    return set(found["article_id"]) - set(first["article_id"])


def without_dependent(tables: Tables) -> dict[str, pd.DataFrame]:
    """Return the tables with every dependent copy (`copies`) left out of comparison."""
    return _without(tables, copies(tables))


def without_flagged(tables: Tables) -> dict[str, pd.DataFrame]:
    """Return the tables with every article that carries a flag left out of comparison."""
    articles = tables["articles"]
    return _without(tables, set(articles.loc[articles["flags"] != "", "article_id"]))


def _without(tables: Tables, left_out: set[str]) -> dict[str, pd.DataFrame]:
    articles = tables["articles"].copy()
    articles["included"] = articles["included"] & ~articles["article_id"].isin(list(left_out))
    return {**tables, "articles": articles}


def evidence(ids: Iterable[str]) -> str:
    """Join evidence ids, each once, in order, up to the limit.

    Examples
    --------
    >>> evidence(["a:s00001", "a:s00001", "", "b:s00000"])
    'a:s00001 b:s00000'
    """
    distinct = [i for i in dict.fromkeys(ids) if i]
    return " ".join(distinct[:EVIDENCE_LIMIT])


def evidence_ids(text: str) -> list[str]:
    """Return the ids that `evidence` has joined; where they end shows, for an article's own id may hold spaces.

    Examples
    --------
    >>> evidence_ids("a:s00001 b:s00000"), evidence_ids("The Sun 7:s00001 b:s00000")
    (['a:s00001', 'b:s00000'], ['The Sun 7:s00001', 'b:s00000'])
    """
    if " " not in text:
        return [text] if text else []
    cuts = [0, *(found.end() for found in _ID_END.finditer(text))]
    return [text[start:end].rstrip(" ") for start, end in pairwise(cuts)] + text[cuts[-1] :].split()


def sentence_ids(tables: Tables, article_ids: Iterable[str], starts: Iterable[int]) -> list[str]:
    """Return the id of the sentence that holds each position; empty where the position is negative."""
    article_ids, starts = list(article_ids), list(starts)
    sentences = tables["sentences"]
    wanted = {article for article, start in zip(article_ids, starts, strict=True) if start >= 0}
    if len(wanted) < sentences["article_id"].nunique():
        sentences = sentences[sentences["article_id"].isin(list(wanted))]
    sentences = sentences.sort_values(["article_id", "start"], kind="stable")
    places: dict[str, tuple[np.ndarray[tuple[int], np.dtype[np.int64]], list[str]]] = {}
    for article, group in sentences.groupby("article_id", sort=False):
        places[str(article)] = (group["start"].to_numpy(dtype=np.int64), group["sentence_id"].tolist())
    found: list[str] = []
    for article, start in zip(article_ids, starts, strict=True):
        if start < 0 or article not in places:
            found.append("")
            continue
        begins, names = places[article]
        found.append(names[max(0, int(np.searchsorted(begins, start, side="right")) - 1)])
    return found
