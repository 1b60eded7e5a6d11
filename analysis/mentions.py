"""Where the targets and actors of a study are mentioned, and in whose voice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis import schema
from analysis.language import Document, Documents, Lexicon, Matcher
from analysis.speakers import AllVoices, voices_at
from analysis.study import Actor, Study, Target

__all__ = ["Finder"]


class Finder:
    """The targets and actors of a study, compiled once.

    A target or actor is found by its name and its aliases. Mentions of one name do not overlap; those of two may
    (``the acquisition of US Steel`` mentions both the acquisition and US Steel).

    Parameters
    ----------
    study
        Its targets and actors.
    """

    __slots__ = ("_kinds", "_matcher", "_names")

    def __init__(self, study: Study) -> None:
        items: list[Target | Actor] = [*study.targets, *study.actors]
        self._names = [item.name for item in items]
        self._kinds = np.repeat([0, 1], [len(study.targets), len(study.actors)])
        self._matcher = Matcher(Lexicon((item.name, *item.aliases) for item in items))

    def find(self, documents: Sequence[Document], voices: AllVoices) -> pd.DataFrame:
        """Return table `mentions` of `documents`.

        Parameters
        ----------
        documents
            The articles.
        voices
            In whose voice any stretch of them is (`analysis.speakers.voices_of`).

        Returns
        -------
        DataFrame
            Table `mentions`, numbered in the order of the text within each article.
        """
        documents = Documents.of(documents)
        found = self._matcher.find(documents)
        order = np.lexsort((found.entry, found.first))
        first, entry = found.first[order], found.entry[order]
        start, end = documents.starts[first], documents.ends[found.last[order]]
        article = documents.article_of_token[first]
        number = np.arange(len(first)) - np.searchsorted(article, article)
        voice, quote_id = voices_at(voices, documents, article, start, end)
        sentence, within = np.unique(documents.sentence_of_token(first), return_inverse=True)
        ids, texts = documents.article_ids, [document.text for document in documents]
        sentence_ids = documents.sentence_ids
        of, spans = article.tolist(), zip(article.tolist(), start.tolist(), end.tolist(), strict=True)
        columns = {
            "mention_id": [f"{ids[a]}:m{n:05d}" for a, n in zip(of, number.tolist(), strict=True)],
            "article_id": schema.Coded(ids, article),
            "sentence_id": schema.Coded([sentence_ids[position] for position in sentence.tolist()], within),
            "start": start,
            "end": end,
            "kind": schema.Coded(("target", "actor"), self._kinds[entry]),
            "name": schema.Coded(self._names, entry),
            "matched": [texts[a][opened:closed] for a, opened, closed in spans],
            "voice": voice,
            "quote_id": quote_id,
        }
        return schema.from_columns("mentions", columns, length=len(first))
