"""Which notebooks a run consists of, and with which parameters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from analysis.errors import InputError
from analysis.notebooks.parameters import Value, declared
from analysis.notebooks.record import Job

__all__ = ["find", "plan", "slug"]

_OUTLET = "outlet"


def find(folder: Path, *, only: Sequence[str] = ()) -> dict[str, Path]:
    """Return the notebooks of a folder by name, in the order of their names.

    Parameters
    ----------
    folder
        Where the ``.ipynb`` files lie; not below it.
    only
        Names to keep; empty: all.

    Raises
    ------
    InputError
        Where there is none, or a name in `only` is not among them.
    """
    found = {path.stem: path for path in sorted(folder.glob("*.ipynb")) if not path.name.startswith(".")}
    if not found:
        raise InputError(f"{folder}: there are no notebooks")
    unknown = [name for name in only if name not in found]
    if unknown:
        raise InputError(f"no notebook {unknown[0]!r} in {folder}; there is {', '.join(found)}")
    return {name: path for name, path in found.items() if not only or name in only}


def plan(
    notebooks: Mapping[str, Path],
    values: Mapping[str, Mapping[str, Value]],
    *,
    given: Mapping[str, Value],
    outlets: Sequence[str],
) -> list[Job]:
    """Return the jobs of a run: each notebook once, and one that declares ``outlet`` once an outlet.

    Parameters
    ----------
    notebooks
        Files by name.
    values
        By notebook, what was asked for; it goes before `given`.
    given
        What every notebook gets that declares it.
    outlets
        In order. A notebook whose ``outlet`` is among its `values` runs for that one alone.
    """
    jobs = []
    taken = set(notebooks)
    for name, path in notebooks.items():
        names = declared(path)
        own = {k: v for k, v in given.items() if k in names} | dict(values.get(name, {}))
        if _OUTLET not in names or names[_OUTLET].kind != "str" or _OUTLET in own:
            jobs.append(Job(path, name, name, own))
            continue
        for outlet in outlets:
            output = base = f"{name}-{slug(outlet)}"
            number = 1
            while output in taken:
                number += 1
                output = f"{base}-{number}"
            taken.add(output)
            jobs.append(Job(path, name, output, own | {_OUTLET: outlet}))
    return jobs


def slug(text: str) -> str:
    """Return `text` as it may stand in a file name on any system.

    Examples
    --------
    >>> slug("Süddeutsche Zeitung (München)"), slug("../..")
    ('suddeutsche-zeitung-munchen', 'x')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-") or "x"
