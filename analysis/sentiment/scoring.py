"""Sentiment of single mentions: toward which target, with which probability, and which words moved it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from math import nan
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis import schema
from analysis.columns import as_texts, coded
from analysis.errors import InputError, ParameterError
from analysis.language import Document, Documents
from analysis.sentiment import lexicon, model
from analysis.sentiment.nearby import Triple, measure_all

__all__ = ["LABELS", "METHODS", "NO_EVIDENCE", "Effect", "available", "explain", "fingerprint", "predict", "score"]

LABELS = ("negative", "neutral", "positive")
METHODS = ("model", "lexicon")
NO_EVIDENCE = "no evidence: no word of the lexicon near the mention"

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_WORDS_EXPLAINED = 120
_KEPT = 20_000

_known: dict[tuple[str, int, int], Triple] = {}


class Effect(NamedTuple):
    """A word and how it moved the score: half-open span in the sentence, and the change (positive minus negative)."""

    start: int
    end: int
    weight: float


def available(method: str = "model") -> bool:
    """Tell whether `method` can be used: the lexicon always, the model where its files are installed.

    Examples
    --------
    >>> available("lexicon")
    True
    """
    _checked(method)
    return method == "lexicon" or model.available()


@cache
def fingerprint(method: str) -> str:
    """Return the SHA-256 of the files behind `method`, for the manifest.

    Raises
    ------
    InputError
        Where the model's files are missing.

    Examples
    --------
    >>> len(fingerprint("lexicon"))
    64
    """
    if _checked(method) == "model":
        model.require()
    files = [lexicon.FILE] if method == "lexicon" else [model.FOLDER / name for name in model.FILES]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def score(
    mentions: pd.DataFrame,
    documents: Iterable[Document],
    *,
    method: str = "model",
    quotes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Measure the sentiment toward each mention in its sentence.

    Parameters
    ----------
    mentions
        The table of mentions, of targets and of actors.
    documents
        The articles they stand in.
    method
        ``model`` or ``lexicon``.
    quotes
        The table of quotes; with it a quoted mention carries the side of its speaker.

    Returns
    -------
    pandas.DataFrame
        A ``measures`` table with unit ``mention`` and measure ``sentiment``: a row for each label, with its
        probability. With the lexicon a mention with none of its words near has null values and the reason.

    Raises
    ------
    InputError
        Where the model's files are missing, or a mention's article is not among `documents`.

    Examples
    --------
    >>> from analysis.language import Vocabulary, read_document
    >>> d = read_document("a", "Ishiba praised the deal.", Vocabulary())
    >>> row = ("a:m00000", "a", "a:s00000", 15, 23, "target", "acquisition", "the deal", "outlet", "")
    >>> table = score(schema.frame("mentions", [row]), [d], method="lexicon")
    >>> table.loc[table["value"].idxmax(), "label"]
    'positive'
    """
    measure = _measure(method)
    documents = Documents.of(documents)
    article = coded(mentions["article_id"])
    place = {document.article_id: position for position, document in enumerate(documents)}
    places = [place.get(article_id, -1) for article_id in article.texts.to_pylist()]
    of = np.array(places, dtype=np.int64)[article.codes]
    if (of < 0).any():
        unit_id, article_id = mentions[["mention_id", "article_id"]].iloc[int(of.argmin())]
        raise InputError(f"mention {unit_id}: article {article_id} is not among the documents")
    spans = mentions[["start", "end"]].to_numpy(np.int64)
    if method == "lexicon":
        found = measure_all(documents, of, spans)
    else:
        placed = zip(of.tolist(), spans.tolist(), strict=True)
        triples = [measure(*lexicon.in_sentence(documents[number], *span)) for number, span in placed]
        found = np.array([(nan, nan, nan) if triple is None else triple for triple in triples]).reshape(-1, 3)
    known = np.repeat(~np.isnan(found[:, 0]), len(LABELS)).astype(np.int64)
    columns = {
        "unit": "mention",
        "unit_id": _thrice(schema.Coded(as_texts(mentions["mention_id"]), np.arange(len(found)))),
        "measure": "sentiment",
        "label": schema.Coded(LABELS, np.tile(np.arange(len(LABELS)), len(found))),
        "target": _thrice(coded(mentions["name"])),
        "voice": _thrice(coded(mentions["voice"])),
        "side": _thrice(_sides(mentions, quotes)),
        "method": method,
        "value": found.ravel(),
        "n": known,
        "denominator": 1,
        "low": nan,
        "high": nan,
        "reason": schema.Coded((NO_EVIDENCE, ""), known),
    }
    return schema.from_columns("measures", columns, length=found.size)


def _sides(mentions: pd.DataFrame, quotes: pd.DataFrame | None) -> schema.Coded:
    """Return the side of the speaker of each mention, empty where it is not quoted."""
    said, voice = coded(mentions["quote_id"]), coded(mentions["voice"])
    known = {} if quotes is None else dict(zip(quotes["quote_id"].tolist(), quotes["side"].tolist(), strict=True))
    quoted = np.array([text == "quoted" for text in voice.texts.to_pylist()])[voice.codes]
    texts = ["", *(known.get(quote_id, "") for quote_id in said.texts.to_pylist())]
    return schema.Coded(texts, np.where(quoted, said.codes.astype(np.int64) + 1, 0))


