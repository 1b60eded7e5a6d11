r"""The counts that readability formulas rest on.

Every rule is textstat's (0.7.13), quirks included: a hyphen joins two words, a curly apostrophe is dropped, a sentence
of one or two words counts for nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.readability.stretches import BEFORE, BEHIND, STOP, SUMMED, measure_stretches

__all__ = ["COLUMNS", "Counts", "count"]


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


def count(text: str) -> Counts:
    """Count what the formulas need in `text`.

    Examples
    --------
    >>> counts = count("The acquisition was blocked. Officials objected.")
    >>> counts.words, counts.sentences, counts.syllables, counts.polysyllables
    (6, 1, 13, 3)
    """
    if not text:
        return Counts()  # textstat's count of sentences is otherwise at least one
    columns = measure_stretches(text.split())
    words, stretches, *others = columns[: len(SUMMED)].sum(axis=1).tolist()
    return Counts(words, stretches, _count_sentences(columns), *others)


def _count_sentences(columns: NDArray[np.int64]) -> int:
    """Count what lies between stops, or a stop and the end of the text, and has more than two words; at least one."""
    words = np.append(0, np.cumsum(columns[BEFORE]))
    stops = np.flatnonzero(columns[STOP])
    within = np.diff(np.append(words[stops + 1], words[-1]), prepend=0)
    within[1:] += columns[BEHIND, stops]
    return max(1, int((within > 2).sum()))
