"""Factiva exports: with field codes (HD, BY, WC, PD, SN, LP, TD, AN), and the display form without them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.reading.documents import HEADING, Document
from analysis.reading.parts import MERGED, Part, find_dates, is_date, squeeze

__all__ = ["is_export", "split"]

# The codes in the order in which every document has them; one out of order is text.
_CODES = "SE HD CR BY WC PD ET SN SC ED PG VOL LA CY LP TD CT RF CO IN NS RE IPC IPD PUB ART CLM AN".split()
_RANK = {code: rank for rank, code in enumerate(_CODES)}
_CODE = re.compile(rf"({'|'.join(_CODES)})(?:$|(?:[ ]{{2,}}|[ ]*[\t|])[ \t|]*(.*))", re.DOTALL)
_NUMBER = r"[A-Z][A-Z0-9]{2,15}\d{8}[a-z][a-z0-9]{5,14}"
_END = re.compile(rf"(?:AN[ \t|]*)?Document\s+({_NUMBER})[ \t|]*")
_MARK = re.compile(rf"\bDocument(?:\s|&nbsp;)+{_NUMBER}\b")
_WORDS = re.compile(r"([\d,]{1,9}) words?")
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:\s*(?:AM|PM))?(?:\s*[A-Z]{2,5})?")
_SOURCE_CODE = re.compile(r"[A-Z0-9]{2,10}")
_COPYRIGHT = re.compile(r"(?:Copyright|\(c\)|©)", re.IGNORECASE)
_OWNER = re.compile(r"(?:Copyright|\(c\)|©)\s(?:\(c\)\s|©\s)?\d{4}\b", re.IGNORECASE)
_PAGE = re.compile(r"Page \d+ of \d+.*|(?:©|\(c\)) ?\d{4} Factiva.*|Search Summary")
_BYLINE = re.compile(r"(?:by|von|par|por)\s+\S", re.IGNORECASE)
_NAME = re.compile(r"(?:[A-Z][\w.'’-]*|and|in|of|the|,)(?:,?\s+(?:[A-Z][\w.'’-]*|and|in|of|the)){0,11},?")
_MOST_ABOVE = 4


def is_export(document: Document) -> bool:
    """Tell whether a file is an export of Factiva."""
    text = document.text
    if _MARK.search(text) is None and not ("HD" in text and "WC" in text and "PD" in text and "SN" in text):
        return False
    lines = [line.removeprefix(HEADING).strip() for line in document.lines]
    if any(_END.fullmatch(line) for line in lines):
        return True
    codes = {found[1] for line in lines if (found := _CODE.fullmatch(line))}
    return {"HD", "WC", "PD", "SN"} <= codes


def split(document: Document) -> Iterator[Part]:
    """Yield the articles of a Factiva export."""
    block: list[str] = []
    number = 0
    seen_summary = False
    for line in document.lines:
        plain = line.removeprefix(HEADING).strip()
        seen_summary = seen_summary or plain == "Search Summary"
        end = _END.fullmatch(plain)
        if end is not None:
            number += 1
            yield _read(number, _trimmed(block), end[1])
            block, seen_summary = [], False
        elif not _PAGE.fullmatch(plain) and not seen_summary:
            block.append(line)
    rest = _trimmed(block)
    if rest:
        shown = squeeze(rest[0].removeprefix(HEADING))[:60]
        yield Part(number + 1, f"is cut off: no 'Document …' with its number after {shown!r}")


def _trimmed(block: list[str]) -> list[str]:
    """The block without blank lines at its ends, and without an AN that stands alone before the number."""
    first, last = 0, len(block)
    while first < last and not block[first].removeprefix(HEADING).strip():
        first += 1
    while last > first and block[last - 1].removeprefix(HEADING).strip(" |\t") in {"", "AN"}:
        last -= 1
    return block[first:last]


def _read(number: int, block: list[str], accession: str) -> Part:
    plain = [line.removeprefix(HEADING).strip() for line in block]
    codes = {found[1] for line in plain if (found := _CODE.fullmatch(line))}
    is_coded = {"HD", "PD", "SN"} <= codes
    part = _read_coded(number, plain) if is_coded else _read_display(number, block, plain)
    part.article_id = accession
    return part


def _read_coded(number: int, lines: list[str]) -> Part:
    fields: dict[str, list[str]] = {}
    rank = -1
    current: list[str] = []
    for line in lines:
        found = _CODE.fullmatch(line)
        if found is not None and found[1] in ("HD", "WC") and found[1] in fields:
            return Part(number, MERGED)
        if found is not None and _RANK[found[1]] > rank:
            rank = _RANK[found[1]]
            current = fields.setdefault(found[1], [])
            line = found[2] or ""
        current.append(line.strip(" |\t"))
    values = {code: squeeze(" ".join(content)) for code, content in fields.items()}
    if "LP" not in fields:
        kept = "the text under TD lacks its beginning" if "TD" in fields else "it was exported without its text"
        return Part(number, f"has no field LP: {kept}")
    return Part(
        number,
        headline=values.get("HD", ""),
        body=[*fields.get("LP", []), "", *fields.get("TD", [])],
        outlet=values.get("SN", ""),
        byline=values.get("BY", ""),
        published=next(iter(find_dates(values.get("PD", ""))), ""),
        language=values.get("LA", ""),
    )


def _read_display(number: int, block: list[str], lines: list[str]) -> Part:
    filled = [n for n, line in enumerate(lines) if line]
    heads = [
        place for place, n in enumerate(filled[:-1]) if _WORDS.fullmatch(lines[n]) and _is_day(lines[filled[place + 1]])
    ]
    if not heads:
        return Part(number, "has no line with its words and its date ('523 words'): its heading cannot be told")
    if len(heads) > 1:
        return Part(number, MERGED)
    place = heads[0]
    above = filled[:place]
    if number == 1 and len(above) > _MOST_ABOVE:
        above = _last_run(above)
    if not 1 <= len(above) <= _MOST_ABOVE:
        return Part(number, f"has {len(above)} lines above its length: its headline cannot be told")
    part = Part(number, published=next(iter(find_dates(lines[filled[place + 1]])), ""))
    _read_above(part, [block[n] for n in above])
    below = filled[place + 2 :]
    if below and _TIME.fullmatch(lines[below[0]]):
        below = below[1:]
    if not below:
        return Part(number, "has no source and no text")
    part.outlet = lines[below[0]]
    start = _start_of_body(lines, below)
    if start < 0:
        return Part(number, "has no line of copyright or language: its text cannot be told from its heading")
    part.language = next((lines[n] for n in below[1:8] if _is_language(lines[n])), "")
    part.body = lines[start:]
    # Where a second heading lost its length, its date and the number above it, its copyright is still there.
    later = [n for n in filled if n > start and _OWNER.match(lines[n])]
    if later and filled[-1] > later[0]:
        return Part(number, MERGED)
    return part


def _start_of_body(lines: list[str], below: list[int]) -> int:
    """Number of the first line after what is said of the source: after its copyright, else after its language."""
    head = below[1:10]
    owner = next((n for n in head if _COPYRIGHT.match(lines[n])), -1)
    if owner >= 0:
        return owner + 1
    language = next((n for n in head if _is_language(lines[n])), -1)
    code = next((n for n in head[:1] if _SOURCE_CODE.fullmatch(lines[n])), -1)
    return language + 1 if language >= 0 and code >= 0 else -1


def _is_language(line: str) -> bool:
    from analysis.reading.languages import language_code

    return line.isalpha() and line[:1].isupper() and not line.isupper() and len(language_code(line)) == 2


def _is_day(line: str) -> bool:
    return is_date(line) and bool(find_dates(line))


def _last_run(above: list[int]) -> list[int]:
    """The last of these lines that follow each other without a blank one."""
    run = above[-1:]
    for n in reversed(above[:-1]):
        if n != run[0] - 1:
            break
        run.insert(0, n)
    return run


def _read_above(part: Part, lines: list[str]) -> None:
    """Tell section, headline and byline, of which only the headline is always there."""
    plain = [line.removeprefix(HEADING).strip() for line in lines]
    marked = [n for n, line in enumerate(lines) if line.startswith(HEADING)]
    if marked:
        part.headline = squeeze(" ".join(plain[n] for n in marked))
        part.byline = squeeze(" ".join(plain[marked[-1] + 1 :]))
        return
    if len(plain) > 1 and (
        _BYLINE.match(plain[-1])
        or (_NAME.fullmatch(plain[-1]) and len(plain[-1]) < 80 and len(plain[-2]) > len(plain[-1]))
    ):
        part.byline = plain.pop()
    part.headline = plain[-1]
