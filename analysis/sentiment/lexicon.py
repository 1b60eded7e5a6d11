"""Sentiment toward a target from a list of words: those near it, in its clause, turned round by a negation.

The list is VADER's (Hutto and Gilbert, ICWSM 2014; MIT, its licence beside the data) without emoticons, abbreviations
of chat and words that name things in news (`party`, `justice`), and with some two hundred words of news prose added
by hand. It scores the words around a target, not the attitude toward it: a baseline, and what is left where no model
may be loaded.
"""

from __future__ import annotations

import re
from functools import cache
from math import exp
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from analysis.language import Document

__all__ = [
    "FILE",
    "Word",
    "from_total",
    "in_sentence",
    "look_up",
    "named",
    "powers",
    "probabilities",
    "valences",
    "words",
]

FILE = Path(__file__).parent / "data" / "valence.tsv"

# Chosen on the train part of NewsMTSC on a coarse grid: below the first cut the sum speaks for negative, above the
# second for positive; the slopes turn the distance from a cut into a probability.
WINDOW = 25
REACH = 16 * WINDOW  # characters: how far a side is read at most
DECAY = [0.5 ** (distance / 8.0) for distance in range(WINDOW)]
NEGATED = -0.6
BOOSTED = 1.3
_CUT_NEGATIVE, _CUT_POSITIVE = -0.02, 0.6
_SLOPE_NEGATIVE, _SLOPE_POSITIVE = 0.4, 0.6

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[;:!?—–()]|--")
MARKS = frozenset(";:!?—–()")
_CLAUSE_END = MARKS | {"--"}
_CLAUSE_OPENERS = frozenset("but while although though whereas however yet despite".split())
_NEGATIONS = frozenset(
    "not no never without neither nor nobody nothing cannot hardly barely lacks lacked lack denied".split()
)
_BOOSTERS = frozenset(
    "very so more most highly deeply extremely strongly particularly especially entirely completely".split()
)


N = TypeVar("N", float, NDArray[np.float64])
_Token = tuple[int, int, str]


class Word(NamedTuple):
    """A word of the list near the target: half-open span in the sentence, and what it adds to the score."""

    start: int
    end: int
    weight: float


def words(sentence: str, start: int, end: int) -> list[Word]:
    """Return the words that speak for or against the target at ``sentence[start:end]``, in order.

    Examples
    --------
    >>> sentence = "Biden was criticized, but Ishiba praised the deal."
    >>> [sentence[w.start : w.end] for w in words(sentence, 26, 32)]
    ['praised']
    """
    left, right = _around(sentence, start, end)
    known = valences()
    found = []
    for side, rightward in ((left, False), (right, True)):
        for distance, (a, b, token) in enumerate(side):
            valence = known.get(token, 0.0)
            if valence:
                before = side[max(0, distance - 3) : distance][::-1] if rightward else side[distance + 1 : distance + 4]
                names = [t for _, _, t in before]
                if any(map(_negates, names)):
                    valence *= NEGATED
                if names and names[0] in _BOOSTERS:
                    valence *= BOOSTED
                found.append(Word(a, b, valence * DECAY[distance]))
    return sorted(found)


def probabilities(found: list[Word]) -> tuple[float, float, float]:
    """Return the probabilities of negative, neutral and positive that a sum of weights stands for.

    Examples
    --------
    >>> [round(p, 2) for p in probabilities([])]
    [0.37, 0.37, 0.26]
    """
    return from_total(sum(word.weight for word in found))


def from_total(total: float) -> tuple[float, float, float]:
    """Return what `probabilities` does, for words whose weights come to `total`."""
    negative, positive = (exp(min(50.0, power)) for power in powers(total))
    whole = negative + 1.0 + positive
    return negative / whole, 1.0 / whole, positive / whole


def powers(total: N) -> tuple[N, N]:
    """Return of which powers of e the probabilities of negative and positive are made, for one total or many."""
    return _SLOPE_NEGATIVE * (_CUT_NEGATIVE - total), _SLOPE_POSITIVE * (total - _CUT_POSITIVE)


def named() -> frozenset[str]:
    """Return all words that are told from others, but for those that end in ``n't`` and so negate."""
    return _NEGATIONS | _BOOSTERS | _CLAUSE_OPENERS | valences().keys()


def look_up(word: str) -> tuple[float, bool, bool, bool]:
    """Return the valence of a word, and whether it negates, boosts or opens a clause."""
    token = word.lower().replace("’", "'")
    return valences().get(token, 0.0), _negates(token), token in _BOOSTERS, token in _CLAUSE_OPENERS


def in_sentence(document: Document, start: int, end: int) -> tuple[str, int, int]:
    """Return the sentence of a mention, and the mention's span in it."""
    if not len(document.sentences):
        return document.text, start, end
    first, last = document.sentences[document.sentence_at(start)].tolist()
    low, high = min(first, start), max(last, end)
    return document.text[low:high], start - low, end - low


def _negates(token: str) -> bool:
    return token in _NEGATIONS or token.endswith("n't")


def _around(sentence: str, start: int, end: int) -> tuple[list[_Token], list[_Token]]:
    """Return the tokens of the target's clause left of it (nearest first) and right of it, at most a window each."""
    low, high = max(0, start - REACH), end + REACH
    left: list[_Token] = []
    for match in _TOKEN.finditer(sentence, low, start):
        token = match[0].lower().replace("’", "'")
        if token in _CLAUSE_END or token in _CLAUSE_OPENERS:
            left.clear()
        else:
            left.append((match.start(), match.end(), token))
    right: list[_Token] = []
    for match in _TOKEN.finditer(sentence, end, min(len(sentence), high)):
        token = match[0].lower().replace("’", "'")
        if token in _CLAUSE_END or token in _CLAUSE_OPENERS:
            break
        right.append((match.start(), match.end(), token))
    return left[::-1][:WINDOW], right[:WINDOW]


@cache
def valences() -> dict[str, float]:
    """Return the list: what each word adds to the score."""
    rows = (line.split("\t") for line in FILE.read_text(encoding="ascii").splitlines())
    return {word: float(valence) for word, valence in rows}
