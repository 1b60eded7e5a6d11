"""The dictionary method: weighted patterns of every codebook, found in one pass over the tokens.

A sentence has a frame where the weights of the patterns found in it come to 1 or more. An article has it where its
evidence a sentence exceeds the frame's threshold: no sentence counts for more than 3, and ten sentences without
evidence are added to every article. A text of one sentence is decided as that sentence is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.framing.codebook import Codebook
from analysis.framing.reading import EMPTY_SENTENCES, Reading, Readings, odds_score
from analysis.language import Document, Documents, Found, Lexicon, Matcher

__all__ = ["Dictionary", "Hit"]

_Integers = NDArray[np.int64]
SENTENCE_THRESHOLD = 1.0
MOST_A_SENTENCE = 3.0


class Hit(NamedTuple):
    """A pattern found: sentence, position of the frame among all frames, half-open character span, weight."""

    sentence: int
    frame: int
    start: int
    end: int
    weight: float


class Dictionary:
    """The patterns of several codebooks, compiled together.

    Parameters
    ----------
    codebooks
        Their frames are numbered through, in order.
    mask
        Patterns of words that never count: a match that shares a word with one of them is dropped.

    Examples
    --------
    >>> from analysis.framing import load_codebook
    >>> from analysis.language import Vocabulary, read_document
    >>> document = read_document("a", "Rivals clashed over steel. It rained.", Vocabulary())
    >>> generic = load_codebook("generic")
    >>> evidence = Dictionary([generic]).evidence(document)
    >>> evidence.shape, float(evidence[0, 0]) >= 2, float(evidence[1].sum())
    ((2, 6), True, 0.0)
    """

    def __init__(self, codebooks: Iterable[Codebook], mask: Sequence[str] = ()) -> None:
        labels: list[str] = []
        entries: list[list[str]] = []
        exceptions: list[list[str]] = []
        thresholds: list[float] = []
        self._weights: list[list[float]] = []
        for codebook in codebooks:
            for frame in codebook.frames:
                labels.append(f"{codebook.name}/{frame.name}")
                entries.append([pattern.text for pattern in frame.patterns])
                self._weights.append([pattern.weight for pattern in frame.patterns])
                exceptions.append(list(frame.exceptions))
                thresholds.append(frame.threshold)
        self.labels = tuple(labels)
        self._thresholds = np.array(thresholds)
        self._frames = len(entries)
        self._lexicon = Lexicon([*entries, *exceptions, list(mask)])
        self._matcher = Matcher(self._lexicon)
        self._all_weights = np.array([weight for weights in self._weights for weight in weights])
        self._offsets = np.cumsum([0, *map(len, self._weights)])

    def find(self, document: Document) -> list[Hit]:
        """Return what counts as evidence in `document`, ordered by start and frame."""
        frames = self._frames
        matches = self._lexicon.find(document)
        blocked: dict[int, set[int]] = {}
        for match in matches:
            if match.entry >= frames:
                blocked.setdefault(match.entry, set()).update(range(match.first, match.last + 1))
        masked = blocked.get(2 * frames, set())
        sentences = np.searchsorted(document.first_tokens, [m.first for m in matches], side="right") - 1
        hits: list[Hit] = []
        for match, sentence in zip(matches, sentences.tolist(), strict=True):
            if match.entry >= frames:
                continue
            if blocked:
                covered = range(match.first, match.last + 1)
                if not masked.isdisjoint(covered) or not blocked.get(frames + match.entry, masked).isdisjoint(covered):
                    continue
            weight = self._weights[match.entry][match.pattern]
            hits.append(Hit(sentence, match.entry, match.start, match.end, weight))
        return hits

    def evidence(self, document: Document) -> NDArray[np.float64]:
        """Return the summed weights of the patterns found, shape (sentences, frames)."""
        return self._summed(document)[0]

    def read(self, document: Document) -> Reading:
        """Return scores of every sentence and of the article, for every frame."""
        evidence, hits = self._summed(document)
        scores = odds_score(evidence, SENTENCE_THRESHOLD)
        capped = np.minimum(evidence, MOST_A_SENTENCE)
        if len(evidence) == 1:
            return Reading(scores, capped, hits, scores[0])
        article = odds_score(capped.sum(axis=0) / (len(evidence) + EMPTY_SENTENCES), self._thresholds)
        return Reading(scores, capped, hits, article)

    def read_all(self, documents: Sequence[Document]) -> Readings:
        """Return what `read` does of each of `documents`, all in one."""
        if len(documents) == 1:
            return Readings.of([self.read(documents[0])])
        documents = Documents.of(documents)
        frames, lengths = self._frames, np.diff(documents.sentence_offsets)
        sentence, frame, evidence, hits = self._summed_all(documents)
        scores = odds_score(evidence, SENTENCE_THRESHOLD)
        of = documents.article_of_sentence[sentence]
        capped = np.minimum(evidence, MOST_A_SENTENCE)
        summed = np.bincount(of * frames + frame, capped, len(documents) * frames).reshape(-1, frames)
        article = odds_score(summed / (lengths + EMPTY_SENTENCES)[:, None], self._thresholds)
        single = np.flatnonzero(lengths[of] == 1)
        article[of[single], frame[single]] = scores[single]
        return Readings(sentence, frame, scores, hits, article, len(documents.sentences))

    def _summed(self, document: Document) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        found = self.find(document)
        place = np.array([hit.sentence * self._frames + hit.frame for hit in found], dtype=np.int64)
        weights = np.array([hit.weight for hit in found], dtype=np.float64)
        shape = len(document.sentences), self._frames
        summed = np.bincount(place, weights, shape[0] * shape[1]).astype(np.float64)
        return summed.reshape(shape), np.bincount(place, minlength=len(summed)).astype(np.int64).reshape(shape)

    def _summed_all(self, documents: Documents) -> tuple[_Integers, _Integers, NDArray[np.float64], _Integers]:
        """Return the sentences and frames with evidence, frame by frame: its summed weights and the patterns found."""
        found = self._matcher.find(documents)
        counts = np.flatnonzero(_free(found, self._frames))
        first, frame, pattern = found.first[counts], found.entry[counts], found.pattern[counts]
        sentence = documents.sentence_of_token(first)
        weights = self._all_weights[self._offsets[frame] + pattern]
        # The matches of one frame stand together, in the order of the text.
        begins = np.append(True, (np.diff(sentence) != 0) | (np.diff(frame) != 0))[: len(first)]
        place, size = np.cumsum(begins) - 1, int(begins.sum())
        summed = np.bincount(place, weights, size).astype(np.float64)
        return sentence[begins], frame[begins], summed, np.bincount(place, minlength=size).astype(np.int64)


def _free(found: Found, frames: int) -> NDArray[np.bool_]:
    """Tell which matches are those of a frame that share no word with one of its exceptions or of the mask."""
    exceptions = np.flatnonzero((found.entry >= frames) & (found.entry < 2 * frames))
    masks = np.flatnonzero(found.entry == 2 * frames)
    blocking = np.append(exceptions, np.tile(masks, frames))
    frame = np.append(found.entry[exceptions] - frames, np.repeat(np.arange(frames), len(masks)))
    size = int(found.last.max(initial=0)) + 1
    # Matches of one entry do not overlap, so those that a blocking one touches stand together.
    begin = np.searchsorted(found.entry * size + found.last, frame * size + found.first[blocking], side="left")
    end = np.searchsorted(found.entry * size + found.first, frame * size + found.last[blocking], side="right")
    depth = np.zeros(len(found.entry) + 1, dtype=np.int64)
    np.add.at(depth, begin, 1)
    np.add.at(depth, end, -1)
    free: NDArray[np.bool_] = (found.entry < frames) & (np.cumsum(depth)[:-1] == 0)
    return free
