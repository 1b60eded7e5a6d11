"""What a verb of attribution takes: a clause, a quotation, an object, an infinitive, after whom it addresses."""

from __future__ import annotations

from analysis.quotes.grammar import (
    ADJUNCT_LEAD,
    AUXILIARY,
    CONJUNCTION,
    DAY,
    DETERMINER,
    INSIDE,
    NUMBER,
    PREPOSITION,
    PRONOUN,
    QUESTION_WORD,
    RELATIVE,
    SUBORDINATOR,
)
from analysis.quotes.page import Page
from analysis.quotes.phrases import (
    looks_like_clause,
    phrase_right,
    skip_adjuncts,
)
from analysis.quotes.verbs import (
    ADDRESSEE,
    CLAUSE,
    INFINITIVE,
    NAMING,
    OBJECT,
    ORDER,
    QUESTION,
    QUOTE,
    THAT,
    Verb,
)

__all__ = ["complement"]


def complement(page: Page, token: int, verb: Verb, end: int) -> tuple[int, bool, str] | None:
    """Find the complement behind a verb: its first token, whether it is an object, and what kind it is."""
    flags, lower, words = page.flags, page.lower, page.words
    takes = verb.takes
    first = token + 1
    if first >= end:
        return None
    if page.breaks[token]:
        gap = page.gap(token)
        if ":" in gap and takes & (CLAUSE | QUOTE):
            return first, False, "colon"
        if (
            flags[first] & INSIDE
            and gap.strip() in ('"', "“", "''", "‘", "'", "``")
            and takes & (CLAUSE | OBJECT | NAMING | ADDRESSEE | QUESTION)
        ):
            return first, not takes & CLAUSE, "quoted"
        return None
    if flags[first] & ADJUNCT_LEAD:
        first = skip_adjuncts(page, first, end)
        if first >= end:
            return None
        if page.breaks[first - 1] and not flags[first] & INSIDE:
            gap = page.gap(first - 1)
            return (first, False, "colon") if ":" in gap and takes & (CLAUSE | QUOTE) else None
    flag = flags[first]
    word = lower[words[first]] if flag & (PREPOSITION | RELATIVE) else ""  # of others no rule asks which it is
    if word == "that" and takes & (CLAUSE | THAT | ADDRESSEE):
        return first, False, "that"
    if takes & (ADDRESSEE | ORDER) and not flag & INSIDE:
        who = phrase_right(page, first, end)
        if who is not None:
            inner = next((k for k in range(who[0] + 1, who[1]) if lower[words[k]] in verb.prepositions), who[1])
            after = skip_adjuncts(page, inner, end) if inner < end and flags[inner] & ADJUNCT_LEAD else inner
            found = _after_addressee(page, verb, after, end)
            if found is not None:
                return found
        if not takes & (CLAUSE | OBJECT | QUESTION) and not flag & PREPOSITION:
            return None
    if flag & QUESTION_WORD and takes & (QUESTION | CLAUSE):
        return first, False, "question"
    if word == "to" and takes & INFINITIVE:
        return first, False, "infinitive"
    if word in verb.prepositions and first + 1 < end:
        return first + 1, True, "preposition"
    if flag & PREPOSITION and not flag & (SUBORDINATOR | DETERMINER):
        if takes & CLAUSE:
            return _behind_adjunct(page, first, end)
        return None
    if takes & CLAUSE and not flag & CONJUNCTION and (looks_like_clause(page, first, end) or flag & INSIDE):
        return first, False, "clause"
    if (
        takes & (OBJECT | NAMING)
        and not flag & (CONJUNCTION | AUXILIARY)
        and not (flag & SUBORDINATOR and not flag & (DETERMINER | RELATIVE))
    ):
        return first, True, "object"
    if takes & CLAUSE and verb.lemma in ("say", "think", "believe") and not flag & (CONJUNCTION | SUBORDINATOR):
        return first, False, "clause"
    return None


def _after_addressee(page: Page, verb: Verb, after: int, end: int) -> tuple[int, bool, str] | None:
    flags, lower, words = page.flags, page.lower, page.words
    if after >= end:
        return None
    if page.breaks[after - 1] and not flags[after] & INSIDE:
        gap = page.gap(after - 1)
        return (after, False, "addressee") if ":" in gap else None
    if (
        flags[after] & INSIDE
        or lower[words[after]] == "that"
        or (flags[after] & QUESTION_WORD and verb.takes & (QUESTION | ADDRESSEE))
    ):
        return after, False, "addressee"
    if lower[words[after]] == "to" and verb.takes & ORDER:
        return after, False, "order"
    if lower[words[after]] in verb.prepositions and after + 1 < end:
        return after + 1, True, "addressee"
    if flags[after] & PREPOSITION and not flags[after] & SUBORDINATOR and verb.takes & ADDRESSEE:
        return _behind_adjunct(page, after, end)
    if (
        verb.takes & ADDRESSEE
        and not flags[after] & (CONJUNCTION | SUBORDINATOR | PREPOSITION | AUXILIARY)
        and looks_like_clause(page, after, end)
    ):
        return after, False, "addressee"
    return None


def _behind_adjunct(page: Page, first: int, end: int) -> tuple[int, bool, str] | None:
    """Skip ``in a statement on Monday`` to the *that*, the quotation or the clause behind it."""
    flags, lower, words = page.flags, page.lower, page.words
    for k in range(first + 1, min(end, first + 22)):
        if flags[k] & INSIDE:
            return k, False, "adjunct"
        if lower[words[k]] == "that" and not page.breaks[k - 1]:
            return k, False, "adjunct"
        if page.breaks[k - 1]:
            gap = page.gap(k - 1)
            return (k, False, "adjunct") if ":" in gap else None
        if flags[k] & PRONOUN and k > first + 1 and not flags[k - 1] & PREPOSITION and k + 1 < end:
            return k, False, "adjunct"
        if (
            flags[k - 1] & DAY
            and k + 1 < end
            and not flags[k] & (PREPOSITION | NUMBER | CONJUNCTION | DAY)
            and looks_like_clause(page, k, end)
        ):
            return k, False, "adjunct"
    return None
