from __future__ import annotations

import math
from pathlib import Path

import comparison_fixture as fixture
import numpy as np
import pandas as pd
import pytest

from analysis import comparison, schema
from analysis.comparison.contrast import COLUMNS, contrast
from analysis.comparison.groups import evidence, evidence_ids, obstacle, outlets, sentence_ids
from analysis.comparison.memory import forget
from analysis.study import Target

A = [f"a{n}" for n in range(10)]
B = [f"b{n}" for n in range(10)]
TWO = [{"article_id": a, "outlet": "Ay"} for a in A] + [{"article_id": b, "outlet": "Bee"} for b in B]


def values(table: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return list(table[list(columns)].itertuples(index=False, name=None))


# -- labels and who takes part


@pytest.mark.parametrize(
    ("ids", "names", "expected"),
    [
        (["000_ab", "001_cd"], ["unknown", "unknown"], ["unknown (000)", "unknown (001)"]),
        (["000_ab", "000_cd"], ["unknown", "unknown"], ["unknown (000_ab)", "unknown (000_cd)"]),
        (["x", "y"], ["Bloomberg", ""], ["Bloomberg", "unknown (y)"]),
        (["_x", "y"], ["unknown", "unknown"], ["unknown (_x)", "unknown (y)"]),
    ],
)
def test_outlet_labels(ids: list[str], names: list[str], expected: list[str]) -> None:
    table = fixture.articles({"article_id": i, "outlet": o} for i, o in zip(ids, names, strict=True))
    assert comparison.outlet_labels(table).tolist() == expected
    assert comparison.outlet_labels(table).index.tolist() == table.index.tolist()


def test_only_included_articles_are_compared() -> None:
    rows = [{"article_id": "b", "outlet": "Bee"}, {"article_id": "a"}, {"article_id": "c", "included": False}]
    chosen = comparison.compared(fixture.tables(rows))
    assert chosen.index.tolist() == ["a", "b"]
    assert outlets(chosen) == ["Bee", "unknown (a)"]


def test_why_no_claim_can_be_made() -> None:
    rows = [*TWO, {"article_id": "c", "outlet": "Cee"}, {"article_id": "d"}]
    chosen = comparison.compared(fixture.tables(rows))
    study = fixture.study()
    assert obstacle("Ay", chosen, study) == ""
    assert obstacle("Cee", chosen, study) == "1 article, the study asks for 5"
    assert obstacle("unknown (d)", chosen, study) == "outlet unknown"
    lone = comparison.compared(fixture.tables(TWO[:10]))
    assert obstacle("Ay", lone, study) == "0 articles of other outlets, the study asks for 5"
    referred = fixture.study(reference="Bee")
    assert obstacle("Ay", chosen, referred) == ""
    assert obstacle("Bee", chosen, referred) == "the reference itself"
    small = fixture.study(reference="Cee")
    assert obstacle("Ay", chosen, small) == "1 article of the reference Cee, the study asks for 5"


def test_evidence_is_distinct_and_limited() -> None:
    assert evidence(["a", "b", "a", ""]) == "a b"
    assert len(evidence(str(n) for n in range(500)).split()) == 200


@pytest.mark.parametrize(
    "ids",
    [[], ["a:s00001"], ["a:s00001", "b:q00000", "c:m123456"], ["The Sun 7:s00001", "7:s00001", "x y:m00000"],
     ["a", "b"], ["a:s00001", "b"]],
)  # fmt: skip
def test_ids_of_evidence_are_told_apart(ids: list[str]) -> None:
    assert evidence_ids(evidence(ids)) == ids


def test_evidence_of_articles_whose_ids_hold_spaces() -> None:
    rows = [{"article_id": f"The Ay {n}", "outlet": "Ay"} for n in range(3)]
    mentions = fixture.mentions([(str(row["article_id"]), "deal", "deal", "outlet") for row in rows])
    found = comparison.naming(fixture.tables(rows, mentions=mentions), fixture.study())
    assert found.loc[0, "evidence"] == "The Ay 0:s00000 The Ay 1:s00000 The Ay 2:s00000"


def test_sentence_of_a_position() -> None:
    tables = fixture.tables([{"article_id": "a", "text": "Head\n\nOne here. Two here."}])
    assert sentence_ids(tables, ["a", "a", "a", "z", "a"], [0, 7, 18, 3, -1]) == [
        "a:s00000", "a:s00001", "a:s00002", "", "",
    ]  # fmt: skip


# -- words for numbers


@pytest.mark.parametrize(
    ("k", "n", "minimum", "expected"),
    [
        (3, 4, 20, "3 of 4"),
        (19, 19, 20, "19 of 19"),
        (5, 20, 20, "25 % (5 of 20)"),
        (1, 1000, 20, "under 1 % (1 of 1,000)"),
        (999, 1000, 20, "over 99 % (999 of 1,000)"),
        (1000, 1000, 20, "100 % (1,000 of 1,000)"),
        (0, 1000, 20, "0 % (0 of 1,000)"),
        (1, 8, 5, "13 % (1 of 8)"),
        (0, 0, 20, "none of none"),
    ],
)
def test_share_text(k: int, n: int, minimum: int, expected: str) -> None:
    assert comparison.share_text(k, n, minimum) == expected


# -- frames


def test_frames_are_counted_by_outlet() -> None:
    used = {a: float(n < 9) for n, a in enumerate(A)} | {b: float(n < 1) for n, b in enumerate(B)}
    carried = [
        ("sentence", "a0:s00001", "frame", "generic/conflict", "", "", "", "fitted", 0.9, 1, 1, math.nan, math.nan, "")
    ]
    tables = fixture.tables(TWO, measures=fixture.measures(fixture.frames(used), carried))
    found = comparison.frames_by_outlet(tables, fixture.study())
    assert values(found, "outlet", "item", "method", "n", "denominator", "rest_n", "rest_denominator", "claim") == [
        ("Ay", "generic/conflict", "fitted", 9, 10, 1, 10, True),
        ("Bee", "generic/conflict", "fitted", 1, 10, 9, 10, True),
    ]
    assert found.loc[0, ["low", "high"]].tolist() == pytest.approx(list(comparison.wilson(9, 10)))
    assert found["q"].tolist() == pytest.approx([comparison.fisher(9, 10, 1, 10)] * 2)
    assert found["evidence"].tolist() == ["a0:s00001", ""]
    assert found["reason"].tolist() == ["", ""]


def test_a_frame_without_evidence_is_not_absent() -> None:
    used: dict[str, float | None] = dict.fromkeys(A, 1.0) | dict.fromkeys(B)
    found = comparison.frames_by_outlet(
        fixture.tables(TWO, measures=fixture.measures(fixture.frames(used))), fixture.study()
    )
    bee = found[found["outlet"] == "Bee"].iloc[0]
    assert math.isnan(bee["value"])
    assert (bee["n"], bee["denominator"], bee["reason"]) == (0, 0, "too short")
    assert found.loc[0, "reason"] == "evidence in 0 articles to compare with, the study asks for 5"


def test_no_claim_under_the_minimum() -> None:
    rows = [*TWO[:4], *TWO[10:]]
    used = dict.fromkeys(A[:4], 1.0) | dict.fromkeys(B, 0.0)
    found = comparison.frames_by_outlet(
        fixture.tables(rows, measures=fixture.measures(fixture.frames(used))), fixture.study()
    )
    ay = found[found["outlet"] == "Ay"].iloc[0]
    assert not ay["claim"]
    assert ay["reason"] == "4 articles, the study asks for 5"
    assert math.isnan(ay["low"])
    assert ay["basis"] == ""


def test_against_a_reference() -> None:
    rows = [*TWO, *({"article_id": f"c{n}", "outlet": "Cee"} for n in range(10))]
    used = dict.fromkeys(A, 1.0) | dict.fromkeys(B, 0.0) | {f"c{n}": 1.0 for n in range(10)}
    tables = fixture.tables(rows, measures=fixture.measures(fixture.frames(used)))
    found = comparison.frames_by_outlet(tables, fixture.study(reference="Bee")).set_index("outlet")
    assert found["claim"].to_dict() == {"Ay": True, "Bee": False, "Cee": True}
    assert found.at["Ay", "rest_denominator"] == 10
    assert found.at["Bee", "reason"] == "the reference itself"


def test_many_tests_are_corrected() -> None:
    rng = np.random.default_rng(1)
    parts = []
    for label in range(40):
        used = dict(zip(A + B, (rng.random(20) < 0.5).astype(float).tolist(), strict=True))
        parts.append(fixture.frames(used, f"generic/f{label:02d}"))
    found = comparison.frames_by_outlet(fixture.tables(TWO, measures=fixture.measures(*parts)), fixture.study())
    assert not found["claim"].any()
    assert found["reason"].str.startswith("no difference from the rest shown (q = ").all()


# -- sentiment


def test_sentiment_by_target_and_voice() -> None:
    rows = [{"article_id": a, "outlet": "Ay"} for a in ("a0", "a1")] + [{"article_id": "b0", "outlet": "Bee"}]
    mentions = fixture.mentions(
        [("a0", "deal", "deal", "outlet"), ("a0", "deal", "deal", "quoted"), ("a1", "deal", "deal", "quoted")]
    )
    scored = fixture.sentiment(mentions, ["negative", "positive", "negative"], ["", "US", "Japan"])
    tables = fixture.tables(rows, mentions=mentions, measures=fixture.measures(scored))
    found = comparison.sentiment_by_target_voice(tables, fixture.study())
    cells = found.set_index(["outlet", "voice", "side", "item"])
    assert cells.at[("Ay", "", "", "negative"), "n"] == 2
    assert cells.at[("Ay", "", "", "negative"), "denominator"] == 3
    assert cells.at[("Ay", "quoted", "", "positive"), "value"] == pytest.approx(1 / 2)
    assert cells.at[("Ay", "quoted", "US", "positive"), "value"] == 1.0
    assert cells.at[("Ay", "", "", "balance"), "value"] == pytest.approx(-0.7 / 3)
    assert cells.at[("Ay", "", "", "negative"), "basis"] == "within these texts"
    assert cells.at[("Ay", "", "", "negative"), "evidence"] == "a0:s00000 a1:s00000"


def test_absence_and_missing_evidence_are_not_neutral() -> None:
    rows = [{"article_id": i, "outlet": o} for i, o in (("a", "Ay"), ("b", "Bee"), ("c", "Cee"))]
    mentions = fixture.mentions([("a", "deal", "deal", "outlet"), ("b", "deal", "deal", "outlet")])
    scored = fixture.sentiment(mentions[mentions["article_id"] == "a"], ["neutral"])
    tables = fixture.tables(rows, mentions=mentions, measures=fixture.measures(scored))
    found = comparison.sentiment_by_target_voice(tables, fixture.study())
    cells = found.set_index(["outlet", "voice", "item"])["reason"]
    values_ = found.set_index(["outlet", "voice", "item"])["value"]
    assert values_["Ay", "", "neutral"] == 1.0
    assert math.isnan(values_["Bee", "", "neutral"])
    assert cells["Bee", "", "neutral"] == "no evidence"
    assert cells["Cee", "", "neutral"] == "not mentioned"
    assert cells["Ay", "quoted", "neutral"] == "not mentioned in this voice"


def test_a_difference_in_sentiment_is_claimed_of_the_balance_only() -> None:
    mentions = fixture.mentions([(a, "deal", "deal", "outlet") for a in A + B for _ in range(3)])
    owner = mentions["article_id"].str[0]
    scored = fixture.sentiment(mentions, ["negative" if o == "a" else "positive" for o in owner])
    tables = fixture.tables(TWO, mentions=mentions, measures=fixture.measures(scored))
    found = comparison.sentiment_by_target_voice(tables, fixture.study())
    claims = found[found["claim"]]
    assert sorted(set(claims["item"])) == ["balance"]
    assert sorted(set(claims["voice"])) == ["", "outlet"]
    others = found[(found["item"] == "negative") & (found["voice"] == "")]
    assert others["reason"].tolist() == ["not tested by itself"] * 2


# -- sources

QUOTING = [
    {"article_id": "a", "outlet": "Ay", "text": 'Head\n\n"One two three four," said Xu. "Five six," said Yi.'},
    {"article_id": "b", "outlet": "Bee", "text": 'Head\n\nX called it "a bad, bad deal" today.'},
    {"article_id": "c", "outlet": "Cee", "text": "Head\n\nNo quotes."},
]


def test_quoted_words_by_actor_and_side() -> None:
    table = fixture.articles(QUOTING)
    quotes, spans = fixture.quotes(
        table, [("a", "X", "US", '"One two three four,"'), ("a", "Y", "Japan", '"Five six,"')]
    )
    tables = fixture.tables(QUOTING, quotes=quotes, quote_spans=spans)
    found = comparison.sources_by_outlet(tables, fixture.study())
    sides = found[found["by"] == "side"]
    assert values(sides, "outlet", "item", "n", "denominator", "reason") == [
        ("Ay", "US", 4, 6, "1 article, the study asks for 5"),
        ("Bee", "US", 0, 0, "no quotes"),
        ("Cee", "US", 0, 0, "no quotes"),
        ("Ay", "Japan", 2, 6, "1 article, the study asks for 5"),
        ("Bee", "Japan", 0, 0, "no quotes"),
        ("Cee", "Japan", 0, 0, "no quotes"),
    ]
    assert sides["evidence"].tolist() == ["a:s00001", "", "", "a:s00002", "", ""]


def test_only_words_between_marks_are_quoted_words() -> None:
    table = fixture.articles(QUOTING)
    quotes, spans = fixture.quotes(table, [("b", "X", "US", 'it "a bad, bad deal" today')], kind="mixed")
    found = comparison.quoted_words(fixture.tables(QUOTING, quotes=quotes, quote_spans=spans))
    assert found["words"].tolist() == [4]
    indirect = quotes.assign(kind="indirect")
    assert comparison.quoted_words(fixture.tables(QUOTING, quotes=indirect, quote_spans=spans)).empty


def test_sources_that_are_no_actor() -> None:
    table = fixture.articles(QUOTING)
    quotes, spans = fixture.quotes(table, [("a", "", "", '"One two three four,"'), ("a", "", "", '"Five six,"')])
    quotes.loc[0, ["speaker", "anonymous"]] = ["an official", True]
    found = comparison.sources_by_outlet(fixture.tables(QUOTING[:1], quotes=quotes, quote_spans=spans), fixture.study())
    assert values(found, "item", "by", "n") == [
        ("no side", "side", 6),
        ("anonymous sources", "actor", 4),
        ("no source given", "actor", 2),
    ]


# -- facts


def test_facts_by_outlet() -> None:
    rows = [{"article_id": i, "outlet": o} for i, o in (("a", "Ay"), ("b", "Ay"), ("c", "Bee"))]
    cells = {
        "a": ["asserted", "quoted", "not found"],
        "b": ["quoted", "denied", "not found"],
        "c": ["not found"] * 3,
    }
    found = comparison.facts_by_outlet(fixture.tables(rows, facts=fixture.facts(cells)), fixture.study())
    counts = found.set_index(["item", "status", "outlet"])["n"]
    assert [counts["f1", s, "Ay"] for s in ("told", "asserted", "quoted", "denied", "not found")] == [2, 1, 1, 0, 0]
    assert [counts["f2", s, "Ay"] for s in ("told", "asserted", "quoted", "denied", "not found")] == [1, 0, 1, 1, 0]
    assert counts["f3", "not found", "Ay"] == 2
    assert found["item"].drop_duplicates().tolist() == ["f1", "f2", "f3"]
    told = found[(found["item"] == "f1") & (found["status"] == "told") & (found["outlet"] == "Ay")].iloc[0]
    assert told["evidence"] == "a:s00000 b:s00000"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"words": 149}, "under 150 words"),
        ({"in_window": "unknown"}, "not known to be in the event window"),
        ({"in_window": "no", "words": 10}, "not known to be in the event window"),
    ],
)
def test_no_omission_of_what_could_not_have_been_told(given: dict[str, object], reason: str) -> None:
    rows = [{"article_id": "a", "outlet": "Ay", **given}, {"article_id": "b", "outlet": "Bee"}]
    cells = {"a": ["not found"] * 3, "b": ["not found"] * 3}
    found = comparison.facts_by_outlet(fixture.tables(rows, facts=fixture.facts(cells)), fixture.study())
    cell = found.set_index(["item", "status", "outlet"]).loc[("f1", "not found", "Ay")]
    assert math.isnan(cell["value"])
    assert (cell["n"], cell["denominator"], cell["reason"]) == (0, 0, reason)
    assert found.set_index(["item", "status", "outlet"]).at[("f1", "not found", "Bee"), "n"] == 1


