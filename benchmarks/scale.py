"""A collection at scale: processes and Dask against one process, adding to what stands, memory, and time by size.

::

    python benchmarks/scale.py engines [--articles 50000]  one process, two, Dask with two workers; then 100 added
    python benchmarks/scale.py growth  [--articles 50000]  one process, then 100 added
    python benchmarks/scale.py size    [--articles 100000 1000000] [--workers 1]  peak memory and time by size

The corpus is the sample repeated, each repetition with words replaced at random (seeded), ids and addresses of its own.
Measured are all tables, with frames by dictionary and sentiment by lexicon. Every measurement is a process of its own;
its peak memory is the largest that it and its workers had together. Three stages are timed apart: reading (with the
start of the workers), measuring, and linking copies (text reuse).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
CORPUS = Path(os.environ.get("NUTGRAF_SHARED", ROOT.parent / "shared")) / "corpora" / "allsides_sample.parquet"
_WORD = re.compile(r"\b[a-z]{5,}\b")
STUDY = """
[study]
title = "US politics"
slug = "us-politics"
corpus = "corpus"
codebooks = ["generic", "policy"]
[study.methods]
sentiment = "lexicon"
framing = "dictionary"
"""
NAMES = (
    ("target", "Trump", ["Donald Trump", "President Trump", "Mr. Trump"]),
    ("target", "Biden", ["Joe Biden", "Mr. Biden"]),
    ("target", "Congress", ["lawmakers"]),
    ("target", "the economy", ["jobs", "inflation"]),
    ("actor", "Hillary Clinton", ["Clinton"]),
    ("actor", "Barack Obama", ["Obama"]),
    ("actor", "Bernie Sanders", ["Sanders"]),
)


def repeated(corpus: Path, count: int, *, first: int = 0) -> Iterator[pd.DataFrame]:
    """Yield `count` articles: the sample over and over, one word in fifty of each replaced by another of its text."""
    sample = pd.read_parquet(corpus, columns=["article_id", "outlet", "published", "headline", "url", "text"])
    spans = [
        np.array([match.span() for match in _WORD.finditer(text)], dtype=np.int32).reshape(-1, 2)
        for text in sample["text"]
    ]
    made = first
    while made < first + count:
        turn, start = divmod(made, len(sample))
        part = sample.iloc[start : start + min(1000, first + count - made)].copy()
        draw = np.random.default_rng((turn, start))
        part["article_id"] = [f"{turn:04d}-{article_id}" for article_id in part["article_id"]]
        part["url"] = [f"{url}?copy={turn}" if url else "" for url in part["url"].fillna("")]
        part["text"] = [_altered(text, found, draw) for text, found in zip(part["text"], spans[start:], strict=False)]
        made += len(part)
        yield part


def _altered(text: str, spans: NDArray[np.int32], draw: np.random.Generator) -> str:
    if not len(spans):
        return text
    chosen = np.sort(draw.choice(len(spans), max(1, len(spans) // 50), replace=False))
    others = draw.integers(len(spans), size=len(chosen))
    parts, end = [], 0
    for place, other in zip(spans[chosen].tolist(), spans[others].tolist(), strict=True):
        parts += [text[end : place[0]], text[slice(*other)]]
        end = place[1]
    return "".join([*parts, text[end:]])


def write(folder: Path, name: str, corpus: Path, count: int, *, first: int = 0) -> None:
    """Write so many articles as one Parquet file of a study's corpus, part by part."""
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    writer: pq.ParquetWriter | None = None
    for part in repeated(corpus, count, first=first):
        table = pa.Table.from_pandas(part, preserve_index=False)
        writer = writer or pq.ParquetWriter(folder / "corpus" / f"{name}.parquet", table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()
    named = "".join(f'[[{kind}]]\nname = "{name}"\naliases = {json.dumps(aliases)}\n' for kind, name, aliases in NAMES)
    (folder / "study.toml").write_text(STUDY + named, "utf-8")


def measure(folder: Path, **options: object) -> dict[str, float]:
    """Measure a study into a store; return seconds (wall, processor, by stage) and the peak of memory in MB."""
    command = [sys.executable, __file__, "one", "--folder", str(folder), "--options", json.dumps(options)]
    begun = time.perf_counter()
    before = os.times()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    peak = 0
    while process.poll() is None:
        peak = max(peak, _resident(process.pid))
        time.sleep(0.2)
    wall, after = time.perf_counter() - begun, os.times()
    if process.returncode or process.stdout is None:
        raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}")
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return {"wall": wall, "processor": processor, "memory": peak / 1e6, **json.loads(process.stdout.read())}


