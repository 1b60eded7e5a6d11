"""The words around a quoted stretch that say whose it is: behind it, before it, or a signature."""

from __future__ import annotations

import re

from analysis.quotes.clauses import Found, speaker_of
from analysis.quotes.grammar import (
    ADVERB,
    AUXILIARY,
    CAPITAL,
    CONJUNCTION,
    CUE,
    DETERMINER,
    INSIDE,
    OBJECT_PRONOUN,
    PAST_LOOK,
    POSSESSIVE,
    PREPOSITION,
    PRONOUN,
    RELATIVE,
    SUBORDINATOR,
)
from analysis.quotes.marks import Stretch
from analysis.quotes.page import Page
from analysis.quotes.phrases import (
    phrase_right,
    subject,
    verb_group,
)
from analysis.quotes.verbs import (
    ADDRESSEE,
    BARE,
    CLAUSE,
    FINITE,
    GERUND,
    OBJECT,
    ORDER,
    QUESTION,
    QUOTE,
)

__all__ = ["attribution_before", "attribution_behind", "characters", "final_character", "opens_sentence"]

_MARKS = "\"“”„«»'‘’`＂"


_MARKS_AND_SPACE = frozenset(_MARKS + " ")


_SPEECH = CLAUSE | QUOTE | ADDRESSEE | QUESTION


_REACH = 28


def final_character(page: Page, stretch: Stretch) -> str:
    """Return the last character inside the marks."""
    text, start, last = page.text, stretch.start, stretch.end - 1
    while last >= start and text[last] in _MARKS_AND_SPACE:
        last -= 1
    return text[last] if last >= start else ""


def opens_sentence(page: Page, stretch: Stretch) -> bool:
    """Tell whether `stretch` stands where a sentence begins."""
    before = page.text[max(0, stretch.start - 3) : stretch.start].rstrip(" ")
    return not before or before[-1] in ".!?…\n:)—–-" or before[-1] in _MARKS


def attribution_behind(page: Page, number: int) -> Found | None:
    """Read an attribution behind the marks of stretch `number`: ``"…," X said`` or ``"…," said X``."""
    stretch = page.stretches[number]
    if not stretch.closed:
        return None
    text, first = page.text, page.stretch_tokens[number][1]
    gap = text[stretch.end : page.starts[first]] if first < len(page.starts) else text[stretch.end :]
    if gap.strip(" .,\n"):
        signed = _signature(page, stretch)  # needs a dash
        if signed is not None:
            return signed
    if first >= len(page.starts) or page.flags[first] & INSIDE or gap.strip(" ,—–-―") or "\n" in gap:
        return None
    final = final_character(page, stretch)
    if final not in ",?!—–-…" and not gap.startswith((",", " —", " –", "—", " -", " ―", "―")):
        return None
    end = page.first[page.sentence_of(first) + 1]
    if number + 1 < len(page.stretches):
        end = min(end, page.stretch_tokens[number + 1][0])
    content = [(stretch.start, stretch.end)]
    flags, verbs, lower, words = page.flags, page.verbs, page.lower, page.words
    opens = opens_sentence(page, stretch)
    if not opens:
        return None  # the words before it belong to what is said: a mixed quote
    if lower[words[first]] == "according":
        who = phrase_right(page, first + 2, end)
        return Found(content, page.span(first, first + 1), characters(page, who), "direct:according", certain=True)
    head = first
    while head < end and flags[head] & ADVERB and not flags[head] & CAPITAL:
        head += 1
    verb = verbs[words[head]] if head < end else None
    if (
        verb is not None
        and flags[head] & CUE
        and verb.form & (FINITE | BARE)
        and verb.takes & (_SPEECH | OBJECT)
        and not flags[head] & CAPITAL
    ):
        who = phrase_right(page, head + 1, end)
        if who is not None:
            return Found(content, page.span(head, head), characters(page, who), "direct:inverted", certain=True)
    for token in range(first, min(end, first + _REACH)):
        if flags[token] & (CUE | CAPITAL) != CUE:
            continue
        verb = verbs[words[token]]
        if verb is None or not verb.form & (FINITE | BARE):
            continue
        if not verb.takes & _SPEECH:
            continue
        group = verb_group(page, token, first)
        who = subject(page, group, first)
        if who is not None and who[0] - first <= 3:
            return Found(content, page.span(group, token), characters(page, who), "direct:behind", certain=True)
    # An unlisted verb right behind a short name or pronoun.
    who = None
    for token in range(first + 1, min(end, first + 6)):
        if flags[token] & PAST_LOOK and not flags[token] & AUXILIARY:
            who = subject(page, token, first)
            if who is not None and who[0] == first and final == "," and opens:
                return Found(content, page.span(token, token), characters(page, who), "direct:unlisted", certain=True)
            break
    return None


