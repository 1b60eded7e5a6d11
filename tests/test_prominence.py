from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import prominence, schema
from analysis.language import Document, Vocabulary, read_document, read_documents
from analysis.study import Study, Target

STUDY = Study(Path("study.toml"), "A", "a", (), targets=(Target("deal"), Target("ban")))
TEXT = "A deal blocked\n\nTokyo, 7 January\n\nThey met. The deal came up.\n\nThe deal was off. No more was said."


def mentions(document: Document, words: str, name: str) -> pd.DataFrame:
    rows, start = [], document.text.find(words)
    while start >= 0:
        sentence = document.sentence_id(document.sentence_at(start))
        rows.append((f"a:m{len(rows):05d}", "a", sentence, start, start + 4, "target", name, words, "outlet", ""))
        start = document.text.find(words, start + 1)
    return schema.frame("mentions", rows)


def score(text: str, words: str = "deal") -> dict[tuple[str, str], tuple[float, int, int, str]]:
    document = read_document("a", text, Vocabulary())
    found = prominence.score([document], mentions(document, words, "deal"), STUDY)
    return {
        (row.target, row.label): (row.value, row.n, row.denominator, row.reason)
        for row in found.itertuples(index=False)
    }


def test_every_measure_of_one_article() -> None:
    found = score(TEXT)
    assert found["deal", "in headline"] == (1.0, 1, 3, "")
    assert found["deal", "in lead"] == (1.0, 1, 3, "")
    words = len(TEXT.split())
    assert found["deal", "depth"] == (1 / words, 1, words, "")
    assert found["deal", "per 1000 words"] == (3000 / words, 3, words, "")
    assert found["deal", "words"] == (3 + 4 + 4, 3, words, "")


def test_absence_is_null_with_its_reason_and_no_low_score() -> None:
    found = score(TEXT)
    for label in prominence.LABELS:
        value, n, _, reason = found["ban", label]
        assert np.isnan(value)
        assert (n, reason) == (0, "not mentioned")


def test_an_article_without_a_headline() -> None:
    found = score("The deal came up. It failed.")
    value, n, denominator, reason = found["deal", "in headline"]
    assert np.isnan(value)
    assert (n, denominator, reason) == (0, 1, "no headline")
    assert found["deal", "in lead"][0] == 1.0


def test_mentioned_only_late() -> None:
    found = score("A visit\n\nThey met at noon.\n\nThe deal came up.")
    assert found["deal", "in headline"][0] == found["deal", "in lead"][0] == 0.0
    assert found["deal", "depth"][0] == pytest.approx(7 / 10)


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("Head\n\nOne. Two.\n\nThree.", "One. Two."),
        ("Head\n\nOne. Two.\nThree.", "One. Two."),
        ("Head\n\nTokyo, Japan – January 7, 2025\n\nOne.\n\nTwo.", "One."),
        ("Head\n\n“We agree,” he said. “Fully.”\n\nTwo.", "“We agree,” he said. “Fully.”"),
        ("Head\n\nno stop anywhere\n\nand none here", "no stop anywhere"),
        ("Head\n\nA line that goes\non in the next. So.\n\nTwo.", "A line that goes\non in the next. So."),
        ("Head", "Head"),
        ("", ""),
    ],
)
def test_lead(text: str, lead: str) -> None:
    document = read_document("a", text, Vocabulary())
    assert text[slice(*prominence.lead(document))] == lead


def test_mentions_of_actors_and_of_other_articles_do_not_count() -> None:
    rows = [
        ("a:m00000", "a", "a:s00000", 0, 4, "actor", "deal", "deal", "outlet", ""),
        ("b:m00000", "b", "b:s00000", 0, 4, "target", "deal", "deal", "outlet", ""),
    ]
    document = read_document("a", TEXT, Vocabulary())
    found = prominence.score([document], schema.frame("mentions", rows), STUDY)
    assert found["value"].isna().all()
    assert len(found) == 2 * len(prominence.LABELS)


def test_no_documents_no_rows() -> None:
    assert prominence.score([], schema.empty("mentions"), STUDY).empty


def test_articles_measured_together_are_measured_as_one_by_one() -> None:
    texts = [
        TEXT,
        "",
        "A ban\n\nThe deal, the deal and a ban.\n\nThe ban.",
        "No headline. A deal.",
        "A deal\n\nThe ban. A deal, a ban.",
    ]
    documents = read_documents([(f"a{number}", text) for number, text in enumerate(texts)])
    rows = []
    for document in documents:
        for match in re.finditer("deal|ban", document.text):
            number, sentence = len(rows), document.sentence_id(document.sentence_at(match.start()))
            place = (document.article_id, sentence, *match.span())
            rows.append((f"{document.article_id}:m{number:05d}", *place, "target", match[0], match[0], "outlet", ""))
    found = schema.frame("mentions", rows)
    together = prominence.score(documents, found, STUDY)
    alone = [prominence.score([document], found, STUDY) for document in documents]
    pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True))
    shuffled = prominence.score(documents, found.sample(frac=1, random_state=1), STUDY)
    pd.testing.assert_frame_equal(together, shuffled)
