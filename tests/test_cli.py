"""The command line: exit codes, and one clear line where something is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis import __version__, schema
from analysis.cli import main


def run(*arguments: str) -> int:
    try:
        return main(list(arguments))
    except SystemExit as stop:
        return int(stop.code or 0)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["measure", "nowhere", "--out", "x"], "no such file"),
        (["measure"], "needs --out DIR"),
        (["frobnicate"], "invalid choice"),
        (["measure", "--out", "x", "--sentiment", "vibes"], "invalid choice"),
        (["report", "--jobs", "0"], "must be 1 or more"),
        (["predict", "quotes", "none.jsonl", "out.jsonl"], "no such file"),
        (["schedule", "seeds", "--cron", "61 * * * *"], "61"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_code_2(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*arguments) == 2
    captured = capsys.readouterr()
    assert says in captured.err
    assert captured.err.count("\n") == 1
    assert "Traceback" not in captured.err
    assert list(tmp_path.iterdir()) == []


def test_json_messages_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("measure", "nowhere", "--out", "x", "--log", "json") == 2
    message = json.loads(capsys.readouterr().err)
    assert (message["event"], message["exit_code"]) == ("error", 2)


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out == f"nutgraf {__version__}\n"
    assert run("--help") == 0
    out = capsys.readouterr().out
    for command in ("report", "measure", "check", "predict", "fit", "sample", "validate", "schedule", "new", "fetch"):
        assert command in out


def test_measure_writes_all_tables(seeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--out", str(tmp_path / "t"), "--format", "csv", "--sentiment", "lexicon", "--framing", "dictionary")
    assert run("measure", str(seeds), *options) == 0
    assert "5 articles measured, 0 set aside" in capsys.readouterr().out
    assert {p.stem for p in (tmp_path / "t").glob("*.csv")} == set(schema.TABLES)


def test_a_new_study_is_valid_and_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mine"
    assert run("new", str(folder)) == 0
    (folder / "articles" / "one.txt").write_text("Council votes\n\nThe council voted on the plan. It passed.", "utf-8")
    capsys.readouterr()
    assert run("check", str(folder)) == 0
    assert "nothing to remark" in capsys.readouterr().out
    assert (
        run("measure", str(folder), "--out", str(tmp_path / "t"), "--sentiment", "lexicon", "--framing", "dictionary")
        == 0
    )
    assert len(pd.read_parquet(tmp_path / "t" / "articles.parquet")) == 1
    before = (folder / "study.toml").read_bytes()
    assert run("new", str(folder)) == 2
    assert (folder / "study.toml").read_bytes() == before


def test_predict_quotes_writes_a_row_a_quote(tmp_path: Path) -> None:
    text = '"We will appeal," said Jane Roe.'
    (tmp_path / "in.jsonl").write_text(json.dumps({"article_id": "a", "text": text}) + "\n", "utf-8")
    assert run("predict", "quotes", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl")) == 0
    (row,) = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert row["article_id"] == "a"
    assert [text[a:b] for a, b in row["content"]] == ['"We will appeal,"']
    assert [text[a:b] for a, b in row["source"]] == ["Jane Roe"]


def test_predict_names_a_broken_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.jsonl").write_text('{"article_id": "a", "text": "x"}\n{broken\n', "utf-8")
    assert run("predict", "quotes", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl")) == 2
    assert "in.jsonl:2: is not JSON" in capsys.readouterr().err
    assert not (tmp_path / "out.jsonl").exists()
