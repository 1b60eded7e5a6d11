"""Asking the table of rules about a line.

A rule for lines must match a whole line (without the white space around it); a rule for tails matches at the end of a
line
that is otherwise kept. Stamps at the head of a line are read by `stamps`. No rule looks at more than `LONGEST`
characters,
so the work stays linear in the text.
"""

from __future__ import annotations

import re
from functools import lru_cache

from analysis.cleaning.table import RULES, Rule

__all__ = ["LONGEST", "line_rule", "tail_rules"]

LONGEST = 400


def _compiled(places: tuple[str, ...], end: str = "") -> list[tuple[Rule, re.Pattern[str]]]:
    return [
        (rule, re.compile("(?:" + "|".join(rule.patterns) + ")" + end, re.IGNORECASE))
        for rule in RULES
        if rule.where in places
    ]


_LINE = _compiled(("line",))
_TOP = _compiled(("line", "top"))
_TAIL = _compiled(("tail",), r"\Z")


@lru_cache(maxsize=4096)  # furniture is what recurs
def line_rule(line: str, *, top: bool = True) -> str:
    """Return the id of the first rule that takes the whole of `line` for furniture, or the empty string.

    Parameters
    ----------
    line
        A line without white space around it.
    top
        Whether it stands near the top of its text, where bylines and dates are looked for too.

    Examples
    --------
    >>> line_rule("Most Read from Bloomberg"), line_rule("Most voters disagree.")
    ('most_read', '')
    """
    if len(line) > LONGEST:
        return ""
    lower = line.lower()
    for rule, pattern in _TOP if top else _LINE:
        if (not rule.words or any(word in lower for word in rule.words)) and pattern.fullmatch(line):
            return rule.name
    return ""


def tail_rules(line: str) -> list[tuple[int, str]]:
    """Return where furniture begins at the end of `line`, and by which rule, from the last piece to the first.

    Examples
    --------
    >>> tail_rules("It will also take him to France. (end)")
    [(32, 'end_mark_inline')]
    """
    found: list[tuple[int, str]] = []
    end = len(line)
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
