from __future__ import annotations

import math
import re

import comparison_fixture as fixture
import pandas as pd
import pytest

from analysis import comparison, schema
from analysis.study import Fact, Target

A = [f"a{n}" for n in range(10)]
B = [f"b{n}" for n in range(10)]
TWO = [{"article_id": a, "outlet": "Ay"} for a in A] + [{"article_id": b, "outlet": "Bee"} for b in B]
COLUMNS = ["finding_id", "kind", "text", "n", "denominator", "value", "low", "high", "strength", "evidence"]

# Four articles of one event: the first two tell of the dispute, the third only mentions it, the fourth does not.
TEXTS = {
    "000_x": 'A\n\n"We will never accept this ban," said Xu. "The alliance of our nations is strong as ever," said Yi.',
    "001_x": 'B\n\n"The alliance of our two nations is as strong as ever," said Yi.',
    "002_x": "C\n\nThe deal was told of.",
    "003_x": "D\n\nNothing at all.",
}


def small(**more: pd.DataFrame) -> dict[str, pd.DataFrame]:
    rows = [{"article_id": a, "text": t, "outlet": "Ay" if a == "000_x" else "unknown"} for a, t in TEXTS.items()]
    table = fixture.articles(rows)
    quotes, spans = fixture.quotes(
        table,
        [
            ("000_x", "Xu", "Firm", '"We will never accept this ban,"'),
            ("000_x", "Yi", "State", '"The alliance of our nations is strong as ever,"'),
            ("001_x", "Yi", "State", '"The alliance of our two nations is as strong as ever,"'),
        ],
    )
    mentions = fixture.mentions(
        [("000_x", "deal", "deal", v) for v in ("outlet", "quoted", "quoted")]
        + [("001_x", "deal", "deal", "outlet"), ("002_x", "deal", "sale", "outlet")]
    )
    scored = fixture.sentiment(mentions, ["negative", "negative", "negative", "neutral", "positive"])
    facts = fixture.facts(
        {
            "000_x": ["asserted", "quoted", "asserted"],
            "001_x": ["asserted", "not found", "denied"],
            "002_x": ["asserted", "not found", "not found"],
            "003_x": ["not found"] * 3,
        }
    )
    given = {"quotes": quotes, "quote_spans": spans, "mentions": mentions, "facts": facts}
    return fixture.tables(rows, **{**given, "measures": fixture.measures(scored), **more})


def test_what_is_said_of_a_small_corpus() -> None:
    found = comparison.findings(small(), fixture.study())
    assert found.columns.tolist() == COLUMNS
    assert found.set_index("kind")["text"].to_dict() == {
        "facts told": "None of 3 facts is told by all 4 articles, 2 by one only: Ay tells 3, unknown (001) tells 1, "
        "unknown (002) tells 1 and unknown (003) tells none.",
        "speakers": "Of the 26 quoted words in 2 articles, 77 % (20) are from “State” and 23 % (6) are from “Firm”; "
        "the study's actors of “Firm” are quoted in 1 of 2 articles only.",
        "coverage": "3 of 4 articles mention the dispute, by a target of the study; unknown (003) does not.",
        "voice": "Of 3 mentions of “deal” classed as negative by the sentiment model, 1 is in the articles' own voice "
        "and 2 in that of speakers, quoted or reported.",
        "same utterance": "One quoted sentence (Yi) stands in more than one independent article, in different words.",
    }
    assert found["finding_id"].tolist() == ["f1", "f2", "f3", "f4", "f5"]
    assert found["strength"].is_monotonic_decreasing
    assert (found["strength"] < 1).all()


def test_every_finding_has_its_numbers_and_evidence() -> None:
    tables = small()
    known = set(tables["sentences"]["sentence_id"]) | set(tables["mentions"]["sentence_id"])
    for row in comparison.findings(tables, fixture.study()).itertuples(index=False):
        assert row.value == pytest.approx(row.n / row.denominator)
        assert row.low <= row.value <= row.high
        assert row.evidence
        assert set(row.evidence.split()) <= known


def test_none_where_there_are_none() -> None:
    empty = {name: schema.empty(name) for name in schema.TABLES}
    study = fixture.study()
    found = comparison.findings(empty, study)
    assert found.empty
    assert found.columns.tolist() == COLUMNS
    assert comparison.findings(fixture.tables(TWO), study).empty
    assert comparison.findings(fixture.tables(TWO[:1]), study).empty
    excluded = [{**row, "included": False} for row in TWO]
    assert comparison.findings(fixture.tables(excluded), study).empty


def test_no_percentage_under_the_least_denominator() -> None:
    study = fixture.study(minimum_denominator=1000)
    assert not comparison.findings(small(), study)["text"].str.contains("%").any()


