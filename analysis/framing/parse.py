"""A codebook file, read and validated: errors name the file, the line and the key."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from analysis.framing.codebook import DEFAULT_THRESHOLD, Codebook, Frame, Pattern
from analysis.study.lines import read_toml
from analysis.study.reader import TableReader

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
    whole = TableReader(path, lines, (), data)
    whole.known("codebook", "frame")
    if not isinstance(data.get("codebook"), dict):
        raise whole.error("the table [codebook] is missing; it gives the codebook its name", "codebook")
    head = whole.table("codebook")
    head.known(*_HEAD)
    rows = data.get("frame")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise whole.error("there is no frame; give each its own table [[frame]]", "frame")
    frames: dict[str, Frame] = {}
    for number, row in enumerate(rows):
        reader = TableReader(path, lines, ("frame", number), row)
        frame = _frame(reader)
        if frame.name in frames:
            raise reader.error(f"{frame.name!r} stands twice; every frame needs a name of its own", "name")
        frames[frame.name] = frame
    codebook = Codebook(
        name=_name(head),
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


def _name(table: TableReader) -> str:
    value = table.text("name", None).strip()
    if not _NAME.fullmatch(value):
        raise table.error(f"{value!r} holds a slash, a bar or a line break; leave them out", "name")
    return value


def _frame(reader: TableReader) -> Frame:
    reader.known(*_FRAME)
    name = _name(reader)
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


def _weighted(reader: TableReader) -> tuple[Pattern, ...]:
    groups = reader.data.get("patterns", [])
    if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
        raise reader.error("give each group a table [[frame.patterns]] with `weight` and `any`", "patterns")
    found: dict[str, Pattern] = {}
    for number, group in enumerate(groups):
        # The parser of lines numbers the groups of the frame that is open, so the place is that of the frame.
        part = TableReader(reader.path, reader.lines, (*reader.place, "patterns", number), group)
        part.known("weight", "any")
        weight = part.number("weight", 1.0)
        for text in part.patterns("any"):
            if text in found:
                raise part.error(f"the pattern {text!r} stands twice in this frame", "any", value=text)
            found[text] = Pattern(text, weight)
    return tuple(found.values())
