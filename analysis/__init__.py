"""nutgraf: how different news outlets cover one dispute.

The names below are the public ones. They are loaded when they are first used, so that the import costs little.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "Measured": "analysis.pipeline",
    "Study": "analysis.study",
    "explore": "analysis.explore",
    "load": "analysis.pipeline",
    "measure": "analysis.pipeline",
    "read_study": "analysis.study",
    "report": "analysis.reports",
}
_ROOMS = (
    "comparison",
    "display",
    "errors",
    "evaluation",
    "figures",
    "framing",
    "quotes",
    "readability",
    "reuse",
    "schema",
    "sentiment",
    "tables",
)

__all__ = ["__version__", *sorted(_HOMES), *_ROOMS]  # noqa: PLE0604

if TYPE_CHECKING:
    from analysis.explore import explore as explore
    from analysis.pipeline import Measured as Measured
    from analysis.pipeline import load as load
    from analysis.pipeline import measure as measure
    from analysis.reports import report as report
    from analysis.study import Study as Study
    from analysis.study import read_study as read_study


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        # Kept here, since a submodule of the same name (explore) takes the name's place once it is imported.
        value = globals()[name] = getattr(import_module(_HOMES[name]), name)
        return value
    if name in _ROOMS:
        return import_module(f"analysis.{name}")
    raise AttributeError(f"module 'analysis' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
