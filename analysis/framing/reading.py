"""What a method says of one article: the common form of the three methods' results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.language import Document

__all__ = ["EMPTY_SENTENCES", "HAS_FRAME", "Method", "Reading", "Readings", "odds_score"]

EMPTY_SENTENCES = 10
"""Sentences without evidence that are added to every article, so that a short one gets no frame from a single word."""


HAS_FRAME = 0.5
"""From this score on a sentence or an article has a frame."""


class Reading(NamedTuple):
    """What a method says of one article with n sentences, for F frames.

    Attributes
    ----------
    scores
        Of each sentence and frame, 0 to 1; from 0.5 on the sentence has the frame. Shape (n, F).
    carried
        How much each sentence adds to the article's score; by it evidence is ranked. Shape (n, F).
    hits
        Pieces of evidence in each sentence. Shape (n, F).
    article
        The article's score, 0 to 1; from 0.5 on it has the frame. Shape (F,).
    """

    scores: NDArray[np.float64]
    carried: NDArray[np.float64]
    hits: NDArray[np.int64]
    article: NDArray[np.float64]


class Readings(NamedTuple):
    """What a method says of several articles with N sentences together, counted through.

    Of most sentences and frames there is nothing to say: those with a score over 0 are listed, K of them.

    Attributes
    ----------
    sentence, frame
        Which sentence and which frame, shape (K,).
    score, found
        What `scores` and `hits` of `Reading` are for the two, shape (K,).
    article
        As in `Reading`, shape (articles, F).
    length
        The number of sentences, N.
    """

    sentence: NDArray[np.int64]
    frame: NDArray[np.int64]
    score: NDArray[np.float64]
    found: NDArray[np.int64]
    article: NDArray[np.float64]
    length: int

    @classmethod
    def of(cls, readings: Sequence[Reading]) -> Readings:
        """Join the readings of single articles."""
        scores = np.concatenate([reading.scores for reading in readings])
        hits = np.concatenate([reading.hits for reading in readings])
        sentence, frame = np.nonzero(scores)
        article = np.stack([reading.article for reading in readings])
        return cls(sentence, frame, scores[sentence, frame], hits[sentence, frame], article, len(scores))

    @property
    def scores(self) -> NDArray[np.float64]:
        """Those of all sentences and frames, as in `Reading`. Shape (N, F)."""
        return self._full(self.score)

    @property
    def hits(self) -> NDArray[np.int64]:
        """Those of all sentences and frames, as in `Reading`. Shape (N, F)."""
        return self._full(self.found)

    def _full(self, values: NDArray[Any]) -> NDArray[Any]:
        full = np.zeros((self.length, self.article.shape[1]), dtype=values.dtype)
        full[self.sentence, self.frame] = values
        return full


class Method(Protocol):
    """A way to decide on frames: `labels` names them, `read` decides on them for one article."""

    @property
    def labels(self) -> Sequence[str]:
        """``codebook/frame`` of each frame, in order."""

    def read(self, document: Document) -> Reading:
        """Return scores of every sentence and of the article, for every frame."""


def odds_score(evidence: NDArray[np.float64], threshold: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Return evidence of 0 or more on the scale from 0 to 1, with 0.5 at the threshold.

    Examples
    --------
    >>> odds_score(np.array([0.0, 1.0, 3.0]), 1.0).tolist()
    [0.0, 0.5, 0.75]
    """
    scored: NDArray[np.float64] = evidence / (evidence + threshold)
    return scored
