"""Intervals, tests and corrections against independent computations and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from analysis.comparison.differences import discovery, fisher, permutation
from analysis.comparison.intervals import (
    Interval,
    bootstrap_t,
    ratio_variance,
    student,
    student_tail,
    wilson,
    wilson_clustered,
)

# -- shares of articles


@pytest.mark.parametrize(("k", "n"), [(0, 1), (0, 10), (1, 10), (3, 4), (10, 10), (47, 1000), (500, 1000)])
def test_wilson_is_that_of_scipy(k: int, n: int) -> None:
    expected = scipy.stats.binomtest(k, n).proportion_ci(method="wilson")
    assert wilson(k, n) == pytest.approx((expected.low, expected.high), abs=1e-12)
    narrow = scipy.stats.binomtest(k, n).proportion_ci(confidence_level=0.8, method="wilson")
    assert wilson(k, n, level=0.8) == pytest.approx((narrow.low, narrow.high), abs=1e-12)


def test_wilson_of_nothing_is_nothing() -> None:
    assert all(math.isnan(end) for end in wilson(0, 0))


@given(st.integers(0, 500), st.integers(1, 500))
def test_wilson_holds_the_share_and_stays_within_bounds(k: int, n: int) -> None:
    k = min(k, n)
    low, high = wilson(k, n)
    assert 0 <= low <= k / n <= high <= 1
    assert low < high


def coverage(share: float, sizes: range) -> float:
    """Exact coverage of Wilson's interval, over corpora of these sizes."""
    covered = []
    for n in sizes:
        k = np.arange(n + 1)
        ends = np.array([wilson(int(hits), n) for hits in k])
        inside = (ends[:, 0] <= share) & (share <= ends[:, 1])
        covered.append(scipy.stats.binom.pmf(k[inside], n, share).sum())
    return float(np.mean(covered))


@pytest.mark.parametrize("share", [0.02, 0.05, 0.1, 0.3, 0.5, 0.9])
def test_wilson_covers_also_small_shares(share: float) -> None:
    assert 0.93 <= coverage(share, range(50, 151, 5)) <= 0.97


def test_wilson_in_a_thousand_simulated_corpora() -> None:
    rng = np.random.default_rng(11)
    sizes, shares = rng.integers(50, 400, 1000), rng.uniform(0.02, 0.6, 1000)
    hits = rng.binomial(sizes, shares)
    ends = np.array([wilson(int(k), int(n)) for k, n in zip(hits, sizes, strict=True)])
    assert 0.93 <= ((ends[:, 0] <= shares) & (shares <= ends[:, 1])).mean() <= 0.97


# -- shares of pieces within articles


def test_pieces_each_in_an_article_of_its_own_are_articles() -> None:
    k, n = [1.0] * 30 + [0.0] * 70, [1.0] * 100
    low, high = wilson_clustered(k, n)
    assert (low, high) == pytest.approx(wilson(30, 100), abs=0.01)


def test_pieces_that_agree_within_articles_count_once() -> None:
    hits = np.repeat([1.0, 0.0], [30, 70])
    low, high = wilson_clustered(hits * 10, np.full(100, 10.0))
    assert (low, high) == pytest.approx(wilson(30, 100), abs=0.01)
    assert high - low > 2 * np.diff(wilson(300, 1000))[0]


def test_articles_that_all_agree_leave_doubt() -> None:
    assert wilson_clustered([5.0] * 10, [5.0] * 10) == wilson(10, 10)
    assert wilson_clustered([0.0] * 10, [5.0] * 10) == wilson(0, 10)


def test_too_few_articles_get_no_interval() -> None:
    assert math.isnan(wilson_clustered([1.0] * 7, [2.0] * 7).low)
    assert math.isnan(wilson_clustered([1.0] * 7 + [0.0] * 9, [2.0] * 7 + [0.0] * 9).low)
    assert math.isnan(bootstrap_t([1.0, 2.0, 3.0]).low)
    assert math.isnan(bootstrap_t([2.0] * 20).low)


def test_ratio_variance_of_a_mean_is_that_of_the_mean() -> None:
    values = np.random.default_rng(1).normal(size=40)
    assert ratio_variance(values, np.ones(40)) == pytest.approx(scipy.stats.sem(values) ** 2)


