"""Which code and data define a measure, as one hash: a figure of agreement holds for exactly that."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from analysis.errors import InputError

__all__ = ["DEFINED_BY", "hash_files", "method_hash"]

_PACKAGE = Path(__file__).parent.parent
_FRAMES = ("language", "framing", "codebooks")

DEFINED_BY: Mapping[str, tuple[str, ...]] = {
    "quotes": ("language", "quotes"),
    "sentiment:model": ("sentiment/model.py", "sentiment/scoring.py", "models/sentiment"),
    "sentiment:lexicon": ("sentiment/lexicon.py", "sentiment/scoring.py", "sentiment/data"),
    "sentiment:tf-idf": ("evaluation/sentiment.py", "sentiment/lexicon.py", "sentiment/data"),
    "sentiment:majority": ("evaluation/sentiment.py",),
    "frames:dictionary": _FRAMES,
    "frames:meaning": (*_FRAMES, "encoder.py", "models/encoder"),
    "frames:fitted": (*_FRAMES, "encoder.py", "models/encoder", "models/frames"),
    "readability": ("readability",),
}


@cache
def method_hash(measure: str) -> str:
    """Return the SHA-256 over the files that define `measure`: their names and bytes, in the order of their names.

    Parameters
    ----------
    measure
        A key of `DEFINED_BY`; a measure that is none (``frames:tf-idf``) is looked up without what follows the colon,
        and otherwise gets the empty string.

    Examples
    --------
    >>> len(method_hash("sentiment:lexicon")), method_hash("unheard of")
    (64, '')
    """
    paths = DEFINED_BY.get(measure) or DEFINED_BY.get(measure.partition(":")[0])
    if paths is None:
        return ""
    return hash_files(_PACKAGE, (file for path in paths for file in _files(_PACKAGE / path)))


def hash_files(folder: Path, files: Iterable[Path]) -> str:
    """Return the SHA-256 over `files`: their names within `folder` and their bytes, whatever the order given.

    Raises
    ------
    InputError
        Where a file cannot be read.
    """
    digest = hashlib.sha256()
    for file in sorted(set(files)):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
        try:
            digest.update(hashlib.sha256(file.read_bytes()).digest())
        except OSError as error:
            raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for file in path.rglob("*"):
        written_for_people = file.suffix == ".md" or file.name.startswith("LICENSE")
        if file.is_file() and "__pycache__" not in file.parts and not written_for_people:
            yield file
