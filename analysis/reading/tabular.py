"""Tables with a row an article: JSONL, JSON, CSV and Parquet, streamed."""

from __future__ import annotations

import csv
import json
from collections import deque
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO

from analysis.reading.decode import decode
from analysis.reading.lines import byte_lines, text_lines
from analysis.reading.records import LONGEST_ARTICLE, Address, Broken, RawArticle, SetAside
from analysis.reading.rows import Plan

__all__ = ["Record", "read_csv", "read_json", "read_jsonl", "read_parquet"]

Record = RawArticle | SetAside | Address

LARGEST_JSON = 64 << 20
"""Bytes of a file that is one JSON value, which cannot be streamed."""
_PROBED_ROWS, _PROBED_BYTES = 100, 16 << 20
_LONGEST_RECORD = 4 * LONGEST_ARTICLE
_BATCH = 1024
_LISTS = ("articles", "results", "stories", "data")
_BROKEN_JSON = (ValueError, RecursionError)


def read_jsonl(stream: BinaryIO, name: str, columns: Mapping[str, str]) -> Iterator[Record]:
    """Yield the objects of a file with one JSON object a line.

    A key that a row lacks is empty there; which keys the file has is told from its first rows (100, or 16 MiB).
    """
    return _read_objects(_objects(stream), name, columns)


def read_json(stream: BinaryIO, name: str, columns: Mapping[str, str]) -> Iterator[Record]:
    """Yield the objects of a file that is one JSON list, or one object with such a list (``articles``, ``results``)."""
    data = stream.read(LARGEST_JSON + 1)
    if len(data) > LARGEST_JSON:
        yield SetAside(name, 0, f"is longer than {LARGEST_JSON >> 20} MiB; write it as JSONL, an object a line")
        return
    text, reason = decode(data)
    if reason:
        yield SetAside(name, 0, reason)
        return
    try:
        value = json.loads(text)
    except _BROKEN_JSON as error:
        more = "; a file with an object a line is named .jsonl" if "Extra data" in str(error) else ""
        yield SetAside(name, 0, f"is not JSON: {error}{more}")
        return
    if isinstance(value, dict):
        value = next((value[key] for key in _LISTS if isinstance(value.get(key), list)), [value])
    if not isinstance(value, list):
        yield SetAside(name, 0, "is not a list of JSON objects")
        return
    if not value:
        yield SetAside(name, 0, "lists nothing")
    rows = ((n, v if isinstance(v, dict) else "is not a JSON object") for n, v in enumerate(value, start=1))
    yield from _read_objects(rows, name, columns)


def _objects(stream: BinaryIO) -> Iterator[tuple[int, dict[str, Any] | str]]:
    for number, line in enumerate(byte_lines(stream), start=1):
        if line is None:
            yield number, "line is too long"
            continue
        if line.isspace():
            continue
        row, reason = None, ""
        try:
            row = json.loads(line.decode("utf-8"))
        except UnicodeDecodeError:
            text, reason = decode(line)
            try:
                row = None if reason else json.loads(text)
            except _BROKEN_JSON as error:
                reason = f"is not JSON: {error}"
        except _BROKEN_JSON as error:
            reason = decode(line)[1] or f"is not JSON: {error}"
        yield number, reason or (row if isinstance(row, dict) else "is not a JSON object")


def _read_objects(
    rows: Iterator[tuple[int, dict[str, Any] | str]], name: str, columns: Mapping[str, str]
) -> Iterator[Record]:
    probed: list[tuple[int, dict[str, Any] | str]] = []
    header: dict[str, None] = {}
    size = 0
    broken: Broken | None = None
    try:
        for number, row in islice(rows, _PROBED_ROWS):
            probed.append((number, row))
            if isinstance(row, dict):
                header.update(dict.fromkeys(row))
                size += sum(len(value) for value in row.values() if isinstance(value, str))
            if size > _PROBED_BYTES:
                break
    except Broken as error:  # what came before it is read all the same
        broken = error
    if not probed and broken is None:
        yield SetAside(name, 0, "holds no row")
    plan = Plan.of(name, list(header), columns) if header else None
    if isinstance(plan, SetAside):
        yield plan
        return
    for group in (probed, rows):
        for number, row in group:
            if isinstance(row, str) or plan is None:
                yield SetAside(name, number, row if isinstance(row, str) else "row has no text")
            else:
                yield plan.make(number, [row.get(column) for column in plan.wanted])
        if broken is not None:
            raise broken


