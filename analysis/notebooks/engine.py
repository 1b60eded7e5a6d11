"""papermill, and everything this package knows of it, in one place.

papermill puts the parameters into the notebook and hands it to an engine. The engine here runs the cells
in a forked kernel and tells the truth about it by raising; papermill's own marks (it calls cells completed
after a kernel's death or a timeout, and takes ``sys.exit()`` for success) are thrown away.
"""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from analysis.notebooks.parameters import Value

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["execute", "formats"]

_ENGINE = "nutgraf"


def execute(notebook: NotebookNode, parameters: Mapping[str, Value], run_cells: Callable[[NotebookNode], None]) -> None:
    """Have papermill put `parameters` into a copy of `notebook` and give it to `run_cells`.

    Raises
    ------
    Exception
        Whatever `run_cells` raises, unchanged.
    """
    papermill = _papermill()
    papermill.execute_notebook(
        notebook,
        None,
        parameters={name: _Date(value) if isinstance(value, date) else value for name, value in parameters.items()},
        engine_name=_ENGINE,
        kernel_name=_ENGINE,
        language="python",
        progress_bar=False,
        run_cells=run_cells,
    )


class _Date(str):
    """A date on its way through papermill, which keeps what it is given as JSON."""

    __slots__ = ()


@cache
def formats() -> ModuleType:
    """Return nbformat, imported without a second and a half of what it does not need."""
    with _lean():
        import nbformat
    return nbformat  # type: ignore[no-any-return,unused-ignore]


@cache
def _papermill() -> ModuleType:
    """Return papermill with this module's engine and translator registered."""
    with _lean():
        import papermill
        from papermill.engines import Engine, papermill_engines
        from papermill.translators import PythonTranslator, papermill_translators

    class ForkedEngine(Engine):  # type: ignore[misc]
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> None:
            kwargs["run_cells"](nb_man.nb)

    class Literals(PythonTranslator):  # type: ignore[misc]
        """Values as Python writes them; papermill's own escapes every letter that is not ASCII and has no dates."""

        @classmethod
        def translate(cls, val: Any) -> str:
            return f"date.fromisoformat({val!r})" if isinstance(val, _Date) else repr(val)

        @classmethod
        def codify(cls, parameters: Mapping[str, Any], comment: str = "Parameters") -> str:
            # Not PythonTranslator's: that one formats with black where it happens to be installed.
            written: str = super(PythonTranslator, cls).codify(parameters, comment)
            return written.rstrip("\n")

    papermill_engines.register(_ENGINE, ForkedEngine)
    papermill_translators.register(_ENGINE, Literals)
    # Else Python prints their warnings to standard error, for what the record already says.
    for name in ("papermill", "traitlets", "nbclient"):
        logging.getLogger(name).addHandler(logging.NullHandler())
    return papermill  # type: ignore[no-any-return]


@contextlib.contextmanager
def _lean() -> Iterator[None]:
    """Import without engines that others registered with papermill, and without a checker of URI syntax.

    papermill imports every registered engine (ploomber-engine takes seconds). jsonschema imports
    rfc3987_syntax where it is installed, to check values in a format that no notebook has; building its
    grammar takes 1.4 s.
    """
    hidden = "rfc3987_syntax"
    absent = hidden not in sys.modules
    if absent:
        sys.modules[hidden] = None  # type: ignore[assignment]
    entrypoints: Any = None
    with contextlib.suppress(ImportError):
        import entrypoints  # type: ignore[import-untyped,no-redef,unused-ignore]
    found = getattr(entrypoints, "get_group_all", None)
    if found is not None:
        entrypoints.get_group_all = lambda *_, **__: []
    try:
        yield
    finally:
        if absent:
            sys.modules.pop(hidden, None)
        if found is not None:
            entrypoints.get_group_all = found
