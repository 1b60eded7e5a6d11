"""Readability of articles: seven measures of textstat, from a table of unique words and with no network.

textstat counts syllables with CMUdict, which NLTK would fetch while it runs. The package ships that table
(`analysis/readability/data`, its licence beside it) and computes the same values, to the last bit, about ten times
faster; `reference` asks textstat itself and the tests compare the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import schema
from analysis.language import Document
from analysis.readability.counts import COLUMNS, END, count_all, count_sentences, number
from analysis.readability.formulas import FORMULAS, evaluate_all, measure, reference
from analysis.readability.syllables import use_with_nltk

__all__ = ["FORMULAS", "MINIMUM_WORDS", "measure", "reference", "score", "use_with_nltk"]

MINIMUM_WORDS = 100  # the formulas were made for samples of this length

_VOICES = ("outlet", "quoted", "unresolved")


def score(
    documents: Iterable[Document],
    *,
    sentences: pd.DataFrame | None = None,
    minimum_words: int = MINIMUM_WORDS,
) -> pd.DataFrame:
    """Measure the readability of each article, as a whole and by voice.

    Parameters
    ----------
    documents
        The articles.
    sentences
        The table of sentences with their voices. With it each article also gets a row for each voice, measured over
        the sentences of that voice; without it only the whole text (voice ``""``) is measured.
    minimum_words
        A text with fewer words gets a null value and the reason.

    Returns
    -------
    pandas.DataFrame
        A ``measures`` table with unit ``article`` and measure ``readability``. `label` names the formula (`FORMULAS`),
        `n` is the number of words measured, `denominator` the words of the whole article.

    Examples
    --------
    >>> from analysis.language import Vocabulary, read_document
    >>> d = read_document("a", "A headline. " + "The president blocked the acquisition. " * 30, Vocabulary())
    >>> table = score([d]).set_index("label")
    >>> round(float(table.loc["flesch_kincaid_grade", "value"]), 2), int(table.loc["smog_index", "n"])
    (9.91, 152)
    >>> score([d], minimum_words=200)["reason"][0]
    'only 152 words; the formulas need 200'
    """
    documents = list(documents)
    if not documents:
        return schema.empty("measures")
    counted = _whole(documents) if sentences is None else _by_voice(documents, sentences)
    voices = ("",) if sentences is None else ("", *_VOICES)
    words = np.repeat(counted[:, :, 0], len(FORMULAS))
    long = words >= max(1, minimum_words)
    values = evaluate_all(counted.reshape(-1, len(COLUMNS))).ravel()
    rows, inner = len(words), len(voices) * len(FORMULAS)
    voice = np.tile(np.repeat(np.arange(len(voices)), len(FORMULAS)), len(documents))
    few, which = np.unique(np.where(long, 0, np.where(words > 0, words, -1 - (voice > 0))), return_inverse=True)
    columns = {
        **dict.fromkeys(("target", "side"), ""),
        "unit": "article",
        "unit_id": schema.Coded([d.article_id for d in documents], np.repeat(np.arange(len(documents)), inner)),
        "measure": "readability",
        "label": schema.Coded(tuple(FORMULAS), np.tile(np.arange(len(FORMULAS)), rows // len(FORMULAS))),
        "voice": schema.Coded(voices, voice),
        "method": "textstat",
        "value": np.where(long, values, np.nan),
        "n": words,
        "denominator": np.repeat(counted[:, 0, 0], inner),
        "low": np.nan,
        "high": np.nan,
        "reason": schema.Coded([_reason(n, minimum_words) for n in few.tolist()], which),
    }
    return schema.from_columns("measures", columns, length=rows)


def _reason(words: int, minimum_words: int) -> str:
    """Return why a text of so many words has no value; 0 stands for a text that has, -1 and -2 for none at all."""
    if words <= 0:
        return ("", "no words", "no words of this voice")[-words]
    return f"only {words} words; the formulas need {minimum_words}"


def _whole(documents: Sequence[Document]) -> NDArray[np.int64]:
    """Return the counts of each text as a whole, shape (documents, 1, columns)."""
    return _count([document.text for document in documents])[:, None, :]


def _count(texts: Sequence[str]) -> NDArray[np.int64]:
    numbers, lengths, table = number(texts)
    return count_all(*_ended(numbers, lengths), table)


def _ended(numbers: NDArray[np.int64], sizes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Put an `END` behind each text of so many stretches; return the numbers and the places of these."""
    return np.insert(numbers, np.cumsum(sizes), END), np.cumsum(sizes + 1) - 1


def _by_voice(documents: Sequence[Document], sentences: pd.DataFrame) -> NDArray[np.int64]:
    """Return the counts of each text as a whole and by voice, shape (documents, 4, columns)."""
    place = {document.article_id: position for position, document in enumerate(documents)}
    kinds = {voice: position for position, voice in enumerate(_VOICES)}
    of = sentences["article_id"].map(place).fillna(-1).to_numpy(np.int64)
    chosen = np.flatnonzero(of >= 0)
    chosen = chosen[np.argsort(of[chosen], kind="stable")]
    of = of[chosen]
    voice = sentences["voice"].map(kinds).to_numpy(np.int64)[chosen]
    starts, ends = (sentences[name].to_numpy()[chosen].tolist() for name in ("start", "end"))
    texts = [document.text for document in documents]
    pieces = [texts[d][a:b] for d, a, b in zip(of.tolist(), starts, ends, strict=True)]
    numbers, lengths, table = number(pieces)
    groups = of * len(_VOICES) + voice
    sizes = np.bincount(groups, lengths, len(documents) * len(_VOICES)).astype(np.int64)
    by_voice = numbers[_places(lengths, np.argsort(groups, kind="stable"))]
    counted = np.empty((len(documents), 1 + len(_VOICES), len(COLUMNS)), dtype=np.int64)
    counted[:, 1:] = count_all(*_ended(by_voice, sizes), table).reshape(len(documents), len(_VOICES), -1)
    if _are_all(documents, of, starts, ends):
        # A text is its sentences, one after the other: but for what textstat takes for sentences they add up to it.
        counted[:, 0] = counted[:, 1:].sum(axis=1)
        whole = np.bincount(of, lengths, len(documents)).astype(np.int64)
        counted[:, 0, COLUMNS.index("sentences")] = count_sentences(*_ended(numbers, whole), table)
    else:
        counted[:, 0] = _count(texts)
    return counted


def _are_all(documents: Sequence[Document], of: NDArray[Any], starts: list[int], ends: list[int]) -> bool:
    """Tell whether these spans are the sentences of each document, in order."""
    counts = [len(document.sentences) for document in documents]
    if not np.array_equal(np.bincount(of, minlength=len(documents)), counts):
        return False
    spans = np.concatenate([document.sentences for document in documents])
    return np.array_equal(spans[:, 0], starts) and np.array_equal(spans[:, 1], ends)


def _places(lengths: NDArray[np.int64], order: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the places of all stretches where the pieces of such lengths are put into `order`."""
    begins = np.cumsum(lengths) - lengths
    sizes = lengths[order]
    shift = begins[order] - (np.cumsum(sizes) - sizes)
    places: NDArray[np.int64] = np.arange(sizes.sum()) + np.repeat(shift, sizes)
    return places
