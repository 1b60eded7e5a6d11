"""Coded rows as `fit` sees them: every feature computed once, and what a set of training rows makes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.encoder import WIDTH
from analysis.framing.codebook import Codebook
from analysis.framing.dictionary import Dictionary
from analysis.framing.features import Ngrams, count_ngrams, log_evidence, pair_products, sentence_vectors
from analysis.language import Vocabulary, read_document

__all__ = ["COMPONENTS", "Examples", "Scaled"]

COMPONENTS = 64
"""Main directions of the encoder's vectors whose products are features of short rows."""


class Examples:
    """The features of all coded rows.

    Attributes
    ----------
    names
        The frames to learn.
    own
        For each, the place of the dictionary frame of the same name; -1 where there is none.
    short
        Whether most rows are of one sentence.
    means
        The encoder's vectors, averaged over sentences, shape (n, 384).
    evidence
        The dictionary's, on the scale that classifiers see, shape (n, D).
    """

    def __init__(self, texts: Sequence[str], bases: tuple[Codebook, ...], names: Sequence[str]) -> None:
        vocabulary = Vocabulary()
        documents = [read_document("", text, vocabulary) for text in texts]
        self.names = tuple(names)
        self.bases = bases
        dictionary = Dictionary(bases)
        self.own = [
            next((i for i, label in enumerate(dictionary.labels) if label.split("/", 1)[1] == name), -1)
            for name in names
        ]
        self.evidence = np.array([log_evidence(dictionary.evidence(d).sum(axis=0)) for d in documents])
        self.vectors = [sentence_vectors(d, None) for d in documents]
        self.means = np.array([v.mean(axis=0) if len(v) else np.zeros(WIDTH) for v in self.vectors])
        self.short = float(np.median([len(d.sentences) for d in documents])) <= 1
        self._counted: tuple[tuple[list[str], Any], ...] = ()
        if self.short:
            spans = [d.sentences.tolist() for d in documents]
            counts = [
                count_ngrams("\n".join(text[a:b] for a, b in part)) for part, text in zip(spans, texts, strict=True)
            ]
            self._counted = _matrix([words for words, _ in counts]), _matrix([runs for _, runs in counts])

    def __len__(self) -> int:
        return len(self.means)

    def scaled(self, training: NDArray[np.int64]) -> Scaled:
        """Return the features of all rows, centred and scaled as the training rows say."""
        centre = self.means[training].mean(axis=0)
        moved = self.means - centre
        width = float(np.sqrt((moved[training] ** 2).sum(axis=1).mean())) or 1.0
        low, spread = self.evidence[training].mean(axis=0), self.evidence[training].std(axis=0)
        # A frame whose words never occur has no spread, and no say.
        scale = np.where(spread > 1e-9, 1.0 / np.where(spread > 1e-9, spread, 1.0), 0.0)
        ngrams, lexical = self._ngrams(training)
        components = _components(moved[training] / width) / width if self.short else np.zeros((0, WIDTH))
        pairs = np.zeros((len(self), 0))
        if len(components):
            pairs = np.array(
                [
                    pair_products(v, centre, components).mean(axis=0) if len(v) else np.zeros(_pairs(len(components)))
                    for v in self.vectors
                ]
            )
        return Scaled(moved / width, centre, width, (self.evidence - low) * scale, low, scale, components, pairs,
                      ngrams, lexical)  # fmt: skip

    def _ngrams(self, training: NDArray[np.int64]) -> tuple[Ngrams, Any]:
        """Return the n-grams of the training rows, with smoothed inverse document frequencies, and all rows in them."""
        from scipy import sparse

        if not self._counted:
            return Ngrams({}, {}, np.zeros(0)), None
        kept_grams, blocks, weights = [], [], []
        for (grams, counts), fewest in zip(self._counted, (1, 2), strict=True):
            frequency = np.bincount(counts[training].indices, minlength=counts.shape[1])
            kept = np.flatnonzero(frequency >= fewest)
            weight = np.log((1 + len(training)) / (1 + frequency[kept].astype(np.float64))) + 1
            block = counts[:, kept].astype(np.float64)
            block.data = 1.0 + np.log(block.data)
            block = block @ sparse.diags(weight)
            length = np.sqrt(np.asarray(block.multiply(block).sum(axis=1)).ravel())
            blocks.append(sparse.diags(1.0 / np.where(length > 0, length, 1.0)) @ block)
            kept_grams.append([grams[place] for place in kept.tolist()])
            weights.append(weight)
        words, runs = kept_grams
        places = {gram: place for place, gram in enumerate(words)}
        later = {gram: place for place, gram in enumerate(runs, start=len(words))}
        return Ngrams(places, later, np.concatenate(weights)), sparse.hstack(blocks).tocsr()


@dataclass(frozen=True, slots=True)
class Scaled:
    """The features of all rows, on the scale that a set of training rows gives them.

    Attributes
    ----------
    vectors, centre, width
        The encoder's means less `centre`, over `width`.
    evidence, low, scale
        The dictionary's less `low`, times `scale`.
    components, pairs
        Directions, and the products of each row's parts along them.
    ngrams, lexical
        N-grams, and the rows in them (a sparse matrix, or None).
    """

    vectors: NDArray[np.float64]
    centre: NDArray[np.float64]
    width: float
    evidence: NDArray[np.float64]
    low: NDArray[np.float64]
    scale: NDArray[np.float64]
    components: NDArray[np.float64]
    pairs: NDArray[np.float64]
    ngrams: Ngrams
    lexical: Any


def _components(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the main directions of centred vectors, strongest first; signs do not matter to products."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        values, directions = np.linalg.eigh(vectors.T @ vectors / len(vectors))
    some = int((values > 1e-9 * max(float(values[-1]), 1e-12)).sum())
    return np.ascontiguousarray(directions[:, ::-1][:, : min(COMPONENTS, some, len(vectors) - 1)].T)


def _pairs(components: int) -> int:
    return components * (components + 1) // 2


def _matrix(counts: Sequence[Counter[str]]) -> tuple[list[str], Any]:
    """Return the n-grams that occur, in order, and how often each row has each."""
    from scipy.sparse import csr_matrix

    grams = sorted(set().union(*counts))
    places = {gram: place for place, gram in enumerate(grams)}
    bounds = np.cumsum([0, *map(len, counts)])
    columns = np.array([places[gram] for row in counts for gram in row], dtype=np.int64)
    values = np.array([count for row in counts for count in row.values()], dtype=np.int64)
    matrix = csr_matrix((values, columns, bounds), shape=(len(counts), len(grams)))
    matrix.sort_indices()
    return grams, matrix
