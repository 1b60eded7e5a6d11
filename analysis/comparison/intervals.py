"""Confidence intervals: for shares of articles, for shares of pieces within articles, for means over articles.

- A share of articles: Wilson's score interval (1927), which also holds for small shares and few articles.
- A share of pieces (words, mentions) that stand in articles: Wilson's interval at the effective sample size, so that
  ten mentions in one article do not count as ten observations (Korn & Graubard 1998; Franco et al. 2019).
- A mean over articles: the bootstrap-t of Efron & Tibshirani (1993, ch. 12), which holds for skewed data.

Each is two-sided with 2.5 % on either side unless another level is asked for.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "FEWEST",
    "NOTHING",
    "Interval",
    "bootstrap_t",
    "ratio_variance",
    "student",
    "student_tail",
    "wilson",
    "wilson_clustered",
]

FEWEST = 8
"""Articles below which no interval over articles is given: resampling so few says little."""

_RESAMPLES = 1999
_MANY = 1000  # from here on the bootstrap-t and Student's t agree to the third digit


class Interval(NamedTuple):
    """The ends of a confidence interval; NaN where there is none."""

    low: float
    high: float


NOTHING = Interval(math.nan, math.nan)


def wilson(k: float, n: float, *, level: float = 0.95) -> Interval:
    """Return Wilson's score interval for the share `k` of `n`.

    Parameters
    ----------
    k, n
        Hits and observations; `n` may be an effective number and need not be whole.
    level
        Coverage wanted, between 0 and 1.

    Returns
    -------
    Interval
        Within 0 and 1; NaN where `n` is 0.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. JASA 22.

    Examples
    --------
    >>> low, high = wilson(1, 10)
    >>> f"{low:.3f} {high:.3f}"
    '0.018 0.404'
    """
    if n <= 0:
        return NOTHING
    z = NormalDist().inv_cdf(0.5 + level / 2)
    return _wilson(k / n, n, z)


def _wilson(share: float, n: float, z: float) -> Interval:
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if share <= 0 else max(0.0, centre - half)
    high = 1.0 if share >= 1 else min(1.0, centre + half)
    return Interval(low, high)


def wilson_clustered(k: ArrayLike, n: ArrayLike, *, level: float = 0.95) -> Interval:
    """Return the interval of a share of pieces, where the pieces of one article belong together.

    Parameters
    ----------
    k, n
        For each article its hits and its pieces, shape (articles,); articles without pieces do not count.
    level
        Coverage wanted.

    Returns
    -------
    Interval
        Wilson's interval at the effective sample size p(1 - p) / v, where v is the variance of the share as a ratio
        over articles, never more than the number of pieces, and lessened for the degrees of freedom of v, which are
        few where few articles make up most of it. Where the articles all agree (v is 0) the effective size is the
        number of articles. NaN for fewer than eight articles with pieces.

    References
    ----------
    Korn, E. L. & Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of positive
    counts estimated from survey data. Survey Methodology 24.

    Examples
    --------
    >>> low, high = wilson_clustered([3, 0, 0, 0, 3, 0, 0, 0, 3, 0], [3] * 10)  # 9 of 30, but in 3 articles of 10
    >>> f"{low:.2f} {high:.2f}"
    '0.09 0.66'
    """
    hits, pieces = (np.asarray(x, dtype=np.float64) for x in (k, n))
    hits, pieces = hits[pieces > 0], pieces[pieces > 0]
    articles = len(pieces)
    if articles < FEWEST:
        return NOTHING
    total = pieces.sum()
    share = float(min(1.0, max(0.0, hits.sum() / total)))
    variance = ratio_variance(hits, pieces)
    size = float(articles)
    if variance > 0 and 0 < share < 1:
        size = min(float(total), share * (1 - share) / variance)
        size *= (NormalDist().inv_cdf(0.5 + level / 2) / student(0.5 + level / 2, _freedom(hits, pieces))) ** 2
    return _wilson(share, size, NormalDist().inv_cdf(0.5 + level / 2))


def _freedom(k: NDArray[np.float64], n: NDArray[np.float64]) -> float:
    """Return the degrees of freedom of :func:`ratio_variance` by the spread of its terms (Satterthwaite 1946)."""
    articles = len(n)
    terms = (k - k.sum() / n.sum() * n) ** 2
    spread = articles / (articles - 1) * float(((terms - terms.mean()) ** 2).sum())
    most = articles - 1.0
    return most if spread <= 0 else min(most, max(3.0, 2 * float(terms.sum()) ** 2 / spread))


def ratio_variance(k: NDArray[np.float64], n: NDArray[np.float64]) -> float:
    """Return the variance of sum(k) / sum(n) over articles, linearized (Cochran 1977, 6.3)."""
    articles, total = len(n), n.sum()
    if articles < 2 or total <= 0:
        return math.nan
    residuals = k - k.sum() / total * n
    return float(articles / (articles - 1) * (residuals**2).sum() / total**2)


def bootstrap_t(values: ArrayLike, weights: ArrayLike | None = None, *, level: float = 0.95, seed: int = 1) -> Interval:
    """Return the bootstrap-t interval of a mean over articles.

    Parameters
    ----------
    values
        One number for each article, shape (articles,); with `weights` their sums over the article's pieces.
    weights
        For each article its number of pieces: the interval is then that of sum(values) / sum(weights).
    level
        Coverage wanted.
    seed
        Of the resampling; the same values and seed give the same interval.

    Returns
    -------
    Interval
        NaN for fewer than eight articles, or where they do not differ. From 1,000 articles Student's t is used.

    References
    ----------
    Efron, B. & Tibshirani, R. (1993). An Introduction to the Bootstrap, chapter 12.

    Examples
    --------
    >>> low, high = bootstrap_t([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    >>> low < 5.5 < high
    True
    """
    k = np.asarray(values, dtype=np.float64)
    n = np.ones_like(k) if weights is None else np.asarray(weights, dtype=np.float64)
    k, n = k[n > 0], n[n > 0]
    if len(k) < FEWEST:
        return NOTHING
    centre = float(k.sum() / n.sum())
    error = math.sqrt(ratio_variance(k, n))
    if not error > 1e-12 * max(1.0, abs(centre)):
        return NOTHING
    if len(k) >= _MANY:
        reach = student(0.5 + level / 2, len(k) - 1) * error
        return Interval(centre - reach, centre + reach)
    draws = _draws(len(k), seed)
    lone = k - centre * n  # centred, so that the sums of squares below lose no digits
    totals = draws @ n
    shifts = (draws @ lone) / totals
    squares = draws @ lone**2 - 2 * shifts * (draws @ (lone * n)) + shifts**2 * (draws @ n**2)
    errors = np.sqrt(len(k) / (len(k) - 1) * squares.clip(min=0)) / totals
    known = errors > 1e-9 * error
    if known.sum() < 0.9 * _RESAMPLES:
        return NOTHING
    low, high = np.quantile(shifts[known] / errors[known], [0.5 - level / 2, 0.5 + level / 2])
    return Interval(centre - float(high) * error, centre - float(low) * error)


@lru_cache(maxsize=4)
def _draws(articles: int, seed: int) -> NDArray[np.float64]:
    """Return how often each resample holds each article, shape (resamples, articles)."""
    chosen = np.random.default_rng(seed).integers(articles, size=(_RESAMPLES, articles))
    cells = chosen + np.arange(_RESAMPLES)[:, None] * articles
    counts = np.bincount(cells.ravel(), minlength=_RESAMPLES * articles).reshape(_RESAMPLES, articles)
    return counts.astype(np.float64)


def student(probability: float, freedom: float) -> float:
    """Return the quantile of Student's t, by Wallace's (1959) transform; within 0.2 % from 7 degrees of freedom.

    Examples
    --------
    >>> round(student(0.975, 20), 2)
    2.09
    """
    z = NormalDist().inv_cdf(probability)
    u = z * (8 * freedom + 3) / (8 * freedom + 1)
    return math.copysign(math.sqrt(freedom * math.expm1(u * u / freedom)), z)


def student_tail(t: float, freedom: float) -> float:
    """Return the two-sided p-value of `t`, by the same transform.

    Examples
    --------
    >>> round(student_tail(2.086, 20), 3)
    0.05
    """
    u = (8 * freedom + 1) / (8 * freedom + 3) * math.sqrt(freedom * math.log1p(t * t / freedom))
    return math.erfc(u / math.sqrt(2))
