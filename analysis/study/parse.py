"""A study file and its sources file, read and validated."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from analysis import schema
from analysis.errors import StudyError
from analysis.study.lines import read_toml
from analysis.study.model import (
    FETCHED,
    Actor,
    Correction,
    Fact,
    Feed,
    Methods,
    Milestone,
    Office,
    Outlet,
    Study,
    Target,
)
from analysis.study.reader import TableReader

__all__ = ["CORRECTABLE", "METHODS", "read_study"]

METHODS = {"sentiment": ("model", "lexicon"), "framing": ("dictionary", "meaning", "fitted")}
CORRECTABLE = ("outlet", "originator", "carrier", "byline", "dateline", "published", "headline", "language")
FEED_KINDS = ("feed", "sitemap", "pages")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def read_study(path: str | Path) -> Study:
    """Read and validate a study file, and the sources file it names.

    Parameters
    ----------
    path
        The TOML file, or the folder that holds a `study.toml`.

    Raises
    ------
    StudyError
        Where a file is missing, or a key is unknown, missing or of the wrong type; it names file, line and key.
    """
    path = Path(path)
    path = path / "study.toml" if path.is_dir() else path
    data, lines = read_toml(path)
    top = TableReader(path, lines, (), data)
    top.known("study", "outlet", "target", "actor", "fact", "milestone", "feed")
    if "study" not in data:
        raise StudyError("has no [study] table; see `nutgraf new`", path=path)
    head = top.table("study")
    head.known(
        "title", "slug", "corpus", "sources", "selection", "window", "codebooks", "mask", "minimum_articles_per_outlet",
        "minimum_denominator", "reference", "full_text", "language", "methods", "columns",
    )  # fmt: skip
    outlets = tuple(_unique(top, "outlet", _outlet))
    return Study(
        path=path,
        title=head.text("title", None),
        slug=_slug(head),
        corpus=_corpus(head),
        sources=_sources_path(head),
        selection=head.text("selection"),
        window=_window(head),
        codebooks=_codebooks(head),
        mask=head.texts("mask"),
        minimum_articles_per_outlet=head.count("minimum_articles_per_outlet", 5),
        minimum_denominator=head.count("minimum_denominator", 20),
        reference=_reference(head, outlets),
        full_text=bool(head.take("full_text", bool, "true or false", False)),
        language=head.text("language", "en"),
        methods=_methods(head.table("methods")),
        columns=_columns(head.table("columns")),
        outlets=outlets,
        targets=tuple(_unique(top, "target", _target)),
        actors=tuple(_unique(top, "actor", _actor)),
        facts=tuple(_unique(top, "fact", _fact)),
        milestones=tuple(_milestone(r) for r in top.tables("milestone")),
        feeds=tuple(_feed(r) for r in top.tables("feed")),
        corrections=_read_sources(_sources_path(head)),
    )


def _slug(head: TableReader) -> str:
    slug = head.text("slug", None)
    if not _SLUG.fullmatch(slug):
        raise head.error(f"{slug!r} must be lower-case letters, digits and single hyphens", "slug")
    return slug


def _corpus(head: TableReader) -> tuple[Path | str, ...]:
    entries = tuple(name if "://" in name else head.path.parent / name for name in head.texts("corpus", (".",)))
    for entry in entries:
        if isinstance(entry, str):
            _require_storage(head, entry)
        elif not entry.exists() and entry != head.path.parent / FETCHED:  # which the first fetch makes
            raise head.error(f"{entry} does not exist; give a file or a folder, relative to the study file", "corpus")
    if not entries:
        raise head.error("names no file or folder", "corpus")
    return entries


def _require_storage(head: TableReader, url: str) -> None:
    """Refuse a URL whose kind of storage cannot be opened here; whether it leads anywhere is seen when it is read."""
    from fsspec import get_filesystem_class

    protocol = url.split("://", 1)[0].split("::")[-1]
    try:
        get_filesystem_class(protocol)
    except ImportError as error:
        raise head.error(f"{url} cannot be opened: {error}", "corpus", value=url) from error
    except ValueError as error:
        raise head.error(f"{url}: {protocol!r} is no kind of storage that fsspec knows", "corpus", value=url) from error


def _sources_path(head: TableReader) -> Path | None:
    name = head.text("sources")
    if not name:
        return None
    path = head.path.parent / name
    if not path.is_file():
        raise head.error(f"{path} does not exist; leave the key out where nothing is known by hand", "sources")
    return path


def _codebooks(head: TableReader) -> tuple[str, ...]:
    names = head.texts("codebooks", ("generic",))
    shipped = {p.stem for p in (Path(__file__).parent.parent / "codebooks").glob("*.toml")} - {"template"}
    for name in names:
        if name not in shipped and not (head.path.parent / name).is_file():
            raise head.error(
                f"{name!r} is neither a shipped codebook ({', '.join(sorted(shipped))}) nor a file", "codebooks"
            )
    return names


def _window(head: TableReader) -> tuple[date, date] | None:
    value = head.take("window", list, "a list of two dates", None)
    if not value:
        return None
    if len(value) != 2:
        raise head.error(f"must hold a first and a last date, not {len(value)} values", "window")
    first, last = (head.day("window", day) for day in value)
    if last < first:
        raise head.error(f"ends on {last}, before it begins on {first}", "window")
    return first, last


def _reference(head: TableReader, outlets: tuple[Outlet, ...]) -> str:
    name = head.text("reference")
    if name and outlets and name not in {outlet.name for outlet in outlets}:
        raise head.error(f"{name!r} is not the name of an [[outlet]]", "reference")
    return name


def _methods(table: TableReader) -> Methods:
    table.known(*METHODS)
    default = Methods()
    return Methods(
        sentiment=table.choice("sentiment", METHODS["sentiment"], default.sentiment),
        framing=table.choice("framing", METHODS["framing"], default.framing),
    )


def _columns(table: TableReader) -> dict[str, str]:
    names = schema.TABLES["articles"].names
    for key in table.data:
        if key not in names:
            near = get_close_matches(key, names, n=1)
            raise table.error(f"is no column of the articles table{f'; did you mean {near[0]}?' if near else ''}", key)
    return {key: table.text(key, None) for key in table.data}


def _unique(top: TableReader, key: str, build: Callable[[TableReader], Any]) -> list[Any]:
    seen: dict[str, int] = {}
    built = []
    for reader in top.tables(key):
        item = build(reader)
        if item.name in seen:
            raise reader.error(f"{item.name!r} is defined twice", "name")
        seen[item.name] = 1
        built.append(item)
    return built


def _outlet(table: TableReader) -> Outlet:
    table.known("name", "aliases", "country", "kind")
    return Outlet(table.text("name", None), table.texts("aliases"), table.text("country"), table.text("kind"))


def _target(table: TableReader) -> Target:
    table.known("name", "aliases")
    return Target(table.text("name", None), table.patterns("aliases"))


def _actor(table: TableReader) -> Actor:
    table.known("name", "aliases", "side", "offices", "kind", "pronoun")
    return Actor(
        name=table.text("name", None),
        aliases=table.patterns("aliases"),
        side=table.text("side"),
        offices=tuple(_office(reader) for reader in table.tables("offices")),
        kind=table.choice("kind", ("person", "institution"), "person"),
        pronoun=table.choice("pronoun", ("", "he", "she", "they", "it"), ""),
    )


def _office(table: TableReader) -> Office:
    table.known("title", "from", "to")
    start, end = (table.day(key, table.data[key]) if key in table.data else None for key in ("from", "to"))
    if start and end and end < start:
        raise table.error(f"ends on {end}, before it begins on {start}", "to")
    return Office(table.text("title", None), start, end)


def _fact(table: TableReader) -> Fact:
    table.known("name", "statement", "patterns")
    return Fact(table.text("name", None), table.text("statement"), table.patterns("patterns"))


def _milestone(table: TableReader) -> Milestone:
    table.known("date", "label", "patterns")
    if "date" not in table.data:
        raise table.error("is missing", "date")
    return Milestone(table.day("date", table.data["date"]), table.text("label", None), table.patterns("patterns"))


def _feed(table: TableReader) -> Feed:
    table.known("url", "outlet", "kind", "match")
    url = table.text("url", None).strip()
    try:
        parts = urlsplit(url)
        named, password = parts.hostname and (parts.port or True), "@" in parts.netloc
    except ValueError:
        named = password = False
    if not url.lower().startswith(("http://", "https://")) or not named or any(char.isspace() for char in url):
        raise table.error(f"{url!r} is no http or https address", "url")
    if password:
        raise table.error("holds a user name or a password; such feeds are not read", "url")
    kind = table.choice("kind", FEED_KINDS, "") if "kind" in table.data else ""
    return Feed(url, table.text("outlet"), kind, table.texts("match"))


def _read_sources(path: Path | None) -> dict[str, Correction]:
    if path is None:
        return {}
    data, lines = read_toml(path)
    top = TableReader(path, lines, (), data)
    top.known("article")
    corrections: dict[str, Correction] = {}
    for table in top.tables("article"):
        table.known("article_id", "path", "url", *CORRECTABLE, "reason", "reasons", "exclude", "quotes", "frames")
        keys = [table.text(key) for key in ("path", "url") if table.text(key)] or [table.text("article_id", None)]
        if len(keys) != 1:
            raise table.error("must name its article by its path or its url, not both", "path")
        if keys[0] in corrections:
            raise table.error(f"{keys[0]!r} is named twice; first in line {corrections[keys[0]].line}", "path")
        corrections[keys[0]] = _correction(table)
    return corrections


def _correction(table: TableReader) -> Correction:
    values = {key: table.text(key) for key in CORRECTABLE if key in table.data}
    if "exclude" in table.data:
        values["excluded_because"] = table.text("exclude", None)
    if values.get("published"):
        table.day("published", values["published"])
    reasons = {key: value for key, value in table.table("reasons").data.items() if isinstance(value, str)}
    reasons[""] = table.text("reason")
    given = table.text("article_id")
    unexplained = [key for key in values if key != "excluded_because" and not reasons.get(key) and not reasons[""]]
    if unexplained:
        raise table.error("is set by hand without a reason; say under `reason` how it is known", unexplained[0])
    quotes = []
    for quote in table.tables("quotes"):
        quote.known("begins", "speaker")
        quotes.append((quote.text("begins", None), quote.text("speaker")))
    frames = table.table("frames")
    for key in frames.data:
        frames.take(key, bool, "true or false", False)
    line = table.lines.get(table.place, 0)
    return Correction(values, reasons, tuple(quotes), dict(frames.data), given, line)
