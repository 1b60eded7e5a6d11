"""A linear classifier for each frame over encoder, dictionary and n-gram features, as plain numbers.

An article's score is the encoder's part, averaged over its sentences, plus the dictionary's (the logarithm of the
evidence) and, for classifiers learnt from single sentences, that of its n-grams and of the products of the encoder's
main directions; a threshold is taken off. A sentence's score is the one the article would have if all of its
sentences were like this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.framing.codebook import Codebook
from analysis.framing.dictionary import MOST_A_SENTENCE, Dictionary
from analysis.framing.features import Ngrams, log_evidence, pair_products, sentence_texts, sentence_vectors
from analysis.framing.reading import Reading
from analysis.language import Document, Lexicon

__all__ = ["Classifier", "FittedMethod", "within"]


@dataclass(frozen=True, slots=True)
class Classifier:
    """What `fit` learnt. F frames, D dictionary frames, G n-grams.

    Attributes
    ----------
    frames
        Names of the frames it decides on.
    dictionary
        The codebooks whose patterns are features, as they were when it was learnt.
    ngrams
        Words and character runs; none for classifiers learnt from articles.
    encoder_weights
        Shape (F, 384).
    dictionary_weights
        Shape (F, D).
    ngram_weights
        Shape (F, G).
    offsets
        What is added to each frame's score, its threshold taken off: it has the frame from 0 on. Shape (F,).
    slopes
        Turns a score into log odds. Shape (F,).
    centre, components, pair_weights
        For classifiers learnt from single sentences also the products of the encoder's main directions: what is taken
        off a vector, shape (384,), the directions, shape (d, 384), and a weight for each frame and product, shape
        (F, d * (d + 1) / 2); none for classifiers learnt from articles.
    at_least, at_most
        The fewest and the most frames that a coded row had; a row gets no fewer and no more.
    encoder
        Hash of the encoder it was learnt with.
    report
        Cross-validated figures and what it was learnt from.
    """

    frames: tuple[str, ...]
    dictionary: tuple[Codebook, ...]
    ngrams: Ngrams
    encoder_weights: NDArray[np.float64]
    dictionary_weights: NDArray[np.float64]
    ngram_weights: NDArray[np.float64]
    offsets: NDArray[np.float64]
    slopes: NDArray[np.float64]
    centre: NDArray[np.float64]
    components: NDArray[np.float64]
    pair_weights: NDArray[np.float64]
    at_least: int = 0
    at_most: int = 0
    encoder: str = ""
    report: dict[str, Any] = field(default_factory=dict)


class FittedMethod:
    """The classifier of one codebook, ready to score articles."""

    def __init__(self, codebook: Codebook, mask: Sequence[str] = ()) -> None:
        if codebook.classifier is None:
            raise ValueError(f"codebook {codebook.name} has no classifier")
        self._own = codebook.classifier
        known = set(codebook.names)
        self.labels = tuple(f"{codebook.name}/{name}" if name in known else "" for name in self._own.frames)
        self._dictionary = Dictionary(self._own.dictionary, mask)
        self._mask = Lexicon([mask]) if mask else None

    def read(self, document: Document) -> Reading:
        """Return scores of every sentence and of the article, for every frame."""
        own = self._own
        length = len(document.sentences)
        evidence = self._dictionary.evidence(document)
        vectors = sentence_vectors(document, self._mask)
        by_sentence = vectors @ own.encoder_weights.T
        if own.pair_weights.shape[1]:
            by_sentence += pair_products(vectors, own.centre, own.components) @ own.pair_weights.T
        lexical = self._ngram_part(document)
        article = (
            by_sentence.mean(axis=0)
            + log_evidence(evidence.sum(axis=0)) @ own.dictionary_weights.T
            + lexical
            + own.offsets
        )
        alike = by_sentence + log_evidence(evidence * length) @ own.dictionary_weights.T + lexical + own.offsets
        hits = (np.minimum(evidence, MOST_A_SENTENCE) > 0) @ (own.dictionary_weights.T > 0).astype(np.float64)
        decided = within(article * own.slopes, own.at_least, own.at_most)
        return Reading(_odds(alike * own.slopes), alike, 1 + hits.astype(np.int64), decided)

    def _ngram_part(self, document: Document) -> NDArray[np.float64]:
        if not len(self._own.ngrams.weights):
            return np.zeros(len(self._own.frames))
        places, values = self._own.ngrams.vector(self._unmasked(document))
        if not len(places):
            return np.zeros(len(self._own.frames))
        part: NDArray[np.float64] = self._own.ngram_weights[:, places] @ values
        return part

    def _unmasked(self, document: Document) -> str:
        return "\n".join(sentence_texts(document, self._mask))


def within(raw: NDArray[np.float64], at_least: int, at_most: int) -> NDArray[np.float64]:
    """Return scores from 0 to 1 of one text, with no fewer and no more frames than a coded row had.

    Parameters
    ----------
    raw
        The frames' log odds, thresholds taken off. Shape (F,).
    at_least, at_most
        The fewest and the most frames.

    Examples
    --------
    >>> within(np.array([-3.0, -1.0, -2.0]), 1, 2).round(2).tolist()
    [0.05, 0.5, 0.12]
    """
    scores = _odds(raw)
    order = np.argsort(-raw, kind="stable")
    first, rest = order[:at_least], order[at_most:]
    scores[first] = np.maximum(scores[first], 0.5)
    scores[rest] = np.minimum(scores[rest], np.nextafter(0.5, 0.0))
    return scores


def _odds(raw: NDArray[np.float64]) -> NDArray[np.float64]:
    scored: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-np.clip(raw, -60.0, 60.0)))
    return scored