def test_a_sentence_near_in_meaning_withholds_an_omission() -> None:
    rows = [{"article_id": "a", "outlet": "Ay"}, {"article_id": "b", "outlet": "Ay"}]
    cells = {"a": ["asserted", "not found", "quoted"], "b": ["not found"] * 3}
    tables = fixture.tables(rows, facts=fixture.facts(cells))
    plain = comparison.facts_by_outlet(tables, fixture.study()).set_index(["item", "status"])
    near = pd.DataFrame({"article_id": ["a", "a"], "fact": ["f1", "f2"], "similarity": [0.9, 0.7]})
    found = comparison.facts_by_outlet({**tables, "near": near}, fixture.study()).set_index(["item", "status"])
    assert (plain.at[("f2", "not found"), "n"], plain.at[("f2", "not found"), "denominator"]) == (2, 2)
    assert (found.at[("f2", "not found"), "n"], found.at[("f2", "not found"), "denominator"]) == (1, 1)
    others = [key for key in plain.index if key[1] != "not found"]
    pd.testing.assert_frame_equal(found.loc[others], plain.loc[others])  # what is near is not told
    near = pd.DataFrame({"article_id": ["a", "b"], "fact": ["f2", "f2"], "similarity": [0.9, 0.7]})
    found = comparison.facts_by_outlet({**tables, "near": near}, fixture.study()).set_index(["item", "status"])
    assert math.isnan(found.at[("f2", "not found"), "value"])
    assert found.at[("f2", "not found"), "reason"] == "a sentence near in meaning may tell it"