def clustered(rng: np.random.Generator, articles: int, share: float, likeness: float) -> tuple[np.ndarray, np.ndarray]:
    pieces = rng.poisson(5, articles)
    own = rng.beta(share * likeness, (1 - share) * likeness, articles)
    return rng.binomial(pieces, own), pieces


@pytest.mark.parametrize(("share", "likeness"), [(0.05, 2.0), (0.1, 5.0), (0.3, 1.0), (0.5, 50.0)])
def test_clustered_shares_are_covered(share: float, likeness: float) -> None:
    rng = np.random.default_rng(12)
    hits = 0
    for _ in range(1000):
        low, high = wilson_clustered(*clustered(rng, 60, share, likeness))
        hits += low <= share <= high
    assert 930 <= hits <= 970


# -- means

DRAWS = {
    "normal": (lambda rng, n: rng.normal(3, 1, n), 3.0),
    "exponential": (lambda rng, n: rng.exponential(1, n), 1.0),
    "skewed": (lambda rng, n: rng.lognormal(0, 0.6, n), math.exp(0.18)),
    "bounded": (lambda rng, n: rng.beta(0.5, 2, n), 0.2),
}


@pytest.mark.parametrize("shape", DRAWS)
def test_means_are_covered(shape: str) -> None:
    draw, truth = DRAWS[shape]
    rng = np.random.default_rng(13)
    hits = 0
    for _ in range(1000):
        low, high = bootstrap_t(draw(rng, 60))
        hits += low <= truth <= high
    assert 930 <= hits <= 970


@pytest.mark.long
@pytest.mark.parametrize("articles", [50, 100, 300])
def test_everything_is_covered_at_length(articles: int) -> None:
    rng = np.random.default_rng(14)
    runs = 4000
    for draw, truth in DRAWS.values():
        ends = np.array([bootstrap_t(draw(rng, articles)) for _ in range(runs)])
        assert 0.93 <= ((ends[:, 0] <= truth) & (truth <= ends[:, 1])).mean() <= 0.97
    for share in (0.05, 0.1, 0.3, 0.5):
        for likeness in (1.0, 5.0, 50.0):
            ends = np.array([wilson_clustered(*clustered(rng, articles, share, likeness)) for _ in range(runs)])
            assert 0.93 <= ((ends[:, 0] <= share) & (share <= ends[:, 1])).mean() <= 0.97


def test_bootstrap_t_is_near_that_of_student_for_normal_values() -> None:
    values = np.random.default_rng(15).normal(10, 2, 200)
    expected = scipy.stats.ttest_1samp(values, 0).confidence_interval()
    assert bootstrap_t(values) == pytest.approx((expected.low, expected.high), abs=0.06)


def test_bootstrap_t_agrees_with_a_plain_loop() -> None:
    values = np.random.default_rng(16).exponential(1, 25)
    rng = np.random.default_rng(1)
    draws = rng.integers(25, size=(1999, 25))
    pivots = []
    for draw in draws:
        sample = values[draw]
        pivots.append((sample.mean() - values.mean()) / scipy.stats.sem(sample))
    low, high = np.quantile(pivots, [0.025, 0.975])
    error = scipy.stats.sem(values)
    assert bootstrap_t(values) == pytest.approx((values.mean() - high * error, values.mean() - low * error))


def test_the_many_agree_with_the_few() -> None:
    values = np.random.default_rng(17).exponential(1, 999)
    resampled, formula = bootstrap_t(values), bootstrap_t(np.append(values, values.mean()))
    assert resampled == pytest.approx(formula, abs=0.02)


def test_same_values_same_interval() -> None:
    values = np.random.default_rng(18).exponential(1, 40)
    assert bootstrap_t(values) == bootstrap_t(values.copy())
    assert isinstance(bootstrap_t(values), Interval)


@pytest.mark.parametrize("freedom", [7, 10, 20, 49, 200])
@pytest.mark.parametrize("p", [0.9, 0.975, 0.995])
def test_student_is_that_of_scipy(freedom: int, p: float) -> None:
    assert student(p, freedom) == pytest.approx(scipy.stats.t.ppf(p, freedom), rel=0.004)
    assert student(1 - p, freedom) == pytest.approx(-student(p, freedom))
    quantile = float(scipy.stats.t.ppf(p, freedom))
    assert student_tail(quantile, freedom) == pytest.approx(2 * (1 - p), rel=0.02)


