"""Web archives: the pages in them that a server gave, and a count of the rest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from typing import Any, BinaryIO

from analysis.reading.decode import decode, decode_page
from analysis.reading.records import LONGEST_ARTICLE, Broken, RawArticle, SetAside

__all__ = ["read_warc"]

_PAGES = {"text/html", "application/xhtml+xml"}
_SILENT = {"warcinfo", "request", "metadata", "arc_header"}  # how a page was got, not a page
# How a page looks and moves: no text of anybody's.
_FURNITURE = re.compile(
    r"(?:image|video|audio|font)/.*|text/css|(?:text|application)/(?:x-)?(?:java|ecma)script|"
    r"application/(?:x-)?font-.*|application/vnd\.ms-fontobject"
)
_WHOLE = {"response", "resource", "conversion"}
_LARGEST = 4 * LONGEST_ARTICLE
_MOST_KINDS = 50
_BLOCK = 1 << 16


class _Prompt:
    """A stream that gives what it has: where it breaks, what came before is not held back."""

    def __init__(self, stream: BinaryIO) -> None:
        self.read = getattr(stream, "read1", stream.read)


def read_warc(stream: BinaryIO, name: str) -> Iterator[RawArticle | SetAside]:
    """Yield the pages and plain texts of a WARC file that were given with status 200.

    Pages that cannot be read are set aside one by one under the place of their record. Images, videos, sound, fonts,
    stylesheets and scripts are passed over; other responses, redirects among them, are counted by status or media type
    and set aside together at the end, under row 0.

    References
    ----------
    ISO 28500:2017, "Information and documentation - WARC file format".
    """
    iterator: Any = import_module("warcio.archiveiterator").ArchiveIterator
    # It writes to standard error what is said here by records set aside.
    quiet: Any = type("QuietIterator", (iterator,), {"INC_RECORD": ""})
    others: Counter[str] = Counter()
    number = 0
    problem = ""
    try:
        records = quiet(_Prompt(stream))
        for record in records:
            number += 1
            if record.length is None:
                raise Broken("is cut off in the middle of a record")
            found = _read(record, name, number)
            while record.raw_stream.read(_BLOCK):
                pass
            if getattr(record.raw_stream, "limit", 0) > 0:
                raise Broken("is cut off in the middle of a record")
            if not isinstance(found, str):
                yield found
            elif found:
                others[found if len(others) < _MOST_KINDS or found in others else "of further kinds"] += 1
        if records.next_line:
            raise Broken("is cut off in the middle of a record")
        if records.err_count:
            raise Broken(f"has {records.err_count} records that are longer than they say")
    except Broken as error:
        problem = str(error)
    except Exception as error:  # noqa: BLE001 - warcio raises many kinds of error on what is no WARC file
        problem = f"is not a whole WARC file: {' '.join(str(error).split()) or type(error).__name__}"
    for kind, count in others.items():
        yield SetAside(name, 0, f"{count:,} {'record' if count == 1 else 'records'} {kind}: no text to read")
    if problem:
        yield SetAside(name, 0, problem + (f" (after record {number})" if number else ""))
    elif number == 0:
        yield SetAside(name, 0, "holds no WARC record")


def _read(record: Any, name: str, number: int) -> RawArticle | SetAside | str:
    """Return a record's article, why a page is set aside, or of which other kind it is; empty: nothing is lost."""
    if record.rec_type in _SILENT:
        return ""
    headers = record.rec_headers if record.http_headers is None else record.http_headers
    content = (headers.get_header("Content-Type") or "").lower()
    media = content.split(";")[0].strip()
    if _FURNITURE.fullmatch(media):
        return ""
    if record.rec_type not in _WHOLE:
        return f"of kind {record.rec_type}"
    if record.http_headers is not None and (status := record.http_headers.get_statuscode()) != "200":
        return f"with HTTP status {status or '(none)'}"
    if media not in _PAGES and media != "text/plain":
        return f"of type {media or '(none)'}"
    url = (record.rec_headers.get_header("WARC-Target-URI") or record.rec_headers.get_header("uri") or "").strip("<> ")
    where = f" ({url})" if url else ""
    data = record.content_stream().read(_LARGEST + 1)
    if len(data) > _LARGEST:
        return SetAside(name, number, f"is longer than {LONGEST_ARTICLE:,} characters{where}")
    charset = content.partition("charset=")[2].split(";")[0].strip("\"' ")
    text, reason = decode_page(data, charset) if media in _PAGES or charset else decode(data)
    if reason or not text.strip():
        return SetAside(name, number, (reason or "holds no text") + where)
    if len(text) > LONGEST_ARTICLE:
        return SetAside(name, number, f"is longer than {LONGEST_ARTICLE:,} characters{where}")
    return RawArticle(text, name, number, "", url, is_html=media in _PAGES)