def test_a_corpus_that_agrees_has_no_finding_on_facts_or_coverage() -> None:
    mentions = fixture.mentions([(a, "deal", "deal", "outlet") for a in TEXTS])
    facts = fixture.facts({a: ["asserted"] * 3 for a in TEXTS})
    found = comparison.findings(small(mentions=mentions, facts=facts, measures=fixture.measures()), fixture.study())
    assert set(found["kind"]) == {"speakers", "same utterance"}


def test_all_mention_the_dispute_but_few_a_target() -> None:
    study = fixture.study(targets=(Target("deal"), Target("ban")))
    mentions = fixture.mentions([(a, "deal", "deal", "outlet") for a in TEXTS] + [("000_x", "ban", "ban", "outlet")])
    found = comparison.findings(small(mentions=mentions, measures=fixture.measures()), study).set_index("kind")
    assert (
        found.at["coverage", "text"]
        == "All 4 articles mention the dispute, but only 1 of 4 articles mentions “ban”: Ay."
    )


def test_many_outlets_are_not_all_named() -> None:
    names = [f"a{n:02d}" for n in range(30)]
    rows = [{"article_id": a, "outlet": f"Outlet {a}"} for a in names]
    cells = {a: ["asserted", "asserted" if n < 9 else "not found", "not found"] for n, a in enumerate(names)}
    mentions = fixture.mentions([(a, "deal", "deal", "outlet") for a in names[:3]])
    found = comparison.findings(
        fixture.tables(rows, facts=fixture.facts(cells), mentions=mentions), fixture.study()
    ).set_index("kind")
    assert found.at["facts told", "text"] == (
        "1 of 3 facts is told by all 30 articles; “f1” is told by 100 % of the articles (30 of 30), “f2” by 30 % of "
        "the articles (9 of 30)."
    )
    assert found.at["coverage", "text"] == (
        "10 % of the articles (3 of 30) mention the dispute, by a target of the study; Outlet a03, Outlet a04, "
        "Outlet a05, Outlet a06 and 23 more do not."
    )


def test_an_outlet_is_named_once_with_how_many_of_its_articles() -> None:
    rows = [{"article_id": f"a{n}", "outlet": "Ay"} for n in range(4)]
    rows += [{"article_id": f"b{n}", "outlet": "Bee"} for n in range(3)] + [{"article_id": "c"}]
    mentions = fixture.mentions([(a, "deal", "deal", "outlet") for a in ("a0", "a1", "b0", "b1", "b2")])
    found = comparison.findings(fixture.tables(rows, mentions=mentions), fixture.study()).set_index("kind")
    assert found.at["coverage", "text"] == (
        "5 of 8 articles mention the dispute, by a target of the study; Ay (in 2 of 4) and unknown (c) do not."
    )
    everywhere = [(str(row["article_id"]), "deal", "deal", "outlet") for row in rows]
    mentions = fixture.mentions(everywhere + [(a, "ban", "ban", "outlet") for a in ("a3", "a1", "c")])
    study = fixture.study(targets=(Target("deal"), Target("ban")))
    found = comparison.findings(fixture.tables(rows, mentions=mentions), study).set_index("kind")
    assert found.at["coverage", "text"] == (
        "All 8 articles mention the dispute, but only 3 of 8 articles mention “ban”: Ay (in 2 of 4) and unknown (c)."
    )


# -- differences


def different(**given: object) -> dict[str, pd.DataFrame]:
    used = {a: float(n < 9) for n, a in enumerate(A)} | {b: float(n < 1) for n, b in enumerate(B)}
    return fixture.tables(TWO, measures=fixture.measures(fixture.frames(used)))


def test_a_difference_comes_first() -> None:
    tables = different()
    tables["facts"] = fixture.facts(
        {a: ["asserted", "not found", "not found"] for a in A + B[:9]} | {"b9": ["not found"] * 3}
    )
    found = comparison.findings(tables, fixture.study())
    assert found["kind"].tolist() == ["frames", "facts told"]
    assert found.loc[0, "text"] == (
        "The frame “generic/conflict” stands in 9 of 10 articles of Ay, against 1 of 10 articles of the other outlets."
    )
    assert found.loc[0, "strength"] > 1


def test_a_difference_that_rests_on_copies_is_no_finding() -> None:
    tables = different()
    origins = tables["origins"]
    copies = origins["article_id"].isin(A[1:])
    origins.loc[copies, "dependent"] = True
    origins.loc[copies, "origin_id"] = "a0"
    found = comparison.findings(tables, fixture.study())
    assert found["kind"].tolist() == ["origins"]
    assert found.loc[0, "text"] == (
        "45 % of the articles (9 of 20) are copies of another: the 20 go back to 11 independent texts."
    )
    assert found.loc[0, "evidence"].split() == [f"{a}:s00000" for a in A[1:]]


