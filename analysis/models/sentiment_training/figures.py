"""Agreement with human labels, as in the shared scoring tool, and the temperature."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

BINS = 10


def softmax(logits: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Turn logits into probabilities.

    Parameters
    ----------
    logits
        Of shape (rows, labels).

    Returns
    -------
    numpy.ndarray
        float64 of the same shape.

    Examples
    --------
    >>> softmax(np.zeros((1, 2))).tolist()
    [[0.5, 0.5]]
    """
    powers = np.exp(logits.astype(np.float64) - logits.max(1, keepdims=True))
    result: npt.NDArray[np.float64] = powers / powers.sum(1, keepdims=True)
    return result


def macro_f1(predicted: npt.NDArray[np.int64], gold: npt.NDArray[np.int64]) -> float:
    """Mean F1 over the three labels.

    Parameters
    ----------
    predicted, gold
        Label numbers.

    Returns
    -------
    float
    """
    scores = []
    for label in range(3):
        hits = int(((predicted == label) & (gold == label)).sum())
        scores.append(2 * hits / max(1, int((predicted == label).sum() + (gold == label).sum())))
    return float(np.mean(scores))


def calibration_error(probability: npt.NDArray[np.float64], gold: npt.NDArray[np.int64]) -> float:
    """Expected calibration error over ten equal bins (Guo et al., ICML 2017).

    Parameters
    ----------
    probability
        Of shape (rows, labels).
    gold
        Label numbers.

    Returns
    -------
    float
    """
    top = probability.max(1)
    right = probability.argmax(1) == gold
    bins = np.minimum(BINS - 1, (top * BINS).astype(int))
    return float(sum(abs(top[bins == b].sum() - right[bins == b].sum()) for b in range(BINS)) / len(gold))


def fit_temperature(logits: npt.NDArray[np.floating], gold: Sequence[int]) -> float:
    """Find the temperature of least log loss on held-out rows (Guo et al., ICML 2017).

    Parameters
    ----------
    logits
        Of shape (rows, labels).
    gold
        Label numbers.

    Returns
    -------
    float
        Divide logits by it.
    """
    rows = np.arange(len(gold))
    candidates = np.exp(np.linspace(np.log(0.3), np.log(4.0), 400))
    losses = [-np.log(softmax(logits / t)[rows, list(gold)]).mean() for t in candidates]
    return float(candidates[int(np.argmin(losses))])


def figures(logits: npt.NDArray[np.floating], gold: Sequence[int]) -> dict[str, float]:
    """Summarize agreement.

    Parameters
    ----------
    logits
        Of shape (rows, labels).
    gold
        Label numbers.

    Returns
    -------
    dict of str to float
        ``macro_f1``, ``accuracy``, ``ece``, ``log_loss``, to four places.
    """
    probability, wanted = softmax(logits), np.asarray(gold, np.int64)
    predicted = probability.argmax(1).astype(np.int64)
    loss = -np.log(probability[np.arange(len(wanted)), wanted]).mean()
    return {
        "macro_f1": round(macro_f1(predicted, wanted), 4),
        "accuracy": round(float((predicted == wanted).mean()), 4),
        "ece": round(calibration_error(probability, wanted), 4),
        "log_loss": round(float(loss), 4),
    }
