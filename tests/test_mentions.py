"""Mentions of targets and actors, each in the voice that says it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis import speakers
from analysis.language import Vocabulary, read_document
from analysis.mentions import Finder
from analysis.study import Actor, Study, Target

STUDY = Study(
    Path("study.toml"), "T", "t", (),
    targets=(Target("the acquisition", ("acquisition of US Steel", "the deal")), Target("US Steel")),
    actors=(Actor("Eiji Hashimoto", ("Hashimoto",)), Actor("Joe Biden", ("Biden",))),
)  # fmt: skip


def mentions(text: str) -> pd.DataFrame:
    documents = [read_document("a", text, Vocabulary())]
    articles = pd.DataFrame({"article_id": ["a"], "published": [""], "path": [""], "url": [""]})
    quotes, spans = speakers.attribute(documents, articles, STUDY)
    return Finder(STUDY).find(documents, speakers.voices_of(documents, quotes, spans))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Shares rose after the deal.", [("the acquisition", "the deal", "outlet")]),
        ("An acquisition of US Steel ended.",
         [("the acquisition", "acquisition of US Steel", "outlet"), ("US Steel", "US Steel", "outlet")]),
        ('"We can never accept that the deal is off," said Eiji Hashimoto.',
         [("the acquisition", "the deal", "quoted"), ("Eiji Hashimoto", "Eiji Hashimoto", "outlet")]),
        ("Hashimoto said that Biden killed the deal.",
         [("Eiji Hashimoto", "Hashimoto", "outlet"), ("Joe Biden", "Biden", "quoted"),
          ("the acquisition", "the deal", "quoted")]),
        ("He told us to biden time; no steel here.", []),
    ],
)  # fmt: skip
def test_a_mention_has_its_name_its_words_and_its_voice(text: str, expected: list[tuple[str, str, str]]) -> None:
    found = mentions(text)
    assert list(zip(found["name"], found["matched"], found["voice"], strict=True)) == expected
    assert [text[a:b] for a, b in zip(found["start"], found["end"], strict=True)] == found["matched"].tolist()


def test_a_quoted_mention_names_its_quote_and_another_does_not() -> None:
    found = mentions('"The deal is off," said Hashimoto. Biden left.').set_index("name")
    assert found.loc["the acquisition", "quote_id"] == "a:q00000"
    assert found.loc["Joe Biden", "quote_id"] == ""
