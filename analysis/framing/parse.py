"""A codebook file, read and validated: errors name the file, the line and the key."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from analysis.errors import StudyError
from analysis.framing.codebook import DEFAULT_THRESHOLD, Codebook, Frame, Pattern
from analysis.language import Lexicon
from analysis.study.lines import Place, read_toml

__all__ = ["attach", "parse_codebook"]

_HEAD = ("name", "title", "language", "source", "classifier")
_FRAME = (
    "name",
    "definition",
    "question",
    "source",
    "threshold",
    "examples",
    "counter_examples",
    "except",
    "patterns",
)
_NAME = re.compile(r"[^\s/|](?:[^/|\n]*[^\s/|])?")


def parse_codebook(path: Path) -> Codebook:
    """Return the codebook in the TOML file at `path`.

    Raises
    ------
    StudyError
        Where it is no TOML, has an unknown key, lacks a name or a definition, or holds a pattern that cannot be read.
    """
    data, lines = read_toml(path)
    source = path.read_text(encoding="utf-8-sig").splitlines()
    whole = _Reader(path, lines, source, (), data)
    whole.known("codebook", "frame")
    head = whole.table("codebook")
    head.known(*_HEAD)
    rows = data.get("frame")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise whole.error("there is no frame; give each its own table [[frame]]", "frame")
    frames: dict[str, Frame] = {}
    for number, row in enumerate(rows):
        reader = _Reader(path, lines, source, ("frame", number), row)
        frame = _frame(reader)
        if frame.name in frames:
            raise reader.error(f"{frame.name!r} stands twice; every frame needs a name of its own", "name")
        frames[frame.name] = frame
    codebook = Codebook(
        name=head.name(),
        frames=tuple(frames.values()),
        title=head.text("title"),
        language=head.text("language", "en"),
        source=head.text("source"),
        path=str(path),
    )
    classifier = head.text("classifier")
    if not classifier:
        return codebook
    if not (path.parent / classifier).is_file():
        raise head.error(f"there is no file {path.parent / classifier}; `nutgraf fit frames` writes one", "classifier")
    return attach(codebook, path.parent / classifier)


def attach(codebook: Codebook, path: Path) -> Codebook:
    """Return `codebook` with the classifier that `nutgraf fit frames` wrote to `path`."""
    from analysis.framing.plain import load

    return replace(codebook, classifier=load(path).classifier)


@dataclass(frozen=True, slots=True)
class _Reader:
    """One table of the file: takes values with their types, and knows the lines."""

    path: Path
    lines: Mapping[Place, int]
    source: list[str]
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
            later = (
                n for n, text in enumerate(self.source, start=1) if n >= line and (written in text or value in text)
            )
            line = next(later, line)
        name = ".".join(str(part) for part in place if isinstance(part, str))
        return StudyError(message, path=self.path, line=line, key=name)

    def known(self, *keys: str) -> None:
        for key in self.data:
            if key not in keys:
                near = get_close_matches(key, keys, n=1)
                hint = f"did you mean {near[0]}?" if near else f"the keys here are {', '.join(keys)}"
                raise self.error(f"unknown key; {hint}", key)

    def table(self, key: str) -> _Reader:
        value = self.data.get(key)
        if not isinstance(value, dict):
            raise self.error(f"the table [{key}] is missing; it gives the codebook its name", key)
        return _Reader(self.path, self.lines, self.source, (*self.place, key), value)

    def text(self, key: str, default: str = "") -> str:
        value = self.data.get(key, default)
        if not isinstance(value, str):
            raise self.error(f"must be text in quotation marks, not {value!r}", key)
        return value.strip()

    def name(self) -> str:
        value = self.text("name")
        if not value:
            raise self.error("is missing or empty; give it a value", "name")
        if not _NAME.fullmatch(value):
            raise self.error(f"{value!r} holds a slash, a bar or a line break; leave them out", "name")
        return value

    def number(self, key: str, default: float) -> float:
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
            raise self.error(f"must be a number above 0, not {value!r}", key)
        return float(value)

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.data.get(key, [])
        if not isinstance(values, list):
            raise self.error(f"must be a list of texts, not {values!r}", key)
        for value in values:
            if not isinstance(value, str) or not value.strip():
                raise self.error(f"holds {value!r}; every item must be a text", key)
        return tuple(values)

    def patterns(self, key: str) -> tuple[str, ...]:
        texts = self.texts(key)
        for text in texts:
            try:
                Lexicon([[text]])
            except ValueError as error:
                raise self.error(str(error), key, value=text) from error
        return texts


def _frame(reader: _Reader) -> Frame:
    reader.known(*_FRAME)
    name = reader.name()
    definition = reader.text("definition")
    if not definition:
        raise reader.error(f"is missing for frame {name!r}; say in a sentence what the frame is", "definition")
    return Frame(
        name=name,
        definition=definition,
        question=reader.text("question"),
        source=reader.text("source"),
        patterns=_weighted(reader),
        exceptions=reader.patterns("except"),
        examples=reader.texts("examples"),
        counter_examples=reader.texts("counter_examples"),
        threshold=reader.number("threshold", DEFAULT_THRESHOLD),
    )


def _weighted(reader: _Reader) -> tuple[Pattern, ...]:
    groups = reader.data.get("patterns", [])
    if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
        raise reader.error("give each group a table [[frame.patterns]] with `weight` and `any`", "patterns")
    found: dict[str, Pattern] = {}
    for number, group in enumerate(groups):
        # The parser of lines numbers the groups of the frame that is open, so the place is that of the frame.
        part = _Reader(reader.path, reader.lines, reader.source, (*reader.place, "patterns", number), group)
        part.known("weight", "any")
        weight = part.number("weight", 1.0)
        for text in part.patterns("any"):
            if text in found:
                raise part.error(f"the pattern {text!r} stands twice in this frame", "any", value=text)
            found[text] = Pattern(text, weight)
    return tuple(found.values())
