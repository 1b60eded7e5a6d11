"""What in a study matches nothing in its corpus."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.language import Lexicon, Vocabulary, read_document
from analysis.pipeline.ingest import place_of
from analysis.pipeline.measurement import clean_corpus
from analysis.reading import SetAside
from analysis.study import Study

__all__ = ["check"]


def check(study: Study) -> list[str]:
    """Return a line for everything in `study` that matches nothing in its corpus, and for everything set aside.

    Parameters
    ----------
    study
        Read and valid.
    """
    articles, set_aside = clean_corpus(study)
    remarks = [place_of(SetAside(item.path, item.row, f"set aside: {item.reason}")) for item in set_aside]
    if not len(articles):
        return [*remarks, f"{study.path}: study.corpus: holds no article that can be measured"]
    remarks.extend(_unused_patterns(study, articles))
    remarks.extend(_unused_corrections(study, articles))
    remarks.extend(_unused_outlets(study, articles))
    return remarks


def _unused_patterns(study: Study, articles: pd.DataFrame) -> Iterator[str]:
    named = [
        *(("target", target.name, (target.name, *target.aliases)) for target in study.targets),
        *(("actor", actor.name, (actor.name, *actor.aliases)) for actor in study.actors),
        *(("fact", fact.name, fact.patterns) for fact in study.facts),
        *(("milestone", milestone.label, milestone.patterns) for milestone in study.milestones),
        *(("mask", word, (word,)) for word in study.mask),
    ]
    patterns = [(kind, name, pattern) for kind, name, group in named for pattern in group]
    lexicon = Lexicon([[pattern] for _, _, pattern in patterns])
    vocabulary = Vocabulary()
    found = {
        match.entry
        for article_id, text in zip(articles["article_id"], articles["raw"], strict=True)
        for match in lexicon.find(read_document(article_id, text, vocabulary))
    }
    missed: dict[tuple[str, str], list[str]] = {}
    for number, (kind, name, pattern) in enumerate(patterns):
        if number not in found:
            missed.setdefault((kind, name), []).append(pattern)
    for kind, name, group in named:
        lost = missed.get((kind, name), [])
        if group and len(lost) == len(group):
            yield f"{study.path}: {kind} {name!r}: nothing in the corpus matches it"
        elif lost:
            listed = ", ".join(repr(pattern) for pattern in lost)
            yield f"{study.path}: {kind} {name!r}: nothing in the corpus matches {listed}"


def _unused_corrections(study: Study, articles: pd.DataFrame) -> Iterator[str]:
    known = {*articles["article_id"], *articles["path"], *articles["url"]}
    for key, correction in study.corrections.items():
        if key not in known:
            yield f"{study.sources}:{correction.line}: article {key!r} is not in the corpus"


def _unused_outlets(study: Study, articles: pd.DataFrame) -> Iterator[str]:
    columns = ("outlet", "originator", "carrier")
    named = {value for column in columns for value in articles[column]}
    for outlet in study.outlets:
        if outlet.name not in named:
            yield f"{study.path}: outlet {outlet.name!r}: no article is by it"
