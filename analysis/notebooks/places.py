"""Where notebooks come from, and what they are as text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.study import Study

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["folder", "written"]

_PACKAGE = Path(__file__).resolve().parent.parent


def folder(study: Study) -> Path:
    """Return the folder of a study's notebooks: its own where it has one, else those that come with nutgraf."""
    own = study.folder / "notebooks"
    if own.is_dir() and any(own.glob("*.ipynb")):
        return own
    shipped = _PACKAGE / "shipped" / "notebooks"
    return shipped if shipped.is_dir() else _PACKAGE.parent / "notebooks"


def written(notebook: NotebookNode) -> str:
    """Return a notebook as the text of its file; the same notebook, the same text."""
    from analysis.notebooks.engine import formats

    text: str = formats().writes(notebook, version=4)
    return text if text.endswith("\n") else text + "\n"
