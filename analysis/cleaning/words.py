"""How many words several texts have, counted together: no word is ever made a string."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.language.tokens import alphanumeric, first_of_pairs

__all__ = ["count_words"]

_APART = "\n"  # parts two texts; no letter, and no apostrophe
_APOSTROPHES = (ord("'"), ord("’"))
_TOGETHER = 64  # texts counted in one go: their characters stay near the processor


def count_words(texts: Sequence[str]) -> list[int]:
    """Return the number of words in each text: of the matches of `analysis.language.TOKEN`.

    Examples
    --------
    >>> count_words(["Japan’s plan", "", "1,000 U.S. jobs"])
    [2, 0, 5]
    """
    found: list[int] = []
    for first in range(0, len(texts), _TOGETHER):
        found += _count(texts[first : first + _TOGETHER])
    return found


def _count(texts: Sequence[str]) -> list[int]:
    sizes = np.array([len(text) + 1 for text in texts], dtype=np.int64)
    codes = np.frombuffer((_APART.join(texts) + _APART).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    inside = alphanumeric(codes)
    starts = np.flatnonzero(inside[1:] & ~inside[:-1]) + 1
    if inside[0]:
        starts = np.append(0, starts)
    ends = np.cumsum(sizes)
    counts = np.diff(np.searchsorted(starts, ends), prepend=0)
    # A letter or digit, one apostrophe, another letter or digit: the runs on both sides are one word.
    joins = np.flatnonzero((codes == _APOSTROPHES[0]) | (codes == _APOSTROPHES[1]))
    joins = joins[(joins > 0) & inside[joins - 1]]
    joins = joins[inside[joins + 1]]
    run = np.searchsorted(starts, joins)
    if (np.diff(run) == 1).any():  # of "a'b'c" the first two runs make a word, the third another
        joins = joins[np.isin(run, first_of_pairs(run.tolist()))]
    counts -= np.diff(np.searchsorted(joins, ends), prepend=0)
    found: list[int] = counts.tolist()
    return found
