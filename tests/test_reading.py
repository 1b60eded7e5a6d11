"""Reading: what can be read is, what cannot is set aside with its reason, nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.reading import LONGEST_ARTICLE, RawArticle, SetAside, read, tabular
from analysis.reading.decode import decode
from analysis.study import Study


@pytest.fixture
def corpus(tmp_path: Path) -> Callable[..., list[RawArticle | SetAside]]:
    def run(files: dict[str, bytes], **columns: str) -> list[RawArticle | SetAside]:
        for name, data in files.items():
            path = tmp_path / "articles" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        study = Study(tmp_path / "study.toml", "T", "t", (tmp_path / "articles",), columns=columns)
        return list(read(study))

    return run


def reasons(records: list[RawArticle | SetAside]) -> dict[str, str]:
    return {r.path + (f"#{r.row}" if r.row else ""): r.reason for r in records if isinstance(r, SetAside)}


def test_files_come_in_the_order_of_their_paths(corpus: Callable[..., list[RawArticle]]) -> None:
    records = corpus({"b.txt": b"two", "a/z.txt": b"one", "c.html": b"<p>three</p>", ".hidden.txt": b"no"})
    assert [(r.path, r.is_html) for r in records] == [
        ("articles/a/z.txt", False), ("articles/b.txt", False), ("articles/c.html", True)
    ]  # fmt: skip


def test_what_cannot_be_read_is_set_aside_with_its_reason(corpus: Callable[..., list[RawArticle]]) -> None:
    records = corpus(
        {
            "empty.txt": b"",
            "white.txt": b" \n\t\n",
            "junk.txt": bytes(range(256)) * 40,
            "sjis.txt": "日本製鉄".encode("shift_jis") * 50,
            "long.txt": b"x" * (LONGEST_ARTICLE + 1),
            "table.xyz": b"?",
            "good.txt": b"Good.",
        }
    )
    found = reasons(records)
    assert [r.path for r in records if isinstance(r, RawArticle)] == ["articles/good.txt"]
    assert found["articles/empty.txt"] == "is empty"
    assert "white space" in found["articles/white.txt"]
    assert "binary" in found["articles/junk.txt"]
    assert "not UTF-8" in found["articles/sjis.txt"]
    assert "longer than" in found["articles/long.txt"]
    assert ".xyz" in found["articles/table.xyz"]


def test_rows_of_tables_are_articles(corpus: Callable[..., list[RawArticle]], tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"text": ["One.", None, "Three."], "outlet": ["A", "B", None], "published": ["2025-01-01"] * 3}
    )
    buffer = tmp_path / "x.parquet"
    frame.to_parquet(buffer)
    records = corpus(
        {
            "a.jsonl": json.dumps({"text": "J.", "article_id": "j1"}).encode() + b"\n{broken\n[1]\n\n",
            "b.csv": b'text,outlet\n"Two, three.",A\nonly one cell\n"open,B\n',
            "c.parquet": buffer.read_bytes(),
            "d.parquet": buffer.read_bytes()[:200],
        }
    )
    found = reasons(records)
    articles = {(r.path, r.row): r for r in records if isinstance(r, RawArticle)}
    assert articles["articles/a.jsonl", 1].article_id == "j1"
    assert articles["articles/b.csv", 2].given == {"outlet": "A"}
    assert articles["articles/c.parquet", 1].given == {"outlet": "A", "published": "2025-01-01"}
    assert "not JSON" in found["articles/a.jsonl#2"]
    assert "not a JSON object" in found["articles/a.jsonl#3"]
    assert "1 cells, the header 2" in found["articles/b.csv#3"]
    assert "not CSV" in found["articles/b.csv#4"]
    assert found["articles/c.parquet#2"] == "row has no text"
    assert "not a whole Parquet file" in found["articles/d.parquet"]
    assert len(records) == 4 + 3 + 3 + 0 + 1 - 1


def test_columns_are_mapped_and_a_file_without_one_is_set_aside(corpus: Callable[..., list[RawArticle]]) -> None:
    files = {"a.csv": b"body,paper\nText.,P\n", "b.jsonl": b'{"body": "T", "paper": "Q"}\n{"body": "No paper."}\n'}
    records = corpus(files, text="body", outlet="paper")
    assert [(r.raw, r.given) for r in records] == [
        ("Text.", {"outlet": "P"}),
        ("T", {"outlet": "Q"}),
        ("No paper.", {}),
    ]
    wrong = reasons(corpus({"c.csv": b"bdy,paper\nText.,P\n"}, text="bdy", outlet="paper"))
    assert {path: reason.split(";")[0] for path, reason in wrong.items()} == {
        "articles/a.csv": "study.columns names 'bdy' for text, which is missing",
        "articles/b.jsonl": "study.columns names 'bdy' for text, which is missing",
    }
    assert wrong["articles/a.csv"].endswith("the columns here are body, paper")


def test_a_table_without_a_column_of_texts_says_which_it_has(corpus: Callable[..., list[SetAside]]) -> None:
    found = reasons(corpus({"a.csv": b"body,paper\nText.,P\n", "b.jsonl": b'{"body": "T"}\n'}))
    assert found["articles/a.csv"] == (
        "has no column of texts; name it under [study.columns] as text = '…'; the columns here are body, paper"
    )
    assert found["articles/b.jsonl"].endswith("the columns here are body")


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_values_that_are_no_text_become_text(corpus: Callable[..., list[RawArticle]], kind: str) -> None:
    rows = [
        {
            "text": "Text.",
            "article_id": 7,
            "byline": ["Ann Poe", "Bo Li"],
            "published": 1736208000,
            "language": "English",
        },
        {"text": " Text two.\ufeff", "article_id": 12, "byline": None, "published": 1736208000000, "language": "de-AT"},
    ]
    frame = pd.DataFrame(rows)
    data = frame.to_parquet() if kind == "parquet" else frame.to_json(orient="records", lines=True).encode()
    first, second = corpus({f"a.{kind}": data})
    known = {"byline": "Ann Poe, Bo Li", "published": "2025-01-07", "language": "en"}
    assert (first.raw, first.article_id, first.given) == ("Text.", "7", known)
    assert (second.raw, second.article_id, second.given) == (
        "Text two.", "12", {"published": "2025-01-07", "language": "de"}
    )  # fmt: skip


def test_parquet_cells_that_python_cannot_hold_cost_themselves(corpus: Callable[..., list[RawArticle]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(
        {
            "text": pa.array([b"Good.", "Caf\xe9 and tea and more of it".encode("cp1252"), b"\x81\x8d"]),
            "published": pa.array([2**55, 0, 0], pa.timestamp("ms")),
        }
    )
    broken = table.set_column(0, "text", table["text"].combine_chunks().view(pa.string()))
    sink = pa.BufferOutputStream()
    pq.write_table(broken, sink)
    records = corpus({"a.parquet": sink.getvalue().to_pybytes()})
    assert [r.raw for r in records if isinstance(r, RawArticle)] == ["Good.", "Caf\xe9 and tea and more of it"]
    assert list(reasons(records).values()) == ["row has no text"]


def test_half_a_surrogate_pair_is_no_text(corpus: Callable[..., list[RawArticle]]) -> None:
    [record] = corpus({"a.jsonl": b'{"text": "A \\ud83d\\ude00 and \\ud83d alone"}'})
    assert record.raw == "A \U0001f600 and \ufffd alone"


def test_one_file_may_hold_several_encodings(corpus: Callable[..., list[RawArticle | SetAside]]) -> None:
    lines = ['{"text": "“UTF-8” café"}'.encode(), '{"text": "“1252” café, in a line of it"}'.encode("cp1252")]
    wrong = ('{"text": "' + "日本製鉄の買収計画" * 3 + '"}').encode("shift_jis")
    records = corpus({"a.jsonl": b"\n".join([*lines, wrong, lines[0]])})
    assert [r.raw if isinstance(r, RawArticle) else r.row for r in records] == [
        "“UTF-8” café", "“1252” café, in a line of it", 3, "“UTF-8” café"
    ]  # fmt: skip
    rows = [b"text,outlet", "“UTF-8” café,A".encode(), "“1252” café,B".encode("cp1252"), wrong, "Thé,C".encode()]
    records = corpus({"a.csv": b"\r\n".join(rows)})[:4]
    assert [r.raw if isinstance(r, RawArticle) else r.row for r in records] == ["“UTF-8” café", "“1252” café", 4, "Thé"]
    wide = "text,outlet\r\nZwölf.,A\r\n".encode("utf-16")
    assert [r.raw for r in corpus({"a.csv": wide})[:1]] == ["Zwölf."]


CSV_HEAD = "text,outlet\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('"One, two.",A\n"Three\nlines\nhere.",B\n', ["One, two.", "Three\nlines\nhere."]),
        ('One.,A\n"Open,B\nThree.,C\n"Four, five.",D\nSix.,E\n', ["One.", 3, "Three.", "Four, five.", "Six."]),
        ('One.,A\n"Open,B\nThree.,C\nFour.,D\n', ["One.", 3, "Three.", "Four."]),
        ('One.,A\n"Open,B\nprose, with, commas\nmore\n"Five"x,E\nSix.,F\n', ["One.", 6, "Six."]),
        ("One.,A,B\nTwo\nThree.,C\n\n,D\n", [2, 3, "Three.", 6]),
        ("One.,A\rTwo.,B\rThree.,C", ["One.", "Two.", "Three."]),
    ],
)
def test_a_quotation_mark_too_many_costs_its_row(
    corpus: Callable[..., list[RawArticle | SetAside]], body: str, expected: list[str | int]
) -> None:
    records = corpus({"a.csv": (CSV_HEAD + body).encode()})
    assert [r.raw if isinstance(r, RawArticle) else r.row for r in records] == expected


def test_an_open_quotation_mark_does_not_fill_memory(
    corpus: Callable[..., list[RawArticle | SetAside]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tabular, "_LONGEST_RECORD", 100_000)
    data = CSV_HEAD + '"Open,A\n' + "A row of some length that goes on and on and on.,B\n" * 20_000
    records = corpus({"a.csv": data.encode()})
    assert len(records) == 20_001
    assert [r.row for r in records if isinstance(r, SetAside)] == [2]


@given(st.lists(st.tuples(st.text(), st.text(max_size=5)), min_size=1, max_size=8))
def test_rows_of_csv_read_as_they_were_written(rows: list[tuple[str, str]]) -> None:
    import csv
    import io

    from analysis.reading.tabular import read_csv

    def plain(text: str) -> str:
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip().strip("\ufeff").strip()

    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([("text", "outlet"), *rows])
    data = buffer.getvalue().replace("\0", "").encode("utf-8")
    records = list(read_csv(io.BytesIO(data), "a.csv", {}))
    assert len(records) == len(rows)
    clean = not any((ord(c) < 32 and c not in "\t\n\r\f") or c == "\x7f" for c in data.decode())
    for record, (text, outlet) in zip(records, rows, strict=True):
        if isinstance(record, RawArticle):
            assert record.raw == plain(text)
            assert record.given.get("outlet", "") == plain(outlet)
        else:
            assert not plain(text) or not clean


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("“A” – é".encode(), "“A” – é"),
        ("“A” – é, and so on in plain words".encode("cp1252"), "“A” – é, and so on in plain words"),
        ("A".encode("utf-16"), "A"),
        (b"\xef\xbb\xbfA\r\nB\rC", "A\nB\nC"),
    ],
)
def test_safe_encodings_are_decoded(data: bytes, text: str) -> None:
    assert decode(data) == (text, "")


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_named(data: bytes) -> None:
    text, reason = decode(data)
    assert not (text and reason)
    assert "\r" not in text


@given(st.text(max_size=300))
def test_utf8_text_survives(text: str) -> None:
    if any(ord(c) < 32 and c not in "\n" for c in text) or "\r" in text or "\x7f" in text:
        return
    assert decode(text.encode("utf-8"))[0] == text.removeprefix("\ufeff")


def test_a_published_report_is_no_part_of_the_corpus(corpus: Callable[..., list[RawArticle]]) -> None:
    records = corpus(
        {"a.txt": b"One.", "out/runs.xml": b"<feed/>", "out/index.html": b"<p>x</p>", "out/runs/1/i.html": b"<p>"}
    )
    assert [r.path for r in records] == ["articles/a.txt"]
