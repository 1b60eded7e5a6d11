"""Many articles at once, as arrays: what a measure of a whole segment works on instead of one article after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from analysis.language.document import Document, read_document
from analysis.language.runs import Runs, read_runs
from analysis.language.splitting import Split, split_runs
from analysis.language.tokens import Tokens, Vocabulary

__all__ = ["Documents", "read_documents"]

T = TypeVar("T", bound=np.generic)


class Documents(Sequence[Document]):
    """Articles with their tokens and sentences counted through, all read with one vocabulary.

    Token ``t`` of article ``d`` is token ``token_offsets[d] + t`` of all, and sentences likewise. Positions of
    characters stay those in each article's own text.

    Parameters
    ----------
    documents
        The articles. Those read with several vocabularies are numbered anew, in one.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = tuple(documents)
        self.vocabulary = self._documents[0].tokens.vocabulary if self._documents else Vocabulary()
        if any(document.tokens.vocabulary is not self.vocabulary for document in self._documents):
            self.vocabulary = Vocabulary()
            self._documents = tuple(read_document(d.article_id, d.text, self.vocabulary) for d in self._documents)

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Documents:
        """Return `documents` as such; those that are, as they are."""
        return documents if isinstance(documents, Documents) else cls(documents)

    def __len__(self) -> int:
        return len(self._documents)

    def __iter__(self) -> Iterator[Document]:
        return iter(self._documents)

    @overload
    def __getitem__(self, index: int) -> Document: ...
    @overload
    def __getitem__(self, index: slice) -> Documents: ...
    def __getitem__(self, index: int | slice) -> Document | Documents:
        found = self._documents[index]
        return found if isinstance(found, Document) else Documents(found)

    @cached_property
    def article_ids(self) -> list[str]:
        """The ids of the articles."""
        return [document.article_id for document in self]

    # Offsets, shape (articles + 1,): where each article's tokens and sentences begin.

    @cached_property
    def token_offsets(self) -> NDArray[np.int64]:
        """Where each article's tokens begin, and behind them the number of all, shape (articles + 1,)."""
        return np.cumsum([0, *(len(document.tokens) for document in self)])

    @cached_property
    def sentence_offsets(self) -> NDArray[np.int64]:
        """Where each article's sentences begin, and behind them the number of all, shape (articles + 1,)."""
        return np.cumsum([0, *(len(document.sentences) for document in self)])

    # Of all tokens.

    @cached_property
    def ids(self) -> NDArray[np.int32]:
        """Integers of all tokens into `vocabulary`, shape (tokens,)."""
        return _joined([document.tokens.ids for document in self], np.int32)

    @cached_property
    def starts(self) -> NDArray[np.int32]:
        """First character of each token, in its own text, shape (tokens,)."""
        return _joined([document.tokens.starts for document in self], np.int32)

    @cached_property
    def ends(self) -> NDArray[np.int32]:
        """One past the last character of each token, in its own text, shape (tokens,)."""
        return _joined([document.tokens.ends for document in self], np.int32)

    @cached_property
    def article_of_token(self) -> NDArray[np.int64]:
        """The position of the article that each token stands in, shape (tokens,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.token_offsets))

    # Of all sentences.

    @cached_property
    def sentences(self) -> NDArray[np.int32]:
        """Half-open spans of characters of all sentences, each in its own text, shape (sentences, 2)."""
        return _joined([document.sentences for document in self], np.int32, 2)

    @cached_property
    def sentence_bounds(self) -> NDArray[np.int64]:
        """First token of each sentence and one past its last, tokens counted through, shape (sentences, 2)."""
        firsts = _joined([d.first_tokens[:-1] for d in self], np.int32)
        lasts = _joined([d.first_tokens[1:] for d in self], np.int32)
        bounds: NDArray[np.int64] = np.stack([firsts, lasts], axis=1) + self._shift[:, None]
        return bounds

    @cached_property
    def _shift(self) -> NDArray[np.int64]:
        return self.token_offsets[self.article_of_sentence]

    @cached_property
    def article_of_sentence(self) -> NDArray[np.int64]:
        """The position of the article that each sentence stands in, shape (sentences,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.sentence_offsets))

    @cached_property
    def sentence_positions(self) -> NDArray[np.int64]:
        """The position of each sentence in its article, shape (sentences,)."""
        return np.arange(len(self.sentences)) - self.sentence_offsets[self.article_of_sentence]

    @cached_property
    def sentence_ids(self) -> list[str]:
        """The ids of all sentences."""
        numbered = [f":s{position:05d}" for position in range(max(map(len, (d.sentences for d in self)), default=0))]
        return [d.article_id + tail for d in self for tail in numbered[: len(d.sentences)]]

    def sentence_of_token(self, tokens: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the sentences in which tokens stand, both counted through; behind the last token, the last one."""
        return self._sentence_of_token[tokens]

    @cached_property
    def _sentence_of_token(self) -> NDArray[np.int64]:
        last = len(self.sentences) - 1
        return np.append(np.repeat(np.arange(last + 1), np.diff(self.sentence_bounds)[:, 0]), last)

    # Positions of characters, each in its article's own text.

    def tokens_at(self, article: NDArray[np.integer], position: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return the first token of each article, tokens counted through, that begins at `position` or behind it.

        Where there is none that is the first token of the next article.
        """
        return _first_from(self.starts, self.token_offsets, article, position)

    def sentences_at(self, article: NDArray[np.integer], position: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return the sentence, counted through, that holds each character (or the one before it), as in `Document`."""
        behind = _first_from(self.sentences[:, 0], self.sentence_offsets, article, np.asarray(position) + 1)
        at: NDArray[np.int64] = np.maximum(behind - 1, self.sentence_offsets[article])
        return at


def _first_from(
    values: NDArray[np.int32], offsets: NDArray[np.int64], part: NDArray[np.integer], wanted: NDArray[np.integer]
) -> NDArray[np.int64]:
    """Return in each part of `values`, in order there, the position of the first value not below the one wanted."""
    low: NDArray[np.int64] = offsets[part]
    high: NDArray[np.int64] = offsets[np.asarray(part) + 1]
    while (open_ := low < high).any():
        middle = (low + high) // 2
        below = open_ & (values[np.where(open_, middle, 0)] < wanted)
        low, high = np.where(below, middle + 1, low), np.where(open_ & ~below, middle, high)
    return low


def _joined(parts: Sequence[NDArray[T]], kind: type[T], width: int = 0) -> NDArray[T]:
    nothing = np.zeros((0, width) if width else 0, kind)
    return np.concatenate([nothing, *parts])


def read_documents(pairs: Iterable[tuple[str, str]], vocabulary: Vocabulary | None = None) -> Documents:
    r"""Read articles with one vocabulary.

    Parameters
    ----------
    pairs
        Id and text of each.
    vocabulary
        The vocabulary; a new one where none is given.

    Examples
    --------
    >>> d = read_documents([("a", "A headline\n\nFirst. Second."), ("b", "Third one.")])
    >>> d.sentence_ids, d.sentence_bounds.tolist()
    (['a:s00000', 'a:s00001', 'a:s00002', 'b:s00000'], [[0, 2], [2, 3], [3, 4], [4, 6]])
    """
    vocabulary = Vocabulary() if vocabulary is None else vocabulary
    given = list(pairs)
    texts = [text for _, text in given]
    runs = read_runs(texts, vocabulary)
    split = split_runs(texts, runs, vocabulary)
    documents = Documents(_views(given, runs, split, vocabulary))
    # What it would put together again from its documents, when asked for it.
    documents.__dict__.update(
        token_offsets=runs.offsets,
        sentence_offsets=split.offsets,
        ids=runs.ids,
        starts=runs.starts,
        ends=runs.ends,
        sentences=split.spans,
        sentence_bounds=split.bounds,
    )
    return documents


def _views(given: Sequence[tuple[str, str]], runs: Runs, split: Split, vocabulary: Vocabulary) -> Iterator[Document]:
    """Make of each article what `read_document` does, as views into the arrays of all."""
    ids, starts, ends, spaced = runs.ids, runs.starts, runs.ends, runs.spaced
    spans, first_tokens = split.spans, _first_tokens(runs, split)
    token_offsets, sentence_offsets = runs.offsets.tolist(), split.offsets.tolist()
    for number, (article_id, text) in enumerate(given):
        a, b = token_offsets[number], token_offsets[number + 1]
        c, d = sentence_offsets[number], sentence_offsets[number + 1]
        tokens = Tokens(ids[a:b], starts[a:b], ends[a:b], spaced[a:b], vocabulary)
        firsts = first_tokens[c + number : d + number + 1]
        yield Document(article_id, text, tokens, spans[c:d], firsts, max(0, text.find("\n\n")))


def _first_tokens(runs: Runs, split: Split) -> NDArray[np.int32]:
    """Return the `first_tokens` of all articles behind one another: each has one more of them than sentences."""
    sizes = np.diff(split.offsets)
    behind = split.offsets[1:] + np.arange(len(sizes))
    firsts = np.zeros(len(split.spans) + len(sizes), dtype=np.int32)
    first = np.ones(len(firsts), dtype=bool)
    first[behind] = False
    firsts[first] = split.bounds[:, 0] - np.repeat(runs.offsets[:-1], sizes)
    firsts[behind] = np.diff(runs.offsets)
    return firsts
