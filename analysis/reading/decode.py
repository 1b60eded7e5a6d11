"""Bytes to text, where that is safe."""

from __future__ import annotations

import codecs

__all__ = ["decode"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13, 27}) + b"\x7f"
_MOST_CONTROLS = 0.001
# In Windows-1252 these high bytes are typographic marks and Latin letters of running text; the rest is rare in it.
_PLAUSIBLE = frozenset(
    b"\x80\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa3\xa7\xa9\xab\xae\xb0\xbb\xbf" + bytes(range(0xC0, 0x100))
)
_MOST_HIGH = 0.15


def decode(data: bytes) -> tuple[str, str]:
    r"""Return the text of `data` and an empty reason, or an empty text and the reason why it cannot be told.

    UTF-8 and marked UTF-16 and UTF-32 are decoded; so is Windows-1252, where nearly all bytes are ASCII and
    the others are ones that running text in it uses. Nothing else is guessed. Line ends become ``\n``.

    Examples
    --------
    >>> decode("He said “yes” at once.".encode("cp1252"))
    ('He said “yes” at once.', '')
    >>> decode(b"\x00\x01\x02\x03")
    ('', 'is binary, not text')
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return _lines(data.decode(encoding)), ""
            except UnicodeDecodeError:
                return "", f"is marked as {encoding} but cannot be decoded as it"
    if len(data) - len(data.translate(None, _CONTROLS)) > _MOST_CONTROLS * len(data):
        return "", "is binary, not text"
    try:
        return _lines(data.decode("utf-8")), ""
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        high = data.translate(None, bytes(range(128)))
        if len(high) <= _MOST_HIGH * len(data) and _PLAUSIBLE.issuperset(high):
            return _lines(data.decode("cp1252")), ""
        return "", f"is not UTF-8 (line {line}) and its encoding cannot be told; save it as UTF-8"


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
