"""Who stands before or behind a verb: noun phrases found by looking a few words left and right."""

from __future__ import annotations

from analysis.quotes.grammar import (
    ADVERB,
    AUXILIARY,
    BE,
    CAPITAL,
    CATENATIVE,
    CONJUNCTION,
    DAY,
    DETERMINER,
    FINITE_WORD,
    GROUP_LEAD,
    ING,
    INSIDE,
    NUMBER,
    POSSESSIVE,
    PREPOSITION,
    PRONOUN,
    RELATIVE,
    SUBORDINATOR,
    TIME_HEAD,
    TO,
    VERB_HERE,
    VERBAL,
)
from analysis.quotes.page import Page
from analysis.quotes.verbs import BARE, GERUND

__all__ = ["phrase_left", "phrase_right", "skip_adjuncts", "subject", "verb_group"]

Tokens = tuple[int, int]  # first token, one past the last

_LONGEST_LEFT = 25  # words before the last one of a phrase
_STOP_LEFT = AUXILIARY | PRONOUN | INSIDE
_PARTICLE = CONJUNCTION | ADVERB | SUBORDINATOR | PREPOSITION
_PERSONAL = frozenset(("he", "she", "they", "we", "i", "it", "you"))
_INNER = frozenset(("of", "for", "from", "with"))
_TIME_WORDS = frozenset(
    "earlier later last next this week month year night morning afternoon evening day weekend weeks days months "
    "years ago january february march april may june july august september october november december jan feb mar "
    "apr aug sept oct nov dec".split()
)
_TIME_LEADS = frozenset(("last", "this", "earlier", "next", "late", "early", "later", "that", "the"))
_TRIMMED = DAY | ADVERB | PREPOSITION | NUMBER | TIME_HEAD  # a phrase may end before one of these


def verb_group(page: Page, verb: int, low: int) -> int:
    """Return the first token of the verb group that ends in `verb` (``has also repeatedly said``)."""
    flags, lower, words = page.flags, page.lower, page.words
    first = verb
    while first > low:
        before = first - 1
        flag = flags[before]
        if flag & (GROUP_LEAD | INSIDE) != GROUP_LEAD or page.breaks[before]:
            break
        if flag & (AUXILIARY | ADVERB) and not flag & PRONOUN:
            first = before
        elif (
            lower[words[before]] == "to"
            and before > low
            and flags[before - 1] & CATENATIVE
            and not flags[before - 1] & INSIDE
        ):
            first = before - 1
            if (
                lower[words[first]]
                in ("on", "going", "quick", "like", "able", "eager", "careful", "expected", "planned", "ready")
                and first > low
            ) and lower[words[first]] == "on":
                first -= 1
        elif (
            lower[words[before]] == "and" and before > low and finite(page, before - 1) and page.verb(verb) is not None
        ):
            first = before - 1
        else:
            break
    return first


def finite(page: Page, token: int) -> bool:
    """Tell whether `token` looks like a finite verb."""
    return bool(page.flags[token] & FINITE_WORD)


def _verb_here(page: Page, token: int, low: int) -> bool:
    """Tell whether `token`, left of a noun phrase, is a verb and not part of that phrase."""
    return bool(page.flags[token] & (VERB_HERE if token > low else VERBAL))


def phrase_left(page: Page, last: int, low: int) -> Tokens | None:
    """Return the noun phrase whose last token is `last`, looking no further left than `low`."""
    flags, lower, words, halts = page.flags, page.lower, page.words, page.halts
    if last < low or flags[last] & INSIDE:
        return None
    if flags[last] & PRONOUN and (not flags[last] & CAPITAL or lower[words[last]] in _PERSONAL):
        return last, last + 1
    first = last
    floor = max(low, last - _LONGEST_LEFT)
    while True:
        # What never ends a phrase is passed at once.
        before = halts.rfind(1, floor, first)
        first = before + 1 if before >= 0 else floor
        if before < 0:
            break
        flag = flags[before]
        if flag & _STOP_LEFT or page.breaks[before]:
            break
        if flag & (SUBORDINATOR | RELATIVE) and not (flag & PREPOSITION and lower[words[before]] == "of"):
            if lower[words[before]] != "that" or first <= low + 1 or not flag & DETERMINER:
                break
            break
        if flag & CONJUNCTION:
            if (
                lower[words[before]] != "and"
                or before == low
                or (page.breaks[before - 1] and not flags[before - 1] & CAPITAL)
            ):
                break
            if _verb_here(page, before - 1, low):
                break
        elif _verb_here(page, before, low):
            break
        first = before
    return _trim(page, first, last + 1)


