"""Indirect speech: verbs and nouns that report, with what is said and who says it."""

from __future__ import annotations

from bisect import bisect_left

from analysis.quotes.behind import closing_attribution
from analysis.quotes.clauses import Found
from analysis.quotes.grammar import (
    CAPITAL,
    CUE,
    DETERMINER,
    NAME_OF_CUE,
    OBJECT_PRONOUN,
    POSSESSIVE,
)
from analysis.quotes.page import Page
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
    used = {found.cue[1] for found in direct if found.cue is not None}
    cues = page.cues
    flags, ends, lower, spaced = page.flags, page.ends, page.lower, page.spaced
    cued = sorted(((d.cue[0], d) for d in direct if d.cue is not None), key=lambda pair: pair[0])
    seen = 0
    found: list[Found] = []
    at = 0
    while at < len(cues):
        sentence = page.sentence_of(cues[at])
        low, end = page.first[sentence], page.first[sentence + 1]
        usable = []
        capital = headline = False
        stop = bisect_left(cues, end, at + 1)
        for token in cues[at:stop]:
            if flags[token] & CAPITAL and token != low:
                if not capital:
                    capital = True
                    headline = sum(1 for k in range(low, end) if flags[k] & CAPITAL) > 0.6 * (end - low)
                if not headline:
                    continue
            if not flags[token] & CUE and lower[token + 1 : token + 2] != ["that"]:
                continue  # a noun attributes by a clause with "that" alone
            alone = spaced[token] and (not token or spaced[token - 1])  # between two spaces, as most words
            if (alone or not _compound(page, token)) and not (used and ends[token] in used):
                usable.append(token)
        at = stop
        if usable:
            near = None
            while seen < len(cued) and cued[seen][0] < page.ends[end - 1]:
                if cued[seen][0] >= page.starts[low]:
                    near = near or cued[seen][1]
                seen += 1
            found.extend(_in_sentence(page, usable, sentence, low, end, near))
    return found


def _compound(page: Page, token: int) -> bool:
    """Tell whether a hyphen ties `token` to another word."""
    text = page.text
    start, stop = page.starts[token], page.ends[token]
    return text[start - 1 : start] == "-" or (text[stop : stop + 1] == "-" and text[stop + 1 : stop + 2].isalpha())


def _in_sentence(page: Page, cues: list[int], sentence: int, low: int, end: int, near: Found | None) -> list[Found]:
    """Return the utterances of one sentence: what closes with its attribution first, then from left to right.

    `near` is direct speech with its attribution in the sentence: a participle behind it has the same speaker.
    """
    found: list[Found] = []
    closed: list[tuple[int, int]] = []  # characters that an attribution behind them claims
    done: set[int] = set()
    for token in cues:
        verb = page.verbs[token]
        if verb is None or not page.flags[token] & CUE:
            continue
        new = closing_attribution(page, token, verb, sentence, low, end)
        if new is not None:
            found.append(new)
            done.add(token)
            closed.extend(new.content)
    covered = 0
    previous = near
    for token in cues:
        start = page.starts[token]
        if closed and (token in done or any(a <= start < b for a, b in closed)):
            continue
        verb = page.verbs[token]
        if verb is None:
            continue
        fresh = start >= covered
        if not fresh and not _restarts(page, token, low):
            continue
        new = at_verb(page, token, verb, sentence, low, end, previous) if page.flags[token] & CUE else None
        if new is None and page.flags[token] & NAME_OF_CUE and fresh:
            new = at_noun(page, token, low, end, sentence)
        if new is None or not new.content:
            continue
        if closed and any(a < stop and begin < b for a, b in closed for begin, stop in new.content):
            continue
        if not fresh and previous is not None:
            if new.content[0][0] < start:
                continue
            begin = start if new.cue is None else new.cue[0]
            if new.source is not None and covered > new.source[0] > previous.content[0][0]:
                begin = min(begin, new.source[0])
            _cut(previous, page, begin)
        found.append(new)
        previous = new
        covered = new.content[-1][1] if new.content[-1][0] > start else page.ends[token]
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
    flags, lower = page.flags, page.lower
    verb = page.verbs[token]
    if verb is None or token <= low:
        return False
    if verb.form & GERUND and not verb.form & FINITE:
        group = verb_group(page, token, low)
        return group == token and (
            (page.breaks[token - 1] and "," in page.gap(token - 1)) or lower[token - 1] in ("and", "but")
        )
    if not verb.form & FINITE or not flags[token] & CUE:
        return False
    group = verb_group(page, token, low)
    if group > low and lower[group - 1] in ("and", "but", "then"):
        following = flags[token + 1] if token + 1 < len(flags) and not page.breaks[token] else 0
        return bool(
            verb.form & PAST
            and (verb.takes & (CLAUSE | ADDRESSEE) or following & (DETERMINER | POSSESSIVE | CAPITAL | OBJECT_PRONOUN))
        )
    who = subject(page, group, low)
    if who is None or who[0] <= low:
        return False
    before = who[0] - 1
    if lower[before] in _LINKS and before > low and page.breaks[before - 1]:
        return True
    return ";" in page.gap(before)
