"""Who says what in a text: direct, mixed and indirect speech, by rules over its words alone."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from analysis.language import Document, Documents, Tokens, Vocabulary, tokenize
from analysis.quotes.clauses import Found
from analysis.quotes.direct import find_direct
from analysis.quotes.indirect import find_indirect
from analysis.quotes.model import Quote, Span
from analysis.quotes.page import Page
from analysis.quotes.pages import Article, read_pages
from analysis.quotes.phrases import phrase_left

__all__ = ["extract", "extract_all"]

_ODD_SPACES = "\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\t"
_ODD_SPACE = re.compile(f"[{_ODD_SPACES}]")  # one character for one: offsets hold


def extract(text: str, sentences: NDArray[np.int32], *, tokens: Tokens | None = None) -> list[Quote]:
    """Return the utterances in `text` that it attributes to somebody, in text order.

    Parameters
    ----------
    text
        Any text.
    sentences
        Its sentences as half-open character spans, shape (n, 2), from `analysis.language.sentence_spans`.
    tokens
        Its tokens, where they are at hand; else they are read.

    Returns
    -------
    list of Quote
        Contents do not overlap but where an attribution stands inside another; nested speech is told once, by its
        outermost attribution. Scare quotes and titles are not quotes.

    Examples
    --------
    >>> from analysis.language import sentence_spans
    >>> import numpy as np
    >>> text = 'The "2+2" talks went well, Ms. Lee said. "We agreed," she added, "on most."'
    >>> for q in extract(text, np.array(sentence_spans(text))):
    ...     print(q.kind, [text[a:b] for a, b in q.content], [text[a:b] for a, b in q.cue + q.source])
    indirect ['The "2+2" talks went well'] ['said', 'Ms. Lee']
    direct ['"We agreed,"', '"on most."'] ['added', 'she']
    """
    if not text or not len(sentences):
        return []
    if tokens is None:
        tokens = tokenize(text, Vocabulary())
    if not len(tokens):
        return []
    first = np.append(np.searchsorted(tokens.starts, sentences[:, 0]), len(tokens))
    (page,) = read_pages([Article(_even(text), tokens, sentences, first)])
    return _utterances(page)


def extract_all(documents: Documents) -> Iterator[list[Quote]]:
    """Yield what `extract` returns of each of `documents`, in order.

    Much faster than one after the other: what depends on a word and its neighbours alone is told for many articles at
    once.
    """
    for some in _groups(documents):
        articles = [
            Article(_even(document.text), document.tokens, document.sentences, document.first_tokens)
            for document in some
            if len(document.tokens) and len(document.sentences)
        ]
        pages = read_pages(articles) if articles else iter(())
        for document in some:
            empty = not (len(document.tokens) and len(document.sentences))
            yield [] if empty else _utterances(next(pages))


_GROUP = 1_000_000  # characters of the articles that are prepared together


def _groups(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Part `documents` into groups that are large enough to be read fast, and small enough for the memory."""
    group: list[Document] = []
    size = 0
    for document in documents:
        group.append(document)
        size += len(document.text)
        if size >= _GROUP:
            yield group
            group, size = [], 0
    yield group


def _even(text: str) -> str:
    """Return `text` with every odd space as a plain one."""
    # A character is looked for faster than a class of them.
    return _ODD_SPACE.sub(" ", text) if any(map(text.__contains__, _ODD_SPACES)) else text


def _utterances(page: Page) -> list[Quote]:
    direct = find_direct(page) if page.stretches else []
    return _merge(page, direct, find_indirect(page, direct))


_BARE = "direct:bare"  # the method of what is quoted without an attribution


def _merge(page: Page, direct: list[Found], indirect: list[Found]) -> list[Quote]:
    """Put both kinds in order; direct speech inside a reported clause is told by the clause."""
    kept = indirect
    if direct:
        kept = direct
        if _any_bare(direct):
            reported = _Cover(indirect)
            kept = [f for f in direct if f.method != _BARE or not all(reported.holds(a, b) for a, b in f.content)]
        taken = _Cover(kept)
        kept = kept + [f for f in indirect if not any(taken.meets(a, b) for a, b in f.content)]
        if _any_bare(kept):
            kept = _join_bare(page, kept)
    starts = [stretch.start for stretch in page.stretches]
    ends = [stretch.end for stretch in page.stretches]
    quotes = [
        _quote(
            (
                _kind(page, starts, ends, found.content),
                tuple(found.content),
                () if found.cue is None else (found.cue,),
                () if found.source is None else (found.source,),
                found.method,
                _antecedent(page, found),
            )
        )
        for found in kept
    ]
    places = [
        (*_span(found), quote.content, number) for number, (found, quote) in enumerate(zip(kept, quotes, strict=True))
    ]
    places.sort()
    return [quotes[number] for _, _, _, number in places]


