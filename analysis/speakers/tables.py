"""The tables of quotes: every article's utterances with speakers, and the voice of its sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from analysis import schema
from analysis.language import Document
from analysis.quotes import extract
from analysis.speakers.resolution import resolve
from analysis.speakers.voices import Voices, voices_of
from analysis.study import Study

__all__ = ["attribute", "sentences_table"]


def attribute(documents: Sequence[Document], articles: pd.DataFrame, study: Study) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find what is said in `documents` and who says it.

    Parameters
    ----------
    documents
        The articles, read.
    articles
        Table ``articles``; `published`, `path` and `url` of the same articles are used, and `outlet` and `originator`
        where there are any.
    study
        The dispute, for its actors and the corrections made by hand.

    Returns
    -------
    quotes, quote_spans
        The tables of these names.

    Notes
    -----
    An article that names its own outlet or originator as the source of a report (``Bloomberg has reported``) speaks in
    its own voice: that is no quote.
    """
    own = _own_names(articles, study)
    known = {
        str(article_id): (str(published), str(path), str(url))
        for article_id, published, path, url in zip(
            *(articles[name].tolist() for name in ("article_id", "published", "path", "url")), strict=True
        )
    }
    # Tables are filled cell after cell, not row after row: ten thousands of small tuples cost as much as the rules.
    quotes: list[object] = []
    quote_ids: list[str] = []
    spans: list[int] = []
    for document in documents:
        article_id, text = document.article_id, document.text
        published, path, url = known.get(article_id, ("", "", ""))
        found = extract(text, document.sentences, tokens=document.tokens)
        corrections = [
            pair
            for key in dict.fromkeys((article_id, path, url))
            if key and key in study.corrections
            for pair in study.corrections[key].quotes
        ]
        number = 0
        for quote, speaker, actor, side, anonymous, method in resolve(
            document, found, study, published=published, corrections=corrections
        ):
            if quote.kind == "indirect" and _bare(speaker) in own[article_id]:
                continue
            quote_id = f"{article_id}:q{number:05d}"
            number += 1
            start, end = quote.span
            cue = " ".join(" ".join(text[a:b].split()) for a, b in quote.cue)
            quotes += (quote_id, article_id, start, end, quote.kind, speaker, actor, side, anonymous, cue, method)
            for part, pieces in enumerate((quote.content, quote.cue, quote.source)):
                for piece, (start, end) in enumerate(pieces):
                    spans += (len(quote_ids), part, piece, start, end)
            quote_ids.append(quote_id)
    return (
        _table("quotes", quotes, quote_id=(quote_ids, range(len(quote_ids)))),
        _table("quote_spans", spans, quote_id=(quote_ids, None), part=(_PARTS, None)),
    )


_PARTS = ("content", "cue", "source")


def _table(name: str, cells: Sequence[object], **coded: tuple[Sequence[str], Sequence[int] | None]) -> pd.DataFrame:
    """Build table `name` from the cells of all its rows, one row behind the other.

    A column in `coded` has these texts, and for each row the position of its text; None where the cells are the
    positions.
    """
    names = schema.TABLES[name].names
    columns: dict[str, Any] = {column: cells[k :: len(names)] for k, column in enumerate(names)}
    for column, (texts, codes) in coded.items():
        columns[column] = schema.Coded(texts, columns[column] if codes is None else codes)
    return schema.from_columns(name, columns, length=len(cells) // len(names))


def _own_names(articles: pd.DataFrame, study: Study) -> dict[str, frozenset[str]]:
    """Return for each article the names, folded, under which it would name its own outlet or originator."""
    aliases = {outlet.name: frozenset(map(_bare, (outlet.name, *outlet.aliases))) for outlet in study.outlets}
    owners = [articles[name].tolist() for name in ("outlet", "originator") if name in articles.columns]
    named: dict[str, frozenset[str]] = {}
    for position, article_id in enumerate(articles["article_id"].tolist()):
        names = [str(column[position]) for column in owners]
        whole = frozenset().union(*(aliases.get(name, frozenset((_bare(name),))) for name in names))
        named[str(article_id)] = whole - {"", "unknown"}
    return named


@lru_cache(maxsize=1 << 14)
def _bare(name: str) -> str:
    folded = " ".join(name.split()).casefold()
    return folded.removeprefix("the ")


_VOICES = {"outlet": 0, "quoted": 1, "unresolved": 2}


def sentences_table(
    documents: Sequence[Document],
    quotes: pd.DataFrame,
    quote_spans: pd.DataFrame,
    *,
    voices: Mapping[str, Voices] | None = None,
) -> pd.DataFrame:
    """Return table ``sentences``: every sentence with the voice that says the larger part of its letters.

    Parameters
    ----------
    documents
        The articles.
    quotes, quote_spans
        Their tables of these names.
    voices
        What `voices_of` says of the three, where it is at hand.
    """
    if voices is None:
        voices = voices_of(documents, quotes, quote_spans)
    ids: list[str] = []
    voice: list[int] = []
    for document in documents:
        of = voices[document.article_id].of_sentence
        ids += map(document.sentence_id, range(len(document.sentences)))
        voice += [_VOICES[of(start, end)] for start, end in document.sentences.tolist()]
    if not ids:
        return schema.empty("sentences")
    sizes = [len(document.sentences) for document in documents]
    spans = np.concatenate([document.sentences for document in documents])
    columns = {
        "sentence_id": ids,
        "article_id": schema.Coded([d.article_id for d in documents], np.repeat(np.arange(len(documents)), sizes)),
        "position": np.concatenate([np.arange(size) for size in sizes]),
        "start": spans[:, 0],
        "end": spans[:, 1],
        "in_headline": spans[:, 1] <= np.repeat([d.headline_end for d in documents], sizes),
        "voice": schema.Coded(list(_VOICES), voice),
    }
    return schema.from_columns("sentences", columns, length=len(ids))
