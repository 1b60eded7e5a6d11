"""Which publications have one origin: links followed to their end."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.reuse.ages import age_order
from analysis.reuse.find import SHORTEST, passages_of_texts

__all__ = ["DEPENDENT", "origins", "origins_of_texts"]

DEPENDENT = 0.5


def origins(articles: pd.DataFrame, reuse: pd.DataFrame, *, least: float = DEPENDENT) -> pd.DataFrame:
    """Return the origin of each article: the article it was copied from, or itself.

    An article depends on an earlier one if at least `least` of its words stand there. Where neither is known to be
    the earlier and it is the other that is contained in it (a brief in a long story), the other depends on it. Links
    are followed to their end, so all copies of one text have one origin.

    Parameters
    ----------
    articles
        Column `article_id`, and `published` where there is one.
    reuse
        Table `reuse` of these articles.
    least
        The share of words in common that makes an article dependent.

    Returns
    -------
    DataFrame
        `article_id`, `origin_id`, `dependent` (bool), in the order of `articles`.

    Examples
    --------
    >>> from analysis.reuse import find
    >>> story = "The minister said on Monday that the sale of the company would not go ahead this year after all."
    >>> table = pd.DataFrame({"article_id": ["a", "b", "c"], "text": [story, "New: " + story, "Something else."]})
    >>> origins(table, find(table)).values.tolist()
    [['a', 'a', False], ['b', 'a', True], ['c', 'c', False]]
    """
    ids = articles["article_id"].tolist()
    published = dict(zip(ids, articles["published"], strict=True)) if "published" in articles else {}
    pairs = reuse.drop_duplicates(["article_id", "other_id"])
    # Age decides among links of equal share, so a chain of copies ends at the earliest.
    age = {ids[position]: rank for rank, position in enumerate(age_order(articles))}
    best: dict[str, tuple[float, int, str]] = {}
    for later, earlier, share, other_share in zip(
        pairs["article_id"], pairs["other_id"], pairs["share"], pairs["other_share"], strict=True
    ):
        if share >= least:
            _offer(best, later, (share, -age[earlier], earlier))
        elif other_share >= least and not _is_earlier(published.get(earlier, ""), published.get(later, "")):
            _offer(best, earlier, (other_share, -age[later], later))
    origin = {article: _end(article, best) for article in ids}
    return pd.DataFrame(
        {"article_id": ids, "origin_id": [origin[i] for i in ids], "dependent": [origin[i] != i for i in ids]}
    )


def _offer(best: dict[str, tuple[float, int, str]], article: str, link: tuple[float, int, str]) -> None:
    if article not in best or link > best[article]:
        best[article] = link


def _is_earlier(one: str, other: str) -> bool:
    return bool(one) and (not other or one < other)


def _end(article: str, best: dict[str, tuple[float, int, str]]) -> str:
    seen = [article]
    while seen[-1] in best:
        follower = best[seen[-1]][2]
        if follower in seen:  # two texts that contain each other: the smaller id of the ring stands for it
            return min(seen[seen.index(follower) :])
        seen.append(follower)
    return seen[-1]


def origins_of_texts(texts: Sequence[str], *, shortest: int = SHORTEST, least: float = DEPENDENT) -> list[int]:
    """Return, for each text, the position of the first text that it is a copy of, or its own.

    Examples
    --------
    >>> story = "The minister said on Monday that the sale of the company would not go ahead this year after all."
    >>> origins_of_texts([story, "Another matter.", story + " So it goes."])
    [0, 1, 0]
    """
    found = list(range(len(texts)))
    table = passages_of_texts(texts, shortest=shortest)
    best = table[table["share"] >= least].sort_values(["later", "share", "earlier"], ascending=[True, False, True])
    for later, earlier in best.drop_duplicates("later")[["later", "earlier"]].itertuples(index=False):
        found[later] = found[earlier]
    return found
