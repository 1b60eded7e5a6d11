"""Voices of many articles at once, against a count of one character after another."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import schema
from analysis.language import Documents, read_documents
from analysis.quotes import find_stretches
from analysis.speakers import sentences_table, voices_at, voices_of
from analysis.speakers.letters import count_letters

WORDS = [
    "deal",
    "isn’t",
    "U.S.",
    "a'b'c",
    "12",
    "é",
    "“",
    "”",
    '"',
    "-",
    "'",
    "\n\n",
    "\n",
    "Mr.",
    "𝟙",
    "said",
    ". The",
]

texts = st.lists(st.sampled_from(WORDS), max_size=24).map(" ".join) | st.text(max_size=12)
# Quoted content as shares of the text, and whether the speaker is known.
contents = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.booleans()), max_size=5)
corpora = st.lists(st.tuples(texts, contents), max_size=4)


def tables_of(
    corpus: list[tuple[str, list[tuple[float, float, bool]]]],
) -> tuple[Documents, pd.DataFrame, pd.DataFrame]:
    documents = read_documents([(f"a{k}", text) for k, (text, _) in enumerate(corpus)])
    quotes, spans = [], []
    for document, (text, shares) in zip(documents, corpus, strict=True):
        for number, (one, other, known) in enumerate(shares):
            start, end = sorted((round(one * len(text)), round(other * len(text))))
            quote_id = f"{document.article_id}:q{number:05d}"
            speaker = "Ms. Lee" if known else ""
            quotes.append((quote_id, document.article_id, start, end, "direct", speaker, "", "", False, "said", "m"))
            spans += [(quote_id, "content", 0, start, end), (quote_id, "cue", 0, 0, len(text))]
    return documents, schema.frame("quotes", quotes), schema.frame("quote_spans", spans)


def pieces_of(documents: Documents, number: int, quotes: pd.DataFrame, spans: pd.DataFrame) -> list[tuple[object, ...]]:
    """The pieces of one article in order: start, end, quote, voice."""
    text = documents[number].text
    told = spans[spans["part"] == "content"].merge(quotes[["quote_id", "article_id", "speaker"]], on="quote_id")
    told = told[told["article_id"] == documents[number].article_id]
    pieces = [
        (start, end, quote_id, "quoted" if speaker else "unresolved")
        for start, end, quote_id, speaker in zip(
            *(told[n] for n in ("start", "end", "quote_id", "speaker")), strict=True
        )
    ]
    told_pieces = list(pieces)
    for stretch in find_stretches(text)[0]:
        apart = all(end <= stretch.start or start >= stretch.end for start, end, *_ in told_pieces)
        whole = stretch.opened and stretch.closed
        if apart and not (whole and len(text[stretch.start : stretch.end].split()) < 5):
            pieces.append((stretch.start, stretch.end, "", "unresolved"))
    return sorted(pieces)


def voice_of_stretch(pieces: list[tuple[object, ...]], start: int, end: int) -> tuple[str, str]:
    ranked = []
    for number, (a, b, quote_id, voice) in enumerate(pieces):
        shared = len(set(range(a, b)) & set(range(start, end)))
        if shared and 2 * shared >= end - start:
            ranked.append((-shared, b - a, number, voice, quote_id))
    return min(ranked)[3:] if ranked else ("outlet", "")


def voice_of_sentence(text: str, pieces: list[tuple[object, ...]], start: int, end: int) -> str:
    counts = {"outlet": 0, "quoted": 0, "unresolved": 0}
    for position in range(start, end):
        if text[position].isalnum():
            voices = [voice for a, b, _, voice in pieces if a <= position < b]
            counts[voices[0] if voices else "outlet"] += 1
    return max(counts, key=counts.__getitem__)


@settings(max_examples=60, deadline=None)
@given(corpora)
def test_sentences_have_the_voice_of_most_of_their_letters(
    corpus: list[tuple[str, list[tuple[float, float, bool]]]],
) -> None:
    documents, quotes, spans = tables_of(corpus)
    expected = [
        voice_of_sentence(document.text, pieces_of(documents, number, quotes, spans), start, end)
        for number, document in enumerate(documents)
        for start, end in document.sentences.tolist()
    ]
    sentences = sentences_table(documents, quotes, spans)
    assert sentences["voice"].tolist() == expected
    turned = sentences_table(documents[::-1], quotes, spans, voices=voices_of(documents, quotes, spans))
    pd.testing.assert_frame_equal(turned, sentences)


@settings(max_examples=60, deadline=None)
@given(corpora, st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1), st.integers(0, 12)), max_size=8))
def test_stretches_have_the_voice_of_the_piece_that_holds_most_of_them(
    corpus: list[tuple[str, list[tuple[float, float, bool]]]], asked: list[tuple[int, float, int]]
) -> None:
    documents, quotes, spans = tables_of(corpus)
    voices = voices_of(documents, quotes, spans)
    turned = documents[::-1]
    stretches = [
        (
            number,
            round(share * len(turned[number].text)),
            min(len(turned[number].text), round(share * len(turned[number].text)) + size),
        )
        for number, share, size in asked
        if number < len(turned)
    ]
    stretches = [(number, start, max(start, end)) for number, start, end in stretches]
    expected = [
        voice_of_stretch(pieces_of(documents, len(documents) - 1 - number, quotes, spans), start, end)
        for number, start, end in stretches
    ]
    columns = np.array(stretches, dtype=np.int64).reshape(-1, 3).T
    voice, quote_id = voices_at(voices, turned, *columns)
    assert [(voice.texts[v], quote_id.texts[q]) for v, q in zip(voice.codes, quote_id.codes, strict=True)] == expected
    ids = [turned[number].article_id for number, _, _ in stretches]
    assert [voices[i].at(start, end) for i, (_, start, end) in zip(ids, stretches, strict=True)] == expected


@given(st.lists(texts, min_size=1, max_size=3), st.data())
def test_letters_are_counted_by_tokens_as_by_characters(corpus: list[str], data: st.DataObject) -> None:
    documents = read_documents([(f"a{k}", text) for k, text in enumerate(corpus)])
    bases = np.cumsum([0, *(len(text) + 1 for text in corpus)])
    spans = []
    for number, article in enumerate(documents.article_of_sentence.tolist()):
        start, end = documents.sentences[number].tolist()
        a, b = sorted((data.draw(st.integers(start, end)), data.draw(st.integers(start, end))))
        spans.append((bases[article] + a, bases[article] + b, sum(map(str.isalnum, corpus[article][a:b]))))
    starts, ends, expected = np.array(spans, dtype=np.int64).reshape(-1, 3).T
    found = count_letters(documents, bases, np.arange(len(spans)), starts, ends)
    assert found.tolist() == expected.tolist()
