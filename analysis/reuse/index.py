"""Text reuse over articles that arrive in segments: the state lives in files, the table is that of the whole corpus."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import schema, store
from analysis.reuse.anchors import Anchors, Links
from analysis.reuse.compare import compare
from analysis.reuse.find import SHORTEST
from analysis.reuse.linking import Linker
from analysis.reuse.postings import Postings, Writer, merged
from analysis.reuse.reader import Reader
from analysis.reuse.rows import Rows, save
from analysis.reuse.segments import Catalogue, Texts, has_segment, remove_anchors, remove_segment, write_segment
from analysis.reuse.words import I64

__all__ = ["Index"]

_BLOCK = 8_000_000  # characters of articles compared together; their words take three bytes a character
_KEEP = 5_000_000  # words of origins kept besides, at 16 bytes a word
_RATIO = 4  # postings so many times as large as all younger ones are left as they are


@dataclass(frozen=True, slots=True)
class _State:
    """What the index holds.

    Attributes
    ----------
    update
        The number of the last update.
    segments
        Names and numbers of articles, in the order in which they came; the name is empty where they are gone.
    postings
        Names of the files with their anchors.
    rows
        For each update that still counts its number, and how many files of rows it made.
    left
        Names of the segments that the last update took out.
    """

    update: int = 0
    segments: tuple[tuple[str, int], ...] = ()
    postings: tuple[str, ...] = ()
    rows: tuple[tuple[int, int], ...] = ()
    left: tuple[str, ...] = ()


class Index:
    """The passages that the articles of a growing corpus have in common, kept in files under a folder.

    After `update` the table is the one that `analysis.reuse.find` returns for all the articles at once, in whatever
    order and parts they came. `add` may be called from any process, for different segments at once; `update` from one
    process at a time. After a kill at any moment, call the same again: what was finished is kept.

    Parameters
    ----------
    folder
        Holds the files, and nothing else; made where it is missing. For a thousand news articles of 6,000 characters
        they take about 7 MB, more than half of it their texts (packed), and while they are compared twice that.

    Examples
    --------
    >>> story = "The minister said on Monday that the sale of the company would not go ahead this year after all."
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     index = Index(Path(folder))
    ...     index.add("first", pd.DataFrame({"article_id": ["b"], "text": ["New: " + story]}))
    ...     index.add("second", pd.DataFrame({"article_id": ["a"], "text": [story]}))
    ...     index.update(["first", "second"])
    ...     index.table()[["article_id", "start", "other_id", "share"]].values.tolist()
    2
    [['b', 5, 'a', 0.95]]
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._segments = folder / "segments"
        self._postings = folder / "postings"
        self._rows = Rows(folder / "rows")

    def has(self, name: str) -> bool:
        """Tell whether the articles of a segment have been added."""
        return has_segment(self._segments, name)

    def add(self, name: str, articles: pd.DataFrame, *, anchors: Anchors | None = None) -> None:
        """Put the articles of a segment by.

        Parameters
        ----------
        name
            Letters, digits, `_`, `-`, `.` and `=`. It stands for these articles for good: one that is there is left
            alone, and other articles, or the same with another text or date, need another name.
        articles
            Columns `article_id` and `text`; `published`, `outlet` and `originator` where there are any.
        anchors
            What `analysis.reuse.anchors` returns for their texts, where it is known.
        """
        write_segment(self._segments, name, articles, anchors)

    def update(self, names: Sequence[str], *, each: Callable[[range], Iterable[object]] | None = None) -> int:
        """Bring the table to the articles of exactly these segments, and return how many articles were compared.

        Those that came are compared, and of the others those of which an anchor has another earliest holder now; all
        are where more than half of the segments leave. The files of those that leave are removed.

        Parameters
        ----------
        names
            All segments of the corpus, added before; those that are in already cost next to nothing.
        each
            Calls `compare` on each block of articles, in this process or in others, and yields when one is done; None
            for one after the other here.

        Raises
        ------
        InputError
            Where a segment was not added, or two articles have the same id.
        """
        state = self._state()
        self._let_go(state, names)
        known = {name for name, _ in state.segments if name}
        come = [name for name in dict.fromkeys(names) if name not in known]
        leave = known - set(names)
        compared = 0
        if come or leave:
            start = state
            if 2 * len(leave) > len(known):
                start, come, leave = _State(state.update), list(dict.fromkeys(names)), set()
            state, compared = self._change(start, come, leave, each or partial(map, self.compare))
            state = replace(state, left=tuple(sorted(known - set(names))))
            self._write(state)
            state = self._merge(state)
        self._tidy(state)
        self._let_go(state, names)
        return compared

    def compare(self, block: int) -> None:
        """Compare a block of the articles of the update under way, in whatever process; see `update`."""
        work = self._folder / "work"
        update, reader, number, ends = _workbench(work, (work / "plan").read_text("utf-8"))
        if not self._rows.has(update, block):
            start = int(ends[block - 1]) if block else 0
            pairs = np.fromfile(work / "links", dtype="<i4", count=2 * (int(ends[block]) - start), offset=8 * start)
            links = Links(*pairs.reshape(-1, 2).T.astype(np.int64))
            self._rows.write(update, block, compare(links, reader, shortest=SHORTEST), number)

    def tables(self) -> Iterator[pd.DataFrame]:
        """Yield table `reuse` as of the last `update` in parts, one after the other in the order of its key."""
        state = self._state()
        yield from self._rows.tables(state.rows, Catalogue(self._segments, state.segments, keep_ids=True))

    def table(self) -> pd.DataFrame:
        """Return table `reuse` as of the last `update` in one piece."""
        return schema.together("reuse", self.tables())

    def _change(
        self, state: _State, come: list[str], leave: set[str], each: Callable[[range], Iterable[object]]
    ) -> tuple[_State, int]:
        """Do the work of an update and return the state that it leads to; nothing of the present state is touched."""
        update = state.update + 1
        work = self._folder / "work"
        plan = f"{update} {store.fingerprint([json.dumps([asdict(state), come, sorted(leave)])])}"
        segments = [*state.segments, *((name, 0) for name in come)]
        catalogue = Catalogue(self._segments, segments, leaving=leave)
        if not (work / "plan").is_file() or (work / "plan").read_text("utf-8") != plan:
            shutil.rmtree(work, ignore_errors=True)
            self._rows.tidy(state.rows)
            self._link(state, catalogue, come, leave)
            store.write_bytes(work / "plan", plan.encode("utf-8"))
        counts = np.diff(catalogue.first).tolist()
        del catalogue
        blocks, changed = len(np.load(work / "blocks.npy")), np.load(work / "changed.npy")
        for _ in each(range(blocks)):
            pass
        _workbench.cache_clear()
        self._rows.write_articles(update, changed)
        after = _State(
            update,
            tuple(("" if name in leave else name, count) for (name, _), count in zip(segments, counts, strict=True)),
            (*state.postings, _name(update)),
            (*state.rows, (update, blocks)),
        )
        return after, len(changed)

    def _link(self, state: _State, catalogue: Catalogue, come: list[str], leave: set[str]) -> None:
        """Write the postings of this update, its links by blocks, and which articles have to be compared."""
        work = self._folder / "work"
        work.mkdir(parents=True)
        there = len(state.segments)
        linker = Linker(
            catalogue,
            come=range(there, there + len(come)),
            leave=[place for place, (name, _) in enumerate(state.segments) if name in leave],
            folder=work,
            most=_BLOCK,
        )
        held = [Postings(self._postings, name) for name in state.postings]
        name = _name(state.update + 1)
        with Writer(self._postings, name) as writer:
            linker.take_up(held, writer)
        ends = []
        with (work / "links").open("wb") as file:
            for block in linker.links([*held, Postings(self._postings, name)]):
                np.stack(block, axis=1).astype("<i4").tofile(file)
                ends.append(file.tell() // 8)
            file.flush()
            os.fsync(file.fileno())
        save(work / "blocks.npy", np.array(ends, dtype=np.int64))
        save(work / "changed.npy", np.flatnonzero(linker.changed).astype(np.int32))
        save(work / "number.npy", catalogue.number)
        catalogue.kept.save(work / "texts")

    def _merge(self, state: _State) -> _State:
        """Merge the latest postings into one as long as the next older ones are not many times as large."""
        held = [Postings(self._postings, name) for name in state.postings]
        first, total = len(held) - 1, len(held[-1])
        while first and len(held[first - 1]) < _RATIO * total:
            first -= 1
            total += len(held[first])
        if first == len(held) - 1:
            return state
        live = np.repeat([bool(name) for name, _ in state.segments], [count for _, count in state.segments])
        name = f"{_name(state.update)}m"
        with Writer(self._postings, name) as writer:
            for bucket in merged(held[first:], live):
                writer.append(bucket)
        state = replace(state, postings=(*state.postings[:first], name))
        self._write(state)
        return state

    def _tidy(self, state: _State) -> None:
        """Remove the files that nothing needs any more."""
        shutil.rmtree(self._folder / "work", ignore_errors=True)
        self._rows.tidy(state.rows)
        if self._postings.exists():
            for path in self._postings.iterdir():
                if path.stem not in state.postings:
                    path.unlink(missing_ok=True)
        for name, _ in state.segments:
            if name:
                remove_anchors(self._segments, name)

    def _let_go(self, state: _State, names: Sequence[str]) -> None:
        """Remove the files of the segments that left, if they have not come back."""
        for name in set(state.left) - set(names):
            remove_segment(self._segments, name)

    def _state(self) -> _State:
        try:
            values = json.loads((self._folder / "state.json").read_text("utf-8"))
        except FileNotFoundError:
            return _State()
        return _State(
            values["update"],
            tuple((name, count) for name, count in values["segments"]),
            tuple(values["postings"]),
            tuple((update, blocks) for update, blocks in values["rows"]),
            tuple(values["left"]),
        )

    def _write(self, state: _State) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        store.write_json(self._folder / "state.json", asdict(state))


@lru_cache(maxsize=1)
def _workbench(work: Path, plan: str) -> tuple[int, Reader, NDArray[np.int32], I64]:
    """Return what comparing a block needs: the update's number, the texts by age, articles by age, ends of blocks."""
    texts = Texts.open(work / "texts")
    number = np.load(work / "number.npy", mmap_mode="r")
    reader = Reader(lambda ranks: texts.read(number[ranks].tolist()), keep=_KEEP)
    return int(plan.split()[0]), reader, number, np.load(work / "blocks.npy")


def _name(update: int) -> str:
    return f"{update:06d}"
