"""Texts as integers: one compiled pass, and a vocabulary of distinct words.

A token is a run of letters and digits, with an apostrophe inside it kept (``Japan's``, ``isn't``).
Hyphens, dots and slashes part tokens (``U.S.`` is ``U``, ``S``), in texts and in patterns alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["TOKEN", "Tokens", "Vocabulary", "fold", "tokenize"]

TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_POSSESSIVE = re.compile(r"['’][sS]$")


def fold(word: str) -> str:
    """Return the form under which a word is looked up: lower case, straight apostrophe, no possessive ending.

    Examples
    --------
    >>> fold("Japan’s"), fold("ISN’T")
    ('japan', "isn't")
    """
    return _POSSESSIVE.sub("", word).replace("’", "'").lower()


class Vocabulary:
    """The distinct words seen so far, each with a fixed integer.

    Attributes
    ----------
    words
        The words as written, in the order in which they were first seen.
    """

    __slots__ = ("_ids", "words")

    def __init__(self) -> None:
        self.words: list[str] = []
        self._ids: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.words)

    def id_of(self, word: str) -> int:
        """Return the integer of `word`, giving it one if it is new."""
        found = self._ids.get(word)
        if found is None:
            found = self._ids[word] = len(self.words)
            self.words.append(word)
        return found


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text.

    Attributes
    ----------
    ids
        Integers into `vocabulary`, shape (n,).
    starts, ends
        Half-open character positions in the text, shape (n,).
    vocabulary
        What the integers stand for.
    """

    ids: NDArray[np.int32]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
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
    spans = [match.span() for match in TOKEN.finditer(text)]
    id_of = vocabulary.id_of
    ids = np.fromiter((id_of(text[a:b]) for a, b in spans), dtype=np.int32, count=len(spans))
    bounds = np.array(spans, dtype=np.int32).reshape(-1, 2)
    return Tokens(ids, bounds[:, 0].copy(), bounds[:, 1].copy(), vocabulary)
