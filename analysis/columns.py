"""Columns of texts as codes: sorted, compared and written out again without a Python object a row.

A column of few distinct texts is those texts and, for each row, the position of its text among them. Written out, a
long stretch of rows with one and the same text is one block of rows many times over, so that it takes no memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = [
    "Coded",
    "as_texts",
    "coded",
    "increases",
    "joined",
    "of_distinct",
    "order_of",
    "places",
    "repeated",
    "rows_of",
    "strings",
]

_BLOCK = 4096  # rows; a multiple of the 1,024 that Parquet files are written by, so that they come out the same
_SHORT = 64  # bytes of a text on average, and of what says where it ends: short texts recur
_LARGEST = 2**62  # of the numbers that keys are packed into

_Integers = NDArray[np.int64]
Order = NDArray[np.intp] | None
"""Positions of the rows in their order; None where they stand in it."""


class Coded(NamedTuple):
    """A text column of few distinct texts: these, and for each row the position of its text among them."""

    texts: Any  # a sequence of texts; in this module an Arrow array of distinct ones
    codes: Any


def strings(texts: Any) -> Any:
    """Return an Arrow array of texts as one of pandas."""
    return pd.StringDtype(na_value=np.nan).__from_arrow__(texts)  # type: ignore[attr-defined]


def as_texts(values: Any) -> Any:
    """Return a list, an array or a column of texts as an Arrow array in one piece."""
    if isinstance(values, list):
        try:
            return pa.array(values, pa.large_string())
        except (pa.ArrowInvalid, TypeError):
            pass  # what is no text is for pandas to read
    found = pa.array(pd.Series(values, dtype="str").array)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def places(values: Any, among: Any) -> NDArray[np.int64]:
    """Return for each of the texts `values` its position in `among`, -1 for one that is not there.

    Examples
    --------
    >>> places(["b", "x", "a"], ("a", "b")).tolist()
    [1, -1, 0]
    """
    known = among if isinstance(among, pa.Array) else pa.array(list(among), pa.large_string())
    found = pc.index_in(as_texts(values), value_set=known).fill_null(-1)
    return np.asarray(found).astype(np.int64)


def repeated(text: str, length: int) -> Coded:
    """Return a column that holds one text."""
    return Coded(pa.array([text], pa.large_string()), np.broadcast_to(np.uint8(0), length))


def coded(values: Any) -> Coded:
    """Return texts (of pandas or Arrow) as the distinct ones, in the order of their first rows, and codes.

    Pieces that are the same memory are read once.
    """
    if isinstance(values, pd.Series):
        values = pa.array(values.array)
    pieces = [piece for piece in (values.chunks if isinstance(values, pa.ChunkedArray) else [values]) if len(piece)]
    distinct: dict[tuple[Any, ...], Any] = {}
    keys = [(*(b.address for b in piece.buffers() if b), piece.offset, len(piece)) for piece in pieces]
    for key, piece in zip(keys, pieces, strict=True):
        distinct.setdefault(key, piece)
    found = pa.chunked_array(list(distinct.values()), pa.large_string()).dictionary_encode()
    if not found.num_chunks:
        return Coded(pa.array([], pa.large_string()), np.zeros(0, dtype=np.uint8))
    texts = found.chunk(found.num_chunks - 1).dictionary  # the pieces are read with one, which grows
    kind = np.min_scalar_type(len(texts))
    codes = {key: chunk.indices.to_numpy().astype(kind) for key, chunk in zip(distinct, found.chunks, strict=True)}
    return Coded(texts, np.concatenate([codes[key] for key in keys]))


def of_distinct(column: Coded) -> Coded:
    """Return a column with its texts as an Arrow array in which none stands twice."""
    texts = column.texts if isinstance(column.texts, pa.Array) else pa.array(list(column.texts), pa.large_string())
    codes = np.asarray(column.codes)
    found = texts.dictionary_encode()
    if len(found.dictionary) == len(texts):
        return Coded(texts, codes)
    return Coded(found.dictionary, found.indices.to_numpy()[codes])


def joined(parts: Sequence[Any]) -> Any:
    """Return the texts of several arrays as one Arrow array, or, where they are short and in many pieces, as codes."""
    arrays = [pa.array(part) for part in parts]
    pieces = [piece for a in arrays for piece in (a.chunks if isinstance(a, pa.ChunkedArray) else [a])]
    if len(pieces) == 1:
        return pieces[0]
    if sum(piece.nbytes for piece in pieces) <= _SHORT * sum(map(len, pieces)):
        return coded(pa.chunked_array(pieces, pa.large_string()))
    return pa.concat_arrays(pieces)


def increases(texts: Any) -> bool:
    """Tell whether each text (of an Arrow array in one piece) comes after the one before it."""
    return len(texts) < 2 or bool(pc.all(pc.less(texts[:-1], texts[1:])).as_py())


def rows_of(column: Any, order: Order) -> Any:
    """Return the rows of a column in `order`, as an array of pandas: of `Coded`, or of an Arrow array of all texts."""
    if not isinstance(column, Coded):
        return strings(column if order is None else column.take(pa.array(order)))
    texts, codes = column
    length = len(codes)
    if length < 2 * _BLOCK:
        return strings(texts.take(pa.array(codes if order is None else codes[order])))
    if not any(codes.strides):  # as `repeated` makes it
        return strings(pa.chunked_array(_same(texts, int(codes[0]), length)))
    if order is not None:
        codes = codes[order]
    blocks = codes[: length // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    first = blocks[:, 0]
    uniform = (first == blocks.min(axis=1)) & (first == blocks.max(axis=1))
    kind = np.append(np.where(uniform, first.astype(np.int64), -1), -1)  # behind them what is left over
    begins = np.flatnonzero(np.append(True, np.diff(kind) != 0)).tolist()
    pieces = []
    for begin, end in zip(begins, [*begins[1:], len(kind)], strict=True):
        start, stop = begin * _BLOCK, min(end * _BLOCK, length)
        if kind[begin] < 0:
            pieces.append(texts.take(pa.array(codes[start:stop])))
        else:
            pieces.extend(_same(texts, int(kind[begin]), stop - start))
    return strings(pa.chunked_array(pieces, pa.large_string()))


def _same(texts: Any, code: int, length: int) -> list[Any]:
    """Return a text `length` times, in pieces that are the same memory."""
    block = pa.repeat(texts[code], min(length, _BLOCK))
    full, rest = divmod(length, _BLOCK)
    return [block] * full + ([block[:rest]] if rest else [])


def order_of(keys: Sequence[Coded | _Integers]) -> tuple[Order, int]:
    """Return the order of the rows by `keys`, texts or integers, and a row whose key another has, or -1."""
    packed: Any = None
    size = 1
    for key in keys:
        ranks, codes, distinct = _ranks(key)
        if distinct == 1:
            continue
        if size > _LARGEST // distinct:
            seen, packed = np.unique(packed, return_inverse=True)
            size = len(seen)
        if packed is None:
            packed = codes.astype(np.int64) if ranks is None else ranks.astype(np.int64)[codes]
        else:
            packed *= distinct
            packed += codes if ranks is None else ranks[codes]
        size *= distinct
    if packed is None:
        packed = np.zeros(_length(keys[0]), dtype=np.int64)
    if (packed[1:] > packed[:-1]).all():
        return None, -1
    order = np.argsort(packed, kind="stable")
    packed = packed[order]
    same = packed[1:] == packed[:-1]
    return order, int(order[int(same.argmax()) + 1]) if same.any() else -1


def _length(key: Coded | _Integers) -> int:
    return len(key.codes) if isinstance(key, Coded) else len(key)


def _ranks(key: Coded | _Integers) -> tuple[Any, Any, int]:
    """Return the rank of each code (None: codes are ranks), the codes, and one more than the largest rank.

    Ranks are ordered as the values are, from 0.
    """
    if not isinstance(key, Coded):
        if not len(key):
            return None, key, 1
        low, high = int(key.min()), int(key.max())
        if high - low < 2**31:
            return None, key - low, high - low + 1
        seen, codes = np.unique(key, return_inverse=True)
        return None, codes, len(seen)
    distinct = max(1, len(key.texts))
    ranks = pc.rank(key.texts).to_numpy() - 1 if distinct > 1 else np.zeros(1)
    return ranks.astype(np.min_scalar_type(distinct)), key.codes, distinct
