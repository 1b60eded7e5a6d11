"""The lines of a byte stream as text, each decoded by itself: one bad line costs that line."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from analysis.reading.decode import CONTROLS, MARKS, MOST_HIGH, PLAUSIBLE, decode
from analysis.reading.records import LONGEST_ARTICLE, Broken

__all__ = ["LONGEST_LINE", "byte_lines", "text_lines"]

LONGEST_LINE = 8 * LONGEST_ARTICLE
"""Bytes: an article of the greatest length, with every character escaped or of several bytes, and its columns."""
_HEAD = 4096


def byte_lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Yield the lines of a stream with their ends, in UTF-8 where a mark says UTF-16 or UTF-32; None: a line too long.

    Raises
    ------
    Broken
        Where the stream is binary, or cannot be decoded as its mark says.
    """
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var]
    head = buffered.peek(_HEAD)[:_HEAD]
    encoding = next((name for mark, name in MARKS if head.startswith(mark)), "")
    if encoding.startswith(("utf-16", "utf-32")):
        yield from _marked_lines(buffered, encoding)
        return
    if b"\0" in head:
        raise Broken("is binary, not text")
    if head.startswith(codecs.BOM_UTF8):
        buffered.read(len(codecs.BOM_UTF8))
    while line := buffered.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                line = buffered.readline(LONGEST_LINE)
            yield None
        else:
            yield line


def _marked_lines(stream: BinaryIO, encoding: str) -> Iterator[bytes | None]:
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        while line := text.readline(LONGEST_LINE):
            yield line.encode("utf-8", "replace")
    except (UnicodeError, ValueError) as error:
        raise Broken(f"is marked as {encoding} but cannot be decoded as it") from error


def text_lines(stream: BinaryIO) -> Iterator[tuple[str, str]]:
    r"""Yield each line of a stream as text ending in ``\n``, and the reason why it is not to be trusted, or nothing.

    A line is UTF-8, or Windows-1252 where it is plausible as such (see `decode`; the share of bytes beyond ASCII is
    that of the stream so far, for a line may be short).
    """
    seen = high = 0
    for line in byte_lines(stream):
        if line is None:
            yield "\n", f"line is longer than {LONGEST_LINE:,} bytes"
            continue
        seen += len(line)
        reason = "" if len(line) == len(line.translate(None, CONTROLS)) else decode(line)[1]
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            beyond = line.translate(None, bytes(range(128)))
            high += len(beyond)
            if high <= MOST_HIGH * seen and PLAUSIBLE.issuperset(beyond):
                text = line.decode("cp1252")
            else:
                text = line.decode("utf-8", "replace")
                reason = "is not UTF-8 and its encoding cannot be told; save it as UTF-8"
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
            *pieces, last = text.split("\n")
            for piece in pieces:
                yield f"{piece}\n", reason
            if last:
                yield last, reason
        else:
            yield text, reason
