"""Why an article has a frame: its sentences, ranked, with the words or the example that carried each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.framing.codebook import Codebook
from analysis.framing.scorer import Scorer
from analysis.language import Document

__all__ = ["Evidence", "explain"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that speaks for a frame.

    Attributes
    ----------
    sentence
        Its position in the article.
    sentence_id
        Its id.
    start, end
        Half-open character span in the article's text.
    score
        0 to 1; from 0.5 on the sentence has the frame.
    carried
        How much it adds to the article's score, in the method's own unit; by it sentences are ranked.
    spans
        Half-open character spans of the words that are evidence, in the article's text, for highlighting.
    example
        The codebook's sentence that it resembles most, for the methods that compare; else empty.
    method
        What decided: dictionary, meaning or fitted.
    """

    sentence: int
    sentence_id: str
    start: int
    end: int
    score: float
    carried: float
    spans: tuple[tuple[int, int], ...]
    example: str
    method: str


def explain(
    document: Document,
    codebook: Codebook,
    frame: str,
    *,
    method: str = "fitted",
    mask: Sequence[str] = (),
) -> list[Evidence]:
    """Return the sentences that speak for `frame`, the strongest first.

    Parameters
    ----------
    document
        The article.
    codebook, frame
        The codebook, and the name of one of its frames.
    method, mask
        As for `score`.

    Returns
    -------
    list of Evidence
        The sentences that have the frame, or in which words of its dictionary stand; none where nothing speaks for it.

    Raises
    ------
    InputError
        Where the codebook has no such frame or there is no such method.

    Examples
    --------
    >>> from analysis.framing import load_codebook
    >>> from analysis.language import Vocabulary, read_document
    >>> document = read_document("a", "It rained. Rivals clashed over steel.", Vocabulary())
    >>> (found,) = explain(document, load_codebook("generic"), "conflict", method="dictionary")
    >>> found.sentence_id, [document.text[a:b] for a, b in found.spans]
    ('a:s00001', ['Rivals', 'clashed over'])
    """
    codebook.frame(frame)
    scorer = Scorer([codebook], method=method, mask=mask)
    column = codebook.names.index(frame)
    reading = scorer.read(document)
    spans: dict[int, list[tuple[int, int]]] = {}
    for hit in scorer.dictionary.find(document):
        if hit.frame == column:
            spans.setdefault(hit.sentence, []).append((hit.start, hit.end))
    scores, carried = reading.scores[:, column], reading.carried[:, column]
    chosen = sorted(set(np.flatnonzero(scores >= 0.5).tolist()) | set(spans), key=lambda i: (-carried[i], i))
    examples = scorer.examples(document, chosen, frame)
    return [
        Evidence(
            sentence=index,
            sentence_id=document.sentence_id(index),
            start=int(document.sentences[index, 0]),
            end=int(document.sentences[index, 1]),
            score=float(scores[index]),
            carried=float(carried[index]),
            spans=tuple(spans.get(index, ())),
            example=example,
            method=scorer.used[column] or "dictionary",
        )
        for index, example in zip(chosen, examples, strict=True)
    ]
