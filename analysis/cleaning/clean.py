"""Taking furniture out of one article, with the way back to every character of the raw text."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.cleaning.rules import LONGEST, Asked, has_insides, inside_rules, line_rule, tail_rules
from analysis.cleaning.stamps import read_stamps
from analysis.cleaning.tally import line_key

__all__ = ["Cleaned", "Removed", "clean"]

_LINE = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")
_BLANK = " \t\xa0\ufeff\u200b\u200e\u200f\u3000\x1c\x1d\x1e\x1f"
_TOP_LINES = 8  # bylines and lone dates are looked for among so many lines from the top
_LONGEST_HEADLINE = 200
_WORDS_OF_A_LINK = 4  # spaces in it
_TAIL_OF_LINE = 3 * LONGEST
_STOPS = frozenset(".!;:,")
_LIST_HEADINGS = frozenset({"most_read", "related"})
_COMMENTS_FROM = 0.6  # comments follow a heading in the last two fifths of a page
_SEPARATOR = "\n\n"
_OTHER_BREAKS = "\r\x0b\x0c\x85\u2028\u2029"


class Removed(NamedTuple):
    """A stretch taken out as furniture: half-open offsets into the raw text, the characters there, the rule's id."""

    start: int
    end: int
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    r"""An article without its furniture.

    Attributes
    ----------
    text
        The headline, a blank line, the body; one blank line between paragraphs. Without a headline it opens with the
        blank line, so that ``text.find("\n\n")`` is always the headline's end.
    headline
        The headline, or the empty string where the text has none.
    removed
        What was taken out, in order.
    pieces
        The stretches of `text` that were taken over: position in `text`, and in `raw` (-1: not in the raw text),
        shape (n, 3)
        with the length as the third column.
    """

    text: str
    headline: str
    removed: tuple[Removed, ...]
    pieces: NDArray[np.int64] = field(compare=False, repr=False)
    visible: NDArray[np.int64] | None = field(default=None, compare=False, repr=False)

    def to_raw(self, position: int) -> int:
        r"""Return the offset into the raw text of the character at `position` of `text`.

        A position in the white space between two paragraphs gives the end of the first. -1 stands for a headline that
        was given apart from the text.

        Examples
        --------
        >>> cleaned = clean("Subscribe\nA headline\nThe body is here.")
        >>> cleaned.text[12:15], cleaned.to_raw(12)
        ('The', 21)
        """
        index = int(np.searchsorted(self.pieces[:, 0], position, side="right")) - 1
        if index < 0:
            return 0
        start, raw, length = (int(value) for value in self.pieces[index])
        if raw < 0:
            return -1
        offset = raw + min(position - start, length)
        if self.visible is None or offset >= len(self.visible):
            return offset if self.visible is None else int(self.visible[-1]) + 1
        return int(self.visible[offset])


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    body: str  # as it was found
    rule: str = ""
    blank_before: bool = False
    asked: int = 0
    cuts: Sequence[tuple[int, int, str]] = ()


def clean(
    raw: str,
    *,
    is_html: bool = False,
    repeated: Collection[str] = frozenset(),
    headline: str = "",
    credited: frozenset[str] = frozenset(),
) -> Cleaned:
    r"""Take the furniture out of `raw`.

    Every character of `raw` but white space lands in `text` or in exactly one of `removed`. A line break parts
    paragraphs,
    be it single or with blank lines; only in a text wrapped at a fixed width, recognised by its lines, a single break
    joins.
    The first line is the headline when it is short and does not end as a sentence does.

    Parameters
    ----------
    raw
        The text as read. Any string is fine; the work is linear in its length.
    is_html
        Whether `raw` is a page of HTML; the article in it is then found by trafilatura.
    repeated
        Keys (`line_key`) of lines that the outlet repeats from article to article.
    headline
        The headline, where it is known apart from the text (a column of a table). It opens `text` even if `raw` lacks
        it.
    credited
        Names in lower case that count as a credit in brackets beside those of agencies: a study's outlets.

    Returns
    -------
    Cleaned
        Text, headline, what was removed, and the map back to `raw`.

    Examples
    --------
    >>> cleaned = clean("A deal is off\n\n(Bloomberg) — It ended on Monday.\n\nStory continues\n\nNobody spoke. (end)")
    >>> cleaned.text
    'A deal is off\n\nIt ended on Monday.\n\nNobody spoke.'
    >>> [(r.text, r.rule) for r in cleaned.removed]
    [('(Bloomberg) —', 'agency_credit'), ('Story continues', 'story_continues'), ('(end)', 'end_mark_inline')]
    """
    if is_html:
        from analysis.cleaning.html import read_page

        page = read_page(raw)
        return _clean(page.text, raw, repeated, headline or page.title, credited, page.offsets, page.outside)
    return _clean(raw, raw, repeated, headline, credited, None, frozenset())


