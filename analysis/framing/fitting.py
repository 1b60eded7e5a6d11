"""Learn a classifier from coded rows: ridge regression in closed form, so that cross-validation takes seconds.

The loss is least squares with classes weighted to be equal (regularised least-squares classification: Rifkin, Yeo &
Poggio 2003). Leaving one row out has a closed form in it; each frame's threshold is where the F1 of these scores is
best, and so it never sees the rows that a fold holds back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import encoder
from analysis.errors import InputError
from analysis.framing.classifier import Classifier, within
from analysis.framing.codebook import Codebook, Frame
from analysis.framing.dictionary import Dictionary
from analysis.framing.features import Ngrams, learn_ngrams, log_evidence, sentence_vectors
from analysis.framing.figures import by_frame, macro_f1
from analysis.framing.loading import load_codebook, shipped_codebooks
from analysis.framing.prediction import row_text
from analysis.language import Document, Vocabulary, read_document

__all__ = ["Fitted", "Settings", "cut_folds", "fit"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How strongly each kind of feature counts, and how strongly weights are kept small.

    Attributes
    ----------
    encoder, dictionary, own, ngrams
        Scale of the kernel of the encoder's vector, of all dictionary frames, of the dictionary frame of the same
        name, and of the n-grams, for rows of one sentence and for articles.
    strength
        Inverse of the regularisation.
    """

    encoder: float
    dictionary: float
    own: float
    ngrams: float
    strength: float


SENTENCES = Settings(encoder=2.0, dictionary=0.3, own=0.0, ngrams=1.0, strength=0.5)
ARTICLES = Settings(encoder=1.0, dictionary=0.0, own=0.3, ngrams=0.0, strength=0.1)
_CURVE = (0.25, 0.5, 0.75)
_FEWEST = 2


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


