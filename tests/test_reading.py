"""Reading: what can be read is, what cannot is set aside with its reason, nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import InputError
from analysis.reading import LONGEST_ARTICLE, RawArticle, SetAside, read
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


def test_columns_are_mapped_and_a_wrong_name_is_an_error(corpus: Callable[..., list[RawArticle]]) -> None:
    records = corpus({"a.csv": b"body,paper\nText.,P\n"}, text="body", outlet="paper")
    assert records[0].raw == "Text."
    assert records[0].given == {"outlet": "P"}
    with pytest.raises(InputError, match=r"study\.columns names 'bdy'"):
        corpus({}, text="bdy")


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
