"""Who says what in a text: direct, mixed and indirect speech, by rules over its words alone."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from analysis.language import Tokens, Vocabulary, tokenize
from analysis.quotes.clauses import Found
from analysis.quotes.direct import find_direct
from analysis.quotes.indirect import find_indirect
from analysis.quotes.marks import Stretch, find_stretches
from analysis.quotes.model import Quote, Span
from analysis.quotes.page import Page
from analysis.quotes.phrases import phrase_left

__all__ = ["extract"]

_ODD_SPACE = re.compile("[\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\t]")  # one character for one: offsets hold


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
    if _ODD_SPACE.search(text):
        text = _ODD_SPACE.sub(" ", text)
    stretches, _ = find_stretches(text)
    page = Page(text, sentences, tokens, stretches)
    direct = find_direct(page)
    indirect = find_indirect(page, direct)
    return _merge(page, stretches, direct, indirect)


def _merge(page: Page, stretches: list[Stretch], direct: list[Found], indirect: list[Found]) -> list[Quote]:
    """Put both kinds in order; direct speech inside a reported clause is told by the clause."""
    reported = _Cover(indirect)
    kept = [f for f in direct if f.method != "direct:bare" or not all(reported.holds(a, b) for a, b in f.content)]
    taken = _Cover(kept)
    kept += [f for f in indirect if not any(taken.meets(a, b) for a, b in f.content)]
    kept = _join_bare(page, kept)
    worded = [s for s in stretches if any(map(str.isalpha, page.text[s.start : s.end]))]  # "2+2" quotes nobody
    starts = [stretch.start for stretch in worded]
    quotes = [
        Quote(
            _kind(worded, starts, found),
            tuple(found.content),
            () if found.cue is None else (found.cue,),
            () if found.source is None else (found.source,),
            found.method,
            _antecedent(page, found),
        )
        for found in kept
    ]
    return sorted(quotes, key=lambda quote: (quote.span, quote.content))


def _join_bare(page: Page, found: list[Found]) -> list[Found]:
    """Give quoted sentences without an attribution to the speaker before them.

    In the paragraph of an utterance they are part of it; a paragraph of its own behind one that ends with an
    attribution has the same speaker.
    """
    kept: list[Found] = []
    last: Found | None = None
    end = 0
    for one in sorted(found, key=lambda f: f.content[0]):
        if one.method == "direct:bare" and last is not None and last.source is not None and end <= one.content[0][0]:
            between = page.text[end : one.content[0][0]]
            if "\n" not in between and len(between) < 120:
                last.content.extend(one.content)
                end = max(end, one.content[-1][1])
                continue
            sentence = page.sentence_of(max(0, page.token_at(one.content[0][0]) - 1))
            if one.source is None and "\n" in between and page.spans[sentence][0] < end:
                one.source = last.source
        kept.append(one)
        reach = max(one.content[-1][1], one.source[1] if one.source else 0, one.cue[1] if one.cue else 0)
        if reach >= end:
            last, end = one, reach
    return kept


def _antecedent(page: Page, found: Found) -> tuple[Span, ...]:
    if found.source is None or page.text[found.source[0] : found.source[1]].lower() not in ("who", "which", "that"):
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


def _kind(stretches: list[Stretch], starts: list[int], found: Found) -> str:
    if not stretches:
        return "indirect"
    inside = 0
    total = 0
    for start, end in found.content:
        total += end - start
        for k in range(max(0, bisect_left(starts, start) - 1), len(stretches)):
            a, b = stretches[k].start, stretches[k].end
            if a >= end:
                break
            if b > start:
                inside += min(end, b) - max(start, a)
    if not inside:
        return "indirect"
    return "direct" if inside >= total - 2 * len(found.content) else "mixed"
