"""How well frames agree with coded ones: the figures by frame, with bootstrap intervals.

They are those of the usual definitions: F1 of the frame's rows, Matthews' correlation, the area under the ROC curve.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["area", "by_frame", "macro_f1", "matthews", "micro_f1"]

_DRAWS = 1000


def f1(truth: NDArray[np.bool_], decided: NDArray[np.bool_]) -> float:
    """Return F1 of one frame; 0 where it is neither given nor found."""
    total = int(truth.sum() + decided.sum())
    return 2 * int((truth & decided).sum()) / total if total else 0.0


def macro_f1(truth: NDArray[np.bool_], decided: NDArray[np.bool_]) -> float:
    """Return the mean of the frames' F1, shape (rows, frames)."""
    return float(np.mean([f1(truth[:, j], decided[:, j]) for j in range(truth.shape[1])]))


def micro_f1(truth: NDArray[np.bool_], decided: NDArray[np.bool_]) -> float:
    """Return F1 over all rows and frames together."""
    return f1(truth.ravel(), decided.ravel())


def matthews(truth: NDArray[np.bool_], decided: NDArray[np.bool_]) -> float:
    """Return Matthews' correlation; 0 where one side does not vary.

    Examples
    --------
    >>> matthews(np.array([True, False]), np.array([True, False]))
    1.0
    """
    n, given, found = len(truth), int(truth.sum()), int(decided.sum())
    spread = float(given * (n - given) * found * (n - found)) ** 0.5
    return (n * int((truth & decided).sum()) - given * found) / spread if spread else 0.0


def area(truth: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    """Return the area under the ROC curve, ties counted half; 0 where one class is missing.

    Examples
    --------
    >>> area(np.array([True, False, False]), np.array([0.5, 0.5, 0.1]))
    0.75
    """
    positive, negative = int(truth.sum()), int((~truth).sum())
    if not positive or not negative:
        return 0.0
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2.0)[place]
    return float((ranks[truth].sum() - positive * (positive + 1) / 2.0) / (positive * negative))


def by_frame(
    truth: NDArray[np.bool_],
    decided: NDArray[np.bool_],
    scores: NDArray[np.float64] | None,
    names: Sequence[str],
    *,
    seed: int = 0,
) -> pd.DataFrame:
    """Return a row of figures for each frame.

    Parameters
    ----------
    truth, decided
        Whether a row has a frame, as coded and as decided, shape (rows, frames).
    scores
        The scores behind the decisions, shape (rows, frames), or None.
    names
        Names of the frames.
    seed
        Of the bootstrap over rows (1000 draws, percentiles) that gives the 95 % interval of F1.

    Returns
    -------
    DataFrame
        frame, n (rows coded with it), prevalence, precision, recall, f1, f1_low, f1_high, auc, mcc.
    """
    generator = np.random.default_rng(seed)
    draws = generator.multinomial(len(truth), np.full(len(truth), 1.0 / len(truth)), size=_DRAWS)
    rows = []
    for j, name in enumerate(names):
        given, found = truth[:, j], decided[:, j]
        hits = int((given & found).sum())
        total = draws @ (given.astype(np.int64) + found)
        drawn = np.divide(
            2.0 * (draws @ (given & found).astype(np.int64)), total, out=np.zeros(_DRAWS), where=total > 0
        )
        low, high = np.percentile(drawn, [2.5, 97.5]).tolist()
        rows.append(
            {
                "frame": name,
                "n": int(given.sum()),
                "prevalence": float(given.mean()),
                "precision": hits / int(found.sum()) if found.any() else 0.0,
                "recall": hits / int(given.sum()) if given.any() else 0.0,
                "f1": f1(given, found),
                "f1_low": low,
                "f1_high": high,
                "auc": area(given, scores[:, j]) if scores is not None else float("nan"),
                "mcc": matthews(given, found),
            }
        )
    return pd.DataFrame(rows)
