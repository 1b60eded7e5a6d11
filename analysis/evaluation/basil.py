"""Agreement with BASIL (Fan et al., EMNLP 2019): the author's feeling toward the main entities, and quoted bias spans.

No bar hangs on it. The coders read the author's feeling from the whole article; what the outlet says in its own words
should come closer to it than what everybody in the article says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import quotes, sentiment
from analysis.errors import InputError
from analysis.language import Lexicon, Vocabulary, read_document

__all__ = ["evaluate"]

_FEELINGS = {"neg": -1, "neu": 0, "pos": 1}
_VOICES = ("outlet", "all")


class _Article(NamedTuple):
    """An article as one text, where its sentences begin in it, and which characters are quoted."""

    text: str
    starts: list[int]
    quoted: NDArray[np.bool_]


def evaluate(gold_dir: Path, *, method: str = "") -> dict[str, pd.DataFrame]:
    """Compare sentiment by voice, and what is found as quoted, with the coders of BASIL.

    Parameters
    ----------
    gold_dir
        The folder with ``basil/train.jsonl``.
    method
        ``model`` or ``lexicon``; empty: the model where it is installed.

    Returns
    -------
    dict of DataFrame
        - ``figures``: measure, gold, part, subset, method, figure, value, n, low, high. Subsets ``outlet`` and
          ``all`` (voices): ``spearman`` between the mean of p(positive) - p(negative) over an entity's mentions and
          the author's feeling toward it (-1, 0, 1), and ``auc_negative``, the chance that an entity the author
          dislikes has the lower mean. Subset ``spans``: ``quoted_recall`` and ``quoted_precision`` of the bias spans
          that the coders marked as quoted; a span is found as quoted where at least half of its characters are in the
          content of a quote.
        - ``entities``: feeling, voice, n, balance (the mean of means).

    Raises
    ------
    InputError
        Where the file is missing or a row is not as described.
    """
    method = method or ("model" if sentiment.available() else "lexicon")
    path = gold_dir / "basil" / "train.jsonl"
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    entities: list[tuple[str, str, float]] = []
    spans: list[tuple[bool, bool]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            article = _read(row["article"])
            spans.extend(_spans(article, row["annotation"]["phrase-level-annotations"]))
            entities.extend(_entities(article, row, method))
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise InputError(f"{path}:{number}: not an article of BASIL with its annotation") from error
    return {"figures": _figures(entities, spans, method), "entities": _by_feeling(entities)}


def _read(article: Mapping[str, Any]) -> _Article:
    text, starts = article["title"], []
    for paragraph in article["body-paragraphs"]:
        gap = "\n\n"
        for sentence in paragraph:
            text += gap
            starts.append(len(text))
            text += sentence
            gap = " "
    document = read_document("", text, Vocabulary())
    quoted = np.zeros(len(text) + 1, dtype=np.bool_)
    for quote in quotes.extract(text, document.sentences, tokens=document.tokens):
        for start, end in quote.content:
            quoted[start:end] = True
    return _Article(text, starts, quoted)


def _spans(article: _Article, annotations: Sequence[Mapping[str, Any]]) -> list[tuple[bool, bool]]:
    """Return, for each bias span, whether the coders call it quoted and whether it is found as quoted."""
    found = []
    for span in annotations:
        first = 0 if span["id"].startswith("t") else article.starts[int(span["id"][1:])]
        covered = article.quoted[first + span["start"] : first + span["end"]]
        if len(covered):
            found.append((span["quote"] == "yes", bool(covered.mean() >= 0.5)))
    return found


def _entities(article: _Article, row: Mapping[str, Any], method: str) -> list[tuple[str, str, float]]:
    """Return feeling, voice and mean balance of each main entity and voice in which it is mentioned."""
    feelings = row["annotation"]["article-level-annotations"]
    names = row["article"]["main-entities"]
    document = read_document("", article.text, Vocabulary())
    lexicon = Lexicon([_aliases(name) for name in names])
    balances: dict[tuple[int, str], list[float]] = {}
    for match in lexicon.find(document):
        start, end = document.sentences[document.sentence_at(match.start)].tolist()
        given = {"sentence": article.text[start:end], "start": match.start - start, "end": match.end - start}
        probability = next(sentiment.predict([given], method=method))["probability"]
        balance = probability["positive"] - probability["negative"]
        balances.setdefault((match.entry, "all"), []).append(balance)
        if not article.quoted[match.start]:
            balances.setdefault((match.entry, "outlet"), []).append(balance)
    return [
        (feelings["author_feeling_" + names[entry].replace(" ", "_")], voice, float(np.mean(values)))
        for (entry, voice), values in sorted(balances.items())
    ]


def _aliases(name: str) -> list[str]:
    """Return the name and, of a name of two or three capitalised words, its last word."""
    words = name.split()
    last = [words[-1]] if 2 <= len(words) <= 3 and len(words[-1]) > 2 and words[-1][:1].isupper() else []
    return [alias for alias in (name, *last) if any(c.isalnum() for c in alias)]


def _figures(entities: list[tuple[str, str, float]], spans: list[tuple[bool, bool]], method: str) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for voice in _VOICES:
        gold = pd.Series([_FEELINGS[feeling] for feeling, v, _ in entities if v == voice], dtype=np.float64)
        balance = pd.Series([value for _, v, value in entities if v == voice], dtype=np.float64)
        if len(gold):
            rho = float(gold.rank().corr(balance.rank()))
            rows.append(("basil", "train", voice, method, "spearman", rho, len(gold), np.nan, np.nan))
            auc = _auc(balance[gold < 0], balance[gold >= 0])
            rows.append(("basil", "train", voice, method, "auc_negative", auc, len(gold), np.nan, np.nan))
    both = sum(a and b for a, b in spans)
    for name, whole in (("quoted_recall", sum(a for a, _ in spans)), ("quoted_precision", sum(b for _, b in spans))):
        rows.append(("basil", "train", "spans", "", name, both / whole if whole else 0.0, whole, np.nan, np.nan))
    table = pd.DataFrame(rows, columns=["gold", "part", "subset", "method", "figure", "value", "n", "low", "high"])
    table.insert(0, "measure", ["quotes" if subset == "spans" else "sentiment" for subset in table["subset"]])
    return table


def _auc(lower: pd.Series[float], higher: pd.Series[float]) -> float:
    """Return the chance that one of `lower` is below one of `higher`, ties counting half (Mann and Whitney, 1947)."""
    if lower.empty or higher.empty:
        return float("nan")
    ranks = pd.concat([higher, lower]).rank().to_numpy()[: len(higher)]
    return float((ranks.sum() - len(higher) * (len(higher) + 1) / 2) / (len(higher) * len(lower)))


def _by_feeling(entities: list[tuple[str, str, float]]) -> pd.DataFrame:
    rows = []
    for voice in _VOICES:
        for feeling in _FEELINGS:
            values = [value for f, v, value in entities if f == feeling and v == voice]
            rows.append((feeling, voice, len(values), float(np.mean(values)) if values else np.nan))
    return pd.DataFrame(rows, columns=["feeling", "voice", "n", "balance"])
