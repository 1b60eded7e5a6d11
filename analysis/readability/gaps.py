"""What stands between tokens in many articles, where it is more than one space."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.language import Documents

__all__ = ["Gaps", "read_gaps"]

_CODE = 21  # bits of a character's number
_SHORT = 3  # so many characters make an integer; by far the most gaps are as short
_LONGEST_KEPT, _MOST_KEPT = 64, 20_000
_STOP = re.compile(r"[.!?]")
_PARTS = re.compile(r"[_.!?']")
_Integers = NDArray[np.int64]
_Flags = NDArray[np.bool_]
Spans = tuple[tuple[int, int], ...]


class Shape(NamedTuple):
    """What a gap is to the stretches around it; as in `Gaps`, and the spans of what stands loose in it."""

    apart: bool
    head: int
    tail: int
    closes: bool
    opens: bool
    stops: bool
    loose: Spans


class Gaps(NamedTuple):
    """The gaps between the tokens of several articles, before the first and behind the last, but for single spaces.

    Attributes
    ----------
    texts
        All texts, a line break before and behind each.
    bases
        Where each article begins in them, shape (articles,).
    token
        The token behind each gap, counted through. The arrays from here on have shape (gaps,).
    begin
        Where the gap begins in `texts`.
    apart
        Whether there is white space in it.
    head, tail
        How many characters it adds to the stretch before it, and to the one behind it.
    closes, opens
        Whether those of the head, and of the tail, only stand around a word, which counts as it does without them.
    stops
        Whether there is a stop in the head.
    loose
        Of each stretch without a token, between head and tail of a gap, the token behind it and where it begins and
        ends in `texts`, shape (3, stretches).
    """

    texts: str
    bases: _Integers
    token: _Integers
    begin: _Integers
    apart: _Flags
    head: _Integers
    tail: _Integers
    closes: _Flags
    opens: _Flags
    stops: _Flags
    loose: _Integers


def read_gaps(documents: Documents) -> Gaps:
    """Find what stands between the tokens of `documents`."""
    texts = "\n".join(["", *(document.text for document in documents), ""])
    bases = np.cumsum([1, *(len(document.text) + 1 for document in documents)])[:-1]
    spaced = np.concatenate([[False], *(document.tokens.spaced for document in documents)])
    token = np.flatnonzero(~spaced)
    begin, end = np.zeros(len(token), dtype=np.int64), np.full(len(token), len(texts))
    before, behind = token[1:] - 1, token[:-1]
    begin[1:] = documents.ends[before] + bases[documents.article_of_token[before]]
    end[:-1] = documents.starts[behind] + bases[documents.article_of_token[behind]]
    of, shapes = _shapes(texts, begin, end)
    apart, head, tail, closes, opens, stops = np.array([shape[:6] for shape in shapes]).T.take(of, axis=1)
    loose = _loose(token, begin, [shape.loose for shape in shapes], of)
    return Gaps(texts, bases, token, begin, apart > 0, head, tail, closes > 0, opens > 0, stops > 0, loose)


def _loose(token: _Integers, begin: _Integers, spans: list[Spans], of: _Integers) -> _Integers:
    some = np.flatnonzero(np.array([len(found) for found in spans])[of])
    rows = zip(token[some].tolist(), begin[some].tolist(), of[some].tolist(), strict=True)
    found = [(behind, first + a, first + b) for behind, first, number in rows for a, b in spans[number]]
    return np.array(found, dtype=np.int64).reshape(-1, 3).T


def _shapes(texts: str, begin: _Integers, end: _Integers) -> tuple[_Integers, list[Shape]]:
    """Return for each gap the position of its shape, and the shapes."""
    sizes = end - begin
    codes = np.frombuffer(texts.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    keys = np.zeros(len(begin), dtype=np.int64)
    for place in range(_SHORT):
        code = codes.take(begin + place, mode="clip") + np.int64(1)  # 0 is no character
        keys = (keys << _CODE) + np.where(place < sizes, code, 0)
    long = np.flatnonzero(sizes > _SHORT)
    keys[long] = 0
    found = pa.array(keys).dictionary_encode()
    of = found.indices.to_numpy().astype(np.int64)
    examples = np.zeros(len(found.dictionary), dtype=np.int64)
    examples[of] = np.arange(len(of))
    gaps = [texts[a:b] for a, b in _spans(begin[examples], end[examples])]
    written = [texts[a:b] for a, b in _spans(begin[long], end[long])]
    numbers = {gap: len(gaps) + number for number, gap in enumerate(dict.fromkeys(written))}
    of[long] = [numbers[gap] for gap in written]
    gaps += numbers
    return of, [_kept_shape(gap) if len(gap) <= _LONGEST_KEPT else _shape(gap) for gap in gaps]


def _spans(begin: _Integers, end: _Integers) -> Iterable[tuple[int, int]]:
    return zip(begin.tolist(), end.tolist(), strict=True)


def _shape(gap: str) -> Shape:
    pieces = gap.split()
    if pieces == [gap]:
        return Shape(False, 0, 0, True, True, False, ())
    head = "" if gap[0].isspace() else pieces.pop(0)
    tail = "" if gap[-1].isspace() else pieces.pop()
    loose, end = [], len(head)
    for piece in pieces:
        begin = gap.index(piece, end)
        end = begin + len(piece)
        loose.append((begin, end))
    # Of letters only the underscore stands between tokens. What closes a word may be any other mark; what opens one
    # must be no stop, which would part it from its word, and no apostrophe, which stays before some letters.
    closes, opens = "_" not in head, _PARTS.search(tail) is None
    return Shape(True, len(head), len(tail), closes, opens, _STOP.search(head) is not None, tuple(loose))


_kept_shape = lru_cache(maxsize=_MOST_KEPT)(_shape)