def _trim(page: Page, first: int, end: int) -> Tokens | None:
    flags, lower, words = page.flags, page.lower, page.words
    if end - first == 1 and not flags[first] & _PARTICLE:
        return first, end  # one word, as most often: a name
    # What precedes the phrase proper: conjunctions, adverbs, a day.
    while (
        first < end
        and flags[first] & (CONJUNCTION | ADVERB | SUBORDINATOR)
        and not flags[first] & (DETERMINER | PREPOSITION)
    ):
        first += 1
    while end - first > 1 and flags[first] & DAY:
        first += 1
    if end - first > 1 and flags[first] & CONJUNCTION and lower[words[first]] == "but":
        first += 1
    # A time behind it.
    while end - first > 1:
        last = end - 1
        if not flags[last] & _TRIMMED:
            break
        if (
            (flags[last] & DAY and lower[words[last]] != "may")
            or lower[words[last]] == "on"
            or (flags[last] & ADVERB and not flags[last] & CAPITAL)
        ):
            end -= 1
        elif (flags[last] & NUMBER and end - first > 2 and lower[words[last - 1]] in _TIME_WORDS) or (
            flags[last] & TIME_HEAD and end - first > 2 and lower[words[last - 1]] in _TIME_LEADS
        ):
            end -= 2
        else:
            break
    if first >= end or (flags[first] & (ING | CAPITAL | PREPOSITION) == ING and end - first > 1):
        return None
    if flags[first] & PREPOSITION and lower[words[first]] not in ("of", "as"):
        start = end - 1
        while start > first + 1:
            flag = flags[start - 1]
            if flag & PREPOSITION and lower[words[start - 1]] not in ("of", "for"):
                break
            if flags[start] & (DETERMINER | POSSESSIVE) and not flag & POSSESSIVE:
                break
            if flag & DAY or (
                flags[start] & CAPITAL
                and not flag & CAPITAL
                and not flag & (DETERMINER | POSSESSIVE)
                and lower[words[start - 1]] not in ("of", "and")
                and not _title(lower[words[start - 1]])
            ):
                break
            start -= 1
        if start <= first + 1 and flags[end - 1] & CAPITAL:
            start = end - 1
            while start > first + 1 and flags[start - 1] & CAPITAL:
                start -= 1
        if start <= first:
            return None
        first = start
    else:
        for token in range(first + 1, end - 1):
            if flags[token] & (PREPOSITION | TO) == PREPOSITION and lower[words[token]] not in _INNER:
                end = token
                break
    return (first, end) if first < end else None


_TITLES = frozenset(
    "president minister secretary senator governor spokesman spokeswoman spokesperson chairman chairwoman chief "
    "director manager adviser advisor professor candidate nominee analyst economist strategist attorney lawyer "
    "judge mayor reporter columnist editor author aide officer ambassador commissioner leader representative "
    "congressman congresswoman rep founder executive host anchor activist former co-founder consultant expert "
    "scientist pollster diplomat".split()
)


def _title(word: str) -> bool:
    return word in _TITLES


