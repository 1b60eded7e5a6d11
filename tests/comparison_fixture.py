"""Small tables for the tests of comparison, findings and statistics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import schema
from analysis.language import Vocabulary, read_document
from analysis.study import Fact, Study, Target

NAN = float("nan")


def study(**given: Any) -> Study:
    settings: dict[str, Any] = {"targets": (Target("deal"),), "facts": (Fact("f1"), Fact("f2"), Fact("f3"))}
    return Study(Path("study.toml"), "A study", "a", (), **{**settings, **given})


def articles(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """The articles table: article_id given, all else with a default."""
    built = []
    for row in rows:
        text = row.get("text", "A headline\n\nA body.")
        defaults = {
            "path": "", "url": "", "outlet": "unknown", "originator": "unknown", "carrier": "", "byline": "",
            "dateline": "", "published": "2025-01-07", "headline": text.partition("\n")[0], "language": "en",
            "words": 300, "words_removed": 0, "in_window": "yes", "flags": "", "included": True,
            "excluded_because": "", "raw": text, "text": text,
        }  # fmt: skip
        full = {**defaults, **row}
        built.append(tuple(full[name] for name in schema.TABLES["articles"].names))
    return schema.frame("articles", built)


def sentences(table: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for article, text in zip(table["article_id"], table["text"], strict=True):
        document = read_document(article, text, Vocabulary())
        for number, (start, end) in enumerate(document.sentences.tolist()):
            rows.append((document.sentence_id(number), article, number, start, end, start == 0, "outlet"))
    return schema.frame("sentences", rows)


def tables(rows: Sequence[Mapping[str, Any]], **more: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """All tables of a corpus; those not given are empty, and no article depends on another."""
    found = {name: schema.empty(name) for name in schema.TABLES}
    found["articles"] = articles(rows)
    found["sentences"] = sentences(found["articles"])
    ids = found["articles"]["article_id"]
    found["origins"] = pd.DataFrame({"article_id": ids, "origin_id": ids, "dependent": False})
    return {**found, **more}


def frames(values: Mapping[str, float | None], label: str = "generic/conflict") -> list[tuple[Any, ...]]:
    """Rows of `measures`: whether each article uses a frame; None is no evidence."""
    return [
        ("article", article, "frame", label, "", "", "", "fitted", NAN if value is None else value, 0, 0, NAN, NAN,
         "" if value is not None else "too short")
        for article, value in values.items()
    ]  # fmt: skip


def numbers(measure: str, values: Mapping[str, float], label: str, target: str = "") -> list[tuple[Any, ...]]:
    return [
        ("article", article, measure, label, target, "", "", "count", value, 1, 1, NAN, NAN, "")
        for article, value in values.items()
    ]


def mentions(rows: Iterable[tuple[str, str, str, str]]) -> pd.DataFrame:
    """The mentions table from article, target, words as written, voice: each in the sentence of its own number."""
    seen: dict[str, int] = {}
    built = []
    for article, target, matched, voice in rows:
        number = seen[article] = seen.get(article, -1) + 1
        built.append(
            (f"{article}:m{number:05d}", article, f"{article}:s{number:05d}", number, number + 1, "target", target,
             matched, voice, "")
        )  # fmt: skip
    return schema.frame("mentions", built)


def sentiment(found: pd.DataFrame, classes: Sequence[str], sides: Sequence[str] = ()) -> list[tuple[Any, ...]]:
    """Rows of `measures` for mentions: 0.8 for the class given and 0.1 for the others."""
    rows = []
    sides = sides or [""] * len(classes)
    for mention, name, voice, given, side in zip(
        found["mention_id"], found["name"], found["voice"], classes, sides, strict=True
    ):
        for label in ("negative", "neutral", "positive"):
            p = 0.8 if label == given else 0.1
            rows.append(("mention", mention, "sentiment", label, name, voice, side, "model", p, 1, 1, NAN, NAN, ""))
    return rows


def measures(*rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    return schema.frame("measures", [row for part in rows for row in part])


def facts(status: Mapping[str, Sequence[str]], names: Sequence[str] = ("f1", "f2", "f3")) -> pd.DataFrame:
    """The facts table: by article the status of each fact."""
    rows = []
    for article, cells in status.items():
        for name, cell in zip(names, cells, strict=True):
            place = (-1, -1) if cell == "not found" else (0, 5)
            rows.append((article, name, cell, *place))
    return schema.frame("facts", rows)


def quotes(
    table: pd.DataFrame, rows: Iterable[tuple[str, str, str, str]], kind: str = "direct"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The quotes tables from article, actor, side and words, which must stand in its text."""
    texts = table.set_index("article_id")["text"]
    seen: dict[str, int] = {}
    built, spans = [], []
    for article, actor, side, words in rows:
        number = seen[article] = seen.get(article, -1) + 1
        start = texts[article].index(words)
        quote, end = f"{article}:q{number:05d}", start + len(words)
        built.append((quote, article, start, end, kind, actor, actor, side, False, "said", "test"))
        spans.append((quote, "content", 0, start, end))
    return schema.frame("quotes", built), schema.frame("quote_spans", spans)


def random_frames(
    rng: np.random.Generator, sizes: Mapping[str, int], labels: int, share: float
) -> dict[str, pd.DataFrame]:
    """A corpus where outlets do not differ: each article uses each frame with the same chance."""
    rows, parts = [], []
    names = [f"{outlet}{number:03d}" for outlet, size in sizes.items() for number in range(size)]
    owners = [outlet for outlet, size in sizes.items() for _ in range(size)]
    rows = [{"article_id": name, "outlet": owner} for name, owner in zip(names, owners, strict=True)]
    for label in range(labels):
        used = (rng.random(len(names)) < share).astype(float)
        parts.append(frames(dict(zip(names, used.tolist(), strict=True)), f"generic/f{label}"))
    return tables(rows, measures=measures(*parts))
