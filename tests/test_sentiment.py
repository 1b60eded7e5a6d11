"""Sentiment toward a target: the word list, single mentions, articles by voice, explanations, rows of any set."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import schema, sentiment
from analysis.errors import InputError, ParameterError
from analysis.language import Vocabulary, read_document
from analysis.sentiment import lexicon, model
from analysis.study.model import Actor, Methods, Study, Target

STUDY = Study(
    path=Path("study.toml"),
    title="t",
    slug="t",
    corpus=(),
    targets=(Target("deal"), Target("Nippon Steel")),
    actors=(Actor("Biden", side="US"), Actor("Nippon Steel", kind="institution")),
    methods=Methods(sentiment="lexicon"),
)


def _label(sentence: str, target: str) -> str:
    start = sentence.index(target)
    row = {"sentence": sentence, "start": start, "end": start + len(target)}
    return str(next(sentiment.predict([row], method="lexicon"))["label"])


@pytest.mark.parametrize(
    ("sentence", "target", "expected"),
    [
        ("Ishiba praised the deal.", "the deal", "positive"),
        ("Ishiba condemned the deal.", "the deal", "negative"),
        ("Ishiba discussed the deal.", "the deal", "neutral"),
        ("Ishiba did not praise the deal.", "the deal", "negative"),
        ("Ishiba didn’t condemn the deal; Biden was happy.", "the deal", "positive"),
        ("Biden was criticized, but Ishiba praised the deal.", "the deal", "positive"),
        ("Biden was criticized, but Ishiba praised the deal.", "Biden", "negative"),
        ("A terrible storm passed (the deal was signed).", "the deal", "neutral"),
        ("The deal was signed; the storm was terrible.", "The deal", "neutral"),
        (
            'CEO Hashimoto criticized Biden\'s decision, calling it "politically motivated" and corrupt.',
            "decision",
            "negative",
        ),
        ("The two parties met the Justice Department.", "parties", "neutral"),
    ],
)
def test_lexicon(sentence: str, target: str, expected: str) -> None:
    assert _label(sentence, target) == expected


def test_the_word_list_is_what_its_notice_says() -> None:
    rows = [line.split("\t") for line in lexicon.FILE.read_text(encoding="ascii").splitlines()]
    assert rows == sorted(rows)
    assert len({word for word, _ in rows}) == len(rows) > 7000
    assert all(-4 <= float(valence) <= 4 and float(valence) for _, valence in rows)
    assert "MIT" in (lexicon.FILE.parent / "LICENSE.vader").read_text(encoding="utf-8")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.integers(0, 60), st.integers(1, 20))
def test_lexicon_takes_any_text(text: str, start: int, length: int) -> None:
    start = min(start, len(text))
    end = min(len(text), start + length)
    words = lexicon.words(text, start, end)
    assert all(w.end <= start or w.start >= end for w in words)
    assert math.isclose(sum(lexicon.probabilities(words)), 1)


@pytest.mark.parametrize("piece", ["bad ", "(", "—", "'", "good. ", "a"])
def test_a_megabyte_costs_no_more_than_a_window(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert len(lexicon.words(text, 500_000, 500_004)) <= 60


def _document(
    text: str = 'The deal\n\nIshiba praised the deal. "The deal is corrupt," Biden said. They met for the deal.',
):
    return read_document("a", text, Vocabulary())


def _mentions(rows: list[tuple[int, str, str, str, str]], document) -> pd.DataFrame:
    """Rows of start, kind, name, voice and quote id; each matched word is `deal`."""
    return schema.frame(
        "mentions",
        [
            (
                f"a:m{i:05d}",
                "a",
                document.sentence_id(document.sentence_at(s)),
                s,
                s + 4,
                kind,
                name,
                "deal",
                voice,
                quote,
            )
            for i, (s, kind, name, voice, quote) in enumerate(rows)
        ],
    )


def _quotes() -> pd.DataFrame:
    return schema.frame("quotes", [("a:q00000", "a", 36, 60, "direct", "Biden", "Biden", "US", False, "said", "x")])


def _articles(*ids: str) -> pd.DataFrame:
    row = {
        c.name: {"text": "", "integer": 0, "number": 0.0, "flag": True}[c.kind]
        for c in schema.TABLES["articles"].columns
    }
    return pd.DataFrame([{**row, "article_id": i, "in_window": "yes"} for i in ids])


@pytest.fixture
def measured() -> tuple[pd.DataFrame, pd.DataFrame]:
    document = _document()
    at = [i for i in range(len(document.text)) if document.text[i : i + 4] == "deal"]
    mentions = _mentions(
        [
            (at[0], "target", "deal", "outlet", ""),
            (at[1], "target", "deal", "outlet", ""),
            (at[2], "target", "deal", "quoted", "a:q00000"),
            (at[3], "target", "deal", "unresolved", ""),
        ],
        document,
    )
    return mentions, sentiment.score(mentions, [document], method="lexicon", quotes=_quotes())


def test_score_gives_three_probabilities_a_mention(measured: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    _, table = measured
    assert len(table) == 12
    assert set(table["unit"]) == {"mention"}
    sums = table.groupby("unit_id")["value"].sum(min_count=3)
    assert sums.iloc[1] == pytest.approx(1)
    assert sums.iloc[2] == pytest.approx(1)
    quoted = table[table["voice"] == "quoted"]
    assert set(quoted["side"]) == {"US"}


def test_no_evidence_is_null_and_not_neutral(measured: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    _, table = measured
    null = table[table["value"].isna()]
    assert sorted(set(null["unit_id"])) == ["a:m00000", "a:m00003"]
    assert set(null["reason"]) == {"no evidence: no word of the lexicon near the mention"}
    assert set(null["n"]) == {0}


def _cell(table: pd.DataFrame, **key: str) -> pd.Series:
    chosen = table
    for column, value in key.items():
        chosen = chosen[chosen[column] == value]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_aggregate_keeps_voices_apart(measured: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    mentions, table = measured
    whole = sentiment.aggregate(table, mentions, _articles("a", "b"), STUDY)
    outlet = _cell(whole, unit_id="a", target="deal", voice="outlet", label="positive")
    assert (outlet["value"], outlet["n"], outlet["denominator"]) == (1, 1, 1)
    everybody = _cell(whole, unit_id="a", target="deal", voice="quoted", side="", label="negative")
    assert everybody["value"] == 1
    assert _cell(whole, unit_id="a", target="deal", voice="quoted", side="US", label="balance")["value"] < 0
    unresolved = _cell(whole, unit_id="a", target="deal", voice="unresolved", label="balance")
    assert math.isnan(unresolved["value"])
    assert (unresolved["n"], unresolved["denominator"]) == (0, 1)
    assert unresolved["reason"].startswith("no evidence")


def test_aggregate_says_why_a_value_is_missing(measured: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    mentions, table = measured
    quoted_only = mentions[mentions["voice"] == "quoted"]
    whole = sentiment.aggregate(table, quoted_only, _articles("a", "b"), STUDY)
    reasons = {
        (row.unit_id, row.target, row.voice): row.reason
        for row in whole[whole["label"] == "balance"].itertuples()
        if row.side == ""
    }
    assert reasons["a", "deal", "outlet"] == "mentioned, but not in the outlet's own words"
    assert reasons["a", "deal", "quoted"] == ""
    assert {reasons["b", "deal", v] for v in ("outlet", "quoted", "unresolved")} == {"not mentioned"}
    assert reasons["a", "Nippon Steel", "outlet"] == "not mentioned"
    assert len(whole) == 2 * 2 * 3 * 4 + 4  # articles x targets x voices x labels, and the one side


def test_every_target_appears_though_nothing_is_mentioned() -> None:
    whole = sentiment.aggregate(schema.empty("measures"), schema.empty("mentions"), _articles("a"), STUDY)
    assert whole["value"].isna().all()
    assert set(whole["target"]) == {"deal", "Nippon Steel"}
    assert set(whole["method"]) == {"lexicon"}


def _scored(
    values: list[tuple[float, float, float]], sentences: list[int], **given: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    fields = {"kind": "target", "name": "deal", "voice": "outlet", **given}
    mentions, rows = [], []
    for i, (triple, sentence) in enumerate(zip(values, sentences, strict=True)):
        place = (f"a:s{sentence:05d}", 5 * i, 5 * i + 4, fields["kind"], fields["name"], "deal", fields["voice"], "")
        mentions.append((f"a:m{i:05d}", "a", *place))
        for label, value in zip(sentiment.LABELS, triple, strict=True):
            key = ("mention", f"a:m{i:05d}", "sentiment", label, fields["name"], fields["voice"], "", "model")
            rows.append((*key, value, 1, 1, math.nan, math.nan, ""))
    return schema.frame("measures", rows), schema.frame("mentions", mentions)


def test_intervals_equal_the_textbook_formulas() -> None:
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(1)
    values = rng.dirichlet([1, 1, 1], size=7)
    measures, mentions = _scored([tuple(v) for v in values], list(range(7)))
    whole = sentiment.aggregate(measures, mentions, _articles("a"), STUDY)
    balances = values[:, 2] - values[:, 0]
    row = _cell(whole, target="deal", voice="outlet", label="balance")
    expected = stats.t.interval(0.95, 6, balances.mean(), stats.sem(balances))
    assert row["value"] == pytest.approx(balances.mean())
    assert (row["low"], row["high"]) == pytest.approx(expected, abs=1e-4)
    count = int((values.argmax(axis=1) == 0).sum())
    share = _cell(whole, target="deal", voice="outlet", label="negative")
    wilson = stats.binomtest(count, 7).proportion_ci(method="wilson")
    assert (share["low"], share["high"]) == pytest.approx((wilson.low, wilson.high))


def test_mentions_of_one_sentence_are_one_piece_of_evidence_for_the_interval() -> None:
    triple, other = (0.1, 0.2, 0.7), (0.6, 0.3, 0.1)
    once = sentiment.aggregate(*_scored([triple, other], [0, 1]), _articles("a"), STUDY)
    twice = sentiment.aggregate(*_scored([triple, triple, other, other], [0, 0, 1, 1]), _articles("a"), STUDY)
    key = {"target": "deal", "voice": "outlet", "label": "balance"}
    assert _cell(once, **key)["low"] == pytest.approx(_cell(twice, **key)["low"])
    one = sentiment.aggregate(*_scored([triple, other], [0, 0]), _articles("a"), STUDY)
    assert math.isnan(_cell(one, **key)["low"])


def test_a_name_that_is_target_and_actor_counts_once() -> None:
    measures, mentions = _scored([(0.1, 0.2, 0.7)] * 2, [0, 1], name="Nippon Steel")
    mentions.loc[1, "kind"] = "actor"
    whole = sentiment.aggregate(measures, mentions, _articles("a"), STUDY)
    assert _cell(whole, target="Nippon Steel", voice="outlet", label="positive")["denominator"] == 1


def test_actors_get_rows_only_where_mentioned() -> None:
    measures, mentions = _scored([(0.1, 0.2, 0.7)], [0], name="Biden", kind="actor")
    whole = sentiment.aggregate(measures, mentions, _articles("a", "b"), STUDY)
    assert set(whole.loc[whole["target"] == "Biden", "unit_id"]) == {"a"}


def test_predict_names_the_row_that_is_wrong() -> None:
    good = {"sentence": "A deal.", "start": 2, "end": 6}
    for bad in ({}, {**good, "start": 6}, {**good, "end": 99}, {**good, "start": True}, {**good, "sentence": None}):
        with pytest.raises(InputError, match=r"^row 2: "):
            list(sentiment.predict([good, bad], method="lexicon"))


def test_explain_finds_the_words_that_moved_the_score() -> None:
    sentence = "Ishiba praised the deal, which Biden blocked."
    effects = sentiment.explain(sentence, 15, 23, method="lexicon")
    ranked = [sentence[e.start : e.end] for e in sorted(effects, key=lambda e: e.weight)]
    assert (ranked[0], ranked[-1]) == ("blocked", "praised")
    assert [e.start for e in effects] == sorted(e.start for e in effects)
    assert all(e.end <= 15 or e.start >= 23 for e in effects)


def test_unknown_method_and_foreign_mention_are_errors(measured: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    mentions, _ = measured
    with pytest.raises(ParameterError, match="magic"):
        sentiment.available("magic")
    with pytest.raises(InputError, match="a:m00000"):
        sentiment.score(mentions, [], method="lexicon")


def test_without_its_files_the_model_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "FOLDER", tmp_path)
    assert not sentiment.available()
    assert sentiment.available("lexicon")
    with pytest.raises(InputError, match=r"sentiment\.onnx is missing; use --sentiment lexicon"):
        sentiment.score(schema.empty("mentions"), [], method="model")


def test_methods_default_follows_the_study() -> None:
    study = replace(STUDY, methods=Methods(sentiment="model"))
    whole = sentiment.aggregate(schema.empty("measures"), schema.empty("mentions"), _articles("a"), study)
    assert set(whole["method"]) == {"model"}
    told = sentiment.aggregate(
        schema.empty("measures"), schema.empty("mentions"), _articles("a"), study, method="lexicon"
    )
    assert set(told["method"]) == {"lexicon"}


def test_importing_loads_neither_the_model_nor_its_runtime() -> None:
    code = "import sys, analysis.sentiment; print({'onnxruntime', 'tokenizers', 'sklearn'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
