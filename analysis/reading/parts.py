"""The documents of an export: what each says of itself, and how that becomes an article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from analysis.reading.languages import language_code
from analysis.reading.records import LONGEST_ARTICLE, RawArticle, SetAside

__all__ = ["MERGED", "Part", "as_records", "find_dates", "is_date", "squeeze"]

MERGED = "holds more than one article, and nothing shows where the first ends"
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)
_DAY = re.compile(
    rf"(?:\b(?P<m1>{_MONTHS})\.?\s+(?P<d1>\d{{1,2}}),?\s+(?P<y1>\d{{4}})|"
    rf"\b(?P<d2>\d{{1,2}})\.?\s+(?P<m2>{_MONTHS})\.?,?\s+(?P<y2>\d{{4}})|"
    r"\b(?P<y3>\d{4})-(?P<m3>\d{2})-(?P<d3>\d{2}))\b",
    re.IGNORECASE,
)
_PERIOD = re.compile(rf"(?:(?:{_MONTHS}|spring|summer|autumn|fall|winter)[\s,/-]*)+\d{{4}}", re.IGNORECASE)
_NUMBERS = {name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)}
_LONGEST_DATE_LINE = 80
# What stands once in every document of one of these exports, and in no news text: inside a body it means that a joint
# between two documents was missed.
_JOINT = re.compile(
    r"End of Document|\d+ of \d+ DOCUMENTS?|Load-Date: .*|LOAD-DATE: .*|(?:Length|LENGTH):\s*[\d,.]+ words?|"
    r"(?:AN[ \t|]*)?Document\s+[A-Z][A-Z0-9]{2,15}\d{8}[a-z][a-z0-9]{5,14}"
)
_OWNED = re.compile(r"(?:Copyright|\(c\)|©)\s", re.IGNORECASE)
_BY = re.compile(r"^by\s+(?=\S)", re.IGNORECASE)
_WORDS = re.compile(r"[\d,]{1,9} words?")


@dataclass(slots=True)
class Part:
    """One document of an export: its number from 1, what it says of itself, or the reason why it cannot be told."""

    number: int
    reason: str = ""
    headline: str = ""
    body: list[str] = field(default_factory=list)
    outlet: str = ""
    byline: str = ""
    dateline: str = ""
    published: str = ""
    language: str = ""
    article_id: str = ""


def as_records(parts: Iterable[Part], name: str) -> Iterator[RawArticle | SetAside]:
    """Yield the documents of an export: headline and body as the text, what else is known beside it."""
    for part in parts:
        body = "\n".join(part.body).strip()
        raw = "\n\n".join(piece for piece in (part.headline, body) if piece)
        if part.reason or not body:
            yield SetAside(name, part.number, part.reason or "has a heading and no text")
        elif _holds_joint(part.body):
            yield SetAside(name, part.number, MERGED)
        elif len(raw) > LONGEST_ARTICLE:
            yield SetAside(name, part.number, f"text is longer than {LONGEST_ARTICLE:,} characters")
        else:
            known = {
                "outlet": part.outlet,
                "byline": _BY.sub("", part.byline.strip()),
                "dateline": part.dateline,
                "published": part.published,
                "headline": part.headline,
                "language": language_code(part.language),
            }
            given = {key: squeeze(value) for key, value in known.items() if value.strip()}
            yield RawArticle(raw, name, part.number, part.article_id, "", given)


def _holds_joint(body: list[str]) -> bool:
    lines = [line.strip() for line in "\n".join(body).split("\n") if line.strip()]
    last = len(lines) - 1  # many a text ends in a date and a copyright of its own
    return any(
        _JOINT.fullmatch(line)
        or (_WORDS.fullmatch(line) and any(is_date(later) for later in lines[n + 1 : n + 2]))
        or (
            n < last
            and _OWNED.match(line)
            and any(_WORDS.fullmatch(above) or is_date(above) for above in lines[max(n - 9, 0) : n])
        )
        for n, line in enumerate(lines)
    )


def squeeze(text: str) -> str:
    """Return `text` with single spaces."""
    return " ".join(text.split())


def find_dates(line: str) -> list[str]:
    """Return the days that a line of an export names in full, as YYYY-MM-DD.

    Examples
    --------
    >>> find_dates("January 7, 2025 Tuesday"), find_dates("7 January 2025"), find_dates("Spring 2025")
    (['2025-01-07'], ['2025-01-07'], [])
    """
    found = []
    for match in _DAY.finditer(line):
        year, month, day = next(
            (match[f"y{n}"], match[f"m{n}"], match[f"d{n}"]) for n in "123" if match[f"y{n}"] is not None
        )
        number = int(month) if month.isdigit() else _NUMBERS[month[:3].lower()]
        if 1 <= number <= 12 and 1 <= int(day) <= 31:
            found.append(f"{year}-{number:02}-{int(day):02}")
    return found


def is_date(line: str) -> bool:
    """Tell whether a line says when something was published: a day, a month or a season, and hardly anything else."""
    if len(line) > _LONGEST_DATE_LINE:
        return False
    day = _DAY.search(line)
    if day is not None:
        return day.start() <= len("Wednesday, ")
    return _PERIOD.fullmatch(line.strip()) is not None
