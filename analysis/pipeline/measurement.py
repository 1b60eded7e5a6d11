"""Articles to the tables that are measured on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from analysis import facts, framing, prominence, readability, reuse, schema, sentiment, speakers
from analysis.language import Document, Vocabulary, read_document
from analysis.mentions import Finder
from analysis.study import Methods, Study

__all__ = ["CHUNK", "Instruments", "measure_articles"]

CHUNK = 512
"""Articles measured together: they share a vocabulary and then leave memory."""


@dataclass(frozen=True)
class Instruments:
    """What measuring needs and compiles once: codebooks, patterns, methods."""

    study: Study
    codebooks: tuple[framing.Codebook, ...]
    finder: Finder
    methods: Methods

    @classmethod
    def of(cls, study: Study) -> Instruments:
        """Load the codebooks of `study`, compile its patterns, and settle which methods can be used here."""
        codebooks = tuple(framing.load_codebook(name, folder=study.folder) for name in study.codebooks)
        wanted = study.methods
        used = "model" if wanted.sentiment == "model" and sentiment.available("model") else "lexicon"
        return cls(study, codebooks, Finder(study), Methods(sentiment=used, framing=wanted.framing))


def measure_articles(articles: pd.DataFrame, instruments: Instruments) -> dict[str, pd.DataFrame]:
    """Measure every article of the study's language.

    Parameters
    ----------
    articles
        Table `articles`.
    instruments
        What to measure with.

    Returns
    -------
    dict
        Tables `sentences`, `quotes`, `quote_spans`, `mentions`, `measures`, `facts` and `reuse`.
    """
    language = instruments.study.language
    readable = articles[articles["language"].isin([language, "und"])]
    parts: dict[str, list[pd.DataFrame]] = {}
    for start in range(0, len(readable), CHUNK):
        for name, table in _measure_chunk(readable.iloc[start : start + CHUNK], instruments).items():
            parts.setdefault(name, []).append(table)
    names = ("sentences", "quotes", "quote_spans", "mentions", "measures", "facts")
    tables = {name: _together(name, parts.get(name, [])) for name in names}
    tables["reuse"] = reuse.find(readable)
    return tables


def _measure_chunk(articles: pd.DataFrame, instruments: Instruments) -> dict[str, pd.DataFrame]:
    study = instruments.study
    vocabulary = Vocabulary()
    documents = [
        read_document(article_id, text, vocabulary)
        for article_id, text in zip(articles["article_id"], articles["text"], strict=True)
    ]
    quotes, quote_spans = speakers.attribute(documents, articles, study)
    sentences = speakers.sentences_table(documents, quotes, quote_spans)
    mentions = instruments.finder.find(documents, speakers.voices_of(documents, quotes, quote_spans))
    toward = sentiment.score(mentions, documents, method=instruments.methods.sentiment, quotes=quotes)
    measures = [
        framing.score(
            documents,
            instruments.codebooks,
            method=instruments.methods.framing,
            mask=study.mask,
            corrections=_frames_by_hand(articles, study),
        ),
        toward,
        sentiment.aggregate(toward, mentions, articles, study, method=instruments.methods.sentiment),
        readability.score(documents, sentences=sentences),
        prominence.score(documents, mentions, study),
        _words(documents, sentences),
    ]
    return {
        "sentences": sentences,
        "quotes": quotes,
        "quote_spans": quote_spans,
        "mentions": mentions,
        "measures": _together("measures", measures),
        "facts": facts.find(documents, study, quotes, quote_spans),
    }


def _together(name: str, tables: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    return schema.check(name, pd.concat(filled, ignore_index=True)) if filled else schema.empty(name)


def _frames_by_hand(articles: pd.DataFrame, study: Study) -> Mapping[str, Mapping[str, bool]]:
    found = {}
    for article_id, path, url in zip(articles["article_id"], articles["path"], articles["url"], strict=True):
        for key in (article_id, path, url):
            if key and key in study.corrections and study.corrections[key].frames:
                found[article_id] = study.corrections[key].frames
    return found


def _words(documents: list[Document], sentences: pd.DataFrame) -> pd.DataFrame:
    """Count the words of each article, and those in the sentences of each voice."""
    voices = {str(article_id): group for article_id, group in sentences.groupby("article_id", sort=False)}
    return schema.frame("measures", _word_rows(documents, voices))


def _word_rows(documents: list[Document], sentences: Mapping[str, pd.DataFrame]) -> Iterator[tuple[object, ...]]:
    nothing = (float("nan"), float("nan"), "")
    for document in documents:
        whole = len(document.tokens)
        counts = dict.fromkeys(("outlet", "quoted", "unresolved"), 0)
        lengths = (document.first_tokens[1:] - document.first_tokens[:-1]).tolist()
        table = sentences.get(document.article_id)
        for voice, length in zip(() if table is None else table["voice"].tolist(), lengths, strict=True):
            counts[voice] += length
        key = ("article", document.article_id, "words", "")
        yield (*key, "", "", "", "count", float(whole), whole, whole, *nothing)
        for voice, count in counts.items():
            yield (*key, "", voice, "", "count", float(count), count, whole, *nothing)
