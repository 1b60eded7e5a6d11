"""The same utterance as different articles word it."""

from __future__ import annotations

import math
import re
from typing import Any

import pandas as pd

from analysis.comparison.groups import Tables, compared, origins, sentence_ids
from analysis.comparison.memory import remembered
from analysis.comparison.voices import quoted_words
from analysis.comparison.words import STOP_WORDS
from analysis.language import fold, sentence_spans
from analysis.study import Study

__all__ = ["ALIKE", "same_utterance"]

ALIKE = 0.65
"""Share of the shorter wording's weight that the two must have in common."""

FEWEST_WORDS = 5
COMMON = 100  # groups of an actor that are looked at for one word they share
COLUMNS = (
    *("utterance", "actor", "outlet", "article_id", "quote_id", "sentence_id"),
    *("start", "end", "text", "wording", "similarity"),
)
_CELLS = ("actor", "outlet", "article_id", "quote_id", "start", "end")
_INSERTED = re.compile(r"\[[^\[\]]{0,60}\]")  # put in by the outlet: no other wording of what was said
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


@remembered
def same_utterance(tables: Tables, study: Study, *, alike: float = ALIKE) -> pd.DataFrame:
    """Put side by side the wordings that different articles give to one sentence of one actor.

    Parameters
    ----------
    tables
        By name: articles, quotes, quote_spans, sentences, reuse.
    study
        Its actors: only utterances of the same actor are compared.
    alike
        Two wordings belong together when the words they share carry at least this share of the weight of the shorter
        one, among them three in a row. A word's weight is its rarity among the quoted sentences; stop words count too,
        for a tenth. Each is compared with the longest wording of a group.

    Returns
    -------
    DataFrame
        A row for each wording: utterance (number from 0), actor, outlet, article_id, quote_id, sentence_id, start, end,
        text, wording (number within the utterance, from 0: equal texts, and one cut out of another, share it),
        similarity (to the first wording).
        Articles that go back to the same origin are one voice; an utterance in one origin only is left out.
    """
    articles = compared(tables)
    origin = dict(origins(tables)[["article_id", "origin_id"]].itertuples(index=False, name=None))
    sentences = _sentences(tables, articles)
    weights = _weights([s["words"] for s in sentences])
    groups = _grouped(sentences, weights, alike)
    rows: list[dict[str, Any]] = []
    kept = 0
    for group in groups:
        if len({origin.get(sentences[g]["article_id"], sentences[g]["article_id"]) for g in group}) < 2:
            continue
        wordings: list[str] = []
        for g in group:
            sentence = sentences[g]
            wording = _wording(f" {' '.join(sentence['words'])} ", wordings)
            near = _similarity(sentences[group[0]]["words"], sentence["words"], weights)
            cells = {c: v for c, v in sentence.items() if c != "words"}
            rows.append({"utterance": kept, **cells, "wording": wording, "similarity": near})
        kept += 1
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _grouped(sentences: list[dict[str, Any]], weights: dict[str, float], alike: float) -> list[list[int]]:
    """Put each sentence into the group whose first, and longest, wording is most like it, or open a new group.

    Only sentences of one actor that share a word which few sentences have are compared, so that time grows with
    the number of sentences, not with its square.
    """
    groups: list[list[int]] = []
    holders: dict[tuple[str, str], list[int]] = {}
    for number, sentence in enumerate(sentences):
        rare = sorted(set(sentence["words"]) - STOP_WORDS)
        near_by = sorted({group for word in rare for group in holders.get((sentence["actor"], word), ())})
        heads = [(sentences[groups[group][0]]["words"], group) for group in near_by]
        scored = [(_similarity(sentence["words"], head, weights), -group) for head, group in heads]
        closest, home = max(scored, default=(0.0, 0))
        if closest >= alike:
            groups[-home].append(number)
            continue
        for word in rare:
            held = holders.setdefault((sentence["actor"], word), [])
            if len(held) < COMMON:
                held.append(len(groups))
        groups.append([number])
    return groups


def _wording(words: str, known: list[str]) -> int:
    """Return the number of a wording among the `known`, adding it where it is new; a cut-out of a known one is not."""
    for number, other in enumerate(known):
        if words in other:
            return number
    known.append(words)
    return len(known) - 1


def _sentences(tables: Tables, articles: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the quoted sentences of actors, longest first, so that a group opens with its fullest wording."""
    quotes = quoted_words(tables)
    quotes = quotes[(quotes["actor"] != "") & quotes["article_id"].isin(articles.index)]
    actors = dict(zip(quotes["quote_id"], quotes["actor"], strict=True))
    homes = dict(zip(quotes["quote_id"], quotes["article_id"], strict=True))
    spans = tables["quote_spans"]
    spans = spans[(spans["part"] == "content") & spans["quote_id"].isin(quotes["quote_id"])]
    texts = dict(zip(tables["articles"]["article_id"], tables["articles"]["text"], strict=True))
    found: list[dict[str, Any]] = []
    for quote, start, end in zip(spans["quote_id"], spans["start"].tolist(), spans["end"].tolist(), strict=True):
        article = homes[quote]
        piece = texts[article][start:end]
        for opened, closed in sentence_spans(piece):
            words = [fold(w) for w in _WORD.findall(_INSERTED.sub(" ", piece[opened:closed]))]
            if len(words) >= FEWEST_WORDS:
                cells = (actors[quote], articles.at[article, "label"], article, quote, start + opened, start + closed)
                found.append(dict(zip(_CELLS, cells, strict=True), text=piece[opened:closed], words=words))
    ids = sentence_ids(tables, [s["article_id"] for s in found], [s["start"] for s in found])
    for sentence, sentence_id in zip(found, ids, strict=True):
        sentence["sentence_id"] = sentence_id
    return sorted(found, key=lambda s: (-len(s["words"]), s["article_id"], s["start"]))


def _weights(texts: list[list[str]]) -> dict[str, float]:
    counts: dict[str, int] = {}
    for words in texts:
        for word in set(words):
            counts[word] = counts.get(word, 0) + 1
    # The floor keeps the weights of a small corpus even: a word shared by two of five sentences is not common.
    size = max(len(texts), 50)
    return {word: math.log(1 + size / count) * (0.1 if word in STOP_WORDS else 1.0) for word, count in counts.items()}


def _similarity(first: list[str], second: list[str], weights: dict[str, float]) -> float:
    """Return the weight of the shared words over that of the lighter text; 0 where no three in a row are shared."""
    one, other = set(first), set(second)
    shared = one & other
    if len(shared - STOP_WORDS) < 2 or not _runs(first) & _runs(second):
        return 0.0
    lighter = min(sum(weights[w] for w in sorted(one)), sum(weights[w] for w in sorted(other)))
    return sum(weights[w] for w in sorted(shared)) / lighter if lighter > 0 else 0.0


def _runs(words: list[str]) -> set[tuple[str, str, str]]:
    """Return the runs of three words, but for those of stop words alone."""
    runs = zip(words, words[1:], words[2:], strict=False)
    return {run for run in runs if not STOP_WORDS.issuperset(run)}
