"""The chain from files to tables: everything accounted for, the same every time, offline."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis import pipeline, schema, store
from analysis.errors import InputError
from analysis.pipeline import Measured
from analysis.study import Methods, read_study

FAST = Methods(sentiment="lexicon", framing="dictionary")


@pytest.fixture(scope="module")
def measured() -> Measured:
    study = read_study(Path(__file__).parent.parent / "seeds")
    return pipeline.measure(replace(study, methods=FAST))


@pytest.fixture
def study_of(tmp_path: Path) -> Callable[..., Measured]:
    def run(files: dict[str, bytes], *, strict: bool = False, head: str = "") -> Measured:
        (tmp_path / "articles").mkdir(exist_ok=True)
        for name, data in files.items():
            (tmp_path / "articles" / name).write_bytes(data)
        text = f'[study]\ntitle = "T"\nslug = "t"\ncorpus = "articles"\n{head}'
        (tmp_path / "study.toml").write_text(text, "utf-8")
        return pipeline.measure(replace(read_study(tmp_path), methods=FAST), strict=strict)

    return run


def test_every_table_keeps_its_contract(measured: Measured) -> None:
    assert set(measured.tables) == set(schema.TABLES)
    for name, table in measured.tables.items():
        pd.testing.assert_frame_equal(schema.check(name, table), table)


def test_the_seeds_stand_as_their_readers_know_them(measured: Measured) -> None:
    articles = measured["articles"].set_index("article_id")
    assert articles.index.tolist() == ["000", "001", "002", "003", "004"]
    assert articles["included"].tolist() == [True, True, True, False, True]
    assert articles["originator"].tolist() == ["unknown", "unknown", "Bloomberg", "unknown", "KUNA"]
    assert articles["carrier"].tolist() == ["", "", "", "", "MENAFN"]
    assert articles["published"].tolist() == ["2025-01-07", "2025-01-07", "2025-01-07", "", "2025-01-07"]
    assert "March 16" not in articles.loc["003", "text"]
    assert "2021-03-16" in articles.loc["003", "excluded_because"]
    assert "machine_translation_suspected" in articles.loc["003", "flags"].split()
    evidence = measured["evidence"].set_index(["article_id", "field"])
    assert evidence.loc[("000", "published"), "source"] == "by hand"
    assert evidence.loc[("001", "published"), "source"] == "stated"


def test_evidence_and_removed_text_stand_where_they_say(measured: Measured) -> None:
    raw = measured["articles"].set_index("article_id")["raw"]
    for row in measured["removed"].itertuples():
        assert raw[row.article_id][row.start : row.end] == row.text
    stated = measured["evidence"].query("start >= 0")
    assert len(stated) >= 6
    for row in stated.itertuples():
        assert 0 <= row.start < row.end <= len(raw[row.article_id])


def test_mentions_quotes_and_sentences_point_into_the_text(measured: Measured) -> None:
    text = measured["articles"].set_index("article_id")["text"]
    for row in measured["mentions"].itertuples():
        assert text[row.article_id][row.start : row.end] == row.matched
    sentences = measured["sentences"].set_index("sentence_id")
    for row in measured["mentions"].itertuples():
        sentence = sentences.loc[row.sentence_id]
        assert sentence["start"] <= row.start < sentence["end"]
    assert set(measured["quote_spans"]["quote_id"]) == set(measured["quotes"]["quote_id"])


def test_an_article_that_does_not_mention_the_dispute_has_no_sentiment_and_says_why(measured: Measured) -> None:
    rows = measured["measures"].query("unit == 'article' and unit_id == '001' and measure == 'sentiment'")
    toward = rows[rows["target"] == "the acquisition"]
    assert len(toward)
    assert toward["value"].isna().all()
    assert (toward["reason"] == "not mentioned").all()


def test_a_null_number_always_has_a_reason_and_only_then(measured: Measured) -> None:
    measures = measured["measures"]
    assert ((measures["reason"] != "") == measures["value"].isna()).all()


def test_the_same_inputs_give_the_same_bytes(measured: Measured, tmp_path: Path) -> None:
    again = pipeline.measure(measured.study)
    for name, run in (("one", measured), ("two", again)):
        store.write_tables(run.tables, tmp_path / name, manifest=run.manifest)
    for path in sorted((tmp_path / "one").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_the_manifest_accounts_for_everything_and_names_no_place_of_this_machine(measured: Measured) -> None:
    manifest = measured.manifest
    counts = manifest["counts"]
    assert counts["read"] == counts["articles"] + counts["set_aside"] == 5
    assert counts["articles"] == counts["included"] + counts["excluded"]
    assert manifest["parameters"]["sentiment"] == {"asked": "lexicon", "used": "lexicon"}
    assert [item["article_id"] for item in manifest["excluded"]] == ["003"]
    assert str(Path(__file__).parent.parent) not in json.dumps(manifest, default=str)


def test_load_reads_what_measure_wrote(measured: Measured, tmp_path: Path) -> None:
    store.write_tables(measured.tables, tmp_path, manifest=measured.manifest)
    back = pipeline.load(measured.study, tmp_path)
    for name, table in measured.tables.items():
        pd.testing.assert_frame_equal(back[name], table)


def test_what_is_bad_is_set_aside_and_the_rest_is_measured(study_of: Callable[..., Measured]) -> None:
    french = "Le ministre a dit que les deux pays sont dans une relation avec des questions pour la sécurité. " * 5
    run = study_of(
        {
            "a.txt": b"A headline\n\nThe minister spoke about the plan for the country. It was not a surprise.",
            "empty.txt": b"",
            "junk.txt": bytes(range(256)) * 20,
            "line.txt": b"x" * 50_000_000,
            "fr.txt": french.encode(),
            "rows.jsonl": b'{"article_id": "r", "text": "One text of it."}\n{"article_id": "r", "text": "Two."}\n',
            "only.txt": b"Post a Comment\n",
            "soon.csv": b"text,published\nThe text of it is here.,sometime soon\n",
        }
    )
    counts = run.manifest["counts"]
    reasons = {item["path"].removeprefix("articles/"): item["reason"] for item in run.manifest["set_aside"]}
    assert counts["read"] == counts["articles"] + counts["set_aside"]
    assert set(reasons) >= {"empty.txt", "junk.txt", "line.txt", "rows.jsonl"}
    assert "another text" in reasons["rows.jsonl"]
    articles = run["articles"].set_index("path")
    assert articles.loc["articles/fr.txt", "language"] == "fr"
    assert "its language is fr" in articles.loc["articles/fr.txt", "excluded_because"]
    assert articles.loc["articles/soon.csv", "published"] == ""
    assert articles.loc["articles/fr.txt", "article_id"] not in set(run["sentences"]["article_id"])


def test_strict_fails_on_the_first_that_would_be_set_aside(study_of: Callable[..., Measured]) -> None:
    with pytest.raises(InputError, match=r"articles/empty\.txt: is empty"):
        study_of({"a.txt": b"A text.", "empty.txt": b""}, strict=True)


@pytest.mark.parametrize("files", [{}, {"a.txt": b""}])
def test_where_nothing_is_left_there_is_one_clear_line(
    study_of: Callable[..., Measured], files: dict[str, bytes]
) -> None:
    with pytest.raises(InputError, match=r"holds no article|nothing here can be measured") as caught:
        study_of(files)
    assert "\n" not in str(caught.value)


def test_check_names_what_matches_nothing(study_of: Callable[..., Measured]) -> None:
    run = study_of(
        {"a.txt": b"The deal is off, said Jane Roe."},
        head='mask = ["nonesuch"]\n[[target]]\nname = "the deal"\naliases = ["merger"]\n[[actor]]\nname = "John Doe"\n'
        '[[outlet]]\nname = "The Daily"\n',
    )
    remarks = "\n".join(pipeline.check(run.study))
    assert "target 'the deal': nothing in the corpus matches 'merger'" in remarks
    assert "actor 'John Doe': nothing in the corpus matches it" in remarks
    assert "mask 'nonesuch'" in remarks
    assert "outlet 'The Daily': no article is by it" in remarks


def test_threads_of_one_process_measure_as_one(measured: Measured) -> None:
    study = replace(read_study(Path(__file__).parent.parent / "seeds"), methods=FAST)
    with ThreadPoolExecutor(3) as pool:
        for found in pool.map(pipeline.measure, [study] * 3):
            for name, table in found.tables.items():
                pd.testing.assert_frame_equal(table, measured[name])
