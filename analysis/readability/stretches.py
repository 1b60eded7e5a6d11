"""What is counted in one word or one stretch between white space alone, found out once for each.

Every rule here is textstat's (0.7.13), quirks included: a hyphen joins two words, a curly apostrophe is dropped.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.language import Vocabulary
from analysis.language.words import WordTable
from analysis.readability.syllables import count_syllables

__all__ = ["BEFORE", "BEHIND", "STOP", "SUMMED", "Stretches", "measure_stretches", "measure_words"]

_LONE_APOSTROPHE = re.compile(r"'(?![tsd]|ve|ll|re)")
_PUNCTUATION = re.compile(r"[^\w\s']")
_NO_LETTER = re.compile(r"[^\w\s]")
_LETTER = re.compile(r"\w")
_STOPS = re.compile(r"[.!?]+")
_OPENERS = '("“‘[—-’'  # what textstat drops, but for stops
_EDGES = _OPENERS + ")”],;:.!?…"
_LONGEST_KEPT = 64  # longer stretches are no words: they are measured each time
_MOST_KEPT = 100_000
_FLAGS, _LETTERS = 4, 32  # where in a word's integer the syllables begin, behind the flags, and where the letters do

SUMMED = ("words", "stretches", "characters", "letters", "syllables", "polysyllables", "unfamiliar", "complex")
"""What adds up: the first rows of the table."""

BEFORE, STOP, BEHIND = range(len(SUMMED), len(SUMMED) + 3)
"""What tells sentences: letters before a stretch's first stop, whether it has a stop, letters behind its last one."""


class Stretches(dict[str, int]):
    """The stretches met, each with the number of its column in `table`."""

    def __init__(self) -> None:
        super().__init__()
        self.table: NDArray[np.int32] = np.zeros((BEHIND + 1, 1024), dtype=np.int32)
        self._width = 0
        self._fresh: list[tuple[int, ...]] = []

    def __missing__(self, stretch: str) -> int:
        number = self._width + len(self._fresh)
        self._fresh.append(_measure(stretch))
        if len(stretch) <= _LONGEST_KEPT:
            self[stretch] = number
        return number

    def measure(self, stretches: Sequence[str]) -> NDArray[np.int64]:
        """Return what `measure_stretches` does, and keep it."""
        if self._width > _MOST_KEPT:
            self.clear()
            self._width = 0
        found = np.fromiter(map(self.__getitem__, stretches), dtype=np.int64, count=len(stretches))
        if self._fresh:
            last = self._width + len(self._fresh)
            if last > self.table.shape[1]:
                more = np.zeros((len(self.table), max(last, 2 * self.table.shape[1])), dtype=np.int32)
                more[:, : self._width] = self.table[:, : self._width]
                self.table = more
            self.table[:, self._width : last] = np.array(self._fresh, dtype=np.int32).T
            self._width = last
            self._fresh.clear()
        return self.table.take(found, axis=1).astype(np.int64)


_stretches = Stretches()


def measure_stretches(stretches: Sequence[str]) -> NDArray[np.int64]:
    """Return a column for each stretch: `SUMMED`, then what tells sentences. Shape (11, stretches)."""
    return _stretches.measure(stretches)


def _measure(stretch: str) -> tuple[int, ...]:
    """Return what is counted in one stretch: `SUMMED`, then what tells sentences."""
    size = len(stretch)
    if stretch.isalnum():
        return (1, 1, size, size, *_of_word(stretch), 1, 0, 0)
    rest = stretch.lstrip(_OPENERS)
    core = rest.rstrip(_EDGES)
    word = core.replace("-", "").replace("’", "")
    if word.isalnum():  # as most: a word, perhaps of several parts, with marks around it; the stops are behind it
        stops = len(core) < len(rest) and _STOPS.search(rest, len(core)) is not None
        return (1, 1, size, len(word), *_of_word(word), 1, int(stops), 0)
    pieces = _STOPS.split(stretch)
    marks = (bool(_LETTER.search(pieces[0])), len(pieces) > 1, len(pieces) > 1 and bool(_LETTER.search(pieces[-1])))
    letters, word = len(_NO_LETTER.sub("", stretch)), _clean(stretch)
    return (int(bool(word)), 1, size, letters, *(_of_word(word) if word else (0, 0, 0, 0)), *map(int, marks))


def measure_words(vocabulary: Vocabulary, ids: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return for words what each counts as a stretch of its own, and which of them each token is.

    The first, from ``characters`` on, has shape (6, words).
    """
    packed, of = _WORDS.of(vocabulary), ids.astype(np.intp)
    if len(packed) > len(ids):  # the vocabulary is that of many more articles
        used, of = np.unique(of, return_inverse=True)
        packed = packed[used]
    letters, syllables = packed >> _LETTERS, (packed >> _FLAGS) & ((1 << (_LETTERS - _FLAGS)) - 1)
    joined, many, unfamiliar, hard = ((packed >> place) & 1 for place in range(_FLAGS))
    return np.stack([letters + joined, letters, syllables, many, unfamiliar, hard]), of


def _pack(word: str) -> int:
    """Return what a token counts as one integer: letters, syllables and four flags, of which an apostrophe is one."""
    joined = not word.isalnum()
    syllables, many, unfamiliar, hard = _of_word(_clean(word) if joined else word)
    flags = hard << 3 | unfamiliar << 2 | many << 1 | joined
    return (len(word) - joined) << _LETTERS | syllables << _FLAGS | flags


_WORDS = WordTable(_pack)


def _of_word(word: str) -> tuple[int, int, int, int]:
    """Return syllables, and whether they are three or more, whether the word is unfamiliar, and whether it is both."""
    lower = word.lower()
    syllables = count_syllables(lower)
    many = int(syllables >= 3)
    if lower in _familiar_words():
        return syllables, many, 0, 0
    if lower.isascii() and lower.isalnum():
        return syllables, many, 1, many
    again = _clean(lower).lower()  # textstat cleans the word a second time here, which some letters do not survive
    return syllables, many, 1, many if again == lower else int(count_syllables(again) >= 3)


def _clean(stretch: str) -> str:
    return _PUNCTUATION.sub("", _LONE_APOSTROPHE.sub("", stretch))


@cache
def _familiar_words() -> frozenset[str]:
    """Return Dale and Chall's 3,000 familiar words, from textstat's own file; textstat itself is not imported."""
    found = importlib.util.find_spec("textstat")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("readability needs the package textstat")
    path = Path(found.origin).parent / "resources" / "en" / "easy_words.txt"
    return frozenset(line.strip() for line in path.read_text(encoding="utf-8").splitlines())
