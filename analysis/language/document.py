"""One article as the measures see it: text, tokens and sentence bounds, computed once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.language.sentences import sentence_spans
from analysis.language.tokens import Tokens, Vocabulary, tokenize

__all__ = ["Document", "read_document"]


@dataclass(frozen=True, slots=True)
class Document:
    """A text with its tokens and sentences.

    Attributes
    ----------
    article_id
        The article's id.
    text
        Headline, blank line, body.
    tokens
        Its tokens.
    sentences
        Half-open character spans, shape (n, 2); the headline comes first.
    first_tokens
        For each sentence the index of its first token, and behind them the number of tokens, shape (n + 1,).
    headline_end
        One past the last character of the headline; 0 where the text has none.
    """

    article_id: str
    text: str
    tokens: Tokens
    sentences: NDArray[np.int32]
    first_tokens: NDArray[np.int32]
    headline_end: int

    def sentence_at(self, position: int) -> int:
        """Return the index of the sentence that holds the character at `position` (or the one before it)."""
        return max(0, int(np.searchsorted(self.sentences[:, 0], position, side="right")) - 1)

    def sentences_at(self, positions: Sequence[int]) -> list[int]:
        """Return for each position what `sentence_at` does."""
        found = np.searchsorted(self.sentences[:, 0], positions, side="right") - 1
        at: list[int] = np.maximum(found, 0).tolist()
        return at

    def sentence_id(self, index: int) -> str:
        """Return the id of sentence `index`."""
        return f"{self.article_id}:s{index:05d}"


def read_document(article_id: str, text: str, vocabulary: Vocabulary) -> Document:
    r"""Tokenize `text` and split it into sentences.

    Examples
    --------
    >>> d = read_document("a", "A headline\n\nFirst. Second.", Vocabulary())
    >>> d.sentences.tolist(), d.first_tokens.tolist(), d.headline_end
    ([[0, 10], [12, 18], [19, 26]], [0, 2, 3, 4], 10)
    """
    tokens = tokenize(text, vocabulary)
    spans = np.array(sentence_spans(text), dtype=np.int32).reshape(-1, 2)
    first = np.append(np.searchsorted(tokens.starts, spans[:, 0]), len(tokens)).astype(np.int32)
    return Document(article_id, text, tokens, spans, first, max(0, text.find("\n\n")))
