"""The files of a corpus, each read by its kind."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from analysis.reading import tabular
from analysis.reading.documents import LARGEST_DOCUMENT, read_document
from analysis.reading.expansion import Budget, bounded, gunzip, open_zip, unzstd
from analysis.reading.exports import split
from analysis.reading.records import LONGEST_ARTICLE, Address, Broken, RawArticle, SetAside
from analysis.reading.sources import Source, is_skipped, is_url, sources
from analysis.reading.tabular import Record
from analysis.reading.warc import read_warc
from analysis.study import Study

__all__ = ["addresses", "read", "read_source"]

_DOCUMENTS = {".txt", ".text", ".md", ".html", ".htm", ".xhtml", ".rtf", ".doc", ".docx"}
_ROWS = {".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet"}
_WARC = ".warc"
_EXPANDED = {".gz": gunzip, ".zst": unzstd}
_ZIP = ".zip"
_KINDS = ", ".join(sorted([*_DOCUMENTS, *_ROWS, _WARC, *_EXPANDED, _ZIP]))
LARGEST_COPY = 4 << 30
"""Bytes of a temporary file, for Parquet that is compressed as a whole; it is compressed inside, and hardly grows."""
_NO_TEXT = "has an address but no text; get it with `nutgraf fetch`"


@dataclass(frozen=True, slots=True)
class _File:
    """A file, or a member of an archive: the name to record, the one that tells its kind, how to open it, its path."""

    name: str
    kind: str
    open: Callable[[], BinaryIO]
    path: str = ""

    @property
    def suffix(self) -> str:
        """The last suffix, in lower case."""
        return _suffix(self.kind)


def read(study: Study) -> Iterator[RawArticle | SetAside]:
    """Yield every article of the study's corpus, and whatever cannot be read as one, in a fixed order.

    Parameters
    ----------
    study
        Its `corpus` and `columns` are read.

    Raises
    ------
    StudyError
        Where a URL of the corpus leads to nothing.
    """
    for source in sources(study):
        yield from read_source(source, study)


def read_source(source: Source, study: Study) -> Iterator[RawArticle | SetAside]:
    """Yield every article of one file, and whatever in it cannot be read as one, in the order of the file.

    Tables, web archives and compressed files are streamed: what is in memory is a batch of rows, a record or a member.
    Rows with an address and no text are passed over where the page of that address stands in the corpus.

    Parameters
    ----------
    source
        One of `sources(study)`.
    study
        Its `columns` are read.
    """
    for record in _records(source, study):
        if not isinstance(record, Address):
            yield record
        elif record.url not in source.fetched:
            yield SetAside(record.name, record.row, _NO_TEXT)


def addresses(study: Study) -> Iterator[Address]:
    """Yield what the study's corpus names without its text: rows with an address, as Media Cloud and GDELT list them.

    Parameters
    ----------
    study
        Its `corpus` and `columns` are read; files that can hold no rows are not opened.

    Raises
    ------
    StudyError
        Where a URL of the corpus leads to nothing.
    """
    for source in sources(study):
        kind = _kind(source)
        if _suffix(kind) in _EXPANDED:
            kind = kind[: -len(_suffix(kind))]
        if _suffix(kind) in _ROWS | {_ZIP}:
            yield from (record for record in _records(source, study) if isinstance(record, Address))


def _records(source: Source, study: Study) -> Iterator[Record]:
    path = "" if is_url(source.location) else source.location
    try:
        yield from _guarded(_File(source.name, _kind(source), source.open, path), study, nested=False)
    except Exception as error:  # each storage raises errors of its own
        if path:
            raise
        line = " ".join(str(error).split())
        yield SetAside(source.name, 0, f"cannot be read: {type(error).__name__}: {line}")


def _kind(source: Source) -> str:
    """Return what tells the kind of a file: its location, without the query of a web address."""
    is_web = source.location.startswith(("http://", "https://"))
    return source.location.partition("?")[0] if is_web else source.location


def _suffix(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()


def _guarded(file: _File, study: Study, *, nested: bool) -> Iterator[Record]:
    """Yield what is in a file; where it breaks, what came before it and the reason."""
    last = 0
    try:
        for record in _read(file, study, nested=nested):
            last = record.row
            yield record
    except Broken as error:
        yield SetAside(file.name, 0, str(error) + (f" (after row {last})" if last else ""))
    except OSError as error:
        yield SetAside(file.name, 0, f"cannot be read: {error.strerror or ' '.join(str(error).split())}")


def _read(file: _File, study: Study, *, nested: bool) -> Iterator[Record]:
    if file.suffix in _EXPANDED or file.suffix == _ZIP:
        if nested:
            yield SetAside(file.name, 0, "is an archive in an archive, which is not opened; unpack the outer one")
        elif file.suffix == _ZIP:
            yield from _read_zip(file, study)
        else:
            inner = file.kind[: -len(file.suffix)]
            expand = _EXPANDED[file.suffix]
            yield from _read(_File(file.name, inner, lambda: expand(file.open())), study, nested=True)
    elif file.suffix in _DOCUMENTS:
        yield from _read_document(file)
    elif file.suffix in _ROWS:
        yield from _read_rows(file, study)
    elif file.suffix == _WARC:
        with file.open() as stream:
            yield from read_warc(stream, file.name)
    else:
        kind = file.suffix or "(none)"
        yield SetAside(file.name, 0, f"files of kind {kind!r} are not read; known are {_KINDS}")


def _read_rows(file: _File, study: Study) -> Iterator[Record]:
    columns = study.columns
    if file.suffix == ".parquet" and file.path:
        yield from tabular.read_parquet(file.path, file.name, columns)
        return
    with file.open() as stream:
        if file.suffix in {".jsonl", ".ndjson"}:
            yield from tabular.read_jsonl(stream, file.name, columns)
        elif file.suffix == ".json":
            yield from tabular.read_json(stream, file.name, columns)
        elif file.suffix == ".parquet":
            with _seekable(stream) as whole:
                yield from tabular.read_parquet(whole, file.name, columns)
        else:
            delimiter = "\t" if file.suffix == ".tsv" else ","
            yield from tabular.read_csv(stream, file.name, columns, delimiter=delimiter)


def _seekable(stream: BinaryIO) -> BinaryIO:
    """Return a stream that can seek: Parquet is read from its end."""
    if stream.seekable():
        return stream
    whole = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        while block := stream.read(1 << 20):
            if whole.write(block) and whole.tell() > LARGEST_COPY:
                raise Broken(f"is longer than {LARGEST_COPY >> 30} GiB when it is expanded; expand it yourself")
        whole.seek(0)
    except BaseException:
        whole.close()
        raise
    return cast(BinaryIO, whole)


def _read_document(file: _File) -> Iterator[RawArticle | SetAside]:
    with file.open() as stream:
        data = stream.read(LARGEST_DOCUMENT + 1)
    if not data:
        yield SetAside(file.name, 0, "is empty")
        return
    if len(data) > LARGEST_DOCUMENT:
        yield SetAside(file.name, 0, f"is longer than {LARGEST_DOCUMENT >> 20} MiB")
        return
    document = read_document(data, file.suffix)
    del data
    exported = split(document, file.name)
    if exported is not None:
        yield from exported
    elif not document.text.strip():
        yield SetAside(file.name, 0, "holds only white space")
    elif len(document.text) > LONGEST_ARTICLE:
        yield SetAside(file.name, 0, f"is longer than {LONGEST_ARTICLE:,} characters")
    else:
        yield RawArticle(
            document.plain if document.kind == "docx" else document.text, file.name, is_html=document.kind == "html"
        )


def _read_zip(file: _File, study: Study) -> Iterator[Record]:
    with file.open() as stream, open_zip(stream if stream.seekable() else _seekable(stream)) as archive:
        budget = Budget(taken=sum(member.compress_size for member in archive.filelist))
        found = False
        for member in archive.filelist:
            parts = tuple(part for part in member.filename.replace("\\", "/").split("/") if part not in {"", ".", ".."})
            if member.is_dir() or not parts or is_skipped(parts):
                continue
            found = True
            name = f"{file.name}/{'/'.join(parts)}".encode("utf-8", "replace").decode("utf-8")
            if member.flag_bits & 0x1:
                yield SetAside(name, 0, "is encrypted; unpack it with its password")
                continue
            yield from _guarded(
                _File(name, parts[-1], partial(_open_member, archive, member, budget)), study, nested=True
            )
        if not found:
            yield SetAside(file.name, 0, "is an archive without a file to read")


def _open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget) -> BinaryIO:
    try:
        inner = cast(zipfile.ZipExtFile, archive.open(member))
    except Exception as error:  # zipfile raises a dozen kinds of error on members that are not sound
        raise Broken(f"is not sound zip data: {' '.join(str(error).split())}") from error
    return bounded(inner.read1, budget, "zip")
