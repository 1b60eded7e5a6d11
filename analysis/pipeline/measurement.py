"""Measuring a study whose tables fit into memory."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis import reading, reuse, schema
from analysis.cleaning import RepeatedLines
from analysis.errors import InputError
from analysis.pipeline.cleaned import NOTHING_LEFT, Lines
from analysis.pipeline.identity import identified
from analysis.pipeline.ingest import batches, place_of, same_id
from analysis.pipeline.steps import Bench, Instruments, Step, steps, undisturbed
from analysis.reading import RawArticle, SetAside
from analysis.study import Study

__all__ = ["clean_corpus", "measure_in_memory"]


def measure_in_memory(
    study: Study, instruments: Instruments, *, strict: bool = False
) -> tuple[dict[str, pd.DataFrame], list[SetAside]]:
    """Read and measure a study's corpus.

    Parameters
    ----------
    study
        What to measure.
    instruments
        What to measure it with.
    strict
        Fail on the first input that would be set aside.

    Returns
    -------
    dict, list
        All tables by name, and what was set aside.

    Raises
    ------
    InputError
        With `strict`, where something would be set aside.
    """
    return _take(study, instruments, steps(instruments), strict=strict)


def clean_corpus(study: Study) -> tuple[pd.DataFrame, list[SetAside]]:
    """Return table `articles` of a study's corpus, and what was set aside."""
    instruments = Instruments.of(study)
    tables, set_aside = _take(study, instruments, steps(instruments)[:1], strict=False)
    return tables["articles"], set_aside


def _take(
    study: Study, instruments: Instruments, taken: tuple[Step, ...], *, strict: bool
) -> tuple[dict[str, pd.DataFrame], list[SetAside]]:
    set_aside: list[SetAside] = []
    articles = list(_identify(study, set_aside, strict=strict))
    counted = RepeatedLines()
    counted.add_many((instruments.cleaner.outlet(article), article.raw) for article in articles)
    lines = counted.freeze()
    parts: dict[str, list[pd.DataFrame]] = {name: [] for step in taken for name in step.tables}
    readable: list[pd.DataFrame] = []
    for batch in batches(articles):
        made, bench = _measure(batch, instruments, taken, lines)
        for name, tables in made.items():
            parts[name].extend(tables)
        readable.append(bench.articles)
        left = set(made["articles"][0]["article_id"].tolist())
        emptied = [SetAside(a.path, a.row, NOTHING_LEFT) for a in batch if a.article_id not in left]
        if strict and emptied:
            raise InputError(place_of(emptied[0]))
        set_aside.extend(emptied)
    whole = {name: schema.together(name, tables) for name, tables in parts.items()}
    if "sentences" in parts:
        whole["reuse"] = reuse.find(pd.concat(readable, ignore_index=True)) if readable else schema.empty("reuse")
    return whole, set_aside


def _identify(study: Study, set_aside: list[SetAside], *, strict: bool) -> Iterator[RawArticle]:
    seen: dict[str, RawArticle] = {}
    for record in reading.read(study):
        if isinstance(record, RawArticle):
            article = identified(record, study)
            first = seen.setdefault(article.article_id, article)
            if first is article:
                yield article
                continue
            record = same_id(article, first)
        if strict:
            raise InputError(place_of(record))
        set_aside.append(record)


def _measure(
    batch: list[RawArticle], instruments: Instruments, taken: tuple[Step, ...], lines: Lines
) -> tuple[dict[str, list[pd.DataFrame]], Bench]:
    made: dict[str, list[pd.DataFrame]] = {}
    bench = Bench(instruments, read=lambda: batch, lines=lines, table=lambda name: made[name][0])
    bench.look_for(step.codebook for step in taken if step.codebook)
    with undisturbed():
        for step in taken:
            for name, table in step.run(bench).items():
                made.setdefault(name, []).append(table)
    return made, bench
