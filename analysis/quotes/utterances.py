"""The same utterance as several articles word it, and how many words of whom each article quotes."""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.language import Document

__all__ = ["Difference", "differences", "quoted_words", "utterances"]

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_PIECE = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]|_")
_COMMON = frozenset(
    "a an the and or but nor of to in on at by for from with as is are was were be been being am has have had do "
    "does did will would can could may might must shall should that this these those it its he she they we i you "
    "his her their our my your him them us me who which what when where how why if than then so not no n't very "
    "also just there here it's we're i'm they're that's don't doesn't didn't isn't aren't said say says".split()
)
_FEWEST = 4  # content words; shorter quotes are alike by chance
_KEYS = 8  # rarest content words by which a quote is looked up
_ALIKE = {
    True: 0.6,
    False: 0.75,
}  # share of the shorter one's weight in common, where the speaker is the same or is not
_NEAR = 0.72  # least cosine between two wordings of one thing
_COLUMNS = ["utterance", "quote_id", "article_id", "outlet", "speaker", "text", "similarity"]


class Difference(NamedTuple):
    """A stretch of two wordings: ``same``, or what the first (`one`) and the second (`other`) have in its place."""

    tag: str
    one: str
    other: str


def differences(one: str, other: str) -> list[Difference]:
    """Align two wordings word by word.

    Returns
    -------
    list of Difference
        ``same``, ``changed``, ``left out`` (only in `one`) or ``added`` (only in `other`), in text order. Case and
        marks count as the same.

    Examples
    --------
    >>> [tuple(d) for d in differences("I am committed to elevating it", "I am committed to raising it")]
    [('same', 'I am committed to', 'I am committed to'), ('changed', 'elevating', 'raising'), ('same', 'it', 'it')]
    """
    left, right = list(_PIECE.finditer(one)), list(_PIECE.finditer(other))
    matcher = difflib.SequenceMatcher(None, [_even(m[0]) for m in left], [_even(m[0]) for m in right], autojunk=False)
    names = {"equal": "same", "replace": "changed", "delete": "left out", "insert": "added"}
    return [
        Difference(names[tag], _slice(one, left, a, b), _slice(other, right, c, d))
        for tag, a, b, c, d in matcher.get_opcodes()
    ]


def _even(piece: str) -> str:
    return piece.lower().replace("’", "'").replace("“", '"').replace("”", '"')


def _slice(text: str, pieces: Sequence[re.Match[str]], first: int, last: int) -> str:
    return text[pieces[first].start() : pieces[last - 1].end()] if first < last else ""


def utterances(
    quotes: pd.DataFrame, quote_spans: pd.DataFrame, articles: pd.DataFrame, *, by: str = "wording", least: float = 0.0
) -> pd.DataFrame:
    """Group quotes of different articles that report the same utterance.

    Two quotes are alike where the content words that they share, weighted by how rare each is among the quotes, make up
    the larger part of the shorter one (0.6 where one speaker says both, else 0.75). So a fragment finds the full quote.

    Parameters
    ----------
    quotes, quote_spans, articles
        The tables of these names.
    by
        ``wording``, or ``meaning``: cosine of sentence embeddings (`analysis.encoder`), between quotes of one speaker
        that are each the other's nearest in their two articles.
    least
        Least similarity by meaning; 0 stands for 0.72.

    Returns
    -------
    DataFrame
        Columns utterance (number, from 0, in order of first appearance), quote_id, article_id, outlet, speaker, text,
        similarity (the highest to another of its group). Only groups that span two articles or more.

    Raises
    ------
    ValueError
        Where `by` is neither.
    """
    if by not in ("wording", "meaning"):
        raise ValueError(f"by is {by!r}; give 'wording' or 'meaning'")
    texts = _texts(quotes, quote_spans, articles)
    if texts.empty:
        return texts.reindex(columns=_COLUMNS).astype({"utterance": "int64", "similarity": "float64"})
    pairs = _by_wording(texts) if by == "wording" else _by_meaning(texts, least or _NEAR)
    parent = list(range(len(texts)))

    def root(k: int) -> int:
        while parent[k] != k:
            parent[k] = parent[parent[k]]
            k = parent[k]
        return k

    best: dict[int, float] = {}
    for one, other, similarity in pairs:
        a, b = sorted((root(one), root(other)))
        parent[b] = a
        for k in (one, other):
            best[k] = max(best.get(k, 0.0), similarity)
    members: dict[int, list[int]] = defaultdict(list)
    for k in sorted(best):
        members[root(k)].append(k)
    rows = [
        (number, *texts.iloc[k][["quote_id", "article_id", "outlet", "speaker", "text"]], round(best[k], 6))
        for number, (_, group) in enumerate(sorted(members.items()))
        for k in group
    ]
    return pd.DataFrame(rows, columns=_COLUMNS).astype({"utterance": "int64", "similarity": "float64"})


