"""The tables of quotes: every article's utterances with speakers, and the voice of its sentences."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import schema
from analysis.language import Document, Documents
from analysis.quotes import Quote, extract_all
from analysis.speakers.phrases import Speaker
from analysis.speakers.resolution import BY_HAND, Cast
from analysis.speakers.voices import AllVoices, voices_of
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
    documents = Documents.of(documents)
    own, dates, corrections = _own_names(articles, study), _dates(articles), _corrections(articles, study)
    cast = Cast.of(study)
    ids: list[str] = []
    owners: list[str] = []
    quotes: list[Quote] = []
    speakers: list[Speaker] = []
    cues: list[str] = []
    # All are found before the first is resolved: in turns, either pushes what the other needs out of the caches.
    for document, found in zip(documents, list(extract_all(documents)), strict=True):
        if not found:
            continue
        article_id, text = document.article_id, document.text
        mine = own.get(article_id, frozenset())
        told = cast.speakers(document, found, dates.get(article_id, ""), corrections.get(article_id, ()))
        first = len(quotes)
        for quote, speaker in zip(found, told, strict=True):
            if quote.kind != "indirect" or _bare(speaker.name) not in mine:
                quotes.append(quote)
                speakers.append(speaker)
                cues.append(" ".join([_even(text[start:end]) for start, end in quote.cue]))
        ids += [f"{article_id}:q{number:05d}" for number in range(len(quotes) - first)]
        owners += [article_id] * (len(quotes) - first)
    if not quotes:
        return schema.empty("quotes"), schema.empty("quote_spans")
    pieces = _pieces(quotes)
    return _quotes(ids, owners, quotes, speakers, cues, pieces), _spans(ids, pieces)


class _Pieces(NamedTuple):
    """The pieces of quotes, part by part: how many each part of each quote has, shape (quotes, 3), and their spans."""

    sizes: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


def _pieces(quotes: Sequence[Quote]) -> _Pieces:
    parts = [part for quote in quotes for part in (quote.content, quote.cue, quote.source)]
    sizes = np.fromiter(map(len, parts), np.int64, len(parts)).reshape(-1, len(_PARTS))
    positions = chain.from_iterable(chain.from_iterable(parts))
    spans = np.fromiter(positions, np.int64, 2 * int(sizes.sum())).reshape(-1, 2)
    return _Pieces(sizes, spans[:, 0], spans[:, 1])


def _quotes(
    ids: Sequence[str],
    owners: Sequence[str],
    quotes: Sequence[Quote],
    speakers: Sequence[Speaker],
    cues: Sequence[str],
    pieces: _Pieces,
) -> pd.DataFrame:
    """Return table ``quotes``."""
    sizes = pieces.sizes.sum(axis=1)
    firsts = np.cumsum(sizes) - sizes
    texts = {
        "quote_id": ids,
        "article_id": owners,
        "kind": [quote.kind for quote in quotes],
        "speaker": [speaker.name for speaker in speakers],
        "actor": ["" if speaker.actor is None else speaker.actor.name for speaker in speakers],
        "side": [speaker.side for speaker in speakers],
        "cue": cues,
        "method": [BY_HAND if s.by_hand else q.method for q, s in zip(quotes, speakers, strict=True)],
    }
    columns = {
        **{name: schema.Coded(values, np.arange(len(values))) for name, values in texts.items()},
        "start": np.minimum.reduceat(pieces.starts, firsts),
        "end": np.maximum.reduceat(pieces.ends, firsts),
        "anonymous": [speaker.anonymous for speaker in speakers],
    }
    return schema.from_columns("quotes", columns, length=len(quotes))


def _spans(ids: Sequence[str], pieces: _Pieces) -> pd.DataFrame:
    """Return table ``quote_spans``."""
    sizes = pieces.sizes.ravel()
    columns = {
        "quote_id": schema.Coded(ids, np.repeat(np.arange(len(ids)), pieces.sizes.sum(axis=1))),
        "part": schema.Coded(_PARTS, np.repeat(np.tile(np.arange(len(_PARTS)), len(ids)), sizes)),
        "piece": np.arange(len(pieces.starts)) - np.repeat(np.cumsum(sizes) - sizes, sizes),
        "start": pieces.starts,
        "end": pieces.ends,
    }
    return schema.from_columns("quote_spans", columns, length=len(pieces.starts))


@lru_cache(maxsize=1 << 14)
def _even(text: str) -> str:
    return " ".join(text.split())


_PARTS = ("content", "cue", "source")


def _dates(articles: pd.DataFrame) -> dict[str, str]:
    """Return for each article the day on which it was published, or an empty text."""
    return dict(zip(map(str, articles["article_id"].tolist()), map(str, articles["published"].tolist()), strict=True))


def _corrections(articles: pd.DataFrame, study: Study) -> dict[str, list[tuple[str, str]]]:
    """Return for each article the speakers set by hand, under its id, its path or its address."""
    if not study.corrections:
        return {}
    return {
        str(keys[0]): [
            pair
            for key in dict.fromkeys(map(str, keys))
            if key and key in study.corrections
            for pair in study.corrections[key].quotes
        ]
        for keys in zip(*(articles[name].tolist() for name in ("article_id", "path", "url")), strict=True)
    }


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


def sentences_table(
    documents: Sequence[Document],
    quotes: pd.DataFrame,
    quote_spans: pd.DataFrame,
    *,
    voices: AllVoices | None = None,
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
    documents = Documents.of(documents)
    if voices is None:
        voices = voices_of(documents, quotes, quote_spans)
    spans, article = documents.sentences, documents.article_of_sentence
    columns = {
        "sentence_id": schema.Coded(documents.sentence_ids, np.arange(len(spans))),
        "article_id": schema.Coded(documents.article_ids, article),
        "position": documents.sentence_positions,
        "start": spans[:, 0],
        "end": spans[:, 1],
        "in_headline": spans[:, 1] <= np.array([d.headline_end for d in documents], dtype=np.int64)[article],
        "voice": voices.of_sentences(documents.article_ids),
    }
    return schema.from_columns("sentences", columns, length=len(spans))
