"""From what was read to the articles table: ids, cleaning, provenance, and who takes part in comparisons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd

from analysis import cleaning, provenance, schema, store
from analysis.language import TOKEN
from analysis.language.detect import detect
from analysis.provenance import Cues, Provenance
from analysis.reading import RawArticle, SetAside
from analysis.study import Correction, Study

__all__ = ["Corpus", "build"]

_ID_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles of a study with their provenance and what cleaning removed, and what was set aside."""

    articles: pd.DataFrame
    evidence: pd.DataFrame
    removed: pd.DataFrame
    set_aside: tuple[SetAside, ...]
    read: int


def build(records: Iterable[RawArticle | SetAside], study: Study) -> Corpus:
    """Identify, clean and place every article that was read.

    Parameters
    ----------
    records
        What `analysis.reading.read` yields.
    study
        Its corrections, outlets, actors and window are used.

    Returns
    -------
    Corpus
        Every record is either a row of `articles` or one of `set_aside`; `read` counts both.
    """
    kept, set_aside = _identify(records, study)
    total = len(kept) + len(set_aside)
    origins = [_origin(article, study) for article in kept]
    repeated = cleaning.repeated_lines(
        (origin.outlet, article.raw) for article, origin in zip(kept, origins, strict=True)
    )
    names = frozenset(name.casefold() for outlet in study.outlets for name in (outlet.name, *outlet.aliases))
    cues = Cues(study)
    rows: list[tuple[object, ...]] = []
    evidence: list[tuple[object, ...]] = []
    removed: list[tuple[object, ...]] = []
    for article, origin in zip(kept, origins, strict=True):
        cleaned = cleaning.clean(
            article.raw,
            is_html=article.is_html,
            repeated=repeated.get(origin.outlet, frozenset()),
            headline=_known(article, study, "headline"),
            credited=names,
        )
        if not cleaned.text.strip():
            set_aside.append(SetAside(article.path, article.row, "holds nothing but page furniture"))
            continue
        rows.append(_row(article, origin, cleaned, study, cues))
        evidence.extend((article.article_id, *item) for item in origin.evidence)
        removed.extend((article.article_id, r.start, r.end, r.text, r.rule) for r in cleaned.removed)
    return Corpus(
        articles=schema.frame("articles", rows),
        evidence=schema.frame("evidence", evidence),
        removed=schema.frame("removed", removed),
        set_aside=tuple(set_aside),
        read=total,
    )


def _identify(records: Iterable[RawArticle | SetAside], study: Study) -> tuple[list[RawArticle], list[SetAside]]:
    """Give every article its id, and set aside what has the id of one before it."""
    kept: list[RawArticle] = []
    set_aside: list[SetAside] = []
    seen: dict[str, RawArticle] = {}
    for record in records:
        if isinstance(record, SetAside):
            set_aside.append(record)
            continue
        article = replace(record, article_id=record.article_id or _given_id(record, study) or _hash(record))
        first = seen.setdefault(article.article_id, article)
        if first is article:
            kept.append(article)
            continue
        where = first.path + (f", row {first.row}" if first.row else "")
        same = "the same text" if first.raw == article.raw else "another text"
        reason = f"its id {article.article_id!r} stands for {same} in {where} already"
        set_aside.append(SetAside(article.path, article.row, reason))
    return kept, set_aside


def _given_id(article: RawArticle, study: Study) -> str:
    correction = _correction(article, study)
    return correction.article_id if correction else ""


def _hash(article: RawArticle) -> str:
    place = article.url or (f"{article.path}#{article.row}" if article.row else article.path)
    return store.fingerprint((article.given.get("outlet", ""), place, article.raw))[:_ID_LENGTH]


def _correction(article: RawArticle, study: Study) -> Correction | None:
    keys = (article.article_id, article.path, article.url)
    return next((study.corrections[key] for key in keys if key and key in study.corrections), None)


def _known(article: RawArticle, study: Study, name: str) -> str:
    """Return what a correction or the corpus itself says of a column, or the empty string."""
    correction = _correction(article, study)
    return (correction.values.get(name, "") if correction else "") or article.given.get(name, "")


def _origin(article: RawArticle, study: Study) -> Provenance:
    return provenance.find(
        article.raw,
        study=study,
        path=article.path,
        url=article.url,
        given=article.given,
        correction=_correction(article, study),
        is_html=article.is_html,
    )


def _row(
    article: RawArticle, origin: Provenance, cleaned: cleaning.Cleaned, study: Study, cues: Cues
) -> tuple[object, ...]:
    placed = provenance.place(article.raw, published=origin.published, study=study, cues=cues, is_html=article.is_html)
    language = _known(article, study, "language") or detect(cleaned.text)
    flags, reasons = list(placed.flags), list(placed.reasons)
    suspicions = provenance.translated(cleaned.text, study, cues=cues)
    if suspicions:
        flags.append("machine_translation_suspected")
    if cleaning.alarm(cleaned):
        flags.append("much_removed")
    excluded = _known(article, study, "excluded_because") or _excluded(language, placed, reasons, study)
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


def _excluded(language: str, placed: provenance.Placement, reasons: list[str], study: Study) -> str:
    """Return why an article takes no part in comparisons, or the empty string."""
    if language not in (study.language, "und"):
        return f"its language is {language}, the study's {study.language}"
    if placed.in_window == "yes":
        return ""
    said = "; ".join(reasons)
    if placed.in_window == "no":
        return f"outside the event window: {said}"
    return f"not shown to fall in the event window: {said}"
