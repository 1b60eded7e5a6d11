"""The files of a corpus, here or behind a URL, in a fixed order."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, cast

from analysis.errors import StudyError
from analysis.reading.fetched import read_fetched
from analysis.study import FETCHED, Study
from analysis.study.lines import read_toml
from analysis.study.reader import TableReader

__all__ = ["Source", "files", "is_skipped", "is_url", "sources"]

_OTHERS = {".toml", ".ipynb", ".py", ".log"}
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """A file of a corpus.

    Attributes
    ----------
    name
        Its path relative to the study file, with forward slashes, or its URL: what is recorded.
    location
        Where it is opened: an absolute path, or a URL that fsspec knows.
    fetched
        The addresses in it, as it writes them, whose pages stand in the corpus: `nutgraf fetch` got them.
    """

    name: str
    location: str
    fetched: frozenset[str] = frozenset()

    def open(self) -> BinaryIO:
        """Open it for reading bytes.

        Raises
        ------
        OSError
            Where it cannot be opened.
        """
        if not is_url(self.location):
            return Path(self.location).open("rb")
        import fsspec

        try:
            return cast(BinaryIO, fsspec.open(self.location, "rb").open())
        except OSError:
            raise
        except Exception as error:  # each storage raises errors of its own
            raise OSError(f"{type(error).__name__}: {' '.join(str(error).split())}") from error

    def fingerprint(self) -> str:
        """Return the SHA-256 of its bytes and `fetched` in hexadecimal, or the empty string where it cannot be read."""
        digest = hashlib.sha256()
        try:
            with self.open() as file:
                while block := file.read(_BLOCK):
                    digest.update(block)
        except Exception:  # noqa: BLE001 - each storage raises errors of its own
            return ""
        for address in sorted(self.fetched):
            digest.update(b"\0" + address.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


def is_url(entry: Path | str) -> bool:
    """Tell whether an entry of a corpus is a URL.

    Examples
    --------
    >>> is_url("s3://bucket/part-*.parquet"), is_url("articles/a.txt")
    (True, False)
    """
    return isinstance(entry, str) and "://" in entry


def sources(study: Study) -> list[Source]:
    """Return the files of a study's corpus in the order in which they are read: local ones by path, then URLs.

    Hidden files, the study's own files, notebooks and published reports (a folder with ``runs.xml``) are left out.

    Parameters
    ----------
    study
        Its `corpus` is read: files, folders, and URLs of files, folders or globs in any storage that fsspec knows.

    Raises
    ------
    StudyError
        Where a URL leads to nothing, or the package that opens its kind of storage is missing.
    """
    found: dict[str, Source] = {}
    for path in files(study):
        location = os.path.abspath(path)  # noqa: PTH100 - Path.absolute keeps '..', resolve follows links
        found[location] = Source(_printable(Path(os.path.relpath(path, study.folder)).as_posix()), location)
    for url in sorted({str(entry) for entry in study.corpus if is_url(entry)}):
        for address in _expand(url, study):
            found.setdefault(address, Source(_printable(address), address))
    lists = {
        name: {url for url, file in pages.items() if os.path.abspath(study.folder / FETCHED / file) in found}  # noqa: PTH100
        for name, pages in read_fetched(study.folder / FETCHED).items()
    }
    return [_with_fetched(source, lists) for source in found.values()] if lists else list(found.values())


def _with_fetched(source: Source, lists: Mapping[str, Set[str]]) -> Source:
    """Return a source with the addresses of its lists that were fetched; an archive has a list a member."""
    urls = [urls for name, urls in lists.items() if name == source.name or name.startswith(f"{source.name}/")]
    return replace(source, fetched=frozenset().union(*urls)) if urls else source


def files(study: Study) -> list[Path]:
    """Return the local files of the study's corpus, in the order in which they are read.

    Hidden files, the study's own files, notebooks and published reports (a folder with ``runs.xml``) are left out.
    """
    own = {study.path.resolve(), *([study.sources.resolve()] if study.sources else [])}
    found: dict[Path, Path] = {}
    for entry in study.corpus:
        if is_url(entry):
            continue
        start = Path(entry)
        listed = [start] if start.is_file() else sorted(start.rglob("*"))
        published = {path.parent for path in listed if path.name == "runs.xml"}
        for path in listed:
            below = path.relative_to(start).parts if path != start else ()
            if not published.isdisjoint(path.parents) or (below and is_skipped(below)):
                continue
            if path.is_file() and path.resolve() not in own:
                found.setdefault(path.resolve(), path)
    return sorted(found.values(), key=lambda path: path.as_posix())


def is_skipped(parts: tuple[str, ...]) -> bool:
    """Tell whether a path below a folder or in an archive is no part of a corpus: hidden, or of a kind of our own."""
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return hidden or os.path.splitext(parts[-1])[1].lower() in _OTHERS  # noqa: PTH122 - a part may be no valid path


def _printable(name: str) -> str:
    # A file's name may be any bytes; tables and records are UTF-8.
    return os.fsencode(name).decode("utf-8", "replace")


def _expand(url: str, study: Study) -> Iterator[str]:
    """Yield the URLs of the files that a URL stands for."""
    import fsspec

    system, place = _attempt(lambda: fsspec.core.url_to_fs(url), url, study)
    named = _attempt(lambda: _list(system, place), url, study)
    if not named:
        raise _wrong(study, url, "leads to no file; give the URL of a file, a folder or a glob")
    protocol = url.split("://", 1)[0]
    for path in sorted(named):
        whole = str(system.unstrip_protocol(path))
        yield f"{protocol}://{whole.split('://', 1)[1]}" if "::" not in url and "://" in whole else whole


def _list(system: Any, place: str) -> list[str]:
    if any(sign in place for sign in "*?["):
        # A query ("page?id=1") is no glob; what exists as it is written is taken so.
        if "*" not in place and system.isfile(place):
            return [place]
        return [path for path in system.glob(place) if system.isfile(path)]
    if not system.isdir(place):
        return [place] if system.exists(place) else []
    below = len(place.rstrip("/")) + 1
    listed = system.find(place)
    published = tuple(path.removesuffix("runs.xml") for path in listed if path.endswith("/runs.xml"))
    return [p for p in listed if not is_skipped(tuple(p[below:].split("/"))) and not p.startswith(published or "\0")]


def _attempt(call: Callable[[], Any], url: str, study: Study) -> Any:
    try:
        return call()
    except ImportError as error:
        raise _wrong(study, url, f"cannot be opened: {error}") from error
    except Exception as error:  # each storage raises errors of its own
        reason = " ".join(str(error).split()) or type(error).__name__
        raise _wrong(study, url, f"cannot be listed: {reason}") from error


def _wrong(study: Study, url: str, message: str) -> StudyError:
    try:
        data, lines = read_toml(study.path)
        reader = TableReader(study.path, lines, ("study",), data.get("study", {}))
        return reader.error(f"{url} {message}", "corpus", value=url)
    except StudyError:  # the study was made in memory
        return StudyError(f"{url} {message}", path=study.path, key="study.corpus")
