"""From training rows to a classifier: which features count how much is chosen by rows left out, never by hand.

The candidates are few and fixed. Of each the scores of rows left out are calibrated, and the one with the least log
loss is taken, anew for every set of training rows; so the choice is made inside each fold of a cross-validation too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis import encoder
from analysis.framing.classifier import Classifier, within
from analysis.framing.examples import Examples, Scaled
from analysis.framing.ridge import calibrate, expected_threshold, log_loss, row_weights, solve

__all__ = ["ARTICLES", "SENTENCES", "Learnt", "Settings", "apply", "as_classifier", "learn"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How strongly each kind of feature counts: scales of kernels that are added up.

    Attributes
    ----------
    encoder, pairs, dictionary, own, ngrams
        Of the encoder's vector, the products of its main directions, all dictionary frames, the dictionary frame of
        the same name, and the n-grams.
    """

    encoder: float
    pairs: float
    dictionary: float
    own: float
    ngrams: float


class Candidates(NamedTuple):
    """Settings to choose from, each with every one of the strengths (inverse of the regularisation)."""

    settings: tuple[Settings, ...]
    strengths: tuple[float, ...]


SENTENCES = Candidates(
    (
        Settings(encoder=2.0, pairs=2.0, dictionary=0.3, own=0.0, ngrams=1.0),
        Settings(encoder=2.0, pairs=0.0, dictionary=0.3, own=0.0, ngrams=1.0),
    ),
    (0.2, 0.5, 1.0),
)
ARTICLES = Candidates(
    (
        Settings(encoder=1.0, pairs=0.0, dictionary=0.0, own=0.3, ngrams=0.0),
        Settings(encoder=1.0, pairs=0.0, dictionary=0.0, own=0.6, ngrams=0.0),
    ),
    (0.05, 0.1, 0.2),
)


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a set of training rows teaches, as weights of these rows. n rows, F frames.

    Attributes
    ----------
    training
        The rows.
    settings, strength
        What was chosen.
    dual
        Weight of each row for each frame, shape (n, F).
    slopes, offsets
        Turn a score into log odds, the threshold taken off, shape (F,).
    at_least, at_most
        The fewest and the most frames that one of the rows has.
    """

    training: NDArray[np.int64]
    scaled: Scaled
    settings: Settings
    strength: float
    dual: NDArray[np.float64]
    slopes: NDArray[np.float64]
    offsets: NDArray[np.float64]
    at_least: int
    at_most: int


class _Blocks:
    """The kernels of each kind of feature between all rows and the training rows."""

    def __init__(self, scaled: Scaled, training: NDArray[np.int64]) -> None:
        self.encoder = scaled.vectors @ scaled.vectors[training].T
        self.pairs = scaled.pairs @ scaled.pairs[training].T
        self.dictionary = scaled.evidence @ scaled.evidence[training].T / max(1, scaled.evidence.shape[1])
        lexical = scaled.lexical
        self.ngrams = 0.0 if lexical is None else np.asarray((lexical @ lexical[training].T).todense())
        self.evidence, self.training = scaled.evidence, training

    def kernel(self, settings: Settings, own: int) -> NDArray[np.float64]:
        """Return the sum of the kernels, and 1 for the constant; with that of the dictionary frame `own`, unless -1."""
        whole: NDArray[np.float64] = (
            settings.encoder * self.encoder
            + settings.pairs * self.pairs
            + settings.dictionary * self.dictionary
            + settings.ngrams * self.ngrams
            + 1.0
        )
        if own >= 0:
            whole += settings.own * np.outer(self.evidence[:, own], self.evidence[self.training, own])
        return whole


def learn(table: Examples, truth: NDArray[np.bool_], training: NDArray[np.int64]) -> Learnt:
    """Return what the training rows teach: the best of the candidates, calibrated, with its thresholds."""
    return _learn(table, truth, training)[0]


def apply(
    table: Examples, truth: NDArray[np.bool_], training: NDArray[np.int64], rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Learn from the training rows and return scores from 0 to 1 of `rows`, shape (rows, F)."""
    learnt, blocks = _learn(table, truth, training)
    raw = np.empty((len(rows), truth.shape[1]))
    for own, columns in _by_kernel(table, learnt.settings).items():
        raw[:, columns] = blocks.kernel(learnt.settings, own)[rows] @ learnt.dual[:, columns]
    raw = raw * learnt.slopes + learnt.offsets
    return np.array([within(row, learnt.at_least, learnt.at_most) for row in raw]).reshape(raw.shape)


