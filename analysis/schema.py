"""The column contracts of every table, and the one check that enforces them.

A table is a pandas DataFrame with exactly the columns listed here, in this order, sorted by its key.
Text columns never hold a null: what is not known is the empty string, or the word ``unknown`` where
the column's description says so. A missing number is NaN, and its row says why under ``reason``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from analysis.columns import Coded, Order, as_texts, coded, increases, joined, of_distinct, order_of, repeated, rows_of
from analysis.errors import SchemaError

__all__ = [
    "TABLES",
    "Coded",
    "Column",
    "Table",
    "check",
    "data_dictionary",
    "empty",
    "frame",
    "from_columns",
    "together",
]
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
    texts = {c.name: _given(columns[c.name], length) for c in table.columns if c.kind == "text"}
    numbers = {c.name: np.asarray(columns[c.name], _DTYPES[c.kind]) for c in table.columns if c.kind != "text"}
    numbers = {column: np.broadcast_to(values, length) for column, values in numbers.items()}
    order = _checked_order(table, texts, numbers)
    built: dict[str, Any] = {}
    for column in table.names:
        if column in texts:
            built[column] = rows_of(texts[column], order)
        else:
            built[column] = numbers[column].copy() if order is None else numbers[column][order]
    return pd.DataFrame(built, copy=False)


def _given(values: Any, length: int) -> Any:
    """Return a column of texts as codes, or, where each row's text is given, as an Arrow array."""
    if isinstance(values, str):
        return repeated(values, length)
    return of_distinct(values) if isinstance(values, Coded) else as_texts(values)


def _checked_order(table: Table, texts: dict[str, Any], numbers: Mapping[str, Any]) -> Order:
    """Return the order of the rows by the table's key, None where they are in it.

    What has to be compared of `texts` is put into codes there. No two rows may have one key.
    """
    single = texts.get(table.key[0]) if len(table.key) == 1 else None
    ordered = isinstance(single, pa.Array) and increases(single)
    for column in table.columns:
        compared = column.values or (column.name in table.key and not ordered)
        if compared and column.name in texts and not isinstance(texts[column.name], Coded):
            texts[column.name] = coded(texts[column.name])
        if column.values:
            _require_allowed(table, column, texts[column.name].texts.to_pylist())
    if ordered:
        return None
    order, repeats = order_of([texts[key] if key in texts else numbers[key] for key in table.key])
    if repeats >= 0:
        first = [
            texts[key].texts[int(texts[key].codes[repeats])].as_py() if key in texts else int(numbers[key][repeats])
            for key in table.key
        ]
        raise SchemaError(f"table {table.name}: key {first} repeats; {', '.join(table.key)} must identify a row")
    return order


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
    return together(name, [data])


def together(name: str, parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of several parts of table `name` as one table: what `check` makes of them in one frame.

    Raises
    ------
    SchemaError
        As `check` does.

    Examples
    --------
    >>> parts = [frame("facts", [(article, "lawsuit", "asserted", 10, 20)]) for article in ("a2", "a1")]
    >>> together("facts", parts)["article_id"].tolist()
    ['a1', 'a2']
    """
    table = TABLES[name]
    tables = list(parts)
    if not tables:
        return empty(name)
    for part in tables:
        _require_columns(table, part)
    columns = {c.name: [_typed(name, c, part[c.name]) for part in tables] for c in table.columns}
    texts = {c.name: joined([part.array for part in columns[c.name]]) for c in table.columns if c.kind == "text"}
    keys = {key: _whole(columns[key]) for key in table.key if key not in texts}
    order = _checked_order(table, texts, keys)
    built: dict[str, Any] = {}
    for column in table.names:
        if column in texts:
            built[column] = rows_of(texts.pop(column), order)
        else:
            values = _whole(columns[column])
            built[column] = values if order is None else values[order]
    return pd.DataFrame(built, copy=False)


def _whole(parts: Sequence[pd.Series[Any]]) -> NDArray[Any]:
    return np.concatenate([part.to_numpy() for part in parts])


def _require_columns(table: Table, data: pd.DataFrame) -> None:
    missing = [n for n in table.names if n not in data.columns]
    if missing:
        raise SchemaError(f"table {table.name}: column {missing[0]} is missing")
    unknown = [str(n) for n in data.columns if n not in table.names]
    if unknown:
        known = ", ".join(table.names)
        raise SchemaError(f"table {table.name}: column {unknown[0]} is unknown; its columns are {known}")


def _require_allowed(table: Table, column: Column, texts: Iterable[str]) -> None:
    for text in texts:
        if text not in column.values:
            allowed = ", ".join(column.values)
            raise SchemaError(f"table {table.name}: column {column.name} holds {text!r}; allowed are {allowed}")


def _typed(name: str, column: Column, values: pd.Series[Any]) -> pd.Series[Any]:
    place = f"table {name}: column {column.name}"
    right = values.dtype == _DTYPES[column.kind]
    nullable = not right or (column.kind == "text" and pa.array(values.array).null_count)
    if column.kind != "number" and nullable and values.isna().any():
        raise SchemaError(f"{place} is null in row {int(values.isna().to_numpy().argmax())}")
    if not right:
        try:
            values = values.astype(_DTYPES[column.kind])  # type: ignore[call-overload]
        except (TypeError, ValueError) as error:
            raise SchemaError(f"{place} is not of kind {column.kind}: {error}") from error
    return values


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
