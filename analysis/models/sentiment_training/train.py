"""Train a model on human labels, on a teacher's probabilities, or on both.

Run as ``python -m sentiment_training.train --help`` from the folder above.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import random
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from .figures import figures
from .lessons import Lessons, Settings, read_lessons
from .network import Drop, TargetSentiment, from_base, from_checkpoint
from .rows import LABELS, Encoded, InputFormat, collate, read_mentions, shuffled_batches, sorted_batches, split_holdout


def parameter_groups(model: TargetSentiment, settings: Settings) -> list[dict[str, object]]:
    """Give each depth its learning rate, lower layers smaller ones.

    Parameters
    ----------
    model
        The model to train.
    settings
        For the rates.

    Returns
    -------
    list of dict
        Parameter groups for the optimizer.
    """
    depth = len(model.encoder.layers)
    groups: list[dict[str, object]] = []
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if name.startswith("encoder.layers."):
            rate = settings.rate * settings.decay ** (depth - 1 - int(name.split(".")[2]))
        elif name.startswith("encoder."):
            rate = settings.rate * settings.decay**depth
        else:
            rate = settings.head_rate
        decay = settings.weight_decay if parameter.ndim > 1 else 0.0
        groups.append({"params": [parameter], "lr": rate, "weight_decay": decay})
    return groups


def predict(model: TargetSentiment, encoded: Sequence[Encoded], *, padding: int) -> npt.NDArray[np.float32]:
    """Score rows.

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
    numpy.ndarray
        Logits, float32 of shape (rows, 3), in input order.
    """
    logits = np.zeros((len(encoded), 3), np.float32)
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for rows in sorted_batches([len(e.ids) for e in encoded], size=64):
            batch = collate(encoded, rows, padding=padding)
            logits[rows] = model(*map(torch.from_numpy, (batch.ids, batch.mask, batch.target))).numpy()
    return logits


class Trainer:
    """One training run that can be cut off after any epoch and gone on with.

    Parameters
    ----------
    model
        The model to train, changed in place.
    settings
        How to train.
    folder
        Where the log, the state and the weights of each epoch go.
    taught
        Width of the teacher's hidden layer, 0 for none.
    """

    def __init__(self, model: TargetSentiment, settings: Settings, folder: Path, *, taught: int) -> None:
        self.model = model
        self.bridge = nn.Linear(model.encoder.shape.width, taught) if taught else None
        self.average = copy.deepcopy(model).eval().requires_grad_(False)
        self.settings = settings
        self.folder = folder
        groups = parameter_groups(model, settings)
        if self.bridge is not None:
            groups.append({"params": list(self.bridge.parameters()), "lr": settings.head_rate})
        self.optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-6, fused=True)
        self.rates = [float(group["lr"]) for group in self.optimizer.param_groups]
        self.step = 0
        self.epoch = 0
        folder.mkdir(parents=True, exist_ok=True)

    def resume(self) -> None:
        """Go on from the last epoch written, if there is one."""
        file = self.folder / "state.pt"
        if file.exists():
            state = torch.load(file, weights_only=True)
            self.model.load_state_dict(state["model"])
            self.average.load_state_dict(state["average"])
            if self.bridge is not None:
                self.bridge.load_state_dict(state["bridge"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step, self.epoch = state["step"], state["epoch"]

    def save(self) -> None:
        """Write the averaged weights and all that `resume` needs."""
        state = {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "bridge": {} if self.bridge is None else self.bridge.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "epoch": self.epoch,
        }
        torch.save(state, self.folder / "state.pt")
        save_file(self.average.state_dict(), self.folder / f"model-{self.epoch}.safetensors")
        save_file(self.average.state_dict(), self.folder / "model.safetensors")

    def _average(self) -> None:
        pairs = zip(self.average.parameters(), self.model.parameters(), strict=True)
        moving = [(ours, theirs.detach()) for ours, theirs in pairs if theirs.requires_grad]
        decay = min(self.settings.average_decay, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_([ours for ours, _ in moving], [theirs for _, theirs in moving], 1 - decay)

    def _loss(self, lessons: Lessons, rows: Sequence[int], *, padding: int) -> Tensor:
        batch = collate(lessons.encoded, rows, padding=padding)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = self.model.represent(*map(torch.from_numpy, (batch.ids, batch.mask, batch.target)))
            logits = self.model.score(self.model.dropout(hidden))
            reached = None if self.bridge is None else self.bridge(hidden).float()
        loss = functional.cross_entropy(logits.float(), torch.from_numpy(lessons.goal[rows]))
        if reached is not None:
            there = torch.from_numpy(lessons.hidden[rows].astype(np.float32))
            observed = torch.from_numpy(lessons.observed[rows])
            apart = (reached - there).square().sum(1) / there.square().sum(1).clamp(min=1e-3)
            loss = loss + self.settings.hidden_weight * (apart * observed).mean()
        return loss

    def run_epoch(self, lessons: Lessons, *, padding: int) -> float:
        """Train for one pass.

        Parameters
        ----------
        lessons
            Rows to train on.
        padding
            Id of the padding token.

        Returns
        -------
        float
            Mean loss.

        Raises
        ------
        ValueError
            If the loss is not finite.
        """
        settings = self.settings
        seed = settings.seed * 1000 + self.epoch
        torch.manual_seed(seed)
        Drop.source = np.random.Generator(np.random.SFC64(seed))
        lengths = [len(e.ids) for e in lessons.encoded]
        batches = list(shuffled_batches(lengths, size=settings.batch, rng=random.Random(seed)))
        total = settings.epochs * len(batches)
        self.model.train()
        loss_sum, started = 0.0, time.time()
        for number, rows in enumerate(batches, 1):
            ramp = min(1.0, (self.step + 1) / (settings.warmup * total))
            factor = min(ramp, max(0.0, (total - self.step) / (total * (1 - settings.warmup))))
            for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
                group["lr"] = rate * factor
            loss = self._loss(lessons, rows, padding=padding)
            self.optimizer.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_([p for p in self.model.parameters() if p.requires_grad], 1.0)
            self.optimizer.step()
            self.step += 1
            if self.step % settings.average_every == 0:
                self._average()
            loss_sum += float(loss.detach())
            if number % 50 == 0:
                pace = number * settings.batch / (time.time() - started)
                print(f"  {number}/{len(batches)} loss {loss_sum / number:.4f} {pace:.0f} rows/s", flush=True)
        self.epoch += 1
        if not math.isfinite(loss_sum):
            raise ValueError("the loss is not finite; lower the rate")
        return loss_sum / len(batches)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train from the command line.

    Parameters
    ----------
    arguments
        Instead of the process's own.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="folder of the base weights and tokenizer.json")
    parser.add_argument("--start", type=Path, help="trained weights to start from instead of the base")
    parser.add_argument("--gold", type=Path, required=True, help="newsmtsc folder with train, dev_rw and dev_mt")
    parser.add_argument(
        "--train", type=Path, help="labelled rows with a teacher's probabilities, instead of the gold's"
    )
    parser.add_argument("--extra", type=Path, nargs="*", default=[], help="more rows with a teacher's probabilities")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    for name, value in asdict(Settings()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    given = parser.parse_args(arguments)
    settings = Settings(**{name: getattr(given, name) for name in asdict(Settings())})
    torch.set_num_threads(given.threads)
    torch.manual_seed(settings.seed)

    form = InputFormat(given.base / "tokenizer.json")
    lessons = read_lessons(given.train or given.gold / "train.jsonl", given.extra, form=form, settings=settings)
    held = split_holdout(read_mentions(given.gold / "train.jsonl"))[1]
    tests = {"held": held, **{part: read_mentions(given.gold / f"{part}.jsonl") for part in ("dev_rw", "dev_mt")}}
    tests["dev"] = tests["dev_rw"] + tests["dev_mt"]
    start = (
        from_checkpoint(given.start, dropout=settings.dropout)
        if given.start
        else from_base(given.base, dropout=settings.dropout)
    )
    start.encoder.freeze(settings.frozen)
    trainer = Trainer(start, settings, given.out, taught=lessons.hidden.shape[1])
    trainer.resume()
    (given.out / "settings.json").write_text(json.dumps(vars(given), default=str, indent=1) + "\n")
    while trainer.epoch < settings.epochs:
        started = time.time()
        loss = trainer.run_epoch(lessons, padding=form.padding)
        trainer.save()
        report: dict[str, object] = {
            "epoch": trainer.epoch,
            "loss": round(loss, 4),
            "seconds": round(time.time() - started),
        }
        for part, rows in tests.items():
            logits = predict(trainer.average, form.encode(rows), padding=form.padding)
            report[part] = figures(logits, [LABELS.index(m.label) for m in rows])
        print(json.dumps(report), flush=True)
        with (given.out / "log.jsonl").open("a") as log:
            log.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
