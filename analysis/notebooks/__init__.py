"""Parameterized notebooks, run by papermill in forked kernels, with a truthful record of each.

Importing this package is cheap; papermill and the rest come with the first run.
"""

from analysis.notebooks.kernels import ForkServer
from analysis.notebooks.parameters import Parameter, Value, check, declared, parse, route
from analysis.notebooks.places import folder, written
from analysis.notebooks.progress import Progress
from analysis.notebooks.record import STATUSES, Job, Record, RunError, RunSettings, plain_lines
from analysis.notebooks.runner import run
from analysis.notebooks.secret import secret

__all__ = [
    "STATUSES",
    "ForkServer",
    "Job",
    "Parameter",
    "Progress",
    "Record",
    "RunError",
    "RunSettings",
    "Value",
    "check",
    "declared",
    "folder",
    "parse",
    "plain_lines",
    "route",
    "run",
    "secret",
    "written",
]
