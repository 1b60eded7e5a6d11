"""Agreement of sentiment with human coding: equal to the shared scoring scorer, with floors under both methods."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from analysis import sentiment
from analysis.errors import InputError
from analysis.evaluation import basil
from analysis.evaluation import sentiment as evaluation
from analysis.evaluation.labels import bootstrap, figures, reliability

# Macro F1 on dev_rw and dev_mt together. Lowering one is a decision, not a repair.
FLOORS = {"lexicon": 0.545, "model": 0.805}
HIGHEST_ECE = {"lexicon": 0.14, "model": 0.04}


@pytest.fixture(scope="module")
def measured(shared: Path) -> dict[str, pd.DataFrame]:
    return evaluation.evaluate(shared / "gold", methods=["model", "lexicon", "majority"])


def _value(table: pd.DataFrame, method: str, figure: str, *, part: str = "dev", subset: str = "all") -> float:
    key = (table["method"] == method) & (table["figure"] == figure) & (table["part"] == part)
    (value,) = table.loc[key & (table["subset"] == subset), "value"]
    return float(value)


@pytest.mark.gold
@pytest.mark.parametrize("method", ["lexicon", "model"])
@pytest.mark.parametrize("part", ["dev_rw", "dev_mt", "dev"])
def test_figures_equal_the_shared_tool_to_the_digit(
    method: str, part: str, shared: Path, scorer: ModuleType, measured: dict[str, pd.DataFrame]
) -> None:
    if not sentiment.available(method):
        pytest.skip("the sentiment model is not installed")
    files = ["dev_rw", "dev_mt"] if part == "dev" else [part]
    gold = [row for name in files for row in scorer.read(shared / "gold" / "newsmtsc" / f"{name}.jsonl")]
    theirs = scorer.score_sentiment(gold, list(sentiment.predict(gold, method=method)))
    for figure in ("macro_f1", "accuracy", "average_recall", "ece"):
        assert _value(measured["figures"], method, figure, part=part) == theirs[figure]


@pytest.mark.gold
@pytest.mark.parametrize("method", ["lexicon", "model"])
def test_floor(method: str, measured: dict[str, pd.DataFrame]) -> None:
    if not sentiment.available(method):
        pytest.skip("the sentiment model is not installed")
    assert _value(measured["figures"], method, "macro_f1") >= FLOORS[method]
    assert _value(measured["figures"], method, "ece") <= HIGHEST_ECE[method]


@pytest.mark.gold
def test_subsets_and_tables_add_up(measured: dict[str, pd.DataFrame]) -> None:
    found = measured["figures"]
    rows = found[(found["method"] == "lexicon") & (found["figure"] == "accuracy") & (found["part"] == "dev")]
    n = dict(zip(rows["subset"], rows["n"], strict=True))
    assert n["all"] == 785 == n["quoted"] + n["unquoted"] == n["pronoun"] + n["named"]
    for name in ("reliability", "confusion"):
        sums = measured[name].groupby(["part", "method"])["n"].sum()
        assert set(sums[[("dev", "lexicon")]]) == {785}
    f1 = found[found["figure"] == "macro_f1"]
    assert ((f1["low"] <= f1["value"]) & (f1["value"] <= f1["high"])).mean() > 0.9


@pytest.mark.gold
@pytest.mark.long
def test_baselines_order(shared: Path) -> None:
    table = evaluation.evaluate(shared / "gold", methods=["tf-idf", "lexicon", "majority"])["figures"]
    values = [_value(table, method, "macro_f1") for method in ("majority", "lexicon", "tf-idf")]
    assert values == sorted(values)
    assert values[2] > 0.6


@pytest.mark.gold
@pytest.mark.long
def test_basil_figures_are_there(shared: Path) -> None:
    found = basil.evaluate(shared / "gold", method="lexicon")
    figures = found["figures"].set_index(["subset", "figure"])["value"]
    assert figures["spans", "quoted_recall"] > 0.85
    assert figures["outlet", "auc_negative"] > 0.5
    assert set(found["entities"]["voice"]) == {"outlet", "all"}


def _gold(folder: Path, rows: list[dict[str, object]], name: str = "dev_rw") -> Path:
    (folder / "newsmtsc").mkdir(exist_ok=True, parents=True)
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "newsmtsc" / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder


def _row(sentence: str, target: str, label: str) -> dict[str, object]:
    start = sentence.index(target)
    return {"sentence": sentence, "target": target, "start": start, "end": start + len(target), "label": label}


ROWS = [
    _row("The deal was a great success.", "The deal", "positive"),
    _row('"He is corrupt," Biden said.', "He", "negative"),
    _row("They met in Tokyo.", "Tokyo", "positive"),
]


def test_subsets_follow_quotes_and_pronouns(tmp_path: Path) -> None:
    table = evaluation.evaluate(_gold(tmp_path, ROWS), methods=["lexicon"])["figures"]
    n = table[table["figure"] == "accuracy"].set_index("subset")["n"].to_dict()
    assert n == {"all": 3, "quoted": 1, "unquoted": 2, "pronoun": 1, "named": 2}
    assert _value(table, "lexicon", "accuracy", part="dev_rw") == 2 / 3


@pytest.mark.parametrize("bad", [{"sentence": "x"}, {**ROWS[0], "label": "mixed"}, {**ROWS[0], "start": 90, "end": 95}])
def test_a_bad_row_is_named(tmp_path: Path, bad: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"dev_rw\.jsonl:2: not a row"):
        evaluation.evaluate(_gold(tmp_path, [ROWS[0], bad]), methods=["lexicon"])


def test_no_rows_and_unknown_methods_are_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no \.jsonl file"):
        evaluation.evaluate(tmp_path)
    with pytest.raises(InputError, match="magic"):
        evaluation.evaluate(_gold(tmp_path, ROWS), methods=["magic"])


def test_figures_equal_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(3)
    labels = list(sentiment.LABELS)
    gold, predicted = (rng.choice(labels, 200).tolist() for _ in range(2))
    found = figures(gold, predicted, labels)
    assert found["macro_f1"] == pytest.approx(metrics.f1_score(gold, predicted, average="macro"))
    assert found["average_recall"] == pytest.approx(metrics.balanced_accuracy_score(gold, predicted))
    low, high = bootstrap(gold, predicted, labels)
    draws = [rng.integers(0, 200, 200) for _ in range(400)]
    scores = [metrics.f1_score(np.array(gold)[d], np.array(predicted)[d], average="macro") for d in draws]
    assert (low, high) == pytest.approx(tuple(np.quantile(scores, [0.025, 0.975])), abs=0.02)


def test_a_sure_and_right_answer_is_calibrated() -> None:
    sure = [{"a": 1.0, "b": 0.0}] * 5
    assert figures(["a"] * 5, ["a"] * 5, ["a", "b"], probabilities=sure)["ece"] == 0
    assert reliability(["b"] * 5, ["a"] * 5, sure)[9] == (5, 5.0, 0)


def test_basil_reads_voices_and_spans(tmp_path: Path) -> None:
    said = "“Biden is a corrupt liar,” Trump said."
    article = {
        "title": "A vote",
        "body-paragraphs": [["Biden won praise.", said], ["Biden was admired."]],
        "main-entities": ["Joe Biden"],
    }
    spans = [
        {"id": "p1", "start": 1, "end": 24, "quote": "yes"},
        {"id": "p2", "start": 0, "end": 18, "quote": "no"},
    ]
    annotation = {
        "phrase-level-annotations": spans,
        "article-level-annotations": {"author_feeling_Joe_Biden": "pos"},
    }
    (tmp_path / "basil").mkdir()
    file = tmp_path / "basil" / "train.jsonl"
    file.write_text(json.dumps({"article": article, "annotation": annotation}) + "\n", encoding="utf-8")
    found = basil.evaluate(tmp_path, method="lexicon")
    values = found["figures"].set_index(["subset", "figure"])["value"]
    assert values["spans", "quoted_recall"] == values["spans", "quoted_precision"] == 1
    balance = found["entities"].set_index(["voice", "feeling"])["balance"]
    assert balance["outlet", "pos"] > balance["all", "pos"]
    file.write_text("{}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"train\.jsonl:1: "):
        basil.evaluate(tmp_path, method="lexicon")