# -- naming and words


def test_naming() -> None:
    rows = [{"article_id": i, "outlet": o} for i, o in (("a", "Ay"), ("b", "Bee"), ("c", "Cee"))]
    mentions = fixture.mentions(
        [
            ("a", "deal", "The deal", "outlet"), ("a", "deal", "deal", "outlet"), ("a", "deal", "sale", "quoted"),
            ("b", "deal", "proposed\n sale", "outlet"), ("b", "deal", "sale", "outlet"),
        ]
    )  # fmt: skip
    found = comparison.naming(fixture.tables(rows, mentions=mentions), fixture.study())
    assert values(found, "item", "outlet", "n", "denominator") == [
        ("deal", "Ay", 2, 3), ("deal", "Bee", 0, 2), ("deal", "Cee", 0, 0),
        ("sale", "Ay", 1, 3), ("sale", "Bee", 1, 2), ("sale", "Cee", 0, 0),
        ("proposed sale", "Ay", 0, 3), ("proposed sale", "Bee", 1, 2), ("proposed sale", "Cee", 0, 0),
    ]  # fmt: skip
    assert found.loc[found["outlet"] == "Cee", "reason"].unique().tolist() == ["not mentioned"]
    assert found.loc[0, "evidence"] == "a:s00000 a:s00001"


