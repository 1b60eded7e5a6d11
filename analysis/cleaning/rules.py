"""Asking the table of rules about a line.

A rule for lines must match a whole line (without the white space around it); a rule for tails matches at the end of a
line that is otherwise kept, one for the inside anywhere in it. Stamps at the head of a line are read by `stamps`. No
rule looks at more than `LONGEST` characters, or has a bound of its own, so the work stays linear in the text.

Most lines are news, and need not be asked about: `gates` tells by how a line begins and ends, and what words it holds.
"""

from __future__ import annotations

import re
from functools import lru_cache

from analysis.cleaning.gates import ODD, Gates, Held
from analysis.cleaning.table import RULES, Rule

__all__ = ["LONGEST", "Asked", "has_insides", "inside_rules", "line_rule", "tail_rules"]

LONGEST = 700


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
_TAILS = sum(1 << number for number in range(len(_LINE), len(_ASKED)))
_GATES = Gates([rule.name for rule in _ASKED])


class Asked:
    r"""Which rules have to be asked about the lines of a text: some that are not needed may be among them.

    Examples
    --------
    >>> asked = Asked("Most voters disagree.\nIt rained.")
    >>> asked.of("It rained."), asked.of("Most voters disagree.") > 0
    (0, True)
    """

    def __init__(self, text: str) -> None:
        self._odd = any(char in text for char in ODD)
        self._held: Held = () if self._odd else _GATES.held(text)

    def of(self, line: str) -> int:
        """Return as bits the rules to ask about `line`, a line of the text without white space around it."""
        return _by_words(line) if self._odd else _GATES.asked(line, self._held)


def _by_words(line: str) -> int:
    """Return the rules to ask by their words alone: for lines with letters that no gate knows."""
    return sum(1 << number for number, rule in enumerate(_ASKED) if _has_word(line, rule))


def _has_word(line: str, rule: Rule) -> bool:
    if not rule.words:
        return True
    lower = " ".join(line.lower().split())
    return any(word in lower for word in rule.words)


def _asked(line: str) -> int:
    return _by_words(line) if any(char in line for char in ODD) else _GATES.asked(line)


def line_rule(line: str, *, top: bool = True, asked: int = -1) -> str:
    """Return the id of the first rule that takes the whole of `line` for furniture, or the empty string.

    Parameters
    ----------
    line
        A line without white space around it.
    top
        Whether it stands near the top of its text, where bylines and dates are looked for too.
    asked
        What `Asked` says of the line, where that is known.

    Examples
    --------
    >>> line_rule("Most Read from Bloomberg"), line_rule("Most voters disagree.")
    ('most_read', '')
    """
    if len(line) > LONGEST:
        return ""
    if not line:
        return ""
    return _remembered(line, top) if asked < 0 else _line_rule(line, top, asked)


@lru_cache(maxsize=4096)  # furniture is what recurs
def _remembered(line: str, top: bool) -> str:
    return _line_rule(line, top, _asked(line))


def _line_rule(line: str, top: bool, asked: int) -> str:
    asked &= ~_TAILS
    while asked:
        lowest = asked & -asked
        rule, pattern = _LINE[lowest.bit_length() - 1]
        if (top or rule.where == "line") and pattern.fullmatch(line) and _has_word(line, rule):
            return rule.name
        asked ^= lowest
    return ""


def has_insides(text: str) -> bool:
    """Tell whether any line of `text` may have furniture inside it."""
    return any(all(word in text for word in rule.words) for rule, _ in _INSIDE)


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
    if not (_asked(line.strip() or ".") if asked < 0 else asked) & _TAILS:
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
