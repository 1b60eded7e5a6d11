"""Sentences as vectors: all-MiniLM-L6-v2 on the processor, with no network.

The model lies in ``models/encoder`` beside its card. It is loaded at the first call and kept.

A vector depends on its own text alone, to the bit: rows are run together only with rows of as many tokens (so there is
no padding), in one thread, and the mean over tokens is taken row by row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["LONGEST", "WIDTH", "States", "encode", "encode_tokens", "fingerprint"]

WIDTH = 384
LONGEST = 256
"""Tokens of a text that are read; the rest of a longer one is not."""

_FOLDER = Path(__file__).parent / "models" / "encoder"
_CHARACTERS = 40 * LONGEST
"""Characters of a text that are read, so that a line of megabytes costs no more than a long sentence."""
_TOKENS_A_RUN = 512
_KEPT = 20_000

_vectors: dict[str, NDArray[np.float32]] = {}


class States(NamedTuple):
    """The tokens of one text: a vector each, shape (n, 384), and their character spans in the text, shape (n, 2)."""

    vectors: NDArray[np.float32]
    spans: NDArray[np.int32]


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return a unit vector for each text, by meaning: the cosine of two is their dot product.

    Parameters
    ----------
    texts
        Any strings; each is best a sentence. Of a text longer than 256 tokens the first 256 count.

    Returns
    -------
    ndarray
        float32, shape (len(texts), 384). A text gives the same bits whatever other texts stand beside it.

    Notes
    -----
    Reimers & Gurevych, Sentence-BERT, EMNLP 2019; the model is sentence-transformers/all-MiniLM-L6-v2: mean over
    tokens, scaled to length one. The vectors of the last 20,000 different texts are kept.

    Examples
    --------
    >>> a, b, c = encode(["The company sued.", "The firm went to court.", "It rained in Tokyo."])
    >>> bool(a @ b > 0.5 > a @ c)
    True
    """
    wanted = list(dict.fromkeys(text for text in texts if text not in _vectors))
    fresh: dict[str, NDArray[np.float32]] = {}
    for position, states, _ in _run(wanted):
        mean = states.astype(np.float64).sum(axis=0) / len(states)
        fresh[wanted[position]] = (mean / max(float(np.sqrt((mean * mean).sum())), 1e-12)).astype(np.float32)
    vectors = np.empty((len(texts), WIDTH), dtype=np.float32)
    for row, text in enumerate(texts):
        vectors[row] = fresh[text] if text in fresh else _vectors[text]
    for text in wanted[-_KEPT:]:
        _vectors[text] = fresh[text]
    while len(_vectors) > _KEPT:
        del _vectors[next(iter(_vectors))]
    return vectors


def encode_tokens(texts: Sequence[str]) -> list[States]:
    """Return, for each text, a vector and a character span for each of its tokens.

    Parameters
    ----------
    texts
        Any strings, as for `encode`.

    Returns
    -------
    list of States
        The two marks that open and close a text for the model are left out; a text without a word has no rows.

    Examples
    --------
    >>> (tokens,) = encode_tokens(["Tokyo talks"])
    >>> tokens.vectors.shape, tokens.spans.tolist()
    ((2, 384), [[0, 5], [6, 11]])
    """
    found = [States(np.empty((0, WIDTH), np.float32), np.empty((0, 2), np.int32))] * len(texts)
    for position, states, spans in _run(texts):
        found[position] = States(states[1:-1].copy(), np.array(spans[1:-1], dtype=np.int32).reshape(-1, 2))
    return found


@cache
def fingerprint() -> str:
    """Return the SHA-256 of the model and its tokenizer, for the manifest.

    Examples
    --------
    >>> len(fingerprint())
    64
    """
    digest = hashlib.sha256()
    for name in ("model.onnx", "tokenizer.json"):
        digest.update((_FOLDER / name).read_bytes())
    return digest.hexdigest()


def _run(texts: Sequence[str]) -> Iterator[tuple[int, NDArray[np.float32], list[tuple[int, int]]]]:
    """Yield position, token states and token spans of each text, texts with as many tokens together."""
    if not texts:
        return
    session, tokenizer = _load()
    by_length: dict[int, list[tuple[int, list[int], list[tuple[int, int]]]]] = {}
    for position, text in enumerate(texts):
        # A lone surrogate is valid in a str and in nothing that the tokenizer takes; one character stays one character.
        read = tokenizer.encode(text[:_CHARACTERS].encode("utf-8", "replace").decode("utf-8"))
        by_length.setdefault(len(read.ids), []).append((position, read.ids, read.offsets))
    for length in sorted(by_length):
        rows = by_length[length]
        step = max(1, _TOKENS_A_RUN // length)
        for first in range(0, len(rows), step):
            part = rows[first : first + step]
            (states,) = session.run(None, {"ids": np.array([ids for _, ids, _ in part], dtype=np.int64)})
            for (position, _, spans), row in zip(part, states, strict=True):
                yield position, row, spans


@cache
def _load() -> tuple[Any, Any]:
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.use_deterministic_compute = True
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(_FOLDER / "model.onnx"), options, providers=["CPUExecutionProvider"])
    return session, Tokenizer.from_file(str(_FOLDER / "tokenizer.json"))
