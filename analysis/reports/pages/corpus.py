"""Sections about the corpus: what it holds, where its texts come from, and when they were published."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis import figures
from analysis.comparison.wording import agree, capital, share_of
from analysis.reports.pages.context import Context, Section
from analysis.reports.pages.names import evidence_file
from analysis.reports.style import macro
from analysis.tables import Cell, Table, each, visible

__all__ = ["corpus", "corpus_page", "origins", "timeline"]

_MOST = 300
"""Rows of a table on the first page; the CSV has all."""

_ASIDE = 100
"""Up to so many records set aside are listed with their reasons."""

_LISTED = 40
"""Up to so many articles are listed on the first page; beyond it by publisher, and one by one on pages of their own."""


def _short_names(context: Context) -> dict[str, str]:
    """Return of each article's id the part that tells it apart."""
    ids = [str(i) for i in context.tables["articles"]["article_id"]]
    heads = [i.split("_")[0] for i in ids]
    unique = len(set(heads)) == len(heads) and all(heads)
    return dict(zip(ids, heads if unique else ids, strict=True))


def corpus(context: Context) -> Section:
    """Say how the corpus was drawn and show every article, compared or not."""
    articles = context.tables["articles"]
    names = _short_names(context) if len(articles) <= _MOST else {}
    csv = context.csv("articles", articles.drop(columns=["raw", "text"]))
    days = context.study.window
    lede = context.study.selection or "How the corpus was drawn is not recorded in the study file."
    more = []
    if len(articles) <= _LISTED:
        parts = [_articles(articles, names)]
    else:
        parts = [_publishers(articles)]
        more = [_paged(context, articles, names)]
    if days:
        parts.append(Markup('<p class="note">Event window: {} to {}.</p>').format(days[0], days[1]))
    removed = context.tables["removed"]
    known = ("corpus.html", f"How each field is known, and {len(removed):,} stretches taken out")
    parts.append(macro("more", [*more, known, (csv, "Data (CSV)")]))
    parts += _remarks(context, names)
    parts += _set_aside(context)
    return Section("corpus", "The corpus", lede, parts)


def _paged(context: Context, articles: pd.DataFrame, names: dict[str, str]) -> tuple[str, str]:
    """Keep pages that list every article, and return the address of the first and what it is called."""
    cut = range(0, len(articles), _MOST)
    for number, first in enumerate(cut, 1):
        shown = articles.iloc[first : first + _MOST]
        others = [(f"articles-{n}.html", f"Page {n}") for n in range(1, len(cut) + 1) if n != number]
        parts = [_articles(shown, names), *([macro("more", others)] if others else [])]
        where = f"{first + 1:,} to {first + len(shown):,} of {len(articles):,}"
        context.detail(f"articles-{number}", "The articles", parts, dek=where)
    return "articles-1.html", f"All {len(articles):,} articles, one by one"


def _publishers(articles: pd.DataFrame) -> Markup:
    """Count the articles of each publisher: how many are compared, in the window, and how long they are."""
    rows = []
    sizes = articles["outlet"].value_counts(sort=False)
    for outlet in sorted(sizes.index, key=lambda o: (-sizes[o], o))[:_MOST]:
        own = articles[articles["outlet"] == outlet]
        count = (len(own), int(own["included"].sum()), int((own["in_window"] == "yes").sum()))
        rows.append((Cell(str(outlet), kind="nil" if outlet == "unknown" else ""), *(f"{n:,}" for n in count)))
        rows[-1] += (f"{own['words'].median():,.0f}",)
    columns = ("Publisher", "Articles", "Compared", "In the window", "Median words")
    note = f"The {_MOST} publishers with most articles of {len(sizes):,}." if len(sizes) > _MOST else ""
    return Table("The articles, by publisher", columns, tuple(rows), frozenset(range(1, 5)), note).__html__()


def _articles(shown: pd.DataFrame, names: dict[str, str]) -> Markup:
    """List articles with what is known of each."""
    rows = []
    for a in each(shown):
        window = {"yes": "in", "no": "outside", "unknown": "not known"}[str(a.in_window)]
        rows.append(
            (
                Cell(
                    _title(names.get(str(a.article_id), str(a.article_id)), a.headline or str(a.text)[:200]),
                    evidence_file(str(a.article_id)),
                    "long",
                ),
                Cell(str(a.outlet), kind="nil" if a.outlet == "unknown" else ""),
                Cell(str(a.originator), kind="nil" if a.originator == "unknown" else ""),
                str(a.carrier) or "–",
                Cell(str(a.published) or "unknown", kind="day"),
                window,
                f"{a.words:,} ({a.words_removed:,})",
                "yes" if a.included else "no",
            )
        )
    columns = ("Article", "Publisher", "Originator", "Carrier", "Published", "Window", "Words (taken out)", "Compared")
    note = "“unknown”: nothing in the text says so, and nothing was set by hand."
    return Table("The articles", columns, tuple(rows), frozenset({6}), note).__html__()


