"""From files to raw articles: what can be read is, what cannot is set aside with its reason."""

from analysis.reading.records import LONGEST_ARTICLE, RawArticle, SetAside
from analysis.reading.walk import files, read

__all__ = ["LONGEST_ARTICLE", "RawArticle", "SetAside", "files", "read"]
