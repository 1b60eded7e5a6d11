"""The words of many texts as hashes with offsets, without a Python object a word.

All texts of a chunk are laid end to end as code points. A word is a run of letters and digits, folded to lower case; a
character of a script written without spaces is a word by itself. Its hash is a polynomial over the ring of integers
modulo 2**64 (Karp & Rabin 1987), read off a running sum, so that the work is a fixed number of passes over an array.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["CHUNK", "I64", "U64", "Words", "read_words", "runs", "slices"]

CHUNK = 1 << 18  # characters a chunk: its arrays stay in the processor's cache

_BASE = 0x9E3779B97F4A7C15  # odd, hence invertible modulo 2**64
_MASK = (1 << 64) - 1
_TABLE = 0x3000  # code points below it are looked up; those above are ideographs and the like, each a word
_GAP = 8  # separators between two texts

U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of several texts.

    Attributes
    ----------
    hashes
        A hash for each word, shape (n,).
    starts, ends
        Half-open character positions, each in its own text, shape (n,).
    bounds
        For each text the index of its first word, and behind them n, shape (texts + 1,).
    """

    hashes: U64
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    bounds: I64


@lru_cache(maxsize=1)
def _letters() -> U64:
    """For each code point of the table a random number that stands for its folded form; 0 for no letter or digit."""
    draw = np.random.default_rng(20250103).integers(1, _MASK, size=_TABLE, dtype=np.uint64)
    table = np.zeros(_TABLE, dtype=np.uint64)
    for code in range(_TABLE):
        char = chr(code)
        if char.isalnum():
            folded = ord(char.lower()[0])
            table[code] = draw[folded] if folded < _TABLE else draw[code]
    return table


@lru_cache(maxsize=4)
def _powers(length: int) -> tuple[U64, U64]:
    base, inverse = np.uint64(_BASE), np.uint64(pow(_BASE, -1, 1 << 64))
    up = np.full(length, base, dtype=np.uint64)
    down = np.full(length, inverse, dtype=np.uint64)
    up[0] = down[0] = 1
    return np.multiply.accumulate(up), np.multiply.accumulate(down)


def _mix(values: U64) -> U64:
    values = values ^ (values >> np.uint64(32))
    values *= np.uint64(0xD6E8FEB86659FD93)
    values ^= values >> np.uint64(29)
    return values


def read_words(texts: Sequence[str]) -> Words:
    """Return the words of `texts`.

    Examples
    --------
    >>> words = read_words(["A deal. The deal", "THE DEAL"])
    >>> words.bounds.tolist(), words.starts.tolist(), words.hashes[1] == words.hashes[5]
    ([0, 4, 6], [0, 2, 8, 12, 0, 4], np.True_)
    """
    joined = (" " * _GAP).join(texts) + " "
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    table = _letters()
    wide = None
    if int(codes.max()) >= _TABLE:
        wide = codes >= _TABLE
        values = table[np.where(wide, 32, codes)]
        values[wide] = _mix(codes[wide].astype(np.uint64) + np.uint64(1))
        # Dashes, quotation marks and blanks above the table are none of them words.
        marks = (codes < 0x3040) | ((codes >= 0xFF00) & (codes <= 0xFF0F)) | (codes == 0xFEFF) | (codes == 0xFFFD)
        values[wide & marks] = 0
        wide &= ~marks
    else:
        values = table[codes]
    inside = values != 0
    before = np.empty_like(inside)
    before[0] = False
    before[1:] = inside[:-1]
    if wide is None:
        edges = np.flatnonzero(inside != before)
        first, last = edges[0::2], edges[1::2]
    else:
        wide_before = np.empty_like(wide)
        wide_before[0] = False
        wide_before[1:] = wide[:-1]
        cut = wide | wide_before
        first = np.flatnonzero(inside & (~before | cut))
        last = np.flatnonzero(before & (~inside | cut))
    # Powers for a length rounded up, so that few tables are made.
    size = 1 << max(10, (len(codes) - 1).bit_length())
    up, down = _powers(size) if size <= 4 * CHUNK else _powers.__wrapped__(size)
    values *= up[: len(codes)]
    sums = np.empty(len(codes) + 1, dtype=np.uint64)
    sums[0] = 0
    np.cumsum(values, out=sums[1:])
    hashes = _mix((sums[last] - sums[first]) * down[first])
    lengths = np.fromiter((len(text) for text in texts), dtype=np.int64, count=len(texts))
    origins = np.concatenate([[0], np.cumsum(lengths + _GAP)])
    bounds = np.searchsorted(first, origins)
    bounds[-1] = len(first)
    shift = np.repeat(origins[:-1], np.diff(bounds))
    return Words(hashes, (first - shift).astype(np.int32), (last - shift).astype(np.int32), bounds.astype(np.int64))


def runs(hashes: U64, length: int) -> U64:
    """Hash each run of `length` words; shape (n - length + 1,), empty where there are fewer words."""
    count = len(hashes) - length + 1
    if count <= 0:
        return np.zeros(0, dtype=np.uint64)
    total = hashes[:count].copy()
    factor = _BASE
    for step in range(1, length):
        total += hashes[step : step + count] * np.uint64(factor)
        factor = factor * _BASE & _MASK
    return _mix(total)


def slices(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Part texts of these lengths into runs of about `CHUNK` characters; yield the first and one past the last."""
    first = size = 0
    for last, length in enumerate(lengths, 1):
        size += length
        if size >= CHUNK or last == len(lengths):
            yield first, last
            first, size = last, 0
