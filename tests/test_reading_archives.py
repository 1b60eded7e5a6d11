"""gz, zst, zip and WARC: read as a stream, bounded, and whatever is broken in them set aside."""

from __future__ import annotations

import gzip
import io
import json
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from analysis.reading import RawArticle, SetAside, expansion, read
from analysis.study import Study

Records = list[RawArticle | SetAside]
ROWS = [{"text": f"Text number {n} of the table.", "outlet": "A"} for n in range(1, 4)]
JSONL = b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)


def parquet() -> bytes:
    buffer = io.BytesIO()
    pd.DataFrame(ROWS).to_parquet(buffer)
    return buffer.getvalue()


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def run(folder: Path, name: str, data: bytes) -> Records:
    (folder / name).write_bytes(data)
    return list(read(Study(folder / "study.toml", "T", "t", (folder / name,))))


def texts(records: Records) -> list[str]:
    return [record.raw for record in records if isinstance(record, RawArticle)]


def reasons(records: Records) -> dict[str, str]:
    return {f"{r.path}#{r.row}": r.reason for r in records if isinstance(r, SetAside)}


CONTENT = {
    "a.txt": b"A text.",
    "a.html": b"<p>A text.</p>",
    "a.jsonl": JSONL,
    "a.json": json.dumps(ROWS).encode(),
    "a.csv": pd.DataFrame(ROWS).to_csv(index=False).encode(),
    "a.tsv": pd.DataFrame(ROWS).to_csv(index=False, sep="\t").encode(),
    "a.parquet": parquet(),
}
PACKED = {".gz": gzip.compress, ".zst": zstandard.compress}


@pytest.mark.parametrize("suffix", PACKED)
@pytest.mark.parametrize("name", CONTENT)
def test_compressed_files_read_as_what_is_in_them(tmp_path: Path, name: str, suffix: str) -> None:
    plain = run(tmp_path, name, CONTENT[name])
    packed = run(tmp_path, name + suffix, PACKED[suffix](CONTENT[name]))
    assert texts(packed) == texts(plain)
    assert len(packed) == (1 if name in {"a.txt", "a.html"} else len(ROWS))
    assert {record.path for record in packed} == {name + suffix}


def test_files_of_several_members_or_frames_are_read_to_the_end(tmp_path: Path) -> None:
    lines = JSONL.splitlines(keepends=True)
    assert len(texts(run(tmp_path, "a.jsonl.gz", b"".join(gzip.compress(line) for line in lines)))) == len(ROWS)
    assert len(texts(run(tmp_path, "a.jsonl.zst", b"".join(zstandard.compress(line) for line in lines)))) == len(ROWS)


