"""Mentions of targets and actors, each in the voice that says it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis import speakers
from analysis.language import Documents, Vocabulary, read_document, read_documents
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


def test_mentions_in_many_articles_are_those_in_each() -> None:
    texts = [
        "The deal.",
        "",
        "Nothing.",
        'Biden left.\n\n"The deal is off," said Hashimoto.',
        "US Steel told Biden. The deal",
    ]
    documents = read_documents([(f"a{number}", text) for number, text in enumerate(texts)])
    articles = pd.DataFrame({"article_id": documents.article_ids, "published": "", "path": "", "url": ""})

    def of(chosen: Documents, rows: pd.DataFrame) -> pd.DataFrame:
        quotes, spans = speakers.attribute(chosen, rows, STUDY)
        return Finder(STUDY).find(chosen, speakers.voices_of(chosen, quotes, spans))

    alone = [of(documents[n : n + 1], articles.iloc[[n]].reset_index(drop=True)) for n in range(len(texts))]
    pd.testing.assert_frame_equal(of(documents, articles), pd.concat(alone, ignore_index=True))
    assert of(documents, articles)["mention_id"].tolist() == [
        "a0:m00000",
        *(f"a{n}:m0000{k}" for n in (3, 4) for k in range(3)),
    ]
