"""The method that a study asks for, frame by frame, with the dictionary where it has none."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.errors import ParameterError
from analysis.framing.codebook import Codebook
from analysis.framing.dictionary import Dictionary
from analysis.framing.reading import Method, Reading, Readings
from analysis.language import Document

__all__ = ["METHODS", "Scorer"]

METHODS = ("dictionary", "meaning", "fitted")


class Scorer:
    """Codebooks made ready to score articles with one method.

    Parameters
    ----------
    codebooks
        Their frames are numbered through, in order.
    method
        What is asked for. A frame without a classifier (`fitted`) or without a definition and examples to compare with
        (`meaning`) gets the dictionary; `used` says what each frame got.
    mask
        Patterns of words that never count as evidence.

    Attributes
    ----------
    labels
        ``codebook/frame`` of each frame.
    used
        The method each frame is decided by; ``""`` where it can be decided by none, since it has no patterns.

    Raises
    ------
    ParameterError
        Where there is no such method, or two codebooks have one name.
    """

    def __init__(self, codebooks: Sequence[Codebook], *, method: str = "fitted", mask: Sequence[str] = ()) -> None:
        if method not in METHODS:
            raise ParameterError(f"framing method {method!r} is unknown; give one of {', '.join(METHODS)}")
        names = [codebook.name for codebook in codebooks]
        if len(set(names)) < len(names):
            raise ParameterError(f"two codebooks have one name: {', '.join(sorted(names))}; rename one")
        self.codebooks = tuple(codebooks)
        self.mask = tuple(mask)
        self.dictionary = Dictionary(codebooks, mask)
        self.labels = self.dictionary.labels
        frames = [frame for codebook in codebooks for frame in codebook.frames]
        self.used = ["dictionary" if frame.patterns else "" for frame in frames]
        self._others: list[tuple[Method, list[int], list[int]]] = []
        for other, name in self._methods(method):
            places = {label: i for i, label in enumerate(self.labels)}
            own = [i for i, label in enumerate(other.labels) if label in places]
            into = [places[other.labels[i]] for i in own]
            for place in into:
                self.used[place] = name
            self._others.append((other, own, into))

    def read(self, document: Document) -> Reading:
        """Return scores of every sentence and of the article, for every frame."""
        whole = self.dictionary.read(document)
        if not len(document.sentences):
            return whole
        for other, own, into in self._others:
            part = other.read(document)
            for target, values in zip(whole, part, strict=True):
                target[..., into] = values[..., own]
        return whole

    def read_all(self, documents: Sequence[Document]) -> Readings:
        """Return what `read` does of each of `documents`, all in one."""
        if self._others:
            return Readings.of([self.read(document) for document in documents])
        return self.dictionary.read_all(documents)

    def examples(self, document: Document, sentences: Sequence[int], frame: str) -> list[str]:
        """Return for each of `sentences` the example it is nearest to, where the frame's method compares."""
        column = [label.split("/", 1)[1] for label in self.labels].index(frame)
        if self.used[column] in ("dictionary", ""):
            return [""] * len(sentences)
        from analysis.framing.meaning import nearest_examples

        return nearest_examples(document, sentences, self.codebooks[0].frame(frame), self.mask)

    def _methods(self, method: str) -> list[tuple[Method, str]]:
        if method == "meaning":
            from analysis.framing.meaning import Meaning

            return [(Meaning(self.codebooks, self.mask), "meaning")]
        if method == "fitted":
            from analysis.framing.classifier import FittedMethod

            return [
                (FittedMethod(codebook, self.mask), "fitted")
                for codebook in self.codebooks
                if codebook.classifier is not None
            ]
        return []
