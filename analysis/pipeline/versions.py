"""Versions of what measures are made with: this package's parts, and installed packages."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from analysis import store

__all__ = ["code_of", "package_version"]

_ROOT = Path(__file__).parent.parent
_CODE = (".py", ".toml", ".json", ".onnx", ".txt", ".gz", ".csv", ".mplstyle", ".css", ".html", ".j2")


@cache
def code_of(room: str) -> str:
    """Return a hash of a module of this package, or of all files of a subpackage: code and data.

    Parameters
    ----------
    room
        Its path below the package (``sentiment``, ``pipeline/steps.py``); empty for the whole package.
    """
    place = _ROOT / room
    files = [place] if place.is_file() else sorted(place.rglob("*"))
    parts: list[str | bytes] = []
    for path in files:
        if path.suffix in _CODE and path.is_file() and "__pycache__" not in path.parts:
            parts.append(path.relative_to(_ROOT).as_posix())
            parts.append(hashlib.sha256(path.read_bytes()).digest())
    if not parts:
        raise FileNotFoundError(place)
    return store.fingerprint(parts)


@cache
def package_version(package: str) -> str:
    """Return the version of an installed package, or `not installed`.

    Examples
    --------
    >>> package_version("no-such-package")
    'not installed'
    """
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