def fit(rows: Iterable[Mapping[str, Any]], *, codebook: Codebook | None = None, folds: int = 5) -> Fitted:
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

    Raises
    ------
    InputError
        Where a row lacks text or frames, names a frame that the codebook lacks, or there are too few rows or groups.
    """
    coded = list(rows)
    texts, frames, groups = _read(coded)
    names = _names(frames, codebook)
    truth = np.array([[name in row for name in names] for row in frames], dtype=bool).reshape(len(coded), len(names))
    fold = cut_folds(groups, folds)
    bases = _bases(codebook)
    table = _Features(texts, bases, names)
    held = _cross_validate(table, truth, fold)
    decided = held >= 0.5
    scores = by_frame(truth, decided, held, names)
    report = {
        "rows": len(coded),
        "folds": folds,
        "groups": len(set(groups)) if any(groups) else 0,
        "frames": {row["frame"]: {"f1": round(row["f1"], 4), "n": int(row["n"])} for row in scores.to_dict("records")},
        "macro_f1": round(macro_f1(truth, decided), 4),
    }
    classifier = replace(_learn(table, truth, np.arange(len(coded))), report=report)
    own = codebook or Codebook(name="fitted", frames=tuple(Frame(name, f"As coded by hand: {name}.") for name in names))
    predictions = [
        {
            "frames": [name for name, yes in zip(names, row, strict=True) if yes],
            "score": dict(zip(names, values, strict=True)),
        }
        for row, values in zip(decided.tolist(), held.tolist(), strict=True)
    ]
    return Fitted(replace(own, classifier=classifier), scores, _curve(table, truth, fold, held), predictions)


def cut_folds(groups: Sequence[str], folds: int) -> NDArray[np.int64]:
    """Return the fold of each row: whole groups, the largest first, each to the fold that is smallest so far.

    Rows without a group are dealt one by one, in an order drawn with a fixed seed.

    Examples
    --------
    >>> cut_folds(["a", "a", "b", "c"], 2).tolist()
    [0, 0, 1, 1]
    """
    keys = list(groups) if any(groups) else []
    if not keys:
        order = np.random.default_rng(0).permutation(len(groups))
        dealt = np.empty(len(groups), dtype=np.int64)
        dealt[order] = np.arange(len(groups)) % folds
        return dealt
    size = [0] * folds
    where: dict[str, int] = {}
    for key, count in sorted(Counter(keys).items(), key=lambda item: (-item[1], item[0])):
        smallest = min(range(folds), key=lambda i: (size[i], i))
        where[key] = smallest
        size[smallest] += count
    return np.array([where[key] for key in keys], dtype=np.int64)


def _read(rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[list[str]], list[str]]:
    texts, frames, groups = [], [], []
    for number, row in enumerate(rows, start=1):
        texts.append(row_text(row, number))
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
    return texts, frames, groups


def _names(frames: Sequence[Sequence[str]], codebook: Codebook | None) -> list[str]:
    counts = Counter(name for row in frames for name in dict.fromkeys(row))
    if codebook is not None:
        unknown = sorted(set(counts) - set(codebook.names))
        if unknown:
            raise InputError(
                f"codebook {codebook.name} has no frame {unknown[0]!r}; it has {', '.join(codebook.names)}"
            )
    order = codebook.names if codebook is not None else sorted(counts)
    kept = [name for name in order if _FEWEST <= counts[name] <= len(frames) - _FEWEST]
    if not kept:
        raise InputError(f"no frame is given to at least {_FEWEST} rows and withheld from as many; code more rows")
    return kept


def _bases(codebook: Codebook | None) -> tuple[Codebook, ...]:
    shipped = [load_codebook(name) for name in shipped_codebooks()]
    own = [codebook] if codebook is not None and codebook.name not in {book.name for book in shipped} else []
    replaced = [codebook if codebook is not None and book.name == codebook.name else book for book in shipped]
    return tuple(replace(book, classifier=None) for book in [*replaced, *own])


class _Features:
    """The features of all rows, computed once; n-grams are learnt anew from each set of training rows."""

    def __init__(self, texts: Sequence[str], bases: tuple[Codebook, ...], names: Sequence[str]) -> None:
        vocabulary = Vocabulary()
        documents = [read_document("", text, vocabulary) for text in texts]
        self.texts = [
            "\n".join(text[a:b] for a, b in d.sentences.tolist()) for d, text in zip(documents, texts, strict=True)
        ]
        self.names = tuple(names)
        self.bases = bases
        dictionary = Dictionary(bases)
        self.own = [
            next((i for i, label in enumerate(dictionary.labels) if label.split("/", 1)[1] == name), -1)
            for name in names
        ]
        self.evidence = np.array([log_evidence(dictionary.evidence(d).sum(axis=0)) for d in documents])
        self.vectors = np.array([_mean_vector(d) for d in documents])
        short = float(np.median([len(d.sentences) for d in documents])) <= 1
        self.settings = SENTENCES if short else ARTICLES

    def ngrams(self, training: NDArray[np.int64]) -> Ngrams:
        return learn_ngrams([self.texts[i] for i in training]) if self.settings.ngrams else Ngrams({}, {}, np.zeros(0))


def _mean_vector(document: Document) -> NDArray[np.float64]:
    vectors = sentence_vectors(document, None)
    mean: NDArray[np.float64] = vectors.mean(axis=0) if len(vectors) else np.zeros(encoder.WIDTH)
    return mean


def _learn(table: _Features, truth: NDArray[np.bool_], training: NDArray[np.int64]) -> Classifier:
    """Return the classifier that the training rows teach; thresholds come from leaving one of them out."""
    settings = table.settings
    centre = table.vectors[training].mean(axis=0)
    moved = table.vectors[training] - centre
    width = float(np.sqrt((moved**2).sum(axis=1).mean())) or 1.0
    vectors = moved / width
    low, spread = table.evidence[training].mean(axis=0), table.evidence[training].std(axis=0)
    # A frame whose words never occur has no spread, and no say.
    scale = np.where(spread > 1e-9, 1.0 / np.where(spread > 1e-9, spread, 1.0), 0.0)
    evidence = (table.evidence[training] - low) * scale
    ngrams = table.ngrams(training)
    lexical = _ngram_matrix(ngrams, [table.texts[i] for i in training])
    share = settings.dictionary / max(1, evidence.shape[1])
    common = settings.encoder * vectors @ vectors.T + share * evidence @ evidence.T + 1.0
    if lexical is not None:
        common += settings.ngrams * np.asarray((lexical @ lexical.T).todense())
    frames = len(table.names)
    encoder_weights = np.zeros((frames, encoder.WIDTH))
    dictionary_weights = np.zeros((frames, evidence.shape[1]))
    ngram_weights = np.zeros((frames, len(ngrams.weights)))
    offsets, slopes = np.zeros(frames), np.ones(frames)
    for j, own in enumerate(table.own):
        kernel = common
        if own >= 0 and settings.own:
            kernel = common + settings.own * np.outer(evidence[:, own], evidence[:, own])
        part, left_out = _ridge(kernel, truth[training, j], settings.strength)
        threshold = best_threshold(left_out, truth[training, j])
        encoder_weights[j] = settings.encoder * (part @ vectors) / width
        dictionary_weights[j] = share * (part @ evidence) * scale
        if own >= 0 and settings.own:
            dictionary_weights[j, own] += settings.own * float(part @ evidence[:, own]) * scale[own]
        if lexical is not None:
            ngram_weights[j] = settings.ngrams * (lexical.T @ part)
        offsets[j] = part.sum() - encoder_weights[j] @ centre - dictionary_weights[j] @ low - threshold
        slopes[j] = 2.0 / max(float(left_out.std()), 1e-6)
    counts = truth[training].sum(axis=1)
    return Classifier(
        frames=table.names,
        dictionary=table.bases,
        ngrams=ngrams,
        encoder_weights=encoder_weights,
        dictionary_weights=dictionary_weights,
        ngram_weights=ngram_weights,
        offsets=offsets,
        slopes=slopes,
        at_least=int(counts.min()),
        at_most=int(counts.max()),
        encoder=encoder.fingerprint(),
    )


def _ridge(
    kernel: NDArray[np.float64], present: NDArray[np.bool_], strength: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the dual weights of a ridge regression on +1 and -1, and the scores of each row when it is left out."""
    share = float(present.mean()) if 0 < present.sum() < len(present) else 0.5
    weights = np.where(present, 0.5 / share, 0.5 / (1.0 - share))
    target = np.where(present, 1.0, -1.0)
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    # In one thread, so that sums have one order, and because several cost more than they bring at this size.
    with threadpool_limits(1):
        inverse = np.linalg.inv(kernel + np.diag(1.0 / (strength * weights)))
    part = (inverse @ target).astype(np.float64)
    return part, target - part / np.diag(inverse)


