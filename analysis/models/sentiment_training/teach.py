"""Label mentions with a teacher: probabilities, and the hidden layer under them.

Run as ``python -m sentiment_training.teach --help`` from the folder above.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from .figures import fit_temperature, softmax
from .network import TargetSentiment, from_checkpoint
from .rows import LABELS, Encoded, InputFormat, collate, read_mentions, sorted_batches, split_holdout, write_mentions


def observe(
    model: TargetSentiment, encoded: Sequence[Encoded], *, padding: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float16]]:
    """Run a teacher.

    Parameters
    ----------
    model
        In evaluation mode.
    encoded
        Rows.
    padding
        Id of the padding token.

    Returns
    -------
    tuple of numpy.ndarray
        Logits of shape (rows, 3), and the hidden layer of shape (rows, width), in input order.
    """
    logits = np.zeros((len(encoded), 3), np.float32)
    hidden = np.zeros((len(encoded), model.encoder.shape.width), np.float16)
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for rows in sorted_batches([len(e.ids) for e in encoded], size=64):
            batch = collate(encoded, rows, padding=padding)
            seen = model.represent(*map(torch.from_numpy, (batch.ids, batch.mask, batch.target)))
            hidden[rows] = seen.float().numpy()
            logits[rows] = model.score(seen).float().numpy()
    return logits, hidden


def main(arguments: Sequence[str] | None = None) -> None:
    """Label from the command line.

    The logits are divided by the teacher's temperature on the held-out part of the training rows. The hidden layer goes
    to a ``.npy`` file beside the output, where `train` looks for it.

    Parameters
    ----------
    arguments
        Instead of the process's own.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="folder of the teacher's tokenizer.json")
    parser.add_argument("--model", type=Path, required=True, help="the teacher's weights, .safetensors")
    parser.add_argument("--gold", type=Path, required=True, help="newsmtsc folder")
    parser.add_argument("--rows", type=Path, nargs="+", required=True, help="mentions to label")
    parser.add_argument("--out", type=Path, required=True, help="folder; each file keeps its name")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args(arguments)
    torch.set_num_threads(given.threads)
    given.out.mkdir(parents=True, exist_ok=True)
    form = InputFormat(given.base / "tokenizer.json")
    model = from_checkpoint(given.model)
    held = split_holdout(read_mentions(given.gold / "train.jsonl"))[1]
    logits, _ = observe(model, form.encode(held), padding=form.padding)
    temperature = fit_temperature(logits, [LABELS.index(m.label) for m in held])
    print(f"temperature {temperature:.3f}", flush=True)
    for file in given.rows:
        mentions = read_mentions(file)
        logits, hidden = observe(model, form.encode(mentions), padding=form.padding)
        np.save(given.out / f"{file.stem}.npy", hidden)
        labelled = []
        for mention, p in zip(mentions, softmax(logits / temperature).round(4), strict=True):
            labelled.append(replace(mention, probability=(float(p[0]), float(p[1]), float(p[2]))))
        write_mentions(given.out / file.name, labelled)
        print(f"{file.name}: {len(mentions)} rows", flush=True)


if __name__ == "__main__":
    main()
