"""What reading yields: a raw article, something set aside and why, or an address that still has to be fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["LONGEST_ARTICLE", "Address", "Broken", "RawArticle", "SetAside"]

LONGEST_ARTICLE = 2_000_000
"""Characters; no news article comes near it, and a longer text is a dump of something else."""


@dataclass(frozen=True, slots=True)
class RawArticle:
    """An article as read.

    Attributes
    ----------
    raw
        Its text, or its HTML.
    path
        The file, relative to the study file, with forward slashes; below an archive, the member's name.
    row
        Its row in a table-like file or its place in an export of many, from 1; 0 for a file that is one article.
    article_id, url
        As given, or empty.
    given
        Further columns of the articles table as the corpus gives them.
    is_html
        Whether `raw` is HTML.
    """

    raw: str
    path: str = ""
    row: int = 0
    article_id: str = ""
    url: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    is_html: bool = False


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something that could not be read as an article: where it stands, and why."""

    path: str
    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Address:
    """An article that a list names without its text.

    Attributes
    ----------
    url
        Where it stands.
    outlet, headline, published, language
        As the list gives them, or empty; the outlet of a list that names none is its domain.
    name, row
        The list, as in `RawArticle.path`, and the row in it.
    """

    url: str
    outlet: str = ""
    headline: str = ""
    published: str = ""
    language: str = ""
    name: str = ""
    row: int = 0


class Broken(OSError):
    """A file stops making sense in the middle; the message is the reason to set it aside with."""