def worded(outlet: str, ids: list[str], words: str) -> list[dict[str, object]]:
    filler = "The minister spoke of plans and costs on the day."
    return [{"article_id": i, "outlet": outlet, "text": f"Head\n\n{filler} {words}"} for i in ids]


def test_word_choice() -> None:
    rows = worded("Ay", A, "A tariff, a tariff.") + worded("Bee", B, "A levy, the levy.")
    found = comparison.word_choice(fixture.tables(rows), fixture.study())
    claims = found[found["claim"]]
    assert values(claims, "outlet", "item", "n", "range", "range_rest") == [
        ("Ay", "tariff", 20, 10, 0),
        ("Bee", "levy", 20, 10, 0),
    ]
    assert (claims["low"] > 0).all()
    assert claims["evidence"].iloc[0].split()[0] == "a0:s00002"
    assert "the" not in set(found["item"])


def test_suspected_translations_have_no_word_choice() -> None:
    rows = worded("Ay", A, "A tariff, a tariff.") + worded("Bee", B, "A levy, the levy.")
    for row in rows[:10]:
        row["flags"] = "undated machine_translation_suspected"
    assert comparison.word_choice(fixture.tables(rows), fixture.study()).empty


def test_a_word_of_one_article_is_no_claim() -> None:
    rows = worded("Ay", A, "A plan.") + worded("Bee", B, "A plan.")
    rows[0]["text"] = "Head\n\n" + "Tariff, tariff. " * 80
    rows[12]["text"] = rows[13]["text"] = "Head\n\nA tariff. And more."
    found = comparison.word_choice(fixture.tables(rows), fixture.study())
    tariff = found[found["item"] == "tariff"].iloc[0]
    assert tariff["z"] > 3
    assert not tariff["claim"]