def _learn(table: Examples, truth: NDArray[np.bool_], training: NDArray[np.int64]) -> tuple[Learnt, _Blocks]:
    scaled = table.scaled(training)
    blocks = _Blocks(scaled, training)
    known = truth[training]
    candidates = SENTENCES if table.short else ARTICLES
    strengths = candidates.strengths
    best: tuple[float, Settings, float, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]] | None = None
    for settings in candidates.settings:
        dual = np.empty((len(strengths), *known.shape))
        left_out = np.empty((len(strengths), *known.shape))
        for own, columns in _by_kernel(table, settings).items():
            part = known[:, columns]
            solved = solve(blocks.kernel(settings, own)[training], part, row_weights(part), strengths)
            for place, solution in enumerate(solved):
                dual[place][:, columns], left_out[place][:, columns] = solution
        for place, strength in enumerate(strengths):
            lines = np.array([calibrate(left_out[place][:, j], known[:, j]) for j in range(known.shape[1])])
            odds = left_out[place] * lines[:, 0] + lines[:, 1]
            loss = log_loss(odds, known)
            # Ten digits: settings that differ by rounding alone are equal, and the first is taken.
            if best is None or round(loss, 10) < round(best[0], 10):
                best = loss, settings, strength, dual[place], lines, odds
    assert best is not None
    _, settings, strength, chosen, lines, odds = best
    thresholds = np.array([expected_threshold(odds[:, j]) for j in range(known.shape[1])])
    counts = known.sum(axis=1)
    learnt = Learnt(
        training=training,
        scaled=scaled,
        settings=settings,
        strength=strength,
        dual=chosen,
        slopes=lines[:, 0],
        offsets=lines[:, 1] - thresholds,
        at_least=int(counts.min()),
        at_most=int(counts.max()),
    )
    return learnt, blocks


def _by_kernel(table: Examples, settings: Settings) -> dict[int, list[int]]:
    """Return the columns of the frames that share a kernel, by the dictionary frame that is in it (-1 for none)."""
    groups: dict[int, list[int]] = {}
    for column, own in enumerate(table.own):
        groups.setdefault(own if settings.own else -1, []).append(column)
    return groups


def as_classifier(table: Examples, learnt: Learnt) -> Classifier:
    """Return the classifier as weights of features, that needs no training row any more."""
    settings, scaled, training = learnt.settings, learnt.scaled, learnt.training
    dual = learnt.dual * learnt.slopes
    share = settings.dictionary / max(1, scaled.evidence.shape[1])
    encoder_weights = settings.encoder * (dual.T @ scaled.vectors[training]) / scaled.width
    dictionary_weights = share * (dual.T @ scaled.evidence[training]) * scaled.scale
    for j, own in enumerate(table.own):
        if own >= 0 and settings.own:
            part = float(dual[:, j] @ scaled.evidence[training, own])
            dictionary_weights[j, own] += settings.own * part * scaled.scale[own]
    ngram_weights = np.zeros((len(table.names), len(scaled.ngrams.weights)))
    if scaled.lexical is not None:
        ngram_weights = settings.ngrams * np.asarray(scaled.lexical[training].T @ dual).T
    # Products that were not chosen would be a block of zeros.
    paired = bool(settings.pairs) and scaled.pairs.shape[1] > 0
    pair_weights = settings.pairs * (dual.T @ scaled.pairs[training])
    return Classifier(
        frames=table.names,
        dictionary=table.bases,
        ngrams=scaled.ngrams,
        encoder_weights=encoder_weights,
        dictionary_weights=dictionary_weights,
        ngram_weights=ngram_weights,
        offsets=dual.sum(axis=0) + learnt.offsets - encoder_weights @ scaled.centre - dictionary_weights @ scaled.low,
        slopes=np.ones(len(table.names)),
        centre=scaled.centre if paired else np.zeros(0),
        components=scaled.components if paired else np.zeros((0, encoder.WIDTH)),
        pair_weights=pair_weights if paired else np.zeros((len(table.names), 0)),
        at_least=learnt.at_least,
        at_most=learnt.at_most,
        encoder=encoder.fingerprint(),
    )