def sentence_of(name: str, tables: dict[str, pd.DataFrame], **given: object) -> str:
    found = comparison.findings(tables, fixture.study(**given)).set_index("kind")
    return str(found.at[name, "text"])


def test_every_sort_of_difference_has_its_sentence() -> None:
    mentions = fixture.mentions([(a, "deal", "deal" if a in A else "sale", "outlet") for a in A + B for _ in range(3)])
    named = fixture.tables(TWO, mentions=mentions)
    assert sentence_of("naming", named) == (
        "Ay calls “deal” “deal” in 100 % of the mentions (30 of 30), against 0 % of the mentions (0 of 30) in the "
        "other outlets."
    )
    scored = fixture.sentiment(mentions, ["negative" if m in A else "positive" for m in mentions["article_id"]])
    felt = fixture.tables(TWO, mentions=mentions.assign(matched="deal"), measures=fixture.measures(scored))
    assert re.fullmatch(
        r"Ay is less favourable toward “deal”(?: in its own words)?: the balance is -0\.70 over 10 of its 10 articles, "
        r"against \+0\.70 in the other outlets \(from -1 to \+1\)\.",
        sentence_of("sentiment", felt),
    )
    heads = fixture.numbers("prominence", {a: float(a in A) for a in A + B}, "in headline", "deal")
    assert sentence_of("prominence", fixture.tables(TWO, measures=fixture.measures(heads), mentions=mentions)) == (
        "“deal” stands in the headline of 10 of 10 articles of Ay that mention it, against 0 of 10 articles of the "
        "other outlets."
    )
    depth = fixture.numbers("prominence", {a: 0.1 * n for n, a in enumerate(A + B)}, "depth", "deal")
    assert sentence_of("prominence", fixture.tables(TWO, measures=fixture.measures(depth))) == (
        "The share of an article's words before its first mention of “deal” is 0.45 on average in Ay (10 of its 10 "
        "articles), against 1.45 in the other outlets (10 articles)."
    )
    grade = fixture.numbers("readability", {a: 1.0 * n for n, a in enumerate(A + B)}, "grade")
    assert sentence_of("readability", fixture.tables(TWO, measures=fixture.measures(grade))) == (
        "The readability index “grade” is 4.50 on average in Ay (10 of its 10 articles), against 14.50 in the other "
        "outlets (10 articles)."
    )
    cells = {a: ["asserted" if a in A else "not found"] + ["not found"] * 2 for a in A + B}
    told = fixture.tables(TWO, facts=fixture.facts(cells))
    assert sentence_of("facts", told) == (
        "The fact “f1” is told in 10 of 10 articles of Ay, against 0 of 10 articles of the other outlets."
    )
    assert sentence_of("facts", told, reference="Bee").endswith("against 0 of 10 articles of Bee.")


def test_sources_and_words_have_their_sentences() -> None:
    rows = [
        {"article_id": a, "outlet": o, "text": f'Head\n\n"{w} is what we have to say of it," said {who}.'}
        for ids, o, w, who in ((A, "Ay", "Tariff", "Xu"), (B, "Bee", "Levy", "Yi"))
        for a in ids
    ]
    table = fixture.articles(rows)
    said = [
        (a, "Xu" if a in A else "Yi", "One" if a in A else "Two", t[t.index('"') : t.rindex('"') + 1])
        for a, t in zip(table["article_id"], table["text"], strict=True)
    ]
    quotes, spans = fixture.quotes(table, said)
    tables = fixture.tables(rows, quotes=quotes, quote_spans=spans)
    assert sentence_of("sources", tables) == (
        "In Ay, 100 % of the quoted words (90 of 90) come from the side “One”, against 0 % of the quoted words "
        "(0 of 90) in the other outlets."
    )
    assert sentence_of("words", tables) == (
        "The word “tariff” is typical of Ay: it stands in 10 of 10 articles of Ay, and in 0 of 10 articles of the "
        "other outlets."
    )


def test_names_with_markup_and_quotation_marks_are_kept_as_they_are() -> None:
    odd = "the <b>“deal”</b>"
    mentions = fixture.mentions([("000_x", odd, "deal", "outlet")])
    study = fixture.study(targets=(Target(odd),), facts=(Fact("f1"), Fact("f2"), Fact("f3")))
    found = comparison.findings(small(mentions=mentions, measures=fixture.measures()), study).set_index("kind")
    assert found.at["coverage", "n"] == 1


# -- limits


