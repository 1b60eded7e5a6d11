"""Attributions behind what is said: ``..., X said``, ``..., said X``, ``..., according to X``."""

from __future__ import annotations

import re

from analysis.quotes.clauses import Found, clause_end, mark_before, marks_behind, sentence_end
from analysis.quotes.grammar import (
    ADJUNCT_LEAD,
    AUXILIARY,
    BE,
    CAPITAL,
    CONJUNCTION,
    CUE,
    DAY,
    DETERMINER,
    INSIDE,
    OBJECT_PRONOUN,
    PREPOSITION,
    PRONOUN,
    RELATIVE,
)
from analysis.quotes.model import Span
from analysis.quotes.page import Page
from analysis.quotes.phrases import (
    finite,
    phrase_right,
    skip_adjuncts,
    subject,
    verb_group,
)
from analysis.quotes.verbs import (
    CLAUSE,
    FINITE,
    GERUND,
    Verb,
)

__all__ = ["closing_attribution"]


def closing_attribution(page: Page, token: int, verb: Verb, sentence: int, low: int, end: int) -> Found | None:
    """Read an attribution that stands behind what is said: ``…, X said.``, ``…, said X``, ``…, X said, …``."""
    if verb.lemma == "according":
        return _according(page, token, sentence, low, end)
    if not verb.takes & CLAUSE or not verb.form & FINITE:
        return None
    if token <= low or _goes_on(page, token, verb, end):
        return None
    group = verb_group(page, token, low)
    if group <= low or (group < token and any(page.flags[k] & BE for k in range(group, token))):
        return None
    if page.breaks[group - 1]:
        return _inverted(page, token, verb, sentence, low, end) if group == token else None
    after = skip_adjuncts(page, token + 1, end)
    if after < end and not page.breaks[after - 1]:
        if verb.lemma != "say" or not page.flags[after] & PREPOSITION or page.word(after) == "of":
            return None
        while after < end and not page.breaks[after - 1]:
            if page.flags[after] & (INSIDE | AUXILIARY | PRONOUN) or page.word(after) == "that":
                return None
            after += 1
    if after < end and ("," not in page.gap(after - 1) or page.flags[after] & INSIDE):
        return None
    who = subject(page, group, low)
    if who is None or who[0] <= low or not page.breaks[who[0] - 1] or page.flags[who[0]] & RELATIVE:
        return None
    comma = who[0] - 1
    if not any(mark in page.gap(comma) for mark in (",", "—", "―", "--", "–", " - ")):
        return None
    if (
        page.flags[comma] & INSIDE
        and page.flags[low] & INSIDE
        and not any(not page.flags[k] & INSIDE for k in range(low, comma))
    ):
        return None
    if after >= end and not _clausal(page, low, comma + 1):
        return None
    cue, source = page.span(group, token), page.span(who[0], who[1] - 1)
    return _content_left(page, token, comma, cue, source, sentence, low, end, "parenthesis", after)


def _goes_on(page: Page, token: int, verb: Verb, end: int) -> bool:
    """Tell by the next word, as most often can be, that the sentence goes on behind `verb`: nothing closes there."""
    following = token + 1
    if following >= end or page.breaks[token - 1] or page.breaks[token]:
        return False
    flag = page.flags[following]
    return not flag & ADJUNCT_LEAD and (verb.lemma != "say" or not flag & PREPOSITION)


def _clausal(page: Page, low: int, end: int) -> bool:
    """Tell whether tokens `low` to `end` can be what was said: they hold a finite verb, or quoted words."""
    return any(page.flags[k] & INSIDE or finite(page, k) for k in range(low, end))


def _inverted(page: Page, token: int, verb: Verb, sentence: int, low: int, end: int) -> Found | None:
    """Read ``…, said X``."""
    if not verb.takes & CLAUSE or not verb.form & FINITE or token <= low or not page.breaks[token - 1]:
        return None
    if "," not in page.gap(token - 1):
        return None
    who = phrase_right(page, token + 1, end)
    if who is None or page.flags[who[0]] & OBJECT_PRONOUN:
        return None
    if verb.lemma != "say" and not (page.flags[who[0]] & CAPITAL or page.flags[who[0]] & DETERMINER):
        return None
    if (
        who[1] < end
        and not page.breaks[who[1] - 1]
        and not page.flags[who[1]] & (PREPOSITION | DAY | RELATIVE | CONJUNCTION)
    ):
        return None
    if not _clausal(page, low, token) or all(page.flags[k] & INSIDE for k in range(low, token)):
        return None
    return _content_left(
        page,
        token,
        token - 1,
        page.span(token, token),
        page.span(who[0], who[1] - 1),
        sentence,
        low,
        end,
        "inverted",
        who[1],
    )


def _content_left(
    page: Page,
    token: int,
    comma: int,
    cue: Span,
    source: Span | None,
    sentence: int,
    low: int,
    end: int,
    method: str,
    after: int,
) -> Found | None:
    """Take what stands before the comma at token `comma` as said, and what follows the attribution where it goes on."""
    start = _past_dateline(page, sentence)
    stop = page.ends[comma] + marks_behind(page, comma)
    if stop <= start:
        return None
    content = [(start, stop)]
    if after < end and page.breaks[after - 1] and "," in page.gap(after - 1):
        verb = page.verb(after)
        flag = page.flags[after]
        goes_on = not (verb is not None and flag & CUE and verb.form & GERUND) and not page.word(after).endswith("ing")
        if goes_on and page.word(after) not in ("and", "but", "who", "which", "while", "though", "although"):
            stop = clause_end(page, after, end, sentence, narrow=False)
            if stop > page.starts[after]:
                content.append((page.starts[after], stop))
    return Found(content, cue, source, method)


_DATELINE = re.compile(
    r"[^.!?]{0,150}?(?:\)|[A-Z]{3,}[^a-z\n]{0,40}|[A-Z]{3,}, [A-Z][a-z]{2,8}\.? \d{1,2})\s*(?:--|—|–)\s+"
)


def _past_dateline(page: Page, sentence: int) -> int:
    """Return where `sentence` begins, behind a dateline (``TOKYO, Jan 7 (KUNA) --``)."""
    start, end = page.sentence_starts[sentence], page.sentence_ends[sentence]
    if start > 400:
        return start
    found = _DATELINE.match(page.text, start, end)
    return start if found is None else found.end()


def _according(page: Page, token: int, sentence: int, low: int, end: int) -> Found | None:
    if token + 2 >= end or page.word(token + 1) != "to":
        return None
    who = phrase_right(page, token + 2, end)
    if who is None:
        return None
    cue, source = page.span(token, token + 1), page.span(who[0], who[1] - 1)
    if token <= low + 1:
        comma = who[1] - 1
        while comma + 1 < end and not (page.breaks[comma] and "," in page.gap(comma)):
            comma += 1
        if comma + 1 >= end:
            return None
        start = mark_before(page, page.starts[comma + 1])
        return Found([(start, sentence_end(page, sentence))], cue, source, "according")
    start = _past_dateline(page, sentence)
    before = token - 1
    stop = page.ends[before] + marks_behind(page, before)
    content = [(start, stop)]
    after = who[1]
    if after < end and page.breaks[after - 1] and "," in page.gap(after - 1) and token - low < 9:
        content.append((page.starts[after], sentence_end(page, sentence)))
    return Found(content, cue, source, "according")
