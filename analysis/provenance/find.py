"""Reading where a text comes from off the text itself, its address, its table row and what is known by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from analysis.cleaning.html import read_page
from analysis.provenance.credits import Reading, read_credits
from analysis.provenance.dates import parse_date
from analysis.study import Correction, Study

__all__ = ["FIELDS", "UNKNOWN", "Evidence", "Provenance", "find", "outlet_name"]

FIELDS = ("originator", "outlet", "carrier", "byline", "dateline", "published")
UNKNOWN = "unknown"
_SAID_UNKNOWN = frozenset({"outlet", "originator"})  # fields whose absence is written `unknown`; the others are empty
_MISSING = frozenset({"", UNKNOWN, "none", "na", "n/a", "nan", "null"})  # what tables write for nothing
_URL_DATE = re.compile(
    r"/(?P<year>(?:19|20)\d\d)(?P<gap>[/-]?)(?P<month>\d{2}|(?<=[/-])\d|[a-z]{3})(?P=gap)(?P<day>\d{1,2})(?=[/_.-]|$)"
)
_Offer = Callable[[str, str, int, int, str, str], None]
_RANK = {"by hand": 0, "stated": 1, "inferred": 2}


class Evidence(NamedTuple):
    """How one field is known: a row of table `evidence` without the article's id."""

    field: str
    value: str
    start: int
    end: int
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a text comes from.

    Attributes
    ----------
    outlet, originator
        Publisher and writer; `unknown` where nothing says.
    carrier, byline, dateline, published
        As in table `articles`; empty where nothing says.
    evidence
        One row for each field, in the order of `FIELDS`.
    agencies
        Agencies named as having contributed to the text, in the order they are named.
    """

    outlet: str
    originator: str
    carrier: str
    byline: str
    dateline: str
    published: str
    evidence: tuple[Evidence, ...]
    agencies: tuple[str, ...] = ()


def find(
    raw: str,
    *,
    study: Study | None = None,
    path: str = "",
    url: str = "",
    given: Mapping[str, str] | None = None,
    correction: Correction | None = None,
    is_html: bool = False,
) -> Provenance:
    """Find out where a text comes from.

    A correction by hand wins over a column of the corpus, that over the text, and what the text states over what is
    inferred from it or from its address.

    Parameters
    ----------
    raw
        The text as read, before cleaning: credits are furniture.
    study
        Gives the outlets' names and aliases.
    path, url
        Where the text was read from; a folder or host that bears an outlet's name tells the outlet.
    given
        Columns of the articles table that the corpus supplies; empty values and `unknown` count as missing.
    correction
        What is known by hand.
    is_html
        Whether `raw` is a page of HTML.

    Examples
    --------
    >>> found = find("date 2025-01-07 (MENAFN- Kuwait News Agency (KUNA)) TOKYO, Jan 7 (KUNA) -- Talks were held.")
    >>> found.originator, found.carrier, found.dateline, found.published, found.outlet
    ('KUNA', 'MENAFN', 'TOKYO', '2025-01-07', 'unknown')
    >>> found.evidence[0]
    Evidence(field='originator', value='KUNA', start=45, end=49, source='stated', note='carrier_stamp')
    """
    offered: dict[str, list[Evidence]] = {name: [] for name in FIELDS}

    def offer(name: str, value: str, start: int, end: int, source: str, note: str) -> None:
        if value.casefold() not in _MISSING:
            offered[name].append(Evidence(name, value, start, end, source, note))

    _offer_known(offer, correction, given, study)
    readings, agencies = _read_text(raw, study, is_html, offer)
    for reading in readings:
        value = reading.value
        if reading.field in _SAID_UNKNOWN:
            value = outlet_name(value, study) or value
        offer(reading.field, value, reading.start, reading.end, reading.source, reading.note)
    _offer_address(offer, path, url, study)
    best = {name: min(rows, key=lambda row: _RANK[row.source], default=None) for name, rows in offered.items()}
    _infer_originator(best, study)
    rows = tuple(
        best[name] or Evidence(name, UNKNOWN if name in _SAID_UNKNOWN else "", -1, -1, "inferred", "not stated")
        for name in FIELDS
    )
    values = {row.field: row.value for row in rows}
    return Provenance(evidence=rows, agencies=agencies, **values)


def outlet_name(name: str, study: Study | None) -> str:
    """Return the study's outlet that goes by `name`, or the empty string."""
    if study is None:
        return ""
    key = name.casefold().strip()
    return next((o.name for o in study.outlets if key in _folded(o.name, o.aliases)), "")


