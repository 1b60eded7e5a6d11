"""Sentiment toward a target from the shipped classifier: a sentence with its target marked gives three probabilities.

The files lie in ``analysis/models/sentiment`` beside their card. They are loaded at the first call and kept. Rows are
run one at a time in one thread: the weights are 8-bit integers whose scale depends on the whole batch, and a row must
give the same bits whatever other rows stand beside it.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from analysis.errors import InputError

__all__ = ["FILES", "FOLDER", "Marked", "available", "mark", "probabilities", "require"]

FOLDER = Path(__file__).parent.parent / "models" / "sentiment"
FILES = ("sentiment.onnx", "tokenizer.json", "sentiment.json")

_CHARACTERS = 4_480  # of each side of the target that are read, so that a line of megabytes costs no more


class Marked(NamedTuple):
    """Token ids ``[CLS] left [unused1] target [unused2] right [SEP]``; the target's are ``ids[first:last]``."""

    ids: list[int]
    first: int
    last: int


class _Model(NamedTuple):
    session: Any
    tokenizer: Any
    marks: tuple[int, int, int, int]
    max_tokens: int
    max_target: int
    temperature: float
    order: tuple[int, int, int]


def available() -> bool:
    """Tell whether the model's files are there."""
    return all((FOLDER / name).is_file() for name in FILES)


def require() -> None:
    """Do nothing where the model's files are there.

    Raises
    ------
    InputError
        Where one is missing.
    """
    for name in FILES:
        if not (FOLDER / name).is_file():
            raise InputError(
                f"the sentiment model is not installed: {FOLDER / name} is missing; use --sentiment lexicon"
            )


def probabilities(sentence: str, start: int, end: int) -> tuple[float, float, float]:
    """Return the probabilities of negative, neutral and positive toward the target at ``sentence[start:end]``.

    Raises
    ------
    InputError
        Where the model's files are missing.

    Notes
    -----
    The classifier is a MiniLM encoder (Wang et al., NeurIPS 2020) tuned on NewsMTSC (Hamborg and Donnay, EACL 2021);
    its logits are divided by a temperature fitted on held-out rows (Guo et al., ICML 2017).
    """
    model = _load()
    marked = mark(sentence, start, end)
    length = len(marked.ids)
    target = np.zeros((1, length), dtype=np.float32)
    target[0, marked.first : max(marked.last, marked.first + 1)] = 1.0
    ids = np.array([marked.ids], dtype=np.int64)
    (logits,) = model.session.run(None, {"ids": ids, "target": target})
    scaled = logits[0].astype(np.float64) / model.temperature
    powers = np.exp(scaled - scaled.max())
    shares = powers / powers.sum()
    negative, neutral, positive = (float(shares[i]) for i in model.order)
    return negative, neutral, positive


def mark(sentence: str, start: int, end: int) -> Marked:
    """Turn a sentence and its target into token ids.

    The target keeps its first 16 tokens. Where the whole is longer than 112, the tokens farthest from the target go,
    the longer side first. (Both numbers stand in the model's settings.)
    """
    model = _load()
    parts = (
        sentence[max(0, start - _CHARACTERS) : start],
        sentence[start : min(end, start + _CHARACTERS)],
        sentence[end : end + _CHARACTERS],
    )
    # A lone surrogate is valid in a str and in nothing that the tokenizer takes.
    clean = [part.encode("utf-8", "replace").decode("utf-8") for part in parts]
    left, target, right = (model.tokenizer.encode(part, add_special_tokens=False).ids for part in clean)
    target = target[: model.max_target]
    room = model.max_tokens - 4 - len(target)
    keep_right = min(len(right), max(room // 2, room - len(left)))
    keep_left = min(len(left), room - keep_right)
    left = left[len(left) - keep_left :]
    opening, closing, before, after = model.marks
    ids = [opening, *left, before, *target, after, *right[:keep_right], closing]
    return Marked(ids, keep_left + 2, keep_left + 2 + len(target))


@cache
def _load() -> _Model:
    require()
    import onnxruntime
    from tokenizers import Tokenizer

    settings = json.loads((FOLDER / "sentiment.json").read_text(encoding="utf-8"))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.use_deterministic_compute = True
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(FOLDER / "sentiment.onnx"), options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    labels, marks = list(settings["labels"]), settings["tokens"]
    return _Model(
        session,
        tokenizer,
        (marks["open"], marks["close"], marks["before"], marks["after"]),
        int(settings["max_tokens"]),
        int(settings["max_target"]),
        float(settings["temperature"]),
        (labels.index("negative"), labels.index("neutral"), labels.index("positive")),
    )
