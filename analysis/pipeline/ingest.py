"""Reading what is new of a corpus into the segments of a collection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from analysis import reading, store
from analysis.cleaning import RepeatedLines
from analysis.errors import InputError
from analysis.pipeline.cleaned import Cleaner
from analysis.pipeline.collection import Collection
from analysis.pipeline.identity import content_hash, identified, short_hash
from analysis.pipeline.register import Register
from analysis.pipeline.snapshot import Segment, Snapshot, SourceEntry
from analysis.pipeline.versions import code_of
from analysis.reading import RawArticle, SetAside, Source
from analysis.study import Study

__all__ = ["SEGMENT", "Ingested", "batches", "ingest", "place_of", "same_id"]

SEGMENT = 512
"""Articles measured together, at most: they share a vocabulary and then leave memory."""

_LARGEST = 8_000_000
"""Characters of a segment, at most (but for a single longer article)."""


@dataclass
class Ingested:
    """What reading has found: the new snapshot, the register behind it, and the segments that are new."""

    snapshot: Snapshot
    register: Register
    new: list[str] = field(default_factory=list)


def batches(articles: Iterator[RawArticle]) -> Iterator[list[RawArticle]]:
    """Yield articles in runs that are measured together."""
    batch: list[RawArticle] = []
    size = 0
    for article in articles:
        if batch and (len(batch) == SEGMENT or size + len(article.raw) > _LARGEST):
            yield batch
            batch, size = [], 0
        batch.append(article)
        size += len(article.raw)
    if batch:
        yield batch


def ingest(
    study: Study, collection: Collection, *, strict: bool, tell: Callable[[int], None] = lambda count: None
) -> Ingested:
    """Read what is new of a study's corpus.

    Sources that are as they were are not read again. What has left the corpus leaves the collection: its segments are
    made anew without it. An article that is new never changes the segments there are.

    Parameters
    ----------
    study
        Whose corpus.
    collection
        Locked.
    strict
        Fail on the first input that would be set aside.
    tell
        Called with the number of articles met so far, after each source.

    Raises
    ------
    InputError
        With `strict`, where something would be set aside.
    """
    before = collection.read(unfinished=True)
    register = Register(collection.register(unfinished=True))
    how = _reading_method(study)
    names = list(before.segments)
    after = Snapshot(how, before.lines, before.reuse, {}, dict(before.segments), before.manifest)
    found = Ingested(after, register)
    writer = _Writer(collection, after, names)
    number = max((entry.number for entry in before.sources.values()), default=-1) + 1
    for source in reading.sources(study):
        fingerprint = source.fingerprint()
        old = before.sources.get(source.name)
        if old and fingerprint and old.fingerprint == fingerprint and not old.duplicates and before.reading == how:
            register.meet_source(old.number)
            after.sources[source.name] = old
            if strict and old.set_aside:
                raise InputError(place_of(SetAside(*old.set_aside[0])))
        else:
            entry = _read(source, study, register, writer, number, strict=strict)
            after.sources[source.name] = SourceEntry(entry.number, fingerprint, entry.set_aside, entry.duplicates)
            number += 1
        tell(register.count())
    writer.flush()
    _retire(collection, found, writer, names)
    found.new = writer.new
    _freeze(study, collection, found)
    after.segments = {name: segment for name, segment in after.segments.items() if segment.articles}
    place = {name: position for position, name in enumerate(after.segments)}
    register.renumber([place.get(name, -1) for name in names])
    collection.begin(after, register.table())
    return found


class _Writer:
    """Gathers new articles and writes a segment whenever one is full."""

    def __init__(self, collection: Collection, snapshot: Snapshot, names: list[str]) -> None:
        self._collection, self._snapshot, self._names = collection, snapshot, names
        self._batch: list[RawArticle] = []
        self._size = 0
        self.new: list[str] = []

    @property
    def number(self) -> int:
        """The number of the segment that the next article goes to."""
        return len(self._names)

    def full(self, article: RawArticle) -> bool:
        return bool(self._batch) and (len(self._batch) == SEGMENT or self._size + len(article.raw) > _LARGEST)

    def add(self, article: RawArticle) -> None:
        self._batch.append(article)
        self._size += len(article.raw)

    def flush(self) -> None:
        if self._batch:
            name = self._collection.write_raw(self._batch)
            self._names.append(name)
            self.new.append(name)
            self._snapshot.segments[name] = Segment(len(self._batch))
            self._batch, self._size = [], 0

    def find(self, segment: int, article_id: str) -> RawArticle:
        """Return an article of a segment, also of the one not yet written."""
        there = self._batch if segment == len(self._names) else self._collection.read_raw(self._names[segment])
        return next(article for article in there if article.article_id == article_id)


def _read(
    source: Source, study: Study, register: Register, writer: _Writer, number: int, *, strict: bool
) -> SourceEntry:
    set_aside: list[tuple[str, int, str]] = []
    duplicates = False
    for record in reading.read_source(source, study):
        if isinstance(record, RawArticle):
            article = identified(record, study)
            if writer.full(article):
                writer.flush()
            hashed = short_hash(article.article_id)
            met = register.meet(hashed, content_hash(article), segment=writer.number, source=number)
            if met in ("new", "changed"):
                writer.add(article)
            if met != "again":
                continue
            duplicates = True
            record = same_id(article, writer.find(register.segment_of(hashed), article.article_id))
        if strict:
            raise InputError(place_of(record))
        set_aside.append((record.path, record.row, record.reason))
    return SourceEntry(number, "", tuple(set_aside), duplicates)


def same_id(article: RawArticle, first: RawArticle) -> SetAside:
    """Return why an article is set aside whose id an earlier one has."""
    where = first.path + (f", row {first.row}" if first.row else "")
    same = "the same text" if first.raw == article.raw else "another text"
    reason = f"its id {article.article_id!r} stands for {same} in {where} already"
    return SetAside(article.path, article.row, reason)


def place_of(item: SetAside) -> str:
    """Return where something was set aside, and why, as one line."""
    return item.path + (f", row {item.row}" if item.row else "") + f": {item.reason}"


def _retire(collection: Collection, found: Ingested, writer: _Writer, names: list[str]) -> None:
    """Make anew the segments of which articles have left the corpus, or were changed."""
    old = len(names) - len(writer.new)
    found.register.drop_missing()
    for number in range(old):
        name = names[number]
        segment = found.snapshot.segments[name]
        kept = found.register.articles_of(number)
        if len(kept) == segment.articles:
            continue
        lines, segment.articles = segment.lines, 0
        left = [a for a in collection.read_raw(name) if short_hash(a.article_id) in kept] if kept else []
        if left:
            fresh = collection.write_raw(left)
            names[number] = fresh
            found.snapshot.segments[fresh] = Segment(len(left), lines)


def _freeze(study: Study, collection: Collection, found: Ingested) -> None:
    """Count the lines of the new articles, and freeze for them what is repeated by now."""
    fresh = [name for name in found.new if not found.snapshot.segments[name].lines]
    if not fresh:
        return
    state = collection.state(found.snapshot.lines)
    counted = RepeatedLines.from_state(state) if state else RepeatedLines()
    cleaner = Cleaner(study)
    for name in fresh:
        counted.add_many((cleaner.outlet(article), article.raw) for article in collection.read_raw(name))
    name = collection.write_lines(counted.freeze())
    collection.write_state(name, counted.state())
    found.snapshot.lines = name
    for segment in fresh:
        found.snapshot.segments[segment].lines = name


def _reading_method(study: Study) -> str:
    """Return a hash of what decides how a corpus is read, beside the corpus."""
    ids = sorted((key, c.article_id) for key, c in study.corrections.items() if c.article_id)
    return store.fingerprint([repr(sorted(study.columns.items())), repr(ids), code_of("reading")])
