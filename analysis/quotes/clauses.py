"""Where a clause begins and ends, and who its main subject is."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.quotes.grammar import (
    ADVERB,
    AUXILIARY,
    CAPITAL,
    CONJUNCTION,
    CONTRASTS,
    CUE,
    DAY,
    DETERMINER,
    FINITE_WORD,
    INSIDE,
    OBJECT_ENDS,
    POSSESSIVE,
    PRONOUN,
    RELATIVE,
    SUBORDINATOR,
)
from analysis.quotes.page import Page
from analysis.quotes.phrases import subject, verb_group
from analysis.quotes.verbs import GERUND

__all__ = ["Found", "clause_end", "sentence_end", "speaker_of"]


@dataclass(slots=True)
class Found:
    """An utterance while the rules are still at work on it."""

    content: list[tuple[int, int]]
    cue: tuple[int, int] | None
    source: tuple[int, int] | None
    method: str
    certain: bool = False


def speaker_of(page: Page, verb: int, low: int) -> tuple[int, int] | None:
    """Return the main subject of the sentence before token `verb`: of its first finite verb that has one."""
    flags = page.flags
    spare = None
    token = low
    while token < verb:
        if flags[token] & (FINITE_WORD | INSIDE | CAPITAL) == FINITE_WORD:
            group = verb_group(page, token, low)
            who = subject(page, group, low)
            if who is not None and not flags[who[0]] & RELATIVE:
                if who[0] == low or page.breaks[who[0] - 1] or flags[who[0] - 1] & (CONJUNCTION | ADVERB):
                    return who
                spare = spare or who
        token += 1
    return spare


def sentence_end(page: Page, sentence: int) -> int:
    """Return one past the last character of `sentence` without its stop; past the end of a quotation that runs on."""
    return page.stops[sentence]


_OCCASIONS = frozenset(
    "speech interview statement tweet tweets address letter memo post debate email remarks rally interviews "
    "speeches release conference appearance "
    "call video ad column essay book report article testimony hearing meeting town".split()
)


def clause_end(page: Page, first: int, end: int, sentence: int, narrow: bool, inner: bool = False) -> int:
    """Return one past the last character of the clause that begins at token `first`.

    A clause ends before a comma and what carries the sentence on: a participle or an attribution, a conjunction with a
    clause of its own. A `narrow` one (an object) also ends before any clause behind a comma, and before a time or an
    occasion; an `inner` one (in a relative or subordinate clause) at the first comma that a verb or a subject follows.
    """
    may_end = page.object_ends if narrow else page.inner_ends if inner else page.clause_ends
    token = may_end.find(1, first + 1, end)
    if token < 0:
        return page.stops[sentence]
    while token > 0:
        stop = _end_before(page, token, first, end, narrow, inner)
        if stop:
            return stop
        token = may_end.find(1, token + 1, end)
    return page.stops[sentence]


def _end_before(page: Page, token: int, first: int, end: int, narrow: bool, inner: bool) -> int:
    """Return where a clause that begins at token `first` ends if it ends before `token`, else 0."""
    flags, lower, words = page.flags, page.lower, page.words
    flag = flags[token]
    if flag & INSIDE:
        return 0
    if not page.breaks[token - 1]:
        if token > first + 1:
            word = lower[words[token]]
            if word in OBJECT_ENDS or (flag & DAY and flag & CAPITAL):
                return page.ends[token - 1]
            if (
                word in ("in", "on", "at")
                and token + 1 < end
                and (
                    flags[token + 1] & DAY
                    or any(lower[words[k]] in _OCCASIONS for k in range(token + 2, min(end, token + 4)))
                )
            ):
                return page.ends[token - 1]
        return 0
    gap = page.gap(token - 1)
    comma = "," in gap
    if (
        inner
        and comma
        and (flag & (AUXILIARY | PRONOUN | DETERMINER | POSSESSIVE | FINITE_WORD) or _adverb_verb(page, token, end))
    ):
        return page.ends[token - 1] + closing(gap)
    if not comma and ";" not in gap and "—" not in gap and "--" not in gap:
        return 0
    word = lower[words[token]]
    verb = page.verb(token)
    if (
        # "..., a statement by the ministry read"
        (comma and flag & DETERMINER and end - token < 14 and page.word(end - 1) in ("read", "reads"))
        or (verb is not None and flag & CUE and verb.form & GERUND and not flag & CAPITAL)
        or (narrow and flag & (CONJUNCTION | SUBORDINATOR) and not flag & RELATIVE)
        or word in CONTRASTS
        or (narrow and word.endswith("ing"))
        or ";" in gap
    ):
        return page.ends[token - 1] + closing(gap)
    return 0


def _adverb_verb(page: Page, token: int, end: int) -> bool:
    return bool(page.flags[token] & ADVERB) and token + 1 < end and bool(page.flags[token + 1] & FINITE_WORD)


def closing(gap: str) -> int:
    """Return how many characters of `gap` still belong to the clause: closing marks, and the comma inside them."""
    for k, char in enumerate(gap):
        if char in '"”»':
            return k + 1
        if char not in ",.!?":
            break
    return 0


def mark_before(page: Page, start: int) -> int:
    """Return where the quotation begins that holds `start`, else `start`."""
    stretch = page.stretch_at(start)
    return start if stretch is None else stretch.start


def marks_behind(page: Page, token: int) -> int:
    gap = page.gap(token)
    for k, char in enumerate(gap):
        if char in '"”»':
            return k + 1
        if char.isspace():
            break
    return 0
