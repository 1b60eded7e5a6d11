"""A collection grows by runs: only what is new or out of date is measured, and nothing that was finished is lost."""

from __future__ import annotations

import ast
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis import pipeline, schema
from analysis.errors import InputError
from analysis.pipeline import engines, growth, ingest, steps
from analysis.pipeline.collection import Collection
from analysis.pipeline.work import Job, Task
from analysis.study import Fact, Methods, Study, Target, read_study

STUDY = """
[study]
title = "A strike"
slug = "strike"
corpus = "articles"
codebooks = ["generic"]
minimum_articles_per_outlet = 1
[study.methods]
sentiment = "lexicon"
framing = "dictionary"
[[target]]
name = "strike"
aliases = ["walkout"]
[[actor]]
name = "Ada Ray"
side = "union"
[[fact]]
name = "vote"
patterns = ["voted to strike"]
"""
PLACES = ["Porto", "Lille", "Gdansk", "Turku", "Leeds", "Aarhus", "Graz", "Bergen", "Cork", "Malmo", "Brno", "Split"]


def story(number: int) -> dict[str, str]:
    place = PLACES[number % len(PLACES)]
    rest = " ".join(f"Dock {n} in {place} stood still for {number + n} hours." for n in range(number % 4 + 1))
    return {
        "article_id": f"a{number:03d}",
        "outlet": "Daily" if number % 2 else "Courier",
        "published": f"2025-01-{number % 27 + 1:02d}",
        "text": f"Strike in {place} enters day {number}\n\nWorkers voted to strike over pay in {place}. {rest} "
        f"“The strike is a terrible mistake,” said Ada Ray on day {number}. The bosses blamed the union for the cost.",
    }


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    monkeypatch.setattr(ingest, "SEGMENT", 4)
    (tmp_path / "study.toml").write_text(STUDY, "utf-8")
    (tmp_path / "articles").mkdir()
    add(tmp_path, "first", range(10))
    return read_study(tmp_path)


