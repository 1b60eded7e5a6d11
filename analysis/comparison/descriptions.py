"""What stands in the texts at hand, as sentences with counts: no claim beyond them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd

from analysis.comparison.groups import Tables, compared, evidence, outlets, sentence_ids, without_dependent
from analysis.comparison.intervals import FEWEST, wilson, wilson_clustered
from analysis.comparison.utterances import same_utterance
from analysis.comparison.voices import quoted_words, scored_mentions
from analysis.comparison.wording import agree, capital, count_of, join, name, share_of, share_text
from analysis.study import Study

__all__ = ["Finding", "descriptions"]

FEW_LABELS = 6
"""Outlets up to which a sentence can name each."""


class Finding(NamedTuple):
    """One finding: its kind and sentence, the numbers it rests on, its strength and its evidence."""

    kind: str
    text: str
    n: int
    denominator: int
    value: float
    low: float
    high: float
    strength: float
    evidence: str


def descriptions(tables: Tables, study: Study) -> Iterator[Finding]:
    """Yield what can be said of the texts at hand, in no order."""
    articles = compared(tables)
    if len(articles) < 2:
        return
    yield from _coverage(tables, articles, study)
    yield from _facts(tables, articles, study)
    yield from _speakers(tables, articles, study)
    yield from _voice(tables, articles, study)
    yield from _utterances(tables, study)
    yield from _origins(tables, articles, study)


def _finding(kind: str, text: str, k: int, n: int, ids: str) -> Finding:
    low, high = wilson(k, n)
    return Finding(kind, capital(text), k, n, k / n, low, high, low, ids)


def _coverage(tables: Tables, articles: pd.DataFrame, study: Study) -> Iterator[Finding]:
    """Who mentions the dispute at all; else the target that fewest mention."""
    mentions = tables["mentions"]
    mentions = mentions[(mentions["kind"] == "target") & mentions["article_id"].isin(articles.index)]
    if mentions.empty:
        return
    count = len(articles)
    first = mentions.sort_values(["article_id", "start"], kind="stable").drop_duplicates(["article_id", "name"])
    heard = first["article_id"].nunique()
    silent = articles.index[~articles.index.isin(first["article_id"])]
    if len(silent):
        verb = agree(heard, count, "mentions", "mention", study.minimum_denominator)
        who = _whose(silent, articles)
        missing = "does" if len(who) == 1 else "do"
        text = (
            f"{_articles(heard, count, study)} {verb} the dispute, by a target of the study; "
            f"{join(who, most=4)} {missing} not."
        )
        finding = _finding("coverage", text, heard, count, evidence(first.drop_duplicates("article_id")["sentence_id"]))
        # That nearly all of very many mention it is no news: what counts is how sure it is that some do not.
        yield finding._replace(strength=wilson(len(silent), count).low)
        return
    reach = {t.name: int((first["name"] == t.name).sum()) for t in study.targets}
    partial = sorted((n, target) for target, n in reach.items() if 0 < n < count)
    if partial:
        n, target = partial[0]
        own = first[first["name"] == target]
        who = _whose(pd.Index(own["article_id"]), articles)
        verb = agree(n, count, "mentions", "mention", study.minimum_denominator)
        only = f"only {_articles(n, count, study)} {verb} {name(target)}: {join(who, most=4)}"
        text = f"All {count} articles mention the dispute, but {only}."
        yield _finding("coverage", text, n, count, evidence(own["sentence_id"]))


def _whose(ids: pd.Index[Any], articles: pd.DataFrame) -> list[str]:
    """Name the outlets of some articles, each once; of one with several articles with how many of them it is."""
    sizes = Counter(articles["label"].tolist())
    chosen = Counter(articles.loc[articles.index.isin(ids), "label"].tolist())
    return [label if sizes[label] == 1 else f"{label} (in {n} of {sizes[label]})" for label, n in chosen.items()]


def _facts(tables: Tables, articles: pd.DataFrame, study: Study) -> Iterator[Finding]:
    """How unevenly the facts are told."""
    facts = tables["facts"]
    facts = facts[facts["article_id"].isin(articles.index)]
    told = facts[facts["status"].isin(["asserted", "quoted"])]
    if told.empty or not study.facts:
        return
    total, count = len(study.facts), len(articles)
    reach = told.groupby("fact")["article_id"].nunique().reindex([f.name for f in study.facts], fill_value=0)
    uneven = int(((reach > 0) & (reach < count)).sum())
    if not uneven:
        return
    by_all = int((reach == count).sum())
    ids = evidence(sentence_ids(tables, told["article_id"], told["start"]))
    labels = articles["label"].reindex(told["article_id"]).to_numpy()
    distinct = told["fact"].groupby(labels).nunique()
    once = int((reach == 1).sum())
    opening = (
        f"{by_all or 'None'} of {count_of(total, 'fact')} {'is' if by_all < 2 else 'are'} told by all {count} articles"
    )
    if once and count > 2:
        opening += f", {once} by one only"
    if articles["label"].nunique() <= FEW_LABELS:
        order = sorted(outlets(articles), key=lambda label: (-int(distinct.get(label, 0)), label))
        counts = [f"{label} tells {int(distinct.get(label, 0)) or 'none'}" for label in order]
        text = f"{opening}: {join(counts)}."
    else:
        ranked = sorted(reach.items(), key=lambda pair: (-int(pair[1]), str(pair[0])))
        most, least = ranked[0], next(pair for pair in reversed(ranked) if pair[1] > 0)
        text = (
            f"{opening}; {name(str(most[0]))} is told by {_articles(int(most[1]), count, study)}, "
            f"{name(str(least[0]))} by {_articles(int(least[1]), count, study)}."
        )
    yield _finding("facts told", text, uneven, total, ids)


def _speakers(tables: Tables, articles: pd.DataFrame, study: Study) -> Iterator[Finding]:
    """Whose words fill the quotes: by side where the study has sides, else by actor."""
    quotes = quoted_words(tables)
    quotes = quotes[quotes["article_id"].isin(articles.index) & (quotes["words"] > 0)]
    column = "side" if (quotes["side"] != "").any() else "actor"
    named = quotes[quotes[column] != ""]
    if named.empty:
        return
    total, quoting = int(quotes["words"].sum()), quotes["article_id"].nunique()
    said = named.groupby(column)["words"].sum()
    order = sorted(said.index, key=lambda who: (-int(said[who]), str(who)))
    parts = [f"{_part(int(said[who]), total, study)} are from {name(str(who))}" for who in order[:3]]
    rest = total - int(said[order[:3]].sum())
    if rest:
        others = "others" if column == "actor" else "others, whom the study gives no side,"
        parts.append(f"{_part(rest, total, study)} from {others} or from nobody that can be told")
    text = f"Of the {count_of(total, 'quoted word')} in {count_of(quoting, 'article')}, {join(parts)}"
    reach = named.groupby(column)["article_id"].nunique()
    fewest = min(order, key=lambda who: (int(reach[who]), str(who)))
    if len(order) > 1 and reach[fewest] < quoting:
        # A side is the actors that the study lists for it: others of that side may be quoted as well.
        whom = f"{name(str(fewest))} is" if column == "actor" else f"the study's actors of {name(str(fewest))} are"
        text += f"; {whom} quoted in {_articles(int(reach[fewest]), quoting, study)} only"
    per = quotes.assign(k=quotes["words"].where(quotes[column] == order[0], 0)).groupby("article_id")
    sums = per[["k", "words"]].sum()
    k = int(said[order[0]])
    low, high = wilson_clustered(sums["k"], sums["words"]) if len(sums) >= FEWEST else wilson(k, total)
    ids = evidence(named.sort_values("quote_id", kind="stable")["sentence_id"])
    yield Finding("speakers", f"{text}.", k, total, k / total, low, high, low, ids)


def _voice(tables: Tables, articles: pd.DataFrame, study: Study) -> Iterator[Finding]:
    """In whose voice the feeling toward a target is expressed."""
    scored = scored_mentions(tables)
    scored = scored[scored["article_id"].isin(articles.index) & (scored["label"] != "neutral")]
    if scored.empty:
        return
    sizes = scored.groupby(["target", "label"]).size()
    target, label = sorted(sizes.index, key=lambda key: (-int(sizes[key]), key))[0]
    chosen = scored[(scored["target"] == target) & (scored["label"] == label)]
    total = len(chosen)
    if total < 3:
        return
    counts = {voice: int((chosen["voice"] == voice).sum()) for voice in ("outlet", "quoted", "unresolved")}
    verb = agree(counts["outlet"], total, "is", "are", study.minimum_denominator)
    parts = [
        f"{_part(counts['outlet'], total, study)} {verb} in the articles' own voice",
        f"{_part(counts['quoted'], total, study)} in that of speakers, quoted or reported",
    ]
    if counts["unresolved"]:
        parts.append(f"{_part(counts['unresolved'], total, study)} where the voice can't be told")
    method = " and ".join(sorted(set(chosen["method"])))
    text = f"Of {total} mentions of {name(target)} classed as {label} by the sentiment {method}, {join(parts)}."
    voice = max(counts, key=lambda v: (counts[v], v))
    yield _finding("voice", text, counts[voice], total, evidence(chosen["sentence_id"]))


def _utterances(tables: Tables, study: Study) -> Iterator[Finding]:
    """The same utterance, worded differently."""
    shared = same_utterance(tables, study)
    if shared.empty:
        return
    wordings = shared.groupby("utterance")["wording"].nunique()
    different = int((wordings > 1).sum())
    if not different:
        return
    total = len(wordings)
    varied = shared[shared["utterance"].isin(wordings[wordings > 1].index)]
    actors = join(sorted(set(varied["actor"])), most=3)
    if total == 1:
        text = f"One quoted sentence ({actors}) stands in more than one independent article, in different words."
    else:
        worded = f"all {total}" if different == total else f"{different} of them"
        verb = "is" if different == 1 else "are"
        text = (
            f"{total} quoted sentences stand in more than one independent article; "
            f"{worded} {verb} worded differently from one to another ({actors})."
        )
    yield _finding("same utterance", text, different, total, evidence(varied["sentence_id"]))


def _origins(tables: Tables, articles: pd.DataFrame, study: Study) -> Iterator[Finding]:
    """How many independent texts there are."""
    count = len(articles)
    independent = compared(without_dependent(tables))
    texts = len(independent)
    if texts == count or not texts:
        return
    copies = [article for article in articles.index if article not in independent.index]
    verb = agree(len(copies), count, "is a copy", "are copies", study.minimum_denominator)
    share = _articles(len(copies), count, study)
    text = f"{share} {verb} of another: the {count} go back to {count_of(texts, 'independent text')}."
    yield _finding("origins", text, len(copies), count, evidence(f"{article}:s00000" for article in copies))


def _part(k: int, n: int, study: Study) -> str:
    """Write a part of a total that the sentence has already given."""
    return f"{k:,}" if n < study.minimum_denominator else share_text(k, n, 1).replace(f" of {n:,})", ")")


def _articles(k: int, n: int, study: Study) -> str:
    return share_of(k, n, "articles", study.minimum_denominator)
