"""From files to raw articles: what can be read is, what cannot is set aside with its reason."""

from analysis.reading.records import LONGEST_ARTICLE, Address, RawArticle, SetAside
from analysis.reading.sources import Source, files, sources
from analysis.reading.walk import addresses, read, read_source

__all__ = [
    "LONGEST_ARTICLE",
    "Address",
    "RawArticle",
    "SetAside",
    "Source",
    "addresses",
    "files",
    "read",
    "read_source",
    "sources",
]
