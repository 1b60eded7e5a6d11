"""Readability of articles: seven measures of textstat, from a table of unique words and with no network.

textstat counts syllables with CMUdict, which NLTK would fetch while it runs. The package ships that table
(`analysis/readability/data`, its licence beside it) and computes the same values, to the last bit, about ten times
faster; `reference` asks textstat itself and the tests compare the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import nan
from typing import Any

import pandas as pd

from analysis import schema
from analysis.language import Document
from analysis.readability.counts import Counts, count
from analysis.readability.formulas import FORMULAS, evaluate, measure, reference
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
    spoken = None if sentences is None else _by_article(sentences)
    rows: list[tuple[Any, ...]] = []
    for document in documents:
        whole = count(document.text)
        rows.extend(_rows(document.article_id, "", whole, whole.words, minimum_words))
        if spoken is not None:
            for voice in _VOICES:
                spans = spoken.get((document.article_id, voice), ())
                text = " ".join([document.text[start:end] for start, end in spans])
                rows.extend(_rows(document.article_id, voice, count(text), whole.words, minimum_words))
    return schema.frame("measures", rows)


def _by_article(sentences: pd.DataFrame) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """Return the spans of the sentences of each article and voice, in the order of the table."""
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    columns = ("article_id", "voice", "start", "end")
    for article_id, voice, start, end in zip(*(sentences[column].tolist() for column in columns), strict=True):
        found.setdefault((article_id, voice), []).append((start, end))
    return found


def _rows(
    article_id: str, voice: str, counts: Counts, words_of_article: int, minimum_words: int
) -> Iterator[tuple[Any, ...]]:
    reason = ""
    if not counts.words:
        reason = "no words of this voice" if voice else "no words"
    elif counts.words < minimum_words:
        reason = f"only {counts.words} words; the formulas need {minimum_words}"
    for label, value in evaluate(counts).items():
        yield (
            *("article", article_id, "readability", label, "", voice, "", "textstat"),
            *(nan if reason else value, counts.words, words_of_article, nan, nan, reason),
        )