_SIGNATURE = re.compile(r"[ .,]*\n{0,2} *(—|–|―|--|-)\s?(?=[^\W\d_a-z])")


def _signature(page: Page, stretch: Stretch) -> Found | None:
    """Read a name behind a dash that closes the paragraph: ``"…" — Jane Roe, Ohio``."""
    dash = _SIGNATURE.match(page.text, stretch.end)
    if dash is None or final_character(page, stretch) in ",":
        return None
    first = page.token_at(dash.end())
    stop = page.text.find("\n", dash.end(), dash.end() + 200)
    end = page.token_at(stop if stop >= 0 else dash.end() + 200)
    if (
        not 0 < end - first <= 14
        or not page.flags[first] & CAPITAL
        or any(page.flags[k] & (AUXILIARY | PRONOUN | INSIDE) for k in range(first, end))
    ):
        return None
    if page.flags[first] & (PREPOSITION | DETERMINER | SUBORDINATOR | CONJUNCTION | ADVERB):
        return None
    last = first
    while last + 1 < end and not page.breaks[last] and page.flags[last + 1] & CAPITAL:
        last += 1
    if not page.breaks[last] and last + 1 < end:
        return None
    return Found([(stretch.start, stretch.end)], dash.span(1), page.span(first, last), "direct:signature", certain=True)


def attribution_before(page: Page, number: int) -> Found | None:
    """Read an attribution before the marks of stretch `number`: ``X said, "…"``, ``X said: "…"``, ``X: "…"``."""
    stretch = page.stretches[number]
    text = page.text
    token = page.stretch_tokens[number][0] - 1
    if token < 0 or page.flags[token] & INSIDE:
        return None
    gap = text[page.ends[token] : stretch.start]
    bare = gap.strip(" \n")
    if bare not in _LEADS:
        return None
    colon = ":" in bare
    if not bare and not page.flags[token] & CUE:
        return None
    if "\n" in gap and (not colon or gap.count("\n") > 2):
        return None
    sentence = page.sentence_of(token)
    low = page.first[sentence]
    flags, verbs, lower, words = page.flags, page.verbs, page.lower, page.words
    content = [(stretch.start, stretch.end)]
    if bare == "" and not colon:
        verb = verbs[words[token]]
        if verb is None or not flags[token] & CUE or not verb.takes & _SPEECH or flags[token] & CAPITAL:
            return None
        if not _sentence_like(page, stretch):
            return None
        return _with_verb(page, content, token, low, "direct:verb")
    reach = _REACH if colon or bare in (",", "") else 8
    for k in range(token, max(low - 1, token - reach), -1):
        flag, verb = flags[k], verbs[words[k]]
        if flag & INSIDE:
            break
        if verb is None or not flag & CUE or (flag & CAPITAL and k != low):
            continue
        if colon and bare.endswith(":") and _label(page, token, low) is not None:
            break
        if not verb.takes & (_SPEECH if not colon else _SPEECH | OBJECT):
            continue
        if colon and not verb.takes & _SPEECH and not _sentence_like(page, stretch):
            continue
        if _is_noun(page, k, low, verb.form):
            continue
        if (
            not colon
            and k < token - 1
            and not _only_adjuncts(page, k + 1, token + 1, bool(verb.takes & (ADDRESSEE | ORDER)))
        ):
            continue
        if lower[words[k]] == "according":
            who = phrase_right(page, k + 2, token + 1)
            return Found(content, page.span(k, k + 1), characters(page, who), "direct:according")
        found = _with_verb(page, content, k, low, "direct:colon" if colon else "direct:before")
        if bare == "," and found.source is not None:
            _add_opening(page, found, low, sentence)
        return found
    if lower[words[token]] == "according":
        return None
    if colon and page.token_at(stretch.end) - token > 3 and _sentence_like(page, stretch):
        who = _label(page, token, low) or (
            phrase_right(page, low, token + 1) if token - low < 7 else speaker_of(page, token + 1, low)
        )
        position = page.text.find(":", page.ends[token])
        return Found(content, (position, position + 1), characters(page, who), "direct:label")
    for k in range(token, max(low - 1, token - 8), -1):
        if lower[words[k]] == "according" and k + 1 <= token and lower[words[k + 1]] == "to":
            who = phrase_right(page, k + 2, token + 1)
            return Found(content, page.span(k, k + 1), characters(page, who), "direct:according")
    return None


