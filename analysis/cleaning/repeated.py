"""Lines that an outlet repeats from article to article: furniture that no general rule knows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

__all__ = ["line_key", "repeated_lines"]

_LINE = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")
_LONGEST = 200
_UNKNOWN = frozenset({"", "unknown"})


def line_key(line: str) -> str:
    """Return what two lines must have in common to count as the same: their words, whatever their case and spacing.

    Examples
    --------
    >>> line_key("  Read  MORE here ")
    'read more here'
    """
    return " ".join(line.split()).casefold()


def repeated_lines(
    articles: Iterable[tuple[str, str]], *, minimum: int = 5, share: float = 0.02
) -> dict[str, frozenset[str]]:
    r"""Return, for each outlet, the keys of the short lines that its articles repeat.

    Copies of one article count once, so that a story published again never makes its own sentences furniture.

    Parameters
    ----------
    articles
        Outlet and raw text of each article, always in the same order. Articles of unknown outlet are passed over.
    minimum
        In how many articles a line must stand, copies collapsed.
    share
        And in what share of the outlet's articles.

    Returns
    -------
    dict
        Outlet to keys as `line_key` makes them, for `clean(repeated=...)`. Keep it with the corpus: a corpus that grows
        must not change what was cleaned before.

    Examples
    --------
    >>> raws = [f"Story {n} is told\nIn a town called {n}\nOur man in Havana" for n in "abcdef"]
    >>> repeated_lines([("Daily", raw) for raw in raws])
    {'Daily': frozenset({'our man in havana'})}
    """
    from analysis.reuse import origins_of_texts

    by_outlet: dict[str, list[str]] = {}
    for outlet, raw in articles:
        if outlet not in _UNKNOWN:
            by_outlet.setdefault(outlet, []).append(raw)
    found: dict[str, frozenset[str]] = {}
    for outlet, raws in sorted(by_outlet.items()):
        if len(raws) < minimum:
            continue
        counts: Counter[str] = Counter()
        seen: set[tuple[int, str]] = set()
        origins = origins_of_texts(raws)
        for origin, raw in zip(origins, raws, strict=True):
            for key in {line_key(m[0]) for m in _LINE.finditer(raw) if m.end() - m.start() <= _LONGEST}:
                if key and (origin, key) not in seen:
                    seen.add((origin, key))
                    counts[key] += 1
        least = max(minimum, share * len(set(origins)))
        keys = frozenset(key for key, count in counts.items() if count >= least)
        if keys:
            found[outlet] = keys
    return found