def test_word_choice_of_one_outlet_alone() -> None:
    assert comparison.word_choice(fixture.tables(worded("Ay", A, "A plan.")), fixture.study()).empty


# -- prominence and readability


def test_prominence_by_outlet() -> None:
    heads = fixture.numbers("prominence", dict.fromkeys(A, 1.0) | dict.fromkeys(B, 0.0), "in headline", "deal")
    depth = fixture.numbers("prominence", {a: 0.1 * n for n, a in enumerate(A + B)}, "depth", "deal")
    mentions = fixture.mentions([(a, "deal", "deal", "outlet") for a in A + B])
    tables = fixture.tables(TWO, measures=fixture.measures(heads, depth), mentions=mentions)
    found = comparison.prominence_by_outlet(tables, fixture.study())
    assert values(found, "outlet", "item", "target", "n", "denominator", "claim") == [
        ("Ay", "depth", "deal", 10, 10, True),
        ("Bee", "depth", "deal", 10, 10, True),
        ("Ay", "in headline", "deal", 10, 10, True),
        ("Bee", "in headline", "deal", 0, 10, True),
    ]
    ay = found[(found["outlet"] == "Ay") & (found["item"] == "depth")].iloc[0]
    assert ay["value"] == pytest.approx(0.45)
    assert ay["low"] < 0.45 < ay["high"]
    assert ay["basis"] == "articles"
    assert ay["evidence"].split() == [f"{a}:s00000" for a in A]