_LEADS = frozenset(("", ",", ":", "—", "--", ", :", ".:", "–", "-", ",”", ',"'))


def _label(page: Page, token: int, low: int) -> tuple[int, int] | None:
    """Return the name that stands alone before a colon: at the start of the sentence or behind a dash."""
    first = token
    while first > low and not page.breaks[first - 1] and page.flags[first] & CAPITAL:
        first -= 1
    if not page.flags[first] & CAPITAL:
        return None
    alone = first == low or any(dash in page.gap(first - 1) for dash in ("—", "―", "–", "--", " - "))
    if alone and token - first < 5 and not any(page.flags[k] & AUXILIARY for k in range(first, token + 1)):
        return first, token + 1
    return None


def _is_noun(page: Page, token: int, low: int, form: int) -> bool:
    """Tell whether a word that can be a verb is none here, by what stands before it."""
    if token <= low or page.breaks[token - 1]:
        return False
    before = page.flags[token - 1]
    if (
        before & (DETERMINER | POSSESSIVE | PREPOSITION)
        and not before & (PRONOUN | RELATIVE)
        and page.word(token - 1) != "to"
    ):
        return not form & GERUND
    if form == BARE and page.word(token - 1) != "to" and not before & (AUXILIARY | ADVERB | PRONOUN):
        return not page.word(token - 1).endswith("s") and page.word(token - 1) not in ("who", "people", "and")
    return False


def _add_opening(page: Page, found: Found, low: int, sentence: int) -> None:
    """Add what is said before the attribution: ``There was, she said, "a bargain."``."""
    who = page.token_at(found.source[0]) if found.source is not None else low
    if who - low < 2 or not page.breaks[who - 1] or "," not in page.gap(who - 1):
        return
    if page.flags[low] & (PREPOSITION | SUBORDINATOR | CONJUNCTION | ADVERB | INSIDE) or page.word(low).endswith(
        ("ing", "ed")
    ):
        return
    if any(page.flags[k] & (AUXILIARY | PAST_LOOK) for k in range(low, who)):
        found.content.insert(0, (page.sentence_starts[sentence], page.ends[who - 1]))


def _only_adjuncts(page: Page, first: int, end: int, addressee: bool) -> bool:
    """Tell whether what stands between verb and marks can be an adjunct or an addressee, and no clause of its own."""
    flags, lower, words = page.flags, page.lower, page.words
    if first >= end:
        return True
    if (
        flags[first] & (SUBORDINATOR | CONJUNCTION)
        and not flags[first] & PREPOSITION
        and lower[words[first]] not in ("when", "while", "as")
    ):
        return False
    if any(
        lower[words[k]] in ("that", "if", "because", "whether") and not (k > first and flags[k - 1] & PREPOSITION)
        for k in range(first, end)
    ):
        return False
    if flags[first] & PRONOUN and not addressee:
        return False
    return (
        end - first < 4
        or addressee
        or bool(flags[first] & PREPOSITION)
        or not any(flags[k] & AUXILIARY for k in range(first, end))
    )


def _sentence_like(page: Page, stretch: Stretch) -> bool:
    first, last = page.token_at(stretch.start), page.token_at(stretch.end)
    return (
        last - first >= 2
        and bool(page.flags[first] & CAPITAL)
        and (final_character(page, stretch) in ".!?…," or not stretch.closed)
    )


def _with_verb(page: Page, content: list[tuple[int, int]], verb: int, low: int, method: str) -> Found:
    group = verb_group(page, verb, low)
    form = page.verb(verb).form if page.verb(verb) else 0  # type: ignore[union-attr]
    who = None
    if (form & FINITE and group == verb == low) or (form & FINITE and group == verb and page.breaks[verb - 1]):
        # Inverted before the marks: "Said Comey, ...", "In other words, explained X: ..."
        end = page.token_at(content[-1][0])
        who = phrase_right(page, verb + 1, end) if verb + 1 < end else None
        if who is not None and (
            page.flags[who[0]] & OBJECT_PRONOUN or not page.flags[who[1] - 1] & CAPITAL or who[1] != end
        ):
            who = None
    if who is None and (not form & GERUND or form & FINITE):
        who = subject(page, group, low)
    if who is None:
        who = speaker_of(page, verb, low)
    return Found(content, page.span(group, verb), characters(page, who), method)


def characters(page: Page, tokens: tuple[int, int] | None) -> tuple[int, int] | None:
    """Return the characters of a phrase given as tokens."""
    return None if tokens is None else page.span(tokens[0], tokens[1] - 1)
