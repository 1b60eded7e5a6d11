"""The column contracts of every table, and the one check that enforces them.

A table is a pandas DataFrame with exactly the columns listed here, in this order, sorted by its key.
Text columns never hold a null: what is not known is the empty string, or the word ``unknown`` where
the column's description says so. A missing number is NaN, and its row says why under ``reason``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.errors import SchemaError

__all__ = ["TABLES", "Coded", "Column", "Table", "check", "data_dictionary", "empty", "frame", "from_columns"]

_LARGEST = 2**62  # of the numbers that keys are packed into
_DTYPES = {"text": "str", "integer": "int64", "number": "float64", "flag": "bool"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its kind (text, integer, number, flag), what it holds, and the values allowed."""

    name: str
    kind: str
    description: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name, what a row is, the columns that identify a row, and all columns in order."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]


def _table(name: str, row: str, key: str, *columns: tuple[str, str, str] | tuple[str, str, str, str]) -> Table:
    built = tuple(Column(c[0], c[1], c[2], tuple(c[3].split("|")) if len(c) == 4 else ()) for c in columns)
    return Table(name, row, tuple(key.split()), built)


VOICES = "outlet|quoted|unresolved"

_ALL = (
    _table(
        "articles", "an article as read", "article_id",
        ("article_id", "text", "given, else a hash of outlet, url or path, and raw"),
        ("path", "text", "file it was read from, relative to the study file"),
        ("url", "text", "address it was published under"),
        ("outlet", "text", "publisher: who published this text; `unknown` where nothing says"),
        ("originator", "text", "who wrote it (an agency, or the outlet itself); `unknown` where nothing says"),
        ("carrier", "text", "who passed it on"),
        ("byline", "text", "names of the writers as printed"),
        ("dateline", "text", "place named at the head of the text"),
        ("published", "text", "date, YYYY-MM-DD, or empty"),
        ("headline", "text", "first line of the text"),
        ("language", "text", "ISO 639-1 code, or `und`"),
        ("words", "integer", "words in `text`"),
        ("words_removed", "integer", "words taken out of `raw` as furniture"),
        ("in_window", "text", "whether the article falls in the study's event window", "yes|no|unknown"),
        ("flags", "text", "names of what is unusual about it, separated by single spaces"),
        ("included", "flag", "whether it takes part in comparisons"),
        ("excluded_because", "text", "the reason, where it does not"),
        ("raw", "text", "the text as read"),
        ("text", "text", "the text measured: headline, blank line, body; never changed after cleaning"),
    ),
    _table(
        "evidence", "a provenance field of an article", "article_id field",
        ("article_id", "text", "the article"),
        ("field", "text", "name of the column of `articles`"),
        ("value", "text", "its value"),
        ("start", "integer", "first character it was read from, an offset into `raw`; -1 where not read from the text"),
        ("end", "integer", "one past the last character; -1 where not read from the text"),
        ("source", "text", "how it is known", "stated|by hand|inferred"),
        ("note", "text", "the rule or the reason"),
    ),
    _table(
        "removed", "a stretch taken out as furniture", "article_id start",
        ("article_id", "text", "the article"),
        ("start", "integer", "first character, an offset into `raw`"),
        ("end", "integer", "one past the last character"),
        ("text", "text", "what was taken out"),
        ("rule", "text", "id of the rule that took it out"),
    ),
    _table(
        "sentences", "a sentence", "sentence_id",
        ("sentence_id", "text", "article_id, `:s` and the position in five digits"),
        ("article_id", "text", "the article"),
        ("position", "integer", "position in the article, from 0; the headline comes first"),
        ("start", "integer", "first character, an offset into `text`"),
        ("end", "integer", "one past the last character"),
        ("in_headline", "flag", "whether it stands in the headline"),
        ("voice", "text", "who says most of it", VOICES),
    ),
    _table(
        "quotes", "an utterance attributed to somebody", "quote_id",
        ("quote_id", "text", "article_id, `:q` and the position in five digits"),
        ("article_id", "text", "the article"),
        ("start", "integer", "first character of content, cue and source together, an offset into `text`"),
        ("end", "integer", "one past the last character"),
        ("kind", "text", "direct: all in quotation marks; mixed: partly; indirect: not", "direct|mixed|indirect"),
        ("speaker", "text", "canonical name of the actor, else the source as written, else empty"),
        ("actor", "text", "name of the study's actor, empty where it is none or not resolved"),
        ("side", "text", "the actor's side, or empty"),
        ("anonymous", "flag", "whether the source is unnamed (`an official`)"),
        ("cue", "text", "the words that attribute it (`said`, `according to`)"),
        ("method", "text", "id of the rule that found it; `by hand` for a correction"),
    ),
    _table(
        "quote_spans", "a piece of an utterance", "quote_id part piece",
        ("quote_id", "text", "the utterance"),
        ("part", "text", "what the piece is", "content|cue|source"),
        ("piece", "integer", "position among the pieces of this part, from 0"),
        ("start", "integer", "first character, an offset into `text`"),
        ("end", "integer", "one past the last character"),
    ),
    _table(
        "mentions", "a mention of a target or an actor", "mention_id",
        ("mention_id", "text", "article_id, `:m` and the position in five digits"),
        ("article_id", "text", "the article"),
        ("sentence_id", "text", "the sentence it stands in"),
        ("start", "integer", "first character, an offset into `text`"),
        ("end", "integer", "one past the last character"),
        ("kind", "text", "what is mentioned", "target|actor"),
        ("name", "text", "name of the target or actor in the study"),
        ("matched", "text", "the words as written"),
        ("voice", "text", "who says it", VOICES),
        ("quote_id", "text", "the utterance it stands in, or empty"),
    ),
    _table(
        "measures", "one number", "unit unit_id measure label target voice side method",
        ("unit", "text", "what was measured", "sentence|mention|article|outlet|corpus"),
        ("unit_id", "text", "its id (or the outlet's name; empty for the corpus)"),
        ("measure", "text", "frame, sentiment, readability, prominence, words, quoted_words"),
        ("label", "text", "frame, class, index or field that the number is for"),
        ("target", "text", "what sentiment or prominence is measured toward, or empty"),
        ("voice", "text", "whose words were measured; empty for all", "|outlet|quoted|unresolved"),
        ("side", "text", "the side of the speakers, where voice is `quoted`"),
        ("method", "text", "how: dictionary, meaning, fitted, model, lexicon, textstat, count"),
        ("value", "number", "the number; null where there is no evidence"),
        ("n", "integer", "how many pieces of evidence it rests on"),
        ("denominator", "integer", "out of how many"),
        ("low", "number", "lower end of the 95 % interval, or null"),
        ("high", "number", "upper end of the 95 % interval, or null"),
        ("reason", "text", "why the value is null, or empty"),
    ),
    _table(
        "facts", "a fact in an article", "article_id fact",
        ("article_id", "text", "the article"),
        ("fact", "text", "name of the fact in the study"),
        ("status", "text", "how the article has it", "asserted|quoted|denied|not found"),
        ("start", "integer", "first character of the passage, an offset into `text`; -1 where not found"),
        ("end", "integer", "one past the last character; -1 where not found"),
    ),
    _table(
        "reuse", "a passage that an article has in common with another", "article_id start other_id other_start",
        ("article_id", "text", "the article"),
        ("start", "integer", "first character, an offset into its `text`"),
        ("other_id", "text", "the other article; of many copies each links to its origin"),
        ("other_start", "integer", "first character there"),
        ("end", "integer", "one past the last character"),
        ("other_end", "integer", "one past the last character there"),
        ("share", "number", "share of this article's words in common with the other, all passages together"),
        ("other_share", "number", "the same share of the other article's words"),
    ),
)  # fmt: skip

