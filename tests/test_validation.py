"""The page of `nutgraf validate`: every table on it, escaped, without a script."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis import evaluation
from analysis.errors import InputError
from analysis.reports import validate

FOUND = {
    "agreement": pd.DataFrame({"measure": ["quotes"], "figure": ["joint_f1"], "value": [0.62857], "n": [2192]}),
    "polnear_errors": pd.DataFrame({"kind": ["missed"], "cue": ["<script>alert(1)</script>"], "count": [3]}),
    "nothing": pd.DataFrame({"a": []}),
}


def test_the_page_shows_every_table_that_has_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "validate", lambda gold, out: out.mkdir(parents=True, exist_ok=True) or FOUND)
    page = validate(tmp_path, tmp_path / "out")
    html = page.read_text("utf-8")
    assert page == tmp_path / "out" / "index.html"
    assert "0.629" in html
    assert "2,192" in html or "2192" in html
    assert 'href="polnear_errors.csv"' in html
    assert 'id="nothing"' not in html
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert html.index("Content-Security-Policy") < html.index("<title>")


def test_a_folder_without_gold_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none of the gold sets"):
        validate(tmp_path, tmp_path / "out")


def test_methods_stand_side_by_side_and_reliability_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nan = float("nan")
    agreed = pd.DataFrame(
        [
            ("sentiment", "newsmtsc", "dev", "all", "model", "macro_f1", 0.8025, 785, 0.77, 0.83, "A paper"),
            ("sentiment", "newsmtsc", "dev", "all", "lexicon", "macro_f1", 0.5534, 785, nan, nan, "A paper"),
            ("sentiment", "newsmtsc", "dev", "quoted", "model", "ece", 0.0341, 85, nan, nan, "A paper"),
        ],
        columns=["measure", "gold", "part", "subset", "method", "figure", "value", "n", "low", "high", "paper"],
    )
    rows = [(0.4, 0.5, 10, 0.45, 0.5), (0.9, 1.0, 30, 0.95, 0.9), (0.0, 0.1, 0, nan, nan)]
    bins = pd.DataFrame(
        [("dev", "model", *row) for row in rows],
        columns=["part", "method", "low", "high", "n", "confidence", "accuracy"],
    )
    confusion = pd.DataFrame(
        [("dev", "model", "negative", "negative", 7), ("dev", "model", "negative", "positive", 2)],
        columns=["part", "method", "gold", "predicted", "n"],
    )
    found = {"agreement": agreed, "newsmtsc_reliability": bins, "newsmtsc_confusion": confusion}
    monkeypatch.setattr(evaluation, "validate", lambda gold, out: out.mkdir(parents=True, exist_ok=True) or found)
    html = validate(tmp_path, tmp_path / "out").read_text("utf-8")
    row = html[html.index("NewsMTSC dev") :]
    assert row.index("macro F1") < row.index(f"{0.8025:.3f} (0.77–0.83)") < row.index("0.553") < row.index("</tr>")
    assert "sentiment: 1 figure of subsets" in html
    assert (
        'alt="Share of decisions that are right, by the probability said. 0.45: 0.50 of 10; 0.95: 0.90 of 30."' in html
    )
    assert '<th scope="row">dev</th><td>model</td><td>negative</td><td class="num">7</td><td class="num">2</td>' in html