class _Lines:
    """The lines of a CSV file for `csv.reader`, which remembers those of the row that is being read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._lines = text_lines(stream)
        self.again: deque[tuple[str, str]] = deque()
        self.taken: list[tuple[str, str]] = []
        self.number = 0
        self._size = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self._size > _LONGEST_RECORD:
            raise csv.Error(f"a row is longer than {_LONGEST_RECORD:,} characters")
        line = self.again.popleft() if self.again else next(self._lines)
        self.number += 1
        self.taken.append(line)
        self._size += len(line[0])
        return line[0]

    def begin(self) -> None:
        """Begin another row."""
        self.taken.clear()
        self._size = 0


def read_csv(stream: BinaryIO, name: str, columns: Mapping[str, str], *, delimiter: str = ",") -> Iterator[Record]:
    """Yield the rows of a CSV file; a row is named by the line it ends in.

    A quotation mark too many takes in what follows. The lines that it took are then read each by itself, where every
    one of them is a row of the right length, and set aside together where not.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_RECORD))
    lines = _Lines(stream)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    plan: Plan | SetAside | None = None
    places: list[int] = []
    width = 0
    while True:
        lines.begin()
        problem = ""
        cells: list[str] = []
        try:
            cells = next(reader)
        except StopIteration:
            if plan is None:
                yield SetAside(name, 0, "holds no row")
            return
        except csv.Error as error:
            if not lines.taken:
                return
            problem = f"is not CSV: {error}; check the quotation marks in this row and before it"
        if not cells and not problem:
            continue
        if plan is None:
            if problem or (problem := next((reason for _, reason in lines.taken if reason), "")):
                yield SetAside(name, lines.number, f"the header {problem}")
                return
            header = [cell.strip("\ufeff").strip() for cell in cells]
            width = len(header)
            plan = Plan.of(name, header, columns)
            if isinstance(plan, SetAside):
                yield plan
                return
            places = [header.index(column) for column in plan.wanted]
            continue
        assert isinstance(plan, Plan)
        if not problem and len(cells) != width:
            problem = f"row has {len(cells)} cells, the header {width}"
        if problem and len(lines.taken) > 1:
            yield from _retake(lines, name, width, problem, delimiter)
        elif problem := problem or next((reason for _, reason in lines.taken if reason), ""):
            yield SetAside(name, lines.number, problem)
        else:
            yield plan.make(lines.number, [cells[place] for place in places])


def _retake(lines: _Lines, name: str, width: int, problem: str, delimiter: str) -> Iterator[SetAside]:
    """Set aside the first line of a row that failed, and give back the others where each is a whole row."""
    first = lines.number - len(lines.taken) + 1
    later = lines.taken[1:]
    if width > 1 and all(_is_row(text, width, delimiter) for text, _ in later):
        yield SetAside(name, first, problem)
        lines.again.extendleft(reversed(later))
        lines.number = first
    else:
        yield SetAside(name, lines.number, f"lines {first} to {lines.number}: {problem}")


def _is_row(line: str, width: int, delimiter: str) -> bool:
    try:
        rows = list(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return len(rows) == 1 and len(rows[0]) == width


def read_parquet(file: Any, name: str, columns: Mapping[str, str]) -> Iterator[Record]:
    """Yield the rows of a Parquet file, a batch of rows and only the needed columns in memory.

    Parameters
    ----------
    file
        A path, or a stream that can seek.
    name
        The path to record.
    columns
        Column of the articles table -> column of the file, for columns with other names.
    """
    import pyarrow.parquet as pq

    number = 0
    try:
        # With pre_buffer a whole row group, which may be the whole file, would be in memory.
        with pq.ParquetFile(file, pre_buffer=False, buffer_size=1 << 20) as parquet:
            plan = Plan.of(name, parquet.schema_arrow.names, columns)
            if isinstance(plan, SetAside):
                yield plan
                return
            for batch in parquet.iter_batches(batch_size=_BATCH, columns=list(plan.wanted), use_threads=False):
                values = [_values(batch.column(column)) for column in plan.wanted]
                for row in zip(*values, strict=True):
                    number += 1
                    yield plan.make(number, row)
    except Broken:
        raise
    except Exception as error:  # noqa: BLE001 - a broken file may raise any class of Arrow, Thrift or Python
        after = f" (after row {number})" if number else ""
        line = next(iter(str(error).splitlines()), "") or type(error).__name__
        yield SetAside(name, 0, f"is not a whole Parquet file: {line}{after}")


def _values(column: Any) -> list[Any]:
    try:
        values: list[Any] = column.to_pylist()
    except (ValueError, OverflowError):  # bytes that are not UTF-8, times that Python cannot hold
        values = []
        for cell in column:
            try:
                values.append(cell.as_py())
            except UnicodeDecodeError:
                values.append(cell.as_buffer().to_pybytes())
            except (ValueError, OverflowError):
                values.append(None)
    return values
