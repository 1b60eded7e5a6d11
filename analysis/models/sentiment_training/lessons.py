"""What a model is trained toward: human labels, a teacher's probabilities, a teacher's hidden layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .rows import LABELS, Encoded, InputFormat, Mention, read_mentions, split_holdout


@dataclass(frozen=True)
class Settings:
    """How to train.

    Attributes
    ----------
    epochs, batch
        Passes over the data, and rows a step.
    rate, decay, head_rate
        Learning rate of the top layer, its factor for each layer down, and the head's.
    hidden_weight
        Weight of the distance to a teacher's hidden layer, against the loss over labels.
    smoothing
        Share of a human label spread over all three.
    gold_weight
        Weight of the human label against the teacher's probabilities where a row has both.
    gold_repeats
        Times each row with a human label is seen an epoch.
    average_decay, average_every
        Averaged weights: their decay, and the steps between updates.
    dropout, weight_decay, warmup
        The usual.
    frozen
        Layers from the bottom that are left as they are.
    seed
        Of everything random.
    """

    epochs: int = 4
    batch: int = 32
    rate: float = 1e-4
    decay: float = 0.9
    head_rate: float = 5e-4
    hidden_weight: float = 1.0
    smoothing: float = 0.1
    gold_weight: float = 1.0
    gold_repeats: int = 1
    average_decay: float = 0.98
    average_every: int = 4
    dropout: float = 0.1
    weight_decay: float = 0.01
    warmup: float = 0.1
    frozen: int = 0
    seed: int = 1


def wanted(mentions: Sequence[Mention], settings: Settings) -> npt.NDArray[np.float32]:
    """Make the distribution that each row is trained toward.

    Parameters
    ----------
    mentions
        Rows with a label, a teacher's probabilities, or both.
    settings
        For the smoothing and the weight of labels.

    Returns
    -------
    numpy.ndarray
        float32 of shape (rows, 3), each row summing to one.
    """
    goal = np.zeros((len(mentions), 3), np.float32)
    for row, mention in enumerate(mentions):
        if mention.label:
            gold = np.full(3, settings.smoothing / 3)
            gold[LABELS.index(mention.label)] += 1 - settings.smoothing
            share = settings.gold_weight if mention.probability is not None else 1.0
            goal[row] += share * gold
        if mention.probability is not None:
            share = 1 - settings.gold_weight if mention.label else 1.0
            goal[row] += share * np.asarray(mention.probability)
    return goal


@dataclass(frozen=True)
class Lessons:
    """Rows to train on.

    Attributes
    ----------
    encoded
        Token input.
    goal
        Distributions to reach, float32 of shape (rows, 3).
    hidden
        A teacher's hidden layer, float16 of shape (rows, width), width 0 where no teacher left one.
    observed
        1.0 for rows whose hidden layer is known, float32 of shape (rows,).
    """

    encoded: list[Encoded]
    goal: npt.NDArray[np.float32]
    hidden: npt.NDArray[np.float16]
    observed: npt.NDArray[np.float32]


def read_lessons(labelled: Path, extra: Sequence[Path], *, form: InputFormat, settings: Settings) -> Lessons:
    """Read what to train on, the held-out part of the labelled rows left out.

    Parameters
    ----------
    labelled
        Rows with human labels, with a teacher's probabilities where `teach` has been over them.
    extra
        Rows with a teacher's probabilities.
    form
        The input format.
    settings
        How to train.

    Returns
    -------
    Lessons
    """
    mentions: list[Mention] = []
    hidden: list[npt.NDArray[np.float16] | None] = []
    for file in (labelled, *extra):
        rows = read_mentions(file)
        beside = file.with_suffix(".npy")
        seen: Sequence[npt.NDArray[np.float16] | None] = (
            list(np.load(beside)) if beside.exists() else [None] * len(rows)
        )
        pairs = list(zip(rows, seen, strict=True))
        if file == labelled:
            kept = {m.sentence for m in split_holdout(rows)[0]}
            pairs = [(m, h) for m, h in pairs if m.sentence in kept] * settings.gold_repeats
        mentions += [m for m, _ in pairs]
        hidden += [h for _, h in pairs]
    width = max((len(h) for h in hidden if h is not None), default=0)
    blank = np.zeros(width, np.float16)
    return Lessons(
        encoded=form.encode(mentions),
        goal=wanted(mentions, settings),
        hidden=np.stack([blank if h is None else h for h in hidden]),
        observed=np.array([h is not None for h in hidden], np.float32),
    )
