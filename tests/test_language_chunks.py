"""Articles read together have the tokens and sentences that each has alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from growth import is_linear
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.language import TOKEN, Documents, Vocabulary, count_terms, fold, read_document, read_documents
from analysis.language import words as words_module
from analysis.language.gaps import Gaps
from analysis.language.sentences import is_plain, sentence_spans
from analysis.language.words import WordTable

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("*.txt"))
WORDS = [
    "deal",
    "Deal",
    "the",
    "The",
    "said",
    "Mr",
    "U",
    "S",
    "J",
    "I",
    "12",
    "2018",
    "Jan",
    "inc",
    "W",
    "Va",
    "Ph",
    "D",
]
WORDS += ["gov't", "d’Arc", "isn't", "x'gov", "日本", "é", "É", "ǅ", "²", "a", "no", "No", "et", "al", "İ", "t"]
GAPS = [
    " ",
    ". ",
    ".",
    "? ",
    "?” ",
    ".” ",
    ".'. ",
    "’ ",
    "'",
    "’",
    ".\n\n",
    "\n",
    "\n\n",
    " \n ",
    "… ",
    ". . . ",
    ".) ",
    " (",
    " “",
    ". “",
]
GAPS += [
    "\u2028",
    "\u00a0",
    ".\u00a0",
    "\x00",
    "\ud800",
    "-",
    "_",
    "_. ",
    "-. ",
    "%. ",
    "! ",
    "?! ",
    '?" ',
    "?’  ",
    "...\n",
    "😀",
    ";",
    ". * ",
]
GAPS += ["." * 12 + " ", ".\n* * *\n", " " * 30, ". " * 40, "\n\n* * *\n\n. ", ".\t", "\x1c", ". – "]
PIECES = st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(GAPS)), max_size=40).map("".join)
ORDERLY = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), max_size=30).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)
TEXTS = st.lists(st.one_of(PIECES, ORDERLY, st.text(max_size=60)), max_size=5)


def require_same(texts: list[str]) -> None:
    one, other = Vocabulary(), Vocabulary()
    pairs = [(f"a{number}", text) for number, text in enumerate(texts)]
    together = read_documents(pairs, one)
    alone = Documents(read_document(*pair, other) for pair in pairs)
    assert one.words == other.words
    for found, expected in zip(together, alone, strict=True):
        for name in ("ids", "starts", "ends", "spaced"):
            same(getattr(found.tokens, name), getattr(expected.tokens, name), expected.text)
        assert found.tokens.vocabulary is one
        same(found.sentences, expected.sentences, expected.text)
        same(found.first_tokens, expected.first_tokens, expected.text)
        assert [tuple(span) for span in found.sentences.tolist()] == sentence_spans(found.text)
        assert (found.article_id, found.text, found.headline_end) == (
            expected.article_id, expected.text, expected.headline_end
        )  # fmt: skip
    for name in ("token_offsets", "sentence_offsets", "ids", "starts", "ends", "sentences", "sentence_bounds",
                 "article_of_token", "article_of_sentence", "sentence_positions"):  # fmt: skip
        same(getattr(together, name), getattr(alone, name), texts)
    assert together.sentence_ids == alone.sentence_ids


def same(found: np.ndarray, expected: np.ndarray, where: object) -> None:  # type: ignore[type-arg]
    assert (found.dtype, found.shape) == (expected.dtype, expected.shape), where
    assert np.array_equal(found, expected), where


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_articles_read_together_are_those_read_alone(texts: list[str]) -> None:
    require_same(texts)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(WORDS), st.sampled_from(GAPS), st.sampled_from(WORDS), st.sampled_from(GAPS), st.sampled_from(WORDS)
)
def test_a_gap_parts_alike_wherever_it_stands(first: str, one: str, second: str, other: str, third: str) -> None:
    require_same([f"{first}{one}{second}{other}{third}", f"A {second}{other}{third} said so.", f"{second}{other}"])


def test_articles_of_every_kind_are_read_together() -> None:
    texts = [path.read_text("utf-8") for path in SEEDS]
    hostile = [
        "",
        " ",
        "\n\n",
        "...",
        "“”",
        "\ud800",
        "\x00",
        "x",
        "Mr. ",
        "A 2. B",
        "日本。日本",
        "\u2028 \u2028",
        "*. *. ",
    ]
    require_same([*texts, *hostile, *(text.replace(" ", "\u00a0") for text in texts), "".join(texts).upper()])
    require_same(
        [f"{a} {b}{c}2. Then Mr. X" for a in ("So", "A") for b in ("Mr", "it", "1") for c in (". * * *\n\n", ". *\n")]
    )
    require_same([])
    require_same([""])


@pytest.mark.parametrize(
    "piece", ['"', "a ", ". ", "\n", ".", "’", "?” A ", "?” A said ", "Mr. A ", "日", "日. ", "\ud800"]
)
def test_a_long_text_of_anything_is_read_in_linear_time(piece: str) -> None:
    assert is_linear(lambda text: read_documents([("a", text), ("b", "Or so.")]), piece, length=400_000)


@settings(deadline=None)
@given(st.lists(ORDERLY.filter(str.strip), min_size=1, max_size=4), st.data())
def test_places_in_many_articles_are_those_in_each(texts: list[str], data: st.DataObject) -> None:
    documents = read_documents([(f"a{number}", text) for number, text in enumerate(texts)])
    place = st.integers(0, len(texts) - 1)
    asked = data.draw(st.lists(st.tuples(place, st.integers(0, 80)), max_size=9))
    article, position = np.array(asked, dtype=np.int64).reshape(-1, 2).T
    tokens = [documents.token_offsets[a] + np.searchsorted(documents[a].tokens.starts, at) for a, at in asked]
    sentences = [documents.sentence_offsets[a] + documents[a].sentence_at(at) for a, at in asked]
    assert documents.tokens_at(article, position).tolist() == tokens
    assert documents.sentences_at(article, position).tolist() == sentences


@settings(deadline=None)
@given(TEXTS)
def test_terms_are_counted_as_one_by_one(texts: list[str]) -> None:
    terms = count_terms(read_documents([(f"a{number}", text) for number, text in enumerate(texts)]))
    rows = zip(terms.article.tolist(), [terms.words[place] for place in terms.word], terms.times.tolist(), strict=True)
    expected = [(n, *item) for n, text in enumerate(texts) for item in Counter(map(fold, TOKEN.findall(text))).items()]
    assert sorted(rows) == sorted(expected)
    assert len(set(terms.words)) == len(terms.words)


@given(
    st.lists(st.sampled_from(["Mr", "va", "W", "2", "x", "’", "'", ".", "-", "_", " "]), max_size=8).map("".join),
    st.sampled_from(WORDS),
)
def test_a_stop_behind_a_plain_word_always_ends_a_sentence(before: str, word: str) -> None:
    if is_plain(word) and not (before and before[-1].isalnum()):
        text = f"Once {before}{word}. Then"
        assert sentence_spans(text)[-1] == (len(text) - 4, len(text))


def test_gaps_are_learnt_once_and_not_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    gaps = Gaps()
    first = gaps.numbers_of([b" ", b". ", b"\n\n", b". " * 100])
    assert (first[0], first[3], len(set(first.tolist()))) == (0, 1, 4)
    assert gaps.numbers_of([b". "]).tolist() == [first[1]]
    monkeypatch.setattr("analysis.language.gaps._MOST_KNOWN", 3)
    gaps.numbers_of([b"! ", b"? "])
    assert (len(gaps.numbers_of([b". "])), len(gaps.counts)) == (1, 3)


def test_a_table_of_words_serves_all_vocabularies(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    table, one, two = WordTable(length), Vocabulary(), Vocabulary()
    one.ids_of(["one", "three"])
    two.ids_of(["three", "seven7"])
    assert (table.of(one).tolist(), table.of(two).tolist(), asked) == ([3, 5], [5, 6], ["one", "three", "seven7"])
    one.ids_of(["ab", "seven7"])
    assert table.of(one).tolist() == [3, 5, 2, 6]
    monkeypatch.setattr(words_module, "_MOST", 0)
    three = Vocabulary()
    three.ids_of(["three", "x"])
    assert table.of(three).tolist() == [5, 1]
    assert table.of(one).tolist() == [3, 5, 2, 6]
    assert WordTable(lambda word: len(fold(word))).of(two).tolist() == [5, 6]


def test_tokens_and_one_behind_them_have_a_sentence() -> None:
    documents = read_documents([("a", "One two. Three."), ("b", ""), ("c", "Four")])
    assert documents.sentence_of_token(np.arange(5)).tolist() == [0, 0, 1, 2, 2]
    assert read_documents([("a", "")]).sentence_of_token(np.array([0])).tolist() == [-1]
