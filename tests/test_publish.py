"""Publishing: what stands under the output folder at every moment of a run, and after one was cut off."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from runner_kit import measure, whole, write_site

from analysis.errors import InputError, JobError
from analysis.reports import publishing
from analysis.reports.publishing import publication as room
from analysis.reports.publishing import runs

INPUTS = {"corpus": {"a.txt": "1"}, "method": {"nutgraf": "1"}}


def build(out: Path, **settings: Any) -> publishing.Publication:
    """Begin a run and put its pages where they are built."""
    publication = publishing.begin(out, INPUTS, title="A study", version="1", **settings)
    write_site(measure(None), {"overview": None}, publication.site)
    (publication.site / "manifest.json").write_text('{"a": 1}')
    return publication


def publish(out: Path, **settings: Any) -> Path:
    return build(out, **settings).commit()


def status(folder: Path) -> str:
    return str(json.loads((folder / "run.json").read_text())["status"])


def test_a_run_from_start_to_publication(tmp_path: Path) -> None:
    publication = build(tmp_path)
    assert status(publication.folder) == "running"
    assert [p.name for p in publication.folder.iterdir()] == ["run.json"]
    assert not (tmp_path / "latest").exists()
    place = publication.commit()
    assert place == tmp_path / "runs" / publication.run.run
    assert whole(place)
    assert (tmp_path / "latest").readlink() == Path("runs") / place.name
    assert (tmp_path / "latest" / "index.html").is_file()
    assert place.name in (tmp_path / "index.html").read_text()
    assert place.name in (tmp_path / "runs.xml").read_text()
    assert not (tmp_path / ".work" / place.name).exists()


def test_the_record_is_truthful_about_time(tmp_path: Path) -> None:
    began = time.monotonic()
    run = runs.read(publish(tmp_path))
    took = time.monotonic() - began
    assert run is not None
    assert run.started < run.ended
    assert run.run[:8] == run.started[:10].replace("-", "")
    assert run.seconds is not None
    assert 0 <= run.seconds <= took + 0.01  # it is rounded


def test_a_record_is_read_where_something_is_null_and_not_where_it_is_something_else(tmp_path: Path) -> None:
    place = publish(tmp_path)
    stored = json.loads((place / runs.RECORD).read_text("utf-8"))
    (place / runs.RECORD).write_text(json.dumps({**stored, "numbers": {"articles": 5.0}}), "utf-8")
    assert runs.read(place).numbers == {"articles": 5.0}
    (place / runs.RECORD).write_text(json.dumps({**stored, "numbers": None, "changed": None}), "utf-8")
    assert (runs.read(place).numbers, runs.read(place).changed) == ({}, ())
    for odd in ([1], "x", 3):
        (place / runs.RECORD).write_text(json.dumps({**stored, "numbers": odd}), "utf-8")
        assert runs.read(place) is None


def test_a_failed_run_leaves_the_last_good_one(tmp_path: Path) -> None:
    good = publish(tmp_path)
    before = {p: p.read_bytes() for p in good.rglob("*") if p.is_file()}
    publication = build(tmp_path)
    page = publication.fail("failed", ["Traceback", "ValueError: <b>"], notebooks={"framing": "{}"})
    assert (tmp_path / "latest").resolve() == good
    assert {p: p.read_bytes() for p in good.rglob("*") if p.is_file()} == before
    assert page == publication.folder / "failed.html"
    assert "ValueError: &lt;b&gt;" in page.read_text()
    assert sorted(p.name for p in publication.folder.iterdir()) == ["failed.html", "notebooks", "run.json"]
    assert status(publication.folder) == "failed"
    assert f"runs/{publication.run.run}/failed.html" in (tmp_path / "index.html").read_text()


def test_runs_of_one_second_have_names_of_their_own(tmp_path: Path) -> None:
    names = [publish(tmp_path).name for _ in range(3)]
    assert len(set(names)) == 3
    assert [run.run for run in publishing.all_runs(tmp_path)] == names[::-1]


def test_pages_without_an_index_are_not_published(tmp_path: Path) -> None:
    publication = publishing.begin(tmp_path, INPUTS)
    with pytest.raises(JobError, match=r"no index\.html"):
        publication.commit()
    assert status(publication.folder) == "running"


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_retention(tmp_path: Path, keep: int) -> None:
    good = publish(tmp_path)
    for _ in range(4):
        build(tmp_path, keep=keep).fail("failed", ["x"])
        left = publishing.all_runs(tmp_path)
        assert len(left) <= max(keep, 2)
        assert (tmp_path / "latest").resolve() == good
        assert whole(good)
    last = publish(tmp_path, keep=keep)
    left = [run.run for run in publishing.all_runs(tmp_path)]
    assert left[0] == last.name
    assert len(left) == keep
    assert (tmp_path / "latest").resolve() == last


def test_keep_must_keep_something(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at least one"):
        publishing.begin(tmp_path, INPUTS, keep=0)
    assert not (tmp_path / "runs").exists()


class Cut(BaseException):
    """Stands for kill -9: nothing of ours runs after it."""


STEPS = ["_to_disk", "_link", "rename:0", "rename:1", "replace", "history"]


@pytest.mark.parametrize("step", STEPS)
def test_cut_off_at_each_step_of_a_publication(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    old = publish(tmp_path)
    publication = build(tmp_path)
    name, _, number = step.partition(":")
    replace = Path.replace
    with monkeypatch.context() as patch:

        def cut(*_: object, **__: object) -> None:
            raise Cut

        if name == "rename":
            rename, calls = Path.rename, []

            def nth(self: Path, target: Path) -> Path:
                calls.append(1)
                if len(calls) > int(number):
                    raise Cut
                return rename(self, target)

            patch.setattr(Path, "rename", nth)
        elif name == "history":
            patch.setattr(room.history, "write", cut)
        elif name == "replace":
            patch.setattr(room.Path, "replace", lambda self, to: cut() if to.name == "latest" else replace(self, to))
        else:
            patch.setattr(room, name, cut)
        with pytest.raises(Cut):
            publication.commit()
    latest = (tmp_path / "latest").resolve()
    assert whole(latest), "what readers see is whole"
    publishing.recover(tmp_path)
    latest = (tmp_path / "latest").resolve()
    assert whole(latest)
    done = step in ("replace", "history")
    assert latest.name == (publication.run.run if done else old.name)
    assert status(publication.folder) == ("ok" if done else "killed")
    assert (publication.folder / "failed.html").exists() == (not done)
    assert not (tmp_path / ".work").exists()
    assert publishing.recover(tmp_path) == []


def test_a_run_that_is_gone_is_found_killed(tmp_path: Path) -> None:
    old = publish(tmp_path)
    gone = build(tmp_path)
    (gone.folder / ".run.json.123.part").write_text("{")
    (tmp_path / ".index.html.123.part").write_text("<")
    assert publishing.recover(tmp_path) == [gone.run.run]
    record = json.loads((gone.folder / "run.json").read_text())
    assert (record["status"], record["ended"], record["seconds"]) == ("killed", "", None)
    assert "found at the next start" in record["error"][0]
    assert (gone.folder / "failed.html").is_file()
    assert not list(tmp_path.rglob("*.part"))
    assert (tmp_path / "latest").resolve() == old
    assert "killed" in (tmp_path / "index.html").read_text()


def test_recovery_mends_a_link_to_nothing(tmp_path: Path) -> None:
    good = publish(tmp_path)
    (tmp_path / "latest").unlink()
    (tmp_path / "latest").symlink_to("runs/nowhere")
    publishing.recover(tmp_path)
    assert (tmp_path / "latest").resolve() == good


def test_foreign_things_under_runs_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "runs" / "mine").mkdir(parents=True)
    (tmp_path / "runs" / "mine" / "run.json").write_text("[1]")
    (tmp_path / "runs" / "note.txt").write_text("x")
    publish(tmp_path, keep=1)
    assert (tmp_path / "runs" / "mine" / "run.json").exists()
    assert (tmp_path / "runs" / "note.txt").exists()
    assert len(publishing.all_runs(tmp_path)) == 1


def test_a_disk_that_fills_up_while_publishing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = publish(tmp_path)
    publication = build(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(room, "_to_disk", full)
        with pytest.raises(OSError, match="No space"):
            publication.commit()
    publication.fail("failed", ["No space left on device"])
    assert status(publication.folder) == "failed"
    assert (tmp_path / "latest").resolve() == old


@pytest.mark.parametrize("call", ["rename:1", "replace"])
def test_a_publication_that_fails_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    old = publish(tmp_path)
    publication = build(tmp_path)
    rename, replace, calls = Path.rename, Path.replace, []

    def second(self: Path, target: Path) -> Path:
        calls.append(1)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return rename(self, target)

    def no_link(self: Path, target: Path) -> Path:
        if target.name == "latest":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    with monkeypatch.context() as patch:
        if call == "replace":
            patch.setattr(Path, "replace", no_link)
        else:
            patch.setattr(Path, "rename", second)
        with pytest.raises(OSError, match="No space"):
            publication.commit()
    assert status(publication.folder) == "running"
    assert (tmp_path / "latest").resolve() == old
    publication.fail("failed", ["No space left on device"])
    assert sorted(p.name for p in publication.folder.iterdir()) == ["failed.html", "run.json"]


def test_an_index_that_cannot_be_written_fails_no_published_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path)
    publication = build(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "index.html")

    with monkeypatch.context() as patch:
        patch.setattr(room.history, "write", full)
        place = publication.commit()
    assert publication.complaints == ["index.html: No space left on device"]
    assert (tmp_path / "latest").resolve() == place
    publishing.recover(tmp_path)
    assert place.name in (tmp_path / "index.html").read_text()


def test_the_lock_makes_the_second_wait(tmp_path: Path) -> None:
    said: list[str] = []
    order: list[str] = []
    held, release = threading.Event(), threading.Event()

    def first() -> None:
        with publishing.locked(tmp_path):
            held.set()
            release.wait(10)
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    held.wait(10)
    with pytest.raises(JobError, match=rf"another run \(process {os.getpid()}\) .* this one leaves"):
        publishing.locked(tmp_path, overlap="leave").__enter__()
    with pytest.raises(JobError, match="gave up waiting"):
        publishing.locked(tmp_path, until=time.monotonic() + 0.3).__enter__()
    threading.Timer(0.5, release.set).start()
    with publishing.locked(tmp_path, say=said.append):
        order.append("second")
    thread.join()
    assert order == ["first", "second"]
    assert len(said) == 1
    with pytest.raises(InputError, match="overlap 'push'"):
        publishing.locked(tmp_path, overlap="push").__enter__()
