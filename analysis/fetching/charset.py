"""Bytes of a page or feed to text, whatever they say they are: never an error."""

from __future__ import annotations

import re

from analysis.reading.decode import MARKS

__all__ = ["decode_web"]

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w:.-]{1,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w:.-]{1,40})[\"']", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^>]{0,500}", re.IGNORECASE)
_HEAD = 4096
_MARKUP = re.compile(rb"<[^<>]*>")
_NOT_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_NOT_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
_MOST_HIGH = 0.15
# Labels that the WHATWG encoding standard reads as Windows-1252, and others that Python calls otherwise.
_LABELS = {
    "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252",
    "latin-1": "cp1252", "windows-1252": "cp1252", "x-cp1252": "cp1252", "iso-8859-9": "cp1254",
    "windows-1254": "cp1254", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb18030": "gb18030",
    "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932", "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949", "windows-31j": "cp932", "windows-874": "cp874", "tis-620": "cp874",
    "iso-8859-11": "cp874", "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "euc-jp": "euc_jp",
    "x-euc-jp": "euc_jp", "koi8-r": "koi8-r", "koi8-u": "koi8-u", "macintosh": "mac-roman", "ibm866": "cp866",
    "cp866": "cp866", "iso-2022-jp": "iso2022_jp", "utf-8": "utf-8", "utf8": "utf-8", "utf-16": "utf-16-le",
    "utf-16le": "utf-16-le", "utf-16be": "utf-16-be",
    **{f"iso-8859-{n}": f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{f"windows-125{n}": f"cp125{n}" for n in (0, 1, 3, 5, 6, 7, 8)},
}  # fmt: skip
_NOT_ASCII_BASED = frozenset({"utf-16-le", "utf-16-be", "iso2022_jp"})


def decode_web(data: bytes, content_type: str = "") -> str:
    r"""Return the text of `data`, as browsers would read it; what cannot be read becomes U+FFFD.

    A byte order mark decides; then bytes that are valid UTF-8 are UTF-8, for a header that says otherwise is wrong;
    then the header, then the page's own meta or XML declaration, then what the bytes look like. NUL is dropped.

    Parameters
    ----------
    data
        A whole page.
    content_type
        The Content-Type header.

    References
    ----------
    WHATWG, "Encoding Standard" (labels); "HTML Standard", section 13.2.3.

    Examples
    --------
    >>> decode_web("naïve".encode("cp1252"), "text/html; charset=ISO-8859-1")
    'naïve'
    >>> decode_web("Кремль".encode("cp1251"), 'text/html; charset="windows-1251"')
    'Кремль'
    >>> decode_web("naïve".encode("utf-8"), "text/html; charset=ISO-8859-1")
    'naïve'
    """
    return _decode(data, content_type).replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")


def _decode(data: bytes, content_type: str) -> str:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    said = [_known(label) for label in (*_CHARSET.findall(content_type)[:1], *_declared(data[:_HEAD]))]
    named = [encoding for encoding in said if encoding]
    if named and named[0] in _NOT_ASCII_BASED and (named[0] == "iso2022_jp" or b"\x00" in data[:_HEAD]):
        return data.decode(named[0], "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # One damaged stretch in a long text of valid UTF-8 does not make it anything else.
        if "utf-8" in named[:1] and error.start > 0 and data[: error.start].translate(None, bytes(range(128))):
            return data.decode("utf-8", "replace")
    for encoding in named:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode(_guess(data) or (named[0] if named else "cp1252"), "replace")


def _known(label: str) -> str:
    return _LABELS.get(label.strip().lower(), "")


def _declared(head: bytes) -> list[str]:
    found = _XML_ENCODING.match(head)
    labels = [found[1].decode("ascii", "replace")] if found else []
    for meta in _META.findall(head):
        labels += _CHARSET.findall(meta.decode("ascii", "replace"))[:1]
    return labels


def _guess(data: bytes) -> str:
    """Return the encoding that the bytes look like, or the empty string.

    Where few letters are not ASCII the text is in Latin script, and there Windows-1252 is what is left unsaid; its
    relatives for other languages differ from it in too few bytes to be told apart.
    """
    from charset_normalizer import from_bytes

    letters = _MARKUP.sub(b"", data).translate(None, _NOT_LETTERS)
    high = letters.translate(None, bytes(range(128)))
    if len(high) <= _MOST_HIGH * len(letters) and not _NOT_CP1252.intersection(high):
        return "cp1252"
    best = from_bytes(data[:60_000]).best()
    encoding = best.encoding if best else ""
    try:
        data.decode(encoding or "ascii")
    except (UnicodeDecodeError, LookupError):
        return ""
    return encoding
