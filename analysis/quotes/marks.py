"""Quotation marks paired paragraph by paragraph, whatever their style; odd ones stay in their paragraph."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

__all__ = ["Stretch", "find_stretches"]

_DOUBLE = ('"', "“", "”", "„", "«", "»", "＂")
_TWICE = ("'", "`", "‘", "’")  # two of them make a double mark
# A single mark that can open: before a letter, no clipped word ('em, '90s); it closes behind a word, before no letter.
_SINGLE = re.compile(
    r"[‘'](?![\s'‘’]|\d0s|[eE]m\b|[tT](?:is|was|il)\b|[cC]ause\b|[nN]\b)[^\n\"“”]{1,250}?(?<=[^\ssS])['’](?![\w'’])"
    r"|[‘'](?=[A-Z])[^\n\"“”'‘’]{1,250}[.,!?…]['’](?![\w'’])"
)
_BEFORE_SINGLE = frozenset("([—–:")  # or a space, or the start of the text
_SENTENCE = re.compile(r"[.!?]\s+(?=[A-Z])")
_LONG = 50_000  # characters of a text that is not kept
_OPENING = frozenset("“„«")
_CLOSING = frozenset("”»")


class Stretch(NamedTuple):
    """A stretch in quotation marks, marks included.

    Attributes
    ----------
    start, end
        Half-open character span.
    opened, closed
        Whether its opening and its closing mark are there.
    """

    start: int
    end: int
    opened: bool
    closed: bool


def find_stretches(text: str) -> tuple[list[Stretch], int]:
    r"""Return the outermost quoted stretches of `text`, in order, and the number of marks that lack a partner.

    A stretch never leaves its paragraph (a line). One left open runs to the end of its paragraph; a closing mark that
    was never opened makes a stretch from the start of its paragraph.

    Examples
    --------
    >>> text = 'A “b ‘c’ d” e "f'
    >>> stretches, odd = find_stretches(text)
    >>> [text[s.start : s.end] for s in stretches], odd
    (['“b ‘c’ d”', '"f'], 1)
    """
    stretches, odd = _recent(text) if len(text) < _LONG else _find(text)
    return list(stretches), odd


def _find(text: str) -> tuple[tuple[Stretch, ...], int]:
    found: list[Stretch] = []
    odd = 0
    marks = _double_marks(text)
    at = 0
    while at < len(marks):
        line_end = text.find("\n", marks[at][0])
        if line_end < 0:
            line_end = len(text)
        stop = at
        while stop < len(marks) and marks[stop][0] < line_end:
            stop += 1
        line_start = text.rfind("\n", 0, marks[at][0]) + 1
        odd += _pair(text, marks[at:stop], line_start, line_end, found)
        at = stop
    singles = _places(text, "'") + _places(text, "‘")
    if singles:
        singles.sort()
        found = _with_singles(text, found, singles)
    return tuple(found), odd


def _double_marks(text: str) -> list[tuple[int, int]]:
    """Return the spans of the double marks in `text`, in order."""
    # Each mark is searched by itself: one character is found several times faster than a pattern, or than two.
    marks = [(start, start + 1) for mark in _DOUBLE for start in _places(text, mark)]
    for mark in _TWICE:
        end = 0
        for start in _places(text, mark):
            if start >= end and text.startswith(mark, start + 1):
                end = start + 2
                marks.append((start, end))
    marks.sort()
    return marks


def _places(text: str, character: str) -> list[int]:
    """Return where `character` stands in `text`."""
    places = []
    place = text.find(character)
    while place >= 0:
        places.append(place)
        place = text.find(character, place + 1)
    return places


# The quotes of a chunk of articles are found first, then the voices of its sentences: both ask for the same stretches.
_recent = lru_cache(maxsize=1024)(_find)


def _pair(text: str, marks: list[tuple[int, int]], line_start: int, line_end: int, found: list[Stretch]) -> int:
    opened = -1
    depth = 0
    odd = 0
    last_end = line_start
    for start, end in marks:
        mark = text[start]
        if mark == "“" and opened >= 0 and text[opened] == "„":
            opens = False
        elif mark in _OPENING:
            opens = True
        elif mark in _CLOSING:
            opens = False
        else:
            opens = _looks_open(text, start, end, line_start, line_end, opened >= 0)
        # A curly mark turned the wrong way at the edge of its word still opens or closes what it touches.
        if (
            opened < 0
            and not opens
            and (start == line_start or text[start - 1].isspace())
            and text[end : end + 1].strip()
        ):
            opens = True
        if opens and opened < 0:
            opened = start
            depth = 0
        elif opens:
            if mark in _OPENING and text[opened] in _OPENING:
                depth += 1
        elif opened >= 0:
            if depth:
                depth -= 1
            else:
                found.append(Stretch(opened, end, True, True))
                opened, last_end = -1, end
        else:
            odd += 1
            if text[last_end:start].strip():
                begin = last_end
                if last_end > line_start:
                    # Behind an attribution the unopened words begin with their sentence.
                    sentence = _SENTENCE.search(text, last_end, start)
                    begin = -1 if sentence is None else sentence.end()
                while 0 <= begin < start and text[begin].isspace():
                    begin += 1
                if begin >= 0:
                    found.append(Stretch(begin, end, False, True))
            last_end = end
    if opened >= 0:
        odd += 1
        stop = opened + len(text[opened:line_end].rstrip())
        found.append(Stretch(opened, stop, True, False))
    return odd


def _looks_open(text: str, start: int, end: int, line_start: int, line_end: int, inside: bool) -> bool:
    before = text[start - 1] if start > line_start else " "
    after = text[end] if end < line_end else " "
    if inside:
        # Only a mark behind a space and before a letter opens again; elsewhere it closes.
        return before.isspace() and not after.isspace() and after not in ".,;:!?" and text[start] not in "\"'’＂"
    return not after.isspace() or before.isspace()


def _with_singles(text: str, found: list[Stretch], marks: list[int]) -> list[Stretch]:
    added: list[Stretch] = []
    k = 0
    after = 0
    for opening in marks:
        before = text[opening - 1] if opening else " "
        if opening < after or (before not in _BEFORE_SINGLE and not before.isspace()):
            continue
        match = _SINGLE.match(text, opening)
        if match is None:
            continue
        start, end = match.span()
        after = end
        while k < len(found) and found[k].end <= start:
            k += 1
        if k < len(found) and found[k].start < end:
            continue
        added.append(Stretch(start, end, True, True))
    return sorted(found + added) if added else found
