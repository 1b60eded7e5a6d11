"""The main job: from a study to a published run, with measuring and rendering stood in for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from runner_kit import OUTLETS, Measured, measure, whole, write_notebook, write_site, write_study

from analysis.errors import InputError, JobError, NothingNew, ParameterError, StudyError
from analysis.notebooks import RunSettings
from analysis.notebooks.plan import find, plan, slug
from analysis.reports import ReportSettings, publishing, report

QUICK = RunSettings(preload=("pandas", "pyarrow.parquet"), log="quiet", timeout=60)
Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(study: Path, **settings: Any) -> Path:
        steps = {"measure": settings.pop("measure", measure), "write_site": settings.pop("write_site", write_site)}
        return report(study, out=tmp_path / "out", settings=ReportSettings(run=QUICK, **settings), **steps)

    return made


def bytes_of(run: Path) -> dict[str, bytes]:
    return {str(p.relative_to(run)): p.read_bytes() for p in run.rglob("*") if p.is_file() and p.name != "run.json"}


def test_two_runs_of_the_same_inputs_at_two_places(tmp_path: Path, make: Make) -> None:
    first = make(write_study(tmp_path / "here"), parameters=("overview.n=4",))
    second = make(write_study(tmp_path / "there" / "deeper"), from_manifest=first / "manifest.json")
    assert whole(first)
    assert whole(second)
    assert bytes_of(first) == bytes_of(second)
    assert sorted(p.name for p in (first / "notebooks").iterdir()) == [
        "outlet-kyodo.ipynb",
        "outlet-reuters-b-co-b.ipynb",
        "overview.ipynb",
    ]
    text = (first / "notebooks" / "overview.ipynb").read_text()
    assert "n = 4" in text
    assert "study = 'study/study.toml'" in text
    assert str(tmp_path) not in "".join(value.decode() for value in bytes_of(first).values())
    record = json.loads((second / "run.json").read_text())
    assert (record["status"], record["changed"]) == ("ok", [])
    assert {n["status"] for n in record["notebooks"]} == {"ok"}
    assert record["numbers"]["outlets"] == len(OUTLETS)


def test_if_changed(tmp_path: Path, make: Make) -> None:
    study = write_study(tmp_path / "s")
    first = make(study, if_changed=True, only=("outlet",))
    with pytest.raises(NothingNew, match=first.name) as raised:
        make(study, if_changed=True, only=("outlet",))
    assert raised.value.exit_code == 3
    assert len(publishing.all_runs(tmp_path / "out")) == 1
    (study.parent / "a.txt").write_text("Another headline\n\nBody.\n")
    second = make(study, if_changed=True, only=("outlet",))
    assert json.loads((second / "run.json").read_text())["changed"] == ["Texts changed: a.txt"]


def test_a_failing_notebook_publishes_nothing(tmp_path: Path, make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    study = write_study(tmp_path / "s")
    good = make(study, only=("outlet",))
    told = tmp_path / "told"
    write_notebook(study.parent / "notebooks" / "bad.ipynb", "x = 1", "raise ValueError('\\x1b[31mno')")
    capsys.readouterr()
    with pytest.raises(JobError, match=r"^bad: failed, cell 2: ValueError: no; what is published stands as it was$"):
        make(study, only=("outlet", "bad"), on_failure=f'echo "$NUTGRAF_STATUS $NUTGRAF_ERROR" > {told}')
    assert (tmp_path / "out" / "latest").resolve() == good
    failed = publishing.all_runs(tmp_path / "out")[0]
    place = tmp_path / "out" / "runs" / failed.run
    assert failed.status == "failed"
    assert [n["status"] for n in failed.notebooks] == ["failed", "ok", "ok"]
    assert sorted(p.name for p in place.iterdir()) == ["failed.html", "notebooks", "run.json"]
    assert told.read_text() == "failed bad: failed, cell 2: ValueError: no\n"
    assert capsys.readouterr().err == ""


def raising(error: Exception) -> Callable[..., Any]:
    def step(*_: object) -> Any:
        raise error

    return step


@pytest.mark.parametrize(
    ("step", "error", "kind", "said"),
    [
        ("measure", InputError("no article is left"), InputError, "^no article is left$"),
        ("measure", ZeroDivisionError("x"), JobError, "ZeroDivisionError: x; what is published"),
        ("write_site", OSError(28, "No space left on device"), JobError, "No space left on device"),
    ],
)
def test_other_steps_that_fail(
    tmp_path: Path, make: Make, step: str, error: Exception, kind: type[Exception], said: str
) -> None:
    study = write_study(tmp_path / "s")
    with pytest.raises(kind, match=said) as raised:
        make(study, only=("outlet",), **{step: raising(error)})
    assert "\n" not in str(raised.value)
    (run,) = publishing.all_runs(tmp_path / "out")
    assert run.status == "failed"
    assert not (tmp_path / "out" / "latest").exists()


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"parameters": ("m=1",)}, ParameterError, "every notebook: no parameter 'm'"),
        ({"parameters": ("n=x",)}, ParameterError, "'x' is not a whole number"),
        ({"only": ("overviw",)}, InputError, "no notebook 'overviw'"),
        ({"from_manifest": Path("nothing.json")}, InputError, "no such file"),
        ({"notebooks": Path("nowhere")}, InputError, "there are no notebooks"),
        ({"keep": 0}, InputError, "at least one"),
        ({"overlap": "push"}, InputError, "overlap"),
    ],
)
def test_wrong_calls_start_nothing(
    tmp_path: Path, make: Make, settings: dict[str, Any], error: type[Exception], said: str
) -> None:
    study = write_study(tmp_path / "s")
    with pytest.raises(error, match=said) as raised:
        make(study, measure=raising(AssertionError("it was measured")), **settings)
    assert raised.value.exit_code == 2
    assert publishing.all_runs(tmp_path / "out") == []


def test_a_study_that_is_missing(tmp_path: Path, make: Make) -> None:
    with pytest.raises(StudyError):
        make(tmp_path / "no.toml")


def test_a_required_parameter_that_nobody_gives(tmp_path: Path, make: Make) -> None:
    study = write_study(tmp_path / "s")
    write_notebook(study.parent / "notebooks" / "own.ipynb", "1", parameters="depth: int")
    with pytest.raises(ParameterError, match=r"depth has no default; give it with -p own\.depth=VALUE"):
        make(study, only=("own",))


def test_a_manifest_that_differs_is_told(tmp_path: Path, make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    study = write_study(tmp_path / "s")
    first = make(study, only=("outlet",))
    kept = tmp_path / "manifest.json"
    shutil.copy(first / "manifest.json", kept)
    (study.parent / "a.txt").write_text("Other\n\nText.\n")
    capsys.readouterr()
    report(
        study,
        out=tmp_path / "out",
        settings=ReportSettings(run=replace(QUICK, log="auto"), from_manifest=kept),
        measure=measure,
        write_site=write_site,
    )
    assert "not as in the manifest: Texts changed: a.txt" in capsys.readouterr().err
    kept.write_text('{"report": 1}')
    with pytest.raises(InputError, match="not the manifest of a published run"):
        make(study, from_manifest=kept)


def test_an_outlet_that_was_asked_for(tmp_path: Path, make: Make) -> None:
    place = make(write_study(tmp_path / "s"), only=("outlet",), parameters=("outlet=Kyodo",))
    assert [p.name for p in (place / "notebooks").iterdir()] == ["outlet.ipynb"]


def test_the_plan_of_a_run(tmp_path: Path) -> None:
    write_notebook(tmp_path / "a.ipynb", parameters="study: str = ''\nn: int = 1")
    write_notebook(tmp_path / "outlet.ipynb", parameters="outlet: str = ''\ntables: str = ''")
    books = find(tmp_path)
    jobs = plan(books, {"a": {"n": 2}}, given={"study": "s", "tables": "t"}, outlets=["A B", "A-B", "Ü"])
    assert [(job.output, dict(job.parameters)) for job in jobs] == [
        ("a", {"study": "s", "n": 2}),
        ("outlet-a-b", {"tables": "t", "outlet": "A B"}),
        ("outlet-a-b-2", {"tables": "t", "outlet": "A-B"}),
        ("outlet-u", {"tables": "t", "outlet": "Ü"}),
    ]
    with pytest.raises(InputError, match="no notebook 'b'"):
        find(tmp_path, only=["b"])
    write_notebook(tmp_path / "outlet-a.ipynb", parameters="outlet: str = ''")
    jobs = plan(find(tmp_path), {}, given={}, outlets=["B", "A B"])
    assert [job.output for job in jobs] == ["a", "outlet-a-b", "outlet-a-a-b", "outlet-b", "outlet-a-b-2"]


@pytest.mark.parametrize("text", ["", "../..", "\x00", "日本", "a" * 500, "CON", "-"])
def test_slugs_are_names_of_files(text: str) -> None:
    made = slug(text)
    assert made
    assert len(made) <= 60
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not made.startswith("-")


def test_a_measured_study_is_not_changed(tmp_path: Path, make: Make) -> None:
    kept: list[Measured] = []

    def once(study: Any) -> Measured:
        kept.append(measure(study))
        return kept[0]

    make(write_study(tmp_path / "s"), only=("outlet",), measure=once)
    assert kept[0].manifest == {"counts": {"articles": len(OUTLETS)}}
