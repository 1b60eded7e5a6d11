"""Krippendorff's alpha against published worked examples, and against its definition by coincidences."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.agreement import agreement_by_frame, krippendorff_alpha
from analysis.errors import InputError

N = None
# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): sections A, B and C, nominal.
BINARY = ([0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0])
NOMINAL = (list("aabbdcccedda"), list("babbbccceddd"))
FOUR = (
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
)
# The example of three coders with many gaps, from Krippendorff's notes on the coefficient: nominal 0.691.
GAPS = (
    [N, N, N, N, N, 3, 4, 1, 2, 1, 1, 3, 3, N, 3],
    [1, N, 2, 1, 3, 3, 4, 3, N, N, N, N, N, N, N],
    [N, N, 2, 1, 3, 4, 4, N, 2, 1, 1, 3, 3, N, 4],
)


@pytest.mark.parametrize(("codes", "published"), [(BINARY, 0.095), (NOMINAL, 0.692), (FOUR, 0.743), (GAPS, 0.691)])
def test_published_examples(codes: tuple[list[object], ...], published: float) -> None:
    assert krippendorff_alpha(codes, draws=0).value == pytest.approx(published, abs=0.0006)


def by_coincidences(codes: list[list[object]]) -> float:
    """Alpha written out from the coincidence matrix, one pair at a time."""
    matrix: Counter[tuple[object, object]] = Counter()
    for unit in zip(*codes, strict=True):
        values = [value for value in unit if value is not None]
        if len(values) > 1:
            for a, b in permutations(values, 2):
                matrix[a, b] += 1 / (len(values) - 1)
    totals: Counter[object] = Counter()
    for (a, _), count in matrix.items():
        totals[a] += count
    n = sum(totals.values())
    expected = sum(totals[a] * totals[b] for a in totals for b in totals if a != b)
    observed = sum(count for (a, b), count in matrix.items() if a != b)
    return 1 - (n - 1) * observed / expected if expected else float("nan")


@given(st.lists(st.lists(st.sampled_from([None, 0, 1, 2]), min_size=3, max_size=3), min_size=1, max_size=12))
def test_is_the_definition(units: list[list[object]]) -> None:
    codes = [list(row) for row in zip(*units, strict=True)]
    assert krippendorff_alpha(codes, draws=0).value == pytest.approx(by_coincidences(codes), nan_ok=True)


def test_interval_holds_the_value_and_is_repeatable() -> None:
    generator = np.random.default_rng(1)
    truth = generator.integers(0, 2, 200)
    other = np.where(generator.random(200) < 0.2, 1 - truth, truth)
    first = krippendorff_alpha([truth.tolist(), other.tolist()])
    assert first.low < first.value < first.high
    assert first == krippendorff_alpha([truth.tolist(), other.tolist()])
    assert 0.1 < first.high - first.low < 0.4


@pytest.mark.parametrize("codes", [[], [[]], [[1, N], [N, 1]], [[1, 1], [1, 1]], [[1, 0]]])
def test_undefined_is_null(codes: list[list[object]]) -> None:
    assert np.isnan(krippendorff_alpha(codes).value)


def test_unequal_lengths_are_an_error() -> None:
    with pytest.raises(InputError, match="different numbers of units"):
        krippendorff_alpha([[1], [1, 2]])


def test_by_frame_orders_frames_and_counts_coders() -> None:
    rows = [(u, c, f, int(u % 2)) for f in ("resolution", "conflict") for c in "ab" for u in range(4)]
    rows += [(0, "c", "conflict", 1)]
    table = agreement_by_frame(pd.DataFrame(rows, columns=["unit", "coder", "frame", "value"]), draws=50)
    assert table["frame"].tolist() == ["conflict", "resolution"]
    assert table["coders"].tolist() == [3, 2]
    assert table["alpha"].iloc[1] == 1.0
    assert table["alpha"].iloc[0] < 1.0
