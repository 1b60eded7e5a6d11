"""What bad input gets, through the command line: set aside with its reason and counted, and the run completed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest
import zstandard

from analysis.cli import main

GOOD = b"Council votes\n\nThe council voted on the plan for the harbour on Monday. It was not a surprise to anybody."
ROW = {"text": GOOD.decode(), "outlet": "A"}
LONG = "".join(f"Sentence {n} of this article says a number and nothing else. " for n in range(500))


def jsonl(*rows: dict) -> bytes:
    return b"\n".join(json.dumps(row).encode() for row in rows)


def parquet(folder: Path) -> bytes:
    pd.DataFrame([ROW] * 50).assign(article_id=range(50)).to_parquet(folder / "x.parquet")
    data = (folder / "x.parquet").read_bytes()
    (folder / "x.parquet").unlink()
    return data


# name of the file -> its bytes, what [study.columns] maps, articles left of it, its reasons in order
CASES: dict[str, tuple[str, bytes, dict[str, str], int, list[str]]] = {
    "half a Parquet file": ("a.parquet", b"(half)", {}, 0, ["not a whole Parquet file"]),
    "half a gz file": ("a.txt.gz", gzip.compress(LONG.encode())[:-40], {}, 0, ["is cut off"]),
    "half a zst file": ("a.txt.zst", zstandard.compress(LONG.encode())[:-40], {}, 0, ["is cut off"]),
    "an unbalanced quotation mark": (
        "a.csv",
        b"text,outlet\nThe first row is here.,A\n\"The second row is open.,B\nThe third row is here.,C\n",
        {},
        2,
        ["not CSV"],
    ),
    "rows without text": (
        "a.jsonl", jsonl(ROW, {"outlet": "B"}, {"text": None}, {"text": " "}), {}, 1, ["row has no text"] * 3
    ),
    "mixed encodings": (
        "a.jsonl",
        b"\n".join([jsonl(ROW), '{"text": "Ein schöner Satz steht hier."}'.encode("cp1252"),
                    ('{"text": "' + "日本" * 30 + '"}').encode("shift_jis")]),
        {},
        2,
        ["is not UTF-8"],
    ),
    "values that are no objects": (
        "a.jsonl",
        b"\n".join([jsonl(ROW), b'"a text"', '"schöner Text"'.encode("cp1252"), b"3", b"null", b"[]", b"{",
                    '{"schön"'.encode("cp1252")]),
        {},
        1,
        ["is not a JSON object"] * 5 + ["is not JSON"] * 2,
    ),
    "a column that is missing": ("a.csv", b"text,paper\nThe first row is here.,A\n", {"outlet": "papr"}, 0, ["'papr'"]),
    "one id, two texts": (
        "a.jsonl",
        jsonl(ROW | {"article_id": "x"}, {"article_id": "x", "text": "Another text it is."}, ROW | {"article_id": "x"}),
        {},
        1,
        ["another text", "the same text"],
    ),
    "no JSON": ("a.json", b'{"text": ', {}, 0, ["is not JSON"]),
    "an unknown kind": ("a.pdf", b"%PDF-1.7", {}, 0, ["files of kind '.pdf' are not read"]),
    "an archive in an archive": ("a.csv.gz.zst", b"x", {}, 0, ["archive in an archive"]),
}  # fmt: skip


def measure(folder: Path, columns: dict[str, str], *options: str) -> tuple[int, dict]:
    head = '[study]\ntitle = "T"\nslug = "t"\ncorpus = "articles"\n[study.columns]\n'
    (folder / "study.toml").write_text(head + "".join(f'{key} = "{value}"\n' for key, value in columns.items()))
    fast = ("--sentiment", "lexicon", "--framing", "dictionary")
    code = main(["measure", str(folder), "--out", str(folder / "out"), *fast, *options])
    manifest = folder / "out" / "manifest.json"
    return code, json.loads(manifest.read_text()) if manifest.is_file() else {}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_set_aside_with_its_reason_and_the_run_completes(
    tmp_path: Path, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name, data, columns, left, expected = CASES[case]
    data = parquet(tmp_path)[:-200] if data == b"(half)" else data
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "good.txt").write_bytes(GOOD)
    (tmp_path / "articles" / name).write_bytes(data)
    code, manifest = measure(tmp_path, columns)
    assert code == 0
    counts = manifest["counts"]
    assert counts["articles"] == left + 1
    assert counts["set_aside"] == len(expected)
    assert counts["read"] == counts["articles"] + counts["set_aside"]
    reasons = [item["reason"] for item in manifest["set_aside"]]
    for reason, part in zip(reasons, expected, strict=True):
        assert part in reason
    errors = capsys.readouterr().err
    assert f"set aside articles/{name}" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("case", CASES)
def test_strict_fails_on_the_first_of_them(tmp_path: Path, case: str, capsys: pytest.CaptureFixture[str]) -> None:
    name, data, columns, _, expected = CASES[case]
    data = parquet(tmp_path)[:-200] if data == b"(half)" else data
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "good.txt").write_bytes(GOOD)
    (tmp_path / "articles" / name).write_bytes(data)
    code, manifest = measure(tmp_path, columns, "--strict")
    errors = capsys.readouterr().err
    assert (code, manifest) == (2, {})
    assert expected[0] in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize("case", [case for case, (_, _, _, left, _) in CASES.items() if not left])
def test_where_nothing_is_left_it_is_exit_code_2(tmp_path: Path, case: str, capsys: pytest.CaptureFixture[str]) -> None:
    name, data, columns, _, expected = CASES[case]
    data = parquet(tmp_path)[:-200] if data == b"(half)" else data
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / name).write_bytes(data)
    code, _ = measure(tmp_path, columns)
    errors = capsys.readouterr().err
    assert code == 2
    assert expected[0] in errors
    assert errors.count("\n") == 1


DATES = {
    "2025-01-07": "2025-01-07",
    "2025-01-07T23:30:00Z": "2025-01-07",
    "20250107T131500Z": "2025-01-07",
    "Jan 7, 2025": "2025-01-07",
    "Jan. 7, 2025": "2025-01-07",
    "7 January 2025": "2025-01-07",
    "Tue, 07 Jan 2025 09:30:00 GMT": "2025-01-07",
    "01/17/2025": "2025-01-17",
    "17/01/2025": "2025-01-17",
    "17.1.2025": "2025-01-17",
    "01/01/2025": "2025-01-01",
    "2025/1/7": "2025-01-07",
    "1736208000": "2025-01-07",
    "07/01/2025": "",
    "1/7/25": "",
    "January 2025": "",
    "soon": "",
    "": "",
}


def test_dates_in_many_forms_are_one_form_and_what_is_ambiguous_is_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    rows = [
        {
            "article_id": f"{n:02}",
            "text": f"Council {n} votes\n\nThe council of ward {n} voted on it.",
            "published": date,
        }
        for n, date in enumerate(DATES)
    ]
    (tmp_path / "articles" / "a.jsonl").write_bytes(jsonl(*rows))
    code, manifest = measure(tmp_path, {})
    assert code == 0
    assert manifest["counts"]["articles"] == len(DATES)
    articles = pd.read_parquet(tmp_path / "out" / "articles.parquet").sort_values("article_id")
    assert dict(zip(DATES, articles["published"], strict=True)) == DATES
