"""Columns of texts as codes: read, ordered and written out again, long stretches of one text without memory."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import columns, schema, store
from analysis.columns import Coded

TEXTS = st.sampled_from(["", "a", "b", "ab", "é", "Z", "\U0001d518", "a\x00"])
RUNS = st.lists(st.tuples(TEXTS, st.integers(1, 30)), max_size=8)


def arrow(texts: list[str]) -> pa.Array:
    return pa.array(texts, pa.large_string())


def listed(column: object) -> list[str]:
    return pd.Series(column).tolist()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(TEXTS, max_size=8), max_size=4), st.booleans())
def test_codes_stand_for_the_texts_in_the_order_of_their_first_rows(parts: list[list[str]], twice: bool) -> None:
    pieces = [arrow(part) for part in parts] * (1 + twice)
    whole = [text for piece in pieces for text in piece.to_pylist()]
    found = columns.coded(pa.chunked_array(pieces, pa.large_string()))
    assert found.texts.to_pylist() == list(dict.fromkeys(whole))
    assert [found.texts[int(code)].as_py() for code in found.codes] == whole


@settings(max_examples=200, deadline=None)
@given(RUNS, st.booleans(), st.randoms(use_true_random=False))
def test_rows_are_those_asked_for_however_long_their_stretches(runs, ordered, random) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_BLOCK", 4)
        texts = [text for text, count in runs for _ in range(count)]
        order = None if ordered else np.array(random.sample(range(len(texts)), len(texts)), dtype=np.intp)
        expected = texts if order is None else [texts[row] for row in order]
        assert listed(columns.rows_of(columns.coded(arrow(texts)), order)) == expected
        assert listed(columns.rows_of(arrow(texts), order)) == expected
        assert listed(columns.rows_of(columns.repeated("x", len(texts)), order)) == ["x"] * len(texts)


def test_a_text_in_all_rows_takes_the_memory_of_few() -> None:
    column = pa.array(columns.rows_of(columns.repeated("dictionary", 1_000_000), None))
    seen = {buffer.address: buffer.size for piece in column.chunks for buffer in piece.buffers() if buffer}
    assert len(column) == 1_000_000
    assert sum(seen.values()) < 200_000


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.sampled_from([-(2**62), -1, 0, 5, 2**40, 2**62]), TEXTS, st.integers(-3, 3))))
def test_order_is_that_of_tuples_and_a_key_that_repeats_is_told(rows: list[tuple[str, int, str, int]]) -> None:
    a, b, c, d = ([row[place] for row in rows] for place in range(4))
    keys = [columns.coded(arrow(a)), np.array(b, np.int64), columns.coded(arrow(c)), np.array(d, np.int64)]
    order, repeats = columns.order_of(keys)
    if len(set(rows)) < len(rows):
        assert rows.count(rows[repeats]) > 1
        return
    assert repeats == -1
    assert [rows[row] for row in (range(len(rows)) if order is None else order)] == sorted(rows)
    assert (order is None) == all(before < after for before, after in pairwise(rows))


@pytest.mark.parametrize(("texts", "expected"), [
    ([], True), (["b"], True), (["a", "b", "c"], True), (["a", "b", "b"], False), (["a", "é", "z"], False),
])  # fmt: skip
def test_increases(texts: list[str], expected: bool) -> None:
    assert columns.increases(arrow(texts)) is expected


def test_a_table_of_long_stretches_is_the_one_of_single_rows_to_the_byte() -> None:
    rng = np.random.default_rng(3)
    length, names = 30_011, ("conflict", "morality", "policy/health")
    unit, label = np.sort(rng.integers(0, 2, length)), rng.integers(0, 3, length)
    given_ = {
        "unit": Coded(("article", "sentence"), unit),
        "unit_id": Coded([f"a{i:05d}" for i in range(length)], rng.permutation(length)),
        "measure": "frame",
        "label": Coded(names, label),
        "target": "",
        "voice": Coded(("outlet", ""), unit),
        "side": ["", "b"] * (length // 2) + ["c"],
        "method": "dictionary",
        "value": rng.random(length),
        "n": 3,
        "denominator": label,
        "low": np.nan,
        "high": np.nan,
        "reason": Coded(("", "none"), np.arange(length) // 29_000),
    }
    built = schema.from_columns("measures", given_, length=length)
    rows = {n: [v.texts[code] for code in v.codes] if isinstance(v, Coded) else v for n, v in given_.items()}
    plain = pd.DataFrame(rows).astype(built.dtypes.to_dict())
    plain = plain.sort_values(list(schema.TABLES["measures"].key), ignore_index=True)
    pd.testing.assert_frame_equal(built, plain)
    assert built.to_parquet(index=False) == plain.to_parquet(index=False)
    assert store.to_parquet(built) == store.to_parquet(plain)
    pd.testing.assert_frame_equal(schema.check("measures", built.iloc[::-1]), plain)
    parts = [plain.iloc[::2], built.iloc[1::2]]
    pd.testing.assert_frame_equal(schema.together("measures", parts), plain)
