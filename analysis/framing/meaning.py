"""The meaning method: how near a sentence comes to a frame's definition, question and examples.

A sentence's similarity to a frame is the mean of its cosines with these texts. An article's is that of its five nearest
sentences, on average. What is near enough the codebook itself says: halfway between the frame's own examples (each
against the others) and its counter-examples and the examples of the other frames.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.encoder import WIDTH, encode
from analysis.framing.codebook import Codebook, Frame
from analysis.framing.features import sentence_texts, sentence_vectors
from analysis.framing.reading import Reading
from analysis.language import Document, Lexicon

__all__ = ["Meaning", "nearest_examples"]

NEAREST = 5
_STEEPNESS = 25.0
"""Turns a difference of cosines into odds: one standard deviation of articles (0.035) changes the odds by a factor of
2.4."""


class Meaning:
    """The definitions and examples of several codebooks as vectors.

    Parameters
    ----------
    codebooks
        Frames without an example are left out: a definition alone is compared with nothing.
    mask
        Patterns of words that are cut out of the sentences first.
    """

    def __init__(self, codebooks: Sequence[Codebook], mask: Sequence[str] = ()) -> None:
        labels: list[str] = []
        prototypes: list[NDArray[np.float64]] = []
        thresholds: list[float] = []
        for codebook in codebooks:
            frames = [frame for frame in codebook.frames if frame.examples]
            examples = {frame.name: encode(frame.examples).astype(np.float64) for frame in frames}
            for frame in frames:
                texts = encode(_texts(frame)).astype(np.float64)
                others = [examples[other.name] for other in frames if other.name != frame.name]
                if frame.counter_examples:
                    others.append(encode(frame.counter_examples).astype(np.float64))
                labels.append(f"{codebook.name}/{frame.name}")
                prototypes.append(texts.mean(axis=0))
                thresholds.append(_threshold(texts, len(frame.examples), others))
        self.labels = tuple(labels)
        self._prototypes = np.array(prototypes).reshape(-1, WIDTH)
        self._thresholds = np.array(thresholds)
        self._mask = Lexicon([mask]) if mask else None

    def read(self, document: Document) -> Reading:
        """Return scores of every sentence and of the article, for every frame."""
        near = sentence_vectors(document, self._mask) @ self._prototypes.T
        top = np.sort(near, axis=0)[-NEAREST:].mean(axis=0)
        scores = self._score(near)
        return Reading(scores, near, (scores >= 0.5).astype(np.int64), self._score(top))

    def _score(self, near: NDArray[np.float64]) -> NDArray[np.float64]:
        scored: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-_STEEPNESS * (near - self._thresholds)))
        return scored


def nearest_examples(document: Document, sentences: Sequence[int], frame: Frame, mask: Sequence[str]) -> list[str]:
    """Return, for each of `sentences`, the example of `frame` that it is nearest to; ``""`` where it has none."""
    if not frame.examples or not sentences:
        return [""] * len(sentences)
    texts = sentence_texts(document, Lexicon([mask]) if mask else None)
    near = encode([texts[i] for i in sentences]) @ encode(frame.examples).T
    return [frame.examples[i] for i in near.argmax(axis=1).tolist()]


def _texts(frame: Frame) -> list[str]:
    return [text for text in (*frame.examples, frame.definition, frame.question) if text]


def _threshold(texts: NDArray[np.float64], examples: int, others: Sequence[NDArray[np.float64]]) -> float:
    count = len(texts)
    near = texts[:examples] @ texts.sum(axis=0)
    # An example's cosine with itself is 1 and says nothing.
    own = float(((near - 1.0) / max(1, count - 1)).mean()) if count > 1 else 1.0
    if not others:
        return own / 2.0
    away = float((np.concatenate(list(others)) @ texts.mean(axis=0)).mean())
    return (own + away) / 2.0