def test_limits_of_a_small_corpus() -> None:
    rows = [
        {"article_id": "000_x", "outlet": "Ay"},
        {"article_id": "001_x", "published": ""},
        {"article_id": "002_x", "words": 90, "flags": "machine_translation_suspected"},
        {"article_id": "003_x", "in_window": "unknown"},
        {"article_id": "004_x", "included": False, "excluded_because": "the event is of 2021."},
    ]
    import datetime

    day = datetime.date(2025, 1, 1)
    study = fixture.study(window=(day, day), selection="Drawn by hand.")
    mentions = fixture.mentions([(f"00{n}_x", "deal", "deal", "outlet") for n in range(3)])
    assert comparison.limits(fixture.tables(rows, mentions=mentions), study) == [
        "Nothing can be claimed about any outlet: none has the 5 articles that the study asks for. What is shown holds "
        "for the articles at hand.",
        "3 of 4 articles name no outlet; an article of an unknown outlet is compared for itself alone.",
        "4 articles can't stand for others: where 2 of 4 do something, the share among articles like these could lie "
        "anywhere from 15 % to 85 %.",
        "1 of 5 articles is shown but left out of comparison (unknown (004): the event is of 2021).",
        "1 of 4 articles has no known date: what could be known when such a text was written can't be told for "
        "certain.",
        "1 of 4 articles is not known to fall in the event window: silence on a fact is no omission there.",
        "1 of 4 articles has fewer than 150 words: silence on a fact is no omission there.",
        "1 of 4 articles mentions no target of the study: this is no neutral coverage, and has no part in sentiment or "
        "naming.",
        "1 of 4 articles is suspected to be machine translation and left out of word choice.",
        "All of this holds for the articles as they were drawn: Drawn by hand.",
    ]


def test_limits_of_a_large_corpus() -> None:
    rows = [{"article_id": f"x{n:03d}", "outlet": "Ay" if n < 30 else f"O{n}"} for n in range(40)]
    rows += [{"article_id": f"y{n}", "included": False, "excluded_because": f"r{n % 5}"} for n in range(6)]
    mentions = fixture.mentions([(str(r["article_id"]), "deal", "deal", "outlet") for r in rows])
    assert comparison.limits(fixture.tables(rows, mentions=mentions), fixture.study()) == [
        "10 of 11 outlets have fewer than the 5 articles that the study asks for; nothing is claimed of an outlet with "
        "so few.",
        "13 % of the articles (6 of 46) are shown but left out of comparison (r0 (2); r1 (1); r2 (1); and 2 other "
        "reasons).",
        "The study does not say how its articles were drawn, so that nothing follows for articles not in it.",
    ]


def test_limits_name_quotes_without_a_speaker_and_copies() -> None:
    tables = small()
    tables["quotes"].loc[0, ["speaker", "actor", "side"]] = ""
    tables["origins"].loc[1, "dependent"] = True
    text = " ".join(comparison.limits(tables, fixture.study()))
    assert "1 of 3 utterances has no speaker that the text makes clear: such words count for no side." in text
    assert "1 of 4 articles is a copy of another" in text


def test_numbers_in_texts_are_those_of_the_row() -> None:
    for row in comparison.findings(small(), fixture.study()).itertuples(index=False):
        if row.kind == "coverage":
            assert comparison.share_text(row.n, row.denominator, 20) in row.text
        assert not math.isnan(row.value)


def test_a_difference_that_turns_round_without_copies_is_none() -> None:
    own, copies, others = (
        [f"{letter}{n:03d}" for n in range(count)] for letter, count in (("a", 60), ("c", 90), ("b", 90))
    )
    rows = [{"article_id": a, "outlet": "Ay"} for a in (*own, *copies)]
    rows += [{"article_id": b, "outlet": "Bee"} for b in others]
    used = dict.fromkeys(own, 0.0) | dict.fromkeys(copies, 1.0)
    used |= {b: float(n % 3 == 0) for n, b in enumerate(others)}
    tables = fixture.tables(rows, measures=fixture.measures(fixture.frames(used)))
    apart = comparison.frames_by_outlet(tables, fixture.study())
    origins = tables["origins"].assign(dependent=tables["origins"]["article_id"].isin(copies[1:]))
    tables["origins"] = origins.assign(origin_id=origins["article_id"].where(~origins["dependent"], copies[0]))
    alone = comparison.frames_by_outlet(comparison.without_dependent(tables), fixture.study())
    for table, higher in ((apart, True), (alone, False)):
        row = table[table["outlet"] == "Ay"].iloc[0]
        assert row["claim"]
        assert bool(row["value"] > row["rest"]) is higher
    assert "frames" not in set(comparison.findings(tables, fixture.study())["kind"])
