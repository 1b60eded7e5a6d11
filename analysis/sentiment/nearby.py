"""The lexicon over all mentions of many articles at once: the same probabilities as for one mention after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.language import Document
from analysis.sentiment import lexicon
from analysis.sentiment.lexicon import BOOSTED, DECAY, NEGATED, REACH, WINDOW

__all__ = ["Triple", "measure_all"]

Triple = tuple[float, float, float]
_Integers = NDArray[np.int64]
_Flags = NDArray[np.bool_]
_MARKS = np.array([chr(code) in lexicon.MARKS for code in range(0x2015)] + [False])  # none is beyond
_HYPHEN = ord("-")
_MOST_KEPT = 200_000
_LONGEST_KEPT = 64  # longer ones are no words: kept, they would fill the memory


class _Text(NamedTuple):
    """Several articles as one run of tokens: what the lexicon asks of each, and where it stands in its article."""

    starts: _Integers
    ends: _Integers
    valence: NDArray[np.float64]
    negation: _Flags
    booster: _Flags
    opener: _Flags
    parted: _Flags  # whether a mark that ends a clause stands before the token


def measure_all(documents: Sequence[Document], of: Sequence[int], spans: _Integers) -> list[Triple | None]:
    """Return the probabilities of each mention; None where no word of the lexicon is near.

    Parameters
    ----------
    documents
        The articles.
    of
        For each mention the position of its article among them.
    spans
        Half-open character spans of the mentions. Shape (mentions, 2).
    """
    found: list[Triple | None] = [None] * len(of)
    if not len(of):
        return found
    asked, inverse = np.unique(np.asarray(of, dtype=np.int64), return_inverse=True)
    chosen = [documents[i] for i in asked.tolist()]
    plain = np.zeros(len(of), dtype=bool)
    if all(document.tokens.vocabulary is chosen[0].tokens.vocabulary for document in chosen):
        plain, totals, near = _totals(chosen, inverse, spans)
        for row, total in zip(np.flatnonzero(plain & near).tolist(), totals[plain & near].tolist(), strict=True):
            found[row] = lexicon.from_total(total)
    for row in np.flatnonzero(~plain).tolist():
        start, end = spans[row].tolist()
        words = lexicon.words(*lexicon.in_sentence(documents[of[row]], start, end))
        found[row] = lexicon.probabilities(words) if words else None
    return found


def _totals(
    documents: Sequence[Document], of: _Integers, spans: _Integers
) -> tuple[_Flags, NDArray[np.float64], _Flags]:
    """Return for each mention whether it is a plain case, the sum of weights around it, and whether there is a word.

    A plain case begins and ends with tokens of one sentence, and its window is not cut by the reach in characters.
    """
    offset = np.cumsum([0, *(len(document.text) + 1 for document in documents)])
    first_token = np.cumsum([0, *(len(document.tokens) for document in documents)])
    text = _read(documents, offset)
    opens = np.concatenate([d.sentences[:, 0] + o for d, o in zip(documents, offset.tolist(), strict=False)])
    closes = np.concatenate([d.sentences[:, 1] + o for d, o in zip(documents, offset.tolist(), strict=False)])
    firsts = np.concatenate([d.first_tokens[:-1] + o for d, o in zip(documents, first_token.tolist(), strict=False)])
    begin, end = spans[:, 0] + offset[of], spans[:, 1] + offset[of]
    sentence = np.searchsorted(opens, begin, side="right") - 1
    low = np.searchsorted(text.starts, begin)
    high = np.searchsorted(text.ends, end)
    length = len(text.starts)
    plain = (sentence >= 0) & (low < length) & (high < length)
    sentence, low, high = (np.where(plain, array, 0) for array in (sentence, low, high))
    if not plain.any():
        return plain, np.zeros(len(of)), plain
    plain &= (text.starts[low] == begin) & (text.ends[high] == end)
    plain &= (opens[sentence] >= offset[of]) & (end <= closes[sentence])
    following = np.append(firsts[1:], length)[sentence]
    left = _side(text, low - 1, -1, firsts[sentence], begin - REACH)
    right = _side(text, high + 1, 1, following, end + REACH)
    totals = np.zeros(len(of))
    for column in reversed(range(WINDOW)):  # in the order of the text, as the words of one mention are summed
        totals += left.weights[:, column]
    for column in range(WINDOW):
        totals += right.weights[:, column]
    return plain & ~left.cut & ~right.cut, totals, left.near | right.near


class _Side(NamedTuple):
    weights: NDArray[np.float64]
    near: _Flags
    cut: _Flags


def _side(text: _Text, nearest: _Integers, step: int, bound: _Integers, reach: _Integers) -> _Side:
    """Return the weights of the tokens on one side of each mention, by distance; 0 beyond the clause."""
    place = nearest[:, None] + step * np.arange(WINDOW + 3)
    inside = place >= bound[:, None] if step < 0 else place < bound[:, None]
    place = np.where(inside, place, 0)
    # The mark between a token and the next one nearer to the mention.
    inside &= ~text.parted[np.where(inside, place + (step < 0), 0)]
    inside[:, WINDOW:] = False
    seen = np.logical_and.accumulate(inside & ~text.opener[place], axis=1)
    asked = inside & np.concatenate([np.ones((len(place), 1), dtype=bool), seen[:, :-1]], axis=1)
    far = text.starts[place] < reach[:, None] if step < 0 else text.ends[place] > reach[:, None]
    negation, booster = text.negation[place] & seen, text.booster[place] & seen
    valence = np.where(seen, text.valence[place], 0.0)[:, :WINDOW]
    negated, boosted = np.zeros(valence.shape, dtype=bool), np.zeros(valence.shape, dtype=bool)
    for back in (1, 2, 3):
        if step < 0:
            negated |= negation[:, back : back + WINDOW]
        else:
            negated[:, back:] |= negation[:, : WINDOW - back]
    if step < 0:
        boosted |= booster[:, 1 : 1 + WINDOW]
    else:
        boosted[:, 1:] |= booster[:, : WINDOW - 1]
    weights = valence * np.where(negated, NEGATED, 1.0) * np.where(boosted, BOOSTED, 1.0) * DECAY
    return _Side(weights, (valence != 0).any(axis=1), (asked & far).any(axis=1))


def _read(documents: Sequence[Document], offset: _Integers) -> _Text:
    ids = np.concatenate([document.tokens.ids for document in documents])
    shifts = list(zip(documents, offset.tolist(), strict=False))
    starts = np.concatenate([d.tokens.starts.astype(np.int64) + o for d, o in shifts])
    ends = np.concatenate([d.tokens.ends.astype(np.int64) + o for d, o in shifts])
    distinct, ids = np.unique(ids, return_inverse=True)
    vocabulary = documents[0].tokens.vocabulary.words
    words = np.array([_asked[vocabulary[i]] for i in distinct.tolist()], dtype=np.float64).reshape(-1, 4)
    valence, flags = words[:, 0], words[:, 1:].astype(bool)[ids]
    joined = "\n".join([*(document.text for document in documents), ""])
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    marks = _MARKS.take(codes, mode="clip")
    marks[:-1] |= (codes[:-1] == _HYPHEN) & (codes[1:] == _HYPHEN)
    places = np.flatnonzero(marks)
    parted = np.zeros(len(ids) + 1, dtype=bool)
    parted[np.searchsorted(starts, places, side="right")] = True
    return _Text(starts, ends, valence[ids], flags[:, 0], flags[:, 1], flags[:, 2], parted[:-1])


class _Asked(dict[str, tuple[float, bool, bool, bool]]):
    """What the lexicon says of the words met: a process meets most of them again and again."""

    def __missing__(self, word: str) -> tuple[float, bool, bool, bool]:
        found = lexicon.look_up(word)
        if len(word) <= _LONGEST_KEPT:
            if len(self) >= _MOST_KEPT:
                self.clear()
            self[word] = found
        return found


_asked = _Asked()