def test_readability_has_its_spread() -> None:
    scores = {a: float(n) for n, a in enumerate(A)}
    tables = fixture.tables(
        TWO[:11], measures=fixture.measures(fixture.numbers("readability", scores | {"b0": 8.0}, "grade"))
    )
    found = comparison.readability_by_outlet(tables, fixture.study()).set_index("outlet")
    assert found.loc["Ay", ["value", "deviation", "lowest", "highest"]].tolist() == pytest.approx(
        [4.5, np.std(list(scores.values()), ddof=1), 0, 9]
    )
    assert math.isnan(found.at["Bee", "deviation"])


def lengths(outlet: str, words: int, *, title: str) -> list[dict[str, object]]:
    """Ten articles of ten sentences of so many words; a title's full stop stands in each."""
    rows = []
    for n in range(10):
        sentence = f"People in town {n} told {title} Doe " + " ".join(["said"] * (words + n % 3 - 7)) + "."
        rows.append(
            {"article_id": f"{outlet}{n}", "outlet": outlet, "text": "A headline\n\n" + " ".join([sentence] * 10)}
        )
    return rows


@pytest.mark.parametrize(("title", "words", "claimed"), [("Mr.", 20, False), ("Mister", 10, True)])
def test_a_full_stop_in_a_title_makes_no_shorter_sentences(title: str, words: int, claimed: bool) -> None:
    from analysis.readability.formulas import reference

    rows = [*lengths("Ay", words, title=title), *lengths("Bee", 20, title="Mister")]
    scores = {str(row["article_id"]): reference(str(row["text"]).partition("\n\n")[2]) for row in rows}
    measured = [
        row
        for item in ("words_per_sentence", "flesch_kincaid_grade", "gunning_fog", "smog_index", "coleman_liau_index")
        for row in fixture.numbers("readability", {a: score[item] for a, score in scores.items()}, item)
    ]
    tables = fixture.tables(rows, measures=fixture.measures(measured))
    found = comparison.readability_by_outlet(tables, fixture.study()).set_index(["outlet", "item"])
    row = found.loc[("Ay", "words_per_sentence")]
    assert row["q"] < 0.01  # by the formula's own sentences the outlets differ in both cases
    assert row["value"] < 0.7 * row["rest"]
    assert bool(row["claim"]) is claimed
    assert ("full stop" in row["reason"]) is not claimed
    assert bool(found.loc[("Ay", "flesch_kincaid_grade"), "claim"]) is claimed
    assert bool(found.loc[("Ay", "gunning_fog"), "claim"]) is claimed


def test_indices_with_other_sentences_are_the_formulas_own() -> None:
    """A text without abbreviations, told that its sentences are half as many: every index follows from its formula."""
    from analysis.comparison.accounts import _parted_otherwise
    from analysis.readability.formulas import FORMULAS, reference

    words = "The minister of agriculture considered an extraordinary proposal about steel and its manufacturers today"
    short, long = f"{words}. " * 20, f"{words}, {words.lower()}. " * 10
    score, wanted = reference(short), reference(long)
    tables = fixture.tables([{"article_id": "a", "text": "\n\n" + long}])
    data = pd.DataFrame({"article_id": "a", "item": list(FORMULAS), "k": [score[n] for n in FORMULAS], "n": 1.0})
    found = _parted_otherwise(data, tables).set_index("item")["k"]
    for name in FORMULAS:
        assert found[name] == pytest.approx(wanted[name], abs=0.15), name
        if name != "words_per_sentence":
            assert abs(score[name] - wanted[name]) > 0.3 or name == "dale_chall_readability_score"


