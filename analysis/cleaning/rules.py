"""Asking the table of rules about a line.

A rule for lines must match a whole line (without the white space around it); a rule for tails matches at the end of a
line that is otherwise kept, one for the inside anywhere in it. Stamps at the head of a line are read by `stamps`. No
rule looks at more than `LONGEST` characters, or has a bound of its own, so the work stays linear in the text.

Most lines are news, and most rules name words without which they need not be asked. Which words call for which rules is
worked out once for each distinct token, so that a line costs one look-up a token.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from analysis.cleaning.table import RULES, Rule

__all__ = ["LONGEST", "inside_rules", "line_rule", "rules_asked", "tail_rules"]

LONGEST = 700

_MOST_TOKENS = 100_000


def _compiled(places: tuple[str, ...], end: str = "") -> list[tuple[Rule, re.Pattern[str]]]:
    return [
        (rule, re.compile("(?:" + "|".join(rule.patterns) + ")" + end, re.IGNORECASE))
        for rule in RULES
        if rule.where in places
    ]


_LINE = _compiled(("line", "top"))
_TAIL = _compiled(("tail",), r"\Z")
_INSIDE = [(rule, [re.compile(pattern) for pattern in rule.patterns]) for rule in RULES if rule.where == "inside"]
_ASKED = [rule for rule, _ in (*_LINE, *_TAIL)]
_ALWAYS = sum(1 << number for number, rule in enumerate(_ASKED) if not rule.words)
_TAILS = sum(1 << number for number in range(len(_LINE), len(_ASKED)))
_ANY = re.compile("|".join(pattern.pattern for rule, pattern in _LINE if not rule.words), re.IGNORECASE)
_calling: dict[str, int] = {}  # what a token calls for depends on the token alone
_silent: set[str] = set()


class _Part(NamedTuple):
    """The longest part of a rule's word without a space, whether a token has to begin or end with it, and the rule."""

    text: str
    first: bool
    last: bool
    rule: int


def _parts() -> dict[str, list[_Part]]:
    """Return the parts of all words by their first two letters."""
    found: dict[str, list[_Part]] = {}
    for number, rule in enumerate(_ASKED):
        for word in rule.words:
            text = max(word.split(), key=len)
            before, after = word.split(text, 1)
            found.setdefault(text[:2], []).append(_Part(text, before != "", after != "", 1 << number))
    return found


_PARTS = _parts()


def _any_part() -> re.Pattern[str]:
    """Return a pattern that finds a part of any word; it branches by the first letter, and then by the rest."""
    by_letter: dict[str, set[str]] = {}
    for parts in _PARTS.values():
        for part in parts:
            by_letter.setdefault(part.text[0], set()).add(re.escape(part.text[1:]))
    branches = (f"{re.escape(first)}(?:{'|'.join(sorted(rests))})" for first, rests in sorted(by_letter.items()))
    return re.compile("|".join(branches))


_ANY_PART = _any_part()


def _calls_for(token: str) -> int:
    """Return as bits the rules with a word that `token` may be, or may be a part of."""
    asked = 0
    first = _ANY_PART.search(token)
    for place in range(len(token) if first is None else first.start(), len(token)):
        for pair in (token[place : place + 2], token[place]):
            for part in _PARTS.get(pair, ()):
                at_ends = (not part.first or place == 0) and (not part.last or place + len(part.text) == len(token))
                if at_ends and token.startswith(part.text, place):
                    asked |= part.rule
    if len(_silent) + len(_calling) > _MOST_TOKENS:
        _silent.clear()
        _calling.clear()
    if asked:
        _calling[token] = asked
    else:
        _silent.add(token)
    return asked


def rules_asked(line: str) -> int:
    """Return as bits the rules that have to be asked about `line`: some that are not needed may be among them."""
    asked = _ALWAYS
    for token in set(line.lower().split()).difference(_silent):  # in any order: bits are gathered
        asked |= _calling.get(token) or _calls_for(token)
    return asked


def line_rule(line: str, *, top: bool = True, asked: int = -1) -> str:
    """Return the id of the first rule that takes the whole of `line` for furniture, or the empty string.

    Parameters
    ----------
    line
        A line without white space around it.
    top
        Whether it stands near the top of its text, where bylines and dates are looked for too.
    asked
        What `rules_asked` says of the line, where that is known.

    Examples
    --------
    >>> line_rule("Most Read from Bloomberg"), line_rule("Most voters disagree.")
    ('most_read', '')
    """
    if len(line) > LONGEST:
        return ""
    return _remembered(line, top) if asked < 0 else _line_rule(line, top, asked)


@lru_cache(maxsize=4096)  # furniture is what recurs
def _remembered(line: str, top: bool) -> str:
    return _line_rule(line, top, rules_asked(line))


def _line_rule(line: str, top: bool, asked: int) -> str:
    if _ANY.fullmatch(line) is None:
        asked &= ~_ALWAYS
    asked &= ~_TAILS
    while asked:
        lowest = asked & -asked
        rule, pattern = _LINE[lowest.bit_length() - 1]
        if (top or rule.where == "line") and pattern.fullmatch(line):
            return rule.name
        asked ^= lowest
    return ""


def inside_rules(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """Return the stretches of furniture inside the line `text[start:end]`, and by which rule, in order.

    Examples
    --------
    >>> line = "President Doe Jane Q. DoeDoe trails in polls Senate balks MORE spoke."
    >>> [(line[a:b], rule) for a, b, rule in inside_rules(line, 0, len(line))]
    [('Jane Q. DoeDoe trails in polls Senate balks MORE', 'link_block')]
    """
    found: list[tuple[int, int, str]] = []
    for rule, patterns in _INSIDE:
        if any(text.find(word, start, end) < 0 for word in rule.words):
            continue
        for pattern in patterns:
            found.extend((*match.span("cut"), rule.name) for match in pattern.finditer(text, start, end))
    found.sort()
    return [row for number, row in enumerate(found) if not number or row[0] >= found[number - 1][1]]


def tail_rules(line: str, *, asked: int = -1) -> list[tuple[int, str]]:
    """Return where furniture begins at the end of `line`, and by which rule, from the last piece to the first.

    Examples
    --------
    >>> tail_rules("It will also take him to France. (end)")
    [(32, 'end_mark_inline')]
    """
    found: list[tuple[int, str]] = []
    end = len(line)
    if not (rules_asked(line) if asked < 0 else asked) & _TAILS:
        return found
    while True:
        floor = max(0, end - LONGEST)
        window = line[floor:end]
        lower = window.lower()
        hit = -1
        for rule, pattern in _TAIL:
            match = pattern.search(window) if any(word in lower for word in rule.words) else None
            if match is not None and match.start() < len(window):
                hit = match.start()
                found.append((floor + hit, rule.name))
                break
        if hit < 0:
            return found
        end = floor + hit
