"""The words of each article, and how many of them each voice has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis import schema
from analysis.columns import places
from analysis.language import Document, Documents

__all__ = ["count_words"]

_VOICES = ("outlet", "quoted", "unresolved")


def count_words(documents: Sequence[Document], sentences: pd.DataFrame) -> pd.DataFrame:
    r"""Return rows of table `measures`: the words of each article, of all voices (voice empty) and of each.

    Parameters
    ----------
    documents
        The articles.
    sentences
        Table `sentences` of them.

    Examples
    --------
    >>> from analysis.language import Vocabulary, read_document
    >>> from analysis.speakers import sentences_table
    >>> nothing = schema.empty("quotes"), schema.empty("quote_spans")
    >>> document = read_document("a", "A deal\n\nIt was blocked.", Vocabulary())
    >>> counted = count_words([document], sentences_table([document], *nothing))
    >>> counted[["voice", "value", "denominator"]].values.tolist()
    [['', 5.0, 5], ['outlet', 5.0, 5], ['quoted', 0.0, 5], ['unresolved', 0.0, 5]]
    """
    documents = Documents.of(documents)
    if not len(documents):
        return schema.empty("measures")
    # Sentences of an article stand in the order of its text, as the table is sorted by sentence_id.
    of = places(sentences["article_id"], documents.article_ids)
    order = np.argsort(of, kind="stable")
    place = len(_VOICES) * of[order] + places(sentences["voice"], _VOICES)[order]
    lengths = np.diff(documents.sentence_bounds)[:, 0]
    spoken = np.bincount(place, lengths, len(documents) * len(_VOICES)).astype(np.int64)
    counts = np.column_stack([np.diff(documents.token_offsets), spoken.reshape(-1, len(_VOICES))])
    ids, repeated = documents.article_ids, counts.shape[1]
    return schema.from_columns(
        "measures",
        {
            "unit": "article",
            "unit_id": schema.Coded(ids, np.repeat(np.arange(len(ids)), repeated)),
            "measure": "words",
            "label": "",
            "target": "",
            "voice": schema.Coded(("", *_VOICES), np.tile(np.arange(repeated), len(ids))),
            "side": "",
            "method": "count",
            "value": counts.ravel().astype(float),
            "n": counts.ravel(),
            "denominator": np.repeat(counts[:, 0], repeated),
            "low": np.nan,
            "high": np.nan,
            "reason": "",
        },
        length=counts.size,
    )
