"""Whether an article belongs to the study's event window."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from analysis.cleaning.html import read_page
from analysis.cleaning.rules import LONGEST, line_rule
from analysis.provenance.dates import FoundDate, find_dates
from analysis.provenance.offices import Cues, Tenure
from analysis.study import Study

__all__ = ["Placement", "event_dates", "place"]

_LINE = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article stands to the event window.

    Attributes
    ----------
    in_window
        yes, no or unknown.
    earliest, latest
        First and last day on which the text can have been written by what it takes for granted (YYYY-MM-DD, or empty).
    flags
        Names of what is unusual, for the column `flags`.
    reasons
        A sentence for each.
    """

    in_window: str
    earliest: str = ""
    latest: str = ""
    flags: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


def event_dates(raw: str) -> list[FoundDate]:
    r"""Return the dates that captions of `raw` give to what they show; the date of a file photo is not one.

    Examples
    --------
    >>> event_dates("Ministers at 2+2 Talks in Tokyo on March 16, 2021\nMogi (Reuters file photo, Jan. 8, 2021)")
    [FoundDate(start=35, end=49, value='2021-03-16')]
    """
    found: list[FoundDate] = []
    for match in _LINE.finditer(raw):
        if match.end() - match.start() > LONGEST:
            continue
        line = match[0].strip()
        if line[-1:].isdigit() and line_rule(line) == "caption_dated":
            offset = match.start() + match[0].index(line)
            found.extend(FoundDate(d.start + offset, d.end + offset, d.value) for d in find_dates(line)[-1:])
    return found


def place(raw: str, *, published: str, study: Study, cues: Cues | None = None, is_html: bool = False) -> Placement:
    r"""Say whether an article belongs to the window of `study`, and why.

    A known date of publication decides. Without one, three things bound the time of writing: captions that date the
    event they show, office-holders named with their titles (the tenures that the study states), and milestones told
    as past.
    `yes` if these bounds lie inside the window, `no` if they lie outside, else `unknown`. What contradicts is flagged.

    Parameters
    ----------
    raw
        The text with its captions.
    published
        Date of publication, YYYY-MM-DD, or empty.
    study
        Gives window, actors with their offices, and milestones with their patterns.
    cues
        `Cues(study)`, where many articles are placed.
    is_html
        Whether `raw` is a page of HTML.

    Examples
    --------
    >>> from pathlib import Path
    >>> study = Study(Path("study.toml"), "", "", (), window=(date(2025, 1, 1), date(2025, 1, 31)))
    >>> place("Text", published="2025-01-07", study=study).in_window
    'yes'
    >>> place("Ministers at 2+2 Talks in Tokyo on March 16, 2021\nThey met.", published="", study=study).reasons
    ('a caption dates the event 2021-03-16, outside the window',)
    """
    cues = cues or Cues(study)
    if is_html:
        raw = read_page(raw).text
    tenures = cues.tenures(raw)
    day = _date(published)
    told = cues.told(raw) if day is None else []  # where the date is known only a contradiction by offices matters
    earliest, latest, conflict = _bounds(tenures)
    if told:
        last = max(milestone.day for milestone in told)
        earliest = max(earliest, last) if earliest else last
    if earliest and latest and earliest > latest:
        conflict = True
    flags: list[str] = []
    reasons: list[str] = []

    def flag(name: str, reason: str) -> None:
        flags.append(name)
        reasons.append(reason)

    if study.window is None:
        return Placement("yes", _iso(earliest), _iso(latest))
    first, last_day = study.window
    holders = _outside(tenures, first, last_day)
    if conflict:
        flag("cues_conflict", "the office-holders and milestones it names belong to no one time")
        earliest = latest = None
    if day is not None:
        verdict = "yes" if first <= day <= last_day else "no"
        if verdict == "no":
            flag("outside_window", f"published {published}, outside the window")
        if (earliest and day < earliest) or (latest and day > latest):
            flag(
                "date_contradicted",
                f"published {published}, but what it takes for granted is of {_period(earliest, latest)}",
            )
        return Placement(verdict, _iso(earliest), _iso(latest), tuple(flags), tuple(reasons))
    verdict = _verdict(earliest, latest, first, last_day)
    if verdict == "no":
        flag(
            "office_holders_outside_window" if holders else "cues_outside_window",
            f"written {_period(earliest, latest)} by what it takes for granted" + (f": {holders}" if holders else ""),
        )
    captions = [found.value for found in event_dates(raw)]
    outside = [value for value in captions if not first.isoformat() <= value <= last_day.isoformat()]
    if outside:
        flag("event_date_outside_window", f"a caption dates the event {outside[-1]}, outside the window")
        verdict = "unknown" if verdict == "yes" or len(outside) < len(captions) else "no"
    if verdict == "yes":
        flag("date_inferred", f"undated; written {_period(earliest, latest)} by what it takes for granted")
    elif verdict == "unknown":
        flag("undated", "states no date, and nothing in it decides")
    return Placement(verdict, _iso(earliest), _iso(latest), tuple(flags), tuple(reasons))


def _bounds(tenures: list[Tenure]) -> tuple[date | None, date | None, bool]:
    """First and last day on which all named holders were in office, and whether there is no such day."""
    starts = [tenure.since for tenure in tenures if tenure.since is not None]
    ends = [tenure.until for tenure in tenures if tenure.until is not None]
    earliest, latest = max(starts, default=None), min(ends, default=None)
    return earliest, latest, earliest is not None and latest is not None and earliest > latest


def _verdict(earliest: date | None, latest: date | None, first: date, last: date) -> str:
    if (earliest is not None and earliest > last) or (latest is not None and latest < first):
        return "no"
    inside = earliest is not None and latest is not None and first <= earliest and latest <= last
    return "yes" if inside else "unknown"


def _outside(tenures: list[Tenure], first: date, last: date) -> str:
    named: dict[str, None] = {}
    for tenure in tenures:
        if (tenure.since is not None and tenure.since > last) or (tenure.until is not None and tenure.until < first):
            named[" ".join(tenure.words.split())] = None
    return ", ".join(named)


def _period(earliest: date | None, latest: date | None) -> str:
    if earliest is None or latest is None:
        return f"from {_iso(earliest)} on" if earliest else f"up to {_iso(latest)}"
    return f"between {earliest.isoformat()} and {latest.isoformat()}"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()
