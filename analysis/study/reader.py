"""One table of a TOML file, read key by key, with errors that name file, line and key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from analysis.errors import StudyError
from analysis.language import Lexicon
from analysis.study.lines import Place

__all__ = ["TableReader"]


@dataclass(frozen=True, slots=True)
class TableReader:
    """One table of a TOML file: takes values with their types, and says of what is wrong where it stands.

    Attributes
    ----------
    path
        The file.
    lines
        Where its keys stand, as `analysis.study.lines.read_toml` gives it.
    place
        The keys and positions that lead to this table.
    data
        What the table holds.
    """

    path: Path
    lines: Mapping[Place, int]
    place: Place
    data: Mapping[str, Any]

    def error(self, message: str, *keys: str | int, value: str = "") -> StudyError:
        """Return the error about a key, at its line; with `value`, at the first line from there on that holds it."""
        place = (*self.place, *keys)
        found = place
        while found and found not in self.lines:
            found = found[:-1]
        line = self.lines.get(found)
        if value and line:
            written = json.dumps(value, ensure_ascii=False)
            source = self.path.read_text("utf-8-sig").splitlines()
            later = (n for n, text in enumerate(source[line - 1 :], start=line) if written in text or value in text)
            line = next(later, line)
        name = ".".join(str(part) for part in place if isinstance(part, str))
        return StudyError(message, path=self.path, line=line, key=name)

    def known(self, *keys: str) -> None:
        """Refuse every key but these."""
        for key in self.data:
            if key not in keys:
                near = get_close_matches(key, keys, n=1)
                hint = f"did you mean {near[0]}?" if near else f"the keys here are {', '.join(keys)}"
                raise self.error(f"unknown key; {hint}", key)

    def take(self, key: str, kind: type | tuple[type, ...], what: str, default: Any) -> Any:
        """Return the value of `key`, refused where it is not of `kind`."""
        value = self.data.get(key, default)
        if key in self.data and (not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)):
            raise self.error(f"must be {what}, not {value!r}", key)
        return value

    def text(self, key: str, default: str | None = "") -> str:
        """Return a text; with default None it must be there."""
        if default is None and not str(self.data.get(key, "")).strip():
            raise self.error("is missing or empty; give it a value", key)
        return str(self.take(key, str, "text in quotation marks", default))

    def count(self, key: str, default: int) -> int:
        """Return a whole number of 1 or more."""
        value = int(self.take(key, int, "a whole number", default))
        if value < 1:
            raise self.error(f"must be 1 or more, not {value}", key)
        return value

    def number(self, key: str, default: float) -> float:
        """Return a number above 0."""
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
            raise self.error(f"must be a number above 0, not {value!r}", key)
        return float(value)

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list of texts; a single text is a list of one."""
        value = self.take(key, (list, str), "text or a list of texts", list(default))
        value = [value] if isinstance(value, str) else value
        for item in value:
            if not isinstance(item, str) or not item.strip():
                raise self.error(f"must hold texts that are not empty, not {item!r}", key)
        return tuple(value)

    def day(self, key: str, value: Any) -> date:
        """Return a date, given as one or as YYYY-MM-DD."""
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError as error:
            raise self.error(f"{value!r} is no date; write it as YYYY-MM-DD", key) from error

    def patterns(self, key: str) -> tuple[str, ...]:
        """Return a list of patterns that the lexicon can read."""
        values = self.texts(key)
        for value in values:
            try:
                Lexicon([[value]])
            except ValueError as error:
                raise self.error(str(error), key, value=value) from error
        return values

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        """Return one of `choices`."""
        value = self.text(key, default)
        if value not in choices:
            raise self.error(f"{value!r} is not one of {', '.join(choices)}", key)
        return value

    def table(self, key: str) -> TableReader:
        """Return the reader of the table under `key`; of an empty one where it is missing."""
        value = self.take(key, dict, "a table", {})
        return TableReader(self.path, self.lines, (*self.place, key), value)

    def tables(self, key: str) -> list[TableReader]:
        """Return the readers of the tables [[key]]."""
        value = self.take(key, list, f"written as [[{key}]]", [])
        if not all(isinstance(item, dict) for item in value):
            raise self.error(f"must be written as [[{key}]]", key)
        return [TableReader(self.path, self.lines, (*self.place, key, i), item) for i, item in enumerate(value)]
