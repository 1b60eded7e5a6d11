"""Tables as their contract says: columns, types, values, order and keys, in whichever way they are built."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import schema
from analysis.errors import SchemaError

FACTS = [
    ("b", "f", "asserted", 1, 2),
    ("a", "g", "quoted", 3, 4),
    ("a", "f", "denied", 5, 6),
    ("é", "f", "denied", 0, 1),
]
WORDS = st.sampled_from(["", "a", "b", "ab", "é", "Z", "z", "\U0001d518", "a\x00"])


def facts(**changed: object) -> pd.DataFrame:
    return pd.DataFrame(FACTS, columns=schema.TABLES["facts"].names).assign(**changed)


def test_rows_are_sorted_by_their_key_and_typed() -> None:
    checked = schema.check("facts", facts())
    assert checked[["article_id", "fact"]].values.tolist() == [["a", "f"], ["a", "g"], ["b", "f"], ["é", "f"]]
    assert checked.index.tolist() == [0, 1, 2, 3]
    assert [str(dtype) for dtype in checked.dtypes] == ["str", "str", "str", "int64", "int64"]


@pytest.mark.parametrize(("changed", "message"), [
    ({"status": ["asserted", "maybe", "denied", "denied"]}, "column status holds 'maybe'"),
    ({"fact": ["f", None, "f", "f"]}, "column fact is null in row 1"),
    ({"start": ["1", "x", "2", "3"]}, "column start is not of kind integer"),
    ({"start": [1.0, np.nan, 2.0, 3.0]}, "column start is null in row 1"),
    ({"article_id": "a", "fact": ["f", "g", "f", "h"]}, r"key \['a', 'f'\] repeats"),
    ({"more": 1}, "column more is unknown"),
])  # fmt: skip
def test_what_breaks_the_contract_is_named(changed: dict[str, object], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        schema.check("facts", facts(**changed))


def test_repeated_keys_with_integers_are_told_as_numbers() -> None:
    rows = [("q", "cue", 1, 0, 3), ("q", "cue", 0, 0, 3), ("q", "cue", 1, 5, 6)]
    with pytest.raises(SchemaError, match=r"key \['q', 'cue', 1\] repeats"):
        schema.frame("quote_spans", rows)


def test_the_table_given_is_left_as_it_was() -> None:
    given_ = schema.check("facts", facts())
    checked = schema.check("facts", given_)
    checked.loc[0, "start"] = 99
    assert given_.loc[0, "start"] == 5


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(WORDS, WORDS, st.integers(-3, 3), st.integers(-(2**40), 2**40)), max_size=30), st.integers(0, 30)
)
def test_order_and_repeats_are_those_of_sorted_tuples(keys: list[tuple[str, str, int, int]], cut: int) -> None:
    rows = [(a, start, b, other, 0, 0, 0.5, 0.5) for a, b, start, other in keys]
    names = schema.TABLES["reuse"].names
    pieces = [
        pd.DataFrame(part, columns=names).astype({"article_id": "str", "other_id": "str"})
        for part in (rows[:cut], rows[cut:])
    ]
    whole = pd.concat(pieces, ignore_index=True)
    if len({row[:4] for row in rows}) < len(rows):
        with pytest.raises(SchemaError, match="repeats"):
            schema.check("reuse", whole)
        with pytest.raises(SchemaError, match="repeats"):
            schema.together("reuse", pieces)
    else:
        assert schema.together("reuse", pieces).values.tolist() == [list(row) for row in sorted(rows)]
        assert schema.check("reuse", whole).values.tolist() == [list(row) for row in sorted(rows)]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS, st.sampled_from(["asserted", "denied"]), st.integers(), st.integers()).map(
    lambda row: (*row[:3], row[3] % 1000, row[4] % 1000)), unique_by=lambda row: row[:2], max_size=20))  # fmt: skip
def test_from_columns_builds_what_frame_builds(rows: list[tuple[str, str, str, int, int]]) -> None:
    names = schema.TABLES["facts"].names
    columns: dict[str, object] = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    texts = sorted({row[0] for row in rows}, reverse=True)
    columns["article_id"] = schema.Coded(texts, [texts.index(row[0]) for row in rows])
    columns["start"] = np.array([row[3] for row in rows], dtype=np.int64)
    built = schema.from_columns("facts", columns, length=len(rows))
    pd.testing.assert_frame_equal(built, schema.frame("facts", rows))


@pytest.mark.parametrize(("changed", "message"), [
    ({"status": "maybe"}, "column status holds 'maybe'"),
    ({"fact": "f"}, r"key \['a', 'f'\] repeats"),
    ({"article_id": schema.Coded(("a", "a"), [0, 1]), "fact": "f"}, r"key \['a', 'f'\] repeats"),
    ({"more": 1}, "column more is unknown"),
])  # fmt: skip
def test_from_columns_checks_as_check_does(changed: dict[str, object], message: str) -> None:
    columns = {
        "article_id": "a",
        "fact": ["f", "g"],
        "status": "denied",
        "start": 0,
        "end": np.array([1, 2]),
        **changed,
    }
    with pytest.raises(SchemaError, match=message):
        schema.from_columns("facts", columns, length=2)


def test_together_checks_each_part() -> None:
    assert schema.together("facts", []).equals(schema.empty("facts"))
    assert schema.together("facts", [facts(), schema.empty("facts")]).equals(schema.check("facts", facts()))
    with pytest.raises(SchemaError, match="column status is missing"):
        schema.together("facts", [facts(), facts().drop(columns="status")])
    with pytest.raises(SchemaError, match=r"key \['b', 'f'\] repeats"):
        schema.together("facts", [facts(), facts().iloc[:1]])


def test_every_column_is_in_the_data_dictionary() -> None:
    listed = [(row["table"], row["column"]) for row in schema.data_dictionary()]
    assert listed == [(table.name, column.name) for table in schema.TABLES.values() for column in table.columns]
