"""Codebooks and classifiers as plain data: one JSON file, readable by anything, with nothing in it that runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.encoder import fingerprint
from analysis.errors import StudyError
from analysis.framing.codebook import Codebook, Frame, Pattern

if TYPE_CHECKING:
    from analysis.framing.classifier import Classifier
    from analysis.framing.fitting import Fitted

__all__ = ["codebook_to_data", "load", "save"]

FORMAT = "nutgraf frames 1"
_DIGITS = 6
_ARRAYS = (
    *("encoder_weights", "dictionary_weights", "ngram_weights", "offsets", "slopes"),
    *("centre", "components", "pair_weights"),
)


def save(fitted: Fitted | Codebook, path: str | PathLike[str]) -> None:
    """Write a codebook with its classifier to `path`, as JSON; the same classifier gives the same bytes.

    Parameters
    ----------
    fitted
        What `fit` returned, or a codebook.
    path
        The file; it is written whole or not at all.
    """
    codebook = fitted if isinstance(fitted, Codebook) else fitted.codebook
    data: dict[str, Any] = {"format": FORMAT, "codebook": codebook_to_data(codebook)}
    if codebook.classifier is not None:
        data["classifier"] = _classifier_to_data(codebook.classifier)
    target = Path(path)
    beside = target.with_name(target.name + ".part")
    beside.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    beside.replace(target)


def load(path: str | PathLike[str]) -> Codebook:
    """Return the codebook, with its classifier, that `save` wrote to `path`.

    Raises
    ------
    StudyError
        Where the file is missing, is not such a file, or was learnt with another encoder.
    """
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise StudyError(f"cannot be read: {error.strerror}", path=path) from error
    except ValueError as error:
        raise StudyError(f"is not JSON: {error}", path=path) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise StudyError(f"is not what `nutgraf fit frames` writes: its `format` is not {FORMAT!r}", path=path)
    try:
        codebook = _codebook_from_data(data["codebook"], str(path))
        fitted = data.get("classifier")
        classifier = None if fitted is None else _classifier_from_data(fitted)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise StudyError(f"is damaged ({error}); write it again with `nutgraf fit frames`", path=path) from error
    if classifier is not None and classifier.encoder != fingerprint():
        raise StudyError(
            "was learnt with another sentence encoder; write it again with `nutgraf fit frames`", path=path
        )
    return replace(codebook, classifier=classifier)


def codebook_to_data(codebook: Codebook) -> dict[str, Any]:
    """Return all that a codebook says, but for its classifier, as plain data."""
    return {
        "name": codebook.name,
        "title": codebook.title,
        "language": codebook.language,
        "source": codebook.source,
        "frames": [
            {
                "name": frame.name,
                "definition": frame.definition,
                "question": frame.question,
                "source": frame.source,
                "threshold": frame.threshold,
                "patterns": [[pattern.text, pattern.weight] for pattern in frame.patterns],
                "except": list(frame.exceptions),
                "examples": list(frame.examples),
                "counter_examples": list(frame.counter_examples),
            }
            for frame in codebook.frames
        ],
    }


def _codebook_from_data(data: Mapping[str, Any], path: str) -> Codebook:
    frames = tuple(
        Frame(
            name=str(row["name"]),
            definition=str(row["definition"]),
            question=str(row["question"]),
            source=str(row["source"]),
            patterns=tuple(Pattern(str(text), float(weight)) for text, weight in row["patterns"]),
            exceptions=tuple(map(str, row["except"])),
            examples=tuple(map(str, row["examples"])),
            counter_examples=tuple(map(str, row["counter_examples"])),
            threshold=float(row["threshold"]),
        )
        for row in data["frames"]
    )
    return Codebook(
        name=str(data["name"]),
        frames=frames,
        title=str(data["title"]),
        language=str(data["language"]),
        source=str(data["source"]),
        path=path,
    )


def _classifier_to_data(classifier: Classifier) -> dict[str, Any]:
    ngrams = classifier.ngrams
    return {
        "frames": list(classifier.frames),
        "encoder": classifier.encoder,
        "at_least": classifier.at_least,
        "at_most": classifier.at_most,
        "report": classifier.report,
        **{name: _numbers(getattr(classifier, name)) for name in _ARRAYS},
        "words": list(ngrams.words),
        "runs": list(ngrams.runs),
        "weights": _numbers(ngrams.weights),
        "dictionary": [codebook_to_data(codebook) for codebook in classifier.dictionary],
    }


def _classifier_from_data(data: Mapping[str, Any]) -> Classifier:
    from analysis.framing.classifier import Classifier
    from analysis.framing.features import Ngrams

    words, runs = data["words"], data["runs"]
    frames = tuple(map(str, data["frames"]))
    arrays = {name: np.array(data[name], dtype=np.float64) for name in _ARRAYS}
    ngrams = Ngrams(
        {str(gram): place for place, gram in enumerate(words)},
        {str(gram): place for place, gram in enumerate(runs, start=len(words))},
        np.array(data["weights"], dtype=np.float64),
    )
    if arrays["ngram_weights"].shape != (len(frames), len(ngrams.weights)):
        raise ValueError("the n-gram weights do not fit the n-grams")
    if arrays["pair_weights"].shape != (len(frames), len(arrays["components"]) * (len(arrays["components"]) + 1) // 2):
        raise ValueError("the weights of pairs do not fit the components")
    return Classifier(
        frames=frames,
        dictionary=tuple(_codebook_from_data(row, "") for row in data["dictionary"]),
        ngrams=ngrams,
        at_least=int(data["at_least"]),
        at_most=int(data["at_most"]),
        encoder=str(data["encoder"]),
        report=dict(data["report"]),
        **arrays,
    )


def _numbers(values: NDArray[np.float64]) -> list[Any]:
    """Return numbers of six digits: what is beyond them is noise of the training rows, and doubles the file."""
    rounded = [float(f"{value:.{_DIGITS}g}") for value in values.ravel().tolist()]
    nested: list[Any] = np.array(rounded).reshape(values.shape).tolist()
    return nested
