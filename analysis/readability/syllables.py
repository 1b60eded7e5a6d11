"""Syllables of English words: CMUdict where it has the word, hyphenation points where not, as textstat counts them."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["FILE", "dictionary", "use_with_nltk"]

_FOLDER = Path(__file__).parent / "data"
FILE = _FOLDER / "corpora" / "cmudict" / "cmudict"


@cache
def dictionary() -> dict[str, int]:
    """Return the number of syllables of each word of CMUdict (lower case), from the first pronunciation it gives.

    Examples
    --------
    >>> dictionary()["acquisition"], "iwaya" in dictionary()
    (4, False)
    """
    table: dict[str, int] = {}
    for line in FILE.read_text(encoding="ascii").splitlines():
        word, stresses = line.split(" 1", 1)
        table[word] = stresses.count(" ")
    return table


def use_with_nltk() -> None:
    """Let NLTK find the shipped table as its corpus ``cmudict``, so that textstat needs no network.

    NLTK looks into the folders of ``nltk.data.path`` in order; the shipped one is put first, because another edition of
    CMUdict on one machine would give other figures there.
    """
    folders: list[Any] = importlib.import_module("nltk.data").path
    own = str(_FOLDER)
    if own not in folders:
        folders.insert(0, own)