# -- every comparison


@pytest.mark.parametrize("name", comparison.COMPARISONS)
def test_an_empty_corpus_gives_an_empty_table(name: str) -> None:
    found = comparison.COMPARISONS[name]({n: schema.empty(n) for n in schema.TABLES}, fixture.study(targets=()))
    assert found.empty
    assert set(COLUMNS) <= set(found.columns)
    filled = comparison.COMPARISONS[name](fixture.tables(TWO), fixture.study())
    assert {c: str(filled[c].dtype) for c in COLUMNS} == COLUMNS


def test_input_is_left_as_it_was() -> None:
    mentions = fixture.mentions([(a, "deal", "deal", "outlet") for a in A + B])
    tables = fixture.tables(TWO, mentions=mentions)
    before = {name: table.copy() for name, table in tables.items()}
    for compare in comparison.COMPARISONS.values():
        compare(tables, fixture.study())
    for name, table in before.items():
        pd.testing.assert_frame_equal(tables[name], table)


def test_twice_the_same_answer() -> None:
    rows = worded("Ay", A, "A tariff, a tariff.") + worded("Bee", B, "A levy, the levy.")
    tables = fixture.tables(rows)
    first = comparison.word_choice(tables, fixture.study())
    forget()
    pd.testing.assert_frame_equal(first, comparison.word_choice(tables, fixture.study()))


