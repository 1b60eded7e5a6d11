"""The pages behind the numbers: an article's cited sentences in their context, and lists of passages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from markupsafe import Markup

from analysis.display import Excerpt, key, sentence
from analysis.reports.pages.context import Context
from analysis.reports.pages.names import anchor, evidence_file
from analysis.reports.style import macro, page
from analysis.tables import Table, each, visible

__all__ = ["write_evidence", "write_passages"]

_NEAR = 110
"""Letters of a neighbouring sentence that are shown for context, where the study does not allow whole articles."""


def write_evidence(context: Context, folder: Path) -> None:
    """Write a page for each article: what is known of it, its cited sentences marked, and what stands around them."""
    articles = context.tables["articles"]
    provenance: dict[str, list[Any]] = {}
    for row in each(context.tables["evidence"]):
        provenance.setdefault(str(row.article_id), []).append(row)
    for article in each(articles):
        article_id = str(article.article_id)
        body = Markup("\n").join(
            [
                macro("about", _about(context, article)),
                key(("content", "cue", "source", "target", "actor", "fact", "shared")),
                Markup('<h2 id="text">{}</h2>').format(
                    "Text" if context.study.full_text else "Sentences the report rests on"
                ),
                *_text(context, article_id, str(article.text)),
                Markup('<h2 id="known">How this is known</h2>'),
                _provenance(provenance.get(article_id, []), str(article.raw)),
            ]
        )
        done = page(
            visible(article.headline) or "(no headline)",
            Markup('<div class="marked">{}</div>').format(body),
            kicker=f"Evidence · {context.study.title}",
            up="index.html",
            contents=[("text", "Sentences"), ("known", "How this is known")],
        )
        (folder / evidence_file(article_id)).write_text(done, encoding="utf-8")


def _about(context: Context, article: Any) -> list[tuple[str, str]]:
    rows = [
        ("Article", str(article.article_id)),
        ("Outlet", context.labels[str(article.article_id)]),
        ("Originator", str(article.originator)),
        ("Carrier", str(article.carrier)),
        ("Published", str(article.published) or "unknown"),
        ("Byline", str(article.byline)),
        ("Words", f"{article.words:,} measured, {article.words_removed:,} taken out as page furniture"),
        ("Flags", str(article.flags).replace("_", " ")),
        ("In comparisons", "yes" if article.included else f"no: {article.excluded_because}"),
        ("File", str(article.path)),
        ("Address", str(article.url)),
    ]
    return [(name, value) for name, value in rows if value]


def _text(context: Context, article_id: str, text: str) -> list[Markup]:
    excerpts = context.ledger.annotations(article_id).excerpts
    cited = context.ledger.cited.get(article_id, set())
    parts: list[Markup] = []
    hidden = 0
    for i, e in enumerate(excerpts):
        if context.study.full_text or e.position in cited or e.in_headline:
            if hidden:
                parts.append(_gap(hidden))
                hidden = 0
            parts.append(_numbered(article_id, e))
            continue
        before = i > 0 and excerpts[i - 1].position in cited
        after = i + 1 < len(excerpts) and excerpts[i + 1].position in cited
        if before or after:
            if hidden:
                parts.append(_gap(hidden))
                hidden = 0
            parts.append(_neighbour(text, e, ending=not before))
        else:
            hidden += 1
    if hidden:
        parts.append(_gap(hidden))
    return parts or [Markup("<p>No sentence of this article is evidence for a number.</p>")]


def _gap(hidden: int) -> Markup:
    return Markup('<p class="gap">[{} not shown]</p>').format(f"{hidden} sentence{'s' if hidden != 1 else ''}")


def _neighbour(text: str, excerpt: Excerpt, *, ending: bool) -> Markup:
    """Show the end of a sentence before, or the start of a sentence behind a cited one."""
    whole = text[excerpt.start : excerpt.end]
    if len(whole) <= _NEAR:
        shown = whole
    elif ending:
        shown = "… " + whole[-_NEAR:].split(" ", 1)[-1]
    else:
        shown = whole[:_NEAR].rsplit(" ", 1)[0] + " …"
    return Markup('<p class="s near">{}</p>').format(visible(shown))


def _numbered(article_id: str, excerpt: Excerpt) -> Markup:
    name = anchor(article_id, excerpt.position)
    number = Markup('<a class="n" href="#{0}" aria-label="Address of sentence {1}">{1}</a>').format(
        name, excerpt.position
    )
    built = sentence(excerpt, name)
    opened = built.index(">") + 1
    return built[:opened] + number + built[opened:]


def _provenance(rows: list[Any], raw: str) -> Markup:
    shown = []
    for r in rows:
        stretch = "" if r.start < 0 else " ".join(raw[r.start : r.end].split())
        stretch = stretch if len(stretch) <= 160 else stretch[:160] + "…"
        shown.append((r.field, r.value or "–", r.source, f"“{stretch}”" if stretch else "–", r.note))
    return Table(
        "Where each field was read from",
        ("Field", "Value", "Source", "As it stands in the file", "Rule or reason"),
        tuple(shown),
    ).__html__()


def write_passages(context: Context, folder: Path) -> None:
    """Write the pages that list the sentences behind numbers with more than one."""
    total = len(context.ledger.pages)
    for number, held in enumerate(context.ledger.pages, 1):
        body = key(("content", "cue", "source", "target", "actor", "fact")) + macro("passages", held.lists)
        done = page(
            "The sentences behind the numbers" + (f", page {number} of {total}" if total > 1 else ""),
            body,
            kicker=f"Evidence · {context.study.title}",
            up="index.html",
            contents=[(listed.anchor, listed.title) for listed in held.lists] if len(held.lists) <= 60 else [],
        )
        (folder / f"passages-{number}.html").write_text(done, encoding="utf-8")
