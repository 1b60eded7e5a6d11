"""Notebooks without anything that differs between two runs of the same inputs: ids, timings, machine paths."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import InputError

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["prepare", "scrub", "tidy"]

_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
_VOLATILE_CELL = ("papermill", "execution", "ExecuteTime", "collapsed", "scrolled", "trusted")
_VOLATILE_NOTEBOOK = ("papermill", "widgets", "signature", "kernelspec", "language_info")
_WIDGETS = ("application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json")
# What an earlier run put in, and what is for a person in JupyterLab alone.
_LEFT_OUT = frozenset({"injected-parameters", "lab-only"})
_ERROR_MARK = "papermill-error-cell-tag"
_ADDRESS = re.compile(r"(?<= at )0x[0-9a-fA-F]{6,}")
_CELL_FILE = re.compile(r"(?:/[^\s:'\"<>]*)?/ipykernel_\d+/\d+\.py")


def prepare(path: Path) -> NotebookNode:
    """Read a notebook for a run: format 4.5, no outputs, an id on every cell that depends on nothing but the file.

    Cells tagged ``lab-only`` (a widget needs a person) are left out.

    Raises
    ------
    InputError
        Where the file is not a notebook.
    """
    from analysis.notebooks.engine import formats

    nbformat = formats()
    try:
        stored = json.loads(path.read_text("utf-8"))
        for index, cell in enumerate(stored["cells"]):
            cell.setdefault("id", f"cell-{index:03d}")
            cell.setdefault("metadata", {})
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = [], None
        stored["nbformat"], stored["nbformat_minor"] = 4, max(5, int(stored.get("nbformat_minor", 0)))
        stored["cells"] = [c for c in stored["cells"] if _LEFT_OUT.isdisjoint(c["metadata"].get("tags", []))]
        notebook = nbformat.from_dict(stored)
        for cell in notebook.cells:
            cell["source"] = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        nbformat.validate(notebook)
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such notebook") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"{path}: not a notebook of format 4: {reason}") from error
    made: NotebookNode = notebook
    return made


def tidy(notebook: NotebookNode, *, replace: Mapping[str, str]) -> NotebookNode:
    """Return `notebook` without papermill's metadata, timings, random ids, widget state and machine paths.

    Parameters
    ----------
    notebook
        As executed; it is not changed.
    replace
        Texts (paths, secrets) and what stands for them in outputs.
    """
    from analysis.notebooks.engine import formats

    cells = []
    for cell in notebook.cells:
        tags = list(cell.metadata.get("tags", []))
        if _ERROR_MARK in tags:
            continue
        kept: dict[str, Any] = {k: v for k, v in cell.items() if k not in ("metadata", "outputs")}
        kept["metadata"] = {k: v for k, v in cell.metadata.items() if k not in _VOLATILE_CELL and (k != "tags" or v)}
        if "injected-parameters" in tags:
            kept["id"] = "injected-parameters"
        if "outputs" in cell:
            kept["outputs"] = [_output(output, replace) for output in cell.outputs]
        cells.append(kept)
    metadata = {k: v for k, v in notebook.metadata.items() if k not in _VOLATILE_NOTEBOOK}
    metadata |= {"kernelspec": dict(_KERNEL), "language_info": {"name": "python"}}
    made: NotebookNode = formats().from_dict({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})
    return made


def scrub(text: str, replace: Mapping[str, str]) -> str:
    """Return `text` with what `replace` names replaced, and without memory addresses and kernels' cell files.

    Examples
    --------
    >>> scrub("/tmp/x/a.py: <C object at 0x7f10a0b0c0d0>", {"/tmp/x": "."})
    './a.py: <C object at 0x…>'
    """
    for old, new in replace.items():
        text = text.replace(old, new)
    text = text.encode("utf-8", "replace").decode("utf-8")  # half a letter (a lone surrogate) cannot be written
    return _CELL_FILE.sub("<cell>", _ADDRESS.sub("0x…", text))


def _output(output: Mapping[str, Any], replace: Mapping[str, str]) -> dict[str, Any]:
    made = dict(output)
    if "data" in made:
        made["data"] = {m: _clean(m, v, replace) for m, v in sorted(made["data"].items()) if m not in _WIDGETS}
    if "text" in made:
        made["text"] = scrub(_joined(made["text"]), replace)
    if made.get("output_type") == "error":
        made["evalue"] = scrub(str(made.get("evalue", "")), replace)
        made["traceback"] = [scrub(line, replace) for line in made.get("traceback", [])]
    made.pop("transient", None)
    return made


def _clean(mime: str, value: Any, replace: Mapping[str, str]) -> Any:
    if mime.startswith("image/") and mime != "image/svg+xml":
        return value
    if isinstance(value, str) or (isinstance(value, list) and all(isinstance(line, str) for line in value)):
        return scrub(_joined(value), replace)
    if isinstance(value, Mapping):
        return {key: _clean("", item, replace) for key, item in value.items()}
    return [_clean("", item, replace) for item in value] if isinstance(value, list) else value


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)
