"""The stretches between white space that are not one token with marks around it: few, and measured as written."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.language import Documents
from analysis.readability.gaps import Gaps

__all__ = ["Odd", "find_odd"]

_Integers = NDArray[np.int64]


class Odd(NamedTuple):
    """Stretches of several tokens (``well-known``), of none (a dash), or whose marks count (``'tis``), in order.

    Attributes
    ----------
    tokens
        Whether a token stands in one of them, shape (tokens,).
    after
        How many tokens stand before each stretch, shape (stretches,).
    sentence
        The sentence each stands in, shape (stretches,).
    begin
        Where each begins in the texts of the gaps, shape (stretches,).
    texts
        The stretches.
    """

    tokens: NDArray[np.bool_]
    after: _Integers
    sentence: _Integers
    begin: _Integers
    texts: list[str]


def find_odd(documents: Documents, gaps: Gaps) -> Odd:
    """Return the odd stretches of `documents`, given what stands between their tokens."""
    tokens, first, last = _runs(gaps, len(documents.ids))
    head, tail = np.zeros((2, len(tokens) + 1), dtype=np.int64)
    head[gaps.token], tail[gaps.token] = gaps.head, gaps.tail
    shift = gaps.bases[documents.article_of_token[first]]
    runs = first, documents.starts[first] + shift - tail[first], documents.ends[last] + shift + head[last + 1]
    after, begin, end = np.concatenate([runs, gaps.loose], axis=1)
    order = np.argsort(begin, kind="stable")
    after, begin, end = after[order], begin[order], end[order]
    starts = documents.sentences[:, 0] + gaps.bases[documents.article_of_sentence]
    sentence = np.searchsorted(starts, begin, side="right") - 1
    texts = [gaps.texts[a:b] for a, b in zip(begin.tolist(), end.tolist(), strict=True)]
    return Odd(tokens, after, sentence, begin, texts)


def _runs(gaps: Gaps, size: int) -> tuple[NDArray[np.bool_], NDArray[np.intp], NDArray[np.intp]]:
    """Return which of all tokens stand in odd stretches, and the first and the last token of each of these."""
    within = np.zeros(size + 1, dtype=bool)  # the last one for the gap behind all tokens
    joins = ~gaps.apart
    within[gaps.token[joins | ~gaps.opens]] = True
    within[gaps.token[joins | ~gaps.closes] - 1] = True
    goes_on = np.zeros(size + 1, dtype=bool)
    goes_on[gaps.token[joins]] = True
    tokens = np.flatnonzero(within)
    return within[:-1], tokens[~goes_on[tokens]], tokens[~goes_on[tokens + 1]]
