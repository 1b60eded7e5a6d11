"""The shipped classifier: deterministic to the bit, whatever stands beside a row, and cheap to load."""

from __future__ import annotations

import subprocess
import sys

import pytest

from analysis import sentiment
from analysis.sentiment import model

pytestmark = pytest.mark.skipif(not model.available(), reason="the sentiment model is not installed")

SENTENCES = [
    ("Ishiba called Biden's move to block the acquisition perplexing.", "Biden"),
    ("Ishiba called Biden's move to block the acquisition perplexing.", "acquisition"),
    ("Blinken praised the alliance.", "the alliance"),
    ("They met in Tokyo on Tuesday.", "Tokyo"),
    ("🙂 \ud800 café", "café"),
    ("…", "…"),
]
ROWS = [{"sentence": s, "start": s.index(t), "end": s.index(t) + len(t)} for s, t in SENTENCES]
LONG = {"sentence": "word " * 5000 + "Biden lied." + " word" * 5000, "start": 25_000, "end": 25_005}


def _fresh(rows: list[dict]) -> list[dict]:
    sentiment.scoring._known.clear()
    return list(sentiment.predict(rows))


def test_a_row_gives_the_same_bits_whatever_stands_beside_it() -> None:
    together = _fresh(ROWS)
    alone = [_fresh([row])[0] for row in ROWS]
    backwards = _fresh([LONG, *ROWS[::-1]])[1:][::-1]
    assert together == alone == backwards


def test_another_process_gives_the_same_bits() -> None:
    code = f"from analysis import sentiment; print([p['probability'] for p in sentiment.predict({ROWS[:4]!r})])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == repr([p["probability"] for p in _fresh(ROWS[:4])])


@pytest.mark.parametrize(
    ("sentence", "target", "expected"),
    [
        ("Ishiba harshly criticized Biden for the decision.", "Biden", "negative"),
        ("Blinken praised Ishiba as a great friend of America.", "Ishiba", "positive"),
        ("Blinken met Ishiba in Tokyo on Tuesday.", "Ishiba", "neutral"),
    ],
)
def test_plain_cases(sentence: str, target: str, expected: str) -> None:
    start = sentence.index(target)
    (answer,) = sentiment.predict([{"sentence": sentence, "start": start, "end": start + len(target)}])
    assert answer["label"] == expected
    assert sum(answer["probability"].values()) == pytest.approx(1)


def test_marks_stand_round_the_target_and_the_length_is_bounded() -> None:
    marked = model.mark(LONG["sentence"], LONG["start"], LONG["end"])
    assert len(marked.ids) == 112
    tokenizer = model._load().tokenizer
    assert tokenizer.decode(marked.ids[marked.first : marked.last]) == "biden"
    before, after = marked.ids[marked.first - 1], marked.ids[marked.last]
    assert [tokenizer.id_to_token(i) for i in (before, after)] == ["[unused1]", "[unused2]"]
    assert 45 < marked.first < 65


def test_explain_weighs_the_word_that_decides() -> None:
    sentence = "Ishiba harshly criticized Biden for the decision."
    effects = sentiment.explain(sentence, 26, 31)
    strongest = min(effects, key=lambda e: e.weight)
    assert sentence[strongest.start : strongest.end] in {"harshly", "criticized"}


def test_loading_costs_less_than_importing_pandas() -> None:
    code = (
        "import numpy; from time import process_time as now; t = now(); import pandas; pandas_took = now() - t\n"
        "from analysis.sentiment import model; t = now(); model._load(); print(now() - t, pandas_took)"
    )
    ratios = []
    for _ in range(3):
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        ours, theirs = map(float, ran.stdout.split())
        ratios.append(ours / theirs)
    assert min(ratios) < 1
