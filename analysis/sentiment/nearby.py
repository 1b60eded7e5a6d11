"""The lexicon over all mentions of many articles at once: the same probabilities as for one mention after the other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from math import exp
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.language import Document, Documents
from analysis.language.words import WordTable
from analysis.sentiment import lexicon
from analysis.sentiment.lexicon import BOOSTED, DECAY, NEGATED, REACH, WINDOW

__all__ = ["Triple", "measure_all"]

Triple = tuple[float, float, float]
_Integers = NDArray[np.int64]
_Floats = NDArray[np.float64]
_Flags = NDArray[np.bool_]
_MARKS = np.array([chr(code) in lexicon.MARKS for code in range(0x2015)] + [False])  # none is beyond
_HYPHEN = ord("-")
_NEGATION, _BOOSTER, _OPENER, _VALENCE = 1, 2, 4, 8  # in a word's integer: flags, and how many times 8 which valence
_DECAY = np.array(DECAY)


class _Text(NamedTuple):
    """Several articles as one run of tokens: what each is to the lexicon, and where clauses end."""

    meaning: _Integers
    valued: _Integers  # tokens that have a valence, in order
    openers: _Integers  # tokens that open a clause, in order
    parted: _Integers  # tokens before which stands a mark that ends a clause, in order


class _Reach(NamedTuple):
    """The tokens of the mentions' clauses on one side: half-open ranges, and whether the reach in characters cuts."""

    first: _Integers
    last: _Integers
    cut: _Flags


def measure_all(documents: Sequence[Document], of: Sequence[int] | _Integers, spans: _Integers) -> _Floats:
    """Return the probabilities of each mention, shape (mentions, 3); NaN where no word of the lexicon is near.

    Parameters
    ----------
    documents
        The articles.
    of
        For each mention the position of its article among them.
    spans
        Half-open character spans of the mentions. Shape (mentions, 2).
    """
    documents, of = Documents.of(documents), np.asarray(of, dtype=np.int64)
    plain, totals, near = _totals(documents, of, spans)
    found = np.full((len(of), 3), np.nan)
    found[near] = _probabilities(totals[near])
    for row in np.flatnonzero(~plain).tolist():
        start, end = spans[row].tolist()
        words = lexicon.words(*lexicon.in_sentence(documents[int(of[row])], start, end))
        found[row] = lexicon.probabilities(words) if words else np.nan
    return found


def _probabilities(totals: _Floats) -> _Floats:
    """Return what `lexicon.from_total` does of each total."""
    negative, positive = (_exponentials(powers) for powers in lexicon.powers(totals))
    whole = negative + 1.0 + positive
    return np.stack([negative / whole, 1.0 / whole, positive / whole], axis=1)


def _exponentials(powers: _Floats) -> _Floats:
    """Return those of the mathematical library: numpy's own may differ in the last digit."""
    return np.fromiter(map(exp, np.minimum(50.0, powers).tolist()), np.float64, len(powers))


def _totals(documents: Documents, of: _Integers, spans: _Integers) -> tuple[_Flags, _Floats, _Flags]:
    """Return for each mention whether it is a plain case, the sum of weights around it, and whether there is a word.

    A plain case begins and ends with tokens of one sentence, and its window is not cut by the reach in characters.
    """
    totals, plain = np.zeros(len(of)), np.zeros(len(of), dtype=bool)
    if not len(documents.ids):
        return plain, totals, plain.copy()
    rows, low, high, sentence = _placed(documents, of, spans)
    text = _read(documents)
    begin, end = spans[rows, 0], spans[rows, 1]
    bounds = documents.sentence_bounds[sentence]
    left = _left(text, documents.starts, low, bounds[:, 0], begin - REACH)
    right = _right(text, documents.ends, high + 1, bounds[:, 1], end + REACH)
    plain[rows] = ~left.cut & ~right.cut
    # In the order of the text, as the words of one mention are summed.
    mention, token, least = _words(text.valued, (left.first, right.first), (left.last, right.last))
    distance = np.where(token < low[mention], low[mention] - 1 - token, token - high[mention] - 1)
    weights = _weights(text.meaning, token, least) * _DECAY[distance]
    totals[rows] = np.bincount(mention, weights, len(rows))
    near = np.zeros(len(of), dtype=bool)
    near[rows[mention]] = True
    return plain, totals, near & plain


def _placed(documents: Documents, of: _Integers, spans: _Integers) -> tuple[_Integers, _Integers, _Integers, _Integers]:
    """Return the mentions that begin and end with tokens of one sentence: these tokens, and the sentence."""
    begin, end = spans[:, 0], spans[:, 1]
    low, high = documents.tokens_at(of, begin), documents.tokens_at(of, end) - 1
    sentence = documents.sentence_of_token(low)
    inside = (low < documents.token_offsets[of + 1]) & (high >= low) & (sentence >= documents.sentence_offsets[of])
    rows = np.flatnonzero(inside)
    low, high, sentence = low[rows], high[rows], sentence[rows]
    whole = (documents.starts[low] == begin[rows]) & (documents.ends[high] == end[rows])
    first, last = documents.sentences[sentence].T
    whole &= (first <= begin[rows]) & (end[rows] <= last)
    return rows[whole], low[whole], high[whole], sentence[whole]


