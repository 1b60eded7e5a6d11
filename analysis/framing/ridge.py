"""Ridge regression in closed form, and its scores as probabilities: what `fit` learns with.

Regularised least-squares classification (Rifkin, Yeo & Poggio 2003): leaving a row out has a closed form in it, so that
calibration (Platt 1999), thresholds and the choice of settings all rest on rows that the weights have not seen, and
cross-validation takes seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Solution", "calibrate", "expected_threshold", "log_loss", "row_weights", "solve"]

_STEPS = 50
_LEAST_SLOPE = 1e-3


class Solution(NamedTuple):
    """A ridge regression of n rows on F frames: dual weights, and each row's score when it is left out, both (n, F)."""

    dual: NDArray[np.float64]
    left_out: NDArray[np.float64]


def row_weights(truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return a weight for each row, 1 on average: for each frame those with and without it count the same, averaged.

    Examples
    --------
    >>> row_weights(np.array([[True], [False], [False], [False]])).round(2).tolist()
    [2.0, 0.67, 0.67, 0.67]
    """
    share = truth.mean(axis=0)
    varied = (share > 0) & (share < 1)
    if not varied.any():
        return np.ones(len(truth))
    part = share[varied]
    weights: NDArray[np.float64] = np.where(truth[:, varied], 0.5 / part, 0.5 / (1.0 - part)).mean(axis=1)
    weights /= weights.mean()
    return weights


def solve(
    kernel: NDArray[np.float64], truth: NDArray[np.bool_], weights: NDArray[np.float64], strengths: Sequence[float]
) -> list[Solution]:
    """Solve ridge regressions on +1 and -1 with one kernel, for several strengths, from one decomposition.

    Parameters
    ----------
    kernel
        Of the training rows, shape (n, n), with what stands for the constant in it.
    truth
        Whether a row has a frame, shape (n, F).
    weights
        Of the rows, shape (n,).
    strengths
        Inverses of the regularisation; a solution is returned for each.
    """
    from threadpoolctl import threadpool_limits

    target = np.where(truth, 1.0, -1.0)
    root = np.sqrt(weights)
    # In one thread, so that sums have one order, and because several cost more than they bring at this size.
    with threadpool_limits(1):
        values, vectors = np.linalg.eigh(root[:, None] * kernel * root)
        vectors = vectors * root[:, None]
        turned, squared = vectors.T @ target, vectors**2
        found = []
        for strength in strengths:
            shrunk = 1.0 / (np.maximum(values, 0.0) + 1.0 / strength)
            dual = vectors @ (shrunk[:, None] * turned)
            found.append(Solution(dual, target - dual / (squared @ shrunk)[:, None]))
    return found


def calibrate(scores: NDArray[np.float64], present: NDArray[np.bool_]) -> tuple[float, float]:
    """Return slope and offset that turn scores of one frame into log odds (Platt 1999; Lin, Lin & Weng 2007).

    The targets are Platt's, a little inside 0 and 1, so that classes that are parted give finite numbers. A slope is
    never negative.

    Examples
    --------
    >>> slope, offset = calibrate(np.array([-1.0, -0.5, 0.5, 1.0] * 5), np.array([False, False, True, True] * 5))
    >>> slope > 2, abs(offset) < 1e-6
    (True, True)
    """
    spread = float(scores.std()) or 1.0
    middle = float(scores.mean())
    x = (scores - middle) / spread
    yes, no = int(present.sum()), int((~present).sum())
    target = np.where(present, (yes + 1.0) / (yes + 2.0), 1.0 / (no + 2.0))
    slope, offset = 0.0, float(np.log((yes + 1.0) / (no + 1.0)))
    loss = _loss(slope * x + offset, target)
    for _ in range(_STEPS):
        share = 1.0 / (1.0 + np.exp(-(slope * x + offset)))
        error, curve = share - target, share * (1.0 - share)
        a, b, c = float(curve @ x**2) + 1e-9, float(curve @ x), float(curve.sum()) + 1e-9
        first, second = float(error @ x), float(error.sum())
        determinant = a * c - b * b
        step = (c * first - b * second) / determinant, (a * second - b * first) / determinant
        size = 1.0
        while size > 1e-6:
            tried = slope - size * step[0], offset - size * step[1]
            fresh = _loss(tried[0] * x + tried[1], target)
            if fresh <= loss:
                break
            size /= 2.0
        else:
            break
        slope, offset, gained, loss = *tried, loss - fresh, fresh
        if gained < 1e-10:
            break
    slope = max(slope, _LEAST_SLOPE) / spread
    return slope, offset - slope * middle


def _loss(odds: NDArray[np.float64], target: NDArray[np.float64]) -> float:
    return float((np.logaddexp(0.0, odds) - target * odds).sum())


def log_loss(odds: NDArray[np.float64], truth: NDArray[np.bool_]) -> float:
    """Return the mean log loss of log odds, over rows and frames."""
    return float(np.logaddexp(0.0, np.where(truth, -odds, odds)).mean())


def expected_threshold(odds: NDArray[np.float64]) -> float:
    """Return the log odds above which a frame is given so that the F1 to be expected is best.

    It follows from the probabilities alone, so it does not chase single rows as the threshold of the best F1 found
    would; it lies near half of that F1 (Lipton, Elkan & Naryanaswamy 2014).

    Examples
    --------
    >>> expected_threshold(np.array([-3.0, -2.5, 2.0, 3.0]))
    -0.25
    """
    ranked = np.sort(odds)[::-1]
    hits = np.cumsum(1.0 / (1.0 + np.exp(-ranked)))
    f1 = 2.0 * hits / (np.arange(1, len(ranked) + 1) + hits[-1])
    # Equal scores fall on one side of a threshold together.
    f1[:-1][ranked[:-1] == ranked[1:]] = -1.0
    best = int(np.argmax(f1))
    below = ranked[best + 1] if best + 1 < len(ranked) else ranked[best] - 1.0
    return float((ranked[best] + below) / 2.0)
