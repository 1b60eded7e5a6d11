"""Agreement with human frames: our figures are the scorer's to the digit, and stay above their floors."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from analysis import framing
from analysis.errors import InputError
from analysis.evaluation import frames as evaluation
from analysis.framing.figures import area, macro_f1, matthews, micro_f1


@pytest.mark.gold
def test_figures_are_the_scorers(scorer: ModuleType) -> None:
    generator = np.random.default_rng(0)
    truth = generator.random((80, 4)) < 0.3
    scores = np.round(generator.random((80, 4)) + 0.3 * truth, 1)
    decided = scores > 0.6
    names = list("abcd")
    gold = [{"frames": [n for n, v in zip(names, row, strict=True) if v]} for row in truth]
    predicted = [
        {"frames": [n for n, v in zip(names, row, strict=True) if v], "score": dict(zip(names, value, strict=True))}
        for row, value in zip(decided, scores.tolist(), strict=True)
    ]
    expected = scorer.score_frames(gold, predicted)
    assert macro_f1(truth, decided) == pytest.approx(expected["macro_f1"], abs=1e-12)
    assert micro_f1(truth, decided) == expected["micro_f1"]
    assert np.mean([matthews(truth[:, j], decided[:, j]) for j in range(4)]) == pytest.approx(expected["macro_mcc"])
    assert np.mean([area(truth[:, j], scores[:, j]) for j in range(4)]) == pytest.approx(expected["macro_auc"])


def test_nothing_to_measure_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="narrative_frames"):
        evaluation.evaluate(tmp_path)


def test_thresholds_within_folds_never_see_the_rows_they_decide_on() -> None:
    generator = np.random.default_rng(3)
    truth = generator.random((60, 1)) < 0.4
    scores = np.clip(0.3 * generator.random((60, 1)) + 0.3 * truth, 0.0, 1.0)
    fold = np.arange(60) % 5
    decided, moved = evaluation._within_folds(scores, truth, fold)
    assert (decided == (moved >= 0.5)).all()
    flipped = truth.copy()
    flipped[fold == 2] = ~flipped[fold == 2]
    again, _ = evaluation._within_folds(scores, flipped, fold)
    assert (again[fold == 2] == decided[fold == 2]).all()
    for number in range(5):
        order = np.argsort(scores[fold == number, 0])
        assert (np.diff(moved[fold == number, 0][order]) >= 0).all()
    assert macro_f1(truth, decided) > 0.9


FLOORS = {"dictionary": (0.76, 0.36), "meaning": (0.74, 0.10), "fitted": (0.79, 0.41)}


@pytest.mark.gold
@pytest.mark.long
@pytest.mark.parametrize("method", sorted(FLOORS))
def test_narrative_floors(scorer: ModuleType, shared: Path, method: str) -> None:
    lines = (shared / "gold" / "narrative_frames" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    for row in rows:
        row["group"] = row["outlet"]
    book = framing.load_codebook("generic")
    if method == "fitted":
        predictions = framing.fit(rows, codebook=book).predictions
    else:
        predictions = list(framing.predict(rows, codebook=book, method=method))
    found = scorer.score_frames(rows, predictions)
    floor_auc, floor_mcc = FLOORS[method]
    assert found["macro_auc"] >= floor_auc
    assert found["macro_mcc"] >= floor_mcc
    if method == "fitted":
        assert found["macro_f1"] >= 0.62


@pytest.mark.gold
@pytest.mark.long
def test_headline_floors(scorer: ModuleType, shared: Path) -> None:
    lines = (shared / "gold" / "gun_violence_frames" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    found = scorer.score_frames(rows, framing.fit(rows).predictions)
    assert found["macro_f1"] >= 0.82
    assert found["micro_f1"] >= 0.85
