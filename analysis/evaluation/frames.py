"""Frames against human coding: every method and two baselines, on the same rows and folds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import framing
from analysis.agreement import krippendorff_alpha
from analysis.errors import InputError
from analysis.framing.figures import area, by_frame, macro_f1, matthews, micro_f1
from analysis.framing.fitting import cross_validate, cut_folds

__all__ = ["evaluate"]

_SETS: Mapping[str, tuple[str, str, str]] = {
    # folder: (unit that folds keep together, codebook, paper)
    "narrative_frames": ("outlet", "generic", "Frermann et al., ACL 2023"),
    "gun_violence_frames": ("", "", "Liu et al., CoNLL 2019; Akyürek et al., ACL 2020"),
}
FOLDS = 5
SEEDS = (0, 1, 2, 3, 4)
"""Ways to cut the folds, over which the spread of the fitted method's figures is shown."""

_NOTES = (
    (
        "all",
        "Coders judged whole articles and whole headlines. In which sentence of an article a frame stands has not been "
        "validated against anyone.",
    ),
    (
        "dictionary",
        "Thresholds are chosen on the four folds that are not measured. The ones that ship were set on all rows of the "
        "narrative set: “dictionary, as shipped” is optimistic there.",
    ),
    (
        "fitted",
        "Weights, settings, calibration and thresholds are learnt from the four folds that are not measured. The few "
        "settings to choose from were fixed with these sets at hand.",
    ),
    (
        "policy",
        "Not validated: no set here is coded with these dimensions, and the thresholds are guesses without data.",
    ),
)


def evaluate(gold_dir: Path) -> dict[str, pd.DataFrame]:
    """Measure how well each framing method agrees with human coders.

    Parameters
    ----------
    gold_dir
        Folder with ``narrative_frames`` and ``gun_violence_frames``, each with ``train.jsonl``; a missing one is left
        out.

    Returns
    -------
    dict of DataFrame
        ``by_frame``: data, method, frame, n, prevalence, precision, recall, f1, f1_low, f1_high, auc, mcc, and alpha
        of the method with the coders (Krippendorff, nominal) with its interval. ``figures``, a row a figure: gold,
        subset (``all`` or a frame), method, figure (macro_f1, micro_f1, macro_mcc, macro_auc and exact over all frames,
        f1 of each), value, n (rows), low, high. ``spread``: data, figure, and of the fitted method its mean, least and
        most over `SEEDS` ways to cut the folds. ``curves``: data, rows, macro_f1 of the fitted method. ``notes``: what
        the figures do not show.

    Raises
    ------
    InputError
        Where the folder has neither set.

    Notes
    -----
    `fitted`, `majority` and `tfidf` are learnt on four folds and measured on the fifth, pooled; folds are cut by
    outlet where the set names outlets. `dictionary` gets its thresholds from the other four folds too; with those that
    ship, which were set on all rows of the narrative set, it is `dictionary, as shipped`. `meaning` is as shipped.
    """
    frames, overall, curves, spread = [], [], [], []
    for name in _SETS:
        path = Path(gold_dir) / name / "train.jsonl"
        if not path.is_file():
            continue
        group, codebook, _ = _SETS[name]
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        for row in rows:
            row["group"] = row.get(group, "") if group else ""
        names = sorted({frame for row in rows for frame in row["frames"]})
        truth = np.array([[frame in row["frames"] for frame in names] for row in rows])
        predictions, curve = _predict(rows, truth, names, codebook)
        spread.append(_spread(rows, truth, names, codebook).assign(data=name))
        curves.append(curve.assign(data=name)[["data", "rows", "macro_f1"]])
        for method, (decided, scores) in predictions.items():
            table = by_frame(truth, decided, scores, names).assign(data=name, method=method)
            alphas = [krippendorff_alpha([truth[:, j].tolist(), decided[:, j].tolist()]) for j in range(len(names))]
            for part in ("value", "low", "high"):
                table["alpha" if part == "value" else f"alpha_{part}"] = [getattr(alpha, part) for alpha in alphas]
            frames.append(table)
            overall.append({"data": name, "method": method, **_figures(truth, decided, scores)})
    if not overall:
        raise InputError(f"{gold_dir} has none of {', '.join(sorted(_SETS))}; give the folder that holds them")
    columns = pd.concat(frames, ignore_index=True)
    first = ["data", "method"]
    return {
        "by_frame": columns[first + [name for name in columns.columns if name not in first]],
        "figures": pd.concat([_as_figures(pd.DataFrame(overall)), _of_frames(columns)], ignore_index=True),
        "spread": pd.concat(spread, ignore_index=True)[["data", "figure", "mean", "least", "most", "cuts"]],
        "curves": pd.concat(curves, ignore_index=True),
        "notes": pd.DataFrame(_NOTES, columns=["method", "note"]),
    }


def _as_figures(overall: pd.DataFrame) -> pd.DataFrame:
    """Turn the figures over all frames into a row a figure."""
    long = overall.rename(columns={"data": "gold", "rows": "n"}).melt(
        id_vars=["gold", "method", "n"], var_name="figure", value_name="value"
    )
    return long.assign(subset="all", n=long["n"].astype("int64"), low=np.nan, high=np.nan)


def _of_frames(by_frame: pd.DataFrame) -> pd.DataFrame:
    """Return the F1 of each frame with its interval, a row a figure."""
    named = {"data": "gold", "frame": "subset", "f1": "value", "f1_low": "low", "f1_high": "high"}
    return by_frame.rename(columns=named)[["gold", "subset", "method", "value", "n", "low", "high"]].assign(figure="f1")


