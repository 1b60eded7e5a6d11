"""Feeds, sitemaps and page lists, read from bytes that were fetched: the addresses in them."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from analysis.fetching.address import authority, tidy
from analysis.fetching.charset import decode_web
from analysis.fetching.model import Fault, Listed

__all__ = ["Listing", "day", "read_list", "told_kind"]

_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_DOCTYPE = re.compile(r"\s*<!DOCTYPE\s[^\[<>]*(?:\[[^\]]*\]\s*)?>", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>", re.IGNORECASE)
_ROOT = re.compile(r"<(?:[\w.-]+:)?(rss|rdf|feed|channel|urlset|sitemapindex|html|body)\b", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_SITEMAPS = frozenset({"urlset", "sitemapindex"})
_FEEDS = frozenset({"rss", "rdf", "feed", "channel"})
_LINK = re.compile(
    r"<(?P<name>a|base)\s(?:[^<>]*?\s)?href\s*=\s*(?P<href>\"[^\"<>]*\"|'[^'<>]*'|[^\s<>\"']+)", re.IGNORECASE
)
_MARK = re.compile(r"<!\[CDATA\[|<!--|<!|</?[A-Za-z_:][^<>]*>?")
_ENDS = {"<![CDATA[": "]]>", "<!--": "-->"}
_DEEPEST = 500
_HEAD = 4096
_LARGEST_FEED = 5_000_000  # characters; feedparser's second parser is slow on hostile text
_LONGEST_HEADLINE = 500
_MOST_ADDRESSES = 50_000  # of one list, as the sitemap protocol has it
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list holds.

    Attributes
    ----------
    kind
        feed, sitemap or pages.
    pages
        In the order of the list, each address once.
    children
        Sitemaps that a sitemap index names.
    remark
        What was wrong with it, where something could be read all the same.
    """

    kind: str
    pages: tuple[Listed, ...] = ()
    children: tuple[str, ...] = ()
    remark: str = ""


def told_kind(text: str) -> str:
    """Return what a list is, told from its first tag: feed, sitemap or pages.

    Examples
    --------
    >>> told_kind('<?xml version="1.0"?><urlset>'), told_kind("<rss><channel>"), told_kind("http://example.org/a")
    ('sitemap', 'feed', 'pages')
    """
    found = _ROOT.search(text[:_HEAD])
    name = found[1].lower() if found else ""
    return "sitemap" if name in _SITEMAPS else "feed" if name in _FEEDS else "pages"


def read_list(body: bytes, *, url: str, content_type: str = "", kind: str = "", any_host: bool = False) -> Listing:
    """Read a list of addresses.

    Parameters
    ----------
    body
        Unpacked.
    url
        Where it was fetched; relative addresses start from there.
    content_type
        The Content-Type header.
    kind
        feed, sitemap or pages, or empty: it is told from the content.
    any_host
        Whether links of a page to other hosts count.

    Raises
    ------
    Fault
        Where nothing can be read, or where it declares entities (a small file can expand to gigabytes).
    """
    text = decode_web(body, content_type)
    if not text.strip():
        raise Fault("is empty")
    kind = kind or told_kind(text)
    if kind == "pages":
        return Listing(kind, _unique(_links(text, url, any_host)))
    if _ENTITY.search(text):
        raise Fault("declares XML entities, which no feed or sitemap needs")
    text = _DECLARATION.sub("", text, count=1)
    doctype = _DOCTYPE.match(text)
    text = text[doctype.end() if doctype else 0 :].lstrip()
    return _read_sitemap(text, url) if kind == "sitemap" else _read_feed(text, url)


def _unique(found: Iterable[Listed]) -> tuple[Listed, ...]:
    first: dict[str, Listed] = {}
    for item in found:
        if item.url:
            first.setdefault(item.url, item)
            if len(first) >= _MOST_ADDRESSES:
                break
    return tuple(first.values())


def _read_feed(text: str, url: str) -> Listing:
    import feedparser

    if len(text) > _LARGEST_FEED:
        raise Fault(f"is longer than {_LARGEST_FEED:,} characters")
    if _is_hostile(text):
        raise Fault("nests its tags deeper than any feed does")
    try:
        parsed = feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception as error:  # a feed that breaks the parser is a feed that cannot be read
        raise Fault("is a feed that cannot be read") from error
    language = _language(_said(parsed.get("feed", {}), "language"))
    pages = _unique(_entry(entry, url, language) for entry in parsed.get("entries", []))
    broken = bool(parsed.get("bozo"))
    if not pages and not parsed.get("version"):
        raise Fault("is no RSS or Atom feed")
    return Listing("feed", pages, remark="is broken XML; what could be read was" if broken else "")


def _is_hostile(text: str) -> bool:
    """Tell whether a feed's tags would keep feedparser busy for ever: its work grows with their depth."""
    depth = declarations = position = 0
    while match := _MARK.search(text, position):
        position = match.end()
        mark = match[0]
        if mark in _ENDS:
            position = text.find(_ENDS[mark], position)
            if position < 0:
                break
        elif mark == "<!":
            declarations += 1
        elif mark.startswith("</"):
            depth = max(0, depth - 1)
        elif not mark.endswith("/>"):
            depth += 1
        if depth > _DEEPEST or declarations > _DEEPEST:
            return True
    return False


