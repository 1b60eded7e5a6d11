"""The notebooks are thin, typed, clean, and run from top to bottom."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pages_fixture
import pytest

import analysis
from analysis.notebooks.parameters import declared
from analysis.notebooks.tidy import prepare
from analysis.reports.render import sanitised

FOLDER = Path(__file__).parent.parent / "notebooks"
NAMES = ("framing", "outlet", "outlets", "overview", "sentiment", "validation", "voices")
LOOPS = (
    ast.For,
    ast.While,
    ast.AsyncFor,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.Try,
    ast.With,
)


def read(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.ipynb").read_text("utf-8"))


def code(name: str) -> list[dict[str, Any]]:
    return [c for c in read(name)["cells"] if c["cell_type"] == "code"]


def test_the_notebooks_are_those_of_the_design() -> None:
    assert sorted(p.stem for p in FOLDER.glob("*.ipynb")) == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_no_output_is_stored(name: str) -> None:
    notebook = read(name)
    assert all(c["outputs"] == [] and c["execution_count"] is None for c in code(name))
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert len({c["id"] for c in notebook["cells"]}) == len(notebook["cells"])


@pytest.mark.parametrize("name", NAMES)
def test_only_calls_stand_in_the_cells(name: str) -> None:
    for cell in code(name):
        tree = ast.parse("".join(cell["source"]))
        assert not [type(n).__name__ for n in ast.walk(tree) if isinstance(n, LOOPS)]
    imports = [c for c in code(name) if "import" in "".join(c["source"]).split()]
    assert ["".join(c["source"]) for c in imports] == ["import analysis as ng"]


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_tagged_and_typed(name: str) -> None:
    tagged = [c for c in code(name) if "parameters" in c["metadata"].get("tags", ())]
    assert len(tagged) == 1
    assert tagged[0] is not None
    assert code(name)[0]["metadata"]["tags"] == ["parameters"]
    found = {p.name: (p.kind, p.default) for p in declared(FOLDER / f"{name}.ipynb").values()}
    expected = {"study": ("str", "../seeds/study.toml"), "tables": ("str", "")}
    if name == "outlet":
        expected["outlet"] = ("str", "Bloomberg")
    assert found == expected


def test_what_is_for_a_person_alone_is_left_out_of_reports() -> None:
    explored = [c["id"] for c in code("overview") if "ng.explore" in "".join(c["source"])]
    assert explored == ["overview-18"]
    left = {cell.id for cell in prepare(FOLDER / "overview.ipynb").cells}
    assert not left & {"overview-17", "overview-18"}
    assert {c["id"] for c in read("overview")["cells"]} - left == {"overview-17", "overview-18"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("corpus", ["seeds", "hostile"])
def test_it_runs_from_top_to_bottom(name: str, corpus: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "load", lambda study, tables: getattr(pages_fixture, corpus)(), raising=False)
    namespace: dict[str, Any] = {}
    shown = []
    # A widget has no HTML of its own; it is tested in a real JupyterLab.
    for cell in [c for c in code(name) if "lab-only" not in c["metadata"].get("tags", ())]:
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), namespace)
        if last is not None:
            shown.append(eval(compile(ast.Expression(last.value), name, "eval"), namespace))
    assert shown
    for value in shown:
        html = value._repr_html_()
        assert "<script" not in html
        assert "onerror=" not in html.replace("&", "") or "&lt;img" in html
        # What we write is within what the page of a notebook lets through: nothing of it is lost.
        assert sanitised(html).count("<td") == html.count("<td")
        assert repr(value)