TABLES: Mapping[str, Table] = {table.name: table for table in _ALL}


def empty(name: str) -> pd.DataFrame:
    """Return table `name` without rows, with every column in its type.

    Examples
    --------
    >>> list(empty("facts").columns)
    ['article_id', 'fact', 'status', 'start', 'end']
    """
    return pd.DataFrame({c.name: pd.Series([], dtype=_DTYPES[c.kind]) for c in TABLES[name].columns})


def frame(name: str, rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """Build table `name` from tuples in column order, checked and sorted by its key.

    Examples
    --------
    >>> rows = [("a2", "lawsuit", "asserted", 10, 20), ("a1", "lawsuit", "not found", -1, -1)]
    >>> frame("facts", rows)["article_id"].tolist()
    ['a1', 'a2']
    """
    rows = list(rows)
    if not rows:
        return empty(name)
    return check(name, pd.DataFrame(rows, columns=TABLES[name].names))


class Coded(NamedTuple):
    """A text column of few distinct texts: these, and for each row the position of its text among them."""

    texts: Any  # a sequence of texts; in this module an Arrow array of distinct ones
    codes: Any


def from_columns(name: str, columns: Mapping[str, Any], *, length: int) -> pd.DataFrame:
    """Build table `name` from its columns, sorted by its key: `frame` for many rows, in a fraction of its time.

    Parameters
    ----------
    name
        The table.
    columns
        For every column one value that stands in all rows; or `length` of them: an array of numbers or flags, a list of
        texts, or `Coded`.
    length
        The number of rows.

    Raises
    ------
    SchemaError
        As `check` does.

    Examples
    --------
    >>> statuses = Coded(("denied", "quoted"), [1, 0])
    >>> columns = {"article_id": ["a", "b"], "fact": "lawsuit", "status": statuses, "start": 3, "end": [4, 5]}
    >>> from_columns("facts", columns, length=2).values.tolist()
    [['a', 'lawsuit', 'quoted', 3, 4], ['b', 'lawsuit', 'denied', 3, 5]]
    """
    table = TABLES[name]
    if not length:
        return empty(name)
    if set(columns) != set(table.names):
        return check(name, pd.DataFrame(dict(columns), index=range(length)))  # which says what is wrong
    coded = {c.name: _whole(columns[c.name], length) for c in table.columns if c.kind == "text"}
    _require_allowed(table, coded)
    keys = [coded[key] if key in coded else Coded((), np.asarray(columns[key], dtype=np.int64)) for key in table.key]
    order = _order_of(table, keys)
    built: dict[str, Any] = {}
    for column in table.columns:
        if column.kind == "text":
            built[column.name] = _rows(coded[column.name], order)
        else:
            values = np.broadcast_to(np.asarray(columns[column.name], dtype=_DTYPES[column.kind]), length)
            built[column.name] = values.copy() if order is None else values[order]
    return pd.DataFrame(built, copy=False)


def _whole(values: Any, length: int) -> Coded:
    if isinstance(values, str):
        return Coded(pa.array([values], pa.large_string()), np.zeros(length, dtype=np.int64))
    if not isinstance(values, Coded):
        return _coded(pd.Series(values, dtype="str"))
    codes = np.asarray(values.codes, dtype=np.int64)
    found = pa.array(list(values.texts), pa.large_string()).dictionary_encode()
    return Coded(found.dictionary, codes if len(found.dictionary) == len(found) else found.indices.to_numpy()[codes])


def _rows(column: Coded, order: NDArray[np.intp] | None) -> Any:
    return _strings(column.texts.take(pa.array(column.codes if order is None else column.codes[order])))


def _strings(texts: Any) -> Any:
    return pd.StringDtype(na_value=np.nan).__from_arrow__(texts)  # type: ignore[attr-defined]


def check(name: str, data: pd.DataFrame) -> pd.DataFrame:
    """Return `data` as table `name`: columns in order, types as stated, rows sorted by key, index from 0.

    Raises
    ------
    SchemaError
        Where a column is missing, unknown, of another type, null where it may not be, outside its
        values, or where the key repeats.

    Examples
    --------
    >>> check("facts", empty("facts").drop(columns="status"))
    Traceback (most recent call last):
    ...
    analysis.errors.SchemaError: table facts: column status is missing
    """
    table = TABLES[name]
    missing = [n for n in table.names if n not in data.columns]
    if missing:
        raise SchemaError(f"table {name}: column {missing[0]} is missing")
    unknown = [str(n) for n in data.columns if n not in table.names]
    if unknown:
        raise SchemaError(f"table {name}: column {unknown[0]} is unknown; its columns are {', '.join(table.names)}")
    columns = {c.name: _typed(name, c, data[c.name]) for c in table.columns}
    coded = {c.name: _coded(columns[c.name]) for c in table.columns if c.values or c.name in table.key}
    _require_allowed(table, coded)
    order = _order_of(table, [coded[key] for key in table.key])
    if order is None:
        return pd.DataFrame({n: _one_piece(c.array) for n, c in columns.items()})
    # Texts that recur are taken from the distinct ones, which are few.
    built = {n: _rows(c, order) for n, c in coded.items() if len(c.texts)}
    built = {n: built[n] if n in built else _one_piece(c.array).take(order) for n, c in columns.items()}
    return pd.DataFrame(built, copy=False)


def _require_allowed(table: Table, coded: Mapping[str, Coded]) -> None:
    for column in table.columns:
        for text in coded[column.name].texts.to_pylist() if column.values else ():
            if text not in column.values:
                allowed = ", ".join(column.values)
                raise SchemaError(f"table {table.name}: column {column.name} holds {text!r}; allowed are {allowed}")


def _typed(name: str, column: Column, values: pd.Series[Any]) -> pd.Series[Any]:
    place = f"table {name}: column {column.name}"
    if column.kind != "number" and values.isna().any():
        raise SchemaError(f"{place} is null in row {int(values.isna().to_numpy().argmax())}")
    if values.dtype != _DTYPES[column.kind]:
        try:
            values = values.astype(_DTYPES[column.kind])  # type: ignore[call-overload]
        except (TypeError, ValueError) as error:
            raise SchemaError(f"{place} is not of kind {column.kind}: {error}") from error
    return values


def _one_piece(values: Any) -> Any:
    """Return an array of texts that was concatenated as one again: rows are taken from it at half the cost."""
    pieces = getattr(pa.array(values), "chunks", ()) if values.dtype == _DTYPES["text"] else ()
    return _strings(pa.concat_arrays(pieces)) if len(pieces) > 1 else values


def _coded(values: pd.Series[Any]) -> Coded:
    """Return a column as its distinct texts, in the order of their first rows, and each row's position among them."""
    if values.dtype != "str":
        return Coded((), values.to_numpy(np.int64))
    found = pa.array(values.array).dictionary_encode()
    chunks = getattr(found, "chunks", [found]) or [pa.array([], pa.large_string()).dictionary_encode()]
    return Coded(chunks[-1].dictionary, np.concatenate([chunk.indices.to_numpy() for chunk in chunks]))


def _order_of(table: Table, keys: Sequence[Coded]) -> NDArray[np.intp] | None:
    """Return the stable order of the rows by `keys`, None where they are in it; no two rows may have one key."""
    packed, size = np.zeros(len(keys[0].codes), dtype=np.int64), 1
    for key in keys:
        codes, distinct = _ranks(key)
        if distinct == 1:
            continue
        if size > _LARGEST // distinct:
            seen, packed = np.unique(packed, return_inverse=True)
            size = len(seen)
        packed = packed * distinct + codes
        size *= distinct
    if (packed[1:] > packed[:-1]).all():
        return None
    order = np.argsort(packed, kind="stable")
    same = np.flatnonzero(np.diff(packed[order]) == 0)
    if len(same):
        codes_of = [(key, int(key.codes[order[same[0] + 1]])) for key in keys]
        first = [key.texts[code].as_py() if len(key.texts) else code for key, code in codes_of]
        raise SchemaError(f"table {table.name}: key {first} repeats; {', '.join(table.key)} must identify a row")
    return order


def _ranks(key: Coded) -> tuple[NDArray[np.int64], int]:
    """Return integers that are ordered as the values are, from 0, and one more than the largest."""
    codes = np.asarray(key.codes, dtype=np.int64)
    if not len(codes):
        return codes, 1
    if not len(key.texts):
        seen, codes = np.unique(codes, return_inverse=True)
        return codes, len(seen)
    return (pc.rank(key.texts).to_numpy().astype(np.int64) - 1)[codes], len(key.texts)


def data_dictionary() -> list[dict[str, str]]:
    """List every column of every table: table, column, kind, whether it is part of the key, description.

    Examples
    --------
    >>> data_dictionary()[0]["column"]
    'article_id'
    """
    rows: list[dict[str, str]] = []
    for table in TABLES.values():
        for c in table.columns:
            said = c.description + (f" ({', '.join(v or 'empty' for v in c.values)})" if c.values else "")
            key = "yes" if c.name in table.key else ""
            rows.append({"table": table.name, "column": c.name, "kind": c.kind, "key": key, "description": said})
    return rows
