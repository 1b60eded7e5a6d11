"""Syllables of English words: CMUdict where it has the word, hyphenation points where not, as textstat counts them."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["FILE", "count_syllables", "dictionary", "use_with_nltk"]

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


def count_syllables(word: str) -> int:
    """Return the number of syllables of a word in lower case; 0 for the empty one.

    Examples
    --------
    >>> count_syllables("acquisition"), count_syllables("iwaya")
    (4, 1)
    """
    if not word:
        return 0
    known = dictionary().get(word)
    return _hyphens(word) + 1 if known is None else known


def _hyphens(word: str) -> int:
    """Return the number of hyphenation points that pyphen finds, two letters from either end of the word.

    Its own search tries every stretch of the word up to the longest pattern; here it goes on only while a pattern
    begins like the stretch (Liang 1983).
    """
    pointed = f".{word.lower()}."
    length = len(pointed)
    levels = [0] * (length + 1)
    root = _patterns()
    for start in range(length - 1):
        node, end = root, start
        while end < length and pointed[end] in node.after:
            node, end = node.after[pointed[end]], end + 1
            place = start + node.begins
            for level in node.levels:
                if level > levels[place]:
                    levels[place] = level
                place += 1
    return sum(level % 2 for level in levels[3 : length - 2])


class _Node:
    """Where a pattern may go on, by letters; the levels set by the pattern that ends here, and from which place on."""

    __slots__ = ("after", "begins", "levels")

    def __init__(self) -> None:
        self.after: dict[str, _Node] = {}
        self.begins = 0
        self.levels: tuple[int, ...] = ()


@cache
def _patterns() -> _Node:
    """Return pyphen's patterns as a tree of letters."""
    root = _Node()
    for letters, (begins, levels) in importlib.import_module("pyphen").Pyphen(lang="en_US").hd.patterns.items():
        node = root
        for letter in letters:
            node = node.after.setdefault(letter, _Node())
        node.begins, node.levels = begins, tuple(map(int, levels))
    return root


def use_with_nltk() -> None:
    """Let NLTK find the shipped table as its corpus ``cmudict``, so that textstat needs no network.

    NLTK looks into the folders of ``nltk.data.path`` in order; the shipped one is put first, because another edition of
    CMUdict on one machine would give other figures there.
    """
    folders: list[Any] = importlib.import_module("nltk.data").path
    own = str(_FOLDER)
    if own not in folders:
        folders.insert(0, own)