@pytest.mark.parametrize("suffix", PACKED)
def test_half_a_file_gives_its_first_rows_and_says_that_it_is_cut_off(tmp_path: Path, suffix: str) -> None:
    rows = [json.dumps({"text": f"{n} " + "".join(chr(97 + (n * k) % 26) for k in range(400))}) for n in range(3000)]
    data = PACKED[suffix]("\n".join(rows).encode())
    records = run(tmp_path, f"a.jsonl{suffix}", data[: len(data) // 2])
    found = texts(records)
    assert 0 < len(found) < 3000
    assert found == [json.loads(row)["text"] for row in rows[: len(found)]]
    assert isinstance(records[-1], SetAside)
    assert "is cut off" in records[-1].reason
    assert f"after row {len(found)}" in records[-1].reason


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt.gz", b"no gzip", "not sound gzip data"),
        ("a.txt.zst", b"no zstd", "not sound zstd data"),
        ("a.zip", b"no zip", "not a whole zip file"),
        ("a.zip", zipped({"a.txt": b"A text."})[:-10], "not a whole zip file"),
        ("a.zip", zipped({}), "without a file"),
        ("a.zip", zipped({"b/.hidden": b"x", "__MACOSX/a.txt": b"x", "c/": b""}), "without a file"),
        ("a.txt.gz.zst", zstandard.compress(gzip.compress(b"x")), "archive in an archive"),
        ("a.bin.gz", gzip.compress(b"x"), "kind '.bin'"),
        ("a.parquet.gz", gzip.compress(parquet()[:300]), "not a whole Parquet file"),
        ("a.warc", b"no warc", "WARC"),
        ("a.warc", b"", "no WARC record"),
        ("a.warc.gz", b"no warc", "not sound gzip"),
    ],
)
def test_what_is_no_archive_or_a_broken_one_is_set_aside(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    records = run(tmp_path, name, data)
    assert texts(records) == []
    assert reason in " ".join(reasons(records).values())


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_each_member_of_a_zip_file_is_read_as_a_file(tmp_path: Path, method: int) -> None:
    members = {
        "The Daily/b.txt": b"Two.", "a.jsonl": JSONL, "c.parquet": parquet(), "inner.zip": zipped({"x.txt": b"X."}),
        "d.txt.gz": gzip.compress(b"D."), "notes.py": b"x", "empty.txt": b"", "e.bin": b"?",
    }  # fmt: skip
    records = run(tmp_path, "all.zip", zipped(members, method))
    found = [(r.path, r.row) for r in records if isinstance(r, RawArticle)]
    assert found == [
        ("all.zip/The Daily/b.txt", 0),
        *((f"all.zip/{name}", row) for name in ("a.jsonl", "c.parquet") for row in (1, 2, 3)),
    ]
    assert {name: reason.split(",")[0] for name, reason in reasons(records).items()} == {
        "all.zip/inner.zip#0": "is an archive in an archive",
        "all.zip/d.txt.gz#0": "is an archive in an archive",
        "all.zip/empty.txt#0": "is empty",
        "all.zip/e.bin#0": "files of kind '.bin' are not read; known are .csv",
    }


def test_names_that_lead_out_of_the_archive_lead_nowhere(tmp_path: Path) -> None:
    records = run(tmp_path, "a.zip", zipped({"../../up.txt": b"Up.", "/etc/abs.txt": b"Abs.", "..\\win.txt": b"Win."}))
    assert [record.path for record in records] == ["a.zip/up.txt", "a.zip/etc/abs.txt", "a.zip/win.txt"]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.zip"]


def test_an_encrypted_member_is_set_aside_and_the_others_are_read(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": b"Open.", "b.txt": b"Closed."}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.rfind(signature) + offset] |= 1
    records = run(tmp_path, "a.zip", bytes(data))
    assert texts(records) == ["Open."]
    assert "encrypted" in reasons(records)["a.zip/b.txt#0"]


def test_a_member_whose_bytes_were_changed_costs_itself(tmp_path: Path) -> None:
    data = zipped({"a.txt": b"First text.", "b.txt": b"Second text."}, zipfile.ZIP_STORED)
    records = run(tmp_path, "a.zip", data.replace(b"First", b"Fixed"))
    assert texts(records) == ["Second text."]
    assert "CRC" in reasons(records)["a.zip/a.txt#0"]


@pytest.mark.parametrize("suffix", [*PACKED, ".zip"])
def test_what_grows_too_much_is_stopped(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "UNCHECKED", 1 << 20)
    row = b'{"text": "A short text."}\n'
    data = row * 10 + b" " * (30 << 20)
    name = "a.jsonl" + suffix
    records = run(tmp_path, name, zipped({"a.jsonl": data}) if suffix == ".zip" else PACKED[suffix](data))
    assert len(texts(records)) == 10
    assert "grows more than 250 times" in " ".join(reasons(records).values())
    sound = row * 1000
    records = run(tmp_path, name, zipped({"a.jsonl": sound}) if suffix == ".zip" else PACKED[suffix](sound))
    assert len(texts(records)) == 1000


def test_what_grows_too_large_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "LARGEST_EXPANSION", 1 << 30)
    monkeypatch.setattr(expansion.Budget, "spend", _counting(expansion.Budget.spend, 600 << 20))
    records = run(tmp_path, "a.zip", zipped({f"{n}.txt": b"x" * 100 for n in range(4)}))
    assert len(texts(records)) == 1
    assert all("beyond 1 GiB" in reason for reason in reasons(records).values())
    assert len(records) == 4


def _counting(spend: Callable[[expansion.Budget, int], None], each: int) -> Callable[[expansion.Budget, int], None]:
    """A budget for which every member is large, and was not small before."""

    def counted(budget: expansion.Budget, count: int) -> None:
        budget.taken = 1 << 40
        spend(budget, each if count else 0)

    return counted


def test_a_bomb_of_zstd_blocks_takes_little_memory() -> None:
    # 2,000 blocks of one repeated byte, 128 KiB each: 8 kB of input, 250 MB of output.
    block = struct.pack("<I", (128 << 10) << 3 | 0b010)[:3] + b"x"
    frame = b"\x28\xb5\x2f\xfd" + b"\x00\x58" + block * 2000 + struct.pack("<I", 0b001)[:3]
    stream = expansion.unzstd(io.BytesIO(frame))
    with pytest.raises(expansion.Broken, match="grows more than"):
        list(iter(lambda: stream.read(1 << 20), b""))


def test_an_archive_of_too_many_members_is_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "MOST_MEMBERS", 5)
    records = run(tmp_path, "a.zip", zipped({f"{n}.txt": b"x" for n in range(6)}))
    assert "holds 6 members, more than 5" in reasons(records)["a.zip#0"]
    monkeypatch.setattr(expansion, "LARGEST_DIRECTORY", 100)
    records = run(tmp_path, "a.zip", zipped({f"{n}.txt": b"x" for n in range(6)}))
    assert "lists more members than can be held" in reasons(records)["a.zip#0"]


