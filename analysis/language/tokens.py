"""Texts as integers: one compiled pass, and a vocabulary of distinct words.

A token is a run of letters and digits, with an apostrophe inside it kept (``Japan's``, ``isn't``).
Hyphens, dots and slashes part tokens (``U.S.`` is ``U``, ``S``), in texts and in patterns alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["TOKEN", "Tokens", "Vocabulary", "alphanumeric", "first_of_pairs", "fold", "tokenize"]

TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_POSSESSIVE = re.compile(r"['’][sS]$")


def fold(word: str) -> str:
    """Return the form under which a word is looked up: lower case, straight apostrophe, no possessive ending.

    Examples
    --------
    >>> fold("Japan’s"), fold("ISN’T")
    ('japan', "isn't")
    """
    if "'" in word or "’" in word:
        word = _POSSESSIVE.sub("", word).replace("’", "'")
    return word.lower()


class Vocabulary:
    """The distinct words seen so far, each with a fixed integer.

    Attributes
    ----------
    words
        The words as written, in the order in which they were first seen.
    kept
        What `analysis.language.words` keeps of them: the vocabulary of all words met, and their numbers there.
    """

    __slots__ = ("_ids", "kept", "words")

    def __init__(self) -> None:
        self.words: list[str] = []
        self.kept: tuple[Vocabulary, NDArray[np.int32]] | None = None
        self._ids = _Numbered(self.words)

    def __len__(self) -> int:
        return len(self.words)

    def id_of(self, word: str) -> int:
        """Return the integer of `word`, giving it one if it is new."""
        return self._ids[word]

    def ids_of(self, words: Sequence[str]) -> NDArray[np.int32]:
        """Return the integers of `words`, giving one to each that is new."""
        return np.fromiter(map(self._ids.__getitem__, words), dtype=np.int32, count=len(words))

    def ids_of_distinct(self, words: Sequence[str]) -> NDArray[np.int32]:
        """Return what `ids_of` does, of words no two of which are the same."""
        if self.words:
            return self.ids_of(words)
        numbers = range(len(words))
        self.words.extend(words)
        self._ids.update(zip(words, numbers, strict=True))
        return np.arange(len(words), dtype=np.int32)


class _Numbered(dict[str, int]):
    """Numbers words as they are first asked for; a word already known costs no call of Python."""

    __slots__ = ("_words",)

    def __init__(self, words: list[str]) -> None:
        self._words = words

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self._words)
        self._words.append(word)
        return number


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text.

    Attributes
    ----------
    ids
        Integers into `vocabulary`, shape (n,).
    starts, ends
        Half-open character positions in the text, shape (n,).
    spaced
        Whether one space and nothing else parts a token from the next one, shape (n,); False for the last.
    vocabulary
        What the integers stand for.
    """

    ids: NDArray[np.int32]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    spaced: NDArray[np.bool_]
    vocabulary: Vocabulary

    def __len__(self) -> int:
        return len(self.ids)


def tokenize(text: str, vocabulary: Vocabulary) -> Tokens:
    """Split `text` into tokens and intern them in `vocabulary`.

    Examples
    --------
    >>> t = tokenize("Japan's plan", Vocabulary())
    >>> [t.vocabulary.words[i] for i in t.ids], t.starts.tolist(), t.ends.tolist()
    (["Japan's", 'plan'], [0, 8], [7, 12])
    """
    if not text:
        nothing = np.zeros(0, dtype=np.int32)
        return Tokens(nothing, nothing, nothing, np.zeros(0, dtype=bool), vocabulary)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    inside = alphanumeric(codes)
    changes = np.ones(len(inside) + 1, dtype=bool)
    changes[0], changes[-1] = inside[0], inside[-1]
    np.not_equal(inside[1:], inside[:-1], out=changes[1:-1])
    edges = np.flatnonzero(changes).astype(np.int32)
    starts, ends = edges[::2].copy(), edges[1::2].copy()
    between = np.append(codes, _SPACE)[ends]  # the first character behind each run
    narrow = np.append(starts[1:] - ends[:-1] == 1, False)
    joined = np.flatnonzero(narrow & _APOSTROPHE.take(between, mode="clip"))
    spaced = narrow & (between == _SPACE)
    if len(joined):
        # Of "a'b'c" the first two runs make a token, the third another.
        if (np.diff(joined) == 1).any():
            joined = np.array(first_of_pairs(joined.tolist()))
        inside[ends[joined]] = True
        kept = np.ones(len(ends), dtype=bool)
        kept[joined] = False
        ends, spaced = ends[kept], spaced[kept]
        kept[joined], kept[joined + 1] = True, False
        starts = starts[kept]
    words = np.where(inside, codes, _SPACE).tobytes().decode("utf-32-le", "surrogatepass").split()
    return Tokens(vocabulary.ids_of(words), starts, ends, spaced, vocabulary)


_KNOWN = 0x3000  # below it a table tells letters and digits, above it the character itself is asked
_ALPHANUMERIC = np.array([chr(code).isalnum() for code in range(_KNOWN)] + [False])
_APOSTROPHE = np.zeros(_KNOWN + 1, dtype=bool)
_APOSTROPHE[[ord("'"), ord("’")]] = True
_SPACE = np.uint32(ord(" "))


def alphanumeric(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    r"""Tell for each character whether it is a letter or a digit, as ``[^\W_]`` of `re` does."""
    inside: NDArray[np.bool_] = _ALPHANUMERIC.take(codes, mode="clip")
    if codes.max(initial=0) >= _KNOWN:
        far = np.flatnonzero(codes >= _KNOWN)
        inside[far] = [chr(code).isalnum() for code in codes[far].tolist()]
    return inside


def first_of_pairs(joined: list[int]) -> list[int]:
    """Leave out of `joined`, which is not empty, what follows on one that is kept."""
    kept = [joined[0]]
    for number in joined[1:]:
        if number > kept[-1] + 1:
            kept.append(number)
    return kept
