"""Articles to the rows of the measures table, with what hand corrections say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from analysis import schema
from analysis.framing.codebook import Codebook
from analysis.framing.reading import Reading
from analysis.framing.scorer import Scorer
from analysis.language import Document

__all__ = ["score"]

_NOTHING = "no text"
_BY_HAND_ONLY = "the codebook has no patterns for this frame: it is coded by hand only"


def score(
    documents: Iterable[Document],
    codebooks: Sequence[Codebook],
    *,
    method: str = "fitted",
    mask: Sequence[str] = (),
    corrections: Mapping[str, Mapping[str, bool]] | None = None,
) -> pd.DataFrame:
    r"""Decide for every sentence and article which frames it has, several or none.

    Parameters
    ----------
    documents
        The articles.
    codebooks
        What to look for.
    method
        ``dictionary``, ``meaning`` or ``fitted``. The column `method` says what each frame was really decided by.
    mask
        Patterns of words that must not count as evidence.
    corrections
        By article id, what was coded by hand: the frame (``conflict`` or ``generic/conflict``) and whether it is
        present.

    Returns
    -------
    DataFrame
        Table `measures`, label ``codebook/frame``. Of every article and frame two rows: measure ``frame``, 1 or 0, and
        ``frame_score``, 0 to 1 (0.5 is where the decision turns), both with n = sentences that have the frame and
        denominator = sentences. Of sentences only those that have a frame, with both measures; n = pieces of evidence.
        An article without text and a frame without patterns are null with a reason.

    Raises
    ------
    ParameterError
        Where there is no such method, or two codebooks have one name.

    Notes
    -----
    From sentences to article: the dictionary takes the evidence a sentence (at most 3 of each, ten empty sentences
    added) against the frame's threshold; meaning and fitted state theirs in `analysis.framing.meaning` and
    `analysis.framing.classifier`.

    Examples
    --------
    >>> from analysis.framing import load_codebook
    >>> from analysis.language import Vocabulary, read_document
    >>> document = read_document("a", "Rivals clash\n\nThey accused the board. She hit back.", Vocabulary())
    >>> rows = score([document], [load_codebook("generic")], method="dictionary")
    >>> rows = rows.set_index(["unit_id", "measure", "label"])
    >>> rows.loc[("a", "frame", "generic/conflict"), ["value", "n", "denominator"]].tolist()
    [1.0, 3.0, 3.0]
    """
    scorer = Scorer(codebooks, method=method, mask=mask)
    by_hand = corrections or {}
    rows = _Rows()
    for document in documents:
        reading = scorer.read(document)
        _add_article(rows, scorer, document, reading, by_hand.get(document.article_id, {}))
        _add_sentences(rows, scorer, document, reading)
    return rows.table()


class _Rows:
    """Collects the columns of the measures table that are not constant."""

    def __init__(self) -> None:
        self.columns: dict[str, list[object]] = {
            name: []
            for name in ("unit", "unit_id", "measure", "label", "method", "value", "n", "denominator", "reason")
        }

    def add(self, *values: object) -> None:
        for column, value in zip(self.columns.values(), values, strict=True):
            column.append(value)

    def table(self) -> pd.DataFrame:
        data = pd.DataFrame(self.columns)
        for name in ("target", "voice", "side"):
            data[name] = ""
        data["low"] = np.nan
        data["high"] = np.nan
        return schema.check("measures", data) if len(data) else schema.empty("measures")


def _add_article(
    rows: _Rows, scorer: Scorer, document: Document, reading: Reading, by_hand: Mapping[str, bool]
) -> None:
    length = len(document.sentences)
    evidence = (reading.scores >= 0.5).sum(axis=0).tolist()
    scores = reading.article.tolist() if length else [np.nan] * len(scorer.labels)
    for label, method, value, n in zip(scorer.labels, scorer.used, scores, evidence, strict=True):
        present = by_hand.get(label, by_hand.get(label.split("/", 1)[1]))
        reason = _NOTHING if not length else "" if method else _BY_HAND_ONLY
        decision = np.nan if reason else float(value >= 0.5)
        used = method or "dictionary"
        if present is None:
            rows.add("article", document.article_id, "frame", label, used, decision, n, length, reason)
        else:
            rows.add("article", document.article_id, "frame", label, "by hand", float(present), n, length, "")
        rows.add(
            "article", document.article_id, "frame_score", label, used, np.nan if reason else value, n, length, reason
        )


def _add_sentences(rows: _Rows, scorer: Scorer, document: Document, reading: Reading) -> None:
    where, which = np.nonzero(reading.scores >= 0.5)
    scores, hits = reading.scores[where, which].tolist(), reading.hits[where, which].tolist()
    for sentence, frame, value, n in zip(where.tolist(), which.tolist(), scores, hits, strict=True):
        place, label, used = document.sentence_id(sentence), scorer.labels[frame], scorer.used[frame]
        rows.add("sentence", place, "frame", label, used, 1.0, n, 1, "")
        rows.add("sentence", place, "frame_score", label, used, value, n, 1, "")