def null(rng: np.random.Generator, kind: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Three outlets that do not differ, eight items that lean together within an article."""
    names = [(f"{o}{n}", o) for o, size in (("A", 6), ("B", 14), ("C", 40)) for n in range(size)]
    rows = []
    for article, _ in names:
        lean = rng.normal()
        for item in range(8):
            n = int(rng.poisson(4))
            share = 1 / (1 + math.exp(1 - lean - rng.normal() / 2))
            if kind == "articles":
                k, n = float(rng.random() < share), 1
            else:
                k = float(rng.binomial(n, share)) if kind == "pieces" else math.exp(lean) * n
            rows.append((article, str(item), k, float(n), "", ""))
    observed = pd.DataFrame(rows, columns=["article_id", "item", "k", "n", "reason", "evidence"])
    index = pd.Index([article for article, _ in names])
    labels = [owner for _, owner in names]
    chosen = {"label": labels, "known": True, "words": 300, "in_window": "yes", "translated": False}
    return observed, pd.DataFrame(chosen, index=index)


def claims(kind: str, runs: int) -> int:
    rng = np.random.default_rng(31)
    study = fixture.study()
    return sum(bool(contrast(*null(rng, kind), study, kind=kind)["claim"].any()) for _ in range(runs))


@pytest.mark.parametrize("kind", ["articles", "pieces", "numbers"])
def test_no_claim_without_a_difference(kind: str) -> None:
    assert claims(kind, 40) <= 6  # at 5 %: at most 6 with a chance of 0.99


@pytest.mark.long
@pytest.mark.parametrize("kind", ["articles", "pieces", "numbers"])
def test_no_claim_without_a_difference_at_length(kind: str) -> None:
    assert claims(kind, 1000) <= 64  # at 5 %: 50, and at most 64 with a chance of 0.98


# -- leaving articles out


def copied(tables: dict[str, pd.DataFrame], copies: list[str], origin: str) -> dict[str, pd.DataFrame]:
    origins = tables["origins"].copy()
    which = origins["article_id"].isin(copies)
    origins.loc[which, "origin_id"] = origin
    origins.loc[which, "dependent"] = True
    return {**tables, "origins": origins}


def test_where_the_answer_changes_without_copies() -> None:
    used = dict.fromkeys(A, 1.0) | dict.fromkeys(B, 0.0)
    tables = fixture.tables(TWO, measures=fixture.measures(fixture.frames(used)))
    study = fixture.study()
    assert comparison.sensitivity(tables, study).empty
    tables = copied(tables, A[2:], "a0")
    assert len(comparison.compared(comparison.without_dependent(tables))) == 12
    found = comparison.sensitivity(tables, study, comparisons=("frames",))
    assert values(found, "without", "comparison", "outlet", "claim", "claim_without", "changes", "note") == [
        ("dependent copies", "frames", "Ay", True, False, True, "the claim falls"),
        ("dependent copies", "frames", "Bee", True, False, True, "the claim falls"),
    ]


def test_where_the_answer_changes_without_flagged_articles() -> None:
    rows = [{**row, "flags": "undated" if row["article_id"] == "a0" else ""} for row in TWO]
    used = {a: float(n % 2) for n, a in enumerate(A + B)}
    tables = fixture.tables(rows, measures=fixture.measures(fixture.frames(used)))
    found = comparison.sensitivity(tables, fixture.study(), comparisons=("frames", "facts"))
    assert values(found, "without", "outlet", "n", "n_without", "changes") == [("flagged articles", "Ay", 5, 5, False)]
    assert found.loc[0, "note"] == "the value changes within its interval"


# -- the same utterance

SAID = [
    {"article_id": "a", "outlet": "Ay",
     "text": 'H\n\n"I am committed to raising the alliance to new heights," said X.'},
    {"article_id": "b", "outlet": "Bee",
     "text": 'H\n\n"Looking ahead, I am committed to elevating the alliance to new heights," said X.'},
    {"article_id": "c", "outlet": "Cee", "text": 'H\n\n"The alliance of our two nations is old," said X.'},
    {"article_id": "d", "outlet": "Dee",
     "text": 'H\n\n"I am committed to raising the alliance to new heights," said Y.'},
]  # fmt: skip


def said() -> dict[str, pd.DataFrame]:
    table = fixture.articles(SAID)
    rows = [
        (i, t[-2], "S", t[t.index('"') : t.rindex('"') + 1])
        for i, t in zip(table["article_id"], table["text"], strict=True)
    ]
    quotes, spans = fixture.quotes(table, rows)
    return fixture.tables(SAID, quotes=quotes, quote_spans=spans)


def test_the_same_utterance_worded_differently() -> None:
    found = comparison.same_utterance(said(), fixture.study())
    assert values(found, "utterance", "actor", "outlet", "wording", "sentence_id") == [
        (0, "X", "Bee", 0, "b:s00001"),
        (0, "X", "Ay", 1, "a:s00001"),
    ]
    texts = dict(zip(*(said()["articles"][c] for c in ("article_id", "text")), strict=True))
    for row in found.itertuples(index=False):
        assert texts[row.article_id][row.start : row.end] == row.text


def test_copies_of_one_text_are_one_voice() -> None:
    assert comparison.same_utterance(copied(said(), ["b"], "a"), fixture.study()).empty


def test_a_wording_cut_out_of_another_is_the_same_wording() -> None:
    rows = [
        {"article_id": "a", "text": 'H\n\n"We will file a lawsuit over the ban in Washington," said X.'},
        {"article_id": "b", "text": 'H\n\n"We will file a lawsuit over the ban," said X.'},
        {"article_id": "c", "text": 'H\n\n"Nothing else was ever agreed between companies," said X.'},
    ]
    table = fixture.articles(rows)
    quotes, spans = fixture.quotes(
        table,
        [(i, "X", "S", t[3 : t.rindex('"') + 1]) for i, t in zip(table["article_id"], table["text"], strict=True)],
    )
    found = comparison.same_utterance(fixture.tables(rows, quotes=quotes, quote_spans=spans), fixture.study())
    assert found["wording"].tolist() == [0, 0]


def test_targets_of_the_study_own_the_order() -> None:
    mentions = fixture.mentions([("a0", "one", "x", "outlet"), ("a0", "two", "y", "outlet")])
    study = fixture.study(targets=(Target("two"), Target("one")))
    found = comparison.naming(fixture.tables(TWO[:2], mentions=mentions), study)
    assert found["target"].drop_duplicates().tolist() == ["two", "one"]


def test_importing_the_package_is_cheap() -> None:
    """No scipy at run time: the tests above are its only users."""
    source = "".join(p.read_text() for p in (Path(comparison.__file__).parent).glob("*.py"))
    assert "import scipy" not in source
    assert "from scipy" not in source


def test_of_copies_whose_origin_is_not_compared_the_earliest_stands() -> None:
    rows = [{**row, "published": f"2025-01-{20 - n:02d}"} for n, row in enumerate(TWO)]
    rows[0]["included"] = False
    tables = copied(fixture.tables(rows), [*A[1:4], "b5"], "a0")
    assert comparison.copies(tables) == {"a1", "a2", "a3"}  # b5 was published first, and stands for the text
    assert len(comparison.compared(comparison.without_dependent(tables))) == 16
    tables["articles"]["published"] = ""
    assert comparison.copies(tables) == {"a2", "a3", "b5"}