def subject(page: Page, group: int, low: int) -> Tokens | None:
    """Return the subject of the verb group that begins at `group`, or None."""
    flags = page.flags
    last = group - 1
    if last < low:
        return None
    flag = flags[last]
    if flag & INSIDE:
        return None
    if page.breaks[last]:
        gap = page.gap(last)
        if "," not in gap and ")" not in gap and "—" not in gap and "--" not in gap:
            return None
        # An apposition ("Ross, who spent the morning there, said"): the phrase before it is the subject.
        for _ in range(4):
            comma = last - 1
            while comma >= low and not page.breaks[comma]:
                comma -= 1
            if comma < low or flags[comma] & INSIDE:
                return None
            found = phrase_left(page, comma, low)
            opener = comma + 1
            if found is not None:
                a, b = found
                if b == comma + 1 and (
                    flags[b - 1] & (CAPITAL | PRONOUN)
                    or flags[a] & (DETERMINER | POSSESSIVE)
                    or flags[opener] & RELATIVE
                ):
                    appositive = flags[a] & DETERMINER and a > low and page.breaks[a - 1] and flags[a - 1] & CAPITAL
                    if not appositive or not flags[a - 1] & CAPITAL:
                        return found
            last = comma
        return None
    if flag & RELATIVE:
        return last, last + 1
    if flag & CONJUNCTION or (flag & (ADVERB | PREPOSITION) and page.word(last) in ("then", "to")):
        return None
    return phrase_left(page, last, low)


def phrase_right(page: Page, first: int, end: int) -> Tokens | None:
    """Return the noun phrase that begins at `first`, looking no further right than `end`."""
    flags, lower, words = page.flags, page.lower, page.words
    if first >= end or flags[first] & INSIDE:
        return None
    if flags[first] & (PREPOSITION | SUBORDINATOR | AUXILIARY | CONJUNCTION) and not flags[first] & (
        DETERMINER | RELATIVE
    ):
        return None
    if lower[words[first]] in ("he", "she", "they", "we", "i", "it", "you", "him", "them", "her") and not (
        lower[words[first]] == "her"
        and first + 1 < end
        and not page.breaks[first]
        and not flags[first + 1] & (PREPOSITION | AUXILIARY | DAY | ADVERB)
    ):
        return first, first + 1
    last = first
    while last + 1 < end and last - first < 16:
        following = last + 1
        flag = flags[following]
        if page.breaks[last] or flag & (INSIDE | AUXILIARY | SUBORDINATOR | RELATIVE | PRONOUN | DAY):
            break
        if flag & PREPOSITION and lower[words[following]] not in _INNER:
            break
        if flag & ADVERB and not flag & CAPITAL and lower[words[following]] not in ("more", "most"):
            break
        if flag & CONJUNCTION:
            if (
                lower[words[following]] != "and"
                or following + 1 >= end
                or not flags[following + 1] & (CAPITAL | DETERMINER)
            ):
                break
        elif (
            not flag & CAPITAL
            and last > first
            and not flags[last] & (DETERMINER | POSSESSIVE | PREPOSITION)
            and _verb_here(page, following, first)
        ):
            break
        last = following
    while last > first and flags[last] & (PREPOSITION | CONJUNCTION):
        last -= 1
    return first, last + 1


def skip_adjuncts(page: Page, token: int, end: int) -> int:
    """Return the first token behind the adverbs and times that begin at `token` (``said late Monday``)."""
    flags, lower, words = page.flags, page.lower, page.words
    while token < end:
        flag = flags[token]
        if flag & INSIDE or page.breaks[token - 1]:
            break
        if flag & DAY or (flag & ADVERB and not flag & (DETERMINER | CAPITAL)):
            token += 1
        elif (
            lower[words[token]] in ("on", "late", "early", "earlier", "last", "this")
            and token + 1 < end
            and (
                flags[token + 1] & DAY
                or flags[token + 1] & TIME_HEAD
                or (lower[words[token + 1]] in _TIME_WORDS and lower[words[token]] == "on")
            )
        ):
            token += 2
            if token < end and (flags[token] & (TIME_HEAD | NUMBER)):
                token += 1
        else:
            break
    return token


def looks_like_clause(page: Page, token: int, end: int) -> bool:
    """Tell whether a subject and a finite verb follow at `token`."""
    flags = page.flags
    flag = flags[token]
    if flag & PRONOUN and page.word(token) not in ("it", "you"):
        return True
    if flag & (AUXILIARY | INSIDE) == AUXILIARY:
        return bool(flag & BE)
    for k in range(token + 1, min(end, token + 22)):
        flag = flags[k]
        if flag & INSIDE or not flag & (AUXILIARY | VERB_HERE):
            continue
        if flag & AUXILIARY:
            return True
        if flag & VERB_HERE:
            verb = page.verb(k)
            if verb is None or verb.form & (GERUND | BARE) != GERUND:
                return True
    return False
