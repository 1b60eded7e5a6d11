"""What was fetched, what failed and what is still to do, in a file that a kill at any moment leaves whole."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self, TextIO, TypeVar

from analysis import store
from analysis.errors import JobError

__all__ = ["Page", "Source", "State", "conditions", "locked"]

_NAME = ".state.jsonl"
_LOCK = ".lock"
_MOST_STALE = 3  # the file is written anew when it holds so many times the lines it needs
_Kind = TypeVar("_Kind", "Page", "Source")


@dataclass(frozen=True, slots=True)
class Page:
    """What is known of one address.

    Attributes
    ----------
    id
        `analysis.fetching.address.identity` of the address.
    url, outlet, headline, published, language, stamp, origin, own
        As in `analysis.fetching.model.Listed`.
    status
        listed (still to do), fetched, failed, no article, or elsewhere (it leads to the page `target`).
    seen
        The `stamp` at the time it was fetched.
    etag, modified
        Of the answer, for conditional requests.
    file
        Its newest version, relative to the folder.
    attempts
        Runs in which it failed.
    reason
        Why it failed or is no article.
    target
        Id of the page that it leads to.
    when
        Time of the last request, in UTC.
    """

    id: str
    url: str
    outlet: str = ""
    headline: str = ""
    published: str = ""
    language: str = ""
    stamp: str = ""
    origin: str = ""
    own: bool = False
    status: str = "listed"
    seen: str = ""
    etag: str = ""
    modified: str = ""
    file: str = ""
    attempts: int = 0
    reason: str = ""
    target: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What a feed, a sitemap or a page list held when it was read last.

    Attributes
    ----------
    id
        Fingerprint of its address and of how the study reads it.
    pages
        Ids of the addresses in it.
    children
        The sitemaps that a sitemap index names.
    """

    id: str
    url: str
    etag: str = ""
    modified: str = ""
    pages: tuple[str, ...] = ()
    children: tuple[str, ...] = ()


class State:
    """The state of a study's folder of pages: a file of JSON lines of which the last one about an id counts.

    A line is written and on disk before the next page is asked for. A line that a kill has cut short is dropped.

    Attributes
    ----------
    pages, sources
        By id.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self._file: TextIO | None = None
        self.pages: dict[str, Page] = {}
        self.sources: dict[str, Source] = {}

    def __enter__(self) -> Self:
        lines, whole = self._read()
        if not whole or lines > _MOST_STALE * (len(self.pages) + len(self.sources)) + 1000:
            self._rewrite()
        self._file = self._path.open("a", encoding="utf-8", errors="surrogatepass", newline="\n")
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def put(self, *items: Page | Source) -> None:
        """Remember `items`, in the file before in memory."""
        if self._file is None:
            raise JobError(f"{self._path}: is not open")
        changed = [item for item in items if self._get(item) != item]
        if not changed:
            return
        self._file.write("".join(map(_line, changed)))
        self._file.flush()
        os.fsync(self._file.fileno())
        for item in changed:
            self._keep(item)

    def end_of(self, page_id: str) -> Page | None:
        """Return the page of this id, or the one that its address leads to; None where nothing is known of it."""
        page = self.pages.get(page_id)
        return self.pages.get(page.target) if page is not None and page.status == "elsewhere" else page

    def _get(self, item: Page | Source) -> Page | Source | None:
        return self.pages.get(item.id) if isinstance(item, Page) else self.sources.get(item.id)

    def _keep(self, item: Page | Source) -> None:
        if isinstance(item, Page):
            self.pages[item.id] = item
        else:
            self.sources[item.id] = item

    def _read(self) -> tuple[int, bool]:
        """Read the file; return its number of lines, and whether each of them was whole."""
        if not self._path.exists():
            return 0, True
        lines = self._path.read_bytes().split(b"\n")
        whole = lines.pop() == b""
        for line in lines:
            item = _parse(line)
            if item is None:
                whole = False
            else:
                self._keep(item)
        return len(lines), whole

    def _rewrite(self) -> None:
        items: Iterable[Page | Source] = (*self.sources.values(), *self.pages.values())
        store.write_bytes(self._path, "".join(map(_line, items)).encode("utf-8", "surrogatepass"))


def _line(item: Page | Source) -> str:
    kind = "page" if isinstance(item, Page) else "source"
    defaults = {field.name: field.default for field in fields(item)}
    values = {
        name: value for name, value in asdict(item).items() if defaults[name] is MISSING or value != defaults[name]
    }
    return json.dumps({kind: values}, ensure_ascii=False, separators=(",", ":")) + "\n"


def _parse(line: bytes) -> Page | Source | None:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or len(data) != 1:
        return None
    kind, values = next(iter(data.items()))
    if kind == "page":
        return _build(Page, values)
    return _build(Source, values) if kind == "source" else None


def _build(kind: type[_Kind], values: Any) -> _Kind | None:
    """Return the item, or None where a value is missing or of the wrong type; what is not known is passed over."""
    if not isinstance(values, dict):
        return None
    taken: dict[str, Any] = {}
    for field in fields(kind):
        if field.name not in values:
            if field.default is MISSING:
                return None
            continue
        value = values[field.name]
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            value = tuple(value)
        expected = str if field.default is MISSING else type(field.default)
        if type(value) is not expected:
            return None
        taken[field.name] = value
    return kind(**taken)


def conditions(etag: str, modified: str) -> dict[str, str]:
    """Return the header lines that ask only for what has changed since an answer with these."""
    lines = {"If-None-Match": etag, "If-Modified-Since": modified}
    return {name: value for name, value in lines.items() if value and value.isascii() and value.isprintable()}


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold `folder` for one run.

    Raises
    ------
    JobError
        Where another run holds it.
    """
    with (folder / _LOCK).open("a") as file:
        try:
            import fcntl
        except ImportError:  # no such lock on this system; two runs at once are then the user's care
            yield
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise JobError(f"{folder}: another `nutgraf fetch` is at work here; wait for its end") from error
        yield
