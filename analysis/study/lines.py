"""Where in a TOML file a key stands: the standard parser does not tell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.errors import StudyError

__all__ = ["Place", "locate", "read_toml"]

Place = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


def read_toml(path: Path) -> tuple[dict[str, Any], Mapping[Place, int]]:
    """Return what the TOML file at `path` holds, and the line of each table and key.

    Raises
    ------
    StudyError
        Where the file is missing, is not UTF-8, or is not TOML.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise StudyError(
            "no such file; give the path of a study file, or write one with `nutgraf new DIR`", path=path
        ) from error
    except IsADirectoryError as error:
        raise StudyError("is a folder; give the study.toml in it", path=path) from error
    except OSError as error:
        raise StudyError(f"cannot be read: {error.strerror}", path=path) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise StudyError("is not UTF-8; save it as UTF-8", path=path, line=line) from error
    try:
        return tomllib.loads(text), locate(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        message = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise StudyError(f"is not valid TOML: {message}", path=path, line=int(found[1]) if found else None) from error


def locate(text: str) -> Mapping[Place, int]:
    r"""Return the line, counted from 1, of each table header and key in valid TOML.

    Examples
    --------
    >>> locate('[study]\ntitle = "A"\n[[target]]\nname = "b"')[("target", 0, "name")]
    4
    """
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    inside = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if inside:
            inside = "" if inside in line else inside
            continue
        header = _HEADER.match(line)
        if header:
            table = _enter(_parts(header[2]), header[1] == "[[", counts)
            lines.setdefault(table, number)
            continue
        key = _KEY.match(line)
        if key:
            lines.setdefault((*table, *_parts(key[1])), number)
            value = line[key.end() :]
            for mark in ('"""', "'''"):
                if value.count(mark) == 1:
                    inside = mark
    return lines


def _parts(dotted: str) -> Place:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _enter(parts: Place, is_array: bool, counts: dict[Place, int]) -> Place:
    place: Place = ()
    for part in parts[:-1]:
        place = (*place, part)
        if place in counts:
            place = (*place, counts[place])
    place = (*place, parts[-1])
    if not is_array:
        return place
    counts[place] = counts.get(place, -1) + 1
    return (*place, counts[place])
