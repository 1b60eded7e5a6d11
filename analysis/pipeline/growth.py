"""Measuring a study into a collection: what is new or out of date, and nothing else."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import schema, store
from analysis.errors import InputError
from analysis.pipeline.collection import Collection
from analysis.pipeline.engines import Engine, open_engine
from analysis.pipeline.ingest import ingest, place_of
from analysis.pipeline.manifest import LISTED, Account, added, describe
from analysis.pipeline.progress import Progress
from analysis.pipeline.snapshot import Record, Snapshot
from analysis.pipeline.versions import code_of
from analysis.pipeline.work import Job, Task, compare_copies, is_done, method_of, prepare, reuse_index, reuse_name, take
from analysis.reading import SetAside
from analysis.study import Study

__all__ = ["CollectedTables", "grow"]


def grow(
    study: Study,
    folder: Path,
    *,
    engine: str = "pandas",
    workers: int = 1,
    scheduler: str = "",
    strict: bool = False,
    progress: bool = False,
) -> Snapshot:
    """Bring the collection in `folder` up to the study's corpus, methods and codebooks; return what it holds.

    Articles that are new are measured; of those that are not, the steps whose code, codebook or part of the study has
    changed. Whatever had been finished by a run that was killed is used.

    Parameters
    ----------
    study
        What to measure.
    folder
        The collection's; it is made where it is missing. It may not stand inside the corpus.
    engine, workers, scheduler
        As `analysis.pipeline.engines.open_engine` takes them.
    strict
        Fail on the first input that would be set aside.
    progress
        Show it, where a person watches.

    Raises
    ------
    InputError
        Where the study or the folder is wrong, nothing is left to measure, or, with `strict`, something would be set
        aside.
    """
    _refuse_own_corpus(study, folder)
    instruments, steps = prepare(study)
    collection = Collection(folder)
    job = Job(str(folder.resolve()), study, method_of(steps))
    crew = partial(open_engine, engine, workers=workers, scheduler=scheduler)
    with collection.locked(), Progress(progress) as shown:
        with crew() as measuring:
            found = ingest(job, collection, measuring, strict=strict, tell=shown.read)
            snapshot = found.snapshot
            tasks = [Task(name, s.lines, s.articles, s.steps) for name, s in snapshot.segments.items()]
            due = [task for task in tasks if not is_done(task, steps)]
            _give_back()
            shown.measure(sum(task.articles for task in due))
            for segment, records in measuring.each(job, take, due):
                entry = snapshot.segments[segment]
                entry.steps = dict(records)
                shown.done(entry.articles)
                emptied = list(_emptied({segment: records}))
                if strict and emptied:
                    raise InputError(place_of(emptied[0]))
        shown.stage("linking copies")
        _give_back()
        with crew() as linking:  # new workers: those that measured hold much that they know of words
            _link_copies(collection, snapshot, job, linking)
        account = _account(collection, snapshot, found.register.count())
        _require_articles(account, study)
        snapshot.manifest = describe(study, account, codebooks=instruments.codebooks, methods=instruments.methods)
        collection.finish(snapshot, found.register.table())
    return snapshot


def _give_back() -> None:
    """Hand memory that is free back to the system: the stage before needed it, the workers of the next need theirs."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:  # of the GNU C library
        trim(0)


class CollectedTables(Mapping[str, pd.DataFrame]):
    """The tables of a collection, each read when it is first asked for.

    Parameters
    ----------
    collection, snapshot
        What to read. Once another run has brought the collection up to date, tables not read yet are gone.
    """

    def __init__(self, collection: Collection, snapshot: Snapshot) -> None:
        self._collection, self._snapshot = collection, snapshot
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in schema.TABLES:
            raise KeyError(name)
        if name not in self._read:
            try:
                self._read[name] = schema.together(
                    name, map(pd.read_parquet, self._collection.files(name, self._snapshot))
                )
            except FileNotFoundError as error:
                said = "has been brought up to date since it was opened; load it again"
                raise InputError(f"{self._collection.folder}: {said}") from error
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(schema.TABLES)

    def __len__(self) -> int:
        return len(schema.TABLES)


