"""What a run of articles adds to the counts of repeated lines, worked out apart from these counts."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Tally", "line_hash", "line_key", "line_keys", "tally"]

_LONGEST = 200
_UNKNOWN = frozenset({"", "unknown"})
_ANCHORS = 4  # longest lines by which a copy is known again
_ASCII = bytes(range(128))
_BREAKS = "\r\x0b\x0c\x85\u2028\u2029"
_ASCII_SPACES = "\t\x1c\x1d\x1e\x1f"
_MOST_CHANGED = 12  # letters beyond ASCII replaced one by one; with more of them the whole text is folded at once


class Tally(NamedTuple):
    """What articles add to the counts, in their order; those of unknown outlets are left out.

    Attributes
    ----------
    outlets
        The distinct outlets.
    outlet_of
        For each article the number of its outlet, shape (articles,).
    keys, hashes
        The distinct short lines, as `line_key` makes them, and their hashes, shape (keys,).
    lines, line_ends
        The numbers of the keys of each article, one article behind the other, shape (lines,), and where each
        article's end, shape (articles,).
    anchors, lengths, anchor_ends
        The hashes of the longest lines of each article, their characters, shape (anchors,), and where each article's
        end, shape (articles,).
    """

    outlets: tuple[str, ...]
    outlet_of: NDArray[np.int32]
    keys: tuple[str, ...]
    hashes: NDArray[np.uint64]
    lines: NDArray[np.int32]
    line_ends: NDArray[np.int64]
    anchors: NDArray[np.uint64]
    lengths: NDArray[np.int32]
    anchor_ends: NDArray[np.int64]


def line_key(line: str) -> str:
    """Return what two lines must have in common to count as the same: their words, whatever their case and spacing.

    Examples
    --------
    >>> line_key("  Read  MORE here ")
    'read more here'
    """
    return " ".join(line.split()).casefold()


def line_hash(key: str) -> int:
    """Return a 64-bit hash of a line's key, the same on every machine."""
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def line_keys(text: str) -> list[str]:
    r"""Return the distinct keys of the lines of `text` that are not blank, in order: what `line_key` gives for each.

    All lines are folded together, which is many times faster than one by one.

    Examples
    --------
    >>> line_keys("Read  MORE here\n\n In Paris\r\nread more here")
    ['read more here', 'in paris']
    """
    plain = _plain(text)
    lines = plain.split("\n")
    if "  " in plain or " \n" in plain or "\n " in plain or plain[:1] == " " or plain[-1:] == " ":
        lines = [" ".join(line.split()) for line in lines]
    keys = dict.fromkeys(lines)
    keys.pop("", None)
    return list(keys)


def _plain(text: str) -> str:
    r"""Return a text without case, with ``\n`` for every break of a line, and a space for any other white space."""
    others = ""
    if text.isascii():
        plain = text.lower()
    else:
        encoded = text.encode("utf-8", "surrogatepass")
        others = "".join(set(encoded.translate(None, _ASCII).decode("utf-8", "surrogatepass")))
        changed = [char for char in others if char.casefold() != char]  # replaced in any order: folding is done once
        if len(changed) > _MOST_CHANGED:
            plain = text.casefold()
        else:
            plain = encoded.lower().decode("utf-8", "surrogatepass")
            for char in changed:
                plain = plain.replace(char, char.casefold())
    for char in _BREAKS:
        if char in plain:
            plain = plain.replace(char, "\n")
    for char in _ASCII_SPACES + "".join(char for char in others if char.isspace() and char not in _BREAKS):
        if char in plain:
            plain = plain.replace(char, " ")
    return plain


def tally(articles: Iterable[tuple[str, str]]) -> Tally:
    r"""Return what articles, given as outlet and raw text, add to the counts of repeated lines.

    Examples
    --------
    >>> found = tally([("Daily", "Our man in Havana\nIt rained."), ("unknown", "A line")])
    >>> found.outlets, found.keys, found.lines.tolist(), found.lengths.tolist()
    (('Daily',), ('our man in havana', 'it rained.'), [0, 1], [17, 10])
    """
    outlets: dict[str, int] = {}
    numbers: dict[str, int] = {}
    outlet_of: list[int] = []
    lines: list[int] = []
    line_ends: list[int] = []
    anchors: list[int] = []
    lengths: list[int] = []
    anchor_ends: list[int] = []
    for outlet, raw in articles:
        if outlet in _UNKNOWN:
            continue
        outlet_of.append(outlets.setdefault(outlet, len(outlets)))
        keys = line_keys(raw)
        longest = {line_hash(key): len(key) for key in sorted(keys, key=len, reverse=True)[:_ANCHORS]}
        anchors += longest.keys()
        lengths += longest.values()
        anchor_ends.append(len(anchors))
        lines += [numbers.setdefault(key, len(numbers)) for key in keys if len(key) <= _LONGEST]
        line_ends.append(len(lines))
    return Tally(
        tuple(outlets),
        np.array(outlet_of, dtype=np.int32),
        tuple(numbers),
        np.array([line_hash(key) for key in numbers], dtype=np.uint64),
        np.array(lines, dtype=np.int32),
        np.array(line_ends, dtype=np.int64),
        np.array(anchors, dtype=np.uint64),
        np.array(lengths, dtype=np.int32),
        np.array(anchor_ends, dtype=np.int64),
    )
