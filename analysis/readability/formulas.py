"""Seven readability formulas over the counts of a text, each written as textstat evaluates it, to the last bit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from analysis.readability.counts import Counts, count

__all__ = ["FORMULAS", "evaluate", "evaluate_all", "measure", "reference"]

FORMULAS: Mapping[str, str] = {
    "flesch_reading_ease": "Flesch (1948): about 0 to 100, higher is easier",
    "flesch_kincaid_grade": "Kincaid et al. (1975): US school grade",
    "gunning_fog": "Gunning (1952): years of schooling",
    "smog_index": "McLaughlin (1969): years of schooling; defined on 30 sentences or more",
    "coleman_liau_index": "Coleman and Liau (1975): US school grade",
    "automated_readability_index": "Smith and Senter (1967): US school grade",
    "dale_chall_readability_score": "Dale and Chall (1948): 4.9 and less grade 4, 10 and more college graduate",
    "words_per_sentence": "mean length of a sentence in words, both as textstat counts them",
}
_FROM_TEXTSTAT = [name for name in FORMULAS if name != "words_per_sentence"]


def measure(text: str) -> dict[str, float]:
    """Return the seven measures of `text` and its mean sentence length.

    Examples
    --------
    >>> round(measure("The president blocked the acquisition of the company.")["flesch_kincaid_grade"], 2)
    9.66
    """
    return evaluate(count(text))


def evaluate(counts: Counts) -> dict[str, float]:
    """Return the measures for `counts`, by name; 0.0 where textstat gives 0.0 (a text without words)."""
    values = evaluate_all(np.array([counts], dtype=np.int64))[0].tolist()
    return dict(zip(FORMULAS, values, strict=True))


def evaluate_all(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the measures of many texts.

    Parameters
    ----------
    counts
        A row for each text, in the columns of `COLUMNS`.

    Returns
    -------
    ndarray
        A row for each text, in the order of `FORMULAS`; 0.0 where textstat gives 0.0 (a text without words).
    """
    words, stretches, sentences, characters, letters, syllables, polysyllables, unfamiliar, complex_ = counts.T
    length = _ratio(words, sentences)
    by_word = _ratio(syllables, words)
    by_stretch = _ratio(characters, stretches)
    letters_in_100 = _ratio(letters, words) * 100
    sentences_in_100 = _ratio(sentences, words) * 100
    no_words = (length == 0) | (by_word == 0)
    share = _ratio(100 * unfamiliar, words)
    grade = 30 * _ratio(polysyllables, sentences)
    root = np.array([value**0.5 for value in grade.tolist()])  # Python's power: numpy's may differ in the last bit
    columns = (
        np.where(no_words, 0.0, 206.835 - 1.015 * length - 84.6 * by_word),
        np.where(no_words, 0.0, (0.39 * length) + (11.8 * by_word) - 15.59),
        np.where(words == 0, 0.0, 0.4 * (length + _ratio(100 * complex_, words))),
        np.where(sentences == 0, 0.0, (1.043 * root) + 3.1291),
        np.where(
            (letters_in_100 == 0) | (sentences_in_100 == 0),
            0.0,
            (0.058 * letters_in_100) - (0.296 * sentences_in_100) - 15.8,
        ),
        np.where((by_stretch == 0) | (length == 0), 0.0, (4.71 * by_stretch) + (0.5 * length) - 21.43),
        np.where(words == 0, 0.0, (0.1579 * share) + (0.0496 * length) + np.where(share > 5, 3.6365, 0.0)),
        length,
    )
    return np.stack(columns, axis=1)


def reference(text: str) -> dict[str, float]:
    """Return the same measures from textstat itself, with the shipped CMUdict: slow, and what `measure` must equal."""
    from analysis.readability.syllables import use_with_nltk

    use_with_nltk()
    import textstat

    values = {name: float(getattr(textstat, name)(text)) for name in _FROM_TEXTSTAT}
    return {**values, "words_per_sentence": float(textstat.words_per_sentence(text))}


def _ratio(a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.divide(a, b, out=np.zeros(len(b)), where=b != 0)
