"""Datelines, agency credits and carriers' stamps at the head of a text: one grammar for cleaning and provenance.

The forms are those of the agencies' style books: ``TOKYO, Jan 7 (KUNA) -- ``, ``New York (AFP) – ``, ``(Bloomberg) —
``,
``WASHINGTON — ``, and what a carrier puts before them, ``date 2025-01-07 (MENAFN- Kuwait News Agency (KUNA)) ``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["AGENCIES", "MONTH", "Stamp", "agency_name", "read_stamps"]

# Name in use, and the other names it is printed under. The first is the one that tables hold.
AGENCIES: dict[str, tuple[str, ...]] = {
    "AP": ("Associated Press", "The Associated Press", "AP News"),
    "Reuters": ("Thomson Reuters", "Reuters News Agency", "Thomson Reuters Foundation"),
    "AFP": ("Agence France-Presse", "Agence France Presse"),
    "UPI": ("United Press International",),
    "Bloomberg": ("Bloomberg News", "Bloomberg L.P.", "Bloomberg Businessweek"),
    "KUNA": ("Kuwait News Agency",),
    "Xinhua": ("Xinhua News Agency", "Xinhuanet"),
    "Kyodo": ("Kyodo News", "Kyodo News Agency"),
    "Jiji": ("Jiji Press",),
    "Yonhap": ("Yonhap News Agency", "Yonhap News"),
    "dpa": ("Deutsche Presse-Agentur", "DPA International"),
    "ANSA": ("Agenzia Nazionale Stampa Associata",),
    "EFE": ("Agencia EFE", "EFE News"),
    "TASS": ("ITAR-TASS", "Itar-Tass News Agency"),
    "Interfax": ("Interfax News Agency",),
    "RIA Novosti": ("RIA",),
    "Sputnik": ("Sputnik News",),
    "PTI": ("Press Trust of India",),
    "ANI": ("Asian News International",),
    "IANS": ("Indo-Asian News Service",),
    "Anadolu": ("Anadolu Agency", "AA", "Anadolu Ajansi"),
    "PA": ("Press Association", "PA Media", "PA News Agency"),
    "CP": ("The Canadian Press", "Canadian Press"),
    "AAP": ("Australian Associated Press",),
    "CNA": ("Central News Agency", "Focus Taiwan"),
    "VNA": ("Vietnam News Agency",),
    "Bernama": ("Malaysian National News Agency",),
    "Antara": ("ANTARA News",),
    "SPA": ("Saudi Press Agency",),
    "WAM": ("Emirates News Agency",),
    "QNA": ("Qatar News Agency",),
    "IRNA": ("Islamic Republic News Agency",),
    "KCNA": ("Korean Central News Agency",),
    "MENA": ("Middle East News Agency",),
    "Belga": ("Belga News Agency",),
    "Ukrinform": (),
    "PAP": ("Polish Press Agency",),
    "TNS": ("Tribune News Service",),
    "IPS": ("Inter Press Service",),
    "States Newsroom": (),
    "CNN": ("CNN Wire", "CNN Business", "CNN International"),
}

MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_DAY = rf"(?:{MONTH}\s?\d{{1,2}}|\d{{1,2}}\s?{MONTH})(?:,?\s\d{{4}})?"
_WORD = r"[^\W\d_a-z][\w.'’-]{0,30}"
_PLACE = rf"{_WORD}(?:[ /](?:(?:de|la|al|of|the)\s)?{_WORD}){{0,3}}(?:,\s?{_WORD}(?:\s{_WORD}){{0,2}}){{0,2}}"
_CREDIT = r"\(\s?(?P<credit>[^\W_][\w .&/’'-]{1,60}?)\s?\)"
_DASH = r"\s*(?:-{1,3}|[–—]|:)\s*"

_CARRIER = re.compile(
    r"(?:date\s+(?P<date>\d{4}-\d\d-\d\d)\s+)?"
    r"\((?P<carrier>[A-Z][\w .&]{1,30}?)\s*[-–—]\s*(?P<agency>[^()]{2,80}?)(?:\s*\((?P<short>[^()]{2,20})\))?\s*\)\s*"
)
_AGENCY = re.compile(rf"(?:(?P<place>{_PLACE})?,?\s*(?P<day>{_DAY})?\s*)??{_CREDIT}{_DASH}")
_PLAIN = re.compile(
    r"(?P<place>(?!(?:ANALYSIS|BREAKING|EXCLUSIVE|OPINION|UPDATE|WATCH|EDITOR)\b)[^\W\d_a-z]{2,}[^\W\d_a-z.'’-]{2,}"
    r"(?:[ /][^\W\d_a-z][^\W\d_a-z.'’-]*){0,3}"
    r"(?:,\s?[^\W\d_a-z][\w.]{0,15}(?:\s[^\W\d_a-z][\w.]{0,15})?){0,2})"
    rf"(?:,?\s(?P<day>{_DAY}))?(?:\s*[–—]|\s+-{{1,2}})\s*(?=\S)"
)

_REACH = 400  # a stamp stands within the first characters of a line; bounds the work on a line of any length


class Stamp(NamedTuple):
    """A stamp at the head of a line: rule id, half-open span, and the spans of what it says ((-1, -1): nothing)."""

    rule: str
    start: int
    end: int
    carrier: tuple[int, int]
    agency: tuple[int, int]
    place: tuple[int, int]
    day: tuple[int, int]


def _key(name: str) -> str:
    return re.sub(r"[^\w]+", " ", name.replace("’", "'")).strip().casefold()


_BY_NAME = {_key(name): agency for agency, names in AGENCIES.items() for name in (agency, *names)}


def agency_name(name: str) -> str:
    """Return the agency that is printed as `name`, or the empty string.

    Examples
    --------
    >>> agency_name("The Associated Press"), agency_name("Kuwait News Agency"), agency_name("I-Vt.")
    ('AP', 'KUNA', '')
    """
    found = _BY_NAME.get(_key(name))
    if found is not None:
        return found
    for part in re.split(r"[/&]|\band\b|\bvia\b", name):
        found = _BY_NAME.get(_key(part))
        if found is not None:
            return found
    return ""


def read_stamps(line: str, *, names: frozenset[str] = frozenset()) -> list[Stamp]:
    """Return the stamps at the head of `line`, one after the other.

    Parameters
    ----------
    line
        A line without leading white space. Only its first 400 characters are looked at.
    names
        Further names (of a study's outlets, in lower case) that count as a credit in brackets.

    Examples
    --------
    >>> line = "TOKYO, Jan 7 (KUNA) -- Japan agreed"
    >>> [(s.rule, line[s.end :], line[slice(*s.agency)], line[slice(*s.place)]) for s in read_stamps(line)]
    [('agency_dateline', 'Japan agreed', 'KUNA', 'TOKYO')]
    >>> read_stamps("Sanders (I-Vt.) — who lost — spoke")
    []
    """
    head = line[:_REACH]
    stamps: list[Stamp] = []
    position = 0
    carrier = _CARRIER.match(head)
    if carrier is not None and (carrier["date"] or agency_name(carrier["agency"]) or _is_carrier(carrier["carrier"])):
        agency = carrier.span("short") if carrier["short"] else carrier.span("agency")
        stamps.append(
            Stamp("carrier_stamp", 0, carrier.end(), carrier.span("carrier"), agency, (-1, -1), carrier.span("date"))
        )
        position = carrier.end()
    found = _AGENCY.match(head, position)
    if found is not None and _is_credit(found, names):
        stamps.append(_stamp("agency_dateline" if found["place"] or found["day"] else "agency_credit", found))
        return stamps
    plain = _PLAIN.match(head, position)
    if plain is not None:
        stamps.append(_stamp("dateline", plain))
    return stamps


def _stamp(rule: str, found: re.Match[str]) -> Stamp:
    credit = found.span("credit") if "credit" in found.re.groupindex else (-1, -1)
    return Stamp(rule, found.start(), found.end(), (-1, -1), credit, found.span("place"), found.span("day"))


def _is_carrier(name: str) -> bool:
    return _key(name) in {"menafn", "albawaba", "pr newswire", "prnewswire", "business wire", "globe newswire"}


def _is_credit(found: re.Match[str], names: frozenset[str]) -> bool:
    credit = found["credit"]
    if agency_name(credit) or credit.casefold() in names:
        return True
    place = found["place"]
    return found["day"] is not None and place is not None and place.split(",")[0].isupper() and credit.isupper()
