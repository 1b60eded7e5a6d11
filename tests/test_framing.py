"""Frames of sentences and articles: three methods, one output."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from growth import is_linear
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import framing, schema
from analysis.errors import InputError, ParameterError
from analysis.framing import Codebook, Frame, Pattern
from analysis.framing.dictionary import Dictionary
from analysis.language import Document, Vocabulary, read_document, read_documents

STORY = (
    "Rivals clash over takeover\n\nThe company accused the president of an illegal act. He hit back. "
    "It rained in Tokyo.\n\nShares fell 6 percent and thousands of jobs could be lost."
)
METHODS = ("dictionary", "meaning", "fitted")


def read(text: str, article_id: str = "a") -> Document:
    return read_document(article_id, text, Vocabulary())


@pytest.mark.parametrize("method", METHODS)
def test_article_rows_are_complete_and_sentence_rows_sparse(method: str) -> None:
    books = [framing.load_codebook("generic"), framing.load_codebook("policy")]
    rows = framing.score([read(STORY), read("", "b")], books, method=method)
    schema.check("measures", rows)
    articles = rows[rows["unit"] == "article"]
    assert len(articles) == 2 * 21 * 2
    assert set(articles.loc[articles["unit_id"] == "b", "reason"]) == {"no text"}
    assert articles.loc[articles["unit_id"] == "b", "value"].isna().all()
    by_hand = articles[(articles["unit_id"] == "a") & (articles["label"] == "policy/other")]
    assert by_hand["value"].isna().all()
    sentences = rows[rows["unit"] == "sentence"]
    assert (sentences["value"] >= 0.5).all()
    assert set(sentences["unit_id"]) <= {f"a:s{i:05d}" for i in range(5)}


def test_method_says_what_was_really_used() -> None:
    books = [framing.load_codebook("generic"), framing.load_codebook("policy")]
    rows = framing.score([read(STORY)], books, method="fitted")
    used = rows.drop_duplicates("label").set_index("label")["method"]
    assert used["generic/conflict"] == "fitted"
    assert used["generic/responsibility"] == "dictionary"
    assert used["policy/economic"] == "dictionary"


@pytest.mark.parametrize(("text", "frame", "expected"), [
    ("They accused the board of lying.", "conflict", True),
    ("She died of a heart attack.", "conflict", False),
    ("It rained in Tokyo.", "conflict", False),
    ("The plan would cost taxpayers $40 billion.", "economic consequences", True),
    ("The decision cost him his seat at all costs.", "morality", False),
    ("The two sides reached a compromise.", "resolution", True),
])  # fmt: skip
def test_dictionary_sentences(text: str, frame: str, expected: bool) -> None:
    (row,) = framing.predict([{"text": text}], codebook=framing.load_codebook("generic"), method="dictionary")
    assert (frame in row["frames"]) is expected


BOOK = Codebook(
    "b", (Frame("f", "d", patterns=(Pattern("steel", 1.0), Pattern("deal*", 2.0)), exceptions=("steel nerve*",)),)
)


def test_weights_exceptions_and_mask() -> None:
    def value(text: str, mask: tuple[str, ...] = ()) -> float:
        rows = framing.score([read(text)], [BOOK], method="dictionary", mask=mask)
        return float(rows[(rows["unit"] == "article") & (rows["measure"] == "frame_score")]["value"].iloc[0])

    assert value("Steel.") == 0.5
    assert value("A deal.") == pytest.approx(2 / 3)
    assert value("He has steel nerves.") == 0.0
    assert value("US Steel lost.", ("US Steel",)) == 0.0
    assert value("US Steel made steel.", ("US Steel",)) == 0.5


def test_aggregation_is_the_stated_rule() -> None:
    book = Codebook("b", (Frame("f", "d", patterns=(Pattern("hit", 2.0),), threshold=0.5),))
    text = "Hit hit. One. Two. Hit."
    rows = framing.score([read(text)], [book], method="dictionary")
    value = rows[(rows["unit"] == "article") & (rows["measure"] == "frame_score")]["value"].iloc[0]
    strength = (3 + 0 + 0 + 2) / (4 + 10)
    assert value == pytest.approx(strength / (strength + 0.5))


@pytest.mark.parametrize("method", ["meaning", "fitted"])
def test_masked_words_do_not_count(method: str) -> None:
    book = framing.load_codebook("generic")
    masked = list(
        framing.predict([{"text": "US Steel rose. It rained."}], codebook=book, method=method, mask=["US Steel"])
    )
    without = list(framing.predict([{"text": " rose. It rained."}], codebook=book, method=method))
    assert masked == without


def test_corrections_by_hand_win() -> None:
    book = framing.load_codebook("generic")
    rows = framing.score([read(STORY)], [book], method="dictionary", corrections={"a": {"conflict": False}})
    row = rows[(rows["unit"] == "article") & (rows["measure"] == "frame") & (rows["label"] == "generic/conflict")]
    assert row[["value", "method"]].to_numpy().tolist() == [[0.0, "by hand"]]


@pytest.mark.parametrize("method", METHODS)
def test_evidence_is_ranked_and_lies_in_its_sentence(method: str) -> None:
    document = read(STORY)
    found = framing.explain(document, framing.load_codebook("generic"), "conflict", method=method)
    assert found
    assert [e.carried for e in found] == sorted((e.carried for e in found), reverse=True)
    for evidence in found:
        assert evidence.method == method
        assert all(evidence.start <= a < b <= evidence.end for a, b in evidence.spans)
        assert bool(evidence.example) is (method != "dictionary")


SMALL = Codebook(
    "small",
    (
        Frame(
            "one", "", patterns=(Pattern("a", 1.5), Pattern("a b", 0.5), Pattern("c*", 0.25)), exceptions=("b a", "x")
        ),
        Frame("none", ""),
        Frame("two", "", patterns=(Pattern("b", 0.5), Pattern("a * c", 2.0)), exceptions=("c b c",), threshold=0.1),
    ),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["a", "b", "c", "x", "cab", "B.", "A!\n"]), max_size=30), max_size=4))
@pytest.mark.parametrize("mask", [(), ("x", "c a")])
def test_articles_together_are_scored_as_each_alone(mask: tuple[str, ...], texts: list[list[str]]) -> None:
    documents = read_documents((f"a{i}", " ".join(words)) for i, words in enumerate([*texts, ["a"], []]))
    rows = framing.score(documents, [SMALL], method="dictionary", mask=mask)
    alone = [framing.score([read(d.text, d.article_id)], [SMALL], method="dictionary", mask=mask) for d in documents]
    assert rows.equals(schema.check("measures", pd.concat(alone)))
    dictionary = Dictionary([SMALL], mask)
    together, each = dictionary.read_all(documents), [dictionary.read(document) for document in documents]
    assert np.array_equal(together.scores, np.concatenate([reading.scores for reading in each]))
    assert np.array_equal(together.hits, np.concatenate([reading.hits for reading in each]))


def test_errors() -> None:
    book = framing.load_codebook("generic")
    with pytest.raises(ParameterError, match="magic"):
        framing.score([], [book], method="magic")
    with pytest.raises(ParameterError, match="one name"):
        framing.score([], [book, book])
    with pytest.raises(InputError, match="row 1 has neither"):
        list(framing.predict([{}], codebook=book))


def _frames(text: str) -> list[dict[str, object]]:
    return list(framing.predict([{"text": text}], codebook=framing.load_codebook("generic"), method="dictionary"))


@pytest.mark.parametrize("text", ["", " ", "\ud800"])
def test_a_text_of_nothing_has_no_frame(text: str) -> None:
    assert [row["frames"] for row in _frames(text)] == [[]]


@pytest.mark.parametrize("piece", ["x", '"', "attack "])
def test_time_is_linear(piece: str) -> None:
    assert is_linear(_frames, piece, length=1_000_000)


def rows_of(n: int) -> list[dict[str, object]]:
    words = {"sport": ["match", "goal", "team"], "money": ["tax", "bank", "price"]}
    generator = np.random.default_rng(0)
    made = []
    for i in range(n):
        frames = [name for name in words if generator.random() < 0.5]
        text = " ".join(str(generator.choice(words[name])) for name in frames) or "rain"
        made.append({"headline": f"The {text} today", "frames": frames, "group": f"g{i % 6}"})
    return made


def test_fit_learns_saves_and_loads(tmp_path: Path) -> None:
    fitted = framing.fit(rows_of(60), folds=3)
    assert fitted.scores["frame"].tolist() == ["money", "sport"]
    assert (fitted.scores["f1"] > 0.9).all()
    assert (fitted.scores["f1_low"] <= fitted.scores["f1"]).all()
    assert fitted.curve["rows"].is_monotonic_increasing
    framing.save(fitted, tmp_path / "one.json")
    framing.save(framing.fit(rows_of(60), folds=3), tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert set(json.loads((tmp_path / "one.json").read_text())) == {"format", "codebook", "classifier"}
    loaded = framing.load_codebook("one.json", folder=tmp_path)
    (row,) = framing.predict([{"headline": "The bank raised its price"}], codebook=loaded)
    assert row["frames"] == ["money"]


def test_loaded_predicts_as_fitted(tmp_path: Path) -> None:
    fitted = framing.fit(rows_of(40), folds=2)
    framing.save(fitted, tmp_path / "m.json")
    rows = rows_of(40)
    before = [r["frames"] for r in framing.predict(rows, codebook=fitted.codebook)]
    assert [r["frames"] for r in framing.predict(rows, codebook=framing.load(tmp_path / "m.json"))] == before


@pytest.mark.parametrize(("rows", "message"), [
    ([], "too few|needs"),
    ([{"text": "a"}] * 8, "has no frames"),
    ([{"text": "a", "frames": ["x"]}] * 8, "no frame is given"),
    ([{"text": "a", "frames": [], "group": "g"}, *[{"text": "a", "frames": ["x"]}] * 8], "no group"),
])  # fmt: skip
def test_fit_names_the_row(rows: list[dict[str, object]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        framing.fit(rows)
