"""Tokens and patterns."""

from __future__ import annotations

import itertools
import re

import pytest
from growth import is_linear
from hypothesis import given
from hypothesis import strategies as st

from analysis.language import TOKEN, Lexicon, Vocabulary, fold, read_document, tokenize


def found(patterns: list[str], text: str) -> list[str]:
    document = read_document("a", text, Vocabulary())
    return [text[m.start : m.end] for m in Lexicon([patterns]).find(document)]


@pytest.mark.parametrize(
    ("patterns", "text", "expected"),
    [
        (["US"], "The US told us. US-led.", ["US", "US"]),
        (["us"], "The US told us.", ["US", "us"]),
        (["Biden"], "Biden's BIDEN biden", ["Biden's", "BIDEN"]),
        (["U.S. Steel"], "U.S. Steel and U. S. Steel", ["U.S. Steel", "U. S. Steel"]),
        (["filed * lawsuits"], "filed lawsuits. Filed US lawsuits. Filed a b c lawsuits. Filed a b c d lawsuits",
         ["Filed US lawsuits", "Filed a b c lawsuits"]),
        (["lawsuit*"], "a lawsuit, lawsuits, slawsuit", ["lawsuit", "lawsuits"]),
        (["*suit"], "a lawsuit, suits", ["lawsuit"]),
        (["block*", "block the deal"], "They block the deal and blocked it.", ["block the deal", "blocked"]),
        (["filed lawsuits"], "They filed. Lawsuits came.", []),
        (["committed * alliance"], "committed to\nraising alliance", ["committed to\nraising alliance"]),
        (["isn't"], "It isn’t, ISN'T", ["isn’t", "ISN'T"]),
    ],
)  # fmt: skip
def test_patterns_match_what_they_say(patterns: list[str], text: str, expected: list[str]) -> None:
    assert found(patterns, text) == expected


@pytest.mark.parametrize("pattern", ["", "*", "* deal", "deal *", "..."])
def test_a_pattern_needs_words_at_both_ends(pattern: str) -> None:
    with pytest.raises(ValueError, match="must begin and end with a word"):
        Lexicon([[pattern]])


def test_entries_overlap_and_one_entry_does_not() -> None:
    document = read_document("a", "acquisition of US Steel", Vocabulary())
    lexicon = Lexicon([["acquisition of US Steel", "acquisition"], ["US Steel", "Steel"]])
    assert [(m.entry, m.start, m.end) for m in lexicon.find(document)] == [(0, 0, 23), (1, 15, 23)]


def test_a_lexicon_serves_several_documents_and_vocabularies() -> None:
    lexicon = Lexicon([["deal"]])
    one, two = Vocabulary(), Vocabulary()
    counts = [
        len(lexicon.find(read_document("a", t, v))) for t, v in [("a deal", one), ("deal deal", two), ("the deal", one)]
    ]
    assert counts == [1, 2, 1]


@given(st.lists(st.sampled_from(["deal", "Deal", "US", "us", "steel", "."]), max_size=30))
def test_single_words_match_as_a_regular_expression_does(words: list[str]) -> None:
    text = " ".join(words)
    assert found(["deal"], text) == re.findall(r"\bdeal\b", text, re.IGNORECASE)
    assert found(["US"], text) == re.findall(r"\bUS\b", text)


@given(st.text(max_size=200))
def test_any_text_is_tokenised_in_order(text: str) -> None:
    tokens = tokenize(text, Vocabulary())
    assert (tokens.starts[1:] >= tokens.ends[:-1]).all()
    words = [tokens.vocabulary.words[i] for i in tokens.ids]
    assert words == [text[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True)]
    assert all(fold(word) == fold(fold(word)) or "'" in word or "’" in word for word in words)


_TRICKY = st.text(alphabet=st.sampled_from(list("ab'’ _-1²é日\u3000😀\ud800.\n")), max_size=60)


@given(st.one_of(st.text(max_size=200), _TRICKY))
def test_tokens_are_what_the_pattern_finds(text: str) -> None:
    tokens = tokenize(text, Vocabulary())
    expected = [match.span() for match in TOKEN.finditer(text)]
    assert list(zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)) == expected
    gaps = [text[a[1] : b[0]] for a, b in itertools.pairwise(expected)]
    assert tokens.spaced.tolist() == [gap == " " for gap in gaps] + [False] * bool(expected)


def test_every_character_is_a_letter_or_not_as_the_pattern_has_it() -> None:
    text = " ".join(map(chr, range(0x20000)))
    words = tokenize(text, Vocabulary())
    assert [text[a:b] for a, b in zip(words.starts, words.ends, strict=True)] == TOKEN.findall(text)


@given(st.lists(st.integers(0, 60), max_size=8))
def test_sentences_at_many_positions_are_those_at_each(positions: list[int]) -> None:
    document = read_document("a", "  First one here.\n\nSecond. Third, and the end of it all?  Yes. ", Vocabulary())
    assert document.sentences_at(positions) == [document.sentence_at(position) for position in positions]


@pytest.mark.parametrize("piece", ['"', "a ", "* ", "US Steel ", "\n", ".", "’"])
def test_a_megabyte_of_anything_is_read_in_linear_time(piece: str) -> None:
    lexicon = Lexicon([["US Steel"], ["steel * us"]])

    assert is_linear(lambda text: lexicon.find(read_document("a", text, Vocabulary())), piece, length=1_000_000)
