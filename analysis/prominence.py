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
from analysis.columns import places
from analysis.language import Document, Documents
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
    below = int(np.searchsorted(document.sentences[:, 0], document.headline_end))
    opened, closed = -1, 0
    for start, end in document.sentences[below:].tolist():
        if opened < 0:
            opened = start
        elif document.text.find("\n", closed, start) >= 0:
            yield opened, closed
            opened = start
        closed = end
    if opened >= 0:
        yield opened, closed


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
    documents = Documents.of(documents)
    if not len(documents) or not study.targets:
        return schema.empty("measures")
    names = [target.name for target in study.targets]
    shape = (len(documents), len(names), len(LABELS))
    words = np.diff(documents.token_offsets)
    value, n, reason = np.full(shape, np.nan), np.zeros(shape, dtype=np.int64), np.ones(shape, dtype=np.int64)
    denominator = np.repeat(words, len(names) * len(LABELS)).reshape(shape)
    denominator[:, :, :2] = 0
    article, target, start = _found(documents, mentions, names)
    if len(article):
        first = np.flatnonzero(np.diff(article * len(names) + target, prepend=-1))
        place = article[first], target[first]
        value[place], n[place], denominator[place] = _figures(documents, article, start, first)
        reason[place] = np.where(np.isnan(value[place]), 2, 0)
    article, target, label = np.indices(shape).reshape(3, -1)
    columns = {
        **dict.fromkeys(("voice", "side"), ""),
        **dict.fromkeys(("low", "high"), np.nan),
        "unit": "article",
        "unit_id": schema.Coded(documents.article_ids, article),
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
    documents: Documents, mentions: pd.DataFrame, names: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return article, target and first character of each mention of a target, in this order.

    Articles and targets by their positions; those without words are left out.
    """
    article, target = places(mentions["article_id"], documents.article_ids), places(mentions["name"], names)
    own = (mentions["kind"] == "target").to_numpy() & (article >= 0) & (target >= 0)
    own[own] = np.diff(documents.token_offsets)[article[own]] > 0
    article, target, start = article[own], target[own], mentions["start"].to_numpy()[own]
    order = np.lexsort((start, target, article))
    return article[order], target[order], start[order]


def _figures(
    documents: Documents, article: NDArray[np.int64], start: NDArray[np.int64], first: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Return value, n and denominator of each of `LABELS`, shape (groups, labels).

    A group is the mentions of one target in one article; `first` is where each begins among all.
    """
    own = article[first]
    texts = np.unique(own)
    headline_end = np.array([documents[position].headline_end for position in texts.tolist()])
    opening = np.array([lead(documents[position]) for position in texts.tolist()])
    at = np.searchsorted(texts, article)
    above = np.add.reduceat(start < headline_end[at], first, dtype=np.int64)
    inside = np.add.reduceat((opening[at, 0] <= start) & (start < opening[at, 1]), first, dtype=np.int64)
    count = np.diff(first, append=len(start))
    words = np.diff(documents.token_offsets)[own]
    before = documents.tokens_at(own, start[first]) - documents.token_offsets[own]
    sentence = documents.sentences_at(article, start)
    new = np.diff(sentence, prepend=-1) != 0
    new[first] = True  # each sentence counts once for each target
    sentences = np.add.reduceat(new, first, dtype=np.int64)
    about = np.add.reduceat(np.diff(documents.sentence_bounds[sentence])[:, 0] * new, first)
    headed = np.where(headline_end[at[first]] > 0, above > 0, np.nan)
    value = np.stack([headed, inside > 0, before / words, 1000 * count / words, about], axis=1)
    n = np.stack([above, inside, before, count, sentences], axis=1)
    return value, n, np.stack([count, count, words, words, words], axis=1)
