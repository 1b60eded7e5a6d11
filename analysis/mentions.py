"""Where the targets and actors of a study are mentioned, and in whose voice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis import schema
from analysis.language import Document, Lexicon
from analysis.speakers import Voices
from analysis.study import Study

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

    __slots__ = ("_entries", "_lexicon")

    def __init__(self, study: Study) -> None:
        self._entries = [
            *(("target", target.name, (target.name, *target.aliases)) for target in study.targets),
            *(("actor", actor.name, (actor.name, *actor.aliases)) for actor in study.actors),
        ]
        self._lexicon = Lexicon(patterns for _, _, patterns in self._entries)

    def find(self, documents: Sequence[Document], voices: Mapping[str, Voices]) -> pd.DataFrame:
        """Return table `mentions` of `documents`.

        Parameters
        ----------
        documents
            The articles.
        voices
            For each article id whose voice any stretch of it is in (`analysis.speakers.voices_of`).

        Returns
        -------
        DataFrame
            Table `mentions`, numbered in the order of the text within each article.
        """
        rows: list[tuple[object, ...]] = []
        for document in documents:
            matches = self._lexicon.find(document)
            if not matches:
                continue
            article_id, text = document.article_id, document.text
            at = voices[article_id].at
            sentences = document.sentences_at([match.start for match in matches])
            for number, (match, sentence) in enumerate(zip(matches, sentences, strict=True)):
                kind, name, _ = self._entries[match.entry]
                start, end = match.start, match.end
                voice, quote_id = at(start, end)
                mention, within = f"{article_id}:m{number:05d}", document.sentence_id(sentence)
                rows.append((mention, article_id, within, start, end, kind, name, text[start:end], voice, quote_id))
        columns = dict(zip(schema.TABLES["mentions"].names, zip(*rows, strict=True), strict=False))
        return schema.from_columns("mentions", columns, length=len(rows))
