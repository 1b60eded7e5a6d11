"""What the same thing is called, and which words are typical of an outlet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.comparison.contrast import LEVEL, Item, contrast, empty, spread_out
from analysis.comparison.groups import Tables, compared, evidence, obstacle, outlets, sentence_ids
from analysis.comparison.intervals import FEWEST, student
from analysis.comparison.keyness import STRENGTH, Counts, chance, log_odds, prior_of, spread
from analysis.comparison.memory import remembered
from analysis.language import fold
from analysis.study import Study

__all__ = ["STOP_WORDS", "naming", "word_choice"]

VOCABULARY = 2_000
"""Words tested at most: those in the most articles, which says nothing about who uses them."""

WORK = 100_000_000
"""Cells that the permutations may visit: 999 permutations up to 100,000 pairs of article and word, 199 at least."""

STOP_WORDS = frozenset(
    "a about above across after again against all almost along already also although always am among an and any are "
    "aren't around as at away back be became because become been before began behind being below between both but "
    "by came can can't cannot come could couldn't did didn't do does doesn't doing don't done down during each "
    "either else even ever every few for from further gave get gets getting give go goes going gone got had hadn't "
    "has hasn't have haven't having he he'd he'll he's her here hers herself him himself his how however i i'd i'll "
    "i'm i've if in into is isn't it it's its itself just kept know last later least less let like made make makes "
    "many may maybe me might mine more most mr mrs ms much must my myself near neither never new next no nor not "
    "nothing now of off often on once one only onto or other others our ours out over own part per perhaps put "
    "quite rather really s said same saw say says see seem seemed seen several shall she she's should shouldn't "
    "since so some something soon still such t take than that that's the their theirs them themselves then there "
    "there's these they they'd they'll they're they've thing things this those though three through thus to "
    "together told too took toward towards two under until up upon us use used very via want was wasn't we we'd "
    "we'll we're we've well went were weren't what what's when where whether which while who who's whole whom whose "
    "why will with within without won't would wouldn't year years yes yet you you'd you'll you're you've your "
    "yours".split()
)

_DETERMINER = r"^(?:the|a|an|this|that|these|those|its|his|her|their)\s+"
_WORD = re.compile(r"[^\W\d_]{2,}(?:['’][^\W\d_]+)?")


@remembered
def naming(tables: Tables, study: Study) -> pd.DataFrame:
    """Compare which words each outlet uses for each target: labels for the same thing.

    Parameters
    ----------
    tables
        By name: articles, mentions.
    study
        Its targets give the rows.

    Returns
    -------
    DataFrame
        `COLUMNS` and ``target``; item is the words as written, in lower case, without ``the`` and its like and without
        a possessive ending, `n` the mentions that use them, out of all mentions of the target. Null with ``not
        mentioned`` where there are none. Evidence: the sentences.
    """
    articles = compared(tables)
    mentions = tables["mentions"]
    mentions = mentions[(mentions["kind"] == "target") & mentions["article_id"].isin(articles.index)]
    form = mentions["matched"].str.lower().str.replace("’", "'").str.split().str.join(" ")
    bare = form.str.replace(_DETERMINER, "", regex=True).str.replace(r"'s$", "", regex=True)
    mentions = mentions.assign(item=bare.where(bare != "", form))
    return contrast(_named(mentions, articles, study), articles, study, extras=("target",))


def _named(mentions: pd.DataFrame, articles: pd.DataFrame, study: Study) -> Iterator[Item]:
    """Yield what each target is called, the commonest words first."""
    for target in study.targets:
        own = mentions[mentions["name"] == target.name]
        if own.empty:
            continue
        said = own["item"].value_counts()
        cells = own.groupby(["item", "article_id"]).agg(k=("mention_id", "size"), evidence=("sentence_id", evidence))
        by_item = {str(item): cell.droplevel(0) for item, cell in cells.groupby(level=0)}
        n = own["article_id"].value_counts().reindex(articles.index, fill_value=0).to_numpy(dtype=np.float64)
        silence = np.where(n > 0, "", "not mentioned")
        for item in sorted(by_item, key=lambda item: (-int(said[item]), item)):
            yield spread_out((item, target.name), by_item[item], articles.index, n, silence, kind="pieces")


@remembered
def word_choice(tables: Tables, study: Study, *, top: int = 15, seed: int = 1) -> pd.DataFrame:
    """Return the words most typical of each outlet against the rest, or against the study's reference.

    Parameters
    ----------
    tables
        By name: articles, sentences. Suspected machine translations are left out: their words are no outlet's choice.
    study
        Sets least articles and reference.
    top
        Words for each outlet, by z.
    seed
        Of the permutations behind the claims.

    Returns
    -------
    DataFrame
        `COLUMNS` and z, range, range_rest, articles_rest. Item is a word, folded, no stop word, in at least three
        articles (in at least two where fewer than ten are compared). `n` is how often the outlet uses it, of all its
        words; `value` the log-odds ratio with informative Dirichlet prior (:mod:`analysis.comparison.keyness`), `rest`
        the word's share in what it is compared with; `range` in how many of the outlet's `articles` it stands,
        `range_rest` in how many of the `articles_rest`. The interval is over articles (infinitesimal jackknife) and
        needs eight on either side. `q` is corrected for all words and outlets by permuting articles, and leaves out
        the article that uses the word most; a claim also needs a range of at least three, and an interval above 0
        where there is one.
    """
    articles = compared(tables)
    articles = articles[~articles["translated"]]
    columns = ("z", "range", "range_rest", "articles_rest")
    counted = _count(tables, articles)
    if counted is None:
        built = empty()
        return built.assign(**{c: pd.Series([], dtype="float64" if c == "z" else "int64") for c in columns})
    counts, words = counted
    labels = outlets(articles)
    place = {label: number for number, label in enumerate(labels)}
    group = articles["label"].map(place).to_numpy().astype(np.int64)
    obstacles = [obstacle(label, articles, study) for label in labels]
    reference = place.get(study.reference) if study.reference else None
    tested = np.array([not why for why in obstacles])
    table, sizes = counts.by_group(group, len(labels))
    found = log_odds(table, totals=sizes, reference=reference, strength=STRENGTH)
    turns = int(min(999, max(199, WORK // max(1, len(counts.times)))))
    q = chance(counts, group, len(labels), tested=tested, reference=reference, permutations=turns, seed=seed)
    alpha = prior_of(table, sizes)
    typical = {number: _typical(table[number], found.z[number], words, top) for number in range(len(labels))}
    ids = _sentences_with(tables, articles, [{words[word] for word in typical[number]} for number in group.tolist()])
    by_word = np.argsort(counts.word, kind="stable")
    bounds = np.searchsorted(counts.word[by_word], np.arange(counts.words + 1))
    rows: list[dict[str, Any]] = []
    for number, label in enumerate(labels):
        if number == reference or len(labels) < 2:
            continue
        own = group == number
        other = group == reference if reference is not None else ~own
        for word in typical[number]:
            hits = np.zeros(len(articles))
            stands = by_word[bounds[word] : bounds[word + 1]]
            hits[counts.article[stands]] = counts.times[stands]
            low, high = _interval(hits, counts.totals, own, other, float(found.delta[number, word]), float(alpha[word]))
            ranges = int((hits[own] > 0).sum()), int((hits[other] > 0).sum())
            rest = float(hits[other].sum() / max(counts.totals[other].sum(), 1.0))
            chance_of = float(q[number, word])
            claim = chance_of <= LEVEL and ranges[0] >= 3 and not low <= 0
            rows.append(
                {
                    "outlet": label, "item": words[word], "n": int(hits[own].sum()), "denominator": int(sizes[number]),
                    "articles": int(own.sum()), "value": float(found.delta[number, word]), "low": low, "high": high,
                    "basis": "" if np.isnan(low) else "articles", "rest": rest, "rest_n": int(hits[other].sum()),
                    "rest_denominator": int(counts.totals[other].sum()), "q": chance_of, "claim": claim,
                    "reason": "" if claim else _why(obstacles[number], chance_of, ranges[0], study),
                    "evidence": evidence(i for a in articles.index[own] for i in ids.get((a, words[word]), [])),
                    "z": float(found.z[number, word]), "range": ranges[0], "range_rest": ranges[1],
                    "articles_rest": int(other.sum()),
                }
            )  # fmt: skip
    if not rows:
        return word_choice({**tables, "articles": tables["articles"].iloc[:0]}, study)
    return pd.DataFrame(rows)[[*empty().columns, *columns]]


def _typical(counts: NDArray[np.float64], z: NDArray[np.float64], words: list[str], top: int) -> list[int]:
    order = np.lexsort((np.array(words), -z))
    return [int(word) for word in order if counts[word] > 0 and z[word] > 0][:top]


def _why(obstacle_: str, q: float, articles: int, study: Study) -> str:
    if obstacle_:
        return obstacle_
    if q > LEVEL:
        return f"no difference from {study.reference or 'the rest'} shown (q = {q:.2f})"
    if articles < 3:
        return f"in {articles} of its articles only, a claim needs 3"
    return "its interval over articles holds 0"


def _interval(
    hits: NDArray[np.float64],
    totals: NDArray[np.float64],
    own: NDArray[np.bool_],
    other: NDArray[np.bool_],
    delta: float,
    alpha: float,
) -> tuple[float, float]:
    if min(own.sum(), other.sum()) < FEWEST:
        return float("nan"), float("nan")
    variance = spread(hits[own], totals[own], alpha, STRENGTH) + spread(hits[other], totals[other], alpha, STRENGTH)
    reach = student(0.975, int(min(own.sum(), other.sum())) - 1) * float(np.sqrt(variance))
    return delta - reach, delta + reach


def _count(tables: Tables, articles: pd.DataFrame) -> tuple[Counts, list[str]] | None:
    """Count the words of the articles that may be compared; None where there are none."""
    numbers: dict[str, int] = {}  # of folded words, in the order in which they are met
    known = dict.fromkeys(STOP_WORDS, -1)  # number of a word as written; -1: a stop word
    article_of: list[NDArray[np.int32]] = []
    word_of: list[NDArray[np.int32]] = []
    times_of: list[NDArray[np.int32]] = []
    totals: list[int] = []
    for position, text in enumerate(_texts(tables, articles)):
        written = Counter(_WORD.findall(text))
        totals.append(written.total())
        own: dict[int, int] = {}
        for form, times in written.items():
            number = known.get(form)
            if number is None:
                word = fold(form)
                number = -1 if word in STOP_WORDS else numbers.setdefault(word, len(numbers))
                known[form] = number
            if number >= 0:
                own[number] = own.get(number, 0) + times
        article_of.append(np.full(len(own), position, dtype=np.int32))
        word_of.append(np.fromiter(own.keys(), dtype=np.int32, count=len(own)))
        times_of.append(np.fromiter(own.values(), dtype=np.int32, count=len(own)))
    if not numbers:
        return None
    met = list(numbers)
    flat = np.concatenate(word_of)
    ranges = np.bincount(flat, minlength=len(met)).tolist()
    least = 3 if len(articles) >= 10 else 2
    common = sorted((n for n in range(len(met)) if ranges[n] >= least), key=lambda n: (-ranges[n], met[n]))
    words = sorted(met[n] for n in common[:VOCABULARY])
    if not words:
        return None
    place = np.full(len(met), -1, dtype=np.int64)
    place[[numbers[word] for word in words]] = np.arange(len(words))
    kept = place[flat] >= 0
    counts = Counts(
        np.concatenate(article_of)[kept].astype(np.int64),
        place[flat][kept],
        np.concatenate(times_of)[kept].astype(np.float64),
        np.array(totals, dtype=np.float64),
        len(words),
    )
    return counts, words


def _texts(tables: Tables, articles: pd.DataFrame) -> list[str]:
    """Return the texts of `articles`, in their order."""
    texts = tables["articles"].set_index("article_id")["text"]
    return [str(text) for text in texts.reindex(articles.index)]


def _sentences_with(
    tables: Tables, articles: pd.DataFrame, wanted: Sequence[set[str]]
) -> Mapping[tuple[str, str], list[str]]:
    """Return the ids of the sentences of each article with each of the words that are `wanted` of it."""
    where: dict[tuple[str, str], list[int]] = {}
    folded: dict[str, str] = {}
    for article, text, chosen in zip(articles.index, _texts(tables, articles), wanted, strict=True):
        if not chosen:
            continue
        for match in _WORD.finditer(text):
            form = match[0]
            word = folded.get(form) or folded.setdefault(form, fold(form))
            if word in chosen:
                where.setdefault((article, word), []).append(match.start())
    flat = [(pair, start) for pair, starts in where.items() for start in starts]
    ids = sentence_ids(tables, [pair[0] for pair, _ in flat], [start for _, start in flat])
    found: dict[tuple[str, str], list[str]] = {}
    for (pair, _), sentence in zip(flat, ids, strict=True):
        found.setdefault(pair, []).append(sentence)
    return found
