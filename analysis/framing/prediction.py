"""Frames of rows of any set, as `nutgraf predict frames` writes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from analysis.errors import InputError
from analysis.framing.codebook import Codebook
from analysis.framing.scorer import Scorer
from analysis.language import Vocabulary, read_document

__all__ = ["predict", "row_text"]


def predict(
    rows: Iterable[Mapping[str, Any]],
    *,
    codebook: Codebook,
    method: str = "fitted",
    mask: Sequence[str] = (),
) -> Iterator[dict[str, Any]]:
    """Yield, for each row in order, its frames and a score for every frame of the codebook.

    Parameters
    ----------
    rows
        Each with ``text`` (or ``headline``), of any length: several sentences are put together as an article's are.
    codebook
        The frames to decide on.
    method, mask
        As for `score`.

    Yields
    ------
    dict
        ``{"frames": [names], "score": {frame: number}}``; a frame is given where its score is 0.5 or more. A frame that
        can only be coded by hand scores 0.

    Raises
    ------
    InputError
        Where a row has neither text nor headline; the message counts rows from 1.

    Examples
    --------
    >>> from analysis.framing import load_codebook
    >>> rows = [{"text": "The senators clashed over the bill."}, {"text": "It rained."}]
    >>> [row["frames"] for row in predict(rows, codebook=load_codebook("generic"), method="dictionary")]
    [['conflict'], []]
    """
    scorer = Scorer([codebook], method=method, mask=mask)
    vocabulary = Vocabulary()
    for number, row in enumerate(rows, start=1):
        document = read_document("", row_text(row, number), vocabulary)
        scores = scorer.read(document).article.tolist() if len(document.sentences) else [0.0] * len(codebook.frames)
        score = dict(zip(codebook.names, scores, strict=True))
        yield {"frames": [name for name, value in score.items() if value >= 0.5], "score": score}


def row_text(row: Mapping[str, Any], number: int) -> str:
    """Return the text of row `number`, counted from 1.

    Raises
    ------
    InputError
        Where it has neither ``text`` nor ``headline``.
    """
    for key in ("text", "headline"):
        if isinstance(row.get(key), str):
            return str(row[key])
    raise InputError(f"row {number} has neither a text nor a headline; give one of the two as a string")
