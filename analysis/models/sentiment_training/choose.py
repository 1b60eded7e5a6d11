"""Choose, of labelled mentions, the ones that teach most: those a first model is unsure of.

Run as ``python -m sentiment_training.choose --help`` from the folder above.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .rows import Mention, read_mentions, write_mentions

FLOOR = 0.15


def choose(mentions: Sequence[Mention], *, count: int, seed: int) -> list[Mention]:
    """Draw mentions without replacement, in proportion to the entropy of their probabilities and a floor.

    Most mentions in running news are plainly neutral; drawn evenly, they would make up most of the teacher's work.

    Parameters
    ----------
    mentions
        With probabilities.
    count
        How many to draw.
    seed
        Of the draw.

    Returns
    -------
    list of Mention
        In random order, without probabilities.

    Raises
    ------
    ValueError
        If a mention has no probabilities.
    """
    if any(m.probability is None for m in mentions):
        raise ValueError("a row has no 'probability'; label the rows with sentiment_training.teach first")
    probability = np.array([m.probability for m in mentions], np.float64).clip(1e-6, 1.0)
    entropy = -(probability * np.log(probability)).sum(1) / np.log(3)
    rng = np.random.default_rng(seed)
    keys = rng.random(len(mentions)) ** (1 / (FLOOR + entropy))
    chosen = rng.permutation(np.argsort(-keys)[:count])
    return [Mention(mentions[i].sentence, mentions[i].start, mentions[i].end) for i in chosen]


def main(arguments: Sequence[str] | None = None) -> None:
    """Choose from the command line.

    Parameters
    ----------
    arguments
        Instead of the process's own.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=Path, required=True, help="mentions that 'teach' labelled")
    parser.add_argument("--count", type=int, default=36_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    write_mentions(given.out, choose(read_mentions(given.rows), count=given.count, seed=given.seed))


if __name__ == "__main__":
    main()
