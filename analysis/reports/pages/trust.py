"""Sections on what to make of it: findings and limits first, trust and methods last."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from analysis import comparison, schema, tables
from analysis.display import unvalidated
from analysis.reports.pages.context import Context, Section
from analysis.reports.pages.data import files
from analysis.reports.style import macro, version
from analysis.study import Study
from analysis.tables import Table

__all__ = ["findings", "methods", "trust"]


_COMPARISONS = (
    "Files of comparisons (frames, sentiment, sources, facts, naming, words, prominence, readability) have a row "
    "for each outlet and item: n and denominator, value, low and high (95 % interval), basis (what the interval is "
    "over), rest (the value of what it is compared with), q (p-value adjusted for the tests of the table), claim, "
    "reason, and evidence (ids of sentences)."
)


def findings(context: Context) -> Section:
    """State what the tables show, each with its number of articles and its evidence, and what they cannot show."""
    data = comparison.findings(context.tables, context.study)
    context.csv("findings", data)
    rows = []
    for number, r in enumerate(data.head(6).to_dict("records"), 1):
        claim = str(r["text"]).replace(" %", "\u00a0%")
        href = context.ledger.link(f"Finding {number}", str(r.get("evidence", "")), about=claim)
        rows.append({"claim": claim, "basis": _basis(r), "href": href})
    limits = comparison.limits(context.tables, context.study)
    said = [limit.replace(" %", "\u00a0%") for limit in limits]
    if data["kind"].str.startswith("frame").any() and (note := _without_coders(context.study)):
        said.append(note)
    return Section("findings", "Findings", "", [macro("findings", rows, said)])


def _basis(row: Mapping[Any, Any]) -> str:
    d = row["denominator"]
    return f"{row['n']:,} of {d:,}" if d else ""


def trust(context: Context) -> Section:
    """Show agreement with human coding, and what changes when copies or flagged articles are left out."""
    lede = "How well the methods agree with human coders, and how much the answers hang on single articles."
    parts = [tables.agreement(used(context), limit=5, short=True).__html__()]
    whole = context.detail(
        "agreement", "Agreement with human coding", [tables.agreement(used(context), limit=500).__html__()]
    )
    parts.append(macro("more", [(whole, "All agreement figures")]))
    parts.append(Markup('<p class="note">{}</p>').format(_unvalidated(context.study)))
    changed = comparison.sensitivity(context.tables, context.study)
    csv = context.csv("sensitivity", changed)
    parts.append(Markup("<h3>Sensitivity</h3>"))
    if changed.empty:
        said = "No compared article is a copy or carries a flag, so leaving these out changes nothing."
        if _fewer(context):
            said = "Leaving out the articles that are copies or carry a flag changes no value."
        parts.append(Markup("<p>{}</p>").format(said))
    else:
        rows = []
        for without, group in changed.groupby("without", sort=False):
            turned = group[group["changes"].astype(bool)]
            names = ", ".join(f"{n} {k}" for n, k in turned["comparison"].value_counts(sort=False).items())
            rows.append((f"without {without}", f"{len(group)}", f"{len(turned)}", names or "–"))
        note = "An answer changes when a claim comes or goes, an outlet falls out, or a value leaves its interval."
        note = f"{note} {unvalidated(changed.loc[changed['comparison'] == 'frames', 'item'])}".strip()
        columns = ("Run", "Values that differ", "Answers that change", "Which")
        parts.append(Table("Sensitivity", columns, tuple(rows), frozenset({1, 2}), note).__html__())
        parts.append(macro("more", [(csv, "Every changed value (CSV)")]))
    return Section("trust", "How far to trust this", lede, parts)


def _fewer(context: Context) -> bool:
    """Tell whether a compared article is a copy or carries a flag."""
    whole = len(comparison.compared(context.tables))
    ways = (comparison.without_dependent, comparison.without_flagged)
    return any(len(comparison.compared(without(context.tables))) < whole for without in ways)


def _unvalidated(study: Study) -> str:
    """Say of which decisions no agreement with coders is known at all."""
    said = "Not validated against coders: in which sentence a frame stands (they coded whole texts)"
    return " ".join(part for part in (f"{said}.", _without_coders(study)) if part)


def _without_coders(study: Study) -> str:
    return unvalidated(f"{Path(codebook).stem}/*" for codebook in study.codebooks)


def used(context: Context) -> Study:
    """Return the study with the methods that were really used: what was asked for may not have been there."""
    said = context.manifest.get("parameters", {}).get("sentiment", {})
    name = said.get("used") if isinstance(said, Mapping) else ""
    return (
        replace(context.study, methods=replace(context.study.methods, sentiment=str(name))) if name else context.study
    )


def methods(context: Context) -> Section:
    """Say how it was done, from what, how to cite it, and where the data are."""
    manifest, study = context.manifest, used(context)
    lede = "Enough to do it again, and to cite it."
    asked = context.study.methods.sentiment
    instead = f" ({asked} was asked for and is not there)" if asked != study.methods.sentiment else ""
    rows = [
        ("Study", study.title),
        (
            "Framing",
            f"{study.methods.framing}; codebooks {', '.join(study.codebooks)}; "
            f"words masked: {', '.join(study.mask) or 'none'}",
        ),
        (
            "Sentiment",
            f"{study.methods.sentiment}{instead}, toward {', '.join(t.name for t in study.targets) or 'no target'}",
        ),
        (
            "Minimums",
            f"{study.minimum_articles_per_outlet} articles an outlet for a claim; "
            f"percentages from a denominator of {study.minimum_denominator}",
        ),
        ("Compared with", study.reference or "each outlet against the rest"),
    ]
    parts = [macro("about", rows)]
    made = Table("What the run was made from", ("Key", "Value"), tuple(_flat(manifest))).__html__()
    manifested = context.detail("manifest", "Manifest", [made])
    cite = f"{study.title}. Coverage report made with nutgraf {version()}"
    cite += f", corpus fingerprint {str(manifest['corpus'])[:12]}." if manifest.get("corpus") else "."
    parts.append(Markup("<h3>How to cite</h3><p>{}</p>").format(cite))
    listed = [(f"data/{name}.csv", f"{name}.csv", f"{len(data):,} rows") for name, data in files(context).items()]
    contents = context.detail("data", "The data behind every figure", [macro("links", listed)])
    dictionary = context.detail("dictionary", "Data dictionary", _dictionary(), contents=_tables())
    parts.append(Markup("<h3>Data</h3>"))
    links = [
        (contents, "The CSV behind every figure", f"{len(listed)} files"),
        (dictionary, "Data dictionary", "every column of every table"),
        (manifested, "Manifest", "parameters, versions, hashes, counts in and out"),
    ]
    parts.append(macro("more", [link[:2] for link in links]))
    return Section("methods", "Methods and data", lede, parts)


def _flat(value: Any, path: str = "", depth: int = 0) -> list[tuple[str, str]]:
    if isinstance(value, Mapping) and depth < 4:
        return [
            row
            for k in value
            for row in _flat(value[k], f"{path}.{k}" if path else str(k), depth + 1)
            if "dictionary" not in str(k)
        ][:150]
    text = (
        json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | tuple | Mapping) else str(value)
    )
    return [(path, text if len(text) <= 200 else text[:200] + "…")]


def _tables() -> list[tuple[str, str]]:
    return [(f"t-{name}", name) for name in [*schema.TABLES, "comparisons"]]


def _dictionary() -> list[Markup]:
    by_table: dict[str, list[tuple[str, ...]]] = {}
    for row in schema.data_dictionary():
        cells = (row["column"], row["kind"], row["key"] or "–", row["description"])
        by_table.setdefault(row["table"], []).append(cells)
    parts = []
    for name, rows in by_table.items():
        about = f"{name}: a row is {schema.TABLES[name].row}"
        table = Table(about, ("Column", "Kind", "Key", "What it holds"), tuple(rows))
        parts.append(Markup('<h2 id="{}">{}</h2>{}').format(f"t-{name}", name, table))
    parts.append(Markup('<h2 id="t-comparisons">comparisons</h2><p>{}</p>').format(_COMPARISONS))
    return parts