def best_threshold(scores: NDArray[np.float64], present: NDArray[np.bool_]) -> float:
    """Return the threshold above which F1 is best, halfway between two scores.

    Examples
    --------
    >>> best_threshold(np.array([0.1, 0.3, 0.7]), np.array([False, False, True]))
    0.5
    """
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    hits = np.cumsum(present[order])
    f1 = 2.0 * hits / (np.arange(1, len(order) + 1) + max(1, int(present.sum())))
    # Equal scores fall on one side of a threshold together.
    f1[:-1][ranked[:-1] == ranked[1:]] = -1.0
    best = int(np.argmax(f1))
    below = ranked[best + 1] if best + 1 < len(ranked) else ranked[best] - 1.0
    return float((ranked[best] + below) / 2.0)


def _ngram_matrix(ngrams: Ngrams, texts: Sequence[str]) -> Any:
    if not len(ngrams.weights):
        return None
    from scipy.sparse import csr_matrix

    found = [ngrams.vector(text) for text in texts]
    bounds = np.cumsum([0, *(len(places) for places, _ in found)])
    places = np.concatenate([places for places, _ in found])
    values = np.concatenate([values for _, values in found])
    return csr_matrix((values, places, bounds), shape=(len(texts), len(ngrams.weights)))


def _apply(table: _Features, classifier: Classifier, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    raw = (
        table.vectors[rows] @ classifier.encoder_weights.T
        + table.evidence[rows] @ classifier.dictionary_weights.T
        + classifier.offsets
    )
    lexical = _ngram_matrix(classifier.ngrams, [table.texts[i] for i in rows])
    if lexical is not None:
        raw = raw + lexical @ classifier.ngram_weights.T
    return np.array([within(classifier, row) for row in raw]).reshape(raw.shape)


def _cross_validate(
    table: _Features, truth: NDArray[np.bool_], fold: NDArray[np.int64], share: float = 1.0
) -> NDArray[np.float64]:
    held = np.zeros(truth.shape)
    for number in np.unique(fold):
        training, rest = _part(fold, int(number), share), np.flatnonzero(fold == number)
        held[rest] = _apply(table, _learn(table, truth, training), rest)
    return held


def _part(fold: NDArray[np.int64], number: int, share: float) -> NDArray[np.int64]:
    training = np.flatnonzero(fold != number)
    if share >= 1.0:
        return training
    order = np.random.default_rng(number).permutation(training)
    return np.sort(order[: max(_FEWEST, round(share * len(training)))])


def _curve(
    table: _Features, truth: NDArray[np.bool_], fold: NDArray[np.int64], whole: NDArray[np.float64]
) -> pd.DataFrame:
    rows = []
    for share in (*_CURVE, 1.0):
        held = whole if share == 1.0 else _cross_validate(table, truth, fold, share)
        size = float(np.mean([len(_part(fold, int(number), share)) for number in np.unique(fold)]))
        rows.append((round(size), macro_f1(truth, held >= 0.5)))
    return pd.DataFrame(rows, columns=["rows", "macro_f1"])
