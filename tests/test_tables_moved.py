"""The words that moved the sentiment of mentions, in the sentences they stand in."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from analysis import pipeline, tables
from analysis.study import Methods, read_study

TEXT = """The harbour deal

Critics called the harbour deal a terrible and shameful betrayal.

The mayor praised the harbour deal as a wonderful gift.

The harbour deal was signed on <b>Monday</b>.
"""


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> pipeline.Measured:
    folder = tmp_path_factory.mktemp("study")
    (folder / "a.txt").write_text(TEXT, "utf-8")
    (folder / "study.toml").write_text(
        '[study]\ntitle = "Harbour"\nslug = "harbour"\ncorpus = "a.txt"\n[[target]]\nname = "harbour deal"\n', "utf-8"
    )
    study = read_study(folder)
    return pipeline.measure(replace(study, methods=Methods("lexicon", "dictionary")))


def test_the_words_of_feeling_are_marked_by_their_direction(measured: pipeline.Measured) -> None:
    shown = tables.moved(measured)
    found = {str(row[0]): str(row[-1]) for row in shown.rows}
    assert set(found) == {"harbour deal"}
    html = "".join(str(row[-1]) for row in shown.rows)
    assert set(re.findall(r'<mark class="m-against">([^<]+)−</mark>', html)) >= {"terrible", "betrayal"}
    assert set(re.findall(r'<mark class="m-for">([^<]+)\+</mark>', html)) >= {"praised", "wonderful"}
    assert html.count('<mark class="m-target">harbour deal</mark>') == len(shown.rows) == 2
    balances = [float(row[3]) for row in shown.rows]
    assert [abs(b) for b in balances] == sorted((abs(b) for b in balances), reverse=True)
    assert min(balances) < 0 < max(balances)


def test_at_most_so_many_are_shown_and_none_is_said(measured: pipeline.Measured) -> None:
    assert len(tables.moved(measured, limit=1).rows) == 1
    none = replace(measured, tables={**measured.tables, "mentions": measured["mentions"].iloc[:0]})
    shown = tables.moved(none)
    assert shown.rows == ()
    assert "No mention is classed" in shown.note


def test_texts_are_escaped(measured: pipeline.Measured) -> None:
    articles = measured["articles"].copy()
    articles["text"] = articles["text"].str.replace("Critics", "<i>ritic", regex=False)
    shown = tables.moved(replace(measured, tables={**measured.tables, "articles": articles}))
    html = "".join(str(row[-1]) for row in shown.rows)
    assert "&lt;i&gt;ritic" in html
    assert "<i>" not in html


def test_the_notebook_shows_them() -> None:
    text = (Path(__file__).parent.parent / "notebooks" / "sentiment.ipynb").read_text("utf-8")
    assert "ng.tables.moved(measured)" in text
