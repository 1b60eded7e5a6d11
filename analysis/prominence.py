"""How prominent each target is in an article: headline, lead, depth of the first mention, and amount.

Position and amount are the classic indicators of emphasis in news (Budd 1964, "Attention score"; Krippendorff 2019,
ch. 9). They are kept apart here: no index mixes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from analysis import schema
from analysis.language import Document
from analysis.study import Study

__all__ = ["LABELS", "lead", "score"]

LABELS = ("in headline", "in lead", "depth", "per 1000 words", "words")

_ENDERS = ".!?…"
_CLOSERS = "\"'”’»)]"


def lead(document: Document) -> tuple[int, int]:
    r"""Return the half-open span of the lead: the first paragraph below the headline that holds a full sentence.

    A line that does not end as a sentence does (a dateline or a crosshead of its own) is not the lead, unless no
    line does. A paragraph ends at a line break between two sentences.

    Returns
    -------
    (start, end)
        Character offsets; ``(0, 0)`` where there is nothing below the headline.

    Examples
    --------
    >>> from analysis.language import Vocabulary, read_document
    >>> d = read_document("a", "Deal blocked\n\nTokyo, 7 January\n\nHe spoke. She left.\nMore.", Vocabulary())
    >>> d.text[slice(*lead(d))]
    'He spoke. She left.'
    """
    paragraphs = list(_paragraphs(document))
    for start, end in paragraphs:
        if document.text[start:end].rstrip(_CLOSERS).endswith(tuple(_ENDERS)):
            return start, end
    return paragraphs[0] if paragraphs else (0, 0)


def _paragraphs(document: Document) -> Iterator[tuple[int, int]]:
    spans = [(a, b) for a, b in document.sentences.tolist() if a >= document.headline_end]
    opened = 0
    for position, (_, end) in enumerate(spans):
        following = spans[position + 1][0] if position + 1 < len(spans) else None
        if following is None or "\n" in document.text[end:following]:
            yield spans[opened][0], end
            opened = position + 1


def score(documents: Iterable[Document], mentions: pd.DataFrame, study: Study) -> pd.DataFrame:
    r"""Measure how prominent each target of the study is in each document.

    Parameters
    ----------
    documents
        The articles.
    mentions
        Table ``mentions``; only mentions of targets count.
    study
        Its targets give the rows.

    Returns
    -------
    DataFrame
        Table ``measures``, unit ``article``, measure ``prominence``, five rows for each article and target:
        ``in headline`` and ``in lead`` (1 or 0; n mentions there out of all in the article), ``depth`` (share of the
        words that stand before the first mention, 0 to 1), ``per 1000 words`` (mentions) and ``words`` (words in the
        sentences that mention it). Null, with the reason ``not mentioned``, where the article does not mention it:
        absence is not a low score.

    Examples
    --------
    >>> from pathlib import Path
    >>> from analysis.language import Vocabulary, read_document
    >>> from analysis.study import Target
    >>> study = Study(Path("study.toml"), "A", "a", (), targets=(Target("deal"),))
    >>> document = read_document("a", "A headline\n\nThey spoke of the deal.", Vocabulary())
    >>> found = [("a:m00000", "a", "a:s00001", 30, 34, "target", "deal", "deal", "outlet", "")]
    >>> measures = score([document], schema.frame("mentions", found), study)
    >>> measures[["label", "value"]].round(2).values.tolist()
    [['depth', 0.86], ['in headline', 0.0], ['in lead', 1.0], ['per 1000 words', 142.86], ['words', 5.0]]
    """
    targets = mentions[mentions["kind"] == "target"]
    found: dict[tuple[str, str], list[int]] = {}
    for article, name, start in zip(targets["article_id"], targets["name"], targets["start"], strict=True):
        found.setdefault((article, name), []).append(int(start))
    rows: list[tuple[Any, ...]] = []
    for document in documents:
        for target in study.targets:
            rows.extend(_rows(document, target.name, sorted(found.get((document.article_id, target.name), []))))
    return schema.frame("measures", rows)


def _rows(document: Document, target: str, starts: list[int]) -> Iterator[tuple[Any, ...]]:
    words = len(document.tokens)

    def row(label: str, value: float, n: int, denominator: int, reason: str = "") -> tuple[Any, ...]:
        key = ("article", document.article_id, "prominence", label, target, "", "", "count")
        return (*key, value, n, denominator, np.nan, np.nan, reason)

    if not starts or not words:
        for label in LABELS:
            denominator = 0 if label in LABELS[:2] else words
            yield row(label, np.nan, 0, denominator, "not mentioned")
        return
    count = len(starts)
    if document.headline_end:
        above = sum(start < document.headline_end for start in starts)
        yield row("in headline", float(above > 0), above, count)
    else:
        yield row("in headline", np.nan, 0, count, "no headline")
    opening, closing = lead(document)
    inside = sum(opening <= start < closing for start in starts)
    yield row("in lead", float(inside > 0), inside, count)
    before = int(np.searchsorted(document.tokens.starts, starts[0]))
    yield row("depth", before / words, before, words)
    yield row("per 1000 words", 1000 * count / words, count, words)
    sentences = sorted({document.sentence_at(start) for start in starts})
    about = sum(int(document.first_tokens[s + 1] - document.first_tokens[s]) for s in sentences)
    yield row("words", float(about), len(sentences), words)
