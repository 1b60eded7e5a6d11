"""Attributions before what is said: a verb with its subject, a participle, a passive, a noun."""

from __future__ import annotations

from analysis.quotes.clauses import Found, clause_end, mark_before, marks_behind, speaker_of
from analysis.quotes.complements import complement
from analysis.quotes.grammar import (
    ADVERB,
    AUXILIARY,
    BE,
    CAPITAL,
    CONJUNCTION,
    DETERMINER,
    GROUP_LEAD,
    INSIDE,
    POSSESSIVE,
    PREPOSITION,
    PRONOUN,
    QUESTION_WORD,
    RELATIVE,
    SUBORDINATOR,
    TO,
)
from analysis.quotes.page import Page
from analysis.quotes.phrases import (
    finite,
    phrase_left,
    phrase_right,
    skip_adjuncts,
    subject,
    verb_group,
)
from analysis.quotes.verbs import (
    BARE,
    CLAUSE,
    FINITE,
    GERUND,
    NAMING,
    NOUNS,
    OBJECT,
    ORDER,
    PAST,
    THAT,
    Verb,
)

__all__ = ["at_noun", "at_verb"]

_TELLING = frozenset(
    "address mention discuss comment answer respond elaborate specify detail disclose name cite".split()
)
_NOT = frozenset(("not", "never"))


def at_verb(
    page: Page, token: int, verb: Verb, sentence: int, low: int, end: int, previous: Found | None
) -> Found | None:
    """Read the attribution at the verb `token` in tokens `low` to `end` of a sentence; `previous` is the one before."""
    flags, lower, words, breaks, starts = page.flags, page.lower, page.words, page.breaks, page.starts
    form = verb.form
    before = token - 1
    joined = before >= low and not breaks[before]
    left = flags[before] if joined else 0
    to = bool(left & TO)
    of_noun = left & (DETERMINER | POSSESSIVE | PREPOSITION) and not to and not left & (PRONOUN | RELATIVE)
    if of_noun and not (form & GERUND and left & PREPOSITION):
        return None
    group = token
    helpers = 0
    if left & GROUP_LEAD:
        group = verb_group(page, token, low)
        for k in range(group, token):
            helpers |= flags[k]
    auxiliaries = helpers & AUXILIARY
    passive = form & PAST and helpers & BE
    if (
        form & PAST
        and (passive or token == low or flags[before] & (SUBORDINATOR | BE))
        and verb.lemma in ("ask", "press", "question", "quiz")
        and (passive or token == low or lower[words[before]] in ("when", "if", "being"))
    ):
        return _asked(page, token, verb, group, sentence, low, end)
    if passive:
        return _passive(page, token, verb, group, sentence, low, end)
    if form == PAST and not auxiliaries:
        return None
    participle = form & GERUND and not form & FINITE
    if participle and token == low:
        return _opening_participle(page, token, verb, sentence, end)
    right = complement(page, token, verb, end)
    if right is None:
        return None
    first, narrow, kind = right
    inner = False
    if to and group == token:
        who = speaker_of(page, token, low)
        method = "infinitive"
    elif participle:
        method = "participle"
        if auxiliaries:
            who = subject(page, group, low)
        elif joined and not left & (PREPOSITION | CONJUNCTION | SUBORDINATOR | ADVERB):
            who = phrase_left(page, before, low)
        else:
            who = speaker_of(page, token, low)
            if (
                previous is not None
                and previous.source is not None
                and (left & CONJUNCTION or not joined)
                and not previous.method.startswith("passive")
            ):
                who = (page.token_at(previous.source[0]), page.token_at(previous.source[1]))
    else:
        who = subject(page, group, low)
        method = "verb"
        base = form & BARE and not form & FINITE and not auxiliaries and not to
        if base and (who is None or not _plural(page, who)):
            return None  # a base form is a verb behind a plural only
        if who is None:
            if group > low and (lower[words[group - 1]] in ("and", "but", "then") or breaks[group - 1]):
                if previous is not None and previous.source is not None:
                    who = (page.token_at(previous.source[0]), page.token_at(previous.source[1]))
                else:
                    who = speaker_of(page, token, low)
            if who is None:
                return None
        head = who[0]
        inner = bool(flags[head] & RELATIVE)
        if head > low and not breaks[head - 1]:
            lead = flags[head - 1]
            inner = inner or bool(lead & (SUBORDINATOR | RELATIVE))
            if lead & PREPOSITION and not lead & SUBORDINATOR and verb.lemma not in ("say", "tell"):
                return None
    if (
        group < token
        and verb.lemma in _TELLING
        and any(lower[words[k]] in _NOT or lower[words[k]].endswith("n't") for k in range(group, token))
    ):
        return None  # what somebody did not speak of is in the outlet's own voice
    if method == "infinitive" and kind not in ("that", "quoted", "colon", "addressee"):
        return None
    if kind in ("object", "preposition", "infinitive") and who is not None and lower[words[who[0]]] == "that":
        return None
    stop = clause_end(page, first, end, sentence, narrow, inner)
    start = starts[first]
    if flags[first] & INSIDE:
        start = mark_before(page, start)
    if stop <= start:
        return None
    ends = page.ends
    cue = starts[group], ends[first - 1 if kind == "preposition" and first > token else token]
    source = None if who is None else (starts[who[0]], ends[who[1] - 1])
    return Found([(start, stop)], cue, source, f"{method}:{kind}")


