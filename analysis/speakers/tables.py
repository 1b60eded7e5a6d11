"""The tables of quotes: every article's utterances with speakers, and the voice of its sentences."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis import schema
from analysis.language import Document
from analysis.quotes import Quote, extract
from analysis.speakers.resolution import resolve
from analysis.speakers.voices import voices_of
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
            *(articles[name] for name in ("article_id", "published", "path", "url")), strict=True
        )
    }
    quotes: list[tuple[object, ...]] = []
    spans: list[tuple[object, ...]] = []
    for document in documents:
        published, path, url = known.get(document.article_id, ("", "", ""))
        found = extract(document.text, document.sentences, tokens=document.tokens)
        corrections = [
            pair
            for key in dict.fromkeys((document.article_id, path, url))
            if key and key in study.corrections
            for pair in study.corrections[key].quotes
        ]
        attributed = [
            attribution
            for attribution in resolve(document, found, study, published=published, corrections=corrections)
            if attribution.quote.kind != "indirect" or _bare(attribution.speaker) not in own[document.article_id]
        ]
        for number, (quote, speaker, actor, side, anonymous, method) in enumerate(attributed):
            quote_id = f"{document.article_id}:q{number:05d}"
            start, end = quote.span
            cue = " ".join(" ".join(document.text[a:b].split()) for a, b in quote.cue)
            quotes.append(
                (quote_id, document.article_id, start, end, quote.kind, speaker, actor, side, anonymous, cue, method)
            )
            spans.extend(_pieces(quote_id, quote))
    return schema.frame("quotes", quotes), schema.frame("quote_spans", spans)


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


def _bare(name: str) -> str:
    folded = " ".join(name.split()).casefold()
    return folded.removeprefix("the ")


def _pieces(quote_id: str, quote: Quote) -> list[tuple[object, ...]]:
    return [
        (quote_id, part, piece, start, end)
        for part, pieces in (("content", quote.content), ("cue", quote.cue), ("source", quote.source))
        for piece, (start, end) in enumerate(pieces)
    ]


def sentences_table(documents: Sequence[Document], quotes: pd.DataFrame, quote_spans: pd.DataFrame) -> pd.DataFrame:
    """Return table ``sentences``: every sentence with the voice that says the larger part of its letters."""
    voices = voices_of(documents, quotes, quote_spans)
    rows: list[tuple[object, ...]] = []
    for document in documents:
        of = voices[document.article_id]
        for position, (start, end) in enumerate(document.sentences.tolist()):
            rows.append(
                (
                    document.sentence_id(position),
                    document.article_id,
                    position,
                    start,
                    end,
                    end <= document.headline_end,
                    of.of_sentence(start, end),
                )
            )
    return schema.frame("sentences", rows)
