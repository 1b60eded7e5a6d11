"""Several texts as one row of words and gaps: the tokens of all of them in one pass.

The texts are joined and encoded; a table tells of each byte whether it belongs to a letter or a digit, and where that
changes a word begins or ends. Words and gaps are then numbered together, so that what a word or a gap means needs to be
found out once for each distinct one. The tokens are those of `tokenize`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.language.tokens import Vocabulary, alphanumeric, first_of_pairs

__all__ = ["Runs", "read_runs"]

_BREAK = b"\n"  # parts two texts; no letter, and no apostrophe
_WORD_BYTES = bytes(code < 0x80 and chr(code).isalnum() for code in range(256))
_TOGETHER = 64  # texts: arrays of all their characters stay in the processor's cache
_HEAD = 0xC0  # from here on a byte begins a character of several bytes
_STRAIGHT, _CURLY = ord("'"), tuple("’".encode())


class Runs(NamedTuple):
    """The tokens of several texts, counted through, and what stands between them.

    Attributes
    ----------
    ids, starts, ends, spaced
        As in `Tokens`; positions are those in each token's own text. Shape (tokens,).
    offsets
        Where each text's tokens begin, and behind them the number of all, shape (texts + 1,).
    gaps
        For each token the number of the gap that parts it from the next one, or -1 for the last of a text, shape
        (tokens,).
    gap_texts
        What these numbers stand for, encoded.
    """

    ids: NDArray[np.int32]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    spaced: NDArray[np.bool_]
    offsets: NDArray[np.int64]
    gaps: NDArray[np.int64]
    gap_texts: list[bytes]


def read_runs(texts: Sequence[str], vocabulary: Vocabulary) -> Runs:
    """Split `texts` into tokens and intern them in `vocabulary`.

    Examples
    --------
    >>> runs = read_runs(["One, two", "Three."], Vocabulary())
    >>> runs.starts.tolist(), runs.offsets.tolist(), [runs.gap_texts[gap] for gap in runs.gaps if gap >= 0]
    ([0, 5, 0], [0, 2, 3], [b', '])
    """
    pieces = [_read_piece(texts[at : at + _TOGETHER]) for at in range(0, len(texts), _TOGETHER)]
    if not pieces:
        pieces = [_read_piece([])]
    begins = np.cumsum([0, *(len(piece.joined) for piece in pieces)])
    edges = np.concatenate([piece.edges + begin for piece, begin in zip(pieces, begins.tolist(), strict=False)])
    offsets = np.cumsum(np.concatenate([[0], *(piece.counts for piece in pieces)]), dtype=np.int64)
    lasts = offsets[1:][np.diff(offsets) > 0] - 1
    ids, gaps, gap_texts = _numbered(b"".join(piece.joined for piece in pieces), edges, lasts, vocabulary)
    spaced = gaps == (gap_texts.index(b" ") if b" " in gap_texts else len(gap_texts))
    starts, ends = (np.concatenate([getattr(piece, name) for piece in pieces]) for name in ("starts", "ends"))
    return Runs(ids, starts, ends, spaced, offsets, gaps, gap_texts)


class _Piece(NamedTuple):
    """Some of the texts: encoded, where words begin and end there, and in their texts; how many words each has."""

    joined: bytes
    edges: NDArray[np.int64]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    counts: NDArray[np.int64]


def _read_piece(texts: Sequence[str]) -> _Piece:
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    joined = _BREAK.join([b"", *encoded, b""])
    data = np.frombuffer(joined, dtype=np.uint8)
    sizes = np.array([len(part) for part in encoded], dtype=np.int64)
    begins = np.cumsum(sizes + 1) - sizes  # behind the break before it
    wide = [text for text, part in zip(texts, encoded, strict=True) if len(text) != len(part)]
    edges = _edges(joined, data, "".join(wide))
    starts, ends = edges[::2], edges[1::2]
    counts = np.diff(np.append(np.searchsorted(starts, begins), len(starts)))
    if wide:
        # Of a character of several bytes all but the first count for nothing.
        trailing = np.cumsum((data & 0xC0) == 0x80, dtype=np.int32)
        starts, ends, begins = (places - trailing[places - 1] for places in (starts, ends, begins))
    shift = np.repeat(begins, counts)
    return _Piece(joined, edges, (starts - shift).astype(np.int32), (ends - shift).astype(np.int32), counts)


def _edges(joined: bytes, data: NDArray[np.uint8], wide: str) -> NDArray[np.int64]:
    """Return where each word begins and ends, one after the other, in bytes."""
    inside = np.frombuffer(bytearray(joined.translate(_WORD_BYTES)), dtype=bool)
    if wide:
        codes = np.frombuffer(wide.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        letters = alphanumeric(codes[codes >= 0x80])
        heads = np.flatnonzero(data >= _HEAD)[letters]
        for place, least in enumerate((_HEAD, _HEAD, 0xE0, 0xF0)):
            inside[heads[data[heads] >= least] + place] = True
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    joins = _apostrophes(data, edges)
    if not len(joins):
        return edges
    kept = np.ones(len(edges), dtype=bool)
    kept[2 * joins + 1] = kept[2 * joins + 2] = False
    return edges[kept]


def _apostrophes(data: NDArray[np.uint8], edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which runs of letters and digits an apostrophe, and nothing else, joins to the next one."""
    starts, ends = edges[2::2], edges[1:-1:2]
    first = data[ends]
    joins = np.flatnonzero((first == _STRAIGHT) | (first == _CURLY[0]))
    at, width = ends[joins], starts[joins] - ends[joins]
    straight = (width == 1) & (data[at] == _STRAIGHT)
    curly = (width == 3) & (data[at] == _CURLY[0]) & (data[at + 1] == _CURLY[1]) & (data[at + 2] == _CURLY[2])
    joins = joins[straight | curly]
    # Of "a'b'c" the first two runs make a token, the third another.
    return np.array(first_of_pairs(joins.tolist())) if (np.diff(joins) == 1).any() else joins


def _numbered(
    joined: bytes, edges: NDArray[np.int64], lasts: NDArray[np.int64], vocabulary: Vocabulary
) -> tuple[NDArray[np.int32], NDArray[np.int64], list[bytes]]:
    """Return the integers of the words, the numbers of the gaps behind them (-1 behind `lasts`), and the gaps."""
    if not len(edges):
        return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64), []
    buffers = [None, pa.py_buffer(edges), pa.py_buffer(joined)]
    found = pa.Array.from_buffers(pa.large_binary(), len(edges) - 1, buffers).dictionary_encode()
    distinct = found.dictionary.to_numpy(zero_copy_only=False)  # in the order in which they are first seen
    codes = found.indices.to_numpy()
    word = np.zeros(len(distinct), dtype=bool)
    word[codes[::2]] = True
    numbers = np.zeros(len(distinct), dtype=np.int32)
    numbers[word] = vocabulary.ids_of_distinct(b" ".join(distinct[word].tolist()).decode().split(" "))
    behind = np.append(codes[1::2], codes[0])
    behind[lasts] = codes[0]  # what parts two texts is no gap
    gap = np.zeros(len(distinct), dtype=bool)
    gap[behind] = True
    gap &= ~word
    places = np.where(gap, np.cumsum(gap) - 1, -1)
    return numbers[codes[::2]], places[behind], distinct[gap].tolist()
