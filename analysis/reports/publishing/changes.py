"""What a run is made of, as fingerprints, and what is different between two runs: the texts or the method."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from analysis import reading, store
from analysis.study import Study

__all__ = ["Inputs", "changed", "fingerprints"]

Inputs = Mapping[str, Mapping[str, str]]

_LIBRARIES = ("numpy", "onnxruntime", "pandas", "scikit-learn", "textstat", "tokenizers", "trafilatura", "matplotlib")
_CODE = {".py"}
_NAMED = 5
# Beyond this many files only their number and common fingerprint are kept in the record.
_LISTED = 2000


def fingerprints(study: Study, notebooks: Mapping[str, Path], parameters: Any) -> dict[str, dict[str, str]]:
    """Return the fingerprints of a run's inputs: ``corpus`` a file each, ``method`` a part each.

    Two runs of the same fingerprints publish the same pages, so nothing here depends on the clock, on the
    place of the files, or on the machine.

    Parameters
    ----------
    study
        Its corpus and sources are the texts; the study file itself, codebooks and methods are the method.
    notebooks
        The notebooks to run, by name.
    parameters
        What is given to them, as JSON can write it.
    """
    corpus = {source.name: source.fingerprint() for source in reading.sources(study)}
    if len(corpus) > _LISTED:
        corpus = {f"{len(corpus)} files": store.fingerprint(f"{n}\0{d}" for n, d in corpus.items())}
    if study.sources is not None and study.sources.is_file():
        corpus[_place(study.sources, study.folder)] = _digest(study.sources)
    method = {"study file": _digest(study.path) if study.path.is_file() else ""}
    for name in study.codebooks:
        path = study.folder / name
        method[f"codebook {name}"] = _digest(path) if path.is_file() else "shipped"
    method |= {f"notebook {name}": _digest(path) for name, path in sorted(notebooks.items())}
    package = Path(__file__).resolve().parent.parent.parent
    own = sorted(p for p in package.rglob("*") if p.is_file() and not {"__pycache__", "shipped"} & set(p.parts))
    code = (f"{_place(p, package)}\0{_digest(p)}" for p in own if p.suffix in _CODE)
    data = (f"{_place(p, package)}\0{_digest(p)}" for p in own if p.suffix not in _CODE)
    method |= {"nutgraf": store.fingerprint(code), "models and codebooks": store.fingerprint(data)}
    method["libraries"] = store.fingerprint(f"{name} {_version(name)}" for name in _LIBRARIES)
    method["methods"] = f"{study.methods.sentiment}, {study.methods.framing}"
    method["parameters"] = store.fingerprint([json.dumps(parameters, sort_keys=True, default=str)])
    return {"corpus": corpus, "method": method}


def changed(before: Inputs, after: Inputs) -> tuple[str, ...]:
    """Say what is different between the inputs of two runs, a changed text apart from a changed method.

    Examples
    --------
    >>> changed({"corpus": {"a.txt": "1", "b.txt": "1"}}, {"corpus": {"a.txt": "2", "b.txt": "1"}})
    ('Texts changed: a.txt',)
    """
    lines = []
    for kind, word in (("corpus", "Texts"), ("method", "Method")):
        old, new = before.get(kind, {}), after.get(kind, {})
        for what, names in (
            ("added", [n for n in new if n not in old]),
            ("removed", [n for n in old if n not in new]),
            ("changed", [n for n in new if n in old and new[n] != old[n]]),
        ):
            if names:
                more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
                lines.append(f"{word} {what}: {', '.join(names[:_NAMED])}{more}")
    return tuple(lines)


def _place(path: Path, folder: Path) -> str:
    try:
        place = path.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        place = path.name
    # A file's name may be any bytes; the record is UTF-8.
    return place.encode("utf-8", "replace").decode("utf-8")


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]
    except OSError as error:
        return f"unreadable: {error.strerror}"


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
