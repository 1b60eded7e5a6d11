"""Files that hold many articles, as Nexis and Factiva export them: told by their content, split whole or set aside."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.reading import factiva, nexis
from analysis.reading.documents import Document
from analysis.reading.parts import as_records
from analysis.reading.records import RawArticle, SetAside

__all__ = ["split"]

_KINDS = ((nexis.is_old, nexis.split_old), (nexis.is_new, nexis.split_new), (factiva.is_export, factiva.split))


def split(document: Document, name: str) -> Iterator[RawArticle | SetAside] | None:
    """Return the articles of an export, or None where the document is none.

    Parameters
    ----------
    document
        A document file as text.
    name
        The path to record.
    """
    found = [parts for is_kind, parts in _KINDS if is_kind(document)]
    if len(found) > 1:
        return iter([SetAside(name, 0, "holds exports of several kinds; keep each in a file of its own")])
    return as_records(found[0](document), name) if found else None
