"""What a method says of one article: the common form of the three methods' results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.language import Document

__all__ = ["EMPTY_SENTENCES", "Method", "Reading", "Readings", "odds_score"]

EMPTY_SENTENCES = 10
"""Sentences without evidence that are added to every article, so that a short one gets no frame from a single word."""


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
    """What a method says of several articles with N sentences together, in order; as in `Reading`.

    Attributes
    ----------
    scores, hits
        Shape (N, F).
    article
        Shape (articles, F).
    """

    scores: NDArray[np.float64]
    hits: NDArray[np.int64]
    article: NDArray[np.float64]

    @classmethod
    def of(cls, readings: Sequence[Reading]) -> Readings:
        """Join the readings of single articles."""
        return cls(
            np.concatenate([reading.scores for reading in readings]),
            np.concatenate([reading.hits for reading in readings]),
            np.stack([reading.article for reading in readings]),
        )


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