def add(folder: Path, name: str, numbers: range | list[int]) -> None:
    lines = "".join(json.dumps(story(number)) + "\n" for number in numbers)
    (folder / "articles" / f"{name}.jsonl").write_text(lines, "utf-8")


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The steps that are really taken, as (segment, step)."""
    taken: list[tuple[str, str]] = []
    write = Collection.write

    def noting(self: Collection, segment: str, step: str, key: str, tables: dict[str, pd.DataFrame]) -> str:
        taken.append((segment, step))
        return write(self, segment, step, key, tables)

    monkeypatch.setattr(Collection, "write", noting)
    return taken


def same(one: pipeline.Measured, other: pipeline.Measured) -> None:
    for name in schema.TABLES:
        pd.testing.assert_frame_equal(one[name], other[name])
        assert one[name].to_parquet(index=False) == other[name].to_parquet(index=False), name
    assert one.manifest == other.manifest


def test_a_collection_holds_the_tables_of_a_measurement_at_once(study: Study, tmp_path: Path) -> None:
    at_once = pipeline.measure(study)
    assert len(at_once["articles"]) == 10
    assert len(at_once["mentions"]) >= 20
    same(pipeline.measure(study, store=tmp_path / "store"), at_once)
    same(pipeline.load(study, tmp_path / "store"), at_once)


@pytest.mark.parametrize("how", [{"workers": 2}, {"engine": "dask", "workers": 2}], ids=["processes", "dask"])
def test_every_engine_gives_the_same_bytes(study: Study, how: dict[str, object]) -> None:
    same(pipeline.measure(study, **how), pipeline.measure(study))  # type: ignore[arg-type]


def test_new_articles_alone_are_measured(study: Study, tmp_path: Path, worked: list[tuple[str, str]]) -> None:
    pipeline.measure(study, store=tmp_path / "store")
    assert len({segment for segment, _ in worked}) == 3  # ten articles by four
    before = {segment for segment, _ in worked}
    worked.clear()
    pipeline.measure(study, store=tmp_path / "store")
    assert worked == []
    add(tmp_path, "second", range(10, 13))
    grown = pipeline.measure(study, store=tmp_path / "store")
    assert len({segment for segment, _ in worked}) == 1
    assert not before & {segment for segment, _ in worked}
    same(grown, pipeline.measure(study))


def test_sources_that_are_as_they_were_are_not_read_again(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.measure(study, store=tmp_path / "store")
    read: list[str] = []
    real = ingest.reading.read_source
    monkeypatch.setattr(ingest.reading, "read_source", lambda s, st: read.append(s.name) or real(s, st))
    add(tmp_path, "second", range(10, 13))
    pipeline.measure(study, store=tmp_path / "store")
    assert read == ["articles/second.jsonl"]


TEXT = {"articles", "attribution", "mentions", "facts", "frames of generic", "sentiment", "readability", "prominence"}


@pytest.mark.parametrize(
    ("change", "due"),
    [
        (lambda s: replace(s, mask=("pay",)), {"frames of generic"}),
        (lambda s: replace(s, facts=(Fact("vote", "", ("voted",)),)), {"facts"}),
        (
            lambda s: replace(s, targets=(*s.targets, Target("pay"))),
            {"mentions", "sentiment", "prominence"},
        ),
        (
            lambda s: replace(s, window=(pd.Timestamp("2025-01-01").date(), pd.Timestamp("2025-01-31").date())),
            {"articles"},
        ),
        (lambda s: replace(s, methods=Methods("lexicon", "meaning")), {"frames of generic"}),
        (lambda s: replace(s, title="Another title", minimum_denominator=3), set()),
        (lambda s: replace(s, codebooks=("generic", "policy")), {"frames of policy"}),
    ],
    ids=["mask", "facts", "targets", "window", "method", "nothing measured", "codebook"],
)
def test_a_change_in_the_study_takes_the_steps_that_depend_on_it(
    study: Study,
    tmp_path: Path,
    worked: list[tuple[str, str]],
    change: Callable[[Study], Study],
    due: set[str],
) -> None:
    pipeline.measure(study, store=tmp_path / "store")
    assert {step for _, step in worked} == TEXT
    worked.clear()
    changed = change(study)
    after = pipeline.measure(changed, store=tmp_path / "store")
    assert {step for _, step in worked} == due
    same(after, pipeline.measure(changed))


def test_changed_code_takes_the_steps_that_depend_on_it(
    study: Study, tmp_path: Path, worked: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.measure(study, store=tmp_path / "store")
    worked.clear()
    real = steps.code_of
    monkeypatch.setattr(steps, "code_of", lambda room: real(room) + ("changed" if room == "readability" else ""))
    pipeline.measure(study, store=tmp_path / "store")
    assert {step for _, step in worked} == {"readability"}


def test_a_codebook_that_is_edited_between_two_runs_of_one_process_counts(
    study: Study, tmp_path: Path, worked: list[tuple[str, str]]
) -> None:
    shipped = Path(pipeline.__file__).parent.parent / "codebooks" / "generic.toml"
    text = shipped.read_text("utf-8").replace('name = "generic"', 'name = "own"', 1)
    (tmp_path / "own.toml").write_text(text, "utf-8")
    own = replace(study, codebooks=("own.toml",))
    opened = pipeline.measure(own, store=tmp_path / "store")
    before = opened["measures"]
    (tmp_path / "own.toml").write_text(text.replace('"conflict*"', '"conflict*", "stood still"', 1), "utf-8")
    worked.clear()
    after = pipeline.measure(own, store=tmp_path / "store")
    assert {step for _, step in worked} == {"frames of own"}
    assert not after["measures"].equals(before)
    same(after, pipeline.measure(own))


def test_a_table_that_a_later_run_has_replaced_is_asked_for_anew(study: Study, tmp_path: Path) -> None:
    opened = pipeline.measure(study, store=tmp_path / "store")
    pipeline.measure(replace(study, mask=("pay",)), store=tmp_path / "store")
    with pytest.raises(InputError, match="has been brought up to date since it was opened; load it again"):
        opened["measures"]
    assert len(opened["sentences"]) > 0


def test_articles_that_leave_or_change_are_followed(study: Study, tmp_path: Path) -> None:
    add(tmp_path, "second", range(10, 14))
    pipeline.measure(study, store=tmp_path / "store")
    lines = (tmp_path / "articles" / "second.jsonl").read_text("utf-8").splitlines()
    other = json.loads(lines[1]) | {"text": "Calm in the docks\n\nNobody is on strike any more, said Ada Ray."}
    (tmp_path / "articles" / "second.jsonl").write_text("\n".join([lines[0], json.dumps(other)]) + "\n", "utf-8")
    add(tmp_path, "first", range(2, 10))
    after = pipeline.measure(study, store=tmp_path / "store")
    assert len(after["articles"]) == 10
    assert "Calm in the docks" in set(after["articles"]["headline"])
    same(after, pipeline.measure(study))
    # Once more, with the segments now numbered anew.
    add(tmp_path, "third", range(20, 26))
    add(tmp_path, "first", range(3, 10))
    same(pipeline.measure(study, store=tmp_path / "store"), pipeline.measure(study))


def test_what_stands_twice_is_set_aside_once_and_comes_back_when_the_first_leaves(study: Study, tmp_path: Path) -> None:
    add(tmp_path, "second", [3, 11])
    measured = pipeline.measure(study, store=tmp_path / "store")
    assert measured.manifest["counts"] | {"read": 0} == pipeline.measure(study).manifest["counts"] | {"read": 0}
    assert [item["reason"] for item in measured.manifest["set_aside"]] == [
        "its id 'a003' stands for the same text in articles/first.jsonl, row 4 already"
    ]
    (tmp_path / "articles" / "first.jsonl").unlink()
    after = pipeline.measure(study, store=tmp_path / "store")
    assert after["articles"]["article_id"].tolist() == ["a003", "a011"]
    assert after.manifest["set_aside"] == []


def test_a_growing_corpus_never_changes_an_article_already_cleaned(study: Study, tmp_path: Path) -> None:
    def with_line(numbers: range, name: str) -> None:
        rows = [story(n) | {"outlet": "Daily"} for n in numbers]
        for row in rows:
            row["text"] += "\nOur man at the docks"
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / "articles" / f"{name}.jsonl").write_text(text, "utf-8")

    with_line(range(3), "first")
    before = pipeline.measure(study, store=tmp_path / "store")
    assert "repeated" not in set(before["removed"]["rule"])  # three times is no repetition
    with_line(range(50, 60), "second")
    after = pipeline.measure(study, store=tmp_path / "store")
    old = after["articles"][after["articles"]["article_id"] < "a050"].reset_index(drop=True)
    pd.testing.assert_frame_equal(old, before["articles"])
    new = set(after["removed"].loc[after["removed"]["rule"] == "repeated", "article_id"])
    assert new == {f"a{n:03d}" for n in range(50, 60)}


def test_the_tables_of_a_collection_can_be_queried(study: Study, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    measured = pipeline.measure(study, store=tmp_path / "store")
    asked = f"select count(*), count(distinct unit_id) from '{tmp_path}/store/tables/measures/*.parquet'"
    counted = duckdb.sql(f"{asked} where measure = 'sentiment'").fetchall()[0]
    rows = measured["measures"].query("measure == 'sentiment'")
    assert counted == (len(rows), rows["unit_id"].nunique())


def test_two_runs_at_once_and_a_store_inside_the_corpus_are_refused(study: Study, tmp_path: Path) -> None:
    with Collection(tmp_path / "store").locked(), pytest.raises(InputError, match="another run is working on it"):
        pipeline.measure(study, store=tmp_path / "store")
    with pytest.raises(InputError, match="stands inside the corpus"):
        pipeline.measure(study, store=tmp_path / "articles" / "store")


def test_a_folder_that_holds_something_else_is_refused(study: Study, tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "collection.json").write_text("[]", "utf-8")
    with pytest.raises(InputError, match=r"collection\.json: cannot be read"):
        pipeline.measure(study, store=tmp_path / "store")


def test_a_run_that_dies_is_taken_up(
    study: Study, tmp_path: Path, worked: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = growth.take
    calls = []

    def dying(job: Job, task: Task) -> object:
        calls.append(task)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(job, task)

    monkeypatch.setattr(growth, "take", dying)
    with pytest.raises(KeyboardInterrupt):
        pipeline.measure(study, store=tmp_path / "store")
    finished = set(worked)
    assert len({segment for segment, _ in finished}) == 2
    worked.clear()
    same(pipeline.measure(study, store=tmp_path / "store"), pipeline.measure(study))
    assert not finished & set(worked)


RUN = """
import sys
from analysis import pipeline
from analysis.pipeline import ingest
ingest.SEGMENT = 2
if __name__ == "__main__":
    pipeline.measure(sys.argv[1], store=sys.argv[2])
