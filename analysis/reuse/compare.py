"""Linked texts compared word by word: the passages that each has in common with earlier ones."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.reuse.anchors import Links
from analysis.reuse.passages import common
from analysis.reuse.reader import Reader
from analysis.reuse.words import I64

__all__ = ["blocks", "compare"]

_BATCH = 24_000  # words looked up together: they stay in the processor's cache
_AHEAD = 256  # pairs whose words are read together
_STRETCH = 512  # characters of a text by which its passages are looked up
_COLUMNS = ["later", "earlier", "start", "end", "other_start", "other_end", "words", "other_words", "size", "others"]


def blocks(links: Links, lengths: NDArray[np.integer], most: int) -> Iterator[Links]:
    """Part links into those of runs of later texts that have about `most` characters together, one text at least.

    Parameters
    ----------
    links
        Sorted by the later text.
    lengths
        Characters of each text by its number.
    most
        Characters a block.
    """
    later, first = np.unique(links.later, return_index=True)
    if not len(later):
        return
    total = np.cumsum(lengths[later], dtype=np.int64)
    heads = first[np.flatnonzero(np.diff(total // most, prepend=-1))]
    for head, tail in pairwise([*heads.tolist(), len(links.later)]):
        yield Links(links.later[head:tail], links.earlier[head:tail])


def compare(links: Links, reader: Reader, *, shortest: int) -> pd.DataFrame:
    """Return the passages of texts in common with those that they are linked to.

    Parameters
    ----------
    links
        All links of the texts compared; the numbers follow the age of the texts.
    reader
        Their words by number.
    shortest
        Words in common that make a passage.

    Returns
    -------
    DataFrame
        Columns `later` and `earlier` (numbers), `start`, `end`, `other_start`, `other_end` (characters), `share`,
        `other_share`; sorted by `later`, `earlier`, `start`.
    """
    reader.hold(np.unique(links.later).tolist())
    parts = [np.zeros((0, len(_COLUMNS)), dtype=np.int64)]
    for pairs in _batches(links, reader):
        numbers = dict.fromkeys(number for pair in pairs for number in pair)
        texts = {number: place for place, number in enumerate(numbers)}
        words = reader.words(list(texts))
        places = [(texts[earlier], texts[later]) for earlier, later in pairs]
        found = common(words, places, shortest=shortest)
        if len(found.pair):
            sizes = np.diff(words.bounds)
            origin, text = np.array(places)[found.pair].T
            first, other = words.bounds[text], words.bounds[origin]
            earlier, later = np.array(pairs)[found.pair].T
            columns = [
                later,
                earlier,
                words.starts[first + found.start],
                words.ends[first + found.end - 1],
                words.starts[other + found.other_start],
                words.ends[other + found.other_end - 1],
                found.words,
                found.other_words,
                sizes[text],
                sizes[origin],
            ]
            parts.append(np.column_stack(columns))
    table = pd.DataFrame(np.concatenate(parts), columns=_COLUMNS)
    table = table.sort_values(_COLUMNS[:3], kind="stable", ignore_index=True)
    table = table[_explains(table)].reset_index(drop=True)
    for share, count, size in (("share", "words", "size"), ("other_share", "other_words", "others")):
        total = table.groupby(["later", "earlier"])[count].transform("sum").to_numpy()
        table[share] = np.minimum(1.0, total / np.maximum(1, table[size].to_numpy()))
    return table.drop(columns=_COLUMNS[6:])


def _batches(links: Links, reader: Reader) -> Iterator[list[tuple[int, int]]]:
    """Yield pairs of an earlier and a later text, sorted, some at a time; their words are read by then."""
    order = np.lexsort((links.later, links.earlier))
    pairs = list(zip(links.earlier[order].tolist(), links.later[order].tolist(), strict=True))
    for start in range(0, len(pairs), _AHEAD):
        some = pairs[start : start + _AHEAD]
        reader.keep(list(dict.fromkeys(earlier for earlier, _ in some)))
        batch: list[tuple[int, int]] = []
        size, last = 0, -1
        for earlier, later in some:
            size += reader.size(later) + (reader.size(earlier) if earlier != last else 0)
            if batch and size > _BATCH:
                yield batch
                batch, size = [], reader.size(later) + reader.size(earlier)
            batch.append((earlier, later))
            last = earlier
        yield batch


def _explains(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which passages add something that no better link of the same text already explains.

    Links are taken from the one with the most words in common on; a passage stays if at least half of its characters
    stand in no passage of a link before it.
    """
    kept = np.ones(len(table), dtype=bool)
    links = table.groupby("later")["earlier"].transform("nunique").to_numpy() if len(table) else kept
    several = np.flatnonzero(links > 1)
    if not len(several):
        return kept
    part = table.iloc[several]
    total = part.groupby(["later", "earlier"])["words"].transform("sum").to_numpy()
    order = np.lexsort((part["start"], part["earlier"], -total, part["later"]))
    columns: list[I64] = [part[name].to_numpy()[order] for name in ("later", "earlier", "start", "end")]
    text, taken = -1, dict[int, list[tuple[int, int, int]]]()  # by the stretches of the text that they reach into
    for index, later, earlier, start, end in zip(
        several[order].tolist(), *(column.tolist() for column in columns), strict=True
    ):
        if later != text:
            text, taken = later, {}
        stretches = range(start // _STRETCH, (end - 1) // _STRETCH + 1)
        near = {passage for stretch in stretches for passage in taken.get(stretch, ())}
        covered, reached = 0, start
        for first, last, to in sorted(near):
            if to != earlier and last > reached:
                covered += max(0, min(end, last) - max(reached, first))
                reached = max(reached, last)
        if 2 * covered <= end - start:
            for stretch in stretches:
                taken.setdefault(stretch, []).append((start, end, earlier))
        else:
            kept[index] = False
    return kept