@lru_cache(maxsize=4096)
def _folded(name: str, aliases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(alias.casefold() for alias in (name, *aliases))


@lru_cache(maxsize=4096)
def _bare(name: str, aliases: tuple[str, ...]) -> frozenset[str]:
    """Return the names of an outlet as hosts and folders write them: letters and digits alone."""
    return frozenset(re.sub(r"[\W_]+", "", alias.casefold()) for alias in (name, *aliases)) - {""}


def _offer_known(
    offer: _Offer, correction: Correction | None, given: Mapping[str, str] | None, study: Study | None
) -> None:
    for name in FIELDS:
        if correction is not None and name in correction.values:
            reason = correction.reasons.get(name) or correction.reasons.get("") or "set by hand"
            offer(name, correction.values[name], -1, -1, "by hand", reason)
        value = str((given or {}).get(name) or "").strip()
        if name == "published":
            value = parse_date(value)
        elif name in _SAID_UNKNOWN:
            value = outlet_name(value, study) or value
        offer(name, value, -1, -1, "stated", "column of the corpus")


def _read_text(raw: str, study: Study | None, is_html: bool, offer: _Offer) -> tuple[list[Reading], tuple[str, ...]]:
    names = frozenset().union(*(_folded(outlet.name, outlet.aliases) for outlet in (study.outlets if study else ())))
    if not is_html:
        return read_credits(raw, names=names)
    page = read_page(raw)
    readings, agencies = read_credits(page.text, names=names)
    placed = [
        r._replace(start=int(page.offsets[r.start]), end=int(page.offsets[r.end - 1]) + 1)
        if 0 <= r.start < r.end
        else r
        for r in readings
    ]
    offer("byline", page.author, -1, -1, "stated", "page metadata")
    offer("published", parse_date(page.date), -1, -1, "stated", "page metadata")
    offer("outlet", outlet_name(page.site, study) or page.site, -1, -1, "stated", "page metadata")
    return placed, agencies


def _offer_address(offer: _Offer, path: str, url: str, study: Study | None) -> None:
    host = (urlsplit(url).hostname or "") if url else ""
    labels = host.casefold().split(".")[:-1]
    folders = [re.sub(r"[\W_]+", "", part.casefold()) for part in re.split(r"[\\/]", path)[:-1]]
    for outlet in study.outlets if study else ():
        keys = _bare(outlet.name, outlet.aliases)
        if any(label.replace("-", "") in keys for label in labels) or host.casefold() in {
            alias.casefold() for alias in outlet.aliases
        }:
            offer("outlet", outlet.name, -1, -1, "inferred", f"host {host}")
        elif any(folder in keys for folder in folders):
            offer("outlet", outlet.name, -1, -1, "inferred", "folder of the file")
    dated = _URL_DATE.search(urlsplit(url).path.lower()) if url else None
    if dated is not None:
        year, month, day = dated.group("year", "month", "day")
        offer(
            "published",
            parse_date(f"{day} {month} {year}" if month.isalpha() else f"{year}-{month}-{day}"),
            -1,
            -1,
            "inferred",
            "date in the address",
        )


def _infer_originator(best: dict[str, Evidence | None], study: Study | None) -> None:
    """A text without any agency credit that an outlet prints under its writers' names is taken for the outlet's own."""
    byline = best["byline"]
    if byline is not None:
        readings, _ = read_credits("", byline=byline.value)
        if readings and (best["originator"] is None or best["originator"].source == "inferred"):
            name = readings[0].value
            value = outlet_name(name, study) or name
            best["originator"] = Evidence(
                "originator", value, byline.start, byline.end, byline.source, "byline names it"
            )
    outlet = best["outlet"]
    if best["originator"] is None and outlet is not None and byline is not None:
        best["originator"] = Evidence(
            "originator", outlet.value, -1, -1, "inferred", "byline of the outlet, no agency credit"
        )
