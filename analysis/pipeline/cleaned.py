"""From articles as read to rows of the articles table: cleaned, with their provenance, in the window or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis import cleaning, provenance, schema
from analysis.language import TOKEN
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
        rows: list[tuple[object, ...]] = []
        evidence: list[tuple[object, ...]] = []
        removed: list[tuple[object, ...]] = []
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
                rows.append(self._row(article, origin, cleaned))
                evidence.extend((article.article_id, *item) for item in origin.evidence)
                removed.extend((article.article_id, r.start, r.end, r.text, r.rule) for r in cleaned.removed)
        return {
            "articles": schema.frame("articles", rows),
            "evidence": schema.frame("evidence", evidence),
            "removed": schema.frame("removed", removed),
        }

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

    def _row(self, article: RawArticle, origin: Provenance, cleaned: cleaning.Cleaned) -> tuple[object, ...]:
        study = self._study
        placed = provenance.place(
            article.raw, published=origin.published, study=study, cues=self._cues, is_html=article.is_html
        )
        language = known(article, study, "language") or detect(cleaned.text)
        flags = list(placed.flags)
        if provenance.translated(cleaned.text, study, cues=self._cues):
            flags.append("machine_translation_suspected")
        if cleaning.alarm(cleaned):
            flags.append("much_removed")
        excluded = known(article, study, "excluded_because") or _excluded(language, placed, study)
        return (
            article.article_id,
            article.path,
            article.url,
            origin.outlet,
            origin.originator,
            origin.carrier,
            origin.byline,
            origin.dateline,
            origin.published,
            cleaned.headline,
            language,
            len(TOKEN.findall(cleaned.text)),
            cleaning.removed_words(cleaned),
            placed.in_window,
            " ".join(sorted(flags)),
            not excluded,
            excluded,
            article.raw,
            cleaned.text,
        )


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
