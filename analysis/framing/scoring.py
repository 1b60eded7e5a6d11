"""Articles to the rows of the measures table, with what hand corrections say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from analysis import schema
from analysis.framing.codebook import Codebook
from analysis.framing.reading import HAS_FRAME, Readings
from analysis.framing.scorer import Scorer
from analysis.language import Document, Documents

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
    scorer = _scorer(tuple(codebooks), method, tuple(mask))
    documents = Documents.of(documents)
    if not documents or not scorer.labels:
        return schema.empty("measures")
    readings = scorer.read_all(documents)
    return _table(scorer, documents, readings, corrections or {})


_ready: dict[tuple[str, tuple[str, ...], tuple[int, ...]], Scorer] = {}
_KEPT = 4


def _scorer(codebooks: tuple[Codebook, ...], method: str, mask: tuple[str, ...]) -> Scorer:
    """Return a scorer, the one made before where the same is asked for: it has compiled its patterns and met words."""
    key = (method, mask, tuple(map(id, codebooks)))
    if key not in _ready:
        made = Scorer(codebooks, method=method, mask=mask)  # holds the codebooks, so that their ids remain theirs
        if len(_ready) >= _KEPT:
            del _ready[next(iter(_ready))]
        _ready[key] = made
    return _ready[key]


def _table(
    scorer: Scorer, documents: Documents, readings: Readings, corrections: Mapping[str, Mapping[str, bool]]
) -> pd.DataFrame:
    """Return the rows: of every article and frame, and of sentences that have a frame; each with both measures."""
    articles, frames = len(documents), len(scorer.labels)
    decided = np.flatnonzero(readings.score >= HAS_FRAME)
    sentence, frame, hits = readings.sentence[decided], readings.frame[decided], readings.found[decided]
    lengths = np.diff(documents.sentence_offsets)
    counts = np.bincount(documents.article_of_sentence[sentence] * frames + frame, minlength=articles * frames)
    reason = np.where(lengths[:, None] == 0, 1, [2 * (not method) for method in scorer.used]).ravel()
    score = np.where(reason > 0, np.nan, readings.article.ravel())
    decision = np.where(reason > 0, np.nan, score >= HAS_FRAME)
    method = np.tile(np.arange(frames), articles)
    for place, present in _by_hand(scorer, documents, corrections):
        decision[place], method[place] = float(present), frames
    told = np.where(method == frames, 0, reason)

    has = np.zeros(len(documents.sentences), dtype=bool)
    has[sentence] = True
    which = np.cumsum(has)[sentence] - 1  # among the sentences that have a frame
    sentence_ids = documents.sentence_ids
    ids = [*documents.article_ids, *(sentence_ids[position] for position in np.flatnonzero(has).tolist())]
    article, label = np.repeat(np.arange(articles), frames), np.tile(np.arange(frames), articles)
    one = np.ones(len(sentence), dtype=np.int64)
    columns = {
        **dict.fromkeys(("target", "voice", "side"), ""),
        **dict.fromkeys(("low", "high"), np.nan),
        "unit": schema.Coded(("article", "sentence"), np.repeat([0, 1, 0, 1], [len(article), len(one)] * 2)),
        "unit_id": schema.Coded(ids, np.concatenate((article, articles + which) * 2)),
        "measure": schema.Coded(("frame", "frame_score"), np.repeat([0, 1], len(article) + len(one))),
        "label": schema.Coded(scorer.labels, np.concatenate((label, frame) * 2)),
        "method": schema.Coded(
            [*(used or "dictionary" for used in scorer.used), "by hand"], np.concatenate((method, frame, label, frame))
        ),
        "value": np.concatenate((decision, one, score, readings.score[decided])),
        "n": np.concatenate((counts, hits) * 2),
        "denominator": np.concatenate((np.repeat(lengths, frames), one) * 2),
        "reason": schema.Coded(("", _NOTHING, _BY_HAND_ONLY), np.concatenate((told, 0 * one, reason, 0 * one))),
    }
    return schema.from_columns("measures", columns, length=2 * (len(article) + len(one)))


def _by_hand(
    scorer: Scorer, documents: Sequence[Document], corrections: Mapping[str, Mapping[str, bool]]
) -> Iterator[tuple[int, bool]]:
    """Yield what was coded by hand: the place among all frames of all articles, and whether the frame is present."""
    for number, document in enumerate(documents):
        coded = corrections.get(document.article_id, {})
        for column, label in enumerate(scorer.labels) if coded else ():
            present = coded.get(label, coded.get(label.split("/", 1)[1]))
            if present is not None:
                yield number * len(scorer.labels) + column, present
