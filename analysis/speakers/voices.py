"""Whose voice a stretch of text is in: the outlet's, a speaker's, or nobody's that can be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from analysis.language import Document, Documents
from analysis.schema import Coded
from analysis.speakers.letters import count_letters, pairs
from analysis.speakers.pieces import Pieces, read_pieces

__all__ = ["AllVoices", "Voices", "voice_shares", "voices_at", "voices_of"]

_VOICES = ("outlet", "quoted", "unresolved")
_OUTLET, _QUOTED, _UNRESOLVED = range(3)


class Voices:
    """The voices of one article of several.

    Parameters
    ----------
    whole
        The voices of all.
    article
        The position of this article.
    """

    __slots__ = ("_article", "_whole")

    def __init__(self, whole: AllVoices, article: int) -> None:
        self._whole, self._article = whole, np.array([article])

    def at(self, start: int, end: int) -> tuple[str, str]:
        """Return the voice of characters [`start`, `end`) and the id of the quote they stand in (empty for none)."""
        voice, quote_id = self._whole.at(self._article, np.array([start]), np.array([end]))
        return voice.texts[voice.codes[0]], quote_id.texts[quote_id.codes[0]]


class AllVoices(Mapping[str, Voices]):
    """The voices of many articles, by article id.

    Parameters
    ----------
    documents
        The articles.
    pieces
        Their stretches of quoted text.
    quote_ids
        The ids of the quotes that `pieces` counts.
    """

    def __init__(self, documents: Documents, pieces: Pieces, quote_ids: pa.Array) -> None:
        self._documents = documents
        self._pieces = pieces
        self._quote_ids = quote_ids
        self._places = {article_id: place for place, article_id in enumerate(documents.article_ids)}

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __getitem__(self, article_id: str) -> Voices:
        return Voices(self, self._places[article_id])

    def places(self, article_ids: Sequence[str]) -> NDArray[np.int64]:
        """Return the positions of articles among these."""
        return np.array([self._places[article_id] for article_id in article_ids], dtype=np.int64)

    def at(
        self, article: NDArray[np.integer], start: NDArray[np.integer], end: NDArray[np.integer]
    ) -> tuple[Coded, Coded]:
        """Return the voice of each stretch [`start`, `end`) and the id of its quote, as `voices_at` does."""
        pieces = self._pieces
        base = pieces.bases[article]
        starts, ends = start + base, end + base
        rows, found = pairs(*pieces.touching(starts, ends))
        shared = np.minimum(ends[rows], pieces.ends[found]) - np.maximum(starts[rows], pieces.starts[found])
        rows, found, shared = (values[shared > 0] for values in (rows, found, shared))
        # Of several the one that shares most, of two that hold it the narrower, of two alike the first.
        order = np.lexsort((pieces.ends[found] - pieces.starts[found], -shared, rows))
        order = order[np.diff(rows[order], prepend=-1) > 0]
        order = order[2 * shared[order] >= (ends - starts)[rows[order]]]
        rows, found = rows[order], found[order]
        voice = np.full(len(starts), _OUTLET)
        voice[rows] = self._kinds(found)
        owned = pieces.quotes[found] >= 0
        used, codes = np.unique(pieces.quotes[found[owned]], return_inverse=True)
        quote = np.zeros(len(starts), dtype=np.int64)
        quote[rows[owned]] = codes + 1
        return Coded(_VOICES, voice), Coded(["", *self._quote_ids.take(pa.array(used)).to_pylist()], quote)

    def of_sentences(self, article_ids: Sequence[str]) -> Coded:
        """Return the voice of the larger part of the letters of every sentence of articles; the outlet's at a tie."""
        offsets, places = self._documents.sentence_offsets, self.places(article_ids)
        return Coded(_VOICES, self._sentences[pairs(offsets[places], offsets[places + 1])[1]])

    @cached_property
    def _sentences(self) -> NDArray[np.int64]:
        documents, pieces = self._documents, self._pieces
        base = pieces.bases[documents.article_of_sentence]
        starts, ends = documents.sentences[:, 0] + base, documents.sentences[:, 1] + base
        rows, found = pairs(*pieces.touching(starts, ends))
        # What each piece adds to those before it.
        reached = np.append(0, pieces.reach)[found]
        first = np.maximum(np.maximum(pieces.starts[found], starts[rows]), reached)
        last = np.minimum(pieces.ends[found], ends[rows])
        adds = first < last
        rows, found, first, last = (values[adds] for values in (rows, found, first, last))

        touched, place = np.unique(rows, return_inverse=True)
        spans = np.append(starts[touched], first), np.append(ends[touched], last)
        whole, parts = np.split(count_letters(documents, pieces.bases, touched, *spans), [len(touched)])
        counts = np.zeros((len(touched), len(_VOICES)), dtype=np.int64)
        np.add.at(counts, (place, self._kinds(found)), parts)
        counts[:, _OUTLET] = whole - counts.sum(axis=1)
        voice = np.full(len(starts), _OUTLET)
        voice[touched] = counts.argmax(axis=1)  # the first of equals
        return voice

    def _kinds(self, found: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.where(self._pieces.known[found], _QUOTED, _UNRESOLVED)


def voices_of(documents: Sequence[Document], quotes: pd.DataFrame, quote_spans: pd.DataFrame) -> AllVoices:
    """Return the voices of every document, by article id."""
    documents = Documents.of(documents)
    return AllVoices(documents, read_pieces(documents, quotes, quote_spans), pa.array(quotes["quote_id"].array))


def voices_at(
    voices: AllVoices,
    documents: Documents,
    article: NDArray[np.integer],
    start: NDArray[np.integer],
    end: NDArray[np.integer],
) -> tuple[Coded, Coded]:
    """Return the voice of each stretch [`start`, `end`) of text and the id of the quote it stands in (empty for none).

    Parameters
    ----------
    voices
        What `voices_of` says of `documents`.
    documents
        The articles.
    article
        The position of each stretch's article among `documents`, shape (stretches,).
    start, end
        Its first character and one past its last, shape (stretches,) each.

    Returns
    -------
    voice, quote_id
        Columns of a table, a row for each stretch.
    """
    return voices.at(voices.places(documents.article_ids)[article], start, end)


def voice_shares(sentences: pd.DataFrame) -> pd.DataFrame:
    """Return for each article the share of its sentences in each voice, with the number of sentences.

    Returns
    -------
    DataFrame
        Columns article_id, voice, sentences, share; a row for each article and each of the three voices.
    """
    voices: Mapping[str, int] = {"outlet": 0, "quoted": 1, "unresolved": 2}
    counts = sentences.groupby(["article_id", "voice"]).size()
    full = pd.MultiIndex.from_product(
        [sorted(set(sentences["article_id"])), list(voices)], names=["article_id", "voice"]
    )
    counted = counts.reindex(full, fill_value=0).rename("sentences").reset_index()
    counted["share"] = counted["sentences"] / counted.groupby("article_id")["sentences"].transform("sum")
    return counted
