"""How prominent each target is in an article: headline, lead, depth of the first mention, and amount.

Position and amount are the classic indicators of emphasis in news (Budd 1964, "Attention score"; Krippendorff 2019,
ch. 9). They are kept apart here: no index mixes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import schema
from analysis.language import Document
from analysis.study import Study

__all__ = ["LABELS", "lead", "score"]

LABELS = ("in headline", "in lead", "depth", "per 1000 words", "words")

_ENDERS = (".", "!", "?", "…")
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
    first = None
    for start, end in _paragraphs(document):
        first = first or (start, end)
        if document.text[start:end].rstrip(_CLOSERS).endswith(_ENDERS):
            return start, end
    return first or (0, 0)


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
    documents = list(documents)
    if not documents or not study.targets:
        return schema.empty("measures")
    names = [target.name for target in study.targets]
    shape = (len(documents), len(names), len(LABELS))
    words = np.array([len(document.tokens) for document in documents], dtype=np.int64)
    value, n, reason = np.full(shape, np.nan), np.zeros(shape, dtype=np.int64), np.ones(shape, dtype=np.int64)
    denominator = np.repeat(words, len(names) * len(LABELS)).reshape(shape)
    denominator[:, :, :2] = 0
    leads: dict[int, tuple[int, int]] = {}
    for place, starts in _found(documents, mentions, names).items():
        document = documents[place[0]]
        if len(document.tokens):
            opening = leads[place[0]] if place[0] in leads else leads.setdefault(place[0], lead(document))
            value[place], n[place], denominator[place] = zip(*_figures(document, opening, np.sort(starts)), strict=True)
            reason[place] = np.where(np.isnan(value[place]), 2, 0)
    article, target, label = np.indices(shape).reshape(3, -1)
    columns = {
        **dict.fromkeys(("voice", "side"), ""),
        **dict.fromkeys(("low", "high"), np.nan),
        "unit": "article",
        "unit_id": schema.Coded([document.article_id for document in documents], article),
        "measure": "prominence",
        "label": schema.Coded(LABELS, label),
        "target": schema.Coded(names, target),
        "method": "count",
        "value": value.ravel(),
        "n": n.ravel(),
        "denominator": denominator.ravel(),
        "reason": schema.Coded(("", "not mentioned", "no headline"), reason.ravel()),
    }
    return schema.from_columns("measures", columns, length=value.size)


def _found(
    documents: Sequence[Document], mentions: pd.DataFrame, names: Sequence[str]
) -> dict[tuple[int, int], list[int]]:
    """Return where each target is mentioned in each document, by their positions."""
    articles = {document.article_id: position for position, document in enumerate(documents)}
    targets = {name: position for position, name in enumerate(names)}
    own = mentions[mentions["kind"] == "target"]
    found: dict[tuple[int, int], list[int]] = {}
    for article_id, name, start in zip(*(own[c].tolist() for c in ("article_id", "name", "start")), strict=True):
        if article_id in articles and name in targets:
            found.setdefault((articles[article_id], targets[name]), []).append(start)
    return found


def _figures(document: Document, opening: tuple[int, int], starts: NDArray[np.int64]) -> list[tuple[float, int, int]]:
    """Return value, n and denominator of each of `LABELS`, for the mentions that begin at `starts`, in order."""
    count, words = len(starts), len(document.tokens)
    above = int(np.searchsorted(starts, document.headline_end))
    inside = int(np.diff(np.searchsorted(starts, opening))[0])
    before = int(np.searchsorted(document.tokens.starts, starts[0]))
    sentences = np.unique(np.maximum(np.searchsorted(document.sentences[:, 0], starts, side="right") - 1, 0))
    about = int((document.first_tokens[sentences + 1] - document.first_tokens[sentences]).sum())
    return [
        (float(above > 0) if document.headline_end else np.nan, above, count),
        (float(inside > 0), inside, count),
        (before / words, before, words),
        (1000 * count / words, count, words),
        (float(about), len(sentences), words),
    ]
