"""Finding text in common between articles, each linked to the earliest that has it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis import schema
from analysis.reuse.ages import age_order
from analysis.reuse.anchors import anchors, link
from analysis.reuse.compare import blocks, compare
from analysis.reuse.reader import Reader

__all__ = ["SHORTEST", "find", "passages_of_texts"]

SHORTEST = 15
_BLOCK = 32_000_000  # characters of texts compared together; their words take three bytes a character
_KEEP = 6_000_000  # words of origins kept besides, at 16 bytes a word


def find(articles: pd.DataFrame, *, shortest: int = SHORTEST) -> pd.DataFrame:
    """Return the passages that articles have in common, as table `reuse`.

    Each row leads from a later article to an earlier one. Which is earlier is told by the date of publication, undated
    ones last; then the originator's own publication comes before the others, then the smaller id. Of several earlier
    articles with the same words the earliest is named, so the rows grow with the articles and never with their pairs.

    Parameters
    ----------
    articles
        Columns `article_id` and `text`; `published`, `outlet` and `originator` where there are any.
    shortest
        Words in common that make a passage. They may be interrupted by changed or added words, up to seven in a row.

    Returns
    -------
    DataFrame
        Table `reuse`: a passage a row, with offsets into both texts; `share` and `other_share` are the parts of the
        words of both articles that all passages of the pair have in common.

    References
    ----------
    Schleimer, Wilkerson & Aiken (2003), "Winnowing: Local Algorithms for Document Fingerprinting"; Broder (1997), "On
    the Resemblance and Containment of Documents".

    Examples
    --------
    >>> story = "The minister said on Monday that the sale of the company would not go ahead this year after all."
    >>> table = pd.DataFrame({"article_id": ["a", "b"], "text": [story, "New: " + story]})
    >>> find(table)[["article_id", "start", "other_id", "other_start", "share", "other_share"]].values.tolist()
    [['b', 5, 'a', 0, 0.95, 1.0]]
    """
    if articles.empty:
        return schema.empty("reuse")
    order = age_order(articles)
    ids, texts = articles["article_id"].tolist(), articles["text"].tolist()
    found = passages_of_texts([texts[index] for index in order], shortest=shortest)
    names = np.array([ids[index] for index in order], dtype=object)
    found.insert(0, "article_id", names[found.pop("later")])
    found.insert(1, "other_id", names[found.pop("earlier")])
    return schema.check("reuse", found)


def passages_of_texts(texts: Sequence[str], *, shortest: int = SHORTEST) -> pd.DataFrame:
    """Return the passages in common of texts in order of age.

    Returns
    -------
    DataFrame
        Columns `later` and `earlier` (positions in `texts`), `start`, `end`, `other_start`, `other_end` (characters),
        `share`, `other_share`; sorted by `later`, `earlier`, `start`.
    """
    links = link(anchors(texts))
    lengths = np.fromiter((len(text) for text in texts), dtype=np.int64, count=len(texts))
    reader = Reader(lambda numbers: [texts[number] for number in numbers], keep=_KEEP)
    parts = [compare(block, reader, shortest=shortest) for block in blocks(links, lengths, _BLOCK)]
    return pd.concat(parts, ignore_index=True) if parts else compare(links, reader, shortest=shortest)
