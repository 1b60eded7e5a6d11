"""Which words are typical of a group of texts: the log-odds ratio with an informative Dirichlet prior.

Monroe, B. L., Colaresi, M. P. & Quinn, K. M. (2008). Fightin' Words: Lexical Feature Selection and Evaluation for
Identifying the Content of Political Conflict. Political Analysis 16(4), section 3.5. With y the counts of a word in
group i and j, n their totals, a the word's share of the prior and A the whole prior::

    delta = log((y_i + a) / (n_i + A - y_i - a)) - log((y_j + a) / (n_j + A - y_j - a))
    variance = 1 / (y_i + a) + 1 / (y_j + a)
    z = delta / sqrt(variance)

The variance takes each word for an independent draw. Words of one article are not, so z ranks words and supports no
claim by itself: claims come from :func:`chance`, which permutes whole articles.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["STRENGTH", "Counts", "LogOdds", "chance", "log_odds", "prior_of", "spread"]

STRENGTH = 500.0
"""Words that the prior stands for: about one news article."""


class LogOdds(NamedTuple):
    """Log-odds ratios and their z-scores, both of shape (groups, words)."""

    delta: NDArray[np.float64]
    z: NDArray[np.float64]


class Counts(NamedTuple):
    """Word counts of articles in coordinate form.

    Attributes
    ----------
    article, word, times
        Which word stands how often in which article, shape (pairs,).
    totals
        Words of each article, shape (articles,).
    words
        How many distinct words are compared.
    """

    article: NDArray[np.int64]
    word: NDArray[np.int64]
    times: NDArray[np.float64]
    totals: NDArray[np.float64]
    words: int

    def by_group(self, group: NDArray[np.int64], groups: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return counts of shape (groups, words), and totals of shape (groups,), of articles in groups."""
        cells = group[self.article] * self.words + self.word
        counts = np.bincount(cells, weights=self.times, minlength=groups * self.words)
        sizes = np.bincount(group, weights=self.totals, minlength=groups)
        return counts.reshape(groups, self.words).astype(np.float64), sizes.astype(np.float64)


