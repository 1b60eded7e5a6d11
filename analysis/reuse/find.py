"""Finding text in common between articles, each linked to the earliest that has it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import schema
from analysis.reuse.anchors import Links, link
from analysis.reuse.passages import common
from analysis.reuse.words import I64, Reader

__all__ = ["SHORTEST", "age_order", "find", "passages_of_texts"]

SHORTEST = 15
_UNDATED = "9999-99-99"
_BATCH = 64  # texts compared with one origin at a time; bounds the memory


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


def age_order(articles: pd.DataFrame) -> list[int]:
    """Return the positions of the articles from the earliest to the latest, as `find` understands it.

    Examples
    --------
    >>> table = pd.DataFrame({"article_id": ["b", "a", "c"], "published": ["", "2025-01-07", "2025-01-06"]})
    >>> age_order(table)
    [2, 1, 0]
    """
    blank = [""] * len(articles)
    published, outlet, originator = (
        articles[name].tolist() if name in articles else blank for name in ("published", "outlet", "originator")
    )
    ids = articles["article_id"].tolist()
    return sorted(
        range(len(articles)),
        key=lambda i: (published[i] or _UNDATED, outlet[i] != originator[i] or outlet[i] in ("", "unknown"), ids[i]),
    )


def passages_of_texts(texts: Sequence[str], *, shortest: int = SHORTEST) -> pd.DataFrame:
    """Return the passages in common of texts in order of age.

    Returns
    -------
    DataFrame
        Columns `later` and `earlier` (positions in `texts`), `start`, `end`, `other_start`, `other_end` (characters),
        `share`, `other_share`; sorted by `later`, `earlier`, `start`.
    """
    reader = Reader(texts)
    links = link(reader)
    parts: list[I64] = []
    sizes = np.zeros(len(texts), dtype=np.int64)
    for origin, copies in _jobs(links):
        words = reader.words([origin, *copies])
        sizes[[origin, *copies]] = np.diff(words.bounds)
        found = common(words, 0, 1, len(copies) + 1, shortest=shortest)
        if len(found.text):
            first = words.bounds[found.text]
            parts.append(
                np.column_stack(
                    [
                        np.array(copies, dtype=np.int64)[found.text - 1],
                        np.full(len(found.text), origin, dtype=np.int64),
                        words.starts[first + found.start],
                        words.ends[first + found.end - 1],
                        words.starts[found.other_start],
                        words.ends[found.other_end - 1],
                        found.words,
                        found.other_words,
                    ]
                )
            )
    columns = ["later", "earlier", "start", "end", "other_start", "other_end", "words", "other_words"]
    rows = np.concatenate(parts) if parts else np.zeros((0, len(columns)), dtype=np.int64)
    table = pd.DataFrame(rows, columns=columns).sort_values(columns[:3], kind="stable", ignore_index=True)
    table = table[_explains(table)].reset_index(drop=True)
    for share, count, text in (("share", "words", "later"), ("other_share", "other_words", "earlier")):
        total = table.groupby(["later", "earlier"])[count].transform("sum").to_numpy()
        table[share] = np.minimum(1.0, total / np.maximum(1, sizes[table[text]]))
    return table.drop(columns=["words", "other_words"])


def _jobs(links: Links) -> Iterator[tuple[int, list[int]]]:
    """Yield each earlier text with the later ones to compare it with, in batches of bounded size."""
    order = np.lexsort((links.later, links.earlier))
    earlier, later = links.earlier[order], links.later[order]
    heads = np.flatnonzero(np.diff(earlier, prepend=-1))
    for head, tail in pairwise([*heads.tolist(), len(earlier)]):
        for start in range(head, tail, _BATCH):
            yield int(earlier[head]), later[start : min(tail, start + _BATCH)].tolist()


def _explains(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which passages add something that no better link of the same text already explains.

    Links are taken from the one with the most words in common on; a passage stays if at least half of its characters
    stand in no passage of a link before it.
    """
    kept = np.ones(len(table), dtype=bool)
    links = table.groupby("later")["earlier"].transform("nunique").to_numpy() if len(table) else kept
    several = np.flatnonzero(links > 1)
    if not len(several):
        return kept
    part = table.iloc[several]
    total = part.groupby(["later", "earlier"])["words"].transform("sum").to_numpy()
    order = np.lexsort((part["start"], part["earlier"], -total, part["later"]))
    columns: list[I64] = [part[name].to_numpy()[order] for name in ("later", "earlier", "start", "end")]
    text, taken = -1, list[tuple[int, int, int]]()
    for index, later, earlier, start, end in zip(
        several[order].tolist(), *(column.tolist() for column in columns), strict=True
    ):
        if later != text:
            text, taken = later, []
        covered = sum(max(0, min(end, last) - max(start, first)) for first, last, to in taken if to != earlier)
        if 2 * covered <= end - start:
            taken.append((start, end, earlier))
        else:
            kept[index] = False
    return kept
