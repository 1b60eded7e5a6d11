r"""The counts that readability formulas rest on, from a table of unique words.

Every rule here is textstat's (0.7.13), quirks included: a hyphen joins two words, a curly apostrophe is dropped, a
sentence of one or two words counts for nothing. What depends on one stretch between white space alone is computed once
and kept; a text is then a list of numbers of stretches, and many texts are one array of them.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.readability.syllables import count_syllables

__all__ = ["COLUMNS", "Counts", "count", "count_all", "count_sentences", "number"]

_LONE_APOSTROPHE = re.compile(r"'(?![tsd]|ve|ll|re)")
_PUNCTUATION = re.compile(r"[^\w\s']")
_NO_LETTER = re.compile(r"[^\w\s]")
_LETTER = re.compile(r"\w")
_STOPS = re.compile(r"[.!?]+")
_OPENERS = '("“‘[—-’'  # what textstat drops, but for stops
_EDGES = _OPENERS + ")”],;:.!?…"
_LONGEST_KEPT = 64  # longer stretches are no words; they are counted each time, so that the table stays bounded
_LARGEST_TABLE = 250_000
_SPACE = np.array([chr(code).isspace() for code in range(0x3001)] + [False])  # none is beyond


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


COLUMNS = Counts._fields
_SUMMED = ("words", "characters", "letters", "syllables", "polysyllables", "unfamiliar", "complex", "stretches")
# What tells sentences: letters before the first stop in a stretch, whether there is a stop, letters behind the last.
_BEFORE, _STOP, _BEHIND = range(len(_SUMMED), len(_SUMMED) + 3)
END = 0
"""Stands for the end of a text among the numbers of its stretches: it counts nothing and ends a sentence."""


class _Stretches(dict[str, int]):
    """The stretches seen, each with the number of its column in `table`; what is not kept gets a passing number."""

    def __init__(self) -> None:
        self.table: NDArray[np.int32] = np.zeros((_BEHIND + 1, 1024), dtype=np.int32)
        self.table[_STOP, END] = 1
        self.passing: list[tuple[int, ...]] = []

    def __missing__(self, stretch: str) -> int:
        column = _measure(stretch)
        number = len(self) + 1
        if len(stretch) > _LONGEST_KEPT or number > _LARGEST_TABLE:
            self.passing.append(column)
            return -len(self.passing)
        if number == self.table.shape[1]:
            self.table = np.concatenate([self.table, np.zeros_like(self.table)], axis=1)
        self.table[:, number] = column
        self[stretch] = number
        return number

    def numbers(self, stretches: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """Return the numbers of `stretches` and the table they are columns of."""
        found = np.fromiter(map(self.__getitem__, stretches), dtype=np.int64, count=len(stretches))
        if not self.passing:
            return found, self.table
        passing = np.array(self.passing, dtype=np.int64).T
        self.passing.clear()
        last = len(self) + 1
        return np.where(found < 0, last - 1 - found, found), np.concatenate([self.table[:, :last], passing], axis=1)


_stretches = _Stretches()


def count(text: str) -> Counts:
    """Count what the formulas need in `text`.

    Examples
    --------
    >>> counts = count("The acquisition was blocked. Officials objected.")
    >>> counts.words, counts.sentences, counts.syllables, counts.polysyllables
    (6, 1, 13, 3)
    """
    numbers, _, table = number([text])
    (row,) = count_all(np.append(numbers, END), np.array([len(numbers)]), table).tolist()
    if not text:
        row[COLUMNS.index("sentences")] = 0  # textstat's count of sentences is otherwise at least one
    return Counts(*row)


def number(pieces: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[Any]]:
    """Number the stretches of pieces of text.

    Returns
    -------
    numbers
        Of all stretches of all pieces, in order.
    lengths
        How many stretches each piece has.
    table
        What is counted in a stretch, a column for each number.
    """
    codes = np.frombuffer("\n".join([*pieces, ""]).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    inside = ~_SPACE.take(codes, mode="clip")
    edges = np.flatnonzero(np.diff(inside, prepend=False, append=False))
    starts, ends = edges[::2], edges[1::2]
    distinct, found = _distinct(codes[inside], ends - starts)
    numbers, table = _stretches.numbers(distinct)
    last = np.cumsum(np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces)) + 1)
    lengths = np.diff(np.searchsorted(starts, last), prepend=0)
    return numbers[found], lengths, table


def _distinct(codes: NDArray[np.uint32], lengths: NDArray[np.int64]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the distinct stretches, and for each stretch the position of its own among them."""
    offsets = np.append(0, 4 * np.cumsum(lengths))
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(codes)]
    found = pa.Array.from_buffers(pa.large_binary(), len(lengths), buffers).dictionary_encode()
    _, bounds, letters = found.dictionary.buffers()
    last = np.frombuffer(bounds, dtype=np.int64, count=len(found.dictionary) + 1)[1:] // 4
    lines = np.insert(np.frombuffer(letters or b"", dtype=np.uint32)[: last[-1] if len(last) else 0], last, ord("\n"))
    distinct = lines.tobytes().decode("utf-32-le", "surrogatepass").split("\n")[:-1]
    return distinct, found.indices.to_numpy().astype(np.int64)


