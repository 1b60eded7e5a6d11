"""Agreement of one predicted label a row with human coding: figures, intervals, calibration, confusion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["BINS", "bootstrap", "figures", "reliability"]

BINS = 10
_RESAMPLES = 1000
_SEED = 20250107


def figures(
    gold: Sequence[str],
    predicted: Sequence[str],
    labels: Sequence[str],
    *,
    probabilities: Sequence[Mapping[str, float]] = (),
) -> dict[str, float]:
    """Return macro F1, accuracy, average recall and, where probabilities are given, the expected calibration error.

    Parameters
    ----------
    gold, predicted
        The labels of the same rows.
    labels
        All labels, in order; each counts the same in the macro averages, whether it occurs or not.
    probabilities
        Of each row a probability for each label.

    Notes
    -----
    Expected calibration error over ten equal bins of the largest probability: Naeini et al., AAAI 2015; Guo et al.,
    ICML 2017. Average recall: Rosenthal et al., SemEval 2017.

    Examples
    --------
    >>> figures(["a", "a", "b"], ["a", "b", "b"], ["a", "b"])["accuracy"]
    0.6666666666666666
    """
    f1s, recalls = [], []
    for label in labels:
        hits = sum(g == p == label for g, p in zip(gold, predicted, strict=True))
        in_gold = sum(g == label for g in gold)
        f1s.append(_ratio(2 * hits, sum(p == label for p in predicted) + in_gold))
        recalls.append(_ratio(hits, in_gold))
    found = {
        "macro_f1": sum(f1s) / len(labels),
        "accuracy": _ratio(sum(g == p for g, p in zip(gold, predicted, strict=True)), len(gold)),
        "average_recall": sum(recalls) / len(labels),
    }
    if probabilities:
        bins = reliability(gold, predicted, probabilities)
        found["ece"] = sum(abs(confidence - right) for _, confidence, right in bins) / max(1, len(gold))
    return found


def reliability(
    gold: Sequence[str], predicted: Sequence[str], probabilities: Sequence[Mapping[str, float]]
) -> list[tuple[int, float, int]]:
    """Return, for each tenth of the largest probability: the rows, the sum of that probability, the right rows.

    Examples
    --------
    >>> reliability(["a"], ["a"], [{"a": 0.75, "b": 0.25}])[7]
    (1, 0.75, 1)
    """
    rows, confidences, right = [0] * BINS, [0.0] * BINS, [0] * BINS
    for g, p, probability in zip(gold, predicted, probabilities, strict=True):
        top = max(probability.values())
        place = min(BINS - 1, int(top * BINS))
        rows[place] += 1
        confidences[place] += top
        right[place] += g == p
    return list(zip(rows, confidences, right, strict=True))


def bootstrap(gold: Sequence[str], predicted: Sequence[str], labels: Sequence[str]) -> tuple[float, float]:
    """Return a 95 % interval of macro F1 by resampling rows 1,000 times from a fixed seed (Efron, 1979).

    Examples
    --------
    >>> bootstrap(["a", "b"] * 20, ["a", "b"] * 20, ["a", "b"])
    (1.0, 1.0)
    """
    numbers = {label: number for number, label in enumerate(labels)}
    count = len(labels)
    cells = np.array([numbers[g] * count + numbers[p] for g, p in zip(gold, predicted, strict=True)], dtype=np.int64)
    shares = np.bincount(cells, minlength=count * count) / len(cells)
    drawn: NDArray[np.int64] = np.random.default_rng(_SEED).multinomial(len(cells), shares, size=_RESAMPLES)
    confusions = drawn.reshape(_RESAMPLES, count, count)
    hits = np.diagonal(confusions, axis1=1, axis2=2)
    f1s = 2 * hits / np.maximum(1, confusions.sum(axis=1) + confusions.sum(axis=2))
    low, high = np.quantile(f1s.mean(axis=1), [0.025, 0.975])
    return float(low), float(high)


def _ratio(a: float, b: float) -> float:
    return a / b if b else 0.0
