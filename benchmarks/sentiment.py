"""Mentions a second: the shipped sentiment model against the same network in 32-bit floats in torch, one thread each.

::

    python benchmarks/sentiment.py [--rows 400]

torch is no dependency of nutgraf; where it is missing its lines are left out (`pip install torch==2.13.0`). Its network
has the same layers and sizes and random weights: its speed does not depend on their values. Sentences come from the dev
part of NewsMTSC under NUTGRAF_SHARED, or from the seed articles. Also timed: loading the model against importing
pandas, each in a fresh process, and the word list.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis import sentiment
from analysis.language import sentence_spans
from analysis.sentiment import lexicon, model

ROOT = Path(__file__).resolve().parents[1]
GOLD = Path(os.environ.get("NUTGRAF_SHARED", ROOT.parent / "shared")) / "gold" / "newsmtsc"
LAYERS, WIDTH, INNER, HEADS, WORDS, POSITIONS = 6, 384, 1536, 12, 30522, 512


def read_rows(count: int) -> list[tuple[str, int, int]]:
    rows = []
    for path in sorted(GOLD.glob("dev_*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            rows.append((row["sentence"], row["start"], row["end"]))
    if not rows:
        for path in sorted((ROOT / "seeds").glob("*.txt")):
            text = path.read_text(encoding="utf-8")
            rows += [(text[a:b], 0, max(1, text[a:b].find(" "))) for a, b in sentence_spans(text)]
    return (rows * (count // len(rows) + 1))[:count]


def build_torch(members: int) -> Callable[[Sequence[model.Marked]], Any]:
    """Return a function that runs a batch of marked sentences through the network in torch."""
    import torch
    from torch import nn
    from torch.nn import functional

    torch.manual_seed(0)
    torch.set_num_threads(1)

    class Layer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
            self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
            self.first, self.second = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)

        def forward(self, x: Any, mask: Any) -> Any:
            rows, length, _ = x.shape
            q, k, v = (p.view(rows, length, HEADS, -1).transpose(1, 2) for p in self.qkv(x).chunk(3, dim=-1))
            mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
            x = self.first(x + self.out(mixed.transpose(1, 2).reshape(rows, length, WIDTH)))
            return self.second(x + self.down(functional.gelu(self.up(x))))

    words, places = nn.Embedding(WORDS, WIDTH), nn.Embedding(POSITIONS, WIDTH)
    stacks = nn.ModuleList(nn.ModuleList(Layer() for _ in range(LAYERS)) for _ in range(members))
    heads = nn.ModuleList(
        nn.Sequential(nn.Linear(2 * WIDTH, WIDTH), nn.Tanh(), nn.Linear(WIDTH, 3)) for _ in range(members)
    )
    norm = nn.LayerNorm(WIDTH)

    def run(batch: Sequence[model.Marked]) -> Any:
        length = max(len(m.ids) for m in batch)
        ids = torch.tensor([m.ids + [0] * (length - len(m.ids)) for m in batch])
        real = torch.tensor([[1.0] * len(m.ids) + [0.0] * (length - len(m.ids)) for m in batch])
        target = torch.tensor([[float(m.first <= i < m.last) for i in range(length)] for m in batch])
        mask = (1 - real)[:, None, None, :] * -1e9 if len(batch) > 1 else None
        with torch.inference_mode():
            start = norm(words(ids) + places.weight[:length])
            logits = 0.0
            for stack, head in zip(stacks, heads, strict=True):
                x = start
                for layer in stack:
                    x = layer(x, mask)
                pools = [(x * p[..., None]).sum(1) / p.sum(1, keepdim=True).clamp(min=1) for p in (real, target)]
                logits = logits + head(torch.cat(pools, dim=1))
            return logits.tolist()

    return run


def per_second(work: Callable[[], object], count: int) -> float:
    """Return rows a second of processor time, the best of three."""
    times = []
    for _ in range(3):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return count / min(times)


def load_ratio() -> tuple[float, float]:
    """Return the seconds of processor time that loading the model and importing pandas take, numpy given."""
    code = (
        "import numpy; from time import process_time as now; t = now(); import pandas; pandas_took = now() - t\n"
        "from analysis.sentiment import model; t = now(); model._load(); print(now() - t, pandas_took)"
    )
    found = []
    for _ in range(5):
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
        ours, theirs = map(float, ran.stdout.split())
        found.append((ours, theirs))
    return min(a for a, _ in found), min(b for _, b in found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=400)
    rows = read_rows(parser.parse_args().rows)
    print(f"{len(rows)} mentions, {sum(len(s) for s, _, _ in rows) / len(rows):.0f} characters a sentence, one thread")
    by_list = per_second(lambda: [lexicon.probabilities(lexicon.words(*row)) for row in rows], len(rows))
    print(f"word list                               {by_list:9.0f} mentions/s")
    if not sentiment.available():
        print("the sentiment model is not installed")
        return
    marked = [model.mark(*row) for row in rows]
    shipped = per_second(lambda: [model.probabilities(*row) for row in rows], len(rows))
    print(f"shipped model, from text, row by row    {shipped:9.0f} mentions/s   (bar: 150)")
    if importlib.util.find_spec("torch") is None:
        print("torch is not installed: no comparison with 32-bit floats")
    else:
        settings = json.loads((model.FOLDER / "sentiment.json").read_text(encoding="utf-8"))
        run = build_torch(len(settings.get("trained_sha256", [])) or 1)
        by_length = sorted(marked, key=lambda m: len(m.ids))
        single = per_second(lambda: [run([m]) for m in marked], len(rows))
        batched = per_second(lambda: [run(by_length[i : i + 32]) for i in range(0, len(rows), 32)], len(rows))
        for name, speed in (("row by row", single), ("batches of 32 by length", batched)):
            print(
                f"torch fp32, from tokens, {name:24s}{speed:8.0f} mentions/s; shipped: {shipped / speed:.2f} times that"
            )
    ours, theirs = load_ratio()
    print(f"loading the model {ours:.3f} s, importing pandas {theirs:.3f} s: {ours / theirs:.2f}   (bar: 1)")


if __name__ == "__main__":
    main()
