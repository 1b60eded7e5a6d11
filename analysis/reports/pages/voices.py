"""Sections about wording: who is quoted, the same utterance as each article has it, and names for the same thing."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis import comparison, figures
from analysis.reports.pages.cells import MOST_OUTLETS, claims, columns_for
from analysis.reports.pages.context import Context, Section
from analysis.reports.style import macro
from analysis.speakers import voice_shares
from analysis.tables import Cell, Table, each

__all__ = ["naming", "side_by_side", "voices"]

_TOKEN = re.compile(r"\w+(?:['’]\w+)?|\s+|[^\w\s]")


MOST_VERSIONS = 12
"""Articles shown side by side for one fact or utterance."""


def voices(context: Context) -> Section:
    """Show whose words fill the quotes, and the same utterance side by side."""
    data = comparison.sources_by_outlet(context.tables, context.study)
    csv = context.csv("sources", data)
    lede = "Words between quotation marks, by who says them. Indirect speech is the outlet's wording: not counted here."
    parts = []
    if data.empty:
        parts.append(Markup("<p>No compared article quotes anybody.</p>"))
    else:
        outlets, note = columns_for(data)
        parts.append(
            context.figure(
                figures.sources(data, actors=context.study.actors),
                "Who is given words",
                "Quoted words in all compared articles.",
                csv,
            )
        )
        parts.append(_words(context, data[data["by"] == "side"], "Quoted words by side", outlets, note))
        speakers = _words(context, data[data["by"] == "actor"], "Quoted words by speaker", outlets, note)
        rest = context.detail("speakers", "Who speaks, in detail", [speakers, _sentences_by_voice(context)])
        parts.append(macro("more", [(rest, "Quoted words by speaker, and sentences by voice")]))
        parts.append(claims(data, "whose words are quoted"))
    same = comparison.same_utterance(context.tables, context.study)
    context.csv("utterances", same)
    parts.append(Markup("<h3>The same utterance, as each article words it</h3>"))
    groups = _utterances(context, same)
    if groups:
        parts.append(Markup('<p class="note">Marked: words that differ from the first wording.</p>'))
        parts.append(macro("pairs", groups[:2], 4))
        if len(groups) > 2:
            parts.append(macro("more", [("side-by-side.html#utterances", f"All {len(groups)} utterances")]))
    else:
        parts.append(Markup("<p>No utterance stands in two independent articles.</p>"))
    return Section("voices", "Who speaks", lede, parts)


def _words(context: Context, data: pd.DataFrame, caption: str, outlets: list[str], note: str) -> Markup:
    cells = {(r.item, r.outlet): r for r in each(data)}
    rows = []
    for item in list(dict.fromkeys(data["item"]))[:40]:
        row: list[Any] = [item]
        for outlet in outlets:
            row.append(context.counted(cells.get((item, outlet)), f"Quoted words of {item}, {outlet}"))
        rows.append(tuple(row))
    return Table(caption, ("Whose words", *outlets), tuple(rows), note=note, quiet=True).__html__()


def _sentences_by_voice(context: Context) -> Markup:
    """Count the sentences of each outlet that it says itself, that somebody it quotes says, and the rest."""
    labels = comparison.compared(context.tables)["label"]
    sentences = context.tables["sentences"]
    shares = voice_shares(sentences[sentences["article_id"].isin(labels.index)])
    shares["outlet"] = shares["article_id"].map(labels)
    context.csv("voices", shares)
    least = context.study.minimum_denominator
    rows = []
    for label, group in shares.groupby("outlet"):
        said = group.groupby("voice")["sentences"].sum().to_dict()
        counts = [int(said.get(voice, 0)) for voice in ("outlet", "quoted", "unresolved")]
        rows.append((str(label), *(comparison.share_text(k, sum(counts), least) for k in counts)))
    columns = ("Outlet", "Its own voice", "Quoted or reported", "Cannot be told")
    note = "A sentence counts for the voice that says the larger part of it."
    return Table("Sentences by voice", columns, tuple(rows), note=note).__html__()


def _utterances(context: Context, same: pd.DataFrame) -> list[dict[str, Any]]:
    groups = []
    for _, group in same.groupby("utterance", sort=False):
        title = str(group["actor"].iloc[0])
        if len(group) > MOST_VERSIONS:  # of many, one for each wording
            title += f" ({group['article_id'].nunique()} articles)"
            group = group.drop_duplicates("wording").head(MOST_VERSIONS)
        first = str(group["text"].iloc[0])
        versions = []
        for r in each(group):
            text = str(r.text)
            words = [("same", text)] if r.wording == group["wording"].iloc[0] else differences(first, text)
            places = context.ledger.find([str(r.sentence_id)])
            href = context.ledger.at(str(r.article_id), int(r.start)) if places else ""
            versions.append({"who": r.outlet, "words": words, "meta": f"{len(text.split())} words", "href": href})
        groups.append({"title": title, "versions": versions, "wordings": group["wording"].nunique()})
    return sorted(groups, key=lambda g: (-g["wordings"], -len(g["versions"])))


def differences(first: str, other: str) -> list[tuple[str, str]]:
    """Cut `other` into stretches that stand in `first` as well (``same``) and those that do not (``new``).

    Examples
    --------
    >>> differences("It grew stronger.", "It grew much stronger.")
    [('same', 'It grew '), ('new', 'much '), ('same', 'stronger.')]
    """
    own, theirs = _TOKEN.findall(other)[:600], _TOKEN.findall(first)[:600]
    matcher = SequenceMatcher(None, [t.lower() for t in theirs], [t.lower() for t in own], autojunk=False)
    cut: list[tuple[str, str]] = []
    for code, _, _, start, end in matcher.get_opcodes():
        text = "".join(own[start:end])
        if text:
            kind = "same" if code == "equal" or not text.strip() else "new"
            if cut and cut[-1][0] == kind:
                cut[-1] = (kind, cut[-1][1] + text)
            else:
                cut.append((kind, text))
    return cut


def side_by_side(context: Context) -> None:
    """Keep the page with every fact's passages and every utterance's wordings side by side."""
    groups = _utterances(context, context.data["utterances"])[:100]
    none = Markup("<p>{}</p>")
    parts = [
        Markup('<h2 id="facts">Facts</h2><p class="note">Marked: the words that show the fact.</p>'),
        macro("pairs", _facts(context), 3) or none.format("No fact is told by any article."),
        Markup(
            '<h2 id="utterances">Utterances</h2><p class="note">Marked: words that differ from the first wording.</p>'
        ),
        macro("pairs", groups, 3) or none.format("No utterance stands in two independent articles."),
    ]
    dek = "The same fact, and the same utterance, as each article has it."
    context.detail(
        "side-by-side", "Side by side", parts, dek=dek, contents=[("facts", "Facts"), ("utterances", "Utterances")]
    )


def _facts(context: Context, most: int = MOST_VERSIONS) -> list[dict[str, Any]]:
    facts = context.tables["facts"]
    texts = dict(zip(context.tables["articles"]["article_id"], context.tables["articles"]["text"], strict=True))
    words = {"asserted": "asserted", "quoted": "only in a speaker's words", "denied": "denied"}
    groups = []
    for fact in context.study.facts:
        told = facts[(facts["fact"] == fact.name) & (facts["start"] >= 0)]
        if told.empty:
            continue
        versions = []
        for r in each(told.head(most)):
            position = context.ledger.position(str(r.article_id), int(r.start))
            excerpt = None if position is None else context.ledger.excerpt(str(r.article_id), position)
            text = str(texts[r.article_id])
            start, end = (excerpt.start, excerpt.end) if excerpt else (int(r.start), int(r.end))
            stretches = [
                ("same", text[start : r.start]),
                ("new", text[r.start : r.end]),
                ("same", text[r.end : max(end, r.end)]),
            ]
            versions.append(
                {
                    "who": context.labels[str(r.article_id)],
                    "words": [s for s in stretches if s[1]],
                    "meta": words[str(r.status)],
                    "href": context.ledger.at(str(r.article_id), int(r.start)),
                }
            )
        more = f" ({len(told)} articles, {most} shown)" if len(told) > most else ""
        groups.append({"title": (fact.statement or fact.name) + more, "versions": versions})
    return groups


def naming(context: Context) -> Section:
    """Show what each target is called, and which words set outlets apart."""
    data = comparison.naming(context.tables, context.study)
    csv = context.csv("naming", data)
    lede = "What the same thing is called, and which words are typical of an outlet against the rest."
    parts: list[Markup] = []
    whole: list[Markup] = []
    if data.empty:
        parts.append(Markup("<p>No target is mentioned.</p>"))
    else:
        outlets, note = columns_for(data)
        few, every = (_names(context, data, outlets, most, note) for most in (2, 60))
        parts.append(few)
        whole.append(every)
    said, typical = _word_choice(context)
    parts += said
    rest = context.detail("naming", "Naming and word choice", whole + typical)
    parts.append(
        macro("more", [(rest, "All names and typical words"), (csv, "Names (CSV)"), ("data/words.csv", "Words (CSV)")])
    )
    return Section("naming", "Naming and word choice", lede, parts)


def _names(context: Context, data: pd.DataFrame, outlets: list[str], most: int, note: str) -> Markup:
    rows: list[tuple[Any, ...]] = []
    written = _spelling(context)
    for target, group in data.groupby("target", sort=False):
        cells = {(r.item, r.outlet): r for r in each(group)}
        for item in list(dict.fromkeys(group["item"]))[:most]:
            name = " ".join(written.get(w, w) for w in str(item).split(" "))
            title = f"“{name}” for {target}, {{}}"
            counted = (context.counted(cells.get((item, o)), title.replace("{}", o)) for o in outlets)
            rows.append((f"“{name}”", Cell(str(target), kind="nil"), *counted))
    return Table(
        "Names for each target, of all its mentions", ("Words", "Target", *outlets), tuple(rows), note=note, quiet=True
    ).__html__()


def _spelling(context: Context) -> dict[str, str]:
    """Return how each word of a target's names is mostly written; names are counted in small letters."""
    mentions = context.tables["mentions"]
    matched = mentions.loc[mentions["kind"] == "target", "matched"].astype(str)
    counts = matched.str.split().explode().dropna().value_counts(sort=False)
    spelled: dict[str, str] = {}
    for word in sorted(counts.index, key=lambda w: (-counts[w], w)):
        spelled.setdefault(str(word).lower(), str(word))
    return spelled


def _word_choice(context: Context) -> tuple[list[Markup], list[Markup]]:
    """Return what the report says of word choice, and the ranking behind it."""
    data = comparison.word_choice(context.tables, context.study)
    csv = context.csv("words", data)
    if data.empty:
        return [Markup('<p class="note">Too few articles share words for word choice to be compared.</p>')], []
    rows = []
    for outlet, group in list(data.groupby("outlet", sort=False))[:MOST_OUTLETS]:
        words = Markup(", ").join(
            Markup("{} ({})").format(
                Cell(str(r.item), context.ledger.link(f"“{r.item}”, {outlet}", r.evidence)), int(r.n)
            )
            for r in each(group.head(8))
        )
        rows.append((outlet, words))
    ranking = Table("Highest log-odds, and how often the word is used", ("Outlet", "Words"), tuple(rows)).__html__()
    claimed = data[data["claim"].astype(bool)]
    if claimed.empty:
        return [claims(data, "word choice")], [ranking]
    named = claimed.assign(item=claimed["item"] + " (" + claimed["outlet"] + ")")
    note = "Log-odds ratio with informative prior; intervals over articles."
    drawn = context.figure(figures.word_choice(named), "Words that can be claimed to be typical", note, csv)
    return [drawn], [ranking]
