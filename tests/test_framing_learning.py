"""What `fit` learns with: ridge regression, calibration, thresholds, and weights that need no training row any more."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import framing
from analysis.errors import InputError
from analysis.framing import fitting, learning
from analysis.framing.examples import Examples
from analysis.framing.features import pair_products
from analysis.framing.ridge import calibrate, expected_threshold, log_loss, row_weights, solve


def test_rows_left_out_are_those_of_a_fit_without_them() -> None:
    generator = np.random.default_rng(0)
    x = generator.normal(size=(12, 3))
    truth = generator.random((12, 2)) < 0.4
    kernel, weights, strength = x @ x.T + 1.0, generator.random(12) + 0.5, 0.7
    (solution,) = solve(kernel, truth, weights, [strength])
    target = np.where(truth, 1.0, -1.0)
    for row in range(12):
        rest = np.arange(12) != row
        inner = kernel[np.ix_(rest, rest)] + np.diag(1.0 / (strength * weights[rest]))
        expected = kernel[row, rest] @ np.linalg.solve(inner, target[rest])
        assert solution.left_out[row] == pytest.approx(expected)
    whole = np.linalg.solve(kernel + np.diag(1.0 / (strength * weights)), target)
    assert solution.dual == pytest.approx(whole)


def test_row_weights_make_both_classes_of_a_frame_count_the_same() -> None:
    truth = np.array([[True, False]] * 2 + [[False, False]] * 6)
    weights = row_weights(truth)
    assert weights.mean() == pytest.approx(1.0)
    assert weights[:2].sum() == pytest.approx(weights[2:].sum())
    assert row_weights(np.zeros((3, 1), dtype=bool)).tolist() == [1.0] * 3


def test_calibration_is_at_the_least_loss() -> None:
    generator = np.random.default_rng(1)
    present = generator.random(200) < 0.3
    scores = generator.normal(size=200) + 1.5 * present
    slope, offset = calibrate(scores, present)
    share = 1.0 / (1.0 + np.exp(-(slope * scores + offset)))
    yes, no = present.sum(), (~present).sum()
    target = np.where(present, (yes + 1) / (yes + 2), 1 / (no + 2))
    # At the least loss its two derivatives are zero.
    assert (share - target).sum() == pytest.approx(0.0, abs=1e-4)
    assert ((share - target) * scores).sum() == pytest.approx(0.0, abs=1e-4)
    assert share.mean() == pytest.approx(present.mean(), abs=0.01)


@pytest.mark.parametrize(("scores", "present"), [
    ([0.0, 0.0, 0.0, 0.0], [True, False, True, False]),
    ([-1e9, -1e9, 1e9, 1e9], [False, False, True, True]),
    ([2.0, 1.0, -1.0, -2.0], [False, False, True, True]),
    ([1.0, 2.0], [True, True]),
])  # fmt: skip
def test_calibration_of_odd_scores_is_finite_and_never_turns_them_round(
    scores: list[float], present: list[bool]
) -> None:
    slope, offset = calibrate(np.array(scores), np.array(present))
    assert np.isfinite([slope, offset]).all()
    assert slope > 0


@given(st.lists(st.floats(-4, 4), min_size=1, max_size=9))
def test_expected_threshold_is_the_best_of_all_cuts(odds: list[float]) -> None:
    values = np.array(odds)
    probability = 1.0 / (1.0 + np.exp(-values))

    def expected(cut: float) -> float:
        given_to = values > cut
        return 2.0 * probability[given_to].sum() / (given_to.sum() + probability.sum())

    cuts = [value - 1e-9 for value in odds]
    assert expected(expected_threshold(values)) == pytest.approx(max(map(expected, cuts)), abs=1e-6)


def test_log_loss_by_hand() -> None:
    assert log_loss(np.array([[0.0], [np.log(3.0)]]), np.array([[True], [False]])) == pytest.approx(
        (np.log(2.0) + np.log(4.0)) / 2
    )


def test_pairs_square_the_dot_product() -> None:
    generator = np.random.default_rng(2)
    vectors, centre, components = generator.normal(size=(4, 6)), generator.normal(size=6), generator.normal(size=(3, 6))
    parts = (vectors - centre) @ components.T
    products = pair_products(vectors, centre, components)
    assert products.shape == (4, 6)
    assert products @ products.T == pytest.approx((parts @ parts.T) ** 2)


WORDS = {"sport": ["match", "goal", "team"], "money": ["tax", "bank", "price"], "rain": ["storm", "cloud", "flood"]}


def rows_of(n: int, *, sentences: int = 1) -> list[dict[str, object]]:
    generator = np.random.default_rng(0)
    made = []
    for _ in range(n):
        frames = [name for name in WORDS if generator.random() < 0.4]
        words = " ".join(str(generator.choice(WORDS[name])) for name in frames) or "nothing"
        made.append({"text": " ".join([f"The {words} came today."] * sentences), "frames": frames})
    return made


@pytest.mark.parametrize("sentences", [1, 3])
def test_weights_of_features_score_as_weights_of_rows(sentences: int) -> None:
    rows = rows_of(40, sentences=sentences)
    names = sorted(WORDS)
    truth = np.array([[name in row["frames"] for name in names] for row in rows])  # type: ignore[operator]
    table = Examples([str(row["text"]) for row in rows], fitting._bases(None), names)
    everything = np.arange(len(rows))
    expected = learning.apply(table, truth, everything, everything)
    fitted = framing.fit(rows, folds=2).codebook
    found = [[row["score"][name] for name in names] for row in framing.predict(rows, codebook=fitted)]
    assert np.array(found) == pytest.approx(expected, abs=1e-9)
    assert fitted.classifier is not None
    assert bool(len(fitted.classifier.ngrams.weights)) is (sentences == 1)


def test_choice_is_made_from_the_candidates_and_is_told() -> None:
    fitted = framing.fit(rows_of(30), folds=3)
    assert fitted.codebook.classifier is not None
    report = fitted.codebook.classifier.report
    assert report["settings"]["strength"] in learning.SENTENCES.strengths
    assert [tuple(point) for point in report["curve"]] == [
        (int(size), round(value, 4)) for size, value in fitted.curve.itertuples(index=False)
    ]
    assert set(report["frames"]["money"]) == {"n", "f1", "f1_low", "f1_high"}


def test_seeds_cut_other_folds_and_seed_0_is_that_of_fit() -> None:
    rows = rows_of(40)
    first, second = framing.cross_validate(rows, folds=4, seeds=(0, 1))
    held = [[row["score"][name] for name in sorted(WORDS)] for row in framing.fit(rows, folds=4).predictions]
    assert first.tolist() == held
    assert first.tolist() != second.tolist()
    groups = [f"g{i % 7}" for i in range(40)]
    for seed, size in product((0, 1, 2), (2, 5)):
        fold = fitting.cut_folds(groups, size, seed=seed)
        assert all(len({f for f, g in zip(fold.tolist(), groups, strict=True) if g == group}) == 1 for group in groups)
        assert set(fold.tolist()) == set(range(size))


@pytest.mark.parametrize(("rows", "message"), [
    ([{"text": "  ", "frames": ["x"]}] * 8, "row 1 has an empty text"),
    ([*rows_of(20)[:19], {"text": "a", "frames": ["x", 1]}], "row 20 has no frames"),
    ([{"text": "a", "frames": []}] * 8, "none to any"),
    ([{"text": "a", "frames": ["x"]}] * 8, "x to 8"),
    ([{"text": "a", "frames": ["x"], "group": "g"}] * 8, "all rows are of group 'g'"),
])  # fmt: skip
def test_broken_rows_are_named(rows: list[dict[str, object]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        framing.fit(rows)


def test_frames_of_too_few_rows_are_told() -> None:
    rows = [*rows_of(20), {"text": "Once upon a time.", "frames": ["rare"]}]
    fitted = framing.fit(rows, folds=2).codebook.classifier
    assert fitted is not None
    assert "rare" not in fitted.frames
    assert fitted.report["left_out"] == {"rare": 1}


def test_an_unknown_frame_names_its_row() -> None:
    rows = [{"text": "a", "frames": ["conflict"]}, {"text": "b", "frames": ["konflict"]}] * 4
    with pytest.raises(InputError, match=r"row 2: codebook generic has no frame 'konflict'"):
        framing.fit(rows, codebook=framing.load_codebook("generic"))
