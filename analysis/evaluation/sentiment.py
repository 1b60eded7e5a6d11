"""Agreement of sentiment toward a target with human coding: NewsMTSC (Hamborg and Donnay, EACL 2021)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import quotes, sentiment
from analysis.errors import InputError
from analysis.evaluation.labels import BINS, bootstrap, figures, reliability
from analysis.language import sentence_spans
from analysis.sentiment import lexicon

__all__ = ["METHODS", "evaluate", "read"]

METHODS = ("model", "lexicon", "tf-idf", "majority")

_PRONOUNS = frozenset(
    "he him his himself she her hers herself it its itself they them their theirs themselves i me my we us our you "
    "your who whom whose which that this these those".split()
)
_WINDOW = 15
_FEWEST_TO_FIT = 500
_Rows = list[dict[str, Any]]
_Predictions = list[dict[str, Any]]


def evaluate(gold_dir: Path, *, methods: Sequence[str] = METHODS) -> dict[str, pd.DataFrame]:
    """Compare sentiment with the human labels of NewsMTSC.

    Parameters
    ----------
    gold_dir
        The folder with ``newsmtsc/*.jsonl``. Every file but ``train`` is a part that is measured; ``dev_rw`` and
        ``dev_mt`` also together, as ``dev``.
    methods
        ``model``, ``lexicon``, and two yardsticks: ``tf-idf`` (logistic regression on the words left and right of
        the target and on the lexicon's sums, fitted on ``train``) and ``majority`` (the most frequent label of
        ``train``). What is not available is left out.

    Returns
    -------
    dict of DataFrame
        - ``figures``: gold, part, subset (all, quoted, unquoted, pronoun, named), method, figure, value, n, low, high;
          the interval is given for macro F1.
        - ``reliability``: part, method, low, high (of the bin), n, confidence, accuracy.
        - ``confusion``: part, method, gold, predicted, n.

    Raises
    ------
    InputError
        Where the folder holds no such file, or a row is not as described.
    """
    parts = {path.stem: read(path) for path in sorted((gold_dir / "newsmtsc").glob("*.jsonl"))}
    train = parts.pop("train", [])
    if not parts:
        raise InputError(f"{gold_dir / 'newsmtsc'}: no .jsonl file with rows to compare with")
    predicted = {
        (part, method): predict(rows) for method, predict in _methods(methods, train) for part, rows in parts.items()
    }
    if {"dev_rw", "dev_mt"} <= parts.keys():
        parts["dev"] = parts["dev_rw"] + parts["dev_mt"]
        for method in dict.fromkeys(method for _, method in predicted):
            predicted["dev", method] = predicted["dev_rw", method] + predicted["dev_mt", method]
    found: list[tuple[Any, ...]] = []
    bins: list[tuple[Any, ...]] = []
    confusion: list[tuple[Any, ...]] = []
    for part, rows in parts.items():
        subsets = _subsets(rows)
        for method in dict.fromkeys(method for _, method in predicted):
            given = predicted[part, method]
            for subset, chosen in subsets.items():
                found.extend(_figures(part, subset, method, [rows[i] for i in chosen], [given[i] for i in chosen]))
            bins.extend(_bins(part, method, rows, given))
            confusion.extend(_confusion(part, method, rows, given))
    return {
        "figures": pd.DataFrame(
            found, columns=["gold", "part", "subset", "method", "figure", "value", "n", "low", "high"]
        ),
        "reliability": pd.DataFrame(bins, columns=["part", "method", "low", "high", "n", "confidence", "accuracy"]),
        "confusion": pd.DataFrame(confusion, columns=["part", "method", "gold", "predicted", "n"]),
    }


def read(path: Path) -> _Rows:
    """Read rows of ``sentence``, ``start``, ``end`` and ``label``.

    Raises
    ------
    InputError
        Names file and line.
    """
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if row["label"] not in sentiment.LABELS or not row["sentence"][row["start"] : row["end"]]:
                raise KeyError
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path}:{number}: not a row of sentence, start, end and label") from error
        rows.append(row)
    return rows


def _methods(names: Sequence[str], train: _Rows) -> list[tuple[str, Callable[[_Rows], _Predictions]]]:
    chosen: list[tuple[str, Callable[[_Rows], _Predictions]]] = []
    for name in names:
        if name in sentiment.METHODS:
            if sentiment.available(name):
                chosen.append((name, _ours(name)))
        elif name == "majority" and train:
            chosen.append((name, _majority(train)))
        elif name == "tf-idf" and len(train) >= _FEWEST_TO_FIT:
            chosen.append((name, _tf_idf(train)))
        elif name not in METHODS:
            raise InputError(f"unknown method {name!r}; use {', '.join(METHODS)}")
    return chosen


def _ours(method: str) -> Callable[[_Rows], _Predictions]:
    return lambda rows: list(sentiment.predict(rows, method=method))


def _majority(train: _Rows) -> Callable[[_Rows], _Predictions]:
    counts = {label: sum(row["label"] == label for row in train) for label in sentiment.LABELS}
    shares = {label: count / len(train) for label, count in counts.items()}
    answer = {"label": max(sentiment.LABELS, key=counts.__getitem__), "probability": shares}
    return lambda rows: [answer] * len(rows)


def _tf_idf(train: _Rows) -> Callable[[_Rows], _Predictions]:
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    sides = [TfidfVectorizer(ngram_range=(1, 2), min_df=4, sublinear_tf=True) for _ in range(2)]

    def texts(rows: _Rows) -> list[list[str]]:
        left = [" ".join(row["sentence"][: row["start"]].split()[-_WINDOW:]) for row in rows]
        right = [" ".join(row["sentence"][row["end"] :].split()[:_WINDOW]) for row in rows]
        return [left, right]

    def valences(rows: _Rows) -> Any:
        weights = [[w.weight for w in lexicon.words(row["sentence"], row["start"], row["end"])] for row in rows]
        return csr_matrix([[sum(w for w in row if w > 0) / 4, sum(w for w in row if w < 0) / 4] for row in weights])

    fitted = [side.fit_transform(text) for side, text in zip(sides, texts(train), strict=True)]
    matrix = hstack([*fitted, valences(train)]).tocsr()
    classifier = LogisticRegression(C=3.0, tol=1e-3, max_iter=100).fit(matrix, [row["label"] for row in train])
    labels = [str(label) for label in classifier.classes_]

    def predict(rows: _Rows) -> _Predictions:
        columns = [side.transform(text) for side, text in zip(sides, texts(rows), strict=True)]
        features = hstack([*columns, valences(rows)]).tocsr()
        shares = classifier.predict_proba(features)
        return [
            {"label": labels[int(np.argmax(share))], "probability": dict(zip(labels, share.tolist(), strict=True))}
            for share in shares
        ]

    return predict


def _subsets(rows: _Rows) -> dict[str, list[int]]:
    quoted = [_in_quote(row) for row in rows]
    pronoun = [row["sentence"][row["start"] : row["end"]].strip().lower() in _PRONOUNS for row in rows]
    everything = range(len(rows))
    return {
        "all": list(everything),
        "quoted": [i for i in everything if quoted[i]],
        "unquoted": [i for i in everything if not quoted[i]],
        "pronoun": [i for i in everything if pronoun[i]],
        "named": [i for i in everything if not pronoun[i]],
    }


def _in_quote(row: Mapping[str, Any]) -> bool:
    text = row["sentence"]
    spans = np.array(sentence_spans(text), dtype=np.int32).reshape(-1, 2)
    return any(a <= row["start"] and row["end"] <= b for q in quotes.extract(text, spans) for a, b in q.content)


def _figures(part: str, subset: str, method: str, rows: _Rows, given: _Predictions) -> list[tuple[Any, ...]]:
    if not rows:
        return []
    gold, predicted = [row["label"] for row in rows], [answer["label"] for answer in given]
    values = figures(gold, predicted, sentiment.LABELS, probabilities=[answer["probability"] for answer in given])
    low, high = bootstrap(gold, predicted, sentiment.LABELS)
    return [
        ("newsmtsc", part, subset, method, name, value, len(rows))
        + ((low, high) if name == "macro_f1" else (np.nan, np.nan))
        for name, value in values.items()
    ]


def _bins(part: str, method: str, rows: _Rows, given: _Predictions) -> list[tuple[Any, ...]]:
    gold, predicted = [row["label"] for row in rows], [answer["label"] for answer in given]
    found = reliability(gold, predicted, [answer["probability"] for answer in given])
    return [
        (part, method, i / BINS, (i + 1) / BINS, n, confidence / n if n else np.nan, right / n if n else np.nan)
        for i, (n, confidence, right) in enumerate(found)
    ]


def _confusion(part: str, method: str, rows: _Rows, given: _Predictions) -> list[tuple[Any, ...]]:
    pairs = [(row["label"], answer["label"]) for row, answer in zip(rows, given, strict=True)]
    return [(part, method, a, b, pairs.count((a, b))) for a in sentiment.LABELS for b in sentiment.LABELS]