def _remarks(context: Context, names: dict[str, str], most: int = 20) -> list[Markup]:
    """Say of each article what is unusual, and why it is not compared."""
    said = []
    for a in each(context.tables["articles"]):
        if not a.included or a.flags:
            why = "" if a.included else f"Not compared: {a.excluded_because}"
            flags = "Flags: " + ", ".join(f.replace("_", " ") for f in str(a.flags).split())
            parts = [p if p.endswith(".") else f"{p}." for p in (why, flags if a.flags else "") if p]
            said.append((names.get(str(a.article_id), str(a.article_id)), " ".join(parts)))
    shown = [Markup('<p class="note"><b>{}</b> {}</p>').format(*pair) for pair in said[:most]]
    if len(said) > most:
        shown.append(Markup('<p class="note">and {} more articles with a remark.</p>').format(len(said) - most))
    return shown


def _title(name: str, headline: object) -> str:
    text = " ".join(visible(headline).split())
    return f"{name} · " + (text if len(text) <= 60 else text[:58].rstrip() + "…") if text else name


def _set_aside(context: Context) -> list[Markup]:
    rows = context.manifest.get("set_aside") or []
    if not rows:
        return []
    shown = tuple((f"{r['path']}, row {r['row']}" if r["row"] else r["path"], r["reason"]) for r in rows[:_ASIDE])
    total = context.manifest.get("counts", {}).get("set_aside", len(rows))
    note = f"The first {len(shown)} of {total:,}; the manifest names {len(rows):,}." if total > len(shown) else ""
    return [Table("Set aside before measuring", ("File", "Reason"), shown, note=note).__html__()]


def corpus_page(context: Context) -> None:
    """Keep the page that shows how provenance is known, and what cleaning took out."""
    articles = context.tables["articles"].head(100)
    raws = dict(zip(articles["article_id"], articles["raw"], strict=True))
    removed: list[Any] = []
    by_article = {str(i): g for i, g in context.tables["removed"].groupby("article_id", sort=False)}
    for article_id, raw in raws.items():
        group = by_article.get(str(article_id))
        if group is None:
            continue
        lines = [_cut(str(raw), int(r.start), int(r.end), str(r.rule)) for r in each(group.head(60))]
        count = f"{len(group)} stretch{'es' if len(group) != 1 else ''}"
        removed.append({"name": context.labels[str(article_id)], "count": count, "lines": lines})
    known = context.tables["evidence"]
    known = known[known["article_id"].isin(list(raws))]
    rows = []
    names = _short_names(context)
    stated = known[(known["note"] != "not stated") | ~known["value"].isin(["", "unknown"])]
    for e in each(stated):
        stretch = "" if e.start < 0 else " ".join(str(raws[e.article_id])[e.start : e.end].split())[:120]
        name = Cell(names[str(e.article_id)], evidence_file(str(e.article_id)))
        rows.append((name, e.field, e.value or "–", e.source, f"“{stretch}”" if stretch else "–", e.note))
    table = Table(
        "What is known of each article, and how; fields that are not stated are left out",
        ("Article", "Field", "Value", "Source", "As it stands", "Rule or reason"),
        tuple(rows),
    )
    parts = [
        Markup('<h2 id="known">Provenance</h2>'),
        table.__html__(),
        Markup('<h2 id="removed">Lines taken out</h2><p>{}</p>').format(
            "Struck through: what was removed before measuring, with what stands around it and the rule."
        ),
        macro("removed", removed),
    ]
    if len(context.tables["articles"]) > len(articles):
        more = "The first {} articles; the others are in data/evidence.csv and data/removed.csv."
        parts.append(Markup('<p class="note">{}</p>').format(more.format(len(articles))))
    context.detail(
        "corpus", "The corpus in detail", parts, contents=[("known", "Provenance"), ("removed", "Lines taken out")]
    )


