"""Which of two articles is the earlier."""

from __future__ import annotations

import pandas as pd

__all__ = ["age_order", "ages"]

_UNDATED = "9999-99-99"


def ages(articles: pd.DataFrame) -> list[tuple[str, bool, str]]:
    """Return for each article what its age is told by; of two articles the one with the smaller is the earlier.

    That is the date of publication (undated ones come last), whether another than the originator published it, and the
    id.
    """
    blank = [""] * len(articles)
    published, outlet, originator = (
        articles[name].tolist() if name in articles else blank for name in ("published", "outlet", "originator")
    )
    ids = articles["article_id"].tolist()
    return [
        (published[i] or _UNDATED, outlet[i] != originator[i] or outlet[i] in ("", "unknown"), ids[i])
        for i in range(len(articles))
    ]


def age_order(articles: pd.DataFrame) -> list[int]:
    """Return the positions of the articles from the earliest to the latest, as `find` understands it.

    Examples
    --------
    >>> table = pd.DataFrame({"article_id": ["b", "a", "c"], "published": ["", "2025-01-07", "2025-01-06"]})
    >>> age_order(table)
    [2, 1, 0]
    """
    return sorted(range(len(articles)), key=ages(articles).__getitem__)
