"""Who speaks and in whose voice feeling is expressed: sentiment by target and voice, quoted words by actor and side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from analysis.comparison.contrast import Item, contrast, empty, spread_out
from analysis.comparison.groups import Tables, compared, evidence, sentence_ids
from analysis.comparison.memory import remembered
from analysis.facts import marked_spans
from analysis.study import Study

__all__ = ["quoted_words", "scored_mentions", "sentiment_by_target_voice", "sources_by_outlet"]

_CLASSES = ("negative", "neutral", "positive")
_VOICES = ("", "outlet", "quoted", "unresolved")

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


def scored_mentions(tables: Tables) -> pd.DataFrame:
    """Return the scored mentions of targets: one row each, with class and balance (p(positive) - p(negative)).

    Columns: mention_id, article_id, sentence_id, target, voice, side, label, method, balance. The class is the label
    with the highest probability.
    """
    measures = tables["measures"]
    rows = measures[(measures["unit"] == "mention") & (measures["measure"] == "sentiment")]
    rows = rows[rows["label"].isin(_CLASSES) & rows["value"].notna()]
    ranked = rows.sort_values(["unit_id", "value", "label"], ascending=[True, False, True], kind="stable")
    top = ranked.drop_duplicates("unit_id").set_index("unit_id")
    sign = (rows["label"] == "positive").astype("float64") - (rows["label"] == "negative").astype("float64")
    balance = (rows["value"] * sign).groupby(rows["unit_id"]).sum()
    mentions = tables["mentions"]
    mentions = mentions[mentions["kind"] == "target"][["mention_id", "article_id", "sentence_id", "name", "voice"]]
    found = mentions[mentions["mention_id"].isin(top.index)].rename(columns={"name": "target"})
    columns = {"side": top["side"], "label": top["label"], "method": top["method"], "balance": balance}
    for column, values in columns.items():
        found = found.assign(**{column: values.reindex(found["mention_id"]).to_numpy()})
    return found.reset_index(drop=True)


@remembered
def sentiment_by_target_voice(tables: Tables, study: Study) -> pd.DataFrame:
    """Compare the sentiment toward each target, split by voice and, in quotes, by side.

    Parameters
    ----------
    tables
        By name: articles, mentions, measures (unit ``mention``, measure ``sentiment``).
    study
        Its targets give the rows.

    Returns
    -------
    DataFrame
        `COLUMNS` and target, voice (empty: all), side (empty: all). Items ``negative``, ``neutral``, ``positive``:
        share of the scored mentions; ``balance``: mean of p(positive) - p(negative), from -1 to 1, the row whose
        difference is tested. Null with ``not mentioned`` where the target is not mentioned, ``not mentioned in this
        voice``, or ``no evidence`` where mentions could not be scored: none of these is neutral.
    """
    articles = compared(tables)
    mentions = tables["mentions"]
    mentions = mentions[(mentions["kind"] == "target") & mentions["article_id"].isin(articles.index)]
    scored = scored_mentions(tables)
    scored = scored[scored["article_id"].isin(articles.index)]
    return contrast(_felt(mentions, scored, articles.index, study), articles, study, extras=("target", "voice", "side"))


def _felt(mentions: pd.DataFrame, scored: pd.DataFrame, ids: pd.Index[Any], study: Study) -> Iterator[Item]:
    """Yield classes and balance of each target, in all voices and in each."""
    for target in study.targets:
        named = mentions[mentions["name"] == target.name]
        of_target = scored[scored["target"] == target.name]
        silence = np.where(ids.isin(named["article_id"]), "not mentioned in this voice", "not mentioned")
        sides = sorted(set(of_target.loc[of_target["voice"] == "quoted", "side"]) - {""})
        for voice, side in [(voice, "") for voice in _VOICES] + [("quoted", side) for side in sides]:
            chosen = of_target[of_target["voice"] == voice] if voice else of_target
            heard = named[named["voice"] == voice] if voice else named
            if side:
                chosen = heard = chosen[chosen["side"] == side]
            reason = np.where(ids.isin(heard["article_id"]), "no evidence", silence)
            n = chosen.groupby("article_id").size().reindex(ids, fill_value=0).to_numpy(dtype=np.float64)
            for item in (*_CLASSES, "balance"):
                groups = (chosen if item == "balance" else chosen[chosen["label"] == item]).groupby("article_id")
                cells = pd.DataFrame(
                    {
                        "k": groups["balance"].sum() if item == "balance" else groups.size(),
                        "evidence": groups["sentence_id"].agg(evidence) if groups.ngroups else "",
                    }
                )
                tested = item == "balance" and not side and voice != "unresolved"
                kind = "numbers" if item == "balance" else "pieces"
                keys = (item, target.name, voice, side)
                yield spread_out(keys, cells, ids, n, reason, kind=kind, tested=tested)


def quoted_words(tables: Tables) -> pd.DataFrame:
    """Count the quoted words of each utterance.

    Returns
    -------
    DataFrame
        The rows of ``quotes`` that are direct or mixed, with two more columns: ``words``, those of the content that
        stand between quotation marks (all of a direct utterance), and ``sentence_id``, where the content begins.
        Indirect speech is the outlet's wording and has no quoted words.
    """
    quotes = tables["quotes"]
    quotes = quotes[quotes["kind"].isin(["direct", "mixed"])].reset_index(drop=True)
    spans = tables["quote_spans"]
    spans = spans[(spans["part"] == "content") & spans["quote_id"].isin(quotes["quote_id"])]
    texts = dict(zip(tables["articles"]["article_id"], tables["articles"]["text"], strict=True))
    known = zip(quotes["quote_id"], quotes["kind"], quotes["article_id"], strict=True)
    homes = {quote: (kind, article) for quote, kind, article in known}
    words: dict[str, int] = {}
    opened: dict[str, int] = {}
    for quote, start, end in zip(spans["quote_id"], spans["start"], spans["end"], strict=True):
        kind, text = homes[quote][0], texts[homes[quote][1]]
        parts = [(int(start), int(end))] if kind == "direct" else marked_spans(text, int(start), int(end))
        words[quote] = words.get(quote, 0) + sum(len(_WORD.findall(text, a, b)) for a, b in parts)
        opened[quote] = min(opened.get(quote, int(start)), int(start))
    starts = [opened.get(quote, start) for quote, start in zip(quotes["quote_id"], quotes["start"], strict=True)]
    return quotes.assign(
        words=[words.get(quote, 0) for quote in quotes["quote_id"]],
        sentence_id=sentence_ids(tables, quotes["article_id"], starts),
    )


def _source_of(quotes: pd.DataFrame) -> pd.Series[str]:
    """Return whose words a quote holds: the actor, else what kind of source it is."""
    named = quotes["actor"].astype("str")
    other = pd.Series("other named sources", index=quotes.index).where(quotes["speaker"] != "", "no source given")
    other = other.where(~quotes["anonymous"].astype(bool), "anonymous sources")
    return named.where(named != "", other)


@remembered
def sources_by_outlet(tables: Tables, study: Study) -> pd.DataFrame:
    """Compare whose words fill the quotes: quoted words by actor and by side.

    Parameters
    ----------
    tables
        By name: articles, quotes, quote_spans, sentences.
    study
        Sets least articles and reference.

    Returns
    -------
    DataFrame
        `COLUMNS` and ``by`` (``actor`` or ``side``). `n` is quoted words, out of all quoted words of the outlet; see
        :func:`quoted_words`. Items that are no actor: ``other named sources``, ``anonymous sources``, ``no source
        given``, ``no side``. An outlet that quotes nobody has null, with ``no quotes``. Evidence: the sentences.
    """
    articles = compared(tables)
    quotes = quoted_words(tables)
    quotes = quotes[quotes["article_id"].isin(articles.index) & (quotes["words"] > 0)]
    if quotes.empty:
        return empty(("by",))
    return contrast(_said(quotes, articles.index), articles, study, extras=("by",))


def _said(quotes: pd.DataFrame, ids: pd.Index[Any]) -> Iterator[Item]:
    """Yield the quoted words of each side and of each source, those with the most words first."""
    n = quotes.groupby("article_id")["words"].sum().reindex(ids, fill_value=0).to_numpy(dtype=np.float64)
    silence = np.where(n > 0, "", "no quotes")
    sided = quotes["side"].where(quotes["side"] != "", "no side")
    for by, whose in (("side", sided), ("actor", _source_of(quotes))):
        marked = quotes.assign(item=whose)
        said = marked.groupby("item")["words"].sum()
        cells = marked.groupby(["item", "article_id"]).agg(k=("words", "sum"), evidence=("sentence_id", evidence))
        by_item = {str(item): cell.droplevel(0) for item, cell in cells.groupby(level=0)}
        for item in sorted(by_item, key=lambda item: (-said[item], item)):
            yield spread_out((item, by), by_item[item], ids, n, silence, kind="pieces")