def one(folder: Path, options: dict[str, Any]) -> None:
    """Measure a study in this process; print the seconds of each stage."""
    from analysis import pipeline
    from analysis.pipeline import growth
    from analysis.pipeline.progress import Progress

    stages: list[tuple[str, float]] = []

    class Timed(Progress):
        """Notes when each stage begins."""

        def __enter__(self) -> Self:
            stages.append(("reading", time.perf_counter()))
            return super().__enter__()

        def measure(self, articles: int) -> None:
            stages.append(("measuring", time.perf_counter()))
            super().measure(articles)

        def stage(self, name: str) -> None:
            stages.append(("linking", time.perf_counter()))
            super().stage(name)

    growth.Progress = Timed  # type: ignore[attr-defined]
    pipeline.measure(folder / "study.toml", store=folder / "store", **options)
    times = [*(begun for _, begun in stages), time.perf_counter()]
    print(json.dumps({name: times[k + 1] - times[k] for k, (name, _) in enumerate(stages)}))


def _resident(pid: int) -> int:
    """Return the resident memory of a process and those below it; what they share counts for each."""
    total = 0
    try:
        total = int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE")
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [child for task in tasks for child in (task / "children").read_text("utf-8").split()]
    except OSError:
        return total
    return total + sum(_resident(int(child)) for child in children)


def engines(folder: Path, corpus: Path, count: int) -> None:
    """Compare one process with two and with Dask."""
    write(folder, "all", corpus, count)
    ways: dict[str, dict[str, object]] = {
        "one process": {},
        "two processes": {"workers": 2},
        "Dask, two workers": {"engine": "dask", "workers": 2},
    }
    single: dict[str, float] = {}
    tables: dict[str, str] = {}
    for name, options in ways.items():
        shutil.rmtree(folder / "store", ignore_errors=True)
        found = measure(folder, **options)
        single, tables = single or found, tables or _digests(folder)
        _say(name, count, found, single["wall"] / found["wall"], "times as fast as one process")
        apart = (single["wall"] - single["linking"]) / (found["wall"] - found["linking"])
        measuring = single["measuring"] / found["measuring"]
        print(f"    {apart:.2f} times without linking, {measuring:.2f} times in measuring alone", flush=True)
        print(f"    files of tables: {'equal to the byte' if _digests(folder) == tables else 'DIFFERENT'}", flush=True)
    _add(folder, corpus, count, single)


def _digests(folder: Path) -> dict[str, str]:
    tables = folder / "store" / "tables"
    return {str(p.relative_to(tables)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(tables.rglob("*.*"))}


def growth(folder: Path, corpus: Path, count: int) -> None:
    """Add 100 articles to a collection."""
    write(folder, "all", corpus, count)
    whole = measure(folder)
    _say("all", count, whole, 1.0, "of the time of all")
    _add(folder, corpus, count, whole)


def _add(folder: Path, corpus: Path, count: int, whole: dict[str, float]) -> None:
    write(folder, "more", corpus, 100, first=count)
    for name, articles in (("100 added", 100), ("nothing added", 0)):
        found = measure(folder)
        _say(name, articles, found, found["wall"] / whole["wall"], "of the time of all in one process")


def size(folder: Path, corpus: Path, counts: list[int], workers: int) -> None:
    """Measure corpora of several sizes."""
    first = None
    for count in counts:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        write(folder, "all", corpus, count)
        found = measure(folder, workers=workers)
        first = first or found
        _say(f"{count} articles", count, found, found["memory"] / first["memory"], "of the memory of the smallest")


def _say(name: str, count: int, found: dict[str, float], ratio: float, meaning: str) -> None:
    each = f", {1e3 * found['processor'] / count:.2f} ms of processor time an article" if count else ""
    stages = ", ".join(f"{stage} {found[stage]:.1f}" for stage in ("reading", "measuring", "linking"))
    print(f"{name}: {found['wall']:.1f} s ({stages}){each}, {found['memory']:.0f} MB at most")
    print(f"    {ratio:.3f} {meaning}", flush=True)


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=("engines", "growth", "size", "one"))
    parser.add_argument("--articles", type=int, nargs="+")
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--workers", type=int, default=1, help="for `size`")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)  # these two for `one`, a measurement
    parser.add_argument("--options", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.mode == "one":
        one(options.folder, options.options)
        return
    with tempfile.TemporaryDirectory(prefix="nutgraf-scale-") as folder:
        place = Path(folder) / "study"
        if options.mode == "size":
            size(place, options.corpus, options.articles or [100_000, 1_000_000], options.workers)
        else:
            {"engines": engines, "growth": growth}[options.mode](
                place, options.corpus, (options.articles or [50_000])[0]
            )


if __name__ == "__main__":
    main()
