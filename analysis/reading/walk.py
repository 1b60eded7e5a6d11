"""The files of a corpus in a fixed order, each read by its kind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from analysis.reading.decode import decode
from analysis.reading.records import LONGEST_ARTICLE, RawArticle, SetAside
from analysis.reading.rows import READERS, read_rows
from analysis.study import Study

__all__ = ["files", "read"]

_TEXT = {".txt": False, ".text": False, ".md": False, ".html": True, ".htm": True}
_OTHERS = {".toml", ".ipynb", ".py", ".log"}


def read(study: Study) -> Iterator[RawArticle | SetAside]:
    """Yield every article of the study's corpus, and whatever cannot be read as one, in a fixed order.

    Files are taken in the order of their paths, rows in the order of their file. Hidden files, the study's own
    files and notebooks are no part of a corpus. A file of a kind that is not known is set aside.

    Parameters
    ----------
    study
        Its `corpus` and `columns` are read.

    Raises
    ------
    InputError
        Where the study maps a column that a table-like file lacks.
    """
    for path in files(study):
        name = Path(os.path.relpath(path, study.folder)).as_posix()
        suffix = path.suffix.lower()
        try:
            if suffix in READERS:
                yield from read_rows(path, name, study.columns)
            elif suffix in _TEXT:
                yield _read_text(path, name, is_html=_TEXT[suffix])
            else:
                kinds = ", ".join(sorted([*_TEXT, *READERS]))
                yield SetAside(name, 0, f"files of kind {suffix or '(none)'!r} are not read; known are {kinds}")
        except OSError as error:
            yield SetAside(name, 0, f"cannot be read: {error.strerror}")


def files(study: Study) -> list[Path]:
    """Return the files of the study's corpus, in the order in which they are read.

    Hidden files, the study's own files, notebooks and published reports (a folder with ``runs.xml``) are left out.
    """
    own = {study.path.resolve(), *([study.sources.resolve()] if study.sources else [])}
    found: dict[Path, Path] = {}
    for start in study.corpus:
        listed = [start] if start.is_file() else sorted(start.rglob("*"))
        published = {path.parent for path in listed if path.name == "runs.xml"}
        for path in listed:
            below = path.relative_to(start).parts if path != start else ()
            hidden = any(part.startswith(".") for part in below)
            skipped = (
                hidden or (path.suffix.lower() in _OTHERS and path != start) or not published.isdisjoint(path.parents)
            )
            if path.is_file() and not skipped and path.resolve() not in own:
                found.setdefault(path.resolve(), path)
    return sorted(found.values(), key=lambda path: path.as_posix())


def _read_text(path: Path, name: str, *, is_html: bool) -> RawArticle | SetAside:
    size = path.stat().st_size
    if size == 0:
        return SetAside(name, 0, "is empty")
    if size > 4 * LONGEST_ARTICLE:
        return SetAside(name, 0, f"is longer than {LONGEST_ARTICLE:,} characters ({size:,} bytes)")
    text, reason = decode(path.read_bytes())
    if reason:
        return SetAside(name, 0, reason)
    if not text.strip():
        return SetAside(name, 0, "holds only white space")
    if len(text) > LONGEST_ARTICLE:
        return SetAside(name, 0, f"is longer than {LONGEST_ARTICLE:,} characters")
    return RawArticle(text, name, is_html=is_html)
