"""How often each word stands in each of many articles."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.language.documents import Documents
from analysis.language.words import folded

__all__ = ["Terms", "count_terms"]


class Terms(NamedTuple):
    """Counts of words, a row for each article and word in it, ordered by article.

    Attributes
    ----------
    words
        The words, folded.
    article
        The position of the article, shape (rows,).
    word
        The position of the word in `words`, in order within each article, shape (rows,).
    times
        How often it stands there, shape (rows,).
    """

    words: list[str]
    article: NDArray[np.int64]
    word: NDArray[np.int64]
    times: NDArray[np.int64]


def count_terms(documents: Documents) -> Terms:
    """Count the words of each article, whatever their case and without possessive endings (`fold`).

    Examples
    --------
    >>> from analysis.language import read_documents
    >>> terms = count_terms(read_documents([("a", "The deal. The Deal’s end."), ("b", "The end")]))
    >>> rows = zip(terms.article.tolist(), [terms.words[place] for place in terms.word], terms.times.tolist())
    >>> sorted(rows)
    [(0, 'deal', 2), (0, 'end', 1), (0, 'the', 2), (1, 'end', 1), (1, 'the', 1)]
    """
    words, places = folded(documents.vocabulary)
    size = max(1, len(words))
    # Narrow integers are sorted in half the time.
    kind = np.int32 if size * len(documents) < 2**31 else np.int64
    first = (np.arange(len(documents)) * size).astype(kind)
    keys = places.astype(kind)[documents.ids] + np.repeat(first, np.diff(documents.token_offsets))
    pairs, count = np.unique(keys, return_counts=True)
    article, word = np.divmod(pairs.astype(np.int64), size)
    return Terms(words, article, word, count)
