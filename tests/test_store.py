"""Tables on disk: the same tables come back, the same bytes are written, a broken folder is named."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import schema, store
from analysis.errors import InputError, SchemaError


def tables() -> dict[str, pd.DataFrame]:
    built = {name: schema.empty(name) for name in schema.TABLES}
    built["facts"] = schema.frame("facts", [("a,1", 'x "y"\nz', "asserted", 1, 2), ("NA", "nan", "not found", -1, -1)])
    row = ("article", "a", "frame", "", "", "", "", "dictionary", np.nan, 0, 3, 0.1, 1 / 3, "not mentioned")
    built["measures"] = schema.frame("measures", [row])
    return built


@pytest.mark.parametrize("table_format", store.FORMATS)
def test_tables_come_back_as_they_were(tmp_path: Path, table_format: str) -> None:
    store.write_tables(tables(), tmp_path, manifest={"a": 1}, table_format=table_format)
    back = store.read_tables(tmp_path)
    for name, expected in tables().items():
        pd.testing.assert_frame_equal(back[name], expected)
    assert store.read_manifest(tmp_path) == {"a": 1}


@pytest.mark.parametrize("table_format", store.FORMATS)
def test_the_same_tables_give_the_same_bytes(tmp_path: Path, table_format: str) -> None:
    for name in ("one", "two"):
        store.write_tables(tables(), tmp_path / name, manifest={}, table_format=table_format)
    files = sorted(p.name for p in (tmp_path / "one").iterdir())
    assert len(files) == len(schema.TABLES) + 1
    assert all((tmp_path / "one" / f).read_bytes() == (tmp_path / "two" / f).read_bytes() for f in files)


def test_a_parquet_file_holds_what_pandas_would_write() -> None:
    numbers = np.arange(9000)
    table = pd.DataFrame(
        {
            "unit": "sentence",
            "unit_id": [f"a{number // 7:04d}:s{number % 7:05d}" for number in numbers],
            "text": [f"Sentence {number}. é\x00" for number in numbers],
            "start": numbers * 97 % 1009 - 1,
            "value": np.where(numbers % 3, numbers / 7, np.nan),
            "included": numbers % 2 == 0,
        }
    )
    whole, empty = store.to_parquet(table), store.to_parquet(table[:0])
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(whole)), table)
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(empty)), table[:0])
    assert len(whole) < len(table.to_parquet(index=False))
    odd = pd.DataFrame({"start": [0.5], "unit_id": [3], "text": [None]})  # columns of these names, of another kind
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(store.to_parquet(odd))), odd)


def test_duckdb_reads_a_parquet_file(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    store.write_tables(tables(), tmp_path, manifest={})
    found = duckdb.sql(f"select unit_id, low, high from '{tmp_path}/measures.parquet' where measure = 'frame'")
    assert (found.fetchall(), found.types) == ([("a", 0.1, 1 / 3)], ["VARCHAR", "DOUBLE", "DOUBLE"])


def test_a_missing_or_broken_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="table articles is missing"):
        store.read_tables(tmp_path)
    store.write_tables(tables(), tmp_path, manifest={})
    (tmp_path / "facts.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match="table facts cannot be read"):
        store.read_tables(tmp_path)
    with pytest.raises(InputError, match=r"manifest\.json: no such file"):
        store.read_manifest(tmp_path / "none")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "f"
    store.write_bytes(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.write_bytes(path, b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["f"]
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop(columns="status"), "column status is missing"),
        (lambda t: t.assign(extra=1), "column extra is unknown"),
        (lambda t: t.assign(status="perhaps"), "holds 'perhaps'"),
        (lambda t: t.assign(start="x"), "not of kind integer"),
        (lambda t: t.assign(fact=None), "column fact is null"),
        (lambda t: pd.concat([t, t]), "repeats"),
    ],
)
def test_a_table_that_breaks_its_contract_is_refused(change, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        schema.check("facts", change(tables()["facts"]))


def test_check_orders_columns_and_rows_and_leaves_its_input_alone() -> None:
    good = tables()["facts"]
    shuffled = good.iloc[::-1][good.columns[::-1]]
    before = shuffled.copy()
    pd.testing.assert_frame_equal(schema.check("facts", shuffled), good)
    pd.testing.assert_frame_equal(shuffled, before)
