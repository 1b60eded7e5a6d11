"""What is asked of the runner, and its truthful answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import NotebookError
from analysis.notebooks.parameters import Value

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["STATUSES", "Job", "Record", "RunError", "RunSettings", "plain_lines"]

STATUSES = ("ok", "failed", "timed out", "killed", "kernel died")

PRELOAD = (
    "pandas",
    "pyarrow.parquet",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "pyarrow.dataset",
    "analysis.comparison",
    "analysis.evaluation",
    "analysis.figures",
    "analysis.pipeline",
    "analysis.tables",
)

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_]|[()][A-Z0-9])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LINES, _WIDTH = 12, 300


class RunError(NotebookError):
    """At least one notebook of a run did not end well; its record says which and where."""


@dataclass(frozen=True, slots=True)
class Job:
    """One run of one notebook.

    Attributes
    ----------
    notebook
        The file.
    name
        The notebook's name, by which parameters are given to it.
    output
        Name of the page it becomes; unique within a run.
    parameters
        Typed values, as `parameters.check` returns them.
    """

    notebook: Path
    name: str
    output: str
    parameters: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How notebooks are run.

    Attributes
    ----------
    jobs
        Notebooks that run at the same time.
    timeout
        Seconds that one notebook may take; None: no limit.
    deadline
        Seconds that all of them may take together; None: no limit.
    start_timeout
        Seconds until a kernel must answer.
    attempts
        How often a kernel that does not start is tried. A notebook that failed is never run again.
    folder
        Working folder of the kernels; None: one of their own that is removed afterwards.
    log
        ``auto``: a bar on a terminal and a line a notebook elsewhere; ``json``: JSON lines; ``quiet``: nothing.
    hide
        Paths that must not stand in an executed notebook, and what stands for them.
    preload
        Modules that the process which kernels are forked from imports before the first of them.
    """

    jobs: int = 2
    timeout: float | None = 600.0
    deadline: float | None = None
    start_timeout: float = 60.0
    attempts: int = 3
    folder: Path | None = None
    log: str = "auto"
    hide: Mapping[str, str] = field(default_factory=dict)
    preload: tuple[str, ...] = PRELOAD


@dataclass(frozen=True, slots=True)
class Record:
    """What truly happened to a job.

    Attributes
    ----------
    name
        The job's output name.
    status
        One of `STATUSES`.
    cell
        Cell of the notebook file, counted from 1, that did not end; None where all did or none began.
    error
        The last lines of the traceback or the reason, without terminal codes.
    duration
        Seconds, all attempts together.
    attempts
        How many kernels were started for it.
    notebook
        The executed notebook, also where it failed; None where it did not begin.
    """

    name: str
    status: str
    cell: int | None = None
    error: tuple[str, ...] = ()
    duration: float = 0.0
    attempts: int = 1
    notebook: NotebookNode | None = field(default=None, repr=False, compare=False)

    @property
    def summary(self) -> str:
        """The record in one line."""
        place = f", cell {self.cell}" if self.cell else ""
        reason = f": {self.error[-1]}" if self.error else ""
        return f"{self.name}: {self.status}{place}{reason}" if self.status != "ok" else f"{self.name}: ok"

    def as_dict(self) -> dict[str, Any]:
        """Return it for run.json: everything but the notebook."""
        return {
            "name": self.name,
            "status": self.status,
            "cell": self.cell,
            "error": list(self.error),
            "seconds": round(self.duration, 3),
            "attempts": self.attempts,
        }


def plain_lines(text: str, *, lines: int = _LINES) -> tuple[str, ...]:
    r"""Return the last `lines` of `text` that are not empty, without terminal codes and control characters.

    Examples
    --------
    >>> plain_lines("a\n\x1b[31mValueError\x1b[0m: b\n")
    ('a', 'ValueError: b')
    """
    bare = _CONTROLS.sub("", _ESCAPES.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    kept = [line.rstrip()[:_WIDTH] for line in bare.split("\n") if line.strip()]
    return tuple(kept[-lines:])
