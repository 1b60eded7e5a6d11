"""The site of a run: the report first, a page for each notebook, and behind every number its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.reports.pages import corpus, coverage, texts, trust, voices
from analysis.reports.pages.context import Context, gather
from analysis.reports.pages.data import write_data
from analysis.reports.pages.evidence import write_evidence, write_passages
from analysis.reports.pages.names import safe
from analysis.reports.render import rendered, write_page
from analysis.reports.style import render
from analysis.tables import visible

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["write_site"]

SECTIONS = (
    trust.findings,
    corpus.corpus,
    corpus.origins,
    corpus.timeline,
    coverage.frames,
    coverage.sentiment,
    voices.voices,
    coverage.facts,
    voices.naming,
    texts.prominence,
    texts.readability,
    trust.trust,
    trust.methods,
)


def write_site(measured: Any, notebooks: Mapping[str, NotebookNode], folder: Path) -> None:
    """Write the whole site of a run into an empty folder.

    Parameters
    ----------
    measured
        What `analysis.load` returns: `tables`, `manifest`, `study`.
    notebooks
        The executed notebooks by name, in the order in which they are listed.
    folder
        Receives index.html, a page for each notebook, the evidence pages and data/*.csv.

    The same inputs give the same bytes: nothing here knows the time or the machine.
    """
    context = gather(measured.tables, measured.manifest, measured.study)
    folder.mkdir(parents=True, exist_ok=True)
    sections = [write(context) for write in SECTIONS]
    corpus.corpus_page(context)
    voices.side_by_side(context)
    names = _names(notebooks)
    listed = [(f"{names[n]}.html", rendered(notebooks[n]).title or n) for n in notebooks]
    index = render(
        "report.html",
        title=visible(context.study.title),
        heading=context.study.title,
        dek=_dek(context),
        strip=_strip(context),
        sections=sections,
        notebooks=listed,
    )
    (folder / "index.html").write_text(index, encoding="utf-8")
    for name, text in context.details.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name, notebook in notebooks.items():
        text = write_page(notebook, name=name, study_title=context.study.title)
        (folder / f"{names[name]}.html").write_text(text, encoding="utf-8")
    write_evidence(context, folder)
    write_passages(context, folder)
    write_data(context, folder / "data")


def _names(notebooks: Mapping[str, Any]) -> dict[str, str]:
    """Give each notebook a file name of its own that no page of ours has."""
    taken = {"index", "corpus", "side-by-side", "dictionary", "manifest", "data", "naming", "speakers", "agreement"}
    taken.add("readability-indices")
    names: dict[str, str] = {}
    for name in notebooks:
        chosen = safe(name)
        while chosen in taken or chosen.startswith(("evidence-", "passages-", "articles-")):
            chosen = f"notebook-{chosen}"
        taken.add(chosen)
        names[name] = chosen
    return names


def _dek(context: Context) -> str:
    window = context.study.window
    when = f" Event window: {_day(window[0])} to {_day(window[1])}." if window else ""
    return f"How outlets cover one dispute, with the sentences behind every number.{when}"


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _strip(context: Context) -> list[tuple[str, str, str]]:
    from analysis.comparison import groups

    tables = context.tables
    articles = tables["articles"]
    included = set(articles.loc[articles["included"], "article_id"])
    dependent = groups.copies(tables)
    compared = groups.compared(tables)
    named = set(compared.loc[compared["known"], "label"])
    targets = tables["mentions"][tables["mentions"]["kind"] == "target"]
    return [
        ("Articles read", f"{context.manifest.get('counts', {}).get('read', len(articles)):,}", "#corpus"),
        ("Compared", f"{len(included):,}", "#corpus"),
        ("Independent texts", f"{len(included) - len(dependent):,}", "#origins"),
        ("Named outlets", f"{len(named):,}", "#corpus"),
        ("Utterances", f"{len(tables['quotes']):,}", "#voices"),
        ("Target mentions", f"{len(targets):,}", "#sentiment"),
    ]
