"""Patterns found in many articles at once are those that the lexicon finds in each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import framing
from analysis.framing.dictionary import Dictionary
from analysis.language import Documents, Lexicon, Matcher, Vocabulary, read_document, read_documents

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("*.txt"))
ENTRIES = [
    ["a", "a b", "a * b", "a * b * c", "a a a"],
    ["b*", "b c", "c * a"],
    ["c", "C", "a b c a b c"],
    ["*ab", "ab a"],
]
WORDS = st.sampled_from(["a", "b", "c", "ab", "bab", "C", "A", "x", ".", ". ", "\n\n", "a'b", "'"])
TEXTS = st.lists(WORDS, max_size=40).map(" ".join)


def read(texts: list[str]) -> Documents:
    return read_documents((f"a{number}", text) for number, text in enumerate(texts))


def by_document(lexicon: Lexicon, documents: Documents) -> list[tuple[int, int, int, int]]:
    rows, offset = [], 0
    for document in documents:
        rows += [(m.entry, offset + m.first, offset + m.last, m.pattern) for m in lexicon.find(document)]
        offset += len(document.tokens)
    return sorted(rows)


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_matches_are_those_of_each_document(texts: list[str]) -> None:
    documents = read(texts)
    found = Matcher(Lexicon(ENTRIES)).find(documents)
    rows = zip(found.entry.tolist(), found.first.tolist(), found.last.tolist(), found.pattern.tolist(), strict=True)
    assert list(rows) == by_document(Lexicon(ENTRIES), documents)


def test_words_met_later_are_learnt() -> None:
    matcher, lexicon = Matcher(Lexicon(ENTRIES)), Lexicon(ENTRIES)
    for texts in (["x"], ["a b", "bab bc"], ["a x b x c. a a a a", ""]):
        documents = read(texts)
        assert len(matcher.find(documents).first) == len(by_document(lexicon, documents))


@pytest.mark.parametrize("entries", [[], [[]], [["a"]], [["a"], ["b*"]], [["a * b"]], [["a b"], []]])
def test_a_lexicon_may_have_words_alone_or_no_pattern(entries: list[list[str]]) -> None:
    documents = read(["a b x b. a", "", "b a b"])
    found = Matcher(Lexicon(entries)).find(documents)
    rows = zip(found.entry.tolist(), found.first.tolist(), found.last.tolist(), found.pattern.tolist(), strict=True)
    assert list(rows) == by_document(Lexicon(entries), documents)


@pytest.mark.parametrize("mask", [(), ("steel", "Nippon Steel", "deal*")])
def test_articles_read_together_are_read_as_one_by_one(mask: tuple[str, ...]) -> None:
    dictionary = Dictionary([framing.load_codebook("generic"), framing.load_codebook("policy")], mask)
    documents = read([*(path.read_text("utf-8") for path in SEEDS), "", "One attack.", "x"])
    together = dictionary.read_all(documents)
    alone = [dictionary.read(document) for document in documents]
    assert np.array_equal(together.scores, np.concatenate([reading.scores for reading in alone]))
    assert np.array_equal(together.hits, np.concatenate([reading.hits for reading in alone]))
    filled = [number for number, document in enumerate(documents) if len(document.sentences)]
    assert np.array_equal(together.article[filled], np.stack([alone[number].article for number in filled]))


def test_documents_of_several_vocabularies_are_read_all_the_same() -> None:
    texts = [path.read_text("utf-8") for path in SEEDS[:2]]
    apart = [read_document(f"a{i}", text, Vocabulary()) for i, text in enumerate(texts)]
    books = [framing.load_codebook("generic")]
    assert framing.score(apart, books, method="dictionary").equals(
        framing.score(read(texts), books, method="dictionary")
    )
