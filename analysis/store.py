"""Tables on disk, fingerprints, and writes that are whole or not there."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import schema
from analysis.errors import InputError

__all__ = [
    "FORMATS",
    "fingerprint",
    "read_manifest",
    "read_tables",
    "to_json",
    "to_parquet",
    "write_bytes",
    "write_json",
    "write_tables",
]

FORMATS = ("parquet", "csv")

_ENCODED = {
    **{(name, "str"): "DELTA_BYTE_ARRAY" for name in ("unit_id", "sentence_id", "quote_id", "mention_id")},
    **{(name, "int64"): "DELTA_BINARY_PACKED" for name in ("start", "end")},
}
_DISTINCT = frozenset(("raw", "text", "value", "low", "high"))  # of which a dictionary would be as long
_ASKED_FOR = frozenset(("unit", "measure", "outlet", "published", "article_id"))


def fingerprint(parts: Iterable[str | bytes]) -> str:
    """Return a hash of `parts` in order: 16 hexadecimal digits of SHA-256, each part with its length before it.

    Examples
    --------
    >>> fingerprint(["ab", "c"]) == fingerprint(["a", "bc"])
    False
    """
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()[:16]


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that the file is at every moment the old one or the new one, and on disk on return."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with scratch.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise


def to_json(value: Any) -> str:
    """Return `value` as indented JSON with keys in their given order, and a line break at the end."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n"


def write_json(path: Path, value: Any) -> None:
    """Write `value` to `path` as JSON, whole or not at all."""
    write_bytes(path, to_json(value).encode("utf-8"))


def to_parquet(table: pd.DataFrame) -> bytes:
    """Return a table as a Parquet file that pandas, Arrow and DuckDB read in the types it has; same table, same bytes.

    What recurs is written as a dictionary, ids and positions by what each adds to the one before. Columns that queries
    ask for files by (`unit`, `measure`, outlet, date, article) have their least and greatest value written down.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [str(name) for name in table.columns]
    kinds = zip(names, map(str, table.dtypes), strict=True)
    encoded = {name: _ENCODED[name, kind] for name, kind in kinds if (name, kind) in _ENCODED}
    file = pa.BufferOutputStream()
    pq.write_table(
        pa.Table.from_pandas(table, preserve_index=False),
        file,
        column_encoding=encoded or None,
        use_dictionary=[name for name in names if name not in encoded and name not in _DISTINCT],
        write_statistics=[name for name in names if name in _ASKED_FOR],
    )
    data: bytes = file.getvalue().to_pybytes()
    return data


def write_tables(
    tables: Mapping[str, pd.DataFrame], folder: Path, *, manifest: Mapping[str, Any], table_format: str = "parquet"
) -> None:
    r"""Write checked tables and their manifest to `folder`; same tables, same bytes.

    Parameters
    ----------
    tables
        By name, as in `analysis.schema`.
    folder
        Is made where it is missing. Files of the same names are replaced one by one, the manifest last.
    manifest
        Written as ``manifest.json``.
    table_format
        ``parquet`` or ``csv`` (UTF-8, a header line, ``\n`` at the ends of lines).
    """
    if table_format not in FORMATS:
        raise InputError(f"format {table_format!r} is not one of {', '.join(FORMATS)}")
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in tables.items():
        checked = schema.check(name, data)
        path = folder / f"{name}.{table_format}"
        if table_format == "csv":
            write_bytes(path, checked.to_csv(index=False, lineterminator="\n").encode("utf-8", "surrogatepass"))
        else:
            write_bytes(path, to_parquet(checked))
    write_json(folder / "manifest.json", manifest)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a folder that `write_tables` wrote."""
    path = folder / "manifest.json"
    try:
        manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; write the tables with `nutgraf measure --out {folder}`") from error
    except (ValueError, OSError) as error:
        raise InputError(f"{path}: cannot be read as JSON: {error}") from error
    return manifest


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Read the tables that `write_tables` wrote to `folder`, in either format, and check them.

    Raises
    ------
    InputError
        Where a table is missing or cannot be read.
    """
    tables = {}
    for name in schema.TABLES:
        parquet, csv = folder / f"{name}.parquet", folder / f"{name}.csv"
        try:
            if parquet.exists():
                data = pd.read_parquet(parquet)
            elif csv.exists():
                data = _read_csv(name, csv)
            else:
                raise InputError(f"{folder}: table {name} is missing; write it with `nutgraf measure --out {folder}`")
        except (OSError, ValueError) as error:
            raise InputError(f"{folder}: table {name} cannot be read: {error}") from error
        tables[name] = schema.check(name, data)
    return tables


def _read_csv(name: str, path: Path) -> pd.DataFrame:
    texts = [column.name for column in schema.TABLES[name].columns if column.kind == "text"]
    data = pd.read_csv(path, dtype=dict.fromkeys(texts, "str"), keep_default_na=False, na_values={})
    for column in schema.TABLES[name].columns:
        if column.kind == "number":
            data[column.name] = pd.to_numeric(data[column.name].replace("", float("nan")))
    return data
