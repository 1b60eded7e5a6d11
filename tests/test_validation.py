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
