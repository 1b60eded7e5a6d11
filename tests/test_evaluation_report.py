"""The report of agreement: figures with hashes, no text, and "not measured" where the method has changed."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis import evaluation
from analysis.errors import InputError
from analysis.evaluation import hashes, report
from analysis.evaluation.hashes import DEFINED_BY, hash_files, method_hash

ROW = {"sentence": "Ishiba praised the deal.", "target": "the deal", "start": 15, "end": 23, "label": "positive"}


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    folder = tmp_path / "gold" / "newsmtsc"
    folder.mkdir(parents=True)
    for part in ("train", "dev_rw"):
        rows = [ROW, {**ROW, "label": "neutral"}, {**ROW, "label": "negative"}] * 4
        (folder / f"{part}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return tmp_path / "gold"


def test_validate_writes_figures_and_hashes_and_no_text(gold: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = evaluation.validate(gold, out)
    assert list(found["agreement"].columns) == list(report.COLUMNS)
    assert {p.name for p in out.iterdir()} == {"agreement.json", *(f"{name}.csv" for name in found)}
    for file in out.iterdir():
        assert "praised" not in file.read_text(encoding="utf-8")
    written = json.loads((out / "agreement.json").read_text(encoding="utf-8"))
    assert len(written["figures"]) == len(found["agreement"])
    assert written["methods"]["sentiment:lexicon"] == method_hash("sentiment:lexicon")
    files = (gold / "newsmtsc").glob("*.jsonl")
    assert written["data"]["newsmtsc"]["data_sha256"] == hash_files(gold / "newsmtsc", files)
    assert written["data"]["newsmtsc"]["paper"].startswith("Hamborg")


def test_validate_twice_writes_the_same_bytes(gold: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        evaluation.validate(gold, tmp_path / name)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_a_changed_method_is_not_measured(gold: Path, tmp_path: Path) -> None:
    evaluation.validate(gold, tmp_path)
    path = tmp_path / "agreement.json"
    read = report.agreement(path)
    assert {row["status"] for row in read["figures"]} == {"measured"}
    changed = json.loads(path.read_text(encoding="utf-8"))
    changed["methods"]["sentiment:lexicon"] = "0" * 64
    path.write_text(json.dumps(changed), encoding="utf-8")
    for row in report.agreement(path)["figures"]:
        if row["method"] == "lexicon":
            assert (row["status"], row["value"], row["low"]) == ("not measured", None, None)
        else:
            assert row["status"] == "measured"
            assert row["value"] is not None


def test_without_the_file_nothing_is_measured(tmp_path: Path) -> None:
    assert report.agreement(tmp_path / "none.json")["figures"] == []


def test_the_packaged_figures_have_every_field() -> None:
    for row in evaluation.agreement()["figures"]:
        assert set(row) == {*report.COLUMNS, "status"}


def test_no_gold_set_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none of the gold sets is there"):
        evaluation.tables(tmp_path)


def test_hash_follows_bytes_and_names_not_the_order(tmp_path: Path) -> None:
    a, b = tmp_path / "a.py", tmp_path / "b.py"
    a.write_text("1")
    b.write_text("2")
    first = hash_files(tmp_path, [a, b])
    assert first == hash_files(tmp_path, [b, a, a])
    b.write_text("3")
    assert first != hash_files(tmp_path, [a, b])
    b.rename(tmp_path / "c.py")
    assert hash_files(tmp_path, [a, tmp_path / "c.py"]) != first
    with pytest.raises(InputError, match="cannot be read"):
        hash_files(tmp_path, [tmp_path / "none"])


def test_hash_ignores_cards_licences_and_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashes, "_PACKAGE", tmp_path)
    folder = tmp_path / "readability"
    (folder / "__pycache__").mkdir(parents=True)
    (folder / "x.py").write_text("1")
    method_hash.cache_clear()
    first = method_hash("readability")
    for name in ("README.md", "LICENSE.cmudict", "__pycache__/x.pyc"):
        (folder / name).write_text("anything")
    method_hash.cache_clear()
    assert method_hash("readability") == first
    (folder / "table.tsv").write_text("anything")
    method_hash.cache_clear()
    assert method_hash("readability") != first
    monkeypatch.undo()
    method_hash.cache_clear()


@pytest.mark.parametrize("measure", sorted(DEFINED_BY))
def test_every_measure_names_files_that_exist(measure: str) -> None:
    missing = [path for path in DEFINED_BY[measure] if not (hashes._PACKAGE / path).exists()]
    assert missing == []


def test_figures_of_any_module_get_the_columns_of_all(gold: Path) -> None:
    plain = pd.DataFrame([("dev", "all", 0.5, 10)], columns=["part", "figure", "value", "n"])
    described = report._described(plain, "newsmtsc", gold)
    assert list(described.columns) == list(report.COLUMNS)
    assert described["measure"].tolist() == ["sentiment"]


def test_a_table_with_a_column_a_figure_becomes_one_with_a_row_a_figure(gold: Path) -> None:
    wide = pd.DataFrame(
        [("direct", 0.8, 0.7, 40, 50)], columns=["subset", "content_f1", "joint_f1", "gold", "predicted"]
    )
    described = report._described(wide, "polnear", gold)
    assert described[["measure", "gold", "subset", "figure", "value", "n"]].values.tolist() == [
        ["quotes", "polnear", "direct", "content_f1", 0.8, 40],
        ["quotes", "polnear", "direct", "joint_f1", 0.7, 40],
    ]


def test_the_main_figures_come_first(gold: Path) -> None:
    (gold / "newsmtsc" / "dev_mt.jsonl").write_text((gold / "newsmtsc" / "dev_rw.jsonl").read_text())
    table = evaluation.tables(gold)["agreement"]
    assert table.iloc[0][["part", "subset", "figure"]].tolist() == ["dev", "all", "macro_f1"]
