"""What comparisons remember: the same answers, worked out once, and never those of other tables."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis import comparison, schema
from analysis.comparison import memory
from analysis.comparison.memory import remembered
from analysis.study import Study

STUDY = Study(Path("study.toml"), "A", "a", ())
asked: list[int] = []


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    memory.forget()
    asked.clear()
    yield
    memory.forget()


@remembered
def total(tables: Mapping[str, pd.DataFrame], study: Study, *, times: int = 1) -> pd.DataFrame:
    """Sum a column, plus 100 where there is a table `more`."""
    asked.append(times)
    more = 100 if "more" in tables else 0
    return pd.DataFrame({"total": [int(tables["articles"]["words"].sum()) * times + more]})


def tables_of(*words: int) -> dict[str, pd.DataFrame]:
    ids = [f"a{number}" for number in range(len(words))]
    return {
        "articles": pd.DataFrame({"article_id": ids, "words": words}),
        "quotes": pd.DataFrame({"article_id": ids}),
    }


def value(tables: Mapping[str, pd.DataFrame], **choices: int) -> int:
    return int(total(tables, STUDY, **choices)["total"].iloc[0])


def test_the_same_question_is_worked_out_once() -> None:
    tables = tables_of(1, 2)
    assert [value(tables), value(tables), value(dict(tables))] == [3, 3, 3]
    assert [value(tables_of(1, 2))] == [3]  # other objects, the same content
    assert asked == [1]


def test_other_choices_and_other_studies_are_other_questions() -> None:
    tables = tables_of(1, 2)
    assert [value(tables), value(tables, times=2), value(tables)] == [3, 6, 3]
    assert asked == [1, 2]
    total(tables, replace(STUDY, reference="B"))
    assert len(asked) == 3


@pytest.mark.parametrize("how", ["cell", "column", "place", "dtype"])
def test_a_table_changed_in_place_is_another(how: str) -> None:
    tables = tables_of(1, 2)
    articles = tables["articles"]
    assert value(tables) == 3
    if how == "cell":
        articles.loc[0, "words"] = 5
    elif how == "column":
        articles["words"] = [5, 2]
    elif how == "place":
        articles.iloc[1, 1] = 7
    else:
        articles["words"] = articles["words"].astype("float64") + 4
    assert value(tables) == int(articles["words"].sum()) != 3


def test_a_table_that_was_missing_counts() -> None:
    tables = tables_of(1, 2)
    assert value(tables) == 3
    tables["more"] = pd.DataFrame()
    assert value(tables) == 103
    del tables["more"]
    assert value(tables) == 3
    assert len(asked) == 2


def test_a_table_never_read_does_not_count() -> None:
    tables = tables_of(1, 2)
    assert value(tables) == 3
    tables["quotes"] = pd.DataFrame({"x": [1]})
    assert value(tables) == 3
    assert len(asked) == 1


def test_nobody_can_spoil_an_answer() -> None:
    tables = tables_of(1, 2)
    for _ in range(3):
        found = total(tables, STUDY)
        assert found["total"].tolist() == [3]
        found.loc[0, "total"] = 99
        found["other"] = 1


def test_memory_is_bounded() -> None:
    tables = tables_of(1, 2)
    for times in range(memory.MOST + 20):
        value(tables, times=times)
    assert len(memory._answers) == memory.MOST
    assert value(tables, times=memory.MOST) == 3 * memory.MOST
    assert len(asked) == memory.MOST + 20
    assert value(tables, times=0) == 0  # the oldest had gone
    assert len(asked) == memory.MOST + 21


def test_nothing_outlives_its_tables() -> None:
    tables = tables_of(1, 2)
    value(tables)
    assert len(memory._answers) == 1
    del tables
    gc.collect()
    assert not memory._answers


def test_articles_made_anew_are_known_again_while_the_other_tables_stay() -> None:
    @remembered
    def both(tables: Mapping[str, pd.DataFrame], study: Study) -> pd.DataFrame:
        asked.append(0)
        return tables["articles"].merge(tables["quotes"], on="article_id")

    tables = tables_of(1, 2)
    for _ in range(2):
        fewer = {**tables, "articles": tables["articles"].iloc[:1].copy()}
        assert len(both(fewer, STUDY)) == 1
    assert asked == [0]


def test_every_comparison_takes_part() -> None:
    empty = {name: schema.empty(name) for name in schema.TABLES}
    for compare in (*comparison.COMPARISONS.values(), comparison.same_utterance):
        before = len(memory._answers)
        first, second = compare(empty, STUDY), compare(empty, STUDY)
        assert len(memory._answers) >= before + 1
        pd.testing.assert_frame_equal(first, second)
