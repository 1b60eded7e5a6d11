"""Sections that compare outlets: frames, sentiment, facts."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis import comparison, figures
from analysis.display import plain_name, unvalidated
from analysis.facts import near as nearest
from analysis.figures.counts import STATUS
from analysis.reports.pages.cells import claims, columns_for
from analysis.reports.pages.context import MOST_DOTS, Context, Section
from analysis.reports.style import macro
from analysis.tables import Cell, Table, each

__all__ = ["facts", "frames", "sentiment"]

MOST_COMPARED = 5000
"""Sentences that are compared in meaning with facts not found; in a larger study it would take minutes."""

VOICES = {"outlet": "Outlet's own voice", "quoted": "Quoted speakers", "unresolved": "Voice not told"}


def frames(context: Context) -> Section:
    """Show outlets against frames, in counts of articles."""
    data = comparison.frames_by_outlet(context.tables, context.study)
    csv = context.csv("frames", data)
    lede = "In how many articles of each outlet a frame is present. Several frames, or none, may apply to an article."
    if data.empty:
        return Section("frames", "Frames by outlet", lede, [Markup("<p>No frame was measured.</p>")])
    outlets, note = columns_for(data)
    data = data[data["outlet"].isin(outlets)]
    totals = data.groupby("item", sort=False)["n"].sum()
    drawn = data[data["item"].isin(totals.index[totals > 0])]
    parts = []
    if len(outlets) <= 12 and drawn["denominator"].max() > MOST_DOTS:  # else the table shows the same by its dots
        named = drawn.assign(item=drawn["item"].map(spoken))
        parts.append(
            context.figure(
                figures.counts(named),
                "Frames each outlet uses",
                "The disc is the share of its articles; a dash is no evidence.",
                csv,
            )
        )
    parts += _present(context, data, outlets, totals)
    methods = ", ".join(sorted(set(data["method"]) - {""}))
    parts.append(Markup('<p class="note">Method: {}. {}</p>').format(methods, note))
    parts.append(claims(data, "the use of frames"))
    return Section("frames", "Frames by outlet", lede, parts)


def _present(context: Context, data: pd.DataFrame, outlets: list[str], totals: Any) -> list[Markup]:
    """Return the frames that some article has, cell by cell, and name those that none has, by codebook."""
    items = list(dict.fromkeys(data["item"]))
    cells = {(r.outlet, r.item): r for r in each(data)}
    rows = []
    for item in (i for i in items if totals[i] > 0):
        title = f"Frame “{plain_name(item)}”, {{}}"
        counted = (context.counted(cells.get((o, item)), title.replace("{}", o), dots=True) for o in outlets)
        rows.append((spoken(item), *counted))
    absent: dict[str, list[str]] = {}
    for item in (i for i in items if not totals[i] > 0):
        absent.setdefault(item.rpartition("/")[0], []).append(plain_name(item))
    note = "; ".join(f"{codebook}: {', '.join(names)}" for codebook, names in absent.items())
    note = f"Found in no compared article – {note}." if note else ""
    note = " ".join(part for part in (unvalidated(items), note) if part)
    return [Table("Articles with each frame", ("Frame", *outlets), tuple(rows), note=note, quiet=True).__html__()]


def spoken(item: str) -> str:
    """Return a frame with its codebook, as it is read.

    Examples
    --------
    >>> spoken("generic/human_interest")
    'generic: human interest'
    """
    codebook, _, _ = item.rpartition("/")
    return f"{codebook}: {plain_name(item)}" if codebook else plain_name(item)


def sentiment(context: Context) -> Section:
    """Show sentiment toward each target by voice; absence is told apart from neutrality."""
    data = comparison.sentiment_by_target_voice(context.tables, context.study)
    csv = context.csv("sentiment", data)
    lede = (
        "Mentions of each target, classed as negative, neutral or positive toward it, by who is speaking. "
        "Not mentioned is not neutral."
    )
    if data.empty:
        return Section(
            "sentiment", "Sentiment by target and voice", lede, [Markup("<p>The study names no target.</p>")]
        )
    outlets, note = columns_for(data)
    counts = data[(data["item"] != "balance") & (data["side"] == "") & (data["voice"] != "")]
    parts = [
        context.figure(
            figures.sentiment(data), "Sentiment toward each target, by voice", "Mentions in all compared articles.", csv
        )
    ]
    cells: dict[Any, dict[str, Any]] = {}
    for r in each(counts[counts["outlet"].isin(outlets)]):
        cells.setdefault((r.target, r.outlet, r.voice), {})[str(r.item)] = r
    heard = {k for k, c in cells.items() if any(r.denominator > 0 for r in c.values())}
    voices = {v: name for v, name in VOICES.items() if v != "unresolved" or any(k[2] == v for k in heard)}
    rows, silent = [], []
    for target in dict.fromkeys(counts["target"]):
        absent = [o for o in outlets if not any((target, o, v) in heard for v in VOICES)]
        for o in [o for o in outlets if o not in absent]:
            said = (_feeling(context, cells.get((target, o, v)), f"“{target}”, {o}, {v}") for v in voices)
            rows.append((target, o, *said))
        if absent:
            silent.append(f"{target}: {', '.join(absent)}")
    key = "A dash: mentioned, but not in this voice. " + note
    table = Table(
        "Mentions by target, outlet and voice",
        ("Target", "Outlet", *voices.values()),
        tuple(rows),
        note=key,
        quiet=True,
    )
    parts.append(table.__html__())
    if silent:
        parts.append(Markup('<p class="note">Not mentioned at all – {}.</p>').format("; ".join(silent)))
    parts.append(claims(data[data["item"] == "balance"], "sentiment"))
    return Section("sentiment", "Sentiment by target and voice", lede, parts)


def _feeling(context: Context, cell: dict[str, Any] | None, title: str) -> Cell:
    if not cell or not any(r.denominator > 0 for r in cell.values()):
        reason = next((str(r.reason) for r in (cell or {}).values()), "not mentioned")
        return Cell("–" if "mentioned" in reason else reason, kind="nil")
    n = {k: int(cell[k].n) if k in cell else 0 for k in ("negative", "neutral", "positive")}
    ids = " ".join(str(cell[k].evidence) for k in n if k in cell and n[k])
    text = ", ".join(f"{v} {k}" for k, v in n.items() if v)
    return Cell(text, context.ledger.link(f"Sentiment toward {title}", ids))


def facts(context: Context) -> Section:
    """Show which outlet tells which fact, and how; the sign never stands without its word."""
    near, unsaid = _near(context)
    data = comparison.facts_by_outlet({**context.tables, "near": near}, context.study)
    csv = context.csv("facts", data)
    lede = "What a full account would contain, as the study lists it, and how each outlet has it."
    if data.empty:
        return Section("facts", "Facts and omissions", lede, [Markup("<p>The study asks for no fact.</p>")])
    outlets, note = columns_for(data)
    cells: dict[Any, dict[str, Any]] = {}
    for r in each(data):
        cells.setdefault((r.item, r.outlet), {})[str(r.status)] = r
    statements = {f.name: f.statement for f in context.study.facts}
    rows = []
    for item in dict.fromkeys(data["item"]):
        row: list[Any] = [Cell(statements.get(str(item)) or str(item), kind="long")]
        for outlet in outlets:
            told = cells.get((item, outlet), {})
            row.append(_status(context, told, f"“{item}”, {outlet}", _sentences(near, str(item), outlet)))
        rows.append(tuple(row))
    key = "; ".join(f"{sign} {words}" for sign, words in STATUS.values())
    note = " ".join(part for part in (f"{key}.", note, unsaid) if part)
    parts = []
    parts.append(Table("Facts by outlet", ("Fact", *outlets), tuple(rows), note=note, quiet=True).__html__())
    parts.append(macro("more", [("side-by-side.html#facts", "The passages, side by side"), (csv, "Data (CSV)")]))
    silences = data[(data["status"] == "not found") & data["value"].isna()]
    why = sorted(set(silences["reason"]) - {""})
    if why:
        parts.append(
            Markup('<p class="note">An article omits only a fact that it could have told; not counted: {}.</p>').format(
                "; ".join(why)
            )
        )
    parts.append(claims(data[data["status"] == "told"], "the facts told"))
    return Section("facts", "Facts and omissions", lede, parts)


def _strongest(cell: dict[str, Any]) -> str:
    return next((s for s in ("asserted", "denied", "quoted") if s in cell and cell[s].n > 0), "not found")


def _near(context: Context) -> tuple[pd.DataFrame, str]:
    """Return the sentences nearest in meaning to facts that no pattern found, each with what its article counts as.

    And, where there are too many to look for them, a sentence that says so.
    """
    t = context.tables
    included = t["articles"].loc[t["articles"]["included"]]
    sentences = t["sentences"][t["sentences"]["article_id"].isin(included["article_id"])]
    unsaid = ""
    if len(sentences) > MOST_COMPARED:
        unsaid = f"No sentences near in meaning are looked for: these are more than {MOST_COMPARED:,} sentences."
        sentences = sentences.iloc[:0]
    near = nearest(included, sentences, t["facts"], context.study)
    return near.assign(outlet=near["article_id"].map(comparison.compared(t)["label"])), unsaid


def _sentences(near: pd.DataFrame, fact: str, outlet: str) -> str:
    return " ".join(near.loc[(near["fact"] == fact) & (near["outlet"] == outlet), "sentence_id"])


def _status(context: Context, cell: dict[str, Any], title: str, near: str) -> Cell:
    strongest = _strongest(cell)
    sign, words = STATUS[strongest]
    if strongest == "not found" and near:
        said = f"{sign} {words} by pattern; nearest in meaning"
        return Cell(said, context.ledger.link(f"Near in meaning to {title}; not counted as told", near), kind="day")
    if strongest == "not found":
        return Cell(f"{sign} {words}", kind="day")
    ids = " ".join(str(cell[s].evidence) for s in ("asserted", "quoted", "denied") if s in cell)
    total, least = int(cell[strongest].denominator), context.study.minimum_denominator
    word = {"asserted": "asserted", "quoted": "quoted only", "denied": "denied"}
    if total == 1:
        text = f"{sign}\u00a0{word[strongest]}".replace(" ", "\u00a0")
    else:
        text = "; ".join(
            f"{STATUS[s][0]}\u00a0{word[s]} in {comparison.share_text(int(cell[s].n), total, least)}"
            for s in word
            if s in cell and cell[s].n > 0
        )
    return Cell(text, context.ledger.link(f"Fact {title}", ids))
