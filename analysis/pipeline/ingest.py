"""Reading what is new of a corpus into the segments of a collection."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from analysis import reading, store
from analysis.cleaning import RepeatedLines, Tally
from analysis.errors import InputError
from analysis.pipeline.collection import Collection
from analysis.pipeline.engines import Engine
from analysis.pipeline.identity import content_hash, identified, short_hash
from analysis.pipeline.register import Register
from analysis.pipeline.snapshot import Segment, Snapshot, SourceEntry
from analysis.pipeline.versions import code_of
from analysis.pipeline.work import Job, count_lines
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
    """Articles gathered to be measured together.

    Attributes
    ----------
    hashes
        Those of their contents, where they were given.
    """

    def __init__(self) -> None:
        super().__init__()
        self.hashes: list[int] = []
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
    job: Job, collection: Collection, crew: Engine, *, strict: bool, tell: Callable[[int], None] = lambda count: None
) -> Ingested:
    """Read what is new of a study's corpus, and count the lines of it.

    Sources that are as they were are not read again. What has left the corpus leaves the collection: its segments are
    made anew without it. An article that is new never changes the segments there are.

    Parameters
    ----------
    job
        The study, and the collection's folder.
    collection
        Locked.
    crew
        Counts lines, while this process reads.
    strict
        Fail on the first input that would be set aside.
    tell
        Called with the number of articles met so far, after each source.

    Raises
    ------
    InputError
        With `strict`, where something would be set aside.
    """
    reader = _Reader(job.study, collection, strict=strict, tell=tell)
    counted = _Lines(collection, reader.before.lines)
    for segment, tally in crew.each(job, count_lines, reader.segments()):
        counted.take(segment, tally, reader.new)
    reader.retire()
    after, register, names = reader.after, reader.register, reader.names
    if reader.new:
        after.lines = counted.freeze()
        for name in reader.new:
            after.segments[name].lines = after.lines
    after.segments = {name: segment for name, segment in after.segments.items() if segment.articles}
    place = {name: position for position, name in enumerate(after.segments)}
    register.renumber([place.get(name, -1) for name in names])
    collection.begin(after, register.table())
    return Ingested(after, register)


class _Reader:
    """Reads the sources that are new or were changed, and writes their articles in segments.

    Attributes
    ----------
    before, after
        What stands, and what will.
    register
        Which article stands where.
    names, new
        The names of all segments by their numbers, and of those among them that are new.
    """

    def __init__(self, study: Study, collection: Collection, *, strict: bool, tell: Callable[[int], None]) -> None:
        self._study, self._collection, self._strict, self._tell = study, collection, strict, tell
        self.before = collection.read(unfinished=True)
        self.register = Register(collection.register(unfinished=True))
        held = dict(self.before.segments)
        method = _reading_method(study)
        self.after = Snapshot(method, self.before.lines, self.before.reuse, {}, held, self.before.manifest)
        self.names = list(held)
        self.new: list[str] = []
        self._batch = Batch()

    def segments(self) -> Iterator[str]:
        """Read; yield the name of each new segment when it has been written."""
        before, after, register = self.before, self.after, self.register
        number = max((entry.number for entry in before.sources.values()), default=-1) + 1
        for source in reading.sources(self._study):
            fingerprint = source.fingerprint()
            old = before.sources.get(source.name)
            same = old and fingerprint and old.fingerprint == fingerprint and before.reading == after.reading
            if old and same and not old.duplicates:
                register.meet_source(old.number)
                after.sources[source.name] = old
                if self._strict and old.set_aside:
                    raise InputError(place_of(SetAside(*old.set_aside[0])))
            else:
                set_aside, duplicates = yield from self._read(source, number)
                after.sources[source.name] = SourceEntry(number, fingerprint, set_aside, duplicates)
                number += 1
            self._tell(register.count())
        yield from self._written()
        register.drop_missing()

    def _read(self, source: Source, number: int) -> Generator[str, None, tuple[tuple[tuple[str, int, str], ...], bool]]:
        """Read a source; return what was set aside (path, row, reason), and whether duplicates are among it."""
        set_aside: list[tuple[str, int, str]] = []
        duplicates = False
        for record in reading.read_source(source, self._study):
            if isinstance(record, RawArticle):
                article = identified(record, self._study)
                if not self._batch.has_room(article):
                    yield from self._written()
                hashed = short_hash(article.article_id)
                content = content_hash(article)
                met = self.register.meet(hashed, content, segment=len(self.names), source=number)
                if met in ("new", "changed"):
                    self._batch.append(article)
                    self._batch.hashes.append(content)
                if met != "again":
                    continue
                duplicates = True
                record = same_id(article, self._find(self.register.segment_of(hashed), article.article_id))
            if self._strict:
                raise InputError(place_of(record))
            set_aside.append((record.path, record.row, record.reason))
        return tuple(set_aside), duplicates

    def _written(self) -> Iterator[str]:
        """Write what is gathered as a segment; yield its name."""
        if self._batch:
            name = self._collection.write_raw(self._batch, self._batch.hashes)
            self.names.append(name)
            self.new.append(name)
            self.after.segments[name] = Segment(len(self._batch))
            self._batch = Batch()
            yield name

    def _find(self, segment: int, article_id: str) -> RawArticle:
        """Return an article of a segment, also of the one not yet written."""
        articles = self._collection.read_raw(self.names[segment]) if segment < len(self.names) else self._batch
        return next(article for article in articles if article.article_id == article_id)

    def retire(self) -> None:
        """Make anew the older segments of which articles have left the corpus, or were changed."""
        left = self.register.counts(len(self.names))
        for number, name in enumerate(self.names[: len(self.before.segments)]):
            segment = self.after.segments[name]
            if left[number] == segment.articles:
                continue
            segment.articles = 0
            if left[number]:
                kept = self.register.articles_of(number)
                articles = [a for a in self._collection.read_raw(name) if short_hash(a.article_id) in kept]
                self.names[number] = self._collection.write_raw(articles, map(content_hash, articles))
                self.after.segments[self.names[number]] = Segment(len(articles), segment.lines)


class _Lines:
    """Counts of the lines of all articles, those of earlier runs among them.

    Parameters
    ----------
    collection
        Keeps them.
    name
        The name of the lines frozen last.
    """

    def __init__(self, collection: Collection, name: str) -> None:
        self._collection, self._name = collection, name
        self._waiting: dict[str, Tally] = {}
        self._next = 0

    def take(self, segment: str, tally: Tally, order: list[str]) -> None:
        """Take what was counted in a segment; segments count in this order, whatever order they come in."""
        self._waiting[segment] = tally
        while self._next < len(order) and order[self._next] in self._waiting:
            self._counted.add_tally(self._waiting.pop(order[self._next]))
            self._next += 1

    @cached_property
    def _counted(self) -> RepeatedLines:
        state = self._collection.state(self._name)
        return RepeatedLines.from_state(state) if state else RepeatedLines()

    def freeze(self) -> str:
        """Freeze what is repeated by now; return the name under which it is kept."""
        name = self._collection.write_lines(self._counted.freeze())
        self._collection.write_state(name, self._counted.state())
        return name


def same_id(article: RawArticle, first: RawArticle) -> SetAside:
    """Return why an article is set aside whose id an earlier one has."""
    where = first.path + (f", row {first.row}" if first.row else "")
    same = "the same text" if first.raw == article.raw else "another text"
    reason = f"its id {article.article_id!r} stands for {same} in {where} already"
    return SetAside(article.path, article.row, reason)


def place_of(item: SetAside) -> str:
    """Return where something was set aside, and why, as one line."""
    return item.path + (f", row {item.row}" if item.row else "") + f": {item.reason}"


def _reading_method(study: Study) -> str:
    """Return a hash of what decides how a corpus is read, beside the corpus."""
    ids = sorted((key, c.article_id) for key, c in study.corrections.items() if c.article_id)
    return store.fingerprint([repr(sorted(study.columns.items())), repr(ids), code_of("reading")])
