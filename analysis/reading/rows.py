"""Rows of a table to articles: which columns are needed is settled once for a file."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from analysis.reading.decode import decode
from analysis.reading.languages import language_code
from analysis.reading.records import LONGEST_ARTICLE, Address, RawArticle, SetAside

__all__ = ["Plan"]

_GIVEN = ("outlet", "originator", "carrier", "byline", "dateline", "published", "headline", "language")
_HEAD = ("text", "raw", "article_id", "url", "is_html")
# What lists of addresses call these columns: Media Cloud (both generations), GDELT's DOC API (CSV and JSON).
_LISTED = {
    "url": ("url", "link"),
    "outlet": ("media_name", "domain"),
    "headline": ("title",),
    "published": ("publish_date", "seendate", "date", "pub_date"),
    "language": ("language",),
}
_EPOCH = re.compile(r"\d{10}(?:\d{3})?(?:\.0+)?")
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Plan:
    """How the rows of one table become articles.

    Attributes
    ----------
    name
        The path to record.
    wanted
        Columns of the file that are needed, in the order in which `make` takes their values.
    keys
        The columns of the articles table that they become.
    is_list
        Whether the table names articles without their text.
    """

    name: str
    wanted: tuple[str, ...]
    keys: tuple[str, ...]
    is_list: bool = False

    @classmethod
    def of(cls, name: str, header: Sequence[str], columns: Mapping[str, str]) -> Plan | SetAside:
        """Settle what is needed of a table with columns `header`; set it aside where it cannot be told.

        Parameters
        ----------
        name
            The path to record.
        header
            The columns of the file.
        columns
            Column of the articles table -> column of the file, for columns with other names.
        """
        have = set(header)
        found = {key: column for key in (*_HEAD, *_GIVEN) if (column := columns.get(key, key)) in have}
        lacking = [(key, column) for key, column in columns.items() if column not in have]
        has_text = "text" in found or "raw" in found
        listed = {} if has_text else _as_list(header, found)
        if listed.get("url") and all(key in {"text", "raw", *listed} for key, _ in lacking):
            return cls(name, tuple(listed.values()), tuple(listed), is_list=True)
        shown = ", ".join(map(str, header[:_SHOWN])) + (", …" if len(header) > _SHOWN else "")
        if lacking:
            key, column = lacking[0]
            return SetAside(
                name, 0, f"study.columns names {column!r} for {key}, which is missing; the columns here are {shown}"
            )
        if not has_text:
            return SetAside(
                name,
                0,
                f"has no column of texts; name it under [study.columns] as text = '…'; the columns here are {shown}",
            )
        return cls(name, tuple(found.values()), tuple(found))

    def make(self, number: int, values: Sequence[Any]) -> RawArticle | SetAside | Address:
        """Return the row `number` with the values of `wanted` as an article, or say why it is none."""
        raw = url = article_id = ""
        is_html = False
        given: dict[str, str] = {}
        for key, value in zip(self.keys, values, strict=True):
            if value is None or value == "":
                continue
            if type(value) is not str or not value.isascii():
                value = _text(value)
            value = value.strip()
            if not value:
                continue
            if key == "text":
                raw = value
            elif key == "raw":
                raw = raw or value
            elif key == "url":
                url = value
            elif key == "is_html":
                is_html = value.lower() in {"true", "1"}
            elif key == "article_id":
                article_id = value
            elif key == "language":
                if code := language_code(value):
                    given[key] = code
            elif key == "published" and value.isdigit() and _EPOCH.fullmatch(value):
                given[key] = _day(value)
            else:
                given[key] = value
        if not raw:
            return self._address(number, url, given) if url else SetAside(self.name, number, "row has no text")
        if len(raw) > LONGEST_ARTICLE:
            return SetAside(self.name, number, f"text is longer than {LONGEST_ARTICLE:,} characters")
        return RawArticle(raw, self.name, number, article_id, url, given, is_html)

    def _address(self, number: int, url: str, given: Mapping[str, str]) -> Address | SetAside:
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").removeprefix("www.")
        except ValueError:
            return SetAside(self.name, number, "row has no text, and its address cannot be read")
        if parts.scheme not in {"http", "https"} or not host:
            return SetAside(self.name, number, "row has no text, and its address is no http or https one")
        return Address(
            url,
            outlet=given.get("outlet", "") or host,
            headline=given.get("headline", ""),
            published=given.get("published", ""),
            language=given.get("language", ""),
            name=self.name,
            row=number,
        )


def _as_list(header: Sequence[str], found: Mapping[str, str]) -> dict[str, str]:
    """Columns of the articles table that a list of addresses gives, and what it calls them."""
    lowered = {str(column).strip().lower(): column for column in reversed(header)}
    listed = {key: column for key, column in found.items() if key not in {"text", "raw", "article_id", "is_html"}}
    for key, names in _LISTED.items():
        column = next((lowered[name] for name in names if name in lowered), None)
        if key not in listed and column is not None:
            listed[key] = column
    return listed


def _text(value: Any) -> str:
    """Return a value of a cell as text, without what cannot be written as UTF-8."""
    if isinstance(value, str):
        text = value.strip("\ufeff")
        # JSON can name halves of surrogate pairs, which are no characters and no UTF-8.
        return text if _is_sound(text) else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value)
    if isinstance(value, bytes):
        return decode(value)[0]
    if isinstance(value, list | tuple):
        return ", ".join(part for item in value if (part := _text(item).strip()))
    return "" if value is None else _text(str(value))


def _is_sound(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _day(seconds: str) -> str:
    """Return the day (UTC) of a Unix time in seconds or milliseconds."""
    digits = seconds.split(".")[0]
    return datetime.fromtimestamp(int(digits[:10]), UTC).date().isoformat()
