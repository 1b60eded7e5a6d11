r"""The counts that readability formulas rest on, from a table of unique words.

Every rule here is textstat's (0.7.13), quirks included: a hyphen joins two words, a curly apostrophe is dropped, a
sentence of one or two words counts for nothing. What depends on one stretch between white space alone is computed once
and kept; an article is then a list of look-ups.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.readability.syllables import dictionary

__all__ = ["Counts", "count"]

_LONE_APOSTROPHE = re.compile(r"'(?![tsd]|ve|ll|re)")
_PUNCTUATION = re.compile(r"[^\w\s']")
_NO_LETTER = re.compile(r"[^\w\s]")
_LETTER = re.compile(r"\w")
_SENTENCE = re.compile(r"\b[^.!?]+[.!?]*")
_LONGEST_KEPT = 64  # longer stretches are no words; they are counted each time, so that the table stays bounded
_LARGEST_TABLE = 250_000


class Counts(NamedTuple):
    """Counts of one text: words (and stretches between white space), sentences, characters, syllables, hard words."""

    words: int = 0
    stretches: int = 0
    sentences: int = 0
    characters: int = 0
    letters: int = 0
    syllables: int = 0
    polysyllables: int = 0  # words of three syllables or more
    unfamiliar: int = 0  # words that are not on Dale and Chall's list
    complex: int = 0  # those of three syllables or more


_COLUMNS = ("words", "characters", "letters", "syllables", "polysyllables", "unfamiliar", "complex")

_numbers: dict[str, int] = {}  # stretch to row of _rows
_rows: NDArray[np.int64] = np.zeros((1024, len(_COLUMNS)), dtype=np.int64)


def count(text: str) -> Counts:
    """Count what the formulas need in `text`.

    Examples
    --------
    >>> counts = count("The acquisition was blocked. Officials objected.")
    >>> counts.words, counts.sentences, counts.syllables, counts.polysyllables
    (6, 1, 13, 3)
    """
    stretches = text.split()
    if not stretches:
        return Counts(sentences=int(bool(text)))  # textstat's count of sentences is at least one
    numbers = list(map(_numbers.get, stretches))
    rest = [0] * len(_COLUMNS)
    if None in numbers:
        for place, number in enumerate(numbers):
            if number is None:
                numbers[place] = _learn(stretches[place], rest)
    # Row 0 is all zeros: it stands for stretches that are not kept, which `rest` holds.
    sums = _rows[np.array(numbers, dtype=np.int64)].sum(axis=0).tolist()
    values = {name: total + more for name, total, more in zip(_COLUMNS, sums, rest, strict=True)}
    return Counts(stretches=len(stretches), sentences=_sentences(text), **values)


def _learn(stretch: str, rest: list[int]) -> int:
    """Return the row of a stretch not seen before; where it is not kept, row 0, and its counts are added to `rest`."""
    global _rows
    known = _numbers.get(stretch)
    if known is not None:
        return known
    row = _measure(stretch)
    number = len(_numbers) + 1
    if len(stretch) > _LONGEST_KEPT or number > _LARGEST_TABLE:
        rest[:] = [a + b for a, b in zip(rest, row, strict=True)]
        return 0
    if number == len(_rows):
        _rows = np.concatenate([_rows, np.zeros_like(_rows)])
    _rows[number] = row
    _numbers[stretch] = number
    return number


def _measure(stretch: str) -> tuple[int, ...]:
    """Return the counts of one stretch, in the order of `_COLUMNS`."""
    letters = len(_NO_LETTER.sub("", stretch))
    word = _clean(stretch)
    if not word:
        return (0, len(stretch), letters, 0, 0, 0, 0)
    lower = word.lower()
    syllables = _syllables(lower)
    familiar = lower in _familiar_words()
    again = _clean(lower).lower()  # textstat cleans the word a second time here, which some letters do not survive
    hard = not familiar and (syllables if again == lower else _syllables(again)) >= 3
    return (1, len(stretch), letters, syllables, int(syllables >= 3), int(not familiar), int(hard))


def _clean(stretch: str) -> str:
    return _PUNCTUATION.sub("", _LONE_APOSTROPHE.sub("", stretch))


def _sentences(text: str) -> int:
    found = _SENTENCE.findall(text)
    return max(1, len(found) - sum(not _has_three_words(sentence) for sentence in found))


def _has_three_words(sentence: str) -> bool:
    start = sentence.split(None, 3)[:3]
    if len(start) == 3 and all(stretch[0].isalnum() for stretch in start):
        return True
    words = 0
    for stretch in sentence.split():
        if _LETTER.search(stretch):
            words += 1
            if words > 2:
                return True
    return False


def _syllables(word: str) -> int:
    if not word:
        return 0
    known = dictionary().get(word)
    return len(_hyphenation().positions(word)) + 1 if known is None else known


@cache
def _hyphenation() -> Any:
    return importlib.import_module("pyphen").Pyphen(lang="en_US")


@cache
def _familiar_words() -> frozenset[str]:
    """Return Dale and Chall's 3,000 familiar words, from textstat's own file; textstat itself is not imported."""
    found = importlib.util.find_spec("textstat")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("readability needs the package textstat")
    path = Path(found.origin).parent / "resources" / "en" / "easy_words.txt"
    return frozenset(line.strip() for line in path.read_text(encoding="utf-8").splitlines())
