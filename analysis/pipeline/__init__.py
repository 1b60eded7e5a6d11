"""From a study to its tables: read, clean, place, measure, account for everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import reading, store
from analysis.errors import InputError
from analysis.pipeline.checking import check
from analysis.pipeline.corpus import Corpus, build
from analysis.pipeline.manifest import corpus_fingerprint, describe, method_fingerprint
from analysis.pipeline.measurement import Instruments, measure_articles
from analysis.reading import RawArticle, SetAside
from analysis.study import Study, read_study

__all__ = ["Measured", "check", "corpus_fingerprint", "load", "measure", "method_fingerprint"]


@dataclass(frozen=True)
class Measured:
    """A study with its tables (by name, as in `analysis.schema`) and the manifest of the run that made them."""

    study: Study
    tables: Mapping[str, pd.DataFrame]
    manifest: Mapping[str, Any]

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return table `name`."""
        return self.tables[name]


def measure(study: Study | str | Path, *, strict: bool = False) -> Measured:
    """Measure a study: from its files to all tables of the design.

    Parameters
    ----------
    study
        A study, or the path of its file or folder.
    strict
        Fail on the first input that would be set aside.

    Raises
    ------
    InputError
        Where the study is wrong, no article is left, or, with `strict`, something would be set aside.
    """
    study = study if isinstance(study, Study) else read_study(study)
    records = reading.read(study)
    corpus = build(_strictly(records) if strict else records, study)
    _require_articles(corpus, study, strict=strict)
    instruments = Instruments.of(study)
    tables = {
        "articles": corpus.articles,
        "evidence": corpus.evidence,
        "removed": corpus.removed,
        **measure_articles(corpus.articles, instruments),
    }
    manifest = describe(study, corpus, tables, codebooks=instruments.codebooks, methods=instruments.methods)
    return Measured(study, tables, manifest)


def load(study: Study | str | Path, tables: str | Path = "") -> Measured:
    """Return a study with its tables: read from a folder that `nutgraf measure` wrote, or measured now.

    Parameters
    ----------
    study
        A study, or the path of its file or folder.
    tables
        The folder; empty to measure now.
    """
    study = study if isinstance(study, Study) else read_study(study)
    if not str(tables):
        return measure(study)
    return Measured(study, store.read_tables(Path(tables)), store.read_manifest(Path(tables)))


def _strictly(records: Iterable[RawArticle | SetAside]) -> Iterator[RawArticle | SetAside]:
    for record in records:
        if isinstance(record, SetAside):
            raise InputError(_place(record))
        yield record


def _place(item: SetAside) -> str:
    return item.path + (f", row {item.row}" if item.row else "") + f": {item.reason}"


def _require_articles(corpus: Corpus, study: Study, *, strict: bool) -> None:
    if strict and corpus.set_aside:
        raise InputError(_place(corpus.set_aside[0]))
    if len(corpus.articles):
        return
    where = ", ".join(path.as_posix() for path in study.corpus)
    if corpus.set_aside:
        more = len(corpus.set_aside) - 1
        others = f" (and {more} more)" if more else ""
        raise InputError(f"{where}: nothing here can be measured: {_place(corpus.set_aside[0])}{others}")
    raise InputError(f"{where}: holds no article; put text, HTML, CSV, JSONL or Parquet files there")