"""


def _killed_at(seconds: float, study: Study, store: Path, script: Path) -> None:
    process = subprocess.Popen([sys.executable, str(script), str(study.path), str(store)], stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize("moments", [4, pytest.param(60, marks=pytest.mark.long)])
def test_a_collection_is_whole_after_a_kill_at_any_moment(study: Study, tmp_path: Path, moments: int) -> None:
    script = tmp_path / "run.py"
    script.write_text(RUN, "utf-8")
    store = tmp_path / "store"
    begun = time.perf_counter()
    subprocess.run([sys.executable, str(script), str(study.path), str(store)], check=True)
    whole = time.perf_counter() - begun
    expected = pipeline.measure(study)
    same(pipeline.load(study, store), expected)
    draw = random.Random(7)
    for moment in range(moments):
        add(tmp_path, "more", list(range(100 + moment, 112 + moment)))
        before = pipeline.load(study, store)
        _killed_at(draw.uniform(0.2, 1.0) * whole, study, store, script)
        after = pipeline.load(study, store)
        expected = pipeline.measure(study)
        # What readers see is the old state or the new one, whole.
        same(
            after,
            expected
            if len(after["articles"]) == len(expected["articles"])
            and after.manifest["corpus"] == expected.manifest["corpus"]
            else before,
        )
    same(pipeline.measure(study, store=store), expected)


def test_dask_is_started_from_nothing(study: Study, tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(RUN.replace("sys.argv[2])", "sys.argv[2], engine='dask', workers=2)"), "utf-8")
    subprocess.run([sys.executable, str(script), str(study.path), str(tmp_path / "store")], check=True)
    same(pipeline.load(study, tmp_path / "store"), pipeline.measure(study))


def test_no_worker_outlives_a_run_that_was_killed(study: Study, tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(RUN.replace("sys.argv[2])", "sys.argv[2], workers=2)"), "utf-8")
    process = subprocess.Popen([sys.executable, str(script), str(study.path), str(tmp_path / "store")])
    children: list[int] = []
    deadline = time.monotonic() + 60
    while len(children) < 2 and time.monotonic() < deadline and process.poll() is None:
        children = _children(process.pid)
        time.sleep(0.05)
    assert len(children) >= 2
    process.send_signal(signal.SIGKILL)
    process.wait()
    while any(_runs(child) for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [child for child in children if _runs(child)]


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8")
    return [int(child) for child in text.split()]


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text("utf-8").split(") ")[1][0] != "Z"


def test_a_worker_that_is_killed_costs_time_alone(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    add(study.folder, "more", range(100, 140))
    killed: list[int] = []
    real = engines.Processes.each

    def killing(*args: Any) -> Iterator[object]:
        for done in real(*args):
            if not killed:
                children = [pid for pid in _children(os.getpid()) if "spawn_main" in _command(pid)]
                killed.append(children[0])
                os.kill(children[0], signal.SIGKILL)
            yield done

    monkeypatch.setattr(engines.Processes, "each", killing)
    measured = pipeline.measure(study, workers=2)
    assert killed
    monkeypatch.undo()
    same(measured, pipeline.measure(study))


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


# Writing and holding together; and frozen lines, which are part of each key themselves.
GLUE = {"pipeline", "store", "reuse", "reading"}


def test_each_step_names_the_rooms_that_its_code_stands_in() -> None:
    """A step's hash covers everything that its modules import, or a change there would go unnoticed."""
    package = Path(pipeline.__file__).parent.parent
    source = ast.parse((package / "pipeline" / "steps.py").read_text("utf-8"))
    named: dict[str, set[str]] = {}
    for node in ast.walk(source):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Step":
            name = node.args[0].value if isinstance(node.args[0], ast.Constant) else "frames"
            rooms = next(
                a for a in node.args if isinstance(a, ast.Call) and getattr(a.func, "id", "") == "_method"
            ).args[0]
            named[name] = {room.value for room in rooms.elts}  # type: ignore[attr-defined]
    assert set(named) == {s if not s.startswith("frames") else "frames" for s in TEXT}
    common = set(steps._COMMON)
    for name, rooms in named.items():
        covered = {room.split("/")[0].removesuffix(".py") for room in rooms | common}
        for room in rooms:
            place = package / room
            files = [place] if place.is_file() else sorted(place.rglob("*.py"))
            for imported in {other for file in files if file.suffix == ".py" for other in _imports(file)}:
                # The encoder serves facts and utterances found by meaning, which no step looks for.
                beside = GLUE | ({"encoder"} if room in ("quotes", "facts.py") else set())
                assert imported in covered | beside, f"{name}: {room} imports {imported}"


def _imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "analysis":
            names = [node.module] if node.module != "analysis" else [f"analysis.{alias.name}" for alias in node.names]
            found.update(name.split(".")[1] for name in names)
    return found


@pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="the system does not tell a process's memory")
def test_free_memory_goes_back_to_the_system() -> None:
    code = (
        "import os, pyarrow as pa\n"
        "from pathlib import Path\n"
        "from analysis.pipeline import growth\n"
        "def used(): return int(Path('/proc/self/statm').read_text().split()[1]) * os.sysconf('SC_PAGE_SIZE') / 1e6\n"
        "kept = [pa.array([f'{n} {k}' * 20 for k in range(50_000)], pa.large_string()) for n in range(4)]\n"
        "before = used(); del kept; growth._give_back(); print(before - used())"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(ran.stdout) > 20