def _clean(
    visible: str,
    raw: str,
    repeated: Collection[str],
    headline: str,
    credited: frozenset[str],
    offsets: NDArray[np.int64] | None,
    outside: Collection[int],
) -> Cleaned:
    lines = _lines(visible)
    _mark(visible, lines, repeated, outside)
    kept = [line for line in lines if not line.rule]
    removed = [(line.start, line.end, line.rule) for line in lines if line.rule]
    title = _headline(visible, kept, headline)
    for line in kept[:2]:
        if line is not title:
            removed.extend(_trim_head(visible, line, credited))
            break
    insides = has_insides(visible)
    for line in kept:
        if line is title:
            continue
        if line.asked:
            removed.extend(_trim_tail(visible, line))
        if insides:
            line.cuts = inside_rules(visible, line.start, line.end)
            removed.extend(line.cuts)
    blocks = _blocks(visible, [line for line in kept if line is not title and line.start < line.end])
    text, pieces = _join(visible, headline, title, blocks)
    end = text.find(_SEPARATOR)
    return Cleaned(text, text[:end], _report(raw, removed, offsets), pieces, offsets)


def _lines(text: str) -> list[_Line]:
    if any(char in text for char in _OTHER_BREAKS):
        return _lines_apart(text)
    lines: list[_Line] = []
    begin = last = 0
    for number, body in enumerate(text.split("\n")):
        stripped = body.strip(_BLANK).strip()
        if stripped:
            start = begin if len(stripped) == len(body) else begin + body.index(stripped)
            blank_before = number - last > 1 or not lines
            lines.append(_Line(start, start + len(stripped), stripped, blank_before=blank_before))
            last = number
        begin += len(body) + 1
    return lines


def _lines_apart(text: str) -> list[_Line]:
    r"""Return the lines of a text with other breaks than ``\n``: of these ``\r\n`` counts as one."""
    lines: list[_Line] = []
    previous = 0
    for match in _LINE.finditer(text):
        body = match[0]
        stripped = body.strip(_BLANK).strip()
        if not stripped:
            continue
        start = match.start() + body.index(stripped)
        gap = (
            text.count("\n", previous, start) + text.count("\r", previous, start) - text.count("\r\n", previous, start)
        )
        lines.append(_Line(start, start + len(stripped), stripped, blank_before=gap > 1 or not lines))
        previous = start + len(stripped)
    return lines


def _mark(text: str, lines: list[_Line], repeated: Collection[str], outside: Collection[int]) -> None:
    """Give each line of furniture its rule."""
    heading = False
    last_of_comments = -1
    asked = Asked(text)
    firsts = _first_words(repeated if isinstance(repeated, frozenset) else frozenset(repeated))
    for number, line in enumerate(lines):
        if number in outside:
            line.rule = "page"
            continue
        body = line.body
        if len(body) > LONGEST:
            line.asked = asked.of(body[-_TAIL_OF_LINE:])
            heading = False
            continue
        line.asked = asked.of(body)
        rule = line_rule(body, top=number < _TOP_LINES, asked=line.asked) if line.asked else ""
        if rule == "caption_dated" and number == 0:
            rule = ""
        if not rule and firsts and body.split(None, 1)[0].casefold() in firsts and line_key(body) in repeated:
            rule = "repeated"
        if not rule and heading and not line.blank_before and body[-1] not in '.!?”"':
            rule = "link_list"
        heading = rule in _LIST_HEADINGS or rule == "link_list"
        line.rule = rule
        if rule == "comments" and body[:1].lower() not in "plawsjby" and line.start > _COMMENTS_FROM * len(text):
            last_of_comments = number
    _mark_capitals(lines)
    if last_of_comments >= 0:
        for line in lines[last_of_comments + 1 :]:
            line.rule = line.rule or "comment_text"


@lru_cache(maxsize=256)  # outlets have each the same lines for all their articles
def _first_words(keys: frozenset[str]) -> frozenset[str]:
    return frozenset(key.split(" ", 1)[0] for key in keys)


