"""The typed parameters cell: reading it, checking values, routing the command line."""

from __future__ import annotations

import contextlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runner_kit import write_notebook

from analysis.errors import ParameterError
from analysis.notebooks import check, declared, parse, route

CELL = """from datetime import date
# What to read.
study: str = "study.toml"
n: int = 5
share: float = 0.5
deep: bool = False
outlets: list[str] = ["Kyodo"]
since: date = date(2025, 1, 1)
loose = 7
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_notebook(tmp_path / "framing.ipynb", "1", parameters=CELL)


def test_what_a_cell_declares(book: Path) -> None:
    found = declared(book)
    assert {name: (p.kind, p.default, p.required) for name, p in found.items()} == {
        "study": ("str", "study.toml", False),
        "n": ("int", 5, False),
        "share": ("float", 0.5, False),
        "deep": ("bool", False, False),
        "outlets": ("list[str]", ["Kyodo"], False),
        "since": ("date", date(2025, 1, 1), False),
        "loose": ("int", 7, False),
    }


def test_reading_runs_nothing(tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    book = write_notebook(tmp_path / "a.ipynb", parameters=f"open({str(touched)!r}, 'w')\nx: str = open('y').read()")
    assert declared(book)["x"].default is None
    assert not touched.exists()


def test_a_notebook_without_the_cell_has_none(tmp_path: Path) -> None:
    assert declared(write_notebook(tmp_path / "a.ipynb", "x = 1")) == {}


@pytest.mark.parametrize(
    ("values", "typed"),
    [
        ({}, {}),
        ({"share": 1}, {"share": 1.0}),
        ({"n": 2, "study": "s"}, {"study": "s", "n": 2}),
        ({"since": "2025-02-28"}, {"since": date(2025, 2, 28)}),
        ({"outlets": ("a", "b")}, {"outlets": ["a", "b"]}),
    ],
)
def test_values_that_fit(book: Path, values: dict[str, Any], typed: dict[str, Any]) -> None:
    checked = check(book, values)
    assert checked == typed
    assert list(checked) == list(typed)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"outlet": "a"}, "did you mean 'outlets'"),
        ({"zzzzzz": 1}, "there is study, n, share"),
        ({"n": "5"}, "'5' is not a whole number"),
        ({"n": True}, "True is not a whole number"),
        ({"n": 5.0}, "5.0 is not a whole number"),
        ({"share": float("nan")}, "nan is not a number"),
        ({"deep": 1}, "1 is not true or false"),
        ({"study": None}, "None is not a text"),
        ({"outlets": "a"}, "'a' is not a list"),
        ({"outlets": [1]}, "is not a list"),
        ({"since": "2025-02-30"}, "is not a date"),
        ({"since": "tomorrow"}, "is not a date"),
    ],
)
def test_values_that_do_not(book: Path, values: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError) as raised:
        check(book, values)
    assert said in str(raised.value)
    assert "framing" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert raised.value.exit_code == 2


def test_a_missing_value(tmp_path: Path) -> None:
    book = write_notebook(tmp_path / "one.ipynb", parameters="outlet: str\nn: int = 1")
    with pytest.raises(ParameterError, match=r"parameter outlet has no default; give it with -p one\.outlet=VALUE"):
        check(book, {"n": 2})
    assert check(book, {"outlet": "Kyodo"}) == {"outlet": "Kyodo"}


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("x: dict = {}", "annotation dict; a parameter is one of str, int"),
        ("x: int = 'a'", "'a' is not a whole number"),
        ("x = f()", "annotate it"),
        ("x: int = (", "not Python"),
        ("since: date = '2025-13-01'", "is not a date"),
    ],
)
def test_a_cell_that_is_wrong(tmp_path: Path, cell: str, said: str) -> None:
    book = write_notebook(tmp_path / "a.ipynb", parameters=cell)
    with pytest.raises(ParameterError, match=r"a\.ipynb") as raised:
        declared(book)
    assert said in str(raised.value)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3}', "\x00\xff", '{"cells": [3]}'])
def test_a_file_that_is_no_notebook(tmp_path: Path, text: str) -> None:
    book = tmp_path / "a.ipynb"
    book.write_text(text, "latin-1")
    with pytest.raises(ParameterError, match="not a notebook"):
        declared(book)


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="no such notebook"):
        check(tmp_path / "a.ipynb", {})


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("", "str", ""),
        (" a=b ", "str", " a=b "),
        ("-3", "int", -3),
        ("1e3", "float", 1000.0),
        (".5", "float", 0.5),
        ("Yes", "bool", True),
        ("0", "bool", False),
        ("", "list[str]", []),
        ("a, b ,", "list[str]", ["a", "b"]),
        ('["a, b"]', "list[str]", ["a, b"]),
        ("2024-02-29", "date", date(2024, 2, 29)),
    ],
)
def test_values_from_the_command_line(text: str, kind: str, value: Any) -> None:
    assert parse(text, kind) == value
    assert type(parse(text, kind)) is type(value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("1.0", "int"), ("１", "int"), ("1_0", "int"), ("", "int"), ("inf", "float"), ("nan", "float"), ("1e999", "float"),
     ("ja", "bool"), ("[1]", "list[str]"), ("[", "list[str]"), ("2023-02-29", "date"), ("20250101", "date")],
)  # fmt: skip
def test_texts_that_are_no_value(text: str, kind: str) -> None:
    with pytest.raises(ParameterError):
        parse(text, kind)


@given(st.text(), st.sampled_from(["str", "int", "float", "bool", "list[str]", "date"]))
def test_any_text_is_a_value_or_one_clear_line(text: str, kind: str) -> None:
    said = ""
    try:
        parse(text, kind, place="-p x")
    except ParameterError as error:
        said = str(error)
    assert said.startswith("-p x: " if said else "")
    assert "\n" not in said


@pytest.fixture
def books(tmp_path: Path) -> dict[str, Path]:
    return {
        "framing": write_notebook(tmp_path / "framing.ipynb", parameters="n: int = 1\nmethod: str = ''"),
        "voices": write_notebook(tmp_path / "voices.ipynb", parameters="n: float = 1.0"),
    }


def test_routing(books: dict[str, Path]) -> None:
    assert route([], books) == {"framing": {}, "voices": {}}
    assert route(["n=2", "voices.n=3", "method=a=b"], books) == {
        "framing": {"n": 2, "method": "a=b"},
        "voices": {"n": 3.0},
    }


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("n", "not of the form"),
        ("=1", "not of the form"),
        ("m=1", "every notebook: no parameter 'm'"),
        ("methd=1", "did you mean 'method'"),
        ("voices.method=1", "notebook voices: no parameter 'method'"),
        ("framming.n=1", "did you mean 'framing'"),
        ("n=x", "notebook framing: 'x' is not a whole number"),
        ("voices.n=x", "'x' is not a number"),
    ],
)
def test_what_cannot_be_routed(books: dict[str, Path], assignment: str, said: str) -> None:
    with pytest.raises(ParameterError) as raised:
        route([assignment], books)
    assert said in str(raised.value)
    assert assignment.partition("=")[0] in str(raised.value)


@given(st.dictionaries(st.text(), st.one_of(st.none(), st.integers(), st.text(), st.floats(), st.booleans())))
def test_check_raises_nothing_else(tmp_path_factory: pytest.TempPathFactory, values: dict[str, Any]) -> None:
    folder = tmp_path_factory.getbasetemp() / "any"
    book = folder / "a.ipynb"
    if not book.exists():
        write_notebook(book, parameters=CELL)
    with contextlib.suppress(ParameterError):
        json.dumps(check(book, values), default=str)
