"""Letters counted by tokens: no character is looked at again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.language import Documents

__all__ = ["count_letters", "pairs"]


def pairs(lows: NDArray[np.int64], highs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each row with each number from its low to before its high, in order.

    Examples
    --------
    >>> pairs(np.array([4, 9, 0]), np.array([6, 9, 1]))
    (array([0, 0, 2]), array([4, 5, 0]))
    """
    sizes = highs - lows
    rows = np.repeat(np.arange(len(lows)), sizes)
    return rows, np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes - lows, sizes)


def count_letters(
    documents: Documents,
    bases: NDArray[np.int64],
    sentences: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> NDArray[np.int64]:
    r"""Return how many letters and digits stand in spans inside sentences.

    Every letter stands in a token, and what else a token holds is one apostrophe at most.

    Parameters
    ----------
    documents
        The articles.
    bases
        From where the characters of each are counted, shape (articles,) or more.
    sentences
        The sentences, counted through all articles, in order.
    starts, ends
        The spans, of characters so counted.

    Examples
    --------
    >>> from analysis.language import read_documents
    >>> documents = read_documents([("a", "Head\n\nIt isn't 2 U.S."), ("b", "_Yes_")])
    >>> starts, ends = np.array([6, 9, 10, 30]), np.array([21, 12, 13, 33])
    >>> count_letters(documents, np.array([0, 30]), np.array([1, 2]), starts, ends)
    array([9, 3, 2, 2])
    """
    tokens = pairs(*documents.sentence_bounds[sentences].T)[1]
    length = documents.ends[tokens] - documents.starts[tokens]
    first = bases[documents.article_of_token[tokens]] + documents.starts[tokens]
    edges = np.append(starts, ends)
    begun = np.searchsorted(first, edges)  # tokens that begin before each edge, the last of which may go on behind it
    behind = np.maximum(0, np.append(0, first + length)[begun] - edges)
    apostrophes = np.searchsorted(_apostrophes(documents, tokens, first), edges)
    before = np.append(0, np.cumsum(length))[begun] - behind - apostrophes
    counts: NDArray[np.int64] = before[len(starts) :] - before[: len(starts)]
    return counts


def _apostrophes(documents: Documents, tokens: NDArray[np.int64], first: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where the apostrophes of tokens that begin at `first` stand, in order."""
    words, ids = documents.vocabulary.words, documents.ids[tokens]
    used = np.zeros(len(words), dtype=bool)
    used[ids] = True
    offsets = np.zeros(len(words), dtype=np.int64)  # none is the first character
    for number in [number for number in np.flatnonzero(used).tolist() if not words[number].isalnum()]:
        offsets[number] = max(words[number].find("'"), words[number].find("’"))
    found = offsets[ids]
    places: NDArray[np.int64] = (first + found)[found > 0]
    return places
