"""The stretches of articles that are somebody else's words: quoted content, and quotation marks that nobody owns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.columns import places
from analysis.language import Documents
from analysis.quotes import find_stretches

__all__ = ["Pieces", "read_pieces"]

# Fewer words in quotation marks with no source are a title or a scare quote, in the outlet's own voice.
_FEWEST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Pieces:
    """Stretches of quoted text of many articles, in text order.

    Characters are counted through all articles: those of article ``d`` begin at ``bases[d]``, and one is left free
    between two articles.

    Attributes
    ----------
    bases
        Shape (articles + 1,).
    starts, ends
        Half-open spans, shape (pieces,) each.
    reach
        The furthest end so far, shape (pieces,): where to stop looking left.
    quotes
        The row of each piece's quote; -1 where nobody is quoted, shape (pieces,).
    known
        Whether its speaker is known, shape (pieces,).
    """

    bases: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    reach: NDArray[np.int64]
    quotes: NDArray[np.int64]
    known: NDArray[np.bool_]

    def touching(
        self, starts: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return for spans the first piece that can share a character with each, and one past the last."""
        lows = np.searchsorted(self.reach, starts, side="right")
        highs = np.searchsorted(self.starts, np.maximum(starts, ends - 1), side="right")
        return lows, np.maximum(lows, highs)


def read_pieces(documents: Documents, quotes: pd.DataFrame, quote_spans: pd.DataFrame) -> Pieces:
    """Return the quoted content of `documents` and the stretches in quotation marks that share nothing with it."""
    bases = np.cumsum([0, *(len(document.text) + 1 for document in documents)])
    starts, ends, rows = _contents(documents, bases, quotes, quote_spans)
    more_starts, more_ends = _unowned(documents, bases, starts, ends)
    starts, ends = np.append(more_starts, starts), np.append(more_ends, ends)
    rows = np.append(np.full(len(more_starts), -1), rows)
    order = np.lexsort((rows, ends, starts))
    starts, ends, rows = starts[order], ends[order], rows[order]
    known = np.append((quotes["speaker"] != "").to_numpy(dtype=bool), False)[rows]  # the last for -1
    return Pieces(bases, starts, ends, np.maximum.accumulate(ends), rows, known)


def _contents(
    documents: Documents, bases: NDArray[np.int64], quotes: pd.DataFrame, quote_spans: pd.DataFrame
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return spans of the pieces of quoted content, and the rows of their quotes."""
    told = (quote_spans["part"] == "content").to_numpy(dtype=bool)
    rows = places(quote_spans["quote_id"][told], quotes["quote_id"])
    article = np.append(places(quotes["article_id"], documents.article_ids), -1)[rows]
    here = article >= 0
    base = bases[article[here]]
    spans = (quote_spans[name].to_numpy()[told][here] + base for name in ("start", "end"))
    return (*spans, rows[here])


def _unowned(
    documents: Documents, bases: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the stretches in quotation marks that share no character with quoted content and are no scare quotes."""
    by_article = [find_stretches(document.text)[0] for document in documents]
    flat = [value for stretches in by_article for stretch in stretches for value in stretch]
    stretches = np.array(flat, dtype=np.int64).reshape(-1, 4)
    article = np.repeat(np.arange(len(documents)), [len(stretches) for stretches in by_article])
    found = stretches[:, :2] + bases[article][:, None]
    order = np.argsort(starts)
    reach = np.append(-1, np.maximum.accumulate(ends[order]))
    free = reach[np.searchsorted(starts[order], found[:, 1])] <= found[:, 0]
    for k in np.flatnonzero(free & stretches[:, 2:].all(axis=1)).tolist():
        start, end = stretches[k, :2].tolist()
        free[k] = len(documents[article[k]].text[start:end].split()) >= _FEWEST_WORDS
    return found[free, 0], found[free, 1]