# ---------------------------------------------------------------------------------------------------------------- WARC


def warc(*, packed: bool = True) -> bytes:
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=packed)

    def add(kind: str, url: str, payload: bytes, status: str = "200 OK", media: str = "text/html", **more: str) -> None:
        headers = [("Content-Type", media), *((key.replace("_", "-"), value) for key, value in more.items())]
        http = StatusAndHeaders(status, headers, protocol="HTTP/1.1") if kind in {"response", "revisit"} else None
        if kind == "request":
            http = StatusAndHeaders("GET / HTTP/1.1", [("Host", "example.org")], is_http_request=True)
        content = "text/plain" if kind == "conversion" else None
        writer.write_record(
            writer.create_warc_record(url, kind, io.BytesIO(payload), http_headers=http, warc_content_type=content)
        )

    writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "test"}))
    add("request", "https://example.org/1", b"")
    add("response", "https://example.org/1", "<p>“One”</p>".encode())
    add("response", "https://example.org/2", b"Two.", media="text/plain; charset=utf-8")
    add("response", "https://example.org/1", b"<p>One, revised</p>")
    add(
        "response",
        "https://example.org/sjis",
        "<p>日本製鉄</p>".encode("shift_jis"),
        media="text/html; charset=Shift_JIS",
    )
    add("response", "https://example.org/gz", gzip.compress(b"<p>Packed</p>"), Content_Encoding="gzip")
    add(
        "response",
        "https://example.org/chunks",
        b"5\r\n<p>In\r\n7\r\n two</p\r\n1\r\n>\r\n0\r\n\r\n",
        Transfer_Encoding="chunked",
    )
    add("conversion", "https://example.org/wet", b"Wet.", media="")
    add("response", "https://example.org/a.png", b"\x89PNG", media="image/png")
    add("response", "https://example.org/b.png", b"\x89PNG", media="image/png")
    add("response", "https://example.org/gone", b"<p>Gone</p>", status="404 Not Found")
    add("response", "https://example.org/empty", b" ")
    add("revisit", "https://example.org/1", b"")
    add("response", "https://example.org/last", b"<p>Last</p>")
    return buffer.getvalue()


@pytest.mark.parametrize(("name", "packed"), [("a.warc", False), ("a.warc.gz", True), ("misnamed.warc", True)])
def test_the_pages_of_a_warc_file_are_articles(tmp_path: Path, name: str, packed: bool) -> None:
    records = run(tmp_path, name, warc(packed=packed))
    found = [(r.url.rsplit("/", 1)[1], r.raw, r.is_html, r.row) for r in records if isinstance(r, RawArticle)]
    assert found == [
        ("1", "<p>“One”</p>", True, 3),
        ("2", "Two.", False, 4),
        ("1", "<p>One, revised</p>", True, 5),
        ("sjis", "<p>日本製鉄</p>", True, 6),
        ("gz", "<p>Packed</p>", True, 7),
        ("chunks", "<p>In two</p>", True, 8),
        ("wet", "Wet.", False, 9),
        ("last", "<p>Last</p>", True, 15),
    ]
    assert reasons(records) == {
        f"{name}#13": "holds no text (https://example.org/empty)",
        f"{name}#0": "1 record of kind revisit: no text to read",
    }
    said = [r.reason for r in records if isinstance(r, SetAside) and r.row == 0]
    assert said == [
        "1 record with HTTP status 404: no text to read",
        "1 record of kind revisit: no text to read",
    ]


