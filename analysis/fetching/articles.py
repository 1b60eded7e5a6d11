"""Pages on disk: whether a page is an article, and its versions side by side as files that the reader takes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from analysis import store
from analysis.fetching.address import authority
from analysis.fetching.model import NoArticle
from analysis.fetching.state import Page
from analysis.reading import LONGEST_ARTICLE

__all__ = ["Article", "judge", "save"]

_FEWEST_WORDS = 30  # of running text; below it a page is a notice, a video, a list of links
_NOT_IN_NAMES = re.compile(r"[^a-z0-9.-]+")
_H1 = re.compile(r"<h1\b[^<>]*>(.{1,500}?)</h1>", re.IGNORECASE | re.DOTALL)
_HEAD = 300_000  # characters in which a page prints its headline
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Article:
    """A page that is an article: its HTML, the text that trafilatura finds in it, and the headline it bears."""

    html: str
    text: str
    headline: str


def judge(html: str, url: str) -> Article:
    """Return the article in a page.

    Parameters
    ----------
    html
        The page.
    url
        Its address, after redirects.

    Raises
    ------
    NoArticle
        Where it is none; the reason says why.

    References
    ----------
    Barbaresi (2021), "Trafilatura: A Web Scraping Library and Command-Line Tool for Text Discovery and Extraction".
    """
    if len(html) > LONGEST_ARTICLE:
        raise NoArticle(f"is longer than {LONGEST_ARTICLE:,} characters")
    if "<" not in html or ">" not in html:
        raise NoArticle("is no HTML")
    parts = urlsplit(url)
    if parts.path in {"", "/"} and not parts.query:
        raise NoArticle("is the home page of its host")
    text, title = _extract(html)
    words = len(_WORD.findall(text))
    if words < _FEWEST_WORDS:
        raise NoArticle(f"has {words} words of running text; an article has {_FEWEST_WORDS} or more")
    return Article(html, text, title)


def _newest(folder: Path, page_id: str, url: str) -> tuple[int, dict[str, Any]]:
    """Return the number of the newest version of a page, and its row; 0 and an empty row where there is none."""
    found: dict[int, Path] = {}
    place = folder / _host_folder(url)
    for path in place.glob(f"{page_id}-*.jsonl"):
        number = path.stem.rpartition("-")[2]
        if number.isascii() and number.isdigit():
            found[int(number)] = path
    last = max(found, default=0)
    try:
        row = json.loads(found[last].read_bytes()) if last else {}
    except (OSError, ValueError):
        row = {}
    return last, row if isinstance(row, dict) else {}


def save(
    article: Article,
    page: Page,
    *,
    folder: Path,
    url: str,
    answer: Mapping[str, str],
    columns: Mapping[str, str],
    when: str,
) -> tuple[str, str]:
    """Write a version of a page beside those before it, whole or not at all.

    Parameters
    ----------
    article, page
        The page as fetched, and what is known of its address.
    folder
        The study's folder of pages.
    url
        Its address, after redirects.
    answer
        Header lines of the answer.
    columns
        As the study maps them: the row bears the names that the reader looks for.
    when
        The time of the request.

    Returns
    -------
    tuple
        The file, relative to `folder`; and ``new``, ``changed``, or ``unchanged`` where the newest version has the
        same text, and nothing was written.
    """
    number, before = _newest(folder, page.id, url)
    name = f"{_host_folder(url)}/{page.id}-{{}}.jsonl"
    if before and _same(article, str(before.get(columns.get("raw", "raw")) or before.get("raw") or "")):
        return name.format(number), "unchanged"
    said = {
        "url": url,
        "outlet": page.outlet,
        "headline": "" if _has_its_own(article, page.headline) else page.headline,
        "published": page.published,
        "language": page.language,
        "raw": article.html,
    }
    row: dict[str, Any] = dict.fromkeys(columns.values(), "")
    row |= {columns.get(key, key): value for key, value in said.items() if value}
    row |= {
        "is_html": True,
        "revision": number + 1,
        "listed_url": page.url,
        "listed_headline": page.headline,
        "listed_in": page.origin,
        "fetched": when,
        "etag": answer.get("etag", ""),
        "last_modified": answer.get("last-modified", ""),
        "sha256": hashlib.sha256(article.html.encode("utf-8", "surrogatepass")).hexdigest(),
    }
    path = folder / name.format(number + 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(row, ensure_ascii=False) + "\n"
    store.write_bytes(path, line.encode("utf-8", "replace"))
    return name.format(number + 1), "changed" if number else "new"


def _host_folder(url: str) -> str:
    return _NOT_IN_NAMES.sub("_", authority(url).lower()).strip("._") or "_"


def _same(article: Article, before: str) -> bool:
    """Tell whether a page's text is that of an earlier version; advertisements and counters around it do not count."""
    return before == article.html or (bool(before) and _extract(before)[0] == article.text)


def _has_its_own(article: Article, listed: str) -> bool:
    """Tell whether the page prints a headline other than the one its list gives: then the printed one counts."""
    own = _key(article.headline)
    if not listed or not own or own == _key(listed):
        return False
    printed = [_key(found) for found in _H1.findall(article.html[:_HEAD])]
    return own in printed and _key(listed) not in printed


def _key(text: str) -> str:
    from html import unescape

    return "".join(char for char in unescape(re.sub(r"<[^<>]*>", "", text)).casefold() if char.isalnum())


def _extract(html: str) -> tuple[str, str]:
    import trafilatura

    try:
        found = trafilatura.bare_extraction(html, include_comments=False, with_metadata=True)
    except Exception:  # noqa: BLE001 - a page that breaks the parser is a page without a found article
        return "", ""
    if found is None:
        return "", ""
    data = found if isinstance(found, dict) else found.as_dict()
    return str(data.get("text") or ""), str(data.get("title") or "")