def count_all(numbers: NDArray[np.int64], ends: NDArray[np.int64], table: NDArray[Any]) -> NDArray[np.int64]:
    """Count what the formulas need in many texts.

    Parameters
    ----------
    numbers
        The numbers of the stretches of every text, and `END` behind each text.
    ends
        The positions of these `END`.
    table
        What `number` returned.

    Returns
    -------
    ndarray
        A row for each text, in the columns of `COLUMNS`. Shape (texts, 9).
    """
    starts = np.append(0, ends[:-1] + 1)
    counted = np.empty((len(ends), len(COLUMNS)), dtype=np.int64)
    for position, name in enumerate(_SUMMED):
        counted[:, COLUMNS.index(name)] = np.add.reduceat(table[position].take(numbers), starts, dtype=np.int64)
    counted[:, COLUMNS.index("sentences")] = count_sentences(numbers, ends, table)
    return counted


def count_sentences(numbers: NDArray[np.int64], ends: NDArray[np.int64], table: NDArray[Any]) -> NDArray[np.int64]:
    """Count sentences alone, as `count_all` does."""
    words = np.cumsum(table[_BEFORE].take(numbers), dtype=np.int64)
    stops = np.flatnonzero(table[_STOP].take(numbers))
    within = np.diff(words[stops], prepend=0)
    within[1:] += table[_BEHIND].take(numbers[stops[:-1]])
    # textstat: what has no more than two words is no sentence, and there is at least one.
    long = np.append(0, np.cumsum(within > 2))
    last = np.searchsorted(stops, ends) + 1
    counted: NDArray[np.int64] = np.maximum(1, np.diff(long[last], prepend=0))
    return counted


def _measure(stretch: str) -> tuple[int, ...]:
    """Return what is counted in one stretch: `_SUMMED`, then what tells sentences."""
    size = len(stretch)
    if stretch.isalnum():
        return (1, size, size, *_of_word(stretch), 1, 1, 0, 0)
    rest = stretch.lstrip(_OPENERS)
    core = rest.rstrip(_EDGES)
    word = core.replace("-", "").replace("’", "")
    if word.isalnum():  # as most: a word, perhaps of several parts, with marks around it; the stops are behind it
        stops = len(core) < len(rest) and _STOPS.search(rest, len(core)) is not None
        return (1, size, len(word), *_of_word(word), 1, 1, int(stops), 0)
    pieces = _STOPS.split(stretch)
    marks = (bool(_LETTER.search(pieces[0])), len(pieces) > 1, len(pieces) > 1 and bool(_LETTER.search(pieces[-1])))
    letters, word = len(_NO_LETTER.sub("", stretch)), _clean(stretch)
    return (int(bool(word)), size, letters, *(_of_word(word) if word else (0, 0, 0, 0)), 1, *map(int, marks))


def _of_word(word: str) -> tuple[int, int, int, int]:
    """Return syllables, and whether they are three or more, whether the word is unfamiliar, and whether it is both."""
    lower = word.lower()
    return _known(lower) if len(lower) <= _LONGEST_KEPT else _known.__wrapped__(lower)


@lru_cache(maxsize=_LARGEST_TABLE)
def _known(lower: str) -> tuple[int, int, int, int]:
    syllables = count_syllables(lower)
    if lower in _familiar_words():
        return syllables, int(syllables >= 3), 0, 0
    if lower.isascii() and lower.isalnum():
        return syllables, int(syllables >= 3), 1, int(syllables >= 3)
    again = _clean(lower).lower()  # textstat cleans the word a second time here, which some letters do not survive
    return syllables, int(syllables >= 3), 1, int((syllables if again == lower else count_syllables(again)) >= 3)


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
