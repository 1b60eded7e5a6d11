"""What a corpus cannot show: sentences computed from the tables, like the findings."""

from __future__ import annotations

import pandas as pd

from analysis.comparison.accounts import LONG_ENOUGH
from analysis.comparison.groups import Tables, compared, outlet_labels, without_dependent
from analysis.comparison.intervals import wilson
from analysis.comparison.wording import agree, capital, count_of, share_of
from analysis.study import Study

__all__ = ["limits"]


def limits(tables: Tables, study: Study) -> list[str]:
    """Return in sentences what the corpus of a study cannot show.

    Parameters
    ----------
    tables
        All tables.
    study
        Its minimums, window and selection.

    Returns
    -------
    list of str
        Most weighty first; what does not apply is left out.

    Examples
    --------
    >>> from pathlib import Path
    >>> from analysis import schema
    >>> limits({"articles": schema.empty("articles")}, Study(Path("study.toml"), "A", "a", ()))
    ['No article takes part in comparisons, so nothing can be compared.']
    """
    articles = compared(tables)
    if articles.empty:
        lines = ["No article takes part in comparisons, so nothing can be compared."]
        return lines + _left_out(tables, study)
    lines = _outlets(articles, study)
    lines += _size(articles, study)
    lines += _left_out(tables, study)
    lines += _dates(tables, articles, study)
    lines += _silence(tables, articles, study)
    lines += _sources(tables, articles, study)
    lines += _copies(tables, articles, study)
    lines += _selection(study)
    return lines


def _some(k: int, n: int, things: str, one: str, many: str, study: Study) -> str:
    """Write a share of things with its verb."""
    minimum = study.minimum_denominator
    return capital(f"{share_of(k, n, things, minimum)} {agree(k, n, one, many, minimum)}")


def _outlets(articles: pd.DataFrame, study: Study) -> list[str]:
    lines = []
    count = len(articles)
    unknown = int((~articles["known"]).sum())
    sizes = articles.loc[articles["known"], "label"].value_counts()
    minimum = study.minimum_articles_per_outlet
    enough = int((sizes >= minimum).sum())
    need = f"the {count_of(minimum, 'article')} that the study asks for"
    if not enough:
        lines.append(
            f"Nothing can be claimed about any outlet: none has {need}. What is shown holds for the articles at hand."
        )
    elif enough < len(sizes):
        fewer = _some(len(sizes) - enough, len(sizes), "outlets", "has", "have", study)
        lines.append(f"{fewer} fewer than {need}; nothing is claimed of an outlet with so few.")
    if unknown:
        some = _some(unknown, count, "articles", "names", "name", study)
        lines.append(f"{some} no outlet; an article of an unknown outlet is compared for itself alone.")
    return lines


def _size(articles: pd.DataFrame, study: Study) -> list[str]:
    count = len(articles)
    if count >= study.minimum_denominator:
        return []
    half = (count + 1) // 2
    low, high = (f"{100 * end:.0f} %" for end in wilson(half, count))
    return [
        f"{count_of(count, 'article')} can't stand for others: where {half} of {count} do something, the share among "
        f"articles like these could lie anywhere from {low} to {high}."
    ]


def _left_out(tables: Tables, study: Study) -> list[str]:
    articles = tables["articles"]
    out = articles[~articles["included"].astype(bool)]
    if out.empty:
        return []
    reasons = out["excluded_because"].where(out["excluded_because"] != "", "no reason given").str.rstrip(".")
    if len(out) <= 3:
        labels = outlet_labels(articles)[out.index]
        told = "; ".join(f"{label}: {reason}" for label, reason in zip(labels, reasons, strict=True))
    else:
        counted = reasons.value_counts()
        order = sorted(counted.index, key=lambda reason: (-int(counted[reason]), reason))
        told = "; ".join(f"{reason} ({counted[reason]})" for reason in order[:3])
        told += "" if len(order) <= 3 else f"; and {count_of(len(order) - 3, 'other reason')}"
    some = _some(len(out), len(articles), "articles", "is", "are", study)
    return [f"{some} shown but left out of comparison ({told})."]


def _dates(tables: Tables, articles: pd.DataFrame, study: Study) -> list[str]:
    count = len(articles)
    published = tables["articles"].set_index("article_id")["published"].reindex(articles.index)
    undated = int((published == "").sum())
    lines = []
    if undated:
        some = _some(undated, count, "articles", "has", "have", study)
        lines.append(
            f"{some} no known date: what could be known when such a text was written can't be told for certain."
        )
    if study.window is not None:
        outside = int((articles["in_window"] != "yes").sum())
        short = int(((articles["in_window"] == "yes") & (articles["words"] < LONG_ENOUGH)).sum())
        if outside:
            some = _some(outside, count, "articles", "is", "are", study)
            lines.append(f"{some} not known to fall in the event window: silence on a fact is no omission there.")
        if short:
            some = _some(short, count, "articles", "has", "have", study)
            lines.append(f"{some} fewer than {LONG_ENOUGH} words: silence on a fact is no omission there.")
    return lines


def _silence(tables: Tables, articles: pd.DataFrame, study: Study) -> list[str]:
    mentions = tables["mentions"]
    heard = set(mentions.loc[mentions["kind"] == "target", "article_id"])
    silent = sum(article not in heard for article in articles.index)
    if not silent:
        return []
    some = _some(silent, len(articles), "articles", "mentions", "mention", study)
    return [f"{some} no target of the study: this is no neutral coverage, and has no part in sentiment or naming."]


def _sources(tables: Tables, articles: pd.DataFrame, study: Study) -> list[str]:
    quotes = tables["quotes"]
    quotes = quotes[quotes["article_id"].isin(articles.index)]
    unknown = int((quotes["speaker"] == "").sum())
    if not unknown:
        return []
    some = _some(unknown, len(quotes), "utterances", "has", "have", study)
    return [f"{some} no speaker that the text makes clear: such words count for no side."]


def _copies(tables: Tables, articles: pd.DataFrame, study: Study) -> list[str]:
    lines = []
    count = len(articles)
    translated = int(articles["translated"].sum())
    if translated:
        some = _some(translated, count, "articles", "is", "are", study)
        lines.append(f"{some} suspected to be machine translation and left out of word choice.")
    copies = count - len(compared(without_dependent(tables)))
    if copies:
        some = _some(copies, count, "articles", "is a copy", "are copies", study)
        lines.append(f"{some} of another: this shows what was published, not what was written.")
    return lines


def _selection(study: Study) -> list[str]:
    if not study.selection.strip():
        return ["The study does not say how its articles were drawn, so that nothing follows for articles not in it."]
    return [f"All of this holds for the articles as they were drawn: {study.selection.strip().rstrip('.')}."]
