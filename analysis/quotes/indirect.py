"""Indirect speech: verbs and nouns that report, with what is said and who says it."""

from __future__ import annotations

from bisect import bisect_left
from operator import itemgetter

from analysis.quotes.behind import closing_attribution
from analysis.quotes.clauses import Found
from analysis.quotes.cues import MAY_CLOSE, MAY_NAME, MAY_OPEN
from analysis.quotes.grammar import (
    CAPITAL,
    CUE,
    DETERMINER,
    OBJECT_PRONOUN,
    POSSESSIVE,
)
from analysis.quotes.page import Cue, Page
from analysis.quotes.phrases import (
    subject,
    verb_group,
)
from analysis.quotes.reporting import at_noun, at_verb
from analysis.quotes.verbs import (
    ADDRESSEE,
    CLAUSE,
    FINITE,
    GERUND,
    PAST,
)

__all__ = ["find_indirect"]


def find_indirect(page: Page, direct: list[Found]) -> list[Found]:
    """Return indirect and mixed speech in text order; attributions that `direct` has used are left alone."""
    attributed = sorted(
        [(found.cue[0], page.token_ending(found.cue[1]), found) for found in direct if found.cue is not None],
        key=itemgetter(0),
    )
    used = sorted([token for _, token, _ in attributed])
    seen = taken = 0
    found: list[Found] = []
    for sentence, low, end, one, other in page.cued:
        cues = page.cues[one:other]
        near = None
        if attributed:
            taken = bisect_left(used, low, taken)
            here = set(used[taken : bisect_left(used, end, taken)])
            if here:
                cues = [cue for cue in cues if cue[0] not in here]
                if not cues:
                    continue
            while seen < len(attributed) and attributed[seen][0] < page.ends[end - 1]:
                if attributed[seen][0] >= page.starts[low]:
                    near = near or attributed[seen][2]
                seen += 1
        token, may = cues[0]
        if len(cues) > 1 or may != MAY_OPEN:
            found += _in_sentence(page, cues, sentence, low, end, near)
            continue
        # One verb that nothing competes with, as in most sentences.
        verb = page.verb(token)
        new = None if verb is None else at_verb(page, token, verb, sentence, low, end, near)
        if new is not None and new.content:
            found.append(new)
    return found


def _in_sentence(page: Page, cues: list[Cue], sentence: int, low: int, end: int, near: Found | None) -> list[Found]:
    """Return the utterances of one sentence: what closes with its attribution first, then from left to right.

    `near` is direct speech with its attribution in the sentence: a participle behind it has the same speaker.
    """
    found: list[Found] = []
    closed: list[tuple[int, int]] = []  # characters that an attribution behind them claims
    done: list[int] = []
    starts, words, verbs = page.starts, page.words, page.verbs
    for token, may in cues:
        if may & MAY_CLOSE:
            verb = verbs[words[token]]
            new = None if verb is None else closing_attribution(page, token, verb, sentence, low, end)
            if new is not None:
                found.append(new)
                done.append(token)
                closed.extend(new.content)
    covered = 0
    previous = near
    for token, may in cues:
        if not may & (MAY_OPEN | MAY_NAME):
            continue
        start = starts[token]
        if closed and (token in done or any(a <= start < b for a, b in closed)):
            continue
        fresh = start >= covered
        if not fresh and not _restarts(page, token, low):
            continue
        verb = verbs[words[token]]
        new = None
        if may & MAY_OPEN and verb is not None:
            new = at_verb(page, token, verb, sentence, low, end, previous)
        if new is None and may & MAY_NAME and fresh:
            new = at_noun(page, token, low, end, sentence)
        if new is None or not new.content:
            continue
        content = new.content
        if closed and any(a < stop and begin < b for a, b in closed for begin, stop in content):
            continue
        if not fresh and previous is not None:
            if content[0][0] < start:
                continue
            begin = start if new.cue is None else new.cue[0]
            if new.source is not None and covered > new.source[0] > previous.content[0][0]:
                begin = min(begin, new.source[0])
            _cut(previous, page, begin)
        found.append(new)
        previous = new
        begin, stop = content[-1]
        covered = stop if begin > start else page.ends[token]
    return found


_LINKS = frozenset(("and", "but", "while", "though", "although", "whereas", "yet", "or"))


def _cut(found: Found, page: Page, position: int) -> None:
    """End the content of `found` before `position` and the conjunction that stands there."""
    kept = []
    for start, end in found.content:
        if end > position:
            end = position
            while True:
                while end > start and page.text[end - 1] in " ,;—-":
                    end -= 1
                word = page.text[max(start, end - 9) : end].rpartition(" ")[2]
                if word.lower() not in _LINKS or end - start <= len(word):
                    break
                end -= len(word)
        if start < end:
            kept.append((start, end))
    if kept:
        found.content[:] = kept


def _restarts(page: Page, token: int, low: int) -> bool:
    """Tell whether an attribution in a reported clause stands on its own: ``…, adding that``, ``…, but she said``."""
    flags, lower, words = page.flags, page.lower, page.words
    verb = page.verb(token)
    if verb is None or token <= low:
        return False
    if verb.form & GERUND and not verb.form & FINITE:
        group = verb_group(page, token, low)
        return group == token and (
            (page.breaks[token - 1] and "," in page.gap(token - 1)) or lower[words[token - 1]] in ("and", "but")
        )
    if not verb.form & FINITE or not flags[token] & CUE:
        return False
    group = verb_group(page, token, low)
    if group > low and lower[words[group - 1]] in ("and", "but", "then"):
        following = flags[token + 1] if token + 1 < len(flags) and not page.breaks[token] else 0
        return bool(
            verb.form & PAST
            and (verb.takes & (CLAUSE | ADDRESSEE) or following & (DETERMINER | POSSESSIVE | CAPITAL | OBJECT_PRONOUN))
        )
    who = subject(page, group, low)
    if who is None or who[0] <= low:
        return False
    before = who[0] - 1
    if lower[words[before]] in _LINKS and before > low and page.breaks[before - 1]:
        return True
    return ";" in page.gap(before)
