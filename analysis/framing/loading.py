"""Codebooks by name or file, and what each one's measures depend on."""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from os import PathLike
from pathlib import Path

from analysis.errors import StudyError
from analysis.framing.codebook import Codebook
from analysis.framing.parse import attach, parse_codebook
from analysis.framing.plain import codebook_to_data, load

__all__ = ["fingerprint", "load_codebook", "shipped_codebooks"]


def shipped_codebooks() -> list[str]:
    """List the names of the codebooks that come with the package.

    Examples
    --------
    >>> shipped_codebooks()
    ['generic', 'policy']
    """
    folder = resources.files("analysis") / "codebooks"
    names = (entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return sorted(name for name in names if name != "template")


def load_codebook(name_or_path: str | PathLike[str], *, folder: str | PathLike[str] | None = None) -> Codebook:
    """Read a codebook: a shipped one by name, or a file.

    Parameters
    ----------
    name_or_path
        ``generic``, ``policy``, or a file: a TOML codebook or what `analysis.framing.save` wrote.
    folder
        Where a relative path starts; the working directory where not given.

    Returns
    -------
    Codebook
        With its classifier, where it names one or one is shipped for it.

    Raises
    ------
    StudyError
        Where the file cannot be used; the message names file, line and key.

    Examples
    --------
    >>> load_codebook("generic").names[:3]
    ['conflict', 'human interest', 'economic consequences']
    """
    wanted = str(name_or_path)
    if wanted in shipped_codebooks():
        root = Path(str(resources.files("analysis")))
        codebook = parse_codebook(root / "codebooks" / f"{wanted}.toml")
        fitted = root / "models" / "frames" / f"{wanted}.json"
        return attach(codebook, fitted) if fitted.is_file() else codebook
    path = Path(folder or ".") / wanted
    if not path.is_file():
        known = ", ".join(shipped_codebooks())
        raise StudyError(
            f"no codebook {wanted!r}: it is neither shipped ({known}) nor the file {path}", key="codebooks"
        )
    return load(path) if path.suffix == ".json" else parse_codebook(path)


def fingerprint(codebook: Codebook) -> str:
    """Return the SHA-256 of everything that decides a codebook's measures, for the manifest.

    Examples
    --------
    >>> len(fingerprint(load_codebook("generic")))
    64
    """
    text = json.dumps(codebook_to_data(codebook), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
