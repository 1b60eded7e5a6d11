"""Bytes to text, where that is safe."""

from __future__ import annotations

import codecs
import re

__all__ = ["CONTROLS", "MARKS", "MOST_HIGH", "PLAUSIBLE", "decode", "decode_page"]

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13, 27}) + b"\x7f"
_MOST_CONTROLS = 0.001
# In Windows-1252 these high bytes are typographic marks and Latin letters of running text; the rest is rare in it.
PLAUSIBLE = frozenset(
    b"\x80\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa3\xa7\xa9\xab\xae\xb0\xbb\xbf" + bytes(range(0xC0, 0x100))
)
MOST_HIGH = 0.15
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_HEAD = 4096
_NOT_DECLARED = {"utf-8", "utf-16", "utf-32", "utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape"}


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
    for mark, encoding in MARKS:
        if data.startswith(mark):
            try:
                return _lines(data.decode(encoding)), ""
            except UnicodeDecodeError:
                return "", f"is marked as {encoding} but cannot be decoded as it"
    if len(data) - len(data.translate(None, CONTROLS)) > _MOST_CONTROLS * len(data):
        return "", "is binary, not text"
    try:
        return _lines(data.decode("utf-8")), ""
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        high = data.translate(None, bytes(range(128)))
        if len(high) <= MOST_HIGH * len(data) and PLAUSIBLE.issuperset(high):
            return _lines(data.decode("cp1252")), ""
        return "", f"is not UTF-8 (line {line}) and its encoding cannot be told; save it as UTF-8"


def decode_page(data: bytes, charset: str = "") -> tuple[str, str]:
    """Return the text of a page as `decode` does, or in the encoding that it declares, where it is not UTF-8.

    Parameters
    ----------
    data
        The page.
    charset
        What its Content-Type says; without it, its own meta element.

    Examples
    --------
    >>> decode_page('<meta charset="shift_jis"><p>日本</p>'.encode("shift_jis"))
    ('<meta charset="shift_jis"><p>日本</p>', '')
    """
    text, reason = decode(data)
    if data.startswith(tuple(mark for mark, _ in MARKS)) or _is_utf8(data):
        return text, reason
    found = _CHARSET.search(data[:_HEAD])
    declared = charset or (found[1].decode("ascii") if found else "")
    try:
        encoding = codecs.lookup(declared).name
        if encoding not in _NOT_DECLARED:
            return _lines(data.decode("cp1252" if encoding == "iso8859-1" else encoding)), ""
    except (LookupError, ValueError, TypeError):
        pass
    return text, reason


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
