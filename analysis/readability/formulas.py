"""Seven readability formulas over the counts of a text, each written as textstat evaluates it, to the last bit."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.readability.counts import Counts, count

__all__ = ["FORMULAS", "evaluate", "measure", "reference"]

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
    words, sentences = counts.words, counts.sentences
    length = _ratio(words, sentences)
    syllables = _ratio(counts.syllables, words)
    characters = _ratio(counts.characters, counts.stretches)
    letters = _ratio(counts.letters, words) * 100
    density = _ratio(sentences, words) * 100
    no_words = length == 0 or syllables == 0
    unfamiliar = _ratio(100 * counts.unfamiliar, words)
    dale_chall = (0.1579 * unfamiliar) + (0.0496 * length)
    return {
        "flesch_reading_ease": 0.0 if no_words else 206.835 - 1.015 * length - 84.6 * syllables,
        "flesch_kincaid_grade": 0.0 if no_words else (0.39 * length) + (11.8 * syllables) - 15.59,
        "gunning_fog": 0.4 * (length + _ratio(100 * counts.complex, words)) if words else 0.0,
        "smog_index": (1.043 * (30 * (counts.polysyllables / sentences)) ** 0.5) + 3.1291 if sentences else 0.0,
        "coleman_liau_index": 0.0 if letters == 0 or density == 0 else (0.058 * letters) - (0.296 * density) - 15.8,
        "automated_readability_index": (
            0.0 if characters == 0 or length == 0 else (4.71 * characters) + (0.5 * length) - 21.43
        ),
        "dale_chall_readability_score": 0.0 if not words else dale_chall + (3.6365 if unfamiliar > 5 else 0),
        "words_per_sentence": length,
    }


def reference(text: str) -> dict[str, float]:
    """Return the same measures from textstat itself, with the shipped CMUdict: slow, and what `measure` must equal."""
    from analysis.readability.syllables import use_with_nltk

    use_with_nltk()
    import textstat

    values = {name: float(getattr(textstat, name)(text)) for name in _FROM_TEXTSTAT}
    return {**values, "words_per_sentence": float(textstat.words_per_sentence(text))}


def _ratio(a: float, b: float) -> float:
    return a / b if b else 0.0
