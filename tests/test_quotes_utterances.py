"""The same utterance across articles, differences of wording, words quoted."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.language import Vocabulary, read_document
from analysis.quotes import differences, quoted_words, utterances
from analysis.speakers import attribute
from analysis.study import Actor, Study

STUDY = Study(
    Path("s.toml"), "t", "t", (), actors=(Actor("Takeshi Iwaya", side="Japan"), Actor("Antony Blinken", side="US"))
)


def measured(texts: dict[str, str]):
    vocabulary = Vocabulary()
    documents = [read_document(key, text, vocabulary) for key, text in texts.items()]
    articles = pd.DataFrame(
        {
            "article_id": list(texts),
            "outlet": [f"o{k}" for k in texts],
            "text": list(texts.values()),
            "published": "",
            "path": "",
            "url": "",
        }
    )
    return documents, articles, *attribute(documents, articles, STUDY)


TEXTS = {
    "a": 'Iwaya said: "Looking ahead, I am committed to elevating Japan-US alliance to new heights."',
    "b": 'Iwaya said, "I am committed to raising Japan-US alliance to new heights." '
    "Blinken said the weather was fine in Tokyo.",
    "c": 'Blinken said "the steel mills of Ohio need fresh investors and a plan."',
}


def test_one_utterance_in_two_wordings() -> None:
    _, articles, quotes, spans = measured(TEXTS)
    found = utterances(quotes, spans, articles)
    assert found["article_id"].tolist() == ["a", "b"]
    assert set(found["utterance"]) == {0}
    assert set(found["speaker"]) == {"Takeshi Iwaya"}
    assert found["similarity"].between(0.6, 1).all()


def test_nothing_in_common_is_no_group() -> None:
    _, articles, quotes, spans = measured({"b": TEXTS["b"], "c": TEXTS["c"]})
    assert utterances(quotes, spans, articles).empty


def test_by_must_be_known() -> None:
    _, articles, quotes, spans = measured(TEXTS)
    with pytest.raises(ValueError, match="wording"):
        utterances(quotes, spans, articles, by="sound")


def test_differences_are_marked() -> None:
    found = differences("I am committed to elevating it.", "Now I am committed to raising it.")
    assert [tuple(d) for d in found] == [
        ("added", "", "Now"),
        ("same", "I am committed to", "I am committed to"),
        ("changed", "elevating", "raising"),
        ("same", "it.", "it."),
    ]


@given(st.text(alphabet="ab .,“", max_size=40), st.text(alphabet="ab .,“", max_size=40))
def test_differences_hold_all_words(one: str, other: str) -> None:
    found = differences(one, other)
    assert "".join("".join(d.one for d in found).split()) == "".join(one.split())
    assert "".join("".join(d.other for d in found).split()) == "".join(other.split())
    assert all(d.tag == "same" for d in differences(one, one))


def test_words_are_counted_by_speaker() -> None:
    documents, articles, quotes, spans = measured(TEXTS)
    counted = quoted_words(quotes, spans, documents, articles=articles).set_index(["article_id", "actor"])
    assert counted.loc[("a", "Takeshi Iwaya"), "words"] == 13  # Looking ... heights; Japan-US is two
    assert counted.loc[("b", "Antony Blinken"), "words"] == 6
    assert counted.loc[("b", "Antony Blinken"), ["outlet", "side", "kind", "quotes"]].tolist() == [
        "ob",
        "US",
        "indirect",
        1,
    ]
    assert quoted_words(quotes, spans, documents)["outlet"].eq("").all()