# -- tests


@pytest.mark.parametrize(
    ("k", "n", "other_k", "other_n"),
    [
        (8, 10, 1, 10),
        (3, 4, 0, 1),
        (0, 5, 0, 9),
        (5, 5, 7, 7),
        (12, 60, 33, 70),
        (1, 400, 9, 500),
        (30, 37_000, 5, 900),
    ],
)
def test_fisher_is_that_of_scipy(k: int, n: int, other_k: int, other_n: int) -> None:
    expected = scipy.stats.fisher_exact([[k, n - k], [other_k, other_n - other_k]]).pvalue
    assert fisher(k, n, other_k, other_n) == pytest.approx(expected, rel=1e-6)


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_fisher_is_a_probability_and_symmetric(n: int, other_n: int, data: st.DataObject) -> None:
    k, other_k = data.draw(st.integers(0, n)), data.draw(st.integers(0, other_n))
    p = fisher(k, n, other_k, other_n)
    assert 0 < p <= 1
    assert p == pytest.approx(fisher(other_k, other_n, k, n))


def test_permutation_is_that_of_scipy() -> None:
    rng = np.random.default_rng(21)
    first, second = rng.normal(0.9, 1, 8), rng.normal(0, 1, 11)

    def gap(a: np.ndarray, b: np.ndarray, axis: int = -1) -> np.ndarray:
        return np.abs(a.mean(axis=axis) - b.mean(axis=axis))

    expected = scipy.stats.permutation_test(
        (first, second), gap, vectorized=True, n_resamples=50_000, alternative="greater", rng=np.random.default_rng(2)
    ).pvalue
    values, member = np.concatenate([first, second]), np.repeat([True, False], [8, 11])
    assert permutation(values, np.ones(19), member) == pytest.approx(expected, abs=0.02)
    assert permutation(values, np.ones(19), ~member) == pytest.approx(expected, abs=0.02)


def test_permutation_of_many_is_welch() -> None:
    rng = np.random.default_rng(22)
    first, second = rng.normal(0.3, 1, 50), rng.normal(0, 2, 70)
    member = np.repeat([True, False], [50, 70])
    found = permutation(np.concatenate([first, second]), np.ones(120), member)
    assert found == pytest.approx(scipy.stats.ttest_ind(first, second, equal_var=False).pvalue, rel=0.01)


def test_permutation_of_nothing() -> None:
    assert math.isnan(permutation([1.0, 2.0], [1.0, 1.0], [True, True]))
    assert math.isnan(permutation([1.0, 0.0], [1.0, 0.0], [True, False]))
    assert permutation([1.0] * 20, [1.0] * 20, [True] * 5 + [False] * 15) == 1.0


def test_permutation_of_few_among_very_many() -> None:
    values = np.random.default_rng(23).normal(0, 1, 30_000)
    member = np.zeros(30_000, dtype=bool)
    member[:10] = True
    assert permutation(values, np.ones(30_000), member) > 0.01
    values[:10] += 3
    assert permutation(values, np.ones(30_000), member) < 0.005


def test_permutation_p_values_are_uniform_without_a_difference() -> None:
    rng = np.random.default_rng(24)
    member = np.arange(30) < 9
    p = []
    for _ in range(600):
        pieces = rng.poisson(4, 30)
        p.append(permutation(rng.binomial(pieces, rng.beta(1, 3, 30)), pieces, member))
    assert 0.025 <= np.mean(np.array(p) <= 0.05) <= 0.075
    assert 0.45 <= np.mean(np.array(p) <= 0.5) <= 0.55


# -- correction


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_discovery_is_that_of_scipy(p: list[float]) -> None:
    assert discovery(p) == pytest.approx(scipy.stats.false_discovery_control(p, method="bh"))
    assert discovery(p, method="yekutieli") == pytest.approx(scipy.stats.false_discovery_control(p, method="by"))


def test_discovery_leaves_out_what_was_not_tested() -> None:
    adjusted = discovery([0.01, float("nan"), 0.02])
    assert adjusted[[0, 2]] == pytest.approx([0.02, 0.02])
    assert math.isnan(adjusted[1])
    assert discovery([]).tolist() == []
