"""The lexicon over all mentions at once says what it says of each mention in its sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.language import Document, Vocabulary, read_document
from analysis.sentiment import lexicon
from analysis.sentiment.nearby import measure_all

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("*.txt"))
WORDS = "good bad terrible not never don't very so but while praised attack's 'bad x y the of deal Deal's"
PIECES = st.sampled_from([*WORDS.split(), *"; : — -- - ( ) . , !".split(), "\n\n", "don’t", "a" * 30, "İ", "x" * 401])
Probabilities = tuple[float, float, float]


def alone(document: Document, start: int, end: int) -> Probabilities | None:
    words = lexicon.words(*lexicon.in_sentence(document, start, end))
    return lexicon.probabilities(words) if words else None


def compare(documents: list[Document], spans: list[tuple[int, int, int]]) -> None:
    found = measure_all(
        documents, [of for of, _, _ in spans], np.array([s[1:] for s in spans], np.int64).reshape(-1, 2)
    )
    expected = [alone(documents[of], start, end) for of, start, end in spans]
    assert [None if np.isnan(row[0]) else tuple(row) for row in found.tolist()] == expected


def all_tokens(documents: list[Document]) -> list[tuple[int, int, int]]:
    return [
        (number, start, end)
        for number, document in enumerate(documents)
        for start, end in zip(document.tokens.starts.tolist(), document.tokens.ends.tolist(), strict=True)
    ]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(PIECES, max_size=60).map(" ".join), min_size=1, max_size=3))
@example(["bad " * 200 + "deal"])
@example(["deal " + "very good " * 200])
@example(["not very good deal -- bad - bad"])
def test_every_word_as_a_mention(texts: list[str]) -> None:
    vocabulary = Vocabulary()
    documents = [read_document(str(number), text, vocabulary) for number, text in enumerate(texts)]
    compare(documents, all_tokens(documents))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.integers(0, 60), st.integers(1, 20))
def test_spans_that_are_no_words(text: str, start: int, length: int) -> None:
    document = read_document("a", text, Vocabulary())
    start = min(start, len(text))
    compare([document], [(0, start, min(len(text), start + length))])


def test_the_seeds_with_one_vocabulary_and_with_several() -> None:
    texts = [path.read_text("utf-8") for path in SEEDS]
    shared = Vocabulary()
    for documents in (
        [read_document("a", text, shared) for text in texts],
        [read_document("a", text, Vocabulary()) for text in texts[:2]],
    ):
        compare(documents, all_tokens(documents)[::3])


def test_no_mention() -> None:
    assert measure_all([], [], np.zeros((0, 2), np.int64)).shape == (0, 3)
