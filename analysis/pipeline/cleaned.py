"""From articles as read to rows of the articles table: cleaned, with their provenance, in the window or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import cleaning, provenance, schema
from analysis.language.detect import detect
from analysis.pipeline.identity import correction, known
from analysis.provenance import Cues, Provenance
from analysis.reading import RawArticle
from analysis.study import Study

__all__ = ["NOTHING_LEFT", "Cleaner", "Lines"]

Lines = Mapping[str, frozenset[str]]
"""For each outlet the keys of the lines that it repeats, as `analysis.cleaning` makes them."""

NOTHING_LEFT = "holds nothing but page furniture"


class Cleaner:
    """Cleans and places the articles of a study.

    Parameters
    ----------
    study
        Its corrections, outlets, actors, milestones and window are used.
    """

    def __init__(self, study: Study) -> None:
        self._study = study
        self._names = frozenset(name.casefold() for o in study.outlets for name in (o.name, *o.aliases))
        self._cues = Cues(study)

    def outlet(self, article: RawArticle) -> str:
        """Return the outlet of an article, `unknown` where nothing says."""
        said = known(article, self._study, "outlet").strip()
        if said and said != provenance.UNKNOWN and not self._study.corrections:
            return provenance.outlet_name(said, self._study) or said  # as `provenance.find` would, without reading
        return self._origin(article).outlet

    def clean(self, articles: Sequence[RawArticle], lines: Lines) -> dict[str, pd.DataFrame]:
        """Return tables `articles`, `evidence` and `removed`; what is nothing but furniture has no rows in them.

        Parameters
        ----------
        articles
            With their ids.
        lines
            The repeated lines that count as furniture.
        """
        kept: list[_Kept] = []
        for article in articles:
            origin = self._origin(article)
            cleaned = cleaning.clean(
                article.raw,
                is_html=article.is_html,
                repeated=lines.get(origin.outlet, frozenset()),
                headline=known(article, self._study, "headline"),
                credited=self._names,
            )
            if cleaned.text.strip():
                kept.append(_Kept(article, origin, cleaned))
        return {"articles": self._articles(kept), "evidence": _evidence(kept), "removed": _removed(kept)}

    def _origin(self, article: RawArticle) -> Provenance:
        return provenance.find(
            article.raw,
            study=self._study,
            path=article.path,
            url=article.url,
            given=article.given,
            correction=correction(article, self._study),
            is_html=article.is_html,
        )

    def _articles(self, kept: Sequence[_Kept]) -> pd.DataFrame:
        words = cleaning.count_words([row.cleaned.text for row in kept])
        taken = iter(cleaning.count_words([removed.text for row in kept for removed in row.cleaned.removed]))
        lost = [sum(islice(taken, len(row.cleaned.removed))) for row in kept]
        judged = [
            self._judge(row, cleaning.is_much(out, left)) for row, out, left in zip(kept, lost, words, strict=True)
        ]
        columns: dict[str, object] = {
            "article_id": [row.article.article_id for row in kept],
            "path": [row.article.path for row in kept],
            "url": [row.article.url for row in kept],
            "outlet": [row.origin.outlet for row in kept],
            "originator": [row.origin.originator for row in kept],
            "carrier": [row.origin.carrier for row in kept],
            "byline": [row.origin.byline for row in kept],
            "dateline": [row.origin.dateline for row in kept],
            "published": [row.origin.published for row in kept],
            "headline": [row.cleaned.headline for row in kept],
            "language": [judgement.language for judgement in judged],
            "words": words,
            "words_removed": lost,
            "in_window": [judgement.in_window for judgement in judged],
            "flags": [judgement.flags for judgement in judged],
            "included": [not judgement.excluded for judgement in judged],
            "excluded_because": [judgement.excluded for judgement in judged],
            "raw": [row.article.raw for row in kept],
            "text": [row.cleaned.text for row in kept],
        }
        return schema.from_columns("articles", columns, length=len(kept))

    def _judge(self, row: _Kept, much_removed: bool) -> _Judgement:
        """Return what is said of an article from all of its text."""
        study, article = self._study, row.article
        placed = provenance.place(
            article.raw, published=row.origin.published, study=study, cues=self._cues, is_html=article.is_html
        )
        language = known(article, study, "language") or detect(row.cleaned.text)
        flags = list(placed.flags)
        if provenance.translated(row.cleaned.text, study, cues=self._cues):
            flags.append("machine_translation_suspected")
        if much_removed:
            flags.append("much_removed")
        excluded = known(article, study, "excluded_because") or _excluded(language, placed, study)
        return _Judgement(language, placed.in_window, " ".join(sorted(flags)), excluded)


class _Kept(NamedTuple):
    """An article of which cleaning has left something."""

    article: RawArticle
    origin: Provenance
    cleaned: cleaning.Cleaned


class _Judgement(NamedTuple):
    """What is said of an article: columns of table `articles`, and why it takes no part in comparisons."""

    language: str
    in_window: str
    flags: str
    excluded: str


def _evidence(kept: Sequence[_Kept]) -> pd.DataFrame:
    rows = [item for row in kept for item in row.origin.evidence]
    columns = {
        "article_id": _of([row.article.article_id for row in kept], [len(row.origin.evidence) for row in kept]),
        "field": [row.field for row in rows],
        "value": [row.value for row in rows],
        "start": [row.start for row in rows],
        "end": [row.end for row in rows],
        "source": [row.source for row in rows],
        "note": [row.note for row in rows],
    }
    return schema.from_columns("evidence", columns, length=len(rows))


def _removed(kept: Sequence[_Kept]) -> pd.DataFrame:
    rows = [item for row in kept for item in row.cleaned.removed]
    columns = {
        "article_id": _of([row.article.article_id for row in kept], [len(row.cleaned.removed) for row in kept]),
        "start": [row.start for row in rows],
        "end": [row.end for row in rows],
        "text": [row.text for row in rows],
        "rule": [row.rule for row in rows],
    }
    return schema.from_columns("removed", columns, length=len(rows))


def _of(texts: Sequence[str], counts: Sequence[int]) -> schema.Coded:
    """Return a column in which each text stands so many times."""
    return schema.Coded(texts, np.arange(len(texts)).repeat(counts))


def _excluded(language: str, placed: provenance.Placement, study: Study) -> str:
    """Return why an article takes no part in comparisons, or the empty string."""
    if language not in (study.language, "und"):
        return f"its language is {language}, the study's {study.language}"
    if placed.in_window == "yes":
        return ""
    said = "; ".join(placed.reasons)
    if placed.in_window == "no":
        return f"outside the event window: {said}"
    return f"not shown to fall in the event window: {said}"
