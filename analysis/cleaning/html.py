"""An HTML page as lines of visible text with offsets, and which of them stand outside the article."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["Page", "read_page"]

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<tag>/?[a-zA-Z][a-zA-Z0-9]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>|<![^<>]*>|"
    r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{2,31});|[^<&]+|[<&]",
    re.DOTALL,
)
_HIDDEN = frozenset({"script", "style", "noscript", "template", "head", "svg", "iframe", "textarea", "select", "title"})
_INLINE = frozenset(
    "a abbr b bdi bdo cite code data del dfn em font i ins kbd mark q s samp small span strong sub "
    "sup time tt u var wbr".split()
)
_SPACE = re.compile(r"\s+")
_LONG_BLOCK = 30
_MOST_WORK = 500_000_000


@dataclass(frozen=True, slots=True)
class Page:
    """The visible text of a page.

    Attributes
    ----------
    text
        One block of the page a line.
    offsets
        For each character of `text` its offset into the page, shape (len(text),).
    title
        The headline as the page's own metadata give it, or empty.
    outside
        Numbers, among the lines that are not blank, of the blocks outside the article.
    author, date, site
        As the page's metadata give them, or empty.
    """

    text: str
    offsets: NDArray[np.int64]
    title: str
    outside: frozenset[int]
    author: str = ""
    date: str = ""
    site: str = ""


@lru_cache(maxsize=2)
def read_page(raw: str) -> Page:
    r"""Find the article in a page with trafilatura, and place each of its blocks in the page.

    Where trafilatura finds no article every block counts as inside, and the rules for lines decide alone.

    References
    ----------
    Barbaresi (2021), "Trafilatura: A Web Scraping Library and Command-Line Tool for Text Discovery and Extraction".

    Examples
    --------
    >>> page = read_page("<body><p>First &amp; last.</p><p>Second</p></body>")
    >>> page.text.split("\n"), page.offsets[6]
    (['First & last.', 'Second'], np.int64(15))
    """
    text, offsets = _visible(raw)
    said = _extract(raw)
    outside = _outside(text, said.get("text", ""), said.get("title", ""))
    return Page(
        text,
        offsets,
        said.get("title", ""),
        outside,
        said.get("author", ""),
        said.get("date", ""),
        said.get("sitename", ""),
    )


def _visible(raw: str) -> tuple[str, NDArray[np.int64]]:
    parts: list[str] = []
    places: list[NDArray[np.int64]] = []
    unclosed: set[str] = set()
    at_line_start = True
    space = False

    def put(piece: str, place: NDArray[np.int64]) -> None:
        parts.append(piece)
        places.append(place)

    position = 0
    while True:
        match = _TOKEN.match(raw, position)
        if match is None:
            break
        position = match.end()
        tag = match["tag"]
        if tag is not None:
            name = tag.lower().lstrip("/")
            if name in _HIDDEN and not tag.startswith("/") and not match[0].endswith("/>"):
                close = None if name in unclosed else _closing(name).search(raw, position)
                if close is None:
                    unclosed.add(name)
                if close is not None:
                    position = close.end()
                elif name in {"script", "style"}:
                    break
            if name not in _INLINE and not at_line_start:
                put("\n", np.array([match.start()], dtype=np.int64))
                at_line_start, space = True, False
            continue
        token = match[0]
        if token.startswith("<!"):
            continue
        if token.startswith("&") and len(token) > 1:
            decoded = html.unescape(token)
            chars, where = decoded, np.full(len(decoded), match.start(), dtype=np.int64)
        else:
            chars, where = token, np.arange(match.start(), match.end(), dtype=np.int64)
        for run in re.finditer(r"\s+|\S+", chars):
            if run[0].isspace():
                space = True
                continue
            begin = run.start()
            if space and not at_line_start:
                put(" ", where[max(begin - 1, 0) : max(begin - 1, 0) + 1])
            put(run[0], where[begin : run.end()])
            at_line_start = space = False
    text = "".join(parts)
    if not places:
        return "", np.zeros(0, dtype=np.int64)
    offsets = np.concatenate(places)
    return text.rstrip("\n"), offsets[: len(text.rstrip("\n"))]


@lru_cache(maxsize=32)
def _closing(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}\b[^>]*>", re.IGNORECASE)


def _extract(raw: str) -> dict[str, str]:
    import trafilatura

    try:
        found = trafilatura.bare_extraction(raw, include_comments=False, with_metadata=True)
    except Exception:  # noqa: BLE001 - a page that breaks the parser is a page without a found article
        return {}
    if found is None:
        return {}
    data = found if isinstance(found, dict) else found.as_dict()
    fields = {name: " ".join(str(data.get(name) or "").split()) for name in ("title", "author", "date", "sitename")}
    return {**fields, "text": str(data.get("text") or "")}


def _outside(text: str, article: str, title: str) -> frozenset[int]:
    """Numbers of the blocks outside the article: a short one must be a line of it, a long one part of a line."""
    if not article:
        return frozenset()
    lines = {_SPACE.sub("", line) for line in article.split("\n")} | {_SPACE.sub("", title)}
    inside = _SPACE.sub("", article)
    blocks = [_SPACE.sub("", block) for block in text.split("\n") if block.strip()]
    searched = len(blocks) * len(inside) < _MOST_WORK
    return frozenset(
        number
        for number, block in enumerate(blocks)
        if block not in lines and not (searched and len(block) >= _LONG_BLOCK and block in inside)
    )
