"""Credits in a text: agencies, carriers, writers, places and dates, with the characters they are read from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from analysis.cleaning.rules import LONGEST, line_rule
from analysis.cleaning.stamps import AGENCIES, MONTH, Stamp, agency_name, read_stamps
from analysis.provenance.dates import find_dates, parse_date

__all__ = ["Reading", "read_credits"]

_HEAD = 6_000  # characters at either end of a text in which credits stand
_TOP_LINES = 10
_MOST_COMMAS = 2  # a byline with more names is a list of all who had to do with the page
_LINE = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")
# Short names that are as often something else (a state, a magazine) count only in the brackets of a dateline.
_AMBIGUOUS = frozenset({"AA", "CP", "EFE", "IPS", "MENA", "PA", "PAP", "RIA", "SPA", "WAM"})


def _alternatives(names: Iterable[str]) -> str:
    return "|".join(sorted((re.escape(name) for name in names), key=lambda name: (-len(name), name)))


_ALL = {name for agency, names in AGENCIES.items() for name in (agency, *names)} - _AMBIGUOUS
_NAMES = _alternatives(_ALL)
_LONG = _alternatives(name for name in _ALL if " " in name)
_AGENCY = rf"(?P<agency>\b(?:{_NAMES})\b)"

_BYLINE_AGENCY = re.compile(
    rf"(?:(?:^|[,;|/(–—-]|\b(?:by|for|of|and|via|from)\b)\s*(?:the\s)?{_AGENCY}\s*"
    rf"(?:$|[,;|/)–—.-]|\b(?:and|in|staff|writers?|reporters?|news|via)\b)|\b(?P<long>{_LONG})\b)",
    re.IGNORECASE,
)
_CONTRIBUTED = re.compile(
    r"(?P<they>contributed(?! by)\b)|contribut(?:ing|ors?|ed by)\b|"
    r"with (?:files|reporting|additional reporting|material|inputs?) from\b",
    re.IGNORECASE,
)
_REUTERS_FORM = re.compile(
    r"[(\[](?:additional |further )?(?:reporting|writing|compiled)\s(?:by|"
    r"and\s\w+\sby)\s(?P<names>[^();\[\]]{3,160})(?:;[^()\[\]]{0,300})?\b(?:editing by)\b[^()\[\]]{2,160}[)\]]",
    re.IGNORECASE,
)
_REPORTING = re.compile(
    r"[(\[]\s?(?:reporting|writing)\s(?:by|and\s\w+\sby)\s(?P<names>[^();\[\]]{3,160})", re.IGNORECASE
)
_TAIL = re.compile(
    rf"(?:^|(?<=[.!?”\"])\s*)[\s(\[]*(?:(?:source|from|via|courtesy)\s*:?\s*|[-–—]{{1,3}}\s*|"
    rf"\()(?:the\s)?{_AGENCY}\s*[.)\]]*\s*\Z",
    re.IGNORECASE,
)
_BARE = re.compile(rf"(?:the\s)?{_AGENCY}", re.IGNORECASE)
_COPYRIGHT = re.compile(
    rf"(?:©|\(c\)|copyright)\W{{0,3}}(?:©|\(c\))?\s?(?:\d{{4}})?,?\s?(?:by\s)?(?:the\s)?{_AGENCY}", re.IGNORECASE
)
_PRODUCED = re.compile(
    r"\b(?:article|story|column|post|piece|report|essay|commentary|interview|op-ed)\b[^.]{0,60}?\b"
    r"(?:(?:originally|first) (?:published|appeared) (?:by|in|on|at)|republished (?:with permission )?(?:from|of))\s"
    rf"(?!{MONTH}\b)(?P<name>(?:the )?[A-Z][\w&'’-]*(?:\s(?:(?:of|the|&)\s)?[A-Z][\w&'’-]*){{0,5}})"
)
_CARRIER = re.compile(
    r"\b(?P<how>provided|distributed|syndicated|carried) by (?P<name>(?:the )?[A-Z][\w.&' ’-]{1,50}?)(?=[.,;()]|$)"
)
_MENAFN = re.compile(r"\b(MENAFN)\d{6,}")
_PUBLISHED = re.compile(
    r"\W*(?P<what>(?:first |last )?(?:published|posted|updated|modified)|(?:publication |publish )?date)\b",
    re.IGNORECASE,
)


# Without one of these the patterns above need not be tried.
_ENDINGS = tuple(sorted({name.lower().rstrip(".") for name in _ALL}))
_CONTRIBUTED_WITH = re.compile(rb"with (?:files|reporting|additional reporting|material|inputs?) from")


class Reading(NamedTuple):
    """Something a text says of where it comes from: field, value, half-open span, stated or inferred, rule id."""

    field: str
    value: str
    start: int
    end: int
    source: str
    note: str


def read_credits(
    text: str, *, names: frozenset[str] = frozenset(), byline: str = ""
) -> tuple[list[Reading], tuple[str, ...]]:
    """Return what head and tail of `text` say of its origin, the surest first, and the agencies that contributed.

    Parameters
    ----------
    text
        The raw text; its first and last 6,000 characters are looked at.
    names
        Names, in lower case, that count as a credit in brackets beside those of agencies.
    byline
        A byline known apart from the text.

    Examples
    --------
    >>> text = "NEW YORK (AP) — It rained. The Canadian Press contributed to this report."
    >>> readings, contributed = read_credits(text)
    >>> [(r.field, r.value, r.note) for r in readings], contributed
    ([('originator', 'AP', 'agency_dateline'), ('dateline', 'NEW YORK', 'agency_dateline')], ('CP',))
    >>> read_credits("Blinken in Tokyo (Reuters file photo, Jan. 8, 2021)")
    ([], ())
    """
    readings: list[Reading] = []
    if byline and byline.count(",") <= _MOST_COMMAS:
        readings.extend(_byline_agency(byline, -1))
    readings.extend(_head(text, names))
    readings.extend(_tail(text))
    return readings, _contributors(text)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    for match in _LINE.finditer(text, start, end):
        line = match[0].strip()
        if line:
            yield match.start() + match[0].index(line), line


def _last_lines(text: str, floor: int, count: int) -> list[tuple[int, str]]:
    """Return the last lines behind `floor`, as `_lines` gives them, looking at no more of the text than needed."""
    found: list[tuple[int, str]] = []
    end = len(text)
    while end > floor and len(found) < count:
        begin = text.rfind("\n", floor, end) + 1 or floor
        found[:0] = _lines(text, begin, end)
        end = begin - 1
    return found[-count:]


def _head(text: str, names: frozenset[str]) -> Iterator[Reading]:
    bodies = 0
    for number, (offset, line) in enumerate(_lines(text, 0, _HEAD)):
        if number >= _TOP_LINES or bodies >= 3:
            return
        rule = line_rule(line)
        if rule == "date_line":
            yield from _date_line(line, offset)
        elif rule == "update_note":
            yield from _published_line(line, offset)
        elif rule == "byline" or (number < 4 and _BARE.fullmatch(line.removeprefix("By ").removeprefix("by "))):
            yield from _byline(line, offset)
        elif not rule:
            stamps = read_stamps(line, names=names)
            for stamp in stamps:
                yield from _stamp(line, offset, stamp)
            bodies += len(line) > 120 or bool(stamps)
            if stamps:
                return


def _stamp(line: str, offset: int, stamp: Stamp) -> Iterator[Reading]:
    spans = {"agency": stamp.agency, "carrier": stamp.carrier, "place": stamp.place, "day": stamp.day}

    def reading(field: str, key: str, value: str) -> Reading:
        start, end = spans[key]
        return Reading(field, value, offset + start, offset + end, "stated", stamp.rule)

    said = {key: line[start:end] if start >= 0 else "" for key, (start, end) in spans.items()}
    if said["agency"]:
        yield reading("originator", "agency", agency_name(said["agency"]) or said["agency"].strip())
    if said["carrier"]:
        yield reading("carrier", "carrier", said["carrier"].strip())
    if said["place"]:
        yield reading("dateline", "place", said["place"].strip())
    if said["day"] and (value := parse_date(said["day"])):
        yield reading("published", "day", value)


def _date_line(line: str, offset: int) -> Iterator[Reading]:
    dates = find_dates(line)
    if not dates:
        return
    first = dates[0]
    yield Reading("published", first.value, offset + first.start, offset + first.end, "stated", "date_line")
    place = re.sub(
        r"(?:\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|[\s,|–—-])+$", "", line[: first.start], flags=re.IGNORECASE
    )
    if place:
        yield Reading("dateline", place, offset, offset + len(place), "stated", "date_line")


def _published_line(line: str, offset: int) -> Iterator[Reading]:
    said = _PUBLISHED.match(line)
    dates = find_dates(line)
    if said is not None and dates:
        updated = "updated" in said["what"].lower() or "modified" in said["what"].lower()
        source, note = ("inferred", "update_line") if updated else ("stated", "published_line")
        yield Reading("published", dates[0].value, offset + dates[0].start, offset + dates[0].end, source, note)


def _byline(line: str, offset: int) -> Iterator[Reading]:
    start = 3 if line[:3].lower() == "by " else 0
    yield Reading("byline", line[start:].strip(), offset + start, offset + len(line), "stated", "byline")
    yield from _byline_agency(line, offset)


def _byline_agency(line: str, offset: int) -> Iterator[Reading]:
    found = _BYLINE_AGENCY.search(line[:LONGEST])
    if found is not None and not re.search(r"contribut", line[:LONGEST], re.IGNORECASE):
        group = "agency" if found["agency"] else "long"
        start, end = (offset + found.start(group), offset + found.end(group)) if offset >= 0 else (-1, -1)
        yield Reading("originator", agency_name(found[group]), start, end, "stated", "byline")


def _tail(text: str) -> Iterator[Reading]:
    floor = max(0, len(text) - _HEAD)
    last = _last_lines(text, floor, 6)
    for offset, line in reversed(last):
        short = line[-LONGEST:]
        if "(" not in short and "[" not in short:
            continue
        base = offset + len(line) - len(short)
        form = _REUTERS_FORM.search(short)
        if form is not None:
            yield Reading(
                "originator", "Reuters", base + form.start(), base + form.end(), "inferred", "reuters_sign_off"
            )
        reporting = _REPORTING.search(short)
        if reporting is not None:
            start, end = reporting.span("names")
            yield Reading("byline", reporting["names"].strip(), base + start, base + end, "stated", "sign_off")
    for offset, line in reversed(last):
        short = line[-LONGEST:]
        base = offset + len(line) - len(short)
        lower = short.lower()
        signed = lower.rstrip(" \t\xa0.)]").endswith(_ENDINGS)
        copyrighted = "©" in lower or "(c)" in lower or "copyright" in lower
        for pattern, note, source, likely in (
            (_TAIL, "sign_off", "stated", signed),
            (_COPYRIGHT, "copyright", "stated", copyrighted),
        ):
            found = pattern.search(short) if likely else None
            if found is not None and line_rule(short) != "caption_credit":
                start, end = found.span("agency")
                yield Reading("originator", agency_name(found["agency"]), base + start, base + end, source, note)
    ending = text[last[0][0] :] if last else ""
    for pattern, field, note, words in (
        (_PRODUCED, "originator", "published_first", ("published", "appeared")),
        (_CARRIER, "carrier", "passed_on", ("ed by ",)),
        (_MENAFN, "carrier", "carrier_code", ("MENAFN",)),
    ):
        for offset, line in last if any(word in ending for word in words) else ():
            if len(line) >= LONGEST or not any(word in line for word in words):
                continue
            found = pattern.search(line)
            if found is not None:
                group = "name" if "name" in found.re.groupindex else 1
                yield Reading(
                    field, found[group].strip(), offset + found.start(group), offset + found.end(group), "stated", note
                )


def _contributors(text: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    ends = text if len(text) <= 2 * _HEAD else text[:_HEAD] + "\n" + text[-_HEAD:]
    lower = ends.encode("utf-8", "surrogatepass").lower()  # ten times faster than in lower case as a text
    if b"contribut" not in lower and _CONTRIBUTED_WITH.search(lower) is None:
        return ()
    for start, end in ((0, min(_HEAD, len(text))), (max(_HEAD, len(text) - _HEAD), len(text))):
        for match in _CONTRIBUTED.finditer(text, start, max(start, end)):
            if match["they"]:
                words = re.split(r"[.\n\r]", text[max(0, match.start() - 80) : match.start()])[-1]
            else:
                words = re.split(r"[.\n\r]", text[match.end() : match.end() + 80])[0]
            for name in _BARE.finditer(words):
                found[agency_name(name["agency"])] = None
    return tuple(found)
