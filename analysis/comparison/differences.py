"""Tests whether one group of articles differs from another, and the correction for testing many.

Articles are the observations: a test never takes words or mentions of one article for independent of each other.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.comparison.intervals import ratio_variance, student_tail

__all__ = ["discovery", "fisher", "permutation"]

_FIRST, _SECOND = 1_999, 19_999
_MOST_CELLS = 20_000_000
_LARGE = 30


def fisher(k: int, n: int, other_k: int, other_n: int) -> float:
    """Return the two-sided p-value of Fisher's exact test that two shares are equal.

    Parameters
    ----------
    k, n, other_k, other_n
        Hits and articles of the two groups.

    References
    ----------
    Fisher, R. A. (1935). The logic of inductive inference. JRSS 98.

    Examples
    --------
    >>> round(fisher(8, 10, 1, 10), 4)
    0.0055
    """
    hits, total = k + other_k, n + other_n
    lowest, highest = max(0, hits - other_n), min(n, hits)
    if lowest == highest:
        return 1.0
    support = np.arange(lowest, highest + 1)
    factorial = _log_factorials(total)
    logs = -(
        factorial[support] + factorial[n - support] + factorial[hits - support] + factorial[other_n - hits + support]
    )
    logs -= logs.max()
    chances = np.exp(logs)
    chances /= chances.sum()
    return float(min(1.0, chances[chances <= chances[k - lowest] * (1 + 1e-7)].sum()))


@lru_cache(maxsize=4)
def _log_factorials(highest: int) -> NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, highest + 1, dtype=np.float64)))])


def permutation(k: ArrayLike, n: ArrayLike, inside: ArrayLike, *, seed: int = 1) -> float:
    """Return the two-sided p-value that a ratio differs between articles inside and outside a group.

    Parameters
    ----------
    k, n
        For each article numerator and denominator, shape (articles,); a mean has denominators of 1. Articles with a
        denominator of 0 do not count.
    inside
        Whether the article belongs to the group, shape (articles,).
    seed
        Of the permutations.

    Returns
    -------
    float
        Share of permutations of the group's labels over the articles with at least the observed difference, the
        observed one among them (Phipson & Smyth 2010); 1,999 permutations, 19,999 where the first give under 0.02.
        With 30 articles or more on both sides: Welch's test on the linearized ratios. NaN where a side is empty.

    Examples
    --------
    >>> permutation([9, 8, 9, 8, 9, 1, 2, 1, 2, 1], [10] * 10, [True] * 5 + [False] * 5) < 0.02
    True
    """
    numerators, denominators = (np.asarray(x, dtype=np.float64) for x in (k, n))
    member = np.asarray(inside, dtype=bool)
    counts = denominators > 0
    numerators, denominators, member = numerators[counts], denominators[counts], member[counts]
    size, others = int(member.sum()), int((~member).sum())
    if not size or not others:
        return math.nan
    if min(size, others) >= _LARGE:
        return _welch(numerators, denominators, member)
    observed = abs(_gap(numerators, denominators, member))
    if not observed > 1e-12:
        return 1.0
    chance = 1.0
    for draws in (_FIRST, _SECOND):
        chance = _exceeding(numerators, denominators, min(size, others), observed, draws, seed)
        if chance >= 0.02:
            break
    return chance


def _gap(k: NDArray[np.float64], n: NDArray[np.float64], member: NDArray[np.bool_]) -> float:
    return float(k[member].sum() / n[member].sum() - k[~member].sum() / n[~member].sum())


def _exceeding(
    k: NDArray[np.float64], n: NDArray[np.float64], size: int, observed: float, draws: int, seed: int
) -> float:
    draws = max(_FIRST, min(draws, _MOST_CELLS // len(k)))
    chosen = _orders(len(k), draws, seed)[:, :size]
    inner, weight = k[chosen].sum(axis=1), n[chosen].sum(axis=1)
    gaps = inner / weight - (k.sum() - inner) / (n.sum() - weight)
    return float((1 + (np.abs(gaps) >= observed * (1 - 1e-9)).sum()) / (1 + draws))


@lru_cache(maxsize=4)
def _orders(articles: int, draws: int, seed: int) -> NDArray[np.int32]:
    rng = np.random.default_rng(seed)
    if articles * draws <= _MOST_CELLS:
        return rng.random((draws, articles)).argsort(axis=1).astype(np.int32)
    # Only groups of under 30 are drawn from so many: the first columns of a partial shuffle are enough.
    return np.stack([rng.choice(articles, size=_LARGE, replace=False) for _ in range(draws)]).astype(np.int32)


def _welch(k: NDArray[np.float64], n: NDArray[np.float64], member: NDArray[np.bool_]) -> float:
    first, second = ratio_variance(k[member], n[member]), ratio_variance(k[~member], n[~member])
    gap = abs(_gap(k, n, member))
    if not first + second > 0:
        return 1.0 if gap < 1e-12 else 0.0
    sizes = int(member.sum()) - 1, int((~member).sum()) - 1
    freedom = (first + second) ** 2 / (first**2 / sizes[0] + second**2 / sizes[1])
    return student_tail(gap / math.sqrt(first + second), freedom)


def discovery(p: ArrayLike, *, method: str = "hochberg") -> NDArray[np.float64]:
    """Adjust p-values for the number of tests, so that those under q hold a share of false claims of at most q.

    Parameters
    ----------
    p
        P-values, shape (tests,); NaN is no test and stays NaN.
    method
        ``hochberg``: Benjamini & Hochberg (1995), for tests that are independent or positively dependent;
        ``yekutieli``: Benjamini & Yekutieli (2001), for any dependence.

    Returns
    -------
    ndarray, shape (tests,)
        Adjusted p-values (q), at most 1.

    Examples
    --------
    >>> discovery([0.01, 0.04, 0.03, float("nan")]).round(3).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    values = np.asarray(p, dtype=np.float64)
    adjusted = np.full(values.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(values))
    count = len(tested)
    if not count:
        return adjusted
    order = tested[np.argsort(values[tested], kind="stable")]
    factor = float((1 / np.arange(1, count + 1)).sum()) if method == "yekutieli" else 1.0
    raw = values[order] * count * factor / np.arange(1, count + 1)
    adjusted[order] = np.minimum.accumulate(raw[::-1])[::-1].clip(max=1.0)
    return adjusted
