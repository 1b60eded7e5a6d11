"""What depends on a word alone, found out once for each word that a process meets.

Articles are read with a vocabulary a segment, and segments share most of their words. Here words keep one number for as
long as a process runs, so that a table of what is known of them serves all vocabularies.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from analysis.language.tokens import Vocabulary, fold

__all__ = ["WordTable", "folded"]

_MOST = 300_000
_UNKNOWN = -1


class _Register:
    """The words met so far, numbered in one vocabulary, which is begun anew when it has become too large."""

    def __init__(self) -> None:
        self.words = Vocabulary()
        self._lock = Lock()

    def numbers_of(self, vocabulary: Vocabulary) -> tuple[Vocabulary, NDArray[np.int32]]:
        """Return the numbers of all words of `vocabulary`, and the vocabulary by which they are numbered."""
        with self._lock:
            words, numbers = vocabulary.kept or (None, None)
            if words is not self.words or numbers is None:
                if len(self.words) > _MOST:
                    self.words = Vocabulary()
                numbers = np.zeros(0, dtype=np.int32)
            if len(numbers) < len(vocabulary):
                numbers = np.concatenate([numbers, self.words.ids_of(vocabulary.words[len(numbers) :])])
            vocabulary.kept = self.words, numbers
            return vocabulary.kept


_REGISTER = _Register()


class WordTable:
    """An integer for each word, 0 or more.

    Parameters
    ----------
    describe
        Returns it. What it returns may depend on nothing but the word.

    Examples
    --------
    >>> vocabulary = Vocabulary()
    >>> sizes, _ = WordTable(len), vocabulary.ids_of(["one", "three"])
    >>> sizes.of(vocabulary).tolist()
    [3, 5]
    """

    def __init__(self, describe: Callable[[str], int]) -> None:
        self._describe = describe
        self._words: Vocabulary | None = None
        self._values: NDArray[np.int64] = np.zeros(0, dtype=np.int64)

    def of(self, vocabulary: Vocabulary) -> NDArray[np.int64]:
        """Return the integer of each word of `vocabulary`, shape (words,)."""
        words, numbers = _REGISTER.numbers_of(vocabulary)
        if words is not self._words:
            self._words, self._values = words, np.zeros(0, dtype=np.int64)
        missing = len(words) - len(self._values)
        if missing:
            self._values = np.append(self._values, np.full(missing, _UNKNOWN))
        values = self._values[numbers]
        unknown = np.flatnonzero(values == _UNKNOWN)
        if len(unknown):
            written = vocabulary.words
            values[unknown] = [self._describe(written[number]) for number in unknown.tolist()]
            self._values[numbers[unknown]] = values[unknown]
        return values


_FOLDED = WordTable(lambda word: _REGISTER.words.id_of(fold(word)))


def folded(vocabulary: Vocabulary) -> tuple[list[str], NDArray[np.int64]]:
    """Return the folded forms of the words of `vocabulary`, no two alike, and for each word the position of its own.

    Examples
    --------
    >>> vocabulary = Vocabulary()
    >>> numbers = vocabulary.ids_of(["Deal", "deals", "deal", "DEAL’s"])
    >>> forms, places = folded(vocabulary)
    >>> [forms[place] for place in places]
    ['deal', 'deals', 'deal', 'deal']
    """
    numbers, places = np.unique(_FOLDED.of(vocabulary), return_inverse=True)
    words = _REGISTER.words.words
    return [words[number] for number in numbers.tolist()], places