def _left(text: _Text, starts: NDArray[np.int32], low: _Integers, bound: _Integers, reach: _Integers) -> _Reach:
    """Return the tokens of the clause before the first token of each mention, from `bound` on."""
    begin = np.maximum(np.maximum(bound, low - WINDOW), _last_up_to(text.parted, low))
    opener = _last_up_to(text.openers, low - 1)
    # The furthest token looked at is the one that opens the clause, or the last.
    furthest = np.maximum(begin, opener)
    cut = (begin < low) & (starts[np.minimum(furthest, len(starts) - 1)] < reach)
    return _Reach(np.maximum(begin, opener + 1), low, cut)


def _right(text: _Text, ends: NDArray[np.int32], after: _Integers, bound: _Integers, reach: _Integers) -> _Reach:
    """Return the tokens of the clause from the one `after` each mention on, up to `bound`."""
    end = np.minimum(np.minimum(bound, after + WINDOW), _first_from(text.parted, after, len(ends)))
    opener = _first_from(text.openers, after, len(ends))
    furthest = np.minimum(end - 1, opener)
    cut = (after < end) & (ends[furthest] > reach)
    return _Reach(after, np.maximum(after, np.minimum(end, opener)), cut)


def _last_up_to(places: _Integers, limit: _Integers) -> _Integers:
    """Return the last of some places, in order, that is not behind each limit; -1 where none is."""
    return np.append(places, -1)[np.searchsorted(places, limit, side="right") - 1]


def _first_from(places: _Integers, limit: _Integers, otherwise: int) -> _Integers:
    """Return the first of some places, in order, that is not before each limit."""
    return np.append(places, otherwise)[np.searchsorted(places, limit)]


def _words(
    valued: _Integers, firsts: tuple[_Integers, _Integers], lasts: tuple[_Integers, _Integers]
) -> tuple[_Integers, _Integers, _Integers]:
    """Return the words of the lexicon on both sides of the mentions, in order: mention, token, first of that side."""
    first, last = np.stack(firsts, axis=1).ravel(), np.stack(lasts, axis=1).ravel()
    opening, closing = np.searchsorted(valued, first), np.searchsorted(valued, last)
    many = np.maximum(closing - opening, 0)
    side = np.repeat(np.arange(len(many)), many)
    within = np.arange(len(side)) - np.repeat(np.cumsum(many) - many, many)
    return side // 2, valued[opening[side] + within], first[side]


def _weights(meaning: _Integers, token: _Integers, least: _Integers) -> _Floats:
    """Return what each word says: of the words before it, from `least` on, three may negate it and one boost it."""
    valences = _valences()[meaning[token] // _VALENCE]
    before = [(token - back >= least) * meaning[np.maximum(token - back, 0)] for back in (1, 2, 3)]
    negated = (before[0] | before[1] | before[2]) & _NEGATION > 0
    boosted = before[0] & _BOOSTER > 0
    weights: _Floats = valences * np.where(negated, NEGATED, 1.0) * np.where(boosted, BOOSTED, 1.0)
    return weights


def _read(documents: Documents) -> _Text:
    of_words = _WORDS.of(documents.vocabulary)
    meaning = of_words[documents.ids]
    return _Text(
        meaning,
        np.flatnonzero(meaning >= _VALENCE),
        np.flatnonzero(meaning & _OPENER),
        _parted(documents),
    )


def _parted(documents: Documents) -> _Integers:
    """Return the tokens that are parted from the one before, of the same article, by a mark that ends a clause."""
    spaced = np.concatenate([document.tokens.spaced for document in documents])
    spaced[documents.token_offsets[1:][np.diff(documents.token_offsets) > 0] - 1] = True
    before = np.flatnonzero(~spaced)
    begins, ends = documents.ends[before], documents.starts[before + 1]
    lengths = ends - begins
    behind = np.cumsum(lengths)
    places = np.arange(lengths.sum()) + np.repeat(begins - (behind - lengths), lengths)
    # An article at a time, whose characters fit into what is at hand of memory.
    bounds = np.append(0, behind)[np.searchsorted(before, documents.token_offsets)].tolist()
    found = np.concatenate(
        [_characters(d.text)[places[i:j]] for d, (i, j) in zip(documents, pairwise(bounds), strict=True)]
    )
    marks = _MARKS[np.minimum(found, len(_MARKS) - 1)]
    token = np.repeat(before, lengths)
    marks[:-1] |= (found[:-1] == _HYPHEN) & (found[1:] == _HYPHEN) & (token[:-1] == token[1:])
    parted: _Integers = token[marks] + 1
    return parted


def _characters(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


@cache
def _valences() -> _Floats:
    """Return the valences of the list, and before them that of all other words."""
    return np.array([0.0, *sorted(set(lexicon.valences().values()))])


@cache
def _meanings() -> dict[str, int]:
    """Return the integers of all words that the lexicon names."""
    places = {valence: place for place, valence in enumerate(_valences().tolist())}
    found = {}
    for word in lexicon.named():
        valence, negates, boosts, opens = lexicon.look_up(word)
        flags = _NEGATION * negates | _BOOSTER * boosts | _OPENER * opens
        found[word] = flags + _VALENCE * places[valence]
    return found


def _describe(word: str) -> int:
    token = word.lower().replace("’", "'")
    known = _meanings().get(token)
    return known if known is not None else _NEGATION * lexicon.look_up(token)[1] if "'" in token else 0


_WORDS = WordTable(_describe)
