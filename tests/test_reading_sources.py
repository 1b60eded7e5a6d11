"""Which files a corpus is: folders, files, and URLs in any storage that fsspec knows."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pandas as pd
import pytest

from analysis.errors import StudyError
from analysis.reading import RawArticle, SetAside, Source, read, read_source, sources
from analysis.study import Study, read_study

HEAD = '[study]\ntitle = "T"\nslug = "t"\n'


def study(folder: Path, *corpus: Path | str, **more: object) -> Study:
    return Study(folder / "study.toml", "T", "t", corpus, **more)


@pytest.fixture
def memory() -> Iterator[fsspec.AbstractFileSystem]:
    system = fsspec.filesystem("memory")
    system.store.clear()
    yield system
    system.store.clear()


def test_sources_come_in_the_order_in_which_they_are_read(tmp_path: Path) -> None:
    for name in (
        "b.txt",
        "a/z.txt",
        ".hidden/x.txt",
        "a/.x.txt",
        "study.toml",
        "n.ipynb",
        "out/runs.xml",
        "out/i.html",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Text.")
    found = sources(study(tmp_path, tmp_path, tmp_path / "b.txt"))
    assert [source.name for source in found] == ["a/z.txt", "b.txt"]
    assert [source.location for source in found] == [str(tmp_path / "a/z.txt"), str(tmp_path / "b.txt")]
    assert [r.path for r in read(study(tmp_path, tmp_path))] == ["a/z.txt", "b.txt"]


def test_a_source_tells_its_bytes_and_travels_to_other_processes(tmp_path: Path) -> None:
    data = b"Text." * 1_000_000
    (tmp_path / "a.txt").write_bytes(data)
    [source] = sources(study(tmp_path, tmp_path))
    assert source.fingerprint() == hashlib.sha256(data).hexdigest()
    assert pickle.loads(pickle.dumps(source)) == source
    with source.open() as file:
        assert file.read() == data
    assert Source("gone.txt", str(tmp_path / "gone.txt")).fingerprint() == ""
    assert list(read_source(Source("gone.txt", str(tmp_path / "gone.txt")), study(tmp_path))) == [
        SetAside("gone.txt", 0, "cannot be read: No such file or directory")
    ]


def test_a_name_that_is_no_utf8_is_read_and_recorded(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("Text.")
    [record] = read(study(tmp_path, tmp_path))
    assert (record.path, record.raw) == ("caf\ufffd.txt", "Text.")


def test_urls_of_files_folders_and_globs(tmp_path: Path, memory: fsspec.AbstractFileSystem) -> None:
    for n in (2, 1):
        with memory.open(f"/bucket/part-{n}.parquet", "wb") as file:
            pd.DataFrame({"text": [f"Row {n}.", f"Row {n}, too."], "outlet": "A"}).to_parquet(file)
    memory.pipe("/bucket/more/a.txt", b"A text.")
    memory.pipe("/bucket/more/.hidden.txt", b"No.")
    memory.pipe("/bucket/more/b.jsonl", json.dumps({"text": "A line."}).encode())
    cases = {
        ("memory://bucket/part-*.parquet",): ["part-1.parquet", "part-2.parquet"],
        ("memory://bucket/part-1.parquet",): ["part-1.parquet"],
        ("memory://bucket/more",): ["more/a.txt", "more/b.jsonl"],
        ("memory://bucket/more/", "memory://bucket/more/a.txt"): ["more/a.txt", "more/b.jsonl"],
    }
    for corpus, names in cases.items():
        found = sources(study(tmp_path, *corpus))
        assert [source.name.removeprefix("memory:///bucket/") for source in found] == names
        assert all(source.location.startswith("memory://") for source in found)
        assert [source.fingerprint() for source in found] == [
            hashlib.sha256(memory.cat(f"/bucket/{name}")).hexdigest() for name in names
        ]
    whole = list(read(study(tmp_path, "memory://bucket")))
    assert [r.raw for r in whole if isinstance(r, RawArticle)] == [
        "A text.", "A line.", "Row 1.", "Row 1, too.", "Row 2.", "Row 2, too."
    ]  # fmt: skip
    assert [r.row for r in whole] == [0, 1, 1, 2, 1, 2]


class FailingSystem(fsspec.AbstractFileSystem):
    """A storage that lists files and cannot give them."""

    protocol = "failing"

    def find(self, path: str, **_: object) -> list[str]:
        return ["b/open.txt", "b/read.jsonl"]

    def isdir(self, path: str) -> bool:
        return path == "b"

    def _open(self, path: str, mode: str = "rb", **_: object) -> io.RawIOBase:
        if path.endswith("open.txt"):
            raise KeyError("no such key")
        return FailingFile()


class FailingFile(io.RawIOBase):
    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        raise RuntimeError("the line\nwent dead")


def test_a_storage_that_fails_costs_its_files(tmp_path: Path) -> None:
    fsspec.register_implementation("failing", FailingSystem, clobber=True)
    (tmp_path / "a.txt").write_text("Here.")
    corpus = study(tmp_path, "failing://b", tmp_path / "a.txt")
    assert list(read(corpus)) == [
        RawArticle("Here.", "a.txt"),
        SetAside("failing://b/open.txt", 0, "cannot be read: KeyError: 'no such key'"),
        SetAside("failing://b/read.jsonl", 0, "cannot be read: RuntimeError: the line went dead"),
    ]
    assert [bool(source.fingerprint()) for source in sources(corpus)] == [True, False, False]


def test_file_urls_and_local_files_come_together(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    (tmp_path / "here/z.txt").write_text("Here.")
    (tmp_path / "there/a b.txt").write_text("There.")
    url = f"file://{tmp_path}/there/*.txt"
    assert [(r.path, r.raw) for r in read(study(tmp_path, url, tmp_path / "here"))] == [
        ("here/z.txt", "Here."),
        (f"file://{tmp_path}/there/a b.txt", "There."),
    ]


def test_a_study_file_may_name_urls(tmp_path: Path, memory: fsspec.AbstractFileSystem) -> None:
    memory.pipe("/b/a.txt", b"A text.")
    (tmp_path / "here.txt").write_text("Here.")
    (tmp_path / "study.toml").write_text(HEAD + 'corpus = ["here.txt", "memory://b/*.txt"]\n')
    found = read_study(tmp_path)
    assert found.corpus == (tmp_path / "here.txt", "memory://b/*.txt")
    assert [r.raw for r in read(found)] == ["Here.", "A text."]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("memory://nowhere/*.txt", "leads to no file"),
        ("memory://nowhere", "leads to no file"),
        ("warez://a/b", "'warez' is no kind of storage"),
        ("gdrive://a/b", "cannot be opened"),  # its package is not installed
    ],
)
def test_a_url_that_leads_nowhere_is_one_clear_line(tmp_path: Path, url: str, message: str) -> None:
    (tmp_path / "study.toml").write_text(f'{HEAD}corpus = [\n  "{url}",\n]\n')
    with pytest.raises(StudyError, match=message) as caught:
        sources(read_study(tmp_path))
    assert (caught.value.path, caught.value.line, caught.value.key) == (str(tmp_path / "study.toml"), 5, "study.corpus")
    assert "\n" not in str(caught.value)
    assert url in str(caught.value)


def test_fsspec_is_imported_only_for_urls(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A text.")
    (tmp_path / "study.toml").write_text(HEAD)
    code = (
        "import sys; from analysis import reading; from analysis.study import read_study\n"
        f"records = list(reading.read(read_study({str(tmp_path)!r})))\n"
        "assert len(records) == 1, records\n"
        "heavy = {'fsspec', 'lxml', 'warcio', 'zstandard', 'striprtf', 'docx', 'pyarrow.parquet'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent.parent)
