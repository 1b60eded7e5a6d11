"""Many articles prepared for the rules at once: what depends on a token and its neighbours alone, by array."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from analysis.language import Tokens
from analysis.quotes.cues import Located, find_cues
from analysis.quotes.gaps import Gaps, read_gaps
from analysis.quotes.grammar import (
    AUXILIARY,
    CONJUNCTION,
    DETERMINER,
    ENDS_CLAUSE,
    ENDS_INNER,
    ENDS_OBJECT,
    ENDS_OBJECT_AT_ONCE,
    FINITE_WORD,
    INSIDE,
    IS_READ,
    POSSESSIVE,
    PREPOSITION,
    PRONOUN,
    RELATIVE,
    SUBORDINATOR,
    VERB_HERE,
    VERBAL,
    Grammar,
    Lexis,
    grammar_of,
)
from analysis.quotes.marks import Stretch, find_stretches
from analysis.quotes.page import Cues, Page

__all__ = ["Article", "read_pages"]

T = TypeVar("T", bound=np.generic)
Mask = NDArray[np.bool_]
Positions = NDArray[np.integer]


class Article(NamedTuple):
    """A text that is not empty with its tokens, its sentences and the first token of each, one at least of both.

    Of the first tokens there is one more than sentences: the number of tokens.
    """

    text: str
    tokens: Tokens
    sentences: NDArray[np.int32]
    first: NDArray[np.int32]


def read_pages(articles: Sequence[Article]) -> Iterator[Page]:
    """Yield a page for each of `articles`, all read with one vocabulary."""
    grammar = grammar_of(articles[0].tokens.vocabulary)
    lexis = grammar.lexis
    articles = _bounded(articles)
    stretches = [find_stretches(article.text)[0] for article in articles]
    located, quoted_chars, bounds = _locate(articles, stretches, grammar)
    token_offsets = located.token_offsets
    offsets, sentence_offsets = token_offsets.tolist(), located.sentence_offsets.tolist()
    tokens, sentences, kinds = find_cues(located, lexis)
    local, cued, cued_at = _by_sentence(located, tokens, sentences)
    cues = list(zip(local, kinds.tolist(), strict=True))
    quoted = [len(of) for of in stretches]
    quoted_at = [0, *accumulate(quoted)]
    stretch_tokens = (bounds - np.repeat(token_offsets[:-1], quoted)[:, None]).tolist()
    spans = _joined([article.sentences for article in articles])
    sentence_starts, sentence_ends = spans[:, 0].copy().data, spans[:, 1].copy().data
    first = _joined([article.first for article in articles]).tolist()
    flags, words = located.flags.data, located.words.data
    stops = _stops(articles, located, quoted_chars).data
    breaks = located.gaps.breaks.tobytes()
    halts, clause_ends, inner_ends, object_ends = [mask.tobytes() for mask in _ends(located, lexis)]
    for k, article in enumerate(articles):
        here = slice(offsets[k], offsets[k + 1])
        a, b = sentence_offsets[k], sentence_offsets[k + 1]
        yield Page(
            article.text,
            article.tokens.starts.data,
            article.tokens.ends.data,
            flags[here],
            words[here],
            lexis.lower,
            lexis.verbs,
            breaks[here],
            halts[here],
            clause_ends[here],
            inner_ends[here],
            object_ends[here],
            cues,
            cued[cued_at[k] : cued_at[k + 1]],
            sentence_starts[a:b],
            sentence_ends[a:b],
            first[a + k : b + k + 1],
            stops[a:b],
            stretches[k],
            stretch_tokens[quoted_at[k] : quoted_at[k + 1]],
        )


def _by_sentence(located: Located, tokens: Positions, sentences: Positions) -> tuple[list[int], list[Cues], list[int]]:
    """Return cues as tokens of their article, the sentences that have some, and where those of each article begin."""
    opens = np.flatnonzero(np.diff(sentences, prepend=-1))
    sentence = sentences[opens]
    article = np.searchsorted(located.sentence_offsets, sentence, side="right") - 1
    move = located.token_offsets[article]
    ends = np.append(opens[1:], len(tokens))[: len(opens)]
    local: list[int] = (tokens - np.repeat(move, ends - opens)).tolist()
    columns = (
        sentence - located.sentence_offsets[article],
        located.lows[sentence] - move,
        located.highs[sentence] - move,
        opens,
        ends,
    )
    cued: list[Cues] = list(zip(*map(np.ndarray.tolist, columns), strict=True))
    return local, cued, np.searchsorted(article, np.arange(len(located.token_offsets))).tolist()


def _locate(
    articles: Sequence[Article], stretches: Sequence[list[Stretch]], grammar: Grammar
) -> tuple[Located, Positions, Positions]:
    """Count the tokens of `articles` through and class them; return also the characters and tokens of all stretches."""
    tokens = [article.tokens for article in articles]
    token_offsets = np.cumsum([0, *map(len, tokens)])
    text = "".join([article.text for article in articles])
    text_offsets = np.cumsum([0, *[len(article.text) for article in articles]], dtype=np.int32)
    sentence_offsets = np.cumsum([0, *[len(article.sentences) for article in articles]])
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    shift = np.repeat(text_offsets[:-1], np.diff(token_offsets))
    starts = _joined([one.starts for one in tokens]) + shift
    ends = _joined([one.ends for one in tokens]) + shift
    spaced = _joined([one.spaced for one in tokens])
    words = grammar.places(_joined([one.ids for one in tokens]))

    numbers = list(map(len, stretches))
    quoted = np.fromiter(chain.from_iterable(chain.from_iterable(stretches)), np.int32, 4 * sum(numbers))
    quoted = quoted.reshape(-1, 4)[:, :2] + np.repeat(text_offsets[:-1], numbers)[:, None]
    gaps = read_gaps(codes, starts, ends, spaced, token_offsets[1:] - 1)
    bounds = np.searchsorted(starts, quoted)
    flags = _classes(grammar.lexis.flags[words], _covered(bounds, len(words)), gaps)
    move = np.repeat(token_offsets[:-1], np.diff(sentence_offsets))
    lows = _joined([article.first[:-1] for article in articles]) + move
    highs = _joined([article.first[1:] for article in articles]) + move
    located = Located(
        codes, starts, ends, spaced, words, flags, gaps, token_offsets, text_offsets, lows, highs, sentence_offsets
    )
    return located, quoted, bounds


def _joined(parts: Sequence[NDArray[T]]) -> NDArray[T]:
    return np.concatenate(parts)


def _covered(bounds: Positions, size: int) -> Mask:
    """Tell which of `size` tokens lie in one of the half-open ranges `bounds`, shape (n, 2), that are apart."""
    change = np.bincount(bounds[:, 0], minlength=size + 1) - np.bincount(bounds[:, 1], minlength=size + 1)
    inside: Mask = np.cumsum(change)[:size] > 0
    return inside


def _classes(flags: NDArray[np.int32], inside: Mask, gaps: Gaps) -> NDArray[np.int32]:
    """Add to the classes of words what tokens are in their place."""
    before = np.where(gaps.breaks[:-1], 0, flags[:-1])
    noun = (before & (DETERMINER | POSSESSIVE | PREPOSITION) > 0) & (before & PRONOUN == 0)
    verb = flags & VERBAL > 0
    verb[1:] &= (flags[1:] & FINITE_WORD == 0) | ~noun
    found: NDArray[np.int32] = flags | inside * np.int32(INSIDE) | verb * np.int32(VERB_HERE)
    return found


_HALTS = AUXILIARY | PRONOUN | INSIDE | SUBORDINATOR | RELATIVE | CONJUNCTION | VERBAL


def _ends(located: Located, lexis: Lexis) -> tuple[Mask, Mask, Mask, Mask]:
    """Tell where a noun phrase read from the right, a clause, an inner one and an object may end."""
    breaks, pauses, semicolons, _ = located.gaps
    halts = breaks | (located.flags & _HALTS > 0)
    ends = lexis.ends[located.words]
    outside = located.flags & INSIDE == 0
    paused = outside & _behind(pauses)
    ended = _behind(semicolons)
    clause = paused & (ended | (ends & ENDS_CLAUSE > 0))
    inner = paused & (ended | (ends & (ENDS_CLAUSE | ENDS_INNER) > 0))
    last = lexis.named[located.words[located.highs - 1]]
    for sentence in np.flatnonzero((last & IS_READ > 0) & (located.highs > located.lows)).tolist():
        here = slice(located.lows[sentence], located.highs[sentence])  # "..., a statement by the ministry read"
        clause[here] |= paused[here] & (located.flags[here] & DETERMINER > 0)
    at_once = outside & ~_behind(breaks) & (ends & ENDS_OBJECT_AT_ONCE > 0)
    return halts, clause, inner, inner | (paused & (ends & ENDS_OBJECT > 0)) | at_once


_STOPS = ".!?…"
_IS_STOP = np.zeros(ord(max(_STOPS)) + 2, dtype=bool)
_IS_STOP[[ord(stop) for stop in _STOPS]] = True
_MOST_STOPS = 4  # behind a sentence; where there are more, each is looked at by itself


def _stops(articles: Sequence[Article], located: Located, quoted: Positions) -> Positions:
    """Return for each sentence where what it says ends: before its stop, or behind a quotation that runs on.

    Positions are those in the text of its article.
    """
    move = np.repeat(located.text_offsets[:-1], np.diff(located.sentence_offsets))
    end = np.concatenate([article.sentences[:, 1] for article in articles]) + move
    begin = end.copy()
    stopped = np.arange(len(end))
    for _ in range(_MOST_STOPS):
        stopped = stopped[(end[stopped] > move[stopped]) & _IS_STOP.take(located.codes[end[stopped] - 1], mode="clip")]
        end[stopped] -= 1
    for sentence in stopped.tolist():
        place = int(end[sentence])
        while place > move[sentence] and chr(located.codes[place - 1]) in _STOPS:
            place -= 1
        end[sentence] = place
    if len(quoted):
        holder = np.searchsorted(quoted[:, 0], begin, side="right") - 1
        running = (holder >= 0) & (begin < quoted[holder, 1]) & (quoted[holder, 0] < begin)
        end[running] = quoted[holder[running], 1]
    stops: Positions = end - move
    return stops


def _behind(mask: Mask) -> Mask:
    """Return for each token what `mask` says of the one before it."""
    moved = np.empty_like(mask)
    moved[0] = True
    moved[1:] = mask[:-1]
    return moved


_LONGEST = 250


def _bounded(articles: Sequence[Article]) -> Sequence[Article]:
    """Part sentences that run on for hundreds of words.

    The rules look through a sentence for each verb, and are to take time linear in the text.
    """
    if np.diff(_joined([article.first for article in articles])).max() <= _LONGEST:
        return articles
    return [_parted(article) if np.diff(article.first).max() > _LONGEST else article for article in articles]


def _parted(article: Article) -> Article:
    starts, ends = article.tokens.starts, article.tokens.ends
    parts: list[list[int]] = []
    begins: list[int] = []
    first: list[int] = article.first.tolist()
    for (start, end), low, high in zip(article.sentences.tolist(), first, first[1:], strict=False):
        for token in range(low, max(high, low + 1), _LONGEST):
            begins.append(token)
            stop = token + _LONGEST
            parts.append([start if token == low else int(starts[token]), end if stop >= high else int(ends[stop - 1])])
    begins.append(first[-1])
    return article._replace(sentences=np.array(parts), first=np.array(begins))
