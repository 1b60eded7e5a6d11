"""Learn a classifier from coded rows, and measure it on rows held back.

Everything that is learnt (weights, settings, calibration, thresholds) is learnt anew from each fold's training rows:
see `analysis.framing.learning`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import InputError
from analysis.framing.codebook import Codebook, Frame
from analysis.framing.examples import Examples
from analysis.framing.figures import by_frame, macro_f1
from analysis.framing.learning import apply, as_classifier, learn
from analysis.framing.loading import load_codebook, shipped_codebooks
from analysis.framing.prediction import row_text

__all__ = ["Fitted", "cross_validate", "cut_folds", "fit"]

_CURVE = (0.25, 0.5, 0.75)
_FEWEST = 2
_REPORTED = ("f1", "f1_low", "f1_high")


@dataclass(frozen=True, slots=True)
class Fitted:
    """What `fit` returns.

    Attributes
    ----------
    codebook
        With the classifier learnt from all rows.
    scores
        Cross-validated, pooled over folds: frame, n, prevalence, precision, recall, f1, f1_low, f1_high, auc, mcc.
    curve
        Learning curve: rows learnt from (mean over folds) and macro F1 on the rows held back.
    predictions
        Of each row, from the fold that held it back: ``{"frames": [...], "score": {...}}``.
    """

    codebook: Codebook
    scores: pd.DataFrame
    curve: pd.DataFrame
    predictions: list[dict[str, Any]]


def fit(
    rows: Iterable[Mapping[str, Any]], *, codebook: Codebook | None = None, folds: int = 5, seed: int = 0
) -> Fitted:
    """Learn a classifier for each frame of coded rows, and say how well it agrees with rows it has not seen.

    Parameters
    ----------
    rows
        Each with ``text`` or ``headline``, ``frames`` (a list of names, empty for none) and, optionally, ``group``:
        rows of one group (an outlet, say) are held back together.
    codebook
        Where the classifier goes: its frames get one where rows name them. Without it a codebook is made of the
        frames that the rows name. Its patterns are features beside those of the shipped codebooks.
    folds
        Number of folds; groups, or rows, are dealt to them in a fixed order.
    seed
        Of the order: other ones show how much the figures owe to the folds. The classifier does not depend on it.

    Raises
    ------
    InputError
        Where a row lacks text or frames, names a frame that the codebook lacks, or there are too few rows or groups.
    """
    coded = list(rows)
    table, truth, groups = _table(coded, codebook)
    names = table.names
    fold = cut_folds(groups, folds, seed=seed)
    held = _cross_validate(table, truth, fold)
    decided = held >= 0.5
    scores = by_frame(truth, decided, held, names)
    curve = _curve(table, truth, fold, held)
    learnt = learn(table, truth, np.arange(len(coded)))
    report = {
        "rows": len(coded),
        "folds": folds,
        "groups": len(set(groups)) if any(groups) else 0,
        "frames": {
            str(row["frame"]): {"n": int(row["n"]), **{name: round(row[name], 4) for name in _REPORTED}}
            for row in scores.to_dict("records")
        },
        "macro_f1": round(macro_f1(truth, decided), 4),
        "curve": [[int(size), round(value, 4)] for size, value in curve.itertuples(index=False)],
        "left_out": {
            name: n for name, n in sorted(_counts([row["frames"] for row in coded]).items()) if name not in names
        },
        "settings": {**asdict(learnt.settings), "strength": learnt.strength},
    }
    classifier = replace(as_classifier(table, learnt), report=report)
    own = codebook or Codebook(name="fitted", frames=tuple(Frame(name, f"As coded by hand: {name}.") for name in names))
    predictions = [
        {
            "frames": [name for name, yes in zip(names, row, strict=True) if yes],
            "score": dict(zip(names, values, strict=True)),
        }
        for row, values in zip(decided.tolist(), held.tolist(), strict=True)
    ]
    return Fitted(replace(own, classifier=classifier), scores, curve, predictions)


def cross_validate(
    rows: Iterable[Mapping[str, Any]], *, codebook: Codebook | None = None, folds: int = 5, seeds: Sequence[int] = (0,)
) -> list[NDArray[np.float64]]:
    """Return the scores of rows held back, with folds cut anew for each seed: how much figures owe to the folds.

    Parameters
    ----------
    rows, codebook, folds
        As for `fit`.
    seeds
        Of the order in which rows are dealt to folds.

    Returns
    -------
    list of ndarray
        For each seed scores from 0 to 1, shape (rows, frames), frames in the order of `fit`; from 0.5 on a row has one.
    """
    table, truth, groups = _table(list(rows), codebook)
    return [_cross_validate(table, truth, cut_folds(groups, folds, seed=seed)) for seed in seeds]


def _table(
    coded: Sequence[Mapping[str, Any]], codebook: Codebook | None
) -> tuple[Examples, NDArray[np.bool_], list[str]]:
    texts, frames, groups = _read(coded)
    names = _names(frames, codebook)
    truth = np.array([[name in row for name in names] for row in frames], dtype=bool).reshape(len(coded), len(names))
    return Examples(texts, _bases(codebook), names), truth, groups


def cut_folds(groups: Sequence[str], folds: int, *, seed: int = 0) -> NDArray[np.int64]:
    """Return the fold of each row: whole groups, the largest first, each to the fold that is smallest so far.

    Rows without a group are dealt one by one, in an order drawn with `seed`. Groups of one size are taken in
    alphabetical order with seed 0, else in an order drawn with it.

    Examples
    --------
    >>> cut_folds(["a", "a", "b", "c"], 2).tolist()
    [0, 0, 1, 1]
    """
    keys = list(groups) if any(groups) else []
    if not keys:
        order = np.random.default_rng(seed).permutation(len(groups))
        dealt = np.empty(len(groups), dtype=np.int64)
        dealt[order] = np.arange(len(groups)) % folds
        return dealt
    size = [0] * folds
    where: dict[str, int] = {}
    counts = sorted(Counter(keys).items())
    if seed:
        counts = [counts[i] for i in np.random.default_rng(seed).permutation(len(counts)).tolist()]
    for key, count in sorted(counts, key=lambda item: -item[1]):
        smallest = min(range(folds), key=lambda i: (size[i], i))
        where[key] = smallest
        size[smallest] += count
    return np.array([where[key] for key in keys], dtype=np.int64)


def _read(rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[list[str]], list[str]]:
    texts, frames, groups = [], [], []
    for number, row in enumerate(rows, start=1):
        texts.append(row_text(row, number))
        if not texts[-1].strip():
            raise InputError(f"row {number} has an empty text; leave it out")
        named = row.get("frames")
        if not isinstance(named, list | tuple) or not all(isinstance(name, str) for name in named):
            raise InputError(f"row {number} has no frames; give a list of names, empty where it has none")
        frames.append(list(named))
        groups.append(str(row.get("group") or ""))
    if len(rows) < 2 * _FEWEST:
        raise InputError(
            f"there are {len(rows)} coded rows; a classifier needs at least {2 * _FEWEST}, and 200 are a start"
        )
    if any(groups) and not all(groups):
        raise InputError(f"row {groups.index('') + 1} has no group though others have; give every row one, or none")
    if len(set(groups)) == 1 and groups[0]:
        raise InputError(
            f"all rows are of group {groups[0]!r}, which cannot be held back; give several groups, or none"
        )
    return texts, frames, groups


def _names(frames: Sequence[Sequence[str]], codebook: Codebook | None) -> list[str]:
    if codebook is not None:
        for number, row in enumerate(frames, start=1):
            for name in row:
                if name not in codebook.names:
                    known = ", ".join(codebook.names)
                    raise InputError(f"row {number}: codebook {codebook.name} has no frame {name!r}; it has {known}")
    counts = _counts(frames)
    order = codebook.names if codebook is not None else sorted(counts)
    kept = [name for name in order if _FEWEST <= counts[name] <= len(frames) - _FEWEST]
    if not kept:
        found = ", ".join(f"{name} to {counts[name]}" for name in sorted(counts)) or "none to any"
        raise InputError(
            f"no frame is given to at least {_FEWEST} rows and withheld from as many (of {len(frames)} rows: {found}); "
            "code more rows"
        )
    return kept


def _counts(frames: Sequence[Sequence[str]]) -> Counter[str]:
    return Counter(name for row in frames for name in dict.fromkeys(row))


def _bases(codebook: Codebook | None) -> tuple[Codebook, ...]:
    shipped = [load_codebook(name) for name in shipped_codebooks()]
    own = [codebook] if codebook is not None and codebook.name not in {book.name for book in shipped} else []
    replaced = [codebook if codebook is not None and book.name == codebook.name else book for book in shipped]
    return tuple(replace(book, classifier=None) for book in [*replaced, *own])


def _cross_validate(
    table: Examples, truth: NDArray[np.bool_], fold: NDArray[np.int64], share: float = 1.0
) -> NDArray[np.float64]:
    held = np.zeros(truth.shape)
    for number in np.unique(fold):
        training, rest = _part(fold, int(number), share), np.flatnonzero(fold == number)
        held[rest] = apply(table, truth, training, rest)
    return held


def _part(fold: NDArray[np.int64], number: int, share: float) -> NDArray[np.int64]:
    training = np.flatnonzero(fold != number)
    if share >= 1.0:
        return training
    order = np.random.default_rng(number).permutation(training)
    return np.sort(order[: max(_FEWEST, round(share * len(training)))])


def _curve(
    table: Examples, truth: NDArray[np.bool_], fold: NDArray[np.int64], whole: NDArray[np.float64]
) -> pd.DataFrame:
    rows = []
    for share in (*_CURVE, 1.0):
        held = whole if share == 1.0 else _cross_validate(table, truth, fold, share)
        size = float(np.mean([len(_part(fold, int(number), share)) for number in np.unique(fold)]))
        rows.append((round(size), macro_f1(truth, held >= 0.5)))
    return pd.DataFrame(rows, columns=["rows", "macro_f1"])
