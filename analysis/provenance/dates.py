"""Dates as newspapers, pages and tables write them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from analysis.cleaning.stamps import MONTH

__all__ = ["FoundDate", "find_dates", "parse_date"]

_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_DAYS = {name: number for number, name in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())}
_FULL = re.compile(
    rf"""(?<![\w/.-])(?:
    (?P<y1>\d{{4}})[-/.](?P<m1>\d{{1,2}})[-/.](?P<d1>\d{{1,2}})(?:[T ]\d\d:\d\d\S{{0,20}})?
    | (?P<mn2>{MONTH})\s?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y2>\d{{4}})
    | (?P<d3>\d{{1,2}})(?:st|nd|rd|th)?(?:\sof)?[\s-](?P<mn3>{MONTH}),?[\s-](?P<y3>\d{{4}})
    | (?P<y5>\d{{4}})年(?P<m5>\d{{1,2}})月(?P<d5>\d{{1,2}})日
    )(?![\w/-])""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMERIC = re.compile(r"(?<![\w/.-])(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?![\w/-])")
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?:T?\d{4,6}Z?)?(?!\d)")
_NO_YEAR = re.compile(
    rf"\b(?:(?P<mn1>{MONTH})\s?(?P<d1>\d{{1,2}})|(?P<d2>\d{{1,2}})\s(?P<mn2>{MONTH}))(?!\d|,?\s\d{{4}})\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b(today|yesterday|(?:last\s)?(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b", re.IGNORECASE)
_REACH = 400


class FoundDate(NamedTuple):
    """A full date in a text: half-open span, and the date as YYYY-MM-DD."""

    start: int
    end: int
    value: str


def _iso(year: str | int, month: str | int, day: str | int) -> str:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return ""
    return found.isoformat() if 1800 <= found.year <= 2200 else ""


def _month(name: str) -> int:
    return _MONTHS[name[:3].lower()]


def _read(match: re.Match[str]) -> str:
    if match["y1"]:
        return _iso(match["y1"], match["m1"], match["d1"])
    if match["y2"]:
        return _iso(match["y2"], _month(match["mn2"]), match["d2"])
    if match["y3"]:
        return _iso(match["y3"], _month(match["mn3"]), match["d3"])
    return _iso(match["y5"], match["m5"], match["d5"])


def find_dates(text: str) -> list[FoundDate]:
    """Return the full dates in `text`, those with a day, a month and a year, in order.

    Examples
    --------
    >>> find_dates("Talks in Tokyo on March 16, 2021, two months on")
    [FoundDate(start=18, end=32, value='2021-03-16')]
    """
    found = ((match, _read(match)) for match in _FULL.finditer(text))
    return [FoundDate(match.start(), match.end(), value) for match, value in found if value]


def parse_date(text: str, *, anchor: str = "", day_first: bool | None = None) -> str:
    """Return the first date that `text` states, as YYYY-MM-DD, or the empty string.

    Parameters
    ----------
    text
        A date as it stands in a column, a page or a dateline. Only its first 400 characters are looked at.
    anchor
        A date, YYYY-MM-DD, that `text` may be relative to: "Tuesday" is the last Tuesday up to it, "Jan 7" the one
        nearest to it. Without an anchor such words are no date.
    day_first
        How to read 03/04/2025: True, the third of April; False, the fourth of March; None, not at all, unless one
        of the numbers can only be a day.

    Examples
    --------
    >>> parse_date("Tue, 07 Jan 2025 09:30:00 GMT"), parse_date("January 7, 2025"), parse_date("13/01/2025")
    ('2025-01-07', '2025-01-07', '2025-01-13')
    >>> parse_date("Tuesday"), parse_date("Tuesday", anchor="2025-01-09"), parse_date("03/04/2025")
    ('', '2025-01-07', '')
    """
    text = text[:_REACH]
    full = find_dates(text)
    if full:
        return full[0].value
    numeric = _NUMERIC.search(text)
    if numeric is not None:
        one, two, year = numeric.groups()
        if int(one) > 12 >= int(two) or (day_first is True):
            return _iso(year, two, one)
        if int(two) > 12 >= int(one) or (day_first is False) or one == two:
            return _iso(year, one, two)
        return ""
    compact = _COMPACT.search(text)
    if compact is not None and (value := _iso(*compact.groups())):
        return value
    return _relative(text, anchor)


def _relative(text: str, anchor: str) -> str:
    try:
        base = date.fromisoformat(anchor)
    except ValueError:
        return ""
    named = _NO_YEAR.search(text)
    if named is not None:
        month, day = _month(named["mn1"] or named["mn2"]), named["d1"] or named["d2"]
        near = [value for year in (base.year - 1, base.year, base.year + 1) if (value := _iso(year, month, day))]
        return min(near, key=lambda value: abs(date.fromisoformat(value) - base), default="")
    word = _RELATIVE.search(text)
    if word is None:
        return ""
    said = word[1].lower().split()[-1]
    if said == "today":
        return base.isoformat()
    if said == "yesterday":
        return (base - timedelta(days=1)).isoformat()
    return (base - timedelta(days=(base.weekday() - _DAYS[said]) % 7)).isoformat()