# A Quote of its fields, without the call of Python that its own constructor is.
_quote: Callable[[tuple[object, ...]], Quote] = partial(tuple.__new__, Quote)


def _any_bare(found: list[Found]) -> bool:
    return _BARE in [one.method for one in found]


def _span(found: Found) -> Span:
    """Return the smallest stretch that holds content, cue and source, as `Quote.span` does."""
    start, end = found.content[0]
    if len(found.content) > 1:
        start, end = min(found.content)[0], max([end for _, end in found.content])
    for piece in (found.cue, found.source):
        if piece is not None:
            if piece[0] < start:
                start = piece[0]
            if piece[1] > end:
                end = piece[1]
    return start, end


def _join_bare(page: Page, found: list[Found]) -> list[Found]:
    """Give quoted sentences without an attribution to the speaker before them.

    In the paragraph of an utterance they are part of it; a paragraph of its own behind one that ends with an
    attribution has the same speaker.
    """
    kept: list[Found] = []
    last: Found | None = None
    end = 0
    for one in sorted(found, key=lambda f: f.content[0]):
        if one.method == _BARE and last is not None and last.source is not None and end <= one.content[0][0]:
            between = page.text[end : one.content[0][0]]
            if "\n" not in between and len(between) < 120:
                last.content.extend(one.content)
                end = max(end, one.content[-1][1])
                continue
            sentence = page.sentence_of(max(0, page.token_at(one.content[0][0]) - 1))
            if one.source is None and "\n" in between and page.sentence_starts[sentence] < end:
                one.source = last.source
        kept.append(one)
        reach = max(one.content[-1][1], one.source[1] if one.source else 0, one.cue[1] if one.cue else 0)
        if reach >= end:
            last, end = one, reach
    return kept


def _antecedent(page: Page, found: Found) -> tuple[Span, ...]:
    if found.source is None:
        return ()
    start, end = found.source
    if end - start > 5 or page.text[start:end].lower() not in ("who", "which", "that"):
        return ()
    token = page.token_at(found.source[0])
    low = page.first[page.sentence_of(token)]
    who = phrase_left(page, token - 1, low) if token > low else None
    return () if who is None else (page.span(who[0], who[1] - 1),)


class _Cover:
    """The pieces of contents in order, to ask what lies in one."""

    def __init__(self, found: list[Found]) -> None:
        pieces = sorted(piece for one in found for piece in one.content)
        self._starts = [start for start, _ in pieces]
        self._reach: list[int] = list(accumulate((end for _, end in pieces), max))

    def meets(self, start: int, end: int) -> bool:
        """Tell whether a piece shares a character with [`start`, `end`)."""
        k = bisect_left(self._starts, end)
        return k > 0 and self._reach[k - 1] > start

    def holds(self, start: int, end: int) -> bool:
        """Tell whether pieces that begin no later than `start` reach `end`."""
        k = bisect_right(self._starts, start)
        return k > 0 and self._reach[k - 1] >= end


def _kind(page: Page, starts: list[int], ends: list[int], content: list[Span]) -> str:
    """Tell by how much of `content` stands in stretches, which have these bounds, what kind it is."""
    inside = 0
    total = 0
    for start, end in content:
        total += end - start
        k = bisect_right(ends, start)
        while k < len(starts) and starts[k] < end:
            if _worded(page.text, starts[k], ends[k]):
                inside += min(end, ends[k]) - max(start, starts[k])
            k += 1
    if not inside:
        return "indirect"
    return "direct" if inside >= total - 2 * len(content) else "mixed"


def _worded(text: str, start: int, end: int) -> bool:
    """Tell whether letters stand in a stretch: "2+2" quotes nobody."""
    second = start + 1  # as most often: behind the mark
    return (second < end and text[second].isalpha()) or any(map(str.isalpha, text[start:end]))