def _texts(quotes: pd.DataFrame, quote_spans: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Return the quotes with the text of their contents, pieces joined by a space."""
    text_of = dict(zip(articles["article_id"], articles["text"], strict=True))
    outlet_of = dict(zip(articles["article_id"], articles["outlet"], strict=True))
    pieces: dict[str, list[tuple[int, int]]] = defaultdict(list)
    content = quote_spans[quote_spans["part"] == "content"]
    for quote_id, start, end in zip(
        content["quote_id"], content["start"].tolist(), content["end"].tolist(), strict=True
    ):
        pieces[quote_id].append((start, end))
    rows = [
        (
            quote_id,
            article_id,
            outlet_of[article_id],
            speaker,
            " ".join(" ".join(text_of[article_id][a:b].split()) for a, b in pieces[quote_id]),
        )
        for quote_id, article_id, speaker in zip(
            quotes["quote_id"], quotes["article_id"], quotes["speaker"], strict=True
        )
        if article_id in text_of and quote_id in pieces
    ]
    return pd.DataFrame(rows, columns=["quote_id", "article_id", "outlet", "speaker", "text"])


def _by_wording(texts: pd.DataFrame) -> list[tuple[int, int, float]]:
    words = [
        frozenset(w for w in (_even(m[0]).removesuffix("'s") for m in _WORD.finditer(text)) if w not in _COMMON)
        for text in texts["text"]
    ]
    counts = Counter(word for bag in words for word in bag)
    weight = {word: 1.0 + math.log(len(words) / count) for word, count in counts.items()}
    total = [math.fsum(weight[word] for word in sorted(bag)) for bag in words]
    articles, speakers = texts["article_id"].tolist(), texts["speaker"].tolist()
    holders: dict[str, list[int]] = defaultdict(list)
    pairs: list[tuple[int, int, float]] = []
    for k, bag in enumerate(words):
        if len(bag) < _FEWEST:
            continue
        candidates: set[int] = set()
        rare = sorted(bag, key=lambda word: (counts[word], word))
        for word in rare[:_KEYS]:
            candidates.update(holders[word][-200:])
        for other in sorted(candidates):
            if articles[other] == articles[k]:
                continue
            shared = math.fsum(weight[word] for word in sorted(bag & words[other]))
            similarity = shared / min(total[k], total[other])
            if similarity >= _ALIKE[speakers[k] == speakers[other] != ""]:
                pairs.append((other, k, similarity))
        for word in rare:
            if counts[word] > 1:
                holders[word].append(k)
    return pairs


def _by_meaning(texts: pd.DataFrame, least: float) -> list[tuple[int, int, float]]:
    """Pair quotes of one speaker that are each the other's nearest between their two articles."""
    from analysis.encoder import encode

    pairs: list[tuple[int, int, float]] = []
    long_enough = texts["text"].map(lambda text: len(text.split()) >= _FEWEST)
    articles = texts["article_id"].tolist()
    for _, rows in texts[long_enough & (texts["speaker"] != "")].groupby("speaker", sort=True):
        if rows["article_id"].nunique() < 2:
            continue
        vectors = np.asarray(encode(rows["text"].tolist()))
        places = rows.index.tolist()
        alike = vectors @ vectors.T
        nearest: dict[tuple[int, str], tuple[float, int]] = {}
        for a, b in np.argwhere(alike >= least).tolist():
            here, there = places[a], places[b]
            if articles[here] != articles[there]:
                found = (float(alike[a, b]), -there)
                nearest[here, articles[there]] = max(nearest.get((here, articles[there]), found), found)
        for (here, _), (similarity, there) in sorted(nearest.items()):
            back = nearest.get((-there, articles[here]))
            if here < -there and back is not None and back[1] == -here:
                pairs.append((here, -there, similarity))
    return pairs


def quoted_words(
    quotes: pd.DataFrame,
    quote_spans: pd.DataFrame,
    documents: Sequence[Document],
    *,
    articles: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Count the words that each article gives to each speaker, in quotation marks or reported.

    Parameters
    ----------
    quotes, quote_spans
        The tables of these names.
    documents
        The articles, read.
    articles
        Table ``articles``, for the outlets; without it they are empty.

    Returns
    -------
    DataFrame
        Columns article_id, outlet, actor, side, speaker, kind, quotes (how many), words.
    """
    outlet_of = {} if articles is None else dict(zip(articles["article_id"], articles["outlet"], strict=True))
    starts = {document.article_id: document.tokens.starts for document in documents}
    article_of = dict(zip(quotes["quote_id"], quotes["article_id"], strict=True))
    words: Counter[str] = Counter()
    content = quote_spans[quote_spans["part"] == "content"]
    for quote_id, start, end in zip(
        content["quote_id"], content["start"].tolist(), content["end"].tolist(), strict=True
    ):
        at = starts.get(article_of[quote_id])
        if at is not None:
            first, last = np.searchsorted(at, (start, end)).tolist()
            words[quote_id] += last - first
    told = quotes[quotes["article_id"].isin(list(starts))]
    table = pd.DataFrame(
        {
            "article_id": told["article_id"],
            "outlet": told["article_id"].map(lambda article_id: outlet_of.get(article_id, "")),
            "actor": told["actor"],
            "side": told["side"],
            "speaker": told["speaker"],
            "kind": told["kind"],
            "quotes": 1,
            "words": told["quote_id"].map(lambda quote_id: words[quote_id]),
        }
    )
    keys = ["article_id", "outlet", "actor", "side", "speaker", "kind"]
    counted = table.groupby(keys, sort=True, as_index=False)[["quotes", "words"]].sum()
    return counted.astype({"quotes": "int64", "words": "int64"})
