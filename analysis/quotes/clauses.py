"""Where a clause begins and ends, and who its main subject is."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.quotes.grammar import (
    ADVERB,
    AUXILIARY,
    CAPITAL,
    CONJUNCTION,
    CUE,
    DAY,
    DETERMINER,
    INSIDE,
    POSSESSIVE,
    PRONOUN,
    RELATIVE,
    SUBORDINATOR,
)
from analysis.quotes.page import Page
from analysis.quotes.phrases import finite, subject, verb_group
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
        if not flags[token] & INSIDE and finite(page, token) and not flags[token] & CAPITAL:
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
    _, end = page.spans[sentence]
    stretch = page.stretch_at(end)
    if stretch is not None and stretch.start < end:
        return stretch.end
    if page.text[end - 1] in ".!?…":
        while end > 0 and page.text[end - 1] in ".!?…":
            end -= 1
    return end


_OBJECT_ENDS = frozenset("during when while after before because since despite amid until where if".split())
_OCCASIONS = frozenset(
    "speech interview statement tweet tweets address letter memo post debate email remarks rally interviews "
    "speeches release conference appearance "
    "call video ad column essay book report article testimony hearing meeting town".split()
)


def clause_end(page: Page, first: int, end: int, sentence: int, *, narrow: bool, inner: bool = False) -> int:
    """Return one past the last character of the clause that begins at token `first`.

    A clause ends before a comma and what carries the sentence on: a participle or an attribution, a conjunction with a
    clause of its own. A `narrow` one (an object) also ends before any clause behind a comma, and before a time or an
    occasion; an `inner` one (in a relative or subordinate clause) at the first comma that a verb or a subject follows.
    """
    flags, lower, breaks = page.flags, page.lower, page.breaks
    token = first
    while True:
        # Only a narrow clause can end between two breaks.
        token = token + 1 if narrow else breaks.find(1, token, end - 1) + 1
        if not first < token < end:
            break
        flag = flags[token]
        if flag & INSIDE:
            continue
        if not breaks[token - 1]:
            if token > first + 1:
                word = lower[token]
                if word in _OBJECT_ENDS or (flag & DAY and flag & CAPITAL):
                    return page.ends[token - 1]
                if (
                    word in ("in", "on", "at")
                    and token + 1 < end
                    and (
                        flags[token + 1] & DAY
                        or any(lower[k] in _OCCASIONS for k in range(token + 2, min(end, token + 4)))
                    )
                ):
                    return page.ends[token - 1]
            continue
        gap = page.gap(token - 1)
        if (
            inner
            and "," in gap
            and (
                flag & (AUXILIARY | PRONOUN | DETERMINER | POSSESSIVE)
                or finite(page, token)
                or _adverb_verb(page, token, end)
            )
        ):
            return page.ends[token - 1] + closing(gap)
        if "," not in gap and ";" not in gap and "—" not in gap and "--" not in gap:
            continue
        verb = page.verbs[token]
        if lower[end - 1] in ("read", "reads") and flag & DETERMINER and end - token < 14 and "," in gap:
            return page.ends[token - 1] + closing(gap)  # "..., a statement by the ministry read"
        if verb is not None and flag & CUE and verb.form & GERUND and not flag & CAPITAL:
            return page.ends[token - 1] + closing(gap)
        if narrow and flag & (CONJUNCTION | SUBORDINATOR) and not flag & RELATIVE:
            return page.ends[token - 1] + closing(gap)
        if lower[token] in ("but", "while", "whereas", "though", "although") or (
            narrow and lower[token].endswith("ing")
        ):
            return page.ends[token - 1] + closing(gap)
        if ";" in gap:
            return page.ends[token - 1] + closing(gap)
    return sentence_end(page, sentence)


def _adverb_verb(page: Page, token: int, end: int) -> bool:
    return bool(page.flags[token] & ADVERB) and token + 1 < end and finite(page, token + 1)


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
