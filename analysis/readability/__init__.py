"""Readability of articles: seven measures of textstat, from tables of unique words and with no network.

textstat counts syllables with CMUdict, which NLTK would fetch while it runs. The package ships that table
(`analysis/readability/data`, its licence beside it) and computes the same values, to the last bit, about twenty times
faster; `reference` asks textstat itself and the tests compare the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import schema
from analysis.language import Document, Documents, read_documents
from analysis.readability.counts import COLUMNS
from analysis.readability.formulas import FORMULAS, evaluate_all, measure, reference
from analysis.readability.syllables import use_with_nltk
from analysis.readability.tally import count_all

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
    documents = Documents.of(documents)
    if not documents:
        return schema.empty("measures")
    counted = _count(documents, sentences)
    articles, voices, formulas = len(documents), counted.shape[1], len(FORMULAS)
    words = counted[:, :, 0].ravel()
    long = words >= max(1, minimum_words)
    values = evaluate_all(counted.reshape(-1, len(COLUMNS)))
    values[~long] = np.nan
    voice = np.tile(np.arange(voices), articles)
    few, which = np.unique(np.where(long, 0, np.where(words > 0, words, -1 - (voice > 0))), return_inverse=True)
    columns = {
        **dict.fromkeys(("target", "side"), ""),
        "unit": "article",
        "unit_id": schema.Coded(documents.article_ids, np.repeat(np.arange(articles), voices * formulas)),
        "measure": "readability",
        "label": schema.Coded(tuple(FORMULAS), np.tile(np.arange(formulas), articles * voices)),
        "voice": schema.Coded(("", *_VOICES)[:voices], np.repeat(voice, formulas)),
        "method": "textstat",
        "value": values.ravel(),
        "n": np.repeat(words, formulas),
        "denominator": np.repeat(counted[:, 0, 0], voices * formulas),
        "low": np.nan,
        "high": np.nan,
        "reason": schema.Coded([_reason(n, minimum_words) for n in few.tolist()], np.repeat(which, formulas)),
    }
    return schema.from_columns("measures", columns, length=values.size)


def _reason(words: int, minimum_words: int) -> str:
    """Return why a text of so many words has no value; 0 stands for a text that has, -1 and -2 for none at all."""
    if words <= 0:
        return ("", "no words", "no words of this voice")[-words]
    return f"only {words} words; the formulas need {minimum_words}"


def _count(documents: Documents, sentences: pd.DataFrame | None) -> NDArray[np.int64]:
    """Return the counts of each text as a whole and, given the sentences, by voice, shape (articles, 1 or 4, columns).

    Sentences that are not those of the documents are read as texts anew, an article's of one voice in one.
    """
    articles, number = len(documents), len(_VOICES)
    of, found = documents.article_of_sentence, count_all(documents)
    whole = found.by(of, articles)[:, None]
    if sentences is None:
        return whole
    article, voice, starts, ends = _spans(documents, sentences)
    groups = article * number + voice
    if np.array_equal(article, of) and np.array_equal(np.stack([starts, ends], axis=1), documents.sentences):
        by_voice = found.by(groups, articles * number)
    else:
        pieces: list[list[str]] = [[] for _ in range(articles * number)]
        for group, start, end in zip(groups.tolist(), starts.tolist(), ends.tolist(), strict=True):
            pieces[group].append(documents[group // number].text[start:end])
        anew = read_documents((str(group), "\n\n".join(texts)) for group, texts in enumerate(pieces))
        by_voice = count_all(anew).by(anew.article_of_sentence, len(anew))
    return np.concatenate([whole, by_voice.reshape(articles, number, -1)], axis=1)


def _spans(documents: Documents, sentences: pd.DataFrame) -> tuple[NDArray[Any], ...]:
    """Return of the sentences of `documents`, article by article, the article, the voice, the start and the end."""
    place = {article_id: position for position, article_id in enumerate(documents.article_ids)}
    kinds = {voice: position for position, voice in enumerate(_VOICES)}
    codes, ids = pd.factorize(sentences["article_id"])
    article = np.array([place.get(article_id, -1) for article_id in ids], dtype=np.int64)[codes]
    codes, names = pd.factorize(sentences["voice"])
    voice = np.array([kinds[name] for name in names], dtype=np.int64)[codes]
    chosen = np.flatnonzero(article >= 0)
    chosen = chosen[np.argsort(article[chosen], kind="stable")]
    starts, ends = (sentences[name].to_numpy()[chosen] for name in ("start", "end"))
    return article[chosen], voice[chosen], starts, ends