def _cut(raw: str, start: int, end: int, rule: str) -> tuple[str, str, str, str]:
    before, after = raw[max(0, start - 40) : start], raw[end : end + 40]
    text = raw[start:end]
    text = text if len(text) <= 400 else text[:300] + f" … [{len(text) - 400:,} characters] … " + text[-100:]
    return (
        ("…" + before if start > 40 else before).lstrip("\n"),
        text,
        after.rstrip("\n") + ("…" if end + 40 < len(raw) else ""),
        rule,
    )


def origins(context: Context) -> Section:
    """Set publications against independent texts, with the passages in common side by side."""
    from analysis import comparison

    articles, reuse = context.tables["articles"], context.tables["reuse"]
    n, copies = int(articles["included"].sum()), len(comparison.copies(context.tables))
    lede = f"{n} compared publications hold {n - copies} independent texts" + (
        f"; {copies} depend{'s' if copies == 1 else ''} on another text of the corpus." if copies else "."
    )
    parts = []
    wires = articles[(articles["originator"] != "unknown") & (articles["originator"] != articles["outlet"])]
    if len(wires):
        names = _short_names(context)
        rows = tuple(
            (
                Cell(names[str(a.article_id)], evidence_file(str(a.article_id))),
                a.originator,
                a.outlet,
                a.carrier or "–",
            )
            for a in each(wires.head(_MOST))
        )
        parts.append(
            Table(
                "Written by one, published by another, or by nobody named",
                ("Article", "Originator", "Publisher", "Carrier"),
                rows,
            ).__html__()
        )
    groups = _passages(context, reuse)
    if groups:
        parts.append(Markup("<h3>Passages in common</h3>"))
        parts.append(macro("pairs", groups, 4))
    else:
        parts.append(Markup("<p>No passage is shared by two articles of this corpus.</p>"))
    if len(reuse):
        parts.append(macro("more", [(context.csv("reuse", reuse), "All shared passages (CSV)")]))
    return Section("origins", "Where the texts come from", lede, parts)


def _passages(context: Context, reuse: pd.DataFrame, most: int = 4) -> list[dict[str, Any]]:
    texts = dict(zip(context.tables["articles"]["article_id"], context.tables["articles"]["text"], strict=True))
    longest = reuse.assign(length=reuse["end"] - reuse["start"]).sort_values("length", ascending=False, kind="stable")
    groups = []
    for r in each(longest.head(most)):
        versions = []
        for article_id, start, end, share in (
            (r.article_id, r.start, r.end, r.share),
            (r.other_id, r.other_start, r.other_end, r.other_share),
        ):
            words = str(texts[article_id])[start:end]
            words = words if len(words) <= 320 else words[:320].rsplit(" ", 1)[0] + " …"
            meta = "" if pd.isna(share) else f"{share * 100:.0f} % of this text's words are in common"
            versions.append(
                {
                    "who": context.labels[str(article_id)],
                    "words": [("same", words)],
                    "meta": meta,
                    "href": context.ledger.at(str(article_id), int(start)),
                }
            )
        first = " ".join(str(texts[r.article_id])[r.start : r.end].split()[:7])
        groups.append({"title": f"“{first} …”", "versions": versions})
    return groups


def timeline(context: Context) -> Section:
    """Draw publication dates against the milestones of the dispute."""
    articles, study = context.tables["articles"], context.study
    outside = articles[(articles["published"] != "") & (articles["in_window"] == "no")]
    undated = articles[articles["published"] == ""]
    csv = context.csv("timeline", articles[["article_id", "outlet", "published", "in_window", "included"]])
    parts = [
        context.figure(
            figures.timeline(articles, study.milestones, window=study.window),
            "Publication dates and milestones",
            "One dot an article, by day.",
            csv,
        )
    ]
    said = [f"{context.labels[str(a.article_id)]} ({a.published}, outside the window)" for a in each(outside.head(12))]
    said += [f"{context.labels[str(a.article_id)]} (no date)" for a in each(undated.head(12))]
    if said:
        more = len(outside) + len(undated) - len(said)
        text = ", ".join(said) + (f" and {more} more" if more else "")
        parts.append(Markup('<p class="note">Not on the timeline: {}.</p>').format(text))
    dated = int((articles["published"] != "").sum())
    least = study.minimum_denominator
    share = capital(share_of(dated, len(articles), "articles", least))
    carry = agree(dated, len(articles), "carries", "carry", least)
    return Section("timeline", "Timeline", f"{share} {carry} a date, stated or set by hand.", parts)