def _mark_capitals(lines: list[_Line]) -> None:
    """Give headlines in capitals that stand one under the other in the midst of an article their rule."""
    run: list[_Line] = []
    for number, line in enumerate((*lines[2:], None)):
        body = "" if line is None or line.rule or len(line.body) > LONGEST else line.body
        if line is not None and body.isupper() and body.count(" ") >= _WORDS_OF_A_LINK and body[-1] not in _STOPS:
            run.append(line)
            continue
        if len(run) > 1 and len(run) < number / 2:
            for link in run:
                link.rule = "link_capitals"
        run = []


def _headline(text: str, kept: list[_Line], given: str) -> _Line | None:
    if not kept:
        return None
    first = kept[0]
    body = text[first.start : min(first.end, first.start + LONGEST)]
    if given:
        return first if line_key(body) == line_key(given) else None
    short = first.end - first.start <= _LONGEST_HEADLINE
    if len(kept) < 2 or not short or body[-1] in _STOPS or body[0].islower() or not any(c.isalpha() for c in body):
        return None
    if body[-1] in "\"”’'" and body[-2:-1] in {".", "!", ","}:
        return None
    return None if read_stamps(body) else first


def _trim_head(text: str, line: _Line, credited: frozenset[str]) -> list[tuple[int, int, str]]:
    taken: list[tuple[int, int, str]] = []
    origin = line.start
    for stamp in read_stamps(text[origin : min(line.end, origin + LONGEST)], names=credited):
        if origin + stamp.end < line.end:
            taken.append((origin + stamp.start, origin + stamp.end, stamp.rule))
            line.start = origin + stamp.end
    return taken


def _trim_tail(text: str, line: _Line) -> list[tuple[int, int, str]]:
    taken: list[tuple[int, int, str]] = []
    floor = max(line.start, line.end - _TAIL_OF_LINE)
    for start, rule in tail_rules(text[floor : line.end], asked=line.asked):
        if floor + start <= line.start:
            break
        taken.append((floor + start, line.end, rule))
        line.end = floor + start
    return taken


def _blocks(text: str, kept: list[_Line]) -> list[list[_Line]]:
    """Group the lines into paragraphs: one each, or those without a blank between in a text of fixed width."""
    if not _is_wrapped(text, kept):
        return [[line] for line in kept]
    blocks: list[list[_Line]] = []
    for line in kept:
        if line.blank_before or not blocks:
            blocks.append([])
        blocks[-1].append(line)
    return blocks


def _is_wrapped(text: str, kept: list[_Line]) -> bool:
    inner = [line for line, after in pairwise(kept) if not after.blank_before]
    if len(inner) < 4:
        return False
    lengths = sorted(line.end - line.start for line in inner)
    open_ended = sum(text[line.end - 1] not in ".!?:\"”’'" for line in inner)
    return lengths[-1] <= 120 and lengths[len(lengths) // 2] >= 40 and open_ended > 0.6 * len(inner)


def _join(text: str, given: str, title: _Line | None, blocks: list[list[_Line]]) -> tuple[str, NDArray[np.int64]]:
    parts: list[str] = []
    pieces: list[tuple[int, int, int]] = []
    position = 0

    def add(part: str, raw: int) -> None:
        nonlocal position
        pieces.append((position, raw, len(part)))
        parts.append(part)
        position += len(part)

    def add_line(line: _Line) -> None:
        start = line.start
        for number, (cut, after, _) in enumerate((*line.cuts, (line.end, line.end, ""))):
            stretch = text[start:cut].rstrip()  # the white space before what is cut out goes with it
            stripped = stretch if number else stretch.lstrip()
            if stripped or not number:
                add(stripped, start + len(stretch) - len(stripped))
            start = after

    if title is not None:
        add_line(title)
    elif given:
        add(" ".join(given.split()), -1)
    for block in blocks:
        parts.append(_SEPARATOR)
        position += len(_SEPARATOR)
        for number, line in enumerate(block):
            if number:
                parts.append(" ")
                position += 1
            add_line(line)
    if not blocks:
        parts.append(_SEPARATOR)
    return "".join(parts), np.array(pieces, dtype=np.int64).reshape(-1, 3)


def _report(raw: str, removed: list[tuple[int, int, str]], offsets: NDArray[np.int64] | None) -> tuple[Removed, ...]:
    rows: list[Removed] = []
    for start, end, rule in sorted(removed):
        if offsets is not None:
            start, end = int(offsets[start]), int(offsets[end - 1]) + 1
        while start < end and raw[start].isspace():
            start += 1
        while end > start and raw[end - 1].isspace():
            end -= 1
        if start < end:
            rows.append(Removed(start, end, raw[start:end], rule))
    return tuple(rows)