def _opening_participle(page: Page, token: int, verb: Verb, sentence: int, end: int) -> Found | None:
    """Read ``Citing the deal, X …``."""
    right = complement(page, token, verb, end)
    if right is None:
        return None
    first = right[0]
    comma = first
    while comma + 1 < end and not (
        page.breaks[comma] and "," in page.gap(comma) and not page.flags[comma + 1] & INSIDE
    ):
        comma += 1
    if comma + 1 >= end:
        return None
    who = phrase_right(page, comma + 1, end)
    if who is None:
        return None
    start = mark_before(page, page.starts[first])
    return Found(
        [(start, page.ends[comma] + marks_behind(page, comma))],
        page.span(token, token),
        page.span(who[0], who[1] - 1),
        f"opening:{right[2]}",
    )


def _asked(page: Page, token: int, verb: Verb, group: int, sentence: int, low: int, end: int) -> Found | None:
    """Read ``Asked about X, …`` and ``when asked by A whether …``: a question, of nobody or of A."""
    flags, lower, words = page.flags, page.lower, page.words
    first = skip_adjuncts(page, token + 1, end)
    source = None
    if first < end and lower[words[first]] == "by":
        who = phrase_right(page, first + 1, end)
        if who is not None:
            source = page.span(who[0], who[1] - 1)
            first = who[1]
    for _ in range(8):
        if first >= end or page.breaks[first - 1]:
            return None
        if (flags[first] & QUESTION_WORD and lower[words[first]] != "when") or lower[words[first]] in ("about", "to"):
            break
        first += 1
    else:
        return None
    start = first
    stop = clause_end(page, start, end, sentence, narrow=False, inner=True)
    if token == low or lower[words[token - 1]] in ("when", "if"):
        # A clause in front: the main one begins behind its comma.
        comma = next((k for k in range(start, end - 1) if page.breaks[k] and "," in page.gap(k)), -1)
        if comma >= 0 and not flags[comma + 1] & INSIDE:
            stop = min(stop, page.ends[comma])
    return Found([(page.starts[start], stop)], page.span(group, token), source, "asked")


def _plural(page: Page, who: tuple[int, int]) -> bool:
    last = who[1] - 1
    word = page.word(last)
    if page.flags[last] & (PRONOUN | RELATIVE):
        return word in ("i", "we", "they", "you", "who", "that", "which")
    if any(page.word(k) == "and" for k in range(*who)):
        return True
    head = last
    for k in range(who[0] + 1, last + 1):
        if page.flags[k] & PREPOSITION:
            head = k - 1
            break
    return page.word(head) in (
        "people",
        "many",
        "some",
        "others",
        "most",
        "men",
        "women",
        "police",
        "few",
        "both",
        "several",
        "media",
        "those",
        "critics",
    ) or (page.word(head).endswith("s") and not page.word(head).endswith(("ss", "'s")))


def _passive(page: Page, token: int, verb: Verb, group: int, sentence: int, low: int, end: int) -> Found | None:
    """Read ``the plan was criticized by X``."""
    lower, words = page.lower, page.words
    if not verb.takes & (OBJECT | NAMING | ORDER):
        return None
    for k in range(token + 1, min(end, token + 10)):
        if page.breaks[k - 1]:
            return None
        if lower[words[k]] == "by":
            who = phrase_right(page, k + 1, end)
            what = subject(page, group, low)
            if who is None or what is None:
                return None
            return Found(
                [page.span(what[0], what[1] - 1)], page.span(group, token), page.span(who[0], who[1] - 1), "passive"
            )
    return None


def at_noun(page: Page, token: int, low: int, end: int, sentence: int) -> Found | None:
    """Read ``his claim that``, ``X's call for``, ``the statement that``."""
    flags, lower, words = page.flags, page.lower, page.words
    noun = NOUNS[lower[words[token]]]
    if flags[token] & CAPITAL or token + 2 >= end or page.breaks[token]:
        return None
    owner: tuple[int, int] | None = None
    for k in range(token - 1, max(low - 1, token - 4), -1):
        if page.breaks[k] or flags[k] & INSIDE:
            break
        if flags[k] & POSSESSIVE:
            if (flags[k] & CAPITAL and lower[words[k]].endswith("'s")) or lower[words[k]].endswith("'s"):
                owner = phrase_left(page, k, low)
            elif lower[words[k]] != "whose":
                owner = (k, k + 1)
            break
        if flags[k] & (PREPOSITION | DETERMINER | AUXILIARY | CONJUNCTION):
            break
    following = token + 1
    word = lower[words[following]]
    start = -1
    if word == "that" and noun.takes & (THAT | CLAUSE):
        start = following
    if start < 0:
        return None
    stop = clause_end(page, start, end, sentence, narrow=True)
    source = None
    if owner is None:
        verb = token - 1
        while verb > low and not page.breaks[verb] and flags[verb] & (DETERMINER | ADVERB):
            verb -= 1
        if verb > low and not page.breaks[verb] and finite(page, verb):
            who = subject(page, verb_group(page, verb, low), low)
            source = None if who is None else page.span(who[0], who[1] - 1)
    else:
        a, b = page.span(owner[0], owner[1] - 1)
        if page.text[b - 2 : b] in ("'s", "’s"):
            b -= 2
        source = (a, b)
    return Found([(page.starts[start], stop)], page.span(token, token), source, "noun:that")
