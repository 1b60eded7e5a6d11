"""Reading what is new of a corpus into the segments of a collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

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

__all__ = ["SEGMENT", "Batch", "Ingested", "batches", "ingest", "place_of", "same_id"]

SEGMENT = 512
"""Articles measured together, at most: they share a vocabulary and then leave memory."""

_LARGEST = 8_000_000
"""Characters of a segment, at most (but for a single longer article)."""


@dataclass(frozen=True, slots=True)
class Ingested:
    """What reading has found: the new snapshot, and the register behind it."""

    snapshot: Snapshot
    register: Register


class Batch(list[RawArticle]):
    """Articles gathered to be measured together."""

    def __init__(self) -> None:
        super().__init__()
        self._size = 0

    def has_room(self, article: RawArticle) -> bool:
        """Tell whether an article may still join; the first always may."""
        return not self or (len(self) < SEGMENT and self._size + len(article.raw) <= _LARGEST)

    def append(self, article: RawArticle) -> None:
        """Let an article join."""
        super().append(article)
        self._size += len(article.raw)


def batches(articles: Iterable[RawArticle]) -> Iterator[Batch]:
    """Yield articles in runs that are measured together."""
    batch = Batch()
    for article in articles:
        if not batch.has_room(article):
            yield batch
            batch = Batch()
        batch.append(article)
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
            set_aside, duplicates = _read(source, study, register, writer, number, strict=strict)
            after.sources[source.name] = SourceEntry(number, fingerprint, set_aside, duplicates)
            number += 1
        tell(register.count())
    writer.flush()
    register.drop_missing()
    _retire(collection, after, register, names, old=len(before.segments))
    _freeze(study, collection, after, writer.new)
    after.segments = {name: segment for name, segment in after.segments.items() if segment.articles}
    place = {name: position for position, name in enumerate(after.segments)}
    register.renumber([place.get(name, -1) for name in names])
    collection.begin(after, register.table())
    return Ingested(after, register)


class _Writer:
    """Gathers new articles and writes a segment whenever one is full."""

    def __init__(self, collection: Collection, snapshot: Snapshot, names: list[str]) -> None:
        self._collection, self._snapshot, self._names = collection, snapshot, names
        self._batch = Batch()
        self.new: list[str] = []

    def number_for(self, article: RawArticle) -> int:
        """Return the number of the segment that a new article would go to."""
        if not self._batch.has_room(article):
            self.flush()
        return len(self._names)

    def add(self, article: RawArticle) -> None:
        """Put an article into the segment that `number_for` has named."""
        self._batch.append(article)

    def flush(self) -> None:
        """Write what is gathered as a segment."""
        if self._batch:
            name = self._collection.write_raw(self._batch)
            self._names.append(name)
            self.new.append(name)
            self._snapshot.segments[name] = Segment(len(self._batch))
            self._batch = Batch()

    def find(self, segment: int, article_id: str) -> RawArticle:
        """Return an article of a segment, also of the one not yet written."""
        there = self._batch if segment == len(self._names) else self._collection.read_raw(self._names[segment])
        return next(article for article in there if article.article_id == article_id)


def _read(
    source: Source, study: Study, register: Register, writer: _Writer, number: int, *, strict: bool
) -> tuple[tuple[tuple[str, int, str], ...], bool]:
    """Read a source; return what was set aside (path, row, reason), and whether duplicates are among it."""
    set_aside: list[tuple[str, int, str]] = []
    duplicates = False
    for record in reading.read_source(source, study):
        if isinstance(record, RawArticle):
            article = identified(record, study)
            hashed = short_hash(article.article_id)
            met = register.meet(hashed, content_hash(article), segment=writer.number_for(article), source=number)
            if met in ("new", "changed"):
                writer.add(article)
            if met != "again":
                continue
            duplicates = True
            record = same_id(article, writer.find(register.segment_of(hashed), article.article_id))
        if strict:
            raise InputError(place_of(record))
        set_aside.append((record.path, record.row, record.reason))
    return tuple(set_aside), duplicates


def same_id(article: RawArticle, first: RawArticle) -> SetAside:
    """Return why an article is set aside whose id an earlier one has."""
    where = first.path + (f", row {first.row}" if first.row else "")
    same = "the same text" if first.raw == article.raw else "another text"
    reason = f"its id {article.article_id!r} stands for {same} in {where} already"
    return SetAside(article.path, article.row, reason)


def place_of(item: SetAside) -> str:
    """Return where something was set aside, and why, as one line."""
    return item.path + (f", row {item.row}" if item.row else "") + f": {item.reason}"


def _retire(collection: Collection, snapshot: Snapshot, register: Register, names: list[str], old: int) -> None:
    """Make anew those of the first `old` segments of which articles have left the corpus, or were changed."""
    left = register.counts(len(names))
    for number, name in enumerate(names[:old]):
        segment = snapshot.segments[name]
        if left[number] == segment.articles:
            continue
        segment.articles = 0
        if left[number]:
            kept = register.articles_of(number)
            articles = [a for a in collection.read_raw(name) if short_hash(a.article_id) in kept]
            names[number] = collection.write_raw(articles)
            snapshot.segments[names[number]] = Segment(len(articles), segment.lines)


def _freeze(study: Study, collection: Collection, snapshot: Snapshot, new: list[str]) -> None:
    """Count the lines of the articles of new segments, and freeze for them what is repeated by now."""
    if not new:
        return
    state = collection.state(snapshot.lines)
    counted = RepeatedLines.from_state(state) if state else RepeatedLines()
    cleaner = Cleaner(study)
    for name in new:
        counted.add_many((cleaner.outlet(article), article.raw) for article in collection.read_raw(name))
    snapshot.lines = collection.write_lines(counted.freeze())
    collection.write_state(snapshot.lines, counted.state())
    for name in new:
        snapshot.segments[name].lines = snapshot.lines


def _reading_method(study: Study) -> str:
    """Return a hash of what decides how a corpus is read, beside the corpus."""
    ids = sorted((key, c.article_id) for key, c in study.corrections.items() if c.article_id)
    return store.fingerprint([repr(sorted(study.columns.items())), repr(ids), code_of("reading")])
