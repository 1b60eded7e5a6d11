"""Table-like corpora: JSONL, CSV and Parquet, a row an article."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis import schema
from analysis.errors import InputError
from analysis.reading.decode import decode
from analysis.reading.records import LONGEST_ARTICLE, RawArticle, SetAside

__all__ = ["READERS", "read_rows"]

_GIVEN = ("outlet", "originator", "carrier", "byline", "dateline", "published", "headline", "language")
_Rows = Iterator[tuple[int, Mapping[str, Any] | str]]


def read_rows(path: Path, name: str, columns: Mapping[str, str]) -> Iterator[RawArticle | SetAside]:
    """Yield the rows of a table-like file as articles.

    Parameters
    ----------
    path
        A file whose suffix is a key of `READERS`.
    name
        The path to record.
    columns
        Column of the articles table -> column of the file, for columns with other names.

    Raises
    ------
    InputError
        Where `columns` names a column that the file lacks.
    """
    for number, row in READERS[path.suffix.lower()](path):
        if isinstance(row, str):
            yield SetAside(name, number, row)
            continue
        missing = [given for given in columns.values() if given not in row]
        if missing:
            raise InputError(
                f"{path}: study.columns names {missing[0]!r}; the columns here are {', '.join(map(str, row))}"
            )
        values = {key: _text(row.get(columns.get(key, key))) for key in schema.TABLES["articles"].names}
        raw = values["text"] or values["raw"]
        if not raw.strip():
            yield SetAside(name, number, "row has no text")
        elif len(raw) > LONGEST_ARTICLE:
            yield SetAside(name, number, f"text is longer than {LONGEST_ARTICLE:,} characters")
        else:
            given = {key: values[key] for key in _GIVEN if values[key]}
            yield RawArticle(raw, name, number, values["article_id"], values["url"], given)


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(value).strip() if not isinstance(value, str) else value.strip("\ufeff").strip()


def _read_jsonl(path: Path) -> _Rows:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            text, reason = decode(line)
            if reason:
                yield number, reason
                continue
            try:
                row = json.loads(text)
            except (ValueError, RecursionError) as error:
                yield number, f"is not JSON: {error}"
                continue
            yield number, row if isinstance(row, dict) else "is not a JSON object"


def _read_csv(path: Path) -> _Rows:
    text, reason = decode(path.read_bytes())
    if reason:
        yield 0, reason
        return
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter="\t" if path.suffix.lower() == ".tsv" else ",", strict=True
    )
    header: list[str] | None = None
    failed_at = -1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if reader.line_num == failed_at:  # an unclosed quotation mark at the end is reported for ever
                return
            failed_at = reader.line_num
            yield reader.line_num, f"is not CSV: {error}; check the quotation marks in this row and before it"
            continue
        if header is None:
            header = [cell.strip("\ufeff").strip() for cell in cells]
        elif len(cells) != len(header):
            if cells:
                yield reader.line_num, f"row has {len(cells)} cells, the header {len(header)}"
        else:
            yield reader.line_num, dict(zip(header, cells, strict=True))


def _read_parquet(path: Path) -> _Rows:
    import pyarrow.parquet as pq
    from pyarrow import ArrowException

    try:
        file = pq.ParquetFile(path)
        number = 0
        for batch in file.iter_batches(batch_size=1024):
            for row in batch.to_pylist():
                number += 1
                yield number, row
    except (ArrowException, OSError) as error:
        yield 0, f"is not a whole Parquet file: {str(error).splitlines()[0]}"


READERS: Mapping[str, Callable[[Path], _Rows]] = {
    ".jsonl": _read_jsonl,
    ".ndjson": _read_jsonl,
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".parquet": _read_parquet,
}