def _entry(entry: Any, url: str, language: str) -> Listed:
    published, updated = _said(entry, "published"), _said(entry, "updated")
    source = entry.get("source")
    return Listed(
        url=tidy(_said(entry, "link") or _identifier(entry), url),
        outlet=_plain(_said(source, "title")) if isinstance(source, dict) else "",
        headline=_plain(_said(entry, "title")),
        published=day(published) or day(updated),
        language=_language(_said(entry, "language")) or language,
        stamp=_moment(updated) or _moment(published),
    )


def _identifier(entry: Any) -> str:
    written = _said(entry, "id")
    return written if written.lower().startswith(("http://", "https://")) else ""


def _said(data: Any, key: str) -> str:
    value = dict.get(data, key) if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""


def _read_sitemap(text: str, url: str) -> Listing:
    from xml.etree import ElementTree

    pages: list[Listed] = []
    children: list[str] = []
    remark = ""
    path: list[str] = []
    said: dict[str, str] = {}
    parser: Any = ElementTree.XMLPullParser(("start", "end"))
    data = text.encode("utf-8", "replace")
    try:
        for begin in range(0, len(data), 65_536):
            parser.feed(data[begin : begin + 65_536])
            for event, element in parser.read_events():
                name = _local(element.tag)
                if event == "start":
                    path.append(name)
                    said = {} if name in {"url", "sitemap"} else said
                    continue
                path.pop()
                inside = "/".join(path[1:])
                if inside in _PLACES and name in _PLACES[inside]:
                    said.setdefault(_PLACES[inside][name], (element.text or "").strip())
                elif name == "url" and not inside:
                    pages.append(_listed(said, url))
                elif name == "sitemap" and not inside:
                    children.append(tidy(said.get("child", ""), url))
                element.clear()
            if len(pages) > 2 * _MOST_ADDRESSES or len(children) > _MOST_ADDRESSES:
                break
        else:
            parser.close()
    except ElementTree.ParseError:
        remark = "is broken XML; what could be read was"
    if not pages and not children and remark:
        raise Fault("is a sitemap that cannot be read")
    return Listing("sitemap", _unique(pages), tuple(dict.fromkeys(child for child in children if child)), remark)


_PLACES = {
    "url": {"loc": "url", "lastmod": "changed"},
    "url/news": {"publication_date": "published", "title": "headline"},
    "url/news/publication": {"name": "outlet", "language": "language"},
    "sitemap": {"loc": "child"},
}


def _listed(said: dict[str, str], url: str) -> Listed:
    published, changed = said.get("published", ""), said.get("changed", "")
    return Listed(
        url=tidy(said.get("url", ""), url),
        outlet=_plain(said.get("outlet", "")),
        headline=_plain(said.get("headline", "")),
        published=day(published),
        language=_language(said.get("language", "")),
        stamp=_moment(changed) or _moment(published),
    )


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2].lower()


def _links(text: str, url: str, any_host: bool) -> Iterator[Listed]:
    """Yield the links of a page, or the lines of a plain list."""
    if "<" not in text:
        for line in text.splitlines():
            yield Listed(tidy(line) if line.strip().lower().startswith(("http://", "https://")) else "")
        return
    found = [(tag["name"].lower(), html.unescape(tag["href"].strip("\"'"))) for tag in _LINK.finditer(text)]
    base = next((tidy(href, url) for name, href in found if name == "base"), "") or url
    for name, href in found:
        target = tidy(href, base) if name == "a" else ""
        if target and target != url and (any_host or authority(target) == authority(url)):
            yield Listed(target)


def _plain(text: str) -> str:
    """Return a headline without tags and entities, on one line."""
    text = text[: 4 * _LONGEST_HEADLINE]
    return " ".join(html.unescape(_TAG.sub("", text)).split())[:_LONGEST_HEADLINE]


def _language(text: str) -> str:
    """Return the ISO 639-1 code of a language tag, or the empty string.

    Examples
    --------
    >>> _language("en-US"), _language("pt"), _language("English")
    ('en', 'pt', '')
    """
    code = re.split(r"[-_]", text.strip().lower(), maxsplit=1)[0]
    return code if re.fullmatch("[a-z]{2}", code) else ""


def _time(text: str) -> datetime | None:
    text = text.strip()[:64]
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None


def day(text: str) -> str:
    """Return the day that a date names where it was written, not in UTC: that is the day the outlet prints.

    Examples
    --------
    >>> day("Tue, 07 Jan 2025 22:30:00 -0500"), day("2025-01-07T23:30:00+09:00"), day("soon")
    ('2025-01-07', '2025-01-07', '')
    """
    moment = _time(text)
    if moment is None:
        from analysis.provenance.dates import parse_date

        return parse_date(text[:64]) if text else ""
    return moment.date().isoformat() if 1900 <= moment.year <= 2200 else ""


def _moment(text: str) -> str:
    """Return a date and time in UTC, so that two of them can be compared; empty where it cannot be told."""
    moment = _time(text)
    if moment is None or not 1900 <= moment.year <= 2200:
        return ""
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat(timespec="seconds")
