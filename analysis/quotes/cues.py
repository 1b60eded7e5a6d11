"""Words that may attribute, found for many articles at once: the rules look at these alone.

What is tested here is what the rules ask of a verb and the words next to it. A cue that no rule can take is left out;
of one that stays the rules decide.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.quotes.gaps import Gaps
from analysis.quotes.grammar import (
    ADJUNCT_LEAD,
    AUXILIARY,
    CAPITAL,
    CONJUNCTION,
    CUE,
    DETERMINER,
    GROUP_LEAD,
    INSIDE,
    IS_ACCORDING,
    IS_ASK,
    IS_SAY,
    IS_THAT,
    IS_TO,
    NAME_OF_CUE,
    POSSESSIVE,
    PREPOSITION,
    PRONOUN,
    QUESTION_WORD,
    RELATIVE,
    SUBORDINATOR,
    Lexis,
)
from analysis.quotes.verbs import (
    ADDRESSEE,
    CLAUSE,
    FINITE,
    GERUND,
    INFINITIVE,
    NAMING,
    OBJECT,
    ORDER,
    PAST,
    QUESTION,
    THAT,
)

__all__ = ["MAY_CLOSE", "MAY_NAME", "MAY_OPEN", "Located", "find_cues"]

Mask = NDArray[np.bool_]
Positions = NDArray[np.integer]

# What a cue may be: a verb behind what is said, a verb before it, a noun before it.
MAY_CLOSE, MAY_OPEN, MAY_NAME = 1, 2, 4
_HEADLINE = 0.6  # share of capitals above which a sentence is a headline


class Located(NamedTuple):
    """The tokens of many articles, counted through.

    Attributes
    ----------
    codes
        The characters of all texts, one behind the other.
    starts, ends
        The tokens' bounds in them.
    spaced
        Whether one space and nothing else stands behind a token.
    words
        Where its word stands in the lexis.
    flags
        Its classes.
    gaps
        What stands behind it.
    token_offsets, text_offsets
        Where the tokens and the characters of each article begin, and behind them the number of all.
    lows, highs
        The first token of each sentence, and one past its last.
    sentence_offsets
        Where the sentences of each article begin, and behind them the number of all.
    """

    codes: NDArray[np.uint32]
    starts: Positions
    ends: Positions
    spaced: Mask
    words: NDArray[np.int32]
    flags: NDArray[np.int32]
    gaps: Gaps
    token_offsets: Positions
    text_offsets: Positions
    lows: Positions
    highs: Positions
    sentence_offsets: Positions


def find_cues(located: Located, lexis: Lexis) -> tuple[Positions, Positions, NDArray[np.int8]]:
    """Return the tokens outside quotation marks that may attribute, their sentences, and what each may be.

    Shape (n,) each, tokens and sentences counted through all articles.
    """
    flags = located.flags
    tokens = np.flatnonzero((flags & (CUE | NAME_OF_CUE | INSIDE) < INSIDE) & (flags & (CUE | NAME_OF_CUE) > 0))
    article = np.searchsorted(located.token_offsets, tokens, side="right") - 1
    sentence = np.searchsorted(located.lows, tokens, side="right") - 1
    sentence = np.maximum(sentence, located.sentence_offsets[article])
    low, high = located.lows[sentence], located.highs[sentence]
    may = _may_be(located, lexis, tokens, low, high)
    may[~_in_headline(flags, tokens, low, high) & (flags[tokens] & CAPITAL > 0) & (tokens != low)] = 0
    may[_compound(located, tokens, article)] = 0
    kept = np.flatnonzero(may)
    return tokens[kept], sentence[kept], may[kept]


def _in_headline(flags: NDArray[np.int32], tokens: Positions, low: Positions, high: Positions) -> Mask:
    """Tell whether most words of the sentence are capitalized."""
    capitals = np.concatenate([[0], np.cumsum(flags & CAPITAL > 0)])
    headline: Mask = capitals[high] - capitals[low] > _HEADLINE * (high - low)
    return headline


def _compound(located: Located, tokens: Positions, article: Positions) -> Mask:
    """Tell whether a hyphen ties a token to another word."""
    hyphen = ord("-")
    start, end = located.starts[tokens], located.ends[tokens]
    opens = tokens == located.token_offsets[article]
    alone = located.spaced[tokens] & (opens | located.spaced[tokens - 1])
    tied: Mask = (located.codes[start - 1] == hyphen) & (start > located.text_offsets[article])
    beyond = located.text_offsets[article + 1] - 1
    behind = np.flatnonzero((end < beyond) & (located.codes.take(end, mode="clip") == hyphen))
    tied[behind] |= np.array([chr(code).isalpha() for code in located.codes[end[behind] + 1].tolist()], dtype=bool)
    tied &= ~alone
    return tied


def _may_be(located: Located, lexis: Lexis, tokens: Positions, low: Positions, high: Positions) -> NDArray[np.int8]:
    """Tell by each token and its neighbours what it may be."""
    around = _around(located, lexis, tokens, low, high)
    verb = around.flags & CUE > 0
    # A noun attributes by a clause with "that" alone.
    names = around.flags & (NAME_OF_CUE | CAPITAL) == NAME_OF_CUE
    names &= (tokens + 2 < high) & ~around.parted & (around.next_named & IS_THAT > 0)
    according = around.named & IS_ACCORDING > 0
    to = (tokens + 2 < high) & (around.next_named & IS_TO > 0)
    closes = verb & np.where(according, to, _closes(around))
    opens = verb & ~according & _opens(around)
    kinds: NDArray[np.int8] = (MAY_CLOSE * closes + MAY_OPEN * opens + MAY_NAME * names).astype(np.int8)
    return kinds


class _Around(NamedTuple):
    """Cues and the words beside them.

    Attributes
    ----------
    flags, named, takes, forms, prepositions
        Of a cue, as of `grammar.Word`.
    parted, pauses, colons
        Whether punctuation stands behind it, and which.
    preceded, touched
        Whether a word of its sentence stands before it, and whether no punctuation stands before it.
    last_flags, last_named
        Of the word before it, where nothing parts the two; else 0.
    followed, next_flags, next_named
        Whether a word of its sentence stands behind it; of that word.
    """

    flags: NDArray[np.int32]
    named: NDArray[np.int32]
    takes: NDArray[np.int32]
    forms: NDArray[np.int32]
    prepositions: NDArray[np.int32]
    parted: Mask
    colons: Mask
    preceded: Mask
    touched: Mask
    last_flags: NDArray[np.int32]
    last_named: NDArray[np.int32]
    followed: Mask
    next_flags: NDArray[np.int32]
    next_named: NDArray[np.int32]


def _around(located: Located, lexis: Lexis, tokens: Positions, low: Positions, high: Positions) -> _Around:
    words, gaps = located.words, located.gaps
    cue = words[tokens]
    before = tokens - 1  # of the very first token: the last one of all
    behind = np.minimum(tokens + 1, len(words) - 1)
    preceded, touched = tokens > low, ~gaps.breaks[before]
    joined = preceded & touched
    return _Around(
        located.flags[tokens],
        lexis.named[cue],
        lexis.takes[cue],
        lexis.forms[cue],
        lexis.prepositions[cue],
        gaps.breaks[tokens],
        gaps.colons[tokens],
        preceded,
        touched,
        np.where(joined, located.flags[before], 0),
        np.where(joined, lexis.named[words[before]], 0),
        tokens + 1 < high,
        located.flags[behind],
        lexis.named[words[behind]],
    )


def _closes(a: _Around) -> Mask:
    """Tell where `closing_attribution` can read a verb: not where the sentence goes on behind it."""
    goes_on = a.followed & a.touched & ~a.parted & (a.next_flags & ADJUNCT_LEAD == 0)
    goes_on &= (a.named & IS_SAY == 0) | (a.next_flags & PREPOSITION == 0)
    closes: Mask = (a.takes & CLAUSE > 0) & (a.forms & FINITE > 0) & a.preceded & ~goes_on
    return closes


def _opens(a: _Around) -> Mask:
    """Tell where `at_verb` can read a verb: by what stands before it, then by what it takes."""
    noun = (a.last_flags & (DETERMINER | POSSESSIVE | PREPOSITION) > 0) & (a.last_named & IS_TO == 0)
    noun &= a.last_flags & (PRONOUN | RELATIVE) == 0
    noun &= (a.forms & GERUND == 0) | (a.last_flags & PREPOSITION == 0)
    grouped = a.last_flags & (GROUP_LEAD | INSIDE) == GROUP_LEAD
    asked = (a.named & IS_ASK > 0) & (a.forms & PAST > 0)
    passive = grouped & (a.forms & PAST > 0) & (a.takes & (OBJECT | NAMING | ORDER) > 0)
    participle = ~grouped & (a.forms == PAST)
    opens: Mask = ~noun & (asked | passive | (~participle & _completed(a)))
    return opens


def _completed(a: _Around) -> Mask:
    """Tell where `complement` can find what a verb takes."""
    takes, flags = a.takes, a.next_flags
    inside = flags & INSIDE > 0
    preposition = (flags & PREPOSITION > 0) & (flags & (SUBORDINATOR | DETERMINER) == 0)
    behind_mark = a.colons | (inside & (takes & (CLAUSE | OBJECT | NAMING | ADDRESSEE | QUESTION) > 0))
    named = (a.next_named & IS_THAT > 0) & (takes & (CLAUSE | THAT | ADDRESSEE) > 0)
    named |= (a.next_named & IS_TO > 0) & (takes & INFINITIVE > 0)
    named |= a.next_named & a.prepositions > 0
    named |= (flags & QUESTION_WORD > 0) & (takes & (QUESTION | CLAUSE) > 0)
    clause = (takes & CLAUSE > 0) & (preposition | (flags & CONJUNCTION == 0) | inside)
    thing = (takes & (OBJECT | NAMING) > 0) & ~preposition & (flags & (CONJUNCTION | AUXILIARY) == 0)
    thing &= (flags & SUBORDINATOR == 0) | (flags & (DETERMINER | RELATIVE) > 0)
    person = takes & (ADDRESSEE | ORDER) > 0
    unsure = inside | (flags & ADJUNCT_LEAD > 0)  # what stands behind an adverb is not looked at
    return a.followed & np.where(a.parted, behind_mark, named | clause | thing | person | unsure)
