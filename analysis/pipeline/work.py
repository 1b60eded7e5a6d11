"""Taking the steps of a measurement on one segment of a collection, in whatever process that happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import reuse, store
from analysis.cleaning import RepeatedLines, Tally
from analysis.errors import JobError
from analysis.pipeline.cleaned import NOTHING_LEFT
from analysis.pipeline.collection import Collection
from analysis.pipeline.manifest import corpus_sum, framing_used
from analysis.pipeline.snapshot import Record
from analysis.pipeline.steps import Bench, Instruments, Step, steps, undisturbed
from analysis.pipeline.versions import code_of
from analysis.study import Study

__all__ = [
    "TRIES",
    "Done",
    "Job",
    "Task",
    "compare_copies",
    "count_lines",
    "is_done",
    "method_of",
    "prepare",
    "reuse_index",
    "reuse_name",
    "take",
]


@dataclass(frozen=True, slots=True)
class Job:
    """What every segment of a run has in common: the collection's folder, the study, and a hash of all methods.

    Jobs of the same methods count as equal, for they measure alike.
    """

    folder: str = field(compare=False)
    study: Study = field(compare=False)
    method: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A segment to measure, the lines by which it is cleaned, and the steps that have been taken on it."""

    segment: str
    lines: str
    articles: int
    records: Mapping[str, Record]


Done = tuple[str, Mapping[str, Record]]
"""The name of a segment, and the steps taken on it."""

TRIES = 3
"""Times that workers may die over one piece of work."""


def prepare(study: Study) -> tuple[Instruments, tuple[Step, ...]]:
    """Return the instruments and the steps of a study's measurement."""
    instruments = Instruments.of(study)
    return instruments, steps(instruments)


@lru_cache(maxsize=2)
def _prepared(job: Job) -> tuple[Instruments, tuple[Step, ...]]:
    """Return what a job measures with: made once in a process, and anew where what decides a result differs."""
    instruments, taken = prepare(job.study)
    if method_of(taken) != job.method:
        raise JobError(
            "code or codebooks were changed while the run was at work, or differ on this worker; run it again"
        )
    return instruments, taken


def method_of(taken: tuple[Step, ...]) -> str:
    """Return a hash of all that decides the results of a measurement's steps, beside the texts."""
    return store.fingerprint(step.method for step in taken)


def is_done(task: Task, taken: tuple[Step, ...]) -> bool:
    """Tell whether all steps of a segment have been taken with what they would be taken with now."""
    return set(task.records) == {step.name for step in taken} and all(
        task.records[step.name].key == _key(step, task, task.records) for step in taken
    )


def take(job: Job, task: Task) -> Done:
    """Take the steps that are missing or out of date on a segment; return its name and the records of all.

    Each step's tables are written whole before it counts as taken, and what a run that was killed has left is used.
    """
    instruments, taken = _prepared(job)
    collection = Collection(Path(job.folder))
    known = [task.records, collection.noted(task.segment)]
    records: dict[str, Record] = {}
    made: dict[str, pd.DataFrame] = {}

    def table(name: str) -> pd.DataFrame:
        if name not in made:
            made[name] = collection.table(name, task.segment, records)
        return made[name]

    bench = Bench(
        instruments,
        read=lambda: collection.read_raw(task.segment),
        lines=collection.lines(task.lines),
        table=table,
    )

    def found(step: Step) -> Record | None:
        key = _key(step, task, records)
        records_of = (given[step.name] for given in known if step.name in given)
        return next((r for r in records_of if r.key == key and collection.has(task.segment, step.name, r)), None)

    for step in taken:
        record = found(step)
        if record is None:
            if step.codebook:
                bench.look_for(s.codebook for s in taken if s.codebook and found(s) is None)
            key = _key(step, task, records)
            with undisturbed():
                tables = step.run(bench)
            made.update({name: made_table for name, made_table in tables.items() if name != "measures"})
            digest = collection.write(task.segment, step.name, key, tables)
            rows = {name: len(made_table) for name, made_table in tables.items()}
            record = Record(key, _seen(step, tables) or digest, rows, _notes(step, tables, bench))
            records[step.name] = record
            collection.note(task.segment, records)
        records[step.name] = record
    name, index = reuse_name(task.segment, records["articles"]), reuse_index(collection)
    if name and not index.has(name):
        index.add(name, bench.articles)
    return task.segment, records


def count_lines(job: Job, segment: str) -> tuple[str, Tally]:
    """Return a segment's name, and what its articles add to the counts of repeated lines."""
    cleaner = _prepared(job)[0].cleaner
    articles = Collection(Path(job.folder)).read_raw(segment)
    return segment, RepeatedLines.tally((cleaner.outlet(article), article.raw) for article in articles)


def compare_copies(job: Job, block: int) -> None:
    """Compare a block of the articles that are linked to others (`reuse.Index.compare`)."""
    reuse_index(Collection(Path(job.folder))).compare(block)


def reuse_index(collection: Collection) -> reuse.Index:
    """Return the collection's index of text reuse; code that has changed begins a new one."""
    return reuse.Index(collection.folder / "reuse" / code_of("reuse"))


def reuse_name(segment: str, record: Record) -> str:
    """Return the name under which the readable texts of a segment stand in that index; empty where there are none."""
    return f"{segment}-{record.digest}" if record.notes["readable"] else ""


def _key(step: Step, task: Task, records: Mapping[str, Record]) -> str:
    """Return the hash of all that a step's result depends on."""
    needed = [records[name].digest if name in records else "" for name in step.needs]
    return store.fingerprint([task.segment, step.method, *([] if step.needs else [task.lines]), *needed])


def _seen(step: Step, tables: Mapping[str, pd.DataFrame]) -> str:
    """Return a hash of what later steps read of a step's tables, or the empty string where that is all of them."""
    if not step.seen:
        return ""
    columns = (tables[name][column] for name, names in step.seen.items() for column in names)
    return store.fingerprint("\x1f".join(map(str, column.tolist())) for column in columns)


def _notes(step: Step, tables: Mapping[str, pd.DataFrame], bench: Bench) -> dict[str, Any]:
    """Return what the manifest needs of a step."""
    if step.codebook:
        return {"framing": framing_used(tables["measures"])}
    if step.name != "articles":
        return {}
    articles = tables["articles"]
    left = set(articles["article_id"].tolist())
    return {
        "readable": len(bench.articles),
        "included": int(articles["included"].sum()),
        "corpus": corpus_sum(articles),
        "set_aside": [[a.path, a.row, NOTHING_LEFT] for a in bench.raw if a.article_id not in left],
    }
