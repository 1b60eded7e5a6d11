"""What a classifier sees of a text: the encoder's mean over sentences, dictionary evidence, n-grams of short texts.

Words that are masked are cut out before the encoder and the n-grams see the text; the dictionary drops what touches
them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analysis.encoder import WIDTH, encode
from analysis.language import Document, Lexicon, fold, tokenize
from analysis.language import Vocabulary as Words

__all__ = [
    "Ngrams",
    "count_ngrams",
    "log_evidence",
    "pair_products",
    "sentence_texts",
    "sentence_vectors",
]

_LONGEST_CHARACTERS = 5


def sentence_texts(document: Document, mask: Lexicon | None) -> list[str]:
    """Return the sentences of `document` without the words that are masked."""
    text = document.text
    spans = document.sentences.tolist()
    if mask is None:
        return [text[a:b] for a, b in spans]
    cuts: dict[int, list[tuple[int, int]]] = {}
    for match in mask.find(document):
        cuts.setdefault(document.sentence_at(match.start), []).append((match.start, match.end))
    texts = []
    for index, (start, end) in enumerate(spans):
        pieces, last = [], start
        for a, b in cuts.get(index, ()):
            pieces.append(text[last:a])
            last = b
        pieces.append(text[last:end])
        texts.append("".join(pieces) if len(pieces) > 1 else pieces[0])
    return texts


def sentence_vectors(document: Document, mask: Lexicon | None) -> NDArray[np.float64]:
    """Return the encoder's vectors of the sentences without masked words, shape (sentences, 384)."""
    if not len(document.sentences):
        return np.zeros((0, WIDTH))
    return encode(sentence_texts(document, mask)).astype(np.float64)


@lru_cache(maxsize=2048)
def count_ngrams(text: str) -> tuple[Counter[str], Counter[str]]:
    """Count words and pairs of words, and runs of 2 to 5 characters within words, of a short text.

    The counters are shared between calls: read them only.

    Examples
    --------
    >>> words, runs = count_ngrams("No ban")
    >>> sorted(words), runs[" ba"]
    (['ban', 'no', 'no ban'], 1)
    """
    vocabulary = Words()
    tokens = tokenize(text, vocabulary)
    folded = [fold(vocabulary.words[i]) for i in tokens.ids.tolist()]
    words = Counter(folded)
    words.update(f"{a} {b}" for a, b in pairwise(folded))
    runs: Counter[str] = Counter()
    for word in folded:
        padded = f" {word[:40]} "
        for size in range(2, _LONGEST_CHARACTERS + 1):
            runs.update(padded[i : i + size] for i in range(max(1, len(padded) - size + 1)))
    return words, runs


@dataclass(frozen=True, slots=True)
class Ngrams:
    """Words and character runs with their weights (inverse document frequencies), in a fixed order.

    Attributes
    ----------
    words, runs
        The n-grams and their places.
    weights
        Of all words, then of all runs. Shape (len(words) + len(runs),).
    """

    words: Mapping[str, int]
    runs: Mapping[str, int]
    weights: NDArray[np.float64]

    def vector(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the places and values of the n-grams of `text`: two blocks, each of length one."""
        places: list[int] = []
        values: list[float] = []
        for counts, known in zip(count_ngrams(text), (self.words, self.runs), strict=True):
            block = [(known[g], 1.0 + math.log(n)) for g, n in counts.items() if g in known]
            own = [value * float(self.weights[place]) for place, value in block]
            length = math.sqrt(sum(value * value for value in own)) or 1.0
            places.extend(place for place, _ in block)
            values.extend(value / length for value in own)
        return np.array(places, dtype=np.int64), np.array(values)


def log_evidence(evidence: Iterable[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return summed dictionary evidence on the scale that classifiers see."""
    logged: NDArray[np.float64] = np.log1p(np.asarray(evidence, dtype=np.float64))
    return logged


def pair_products(
    vectors: NDArray[np.float64], centre: NDArray[np.float64], components: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the products of every two parts of `vectors` along `components`, each pair once.

    They are scaled so that the dot product of two rows is the square of that of their parts.

    Parameters
    ----------
    vectors
        Shape (n, 384).
    centre
        What is taken off them first, shape (384,).
    components
        Shape (d, 384).

    Returns
    -------
    ndarray
        Shape (n, d * (d + 1) / 2).

    Examples
    --------
    >>> pair_products(np.array([[3.0, 2.0]]), np.array([1.0, 1.0]), np.eye(2)).round(3).tolist()
    [[4.0, 2.828, 1.0]]
    """
    parts = (vectors - centre) @ components.T
    first, second = np.triu_indices(components.shape[0])
    products: NDArray[np.float64] = parts[:, first] * parts[:, second]
    products *= np.where(first == second, 1.0, math.sqrt(2.0))
    return products