def log_odds(
    counts: ArrayLike,
    *,
    totals: ArrayLike | None = None,
    reference: int | None = None,
    prior: ArrayLike | None = None,
    strength: float = STRENGTH,
) -> LogOdds:
    """Return the log-odds ratio of each word in each group against the rest, or against one reference group.

    Parameters
    ----------
    counts
        Shape (groups, words).
    totals
        Words of each group, shape (groups,), where `counts` leaves some words out; default: the sums of `counts`.
    reference
        The group to compare with; its own row is 0. Default: all other groups together.
    prior
        Counts that the prior is proportional to, shape (words,); default: the counts of all groups together.
    strength
        Words that the whole prior stands for; the default is about one news article.

    Returns
    -------
    LogOdds

    Raises
    ------
    ValueError
        Where `counts` has not two dimensions.

    Examples
    --------
    >>> found = log_odds([[8, 2, 10], [2, 8, 10]], strength=20)
    >>> found.delta.round(2).tolist(), found.z.round(2).tolist()
    ([[0.82, -0.82, 0.0], [-0.82, 0.82, 0.0]], [[1.75, -1.75, 0.0], [-1.75, 1.75, 0.0]])
    """
    table = np.asarray(counts, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError(f"counts must have the shape (groups, words), not {table.shape}")
    sizes = table.sum(axis=1) if totals is None else np.asarray(totals, dtype=np.float64)
    return _log_odds(table, sizes, prior_of(table, sizes, prior, strength), strength, reference)


def prior_of(
    table: NDArray[np.float64], sizes: NDArray[np.float64], prior: ArrayLike | None = None, weight: float = STRENGTH
) -> NDArray[np.float64]:
    """Spread `weight` over the words: in proportion to `prior`, or to all counts, each word with some of it."""
    if prior is None:
        base, whole = table.sum(axis=0), float(sizes.sum())
    else:
        base = np.asarray(prior, dtype=np.float64)
        whole = float(base.sum())
    alpha: NDArray[np.float64] = np.maximum(base * weight / max(whole, 1.0), 1e-9)
    return alpha


def _log_odds(
    table: NDArray[np.float64],
    sizes: NDArray[np.float64],
    alpha: NDArray[np.float64],
    weight: float,
    reference: int | None,
) -> LogOdds:
    if reference is None:
        return _against(table, sizes, table.sum(axis=0) - table, sizes.sum() - sizes, alpha, weight)
    found = _against(table, sizes, table[reference], sizes[reference], alpha, weight)
    found.delta[reference] = found.z[reference] = 0.0
    return found


def _against(
    table: NDArray[np.float64],
    sizes: NDArray[np.float64],
    others: NDArray[np.float64],
    other_sizes: NDArray[np.float64],
    alpha: NDArray[np.float64],
    weight: float,
) -> LogOdds:
    own, theirs = table + alpha, others + alpha
    own_rest = np.maximum(sizes[:, None] + weight - own, 1e-9)
    their_rest = np.maximum(np.atleast_1d(other_sizes)[:, None] + weight - theirs, 1e-9)
    delta = np.log(own) - np.log(own_rest) - np.log(theirs) + np.log(their_rest)
    return LogOdds(delta, delta / np.sqrt(1 / own + 1 / theirs))


def chance(
    counts: Counts,
    group: NDArray[np.int64],
    groups: int,
    *,
    tested: NDArray[np.bool_],
    reference: int | None = None,
    permutations: int = 999,
    seed: int = 1,
) -> NDArray[np.float64]:
    """Return for each group and word the chance that articles dealt out anew give any word so high a score.

    The score is z, with the article that uses the word most taken out of the group's count: a word that one article
    repeats sixty times is typical of that article, not of the group.

    Parameters
    ----------
    counts
        Words of the articles.
    group
        The group of each article, from 0 to `groups` - 1, shape (articles,).
    groups
        How many groups there are.
    tested
        Which groups claims may be made of, shape (groups,).
    reference
        The group to compare with; default: all others together.
    permutations, seed
        How often articles are dealt out anew, and the seed of that.

    Returns
    -------
    ndarray, shape (groups, words)
        P-values of overuse, already corrected for all groups and words (the single-step maximum of Westfall & Young
        1993): under no difference the chance that any is at most 0.05 is 5 %, however the words depend on each other.
        NaN in groups not tested.

    Examples
    --------
    >>> pairs = np.array([(a, a % 2, 5) for a in range(20)])
    >>> counts = Counts(pairs[:, 0], pairs[:, 1], pairs[:, 2].astype(float), np.full(20, 50.0), 2)
    >>> chance(counts, np.arange(20) % 2, 2, tested=np.array([True, True]), permutations=199).tolist()
    [[0.005, 1.0], [1.0, 0.005]]
    """
    found = np.full((groups, counts.words), np.nan)
    rows = np.flatnonzero(tested)
    if not len(rows) or not counts.words:
        return found
    ascending = np.argsort(counts.times, kind="stable")
    counts = counts._replace(
        article=counts.article[ascending], word=counts.word[ascending], times=counts.times[ascending]
    )
    observed = _score(counts, group, groups, rows, reference)
    highest = np.empty(permutations)
    rng = np.random.default_rng(seed)
    for turn in range(permutations):
        highest[turn] = _score(counts, rng.permutation(group), groups, rows, reference).max()
    highest.sort()
    above = permutations - np.searchsorted(highest, observed - 1e-9, side="left")
    found[rows] = (1 + above) / (1 + permutations)
    return found


def _score(
    counts: Counts, group: NDArray[np.int64], groups: int, rows: NDArray[np.int64], reference: int | None
) -> NDArray[np.float64]:
    """Return z without each group's highest count of a word, of the groups `rows`; times of `counts` ascend."""
    table, sizes = counts.by_group(group, groups)
    cells = group[counts.article] * counts.words + counts.word
    most = np.zeros(groups * counts.words)
    most[cells] = counts.times  # in ascending order, so that of one cell's the last, the highest, stays
    tested, size = table[rows], sizes[rows]
    others = table.sum(axis=0) - tested if reference is None else table[reference] - 0.0
    other_sizes = sizes.sum() - size if reference is None else sizes[reference] - 0.0
    own = tested - most.reshape(table.shape)[rows]
    return _against(own, size, others, other_sizes, prior_of(table, sizes), STRENGTH).z


def spread(hits: NDArray[np.float64], totals: NDArray[np.float64], alpha: float, weight: float) -> float:
    """Return the variance of one group's log odds of a word over its articles, by the infinitesimal jackknife.

    Parameters
    ----------
    hits, totals
        For each article of the group the word's count and all words, shape (articles,).
    alpha, weight
        The word's share of the prior, and the whole prior.
    """
    articles = len(hits)
    if articles < 2:
        return float("nan")
    own = hits.sum() + alpha
    rest = totals.sum() + weight - own
    influence = hits * (1 / own + 1 / rest) - totals / rest
    return float(articles / (articles - 1) * ((influence - influence.mean()) ** 2).sum())