def warc_of(*media: str, status: str = "200 OK") -> bytes:
    """A WARC file with a page, and a response of each of these types."""
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=False)
    for kind in ("text/html", *media):
        line = "200 OK" if kind == "text/html" else status
        http = StatusAndHeaders(line, [("Content-Type", kind)], protocol="HTTP/1.1")
        url = f"https://example.org/{kind}"
        writer.write_record(writer.create_warc_record(url, "response", io.BytesIO(b"<p>One</p>"), http_headers=http))
    return buffer.getvalue()


@pytest.mark.parametrize("status", ["200 OK", "404 Not Found"])
def test_what_a_page_looks_like_is_passed_over(tmp_path: Path, status: str) -> None:
    media = ["image/png", "IMAGE/SVG+XML; charset=utf-8", "video/mp4", "audio/mpeg", "font/woff2", "text/css",
             "text/javascript; charset=UTF-8", "application/javascript", "application/x-javascript",
             "application/font-woff", "application/x-font-ttf", "application/vnd.ms-fontobject"]  # fmt: skip
    records = run(tmp_path, "a.warc", warc_of(*media, status=status))
    assert [type(record) for record in records] == [RawArticle]


@pytest.mark.parametrize("media", ["application/pdf", "application/json", "text/x-image/png", "imagery/text", ""])
def test_what_may_hold_text_is_not(tmp_path: Path, media: str) -> None:
    page, other = run(tmp_path, "a.warc", warc_of(media))
    assert isinstance(page, RawArticle)
    assert (other.row, other.reason) == (0, f"1 record of type {media or '(none)'}: no text to read")


@pytest.mark.parametrize("packed", [False, True])
def test_half_a_warc_file_gives_its_first_pages_and_says_so(
    tmp_path: Path, packed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    data = warc(packed=packed)
    name = "a.warc.gz" if packed else "a.warc"
    for cut in (len(data) // 3, len(data) // 2, len(data) - 20):
        records = run(tmp_path, name, data[:cut])
        assert texts(records)[:1] == ["<p>“One”</p>"]
        assert isinstance(records[-1], SetAside)
        assert "cut off" in records[-1].reason or "not a whole WARC" in records[-1].reason, records[-1]
    assert capsys.readouterr().err == ""


# ---------------------------------------------------------------------------------------------------------- any bytes

WHOLE = {
    **CONTENT,
    **{name + suffix: pack(data) for name, data in CONTENT.items() for suffix, pack in PACKED.items()},
    "a.zip": zipped({"a.jsonl": JSONL, "b.parquet": parquet(), "c.txt": b"Text."}),
    "a.warc": warc(packed=False),
    "a.warc.gz": warc(),
    "a.rtf": b"{\\rtf1\\ansi A text with {\\b bold} and \\u8220? in it.\\par}",
    "a.docx": b"",
    "a.ndjson": JSONL,
}


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(sorted(WHOLE)),
    data=st.binary(max_size=200),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8),
    cut=st.floats(0, 1),
    mode=st.sampled_from(["random", "changed", "cut", "both"]),
)
def test_no_bytes_raise_or_vanish(
    name: str, data: bytes, changes: list[tuple[float, int]], cut: float, mode: str
) -> None:
    if mode != "random":
        whole = bytearray(WHOLE[name])
        for place, value in changes if mode != "cut" and whole else []:
            whole[min(int(place * len(whole)), len(whole) - 1)] = value
        data = bytes(whole[: int(cut * len(whole))] if mode != "changed" else whole)
    with tempfile.TemporaryDirectory() as folder:
        records = run(Path(folder), name, data)
    assert all(isinstance(record, RawArticle | SetAside) for record in records)
    is_csv = name.split(".")[1] in {"csv", "tsv"}
    assert records or is_csv, (name, data)  # a header without a row holds nothing
    for record in records:
        (record.raw if isinstance(record, RawArticle) else record.reason).encode("utf-8")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=30), st.sampled_from(JSONL.splitlines())), max_size=12))
def test_every_line_of_jsonl_is_an_article_or_set_aside(lines: list[bytes]) -> None:
    lines = [JSONL.splitlines()[0], *(line.replace(b"\n", b"") for line in lines)]
    with tempfile.TemporaryDirectory() as folder:
        records = run(Path(folder), "a.jsonl", b"\n".join(lines))
    if any(isinstance(r, SetAside) and r.row == 0 for r in records):
        assert b"\0" in b"\n".join(lines)[:4096]
        return
    assert [r.row for r in records] == [n for n, line in enumerate(lines, 1) if line.strip()]
