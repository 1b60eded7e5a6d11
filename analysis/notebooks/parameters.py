"""The typed `parameters` cell of a notebook: what it declares, and whether given values fit it.

A notebook declares its parameters in the cell tagged ``parameters``, one annotated name a line::

    study: str = "../seeds/study.toml"
    minimum: int = 5
    outlets: list[str] = []
    since: date = date(2025, 1, 1)
    outlet: str                          # no default: a value must be given

The cell is read as a syntax tree and never run, so values are checked before any kernel starts.
"""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeAlias

from analysis.errors import ParameterError

__all__ = ["KINDS", "Parameter", "Value", "check", "declared", "parse", "route"]

Value: TypeAlias = str | int | float | bool | date | list[str]

KINDS = ("str", "int", "float", "bool", "list[str]", "date")
_NAMES = {"str": "a text", "int": "a whole number", "float": "a number", "bool": "true or false"} | {
    "list[str]": "a list of texts",
    "date": "a date as YYYY-MM-DD",
}
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One declared parameter.

    Attributes
    ----------
    name
        As the notebook's code uses it.
    kind
        One of `KINDS`.
    default
        The value in the cell; None where it has none, or where it is not a literal.
    required
        Whether a value must be given, because the cell has none.
    """

    name: str
    kind: str
    default: Value | None = None
    required: bool = False


def declared(notebook: Path) -> dict[str, Parameter]:
    """Return the parameters that a notebook declares, by name, in the order of its cell.

    Raises
    ------
    ParameterError
        Where the file is not a notebook, its cell is not Python, an annotation is not one of `KINDS`,
        or a default does not fit its annotation.
    """
    source = _cell(notebook)
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        raise ParameterError(f"{notebook}: the parameters cell is not Python: {error}") from error
    found: dict[str, Parameter] = {}
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name, annotation, value = node.target.id, ast.unparse(node.annotation), node.value
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name, annotation, value = node.targets[0].id, "", node.value
        else:
            continue
        found[name] = _parameter(f"{notebook}: parameter {name}", name, annotation, value)
    return found


def check(notebook: Path, values: Mapping[str, Any]) -> dict[str, Value]:
    """Return `values` as the types that the notebook declares, in the order of its cell.

    Parameters
    ----------
    notebook
        The notebook file.
    values
        Typed values by name; a date may be given as text (``2025-01-31``), a whole number for a number.

    Raises
    ------
    ParameterError
        Where a name is not declared, a value is of another type, or one that has no default is missing.
    """
    names = declared(notebook)
    for name in values:
        if name not in names:
            raise ParameterError(f"notebook {notebook.stem}: {_unknown(name, list(names))}")
    missing = [name for name, parameter in names.items() if parameter.required and name not in values]
    if missing:
        raise ParameterError(
            f"notebook {notebook.stem}: parameter {missing[0]} has no default; give it with"
            f" -p {notebook.stem}.{missing[0]}=VALUE ({_NAMES[names[missing[0]].kind]})"
        )
    place = f"notebook {notebook.stem}: parameter "
    return {name: _typed(place + name, names[name].kind, values[name]) for name in names if name in values}


def parse(text: str, kind: str, *, place: str = "value") -> Value:
    """Read a value of `kind` from the command line.

    A list is given as JSON or separated by commas; a flag as true, false, yes, no, 1 or 0.

    Examples
    --------
    >>> parse("Kyodo, Reuters", "list[str]")
    ['Kyodo', 'Reuters']
    >>> parse("2.5", "int", place="parameter minimum")
    Traceback (most recent call last):
    ...
    analysis.errors.ParameterError: parameter minimum: '2.5' is not a whole number
    """
    value: Any = _MISSING
    stripped = text.strip()
    if kind == "str":
        value = text
    elif kind == "int" and re.fullmatch(r"[+-]?[0-9]{1,18}", stripped):
        value = int(stripped)
    elif kind == "float" and re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", stripped):
        value = float(stripped)
    elif kind == "bool":
        value = _WORDS.get(stripped.lower(), _MISSING)
    elif kind == "list[str]":
        value = _listed(stripped)
    elif kind == "date":
        value = stripped
    if value is _MISSING:
        raise ParameterError(f"{place}: {text!r} is not {_NAMES[kind]}")
    return _typed(place, kind, value)


def route(assignments: Sequence[str], notebooks: Mapping[str, Path]) -> dict[str, dict[str, Value]]:
    """Give each ``NAME=VALUE`` to every notebook that declares NAME, each ``NOTEBOOK.NAME=VALUE`` to that one.

    Parameters
    ----------
    assignments
        As written after ``-p``; a later one overrides an earlier one.
    notebooks
        Notebook files by name.

    Returns
    -------
    dict
        For every notebook the values given to it, parsed as it declares them.

    Raises
    ------
    ParameterError
        Where an assignment has no ``=``, no notebook has the name, or a value does not fit.
    """
    names = {notebook: declared(path) for notebook, path in notebooks.items()}
    routed: dict[str, dict[str, Value]] = {notebook: {} for notebook in notebooks}
    for assignment in assignments:
        left, equals, text = assignment.partition("=")
        only, dot, name = left.strip().rpartition(".")
        if not equals or not name:
            raise ParameterError(f"-p {assignment}: not of the form NAME=VALUE or NOTEBOOK.NAME=VALUE")
        if dot and only not in names:
            raise ParameterError(f"-p {assignment}: {_unknown(only, list(names), what='notebook')}")
        takers = [n for n in names if name in names[n] and (not dot or n == only)]
        if not takers:
            known = list(names[only]) if dot else sorted({n for each in names.values() for n in each})
            where = f"notebook {only}" if dot else "every notebook"
            raise ParameterError(f"-p {assignment}: {where}: {_unknown(name, known)}")
        for notebook in takers:
            place = f"-p {left.strip()}: notebook {notebook}"
            routed[notebook][name] = parse(text, names[notebook][name].kind, place=place)
    return routed


def _cell(notebook: Path) -> str:
    """Return the source of the first cell tagged `parameters`, or nothing."""
    try:
        stored = json.loads(notebook.read_text("utf-8"))
        cells = stored["cells"]
        for cell in cells:
            if cell.get("cell_type") == "code" and "parameters" in cell.get("metadata", {}).get("tags", []):
                source = cell.get("source", "")
                return source if isinstance(source, str) else "".join(source)
    except FileNotFoundError as error:
        raise ParameterError(f"{notebook}: no such notebook") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ParameterError(f"{notebook}: not a notebook of format 4: {error}") from error
    return ""


def _parameter(place: str, name: str, annotation: str, value: ast.expr | None) -> Parameter:
    default = None if value is None else _literal(value)
    kind = annotation.strip("'\"").replace(" ", "").replace("List", "list").replace("datetime.date", "date")
    if not annotation:
        kind = _kind(default)
    if kind not in KINDS:
        said = f"annotation {annotation}" if annotation else "its type cannot be told from its value; annotate it"
        raise ParameterError(f"{place}: {said}; a parameter is one of {', '.join(KINDS)}")
    if default is not None:
        default = _typed(place, kind, default)
    return Parameter(name, kind, default, required=value is None)


def _literal(node: ast.expr) -> Any:
    """Return the value of a literal or of a plain date, None for anything that would have to be run."""
    if isinstance(node, ast.Call) and not node.keywords:
        called, arguments = ast.unparse(node.func), [_literal(argument) for argument in node.args]
        try:
            if called in ("date", "datetime.date"):
                return date(*arguments)
            if called in ("date.fromisoformat", "datetime.date.fromisoformat"):
                return date.fromisoformat(*arguments)
        except (TypeError, ValueError):
            return None
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError):
        return None


def _kind(value: Any) -> str:
    for kind, of in (("bool", bool), ("int", int), ("float", float), ("str", str), ("date", date), ("list[str]", list)):
        if isinstance(value, of):
            return kind
    return ""


def _typed(place: str, kind: str, value: Any) -> Value:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "str" and isinstance(value, str):
        return value
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind == "int" and number and isinstance(value, int):
        return value
    if kind == "float" and number and math.isfinite(value):
        return float(value)
    if kind == "list[str]" and isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return list(value)
    if kind == "date":
        if isinstance(value, date):
            return date(value.year, value.month, value.day)
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
    raise ParameterError(f"{place}: {value!r} is not {_NAMES[kind]}")


def _listed(text: str) -> Any:
    if text.startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            return _MISSING
    return [item.strip() for item in text.split(",") if item.strip()]


def _unknown(name: str, known: list[str], *, what: str = "parameter") -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    if near:
        return f"no {what} {name!r}; did you mean {near[0]!r}?"
    return f"no {what} {name!r}; there is {', '.join(known) or 'none'}"