def _thrice(column: schema.Coded) -> schema.Coded:
    return schema.Coded(column.texts, np.repeat(column.codes, len(LABELS)))


def predict(rows: Iterable[Mapping[str, Any]], *, method: str = "model") -> Iterator[dict[str, Any]]:
    """Yield, for each row, the label and its probabilities, in input order.

    Parameters
    ----------
    rows
        Each with ``sentence``, ``start`` and ``end``: the target is ``sentence[start:end]``.
    method
        ``model`` or ``lexicon``.

    Yields
    ------
    dict
        ``{"label": label, "probability": {label: p}}``. Where the lexicon finds no word the label is ``neutral``.

    Raises
    ------
    InputError
        Where the model's files are missing or a row has no such span; the message names the row, counted from 1.

    Examples
    --------
    >>> next(predict([{"sentence": "Ishiba praised the deal.", "start": 15, "end": 23}], method="lexicon"))["label"]
    'positive'
    """
    measure = _measure(method)
    for number, row in enumerate(rows, start=1):
        found = measure(*_span(row, number)) or lexicon.probabilities([])
        label = LABELS[max(range(3), key=found.__getitem__)]
        yield {"label": label, "probability": dict(zip(LABELS, found, strict=True))}


def explain(sentence: str, start: int, end: int, *, method: str = "model") -> list[Effect]:
    """Return the words that moved the score of the target at ``sentence[start:end]``, by occlusion.

    Parameters
    ----------
    sentence, start, end
        The sentence, and the target's span in it.
    method
        ``model`` or ``lexicon``.

    Returns
    -------
    list of Effect
        The words outside the target, in order (of a long sentence the 120 nearest). `weight` is the mean of two changes
        of the score (probability of positive minus that of negative): what the word takes away when it alone is left
        out, and what it adds when it alone stands beside the target. Above zero it spoke for the target, below against
        it. One change is not enough: of two words that say the same, either can be left out without effect.

    Notes
    -----
    The first and the last step of the word's Shapley value (Strumbelj and Kononenko, 2014); the first alone is
    occlusion (Zeiler and Fergus, ECCV 2014).

    Examples
    --------
    >>> sentence = "Ishiba praised the deal."
    >>> max(explain(sentence, 15, 23, method="lexicon"), key=lambda e: e.weight)[:2]
    (7, 14)
    """
    measure = _measure(method)
    target = sentence[start:end]
    whole, bare = _balance(measure(sentence, start, end)), _balance(measure(target, 0, len(target)))
    words = [w.span() for w in _WORD.finditer(sentence) if w.end() <= start or w.start() >= end]
    words.sort(key=lambda span: max(start - span[1], span[0] - end))
    effects = []
    for a, b in sorted(words[:_WORDS_EXPLAINED]):
        cut = a - 1 if a and sentence[a - 1] == " " else a  # the space in front of the word goes with it
        shift = b - cut if b <= start else 0
        without = _balance(measure(sentence[:cut] + sentence[b:], start - shift, end - shift))
        pair = f"{sentence[a:b]} {target}" if b <= start else f"{target} {sentence[a:b]}"
        at = b - a + 1 if b <= start else 0
        alone = _balance(measure(pair, at, at + len(target)))
        effects.append(Effect(a, b, (whole - without + alone - bare) / 2))
    return effects


def _balance(found: Triple | None) -> float:
    return 0.0 if found is None else found[2] - found[0]


def _checked(method: str) -> str:
    if method not in METHODS:
        raise ParameterError(f"unknown sentiment method {method!r}; use {' or '.join(METHODS)}")
    return method


def _measure(method: str) -> Callable[[str, int, int], Triple | None]:
    if _checked(method) == "lexicon":
        return _by_lexicon
    model.require()
    return _by_model


def _by_lexicon(sentence: str, start: int, end: int) -> Triple | None:
    found = lexicon.words(sentence, start, end)
    return lexicon.probabilities(found) if found else None


def _by_model(sentence: str, start: int, end: int) -> Triple:
    key = (sentence, start, end)
    found = _known.get(key)
    if found is None:
        found = _known[key] = model.probabilities(sentence, start, end)
        if len(_known) > _KEPT:
            del _known[next(iter(_known))]
    return found


def _span(row: Mapping[str, Any], number: int) -> tuple[str, int, int]:
    sentence, start, end = row.get("sentence"), row.get("start"), row.get("end")
    if not isinstance(sentence, str):
        raise InputError(f'row {number}: "sentence" is missing or no text')
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(sentence):
        raise InputError(f'row {number}: "start" and "end" must be a span of the sentence; they are {start!r}, {end!r}')
    return sentence, start, end