def _refuse_own_corpus(study: Study, folder: Path) -> None:
    place = folder.resolve()
    for entry in study.corpus:
        if isinstance(entry, Path) and entry.is_dir() and place.is_relative_to(entry.resolve()):
            below = place.relative_to(entry.resolve()).parts
            if not any(part.startswith(".") for part in below):
                raise InputError(f"{folder}: stands inside the corpus {entry} and would be read; give a folder outside")


def _link_copies(collection: Collection, snapshot: Snapshot, job: Job, crew: Engine) -> None:
    index = reuse_index(collection)
    names = [reuse_name(name, segment.steps["articles"]) for name, segment in snapshot.segments.items()]
    index.update([name for name in names if name], each=partial(crew.each, job, compare_copies))
    snapshot.reuse = collection.write_reuse(index.tables())
    collection.drop_indexes(code_of("reuse"))


def _emptied(segments: Mapping[str, Mapping[str, Record]]) -> Iterator[SetAside]:
    """Yield what cleaning has left nothing of."""
    for records in segments.values():
        for path, row, reason in records["articles"].notes["set_aside"]:
            yield SetAside(path, row, reason)


def _account(collection: Collection, snapshot: Snapshot, met: int) -> Account:
    records = {name: segment.steps for name, segment in snapshot.segments.items()}
    cleaned = [steps["articles"].notes for steps in records.values()]
    rows: dict[str, int] = dict.fromkeys(schema.TABLES, 0)
    framing: dict[str, str] = {}
    for steps in records.values():
        for record in steps.values():
            framing.update(record.notes.get("framing", {}))
            for table, count in record.rows.items():
                rows[table] += count
    rows["reuse"] = sum(snapshot.reuse.values())
    unread = [SetAside(*item) for source in snapshot.sources.values() for item in source.set_aside]
    set_aside = sorted([*unread, *_emptied(records)], key=lambda item: (item.path, item.row))
    included = sum(notes["included"] for notes in cleaned)
    return Account(
        read=met + len(unread),
        articles=rows["articles"],
        included=included,
        set_aside=tuple(set_aside[:LISTED]),
        set_aside_count=len(set_aside),
        excluded=tuple(_excluded(collection, snapshot)),
        rows=rows,
        corpus=store.fingerprint([added(notes["corpus"] for notes in cleaned)]),
        framing=framing,
    )


def _excluded(collection: Collection, snapshot: Snapshot) -> list[tuple[str, str, str]]:
    listed: list[tuple[str, str, str]] = []
    for name, segment in snapshot.segments.items():
        record = segment.steps["articles"]
        if record.notes["included"] == record.rows["articles"] or len(listed) >= LISTED:
            continue
        columns = ["article_id", "path", "excluded_because", "included"]
        path = collection.files("articles", Snapshot(segments={name: segment}))[0]
        articles: Any = pd.read_parquet(path, columns=columns)
        rows = articles.loc[~articles["included"], columns[:3]].itertuples(index=False, name=None)
        listed.extend(rows)
    return sorted(listed)[:LISTED]


def _require_articles(account: Account, study: Study) -> None:
    if not account.articles:
        raise InputError(nothing_left(study, account.set_aside, account.set_aside_count))


def nothing_left(study: Study, set_aside: tuple[SetAside, ...], count: int) -> str:
    """Return what to say where a corpus has no article that can be measured."""
    where = ", ".join(str(entry) for entry in study.corpus)
    if set_aside:
        others = f" (and {count - 1} more)" if count > 1 else ""
        return f"{where}: nothing here can be measured: {place_of(set_aside[0])}{others}"
    return f"{where}: holds no article; docs/inputs.md tells what is read"