_Decision = tuple[NDArray[np.bool_], NDArray[np.float64]]


def _predict(
    rows: Sequence[Mapping[str, Any]], truth: NDArray[np.bool_], names: Sequence[str], codebook: str
) -> tuple[dict[str, _Decision], pd.DataFrame]:
    fold = cut_folds([str(row["group"]) for row in rows], FOLDS)
    texts = [str(row.get("text", row.get("headline", ""))) for row in rows]
    found = {"majority": _majority(truth, fold), "tfidf": _tfidf(texts, truth, fold)}
    book = framing.load_codebook(codebook) if codebook else None
    if book is not None:
        for method in ("dictionary", "meaning"):
            found[method] = _as_arrays(framing.predict(rows, codebook=book, method=method), names)
        found["dictionary, as shipped"] = found["dictionary"]
        found["dictionary"] = _within_folds(found["dictionary"][1], truth, fold)
    fitted = framing.fit(rows, codebook=book, folds=FOLDS)
    found["fitted"] = _as_arrays(fitted.predictions, names)
    return found, fitted.curve


def _spread(
    rows: Sequence[Mapping[str, Any]], truth: NDArray[np.bool_], names: Sequence[str], codebook: str
) -> pd.DataFrame:
    """Return mean, least and most of the fitted method's figures over several ways to cut the folds."""
    book = framing.load_codebook(codebook) if codebook else None
    order = [name for name in book.names if name in names] if book else sorted(names)
    columns = [order.index(name) for name in names]
    held = [scores[:, columns] for scores in cross_validate(rows, codebook=book, folds=FOLDS, seeds=SEEDS)]
    found = pd.DataFrame([_figures(truth, scores >= 0.5, scores) for scores in held]).drop(columns="rows")
    table = found.agg(["mean", "min", "max"]).T.rename(columns={"min": "least", "max": "most"})
    return table.rename_axis("figure").reset_index().assign(cuts=len(SEEDS))


def _within_folds(scores: NDArray[np.float64], truth: NDArray[np.bool_], fold: NDArray[np.int64]) -> _Decision:
    """Move scores so that 0.5 is the threshold that is best for F1 on the folds that are not measured."""
    moved = np.zeros(scores.shape)
    for number in np.unique(fold):
        rest = fold == number
        for j in range(scores.shape[1]):
            turn = min(max(_best_threshold(scores[~rest, j], truth[~rest, j]), 1e-6), 1.0 - 1e-6)
            odds = scores[rest, j] * (1.0 - turn)
            moved[rest, j] = odds / (odds + (1.0 - scores[rest, j]) * turn)
    return moved >= 0.5, moved


def _as_arrays(predictions: Any, names: Sequence[str]) -> _Decision:
    kept = list(predictions)
    decided = np.array([[name in row["frames"] for name in names] for row in kept])
    return decided, np.array([[row["score"].get(name, 0.0) for name in names] for row in kept])


def _majority(truth: NDArray[np.bool_], fold: NDArray[np.int64]) -> _Decision:
    """Give each frame to all rows or to none, as most of the training rows have it."""
    share = np.zeros(truth.shape)
    for number in range(FOLDS):
        share[fold == number] = truth[fold != number].mean(axis=0)
    return share > 0.5, share


def _tfidf(texts: Sequence[str], truth: NDArray[np.bool_], fold: NDArray[np.int64]) -> _Decision:
    """Logistic regression on words and pairs of words, its thresholds chosen within the training rows."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    scores = np.zeros(truth.shape)
    decided = np.zeros(truth.shape, dtype=bool)
    for number in range(FOLDS):
        training, rest = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        known = words.fit_transform([texts[i] for i in training.tolist()])
        new = words.transform([texts[i] for i in rest.tolist()])
        inner = np.arange(len(training)) % FOLDS
        for j in range(truth.shape[1]):
            present = truth[training, j]
            model = LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000)
            held = np.zeros(len(training))
            for part in range(FOLDS):
                model.fit(known[inner != part], present[inner != part])
                held[inner == part] = model.decision_function(known[inner == part])
            scores[rest, j] = model.fit(known, present).decision_function(new) - _best_threshold(held, present)
            decided[rest, j] = scores[rest, j] > 0
    return decided, scores


def _best_threshold(scores: NDArray[np.float64], present: NDArray[np.bool_]) -> float:
    """Return the threshold above which F1 is best, halfway between two scores."""
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    hits = np.cumsum(present[order])
    f1 = 2.0 * hits / (np.arange(1, len(order) + 1) + max(1, int(present.sum())))
    # Equal scores fall on one side of a threshold together.
    f1[:-1][ranked[:-1] == ranked[1:]] = -1.0
    best = int(np.argmax(f1))
    below = ranked[best + 1] if best + 1 < len(ranked) else ranked[best] - 1.0
    return float((ranked[best] + below) / 2.0)


def _figures(truth: NDArray[np.bool_], decided: NDArray[np.bool_], scores: NDArray[np.float64]) -> dict[str, float]:
    frames = range(truth.shape[1])
    return {
        "macro_f1": macro_f1(truth, decided),
        "micro_f1": micro_f1(truth, decided),
        "macro_mcc": float(np.mean([matthews(truth[:, j], decided[:, j]) for j in frames])),
        "macro_auc": float(np.mean([area(truth[:, j], scores[:, j]) for j in frames])),
        "exact": float((truth == decided).all(axis=1).mean()),
        "rows": float(len(truth)),
    }
