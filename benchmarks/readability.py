"""Articles a second: seven readability measures from the table of unique words against textstat, equal to the last bit.

::

    python benchmarks/readability.py [--articles 150] [--corpus PARQUET]

Without the corpus under NUTGRAF_SHARED the seed articles are repeated, each with other numbers, so that textstat's
cache of whole texts serves nobody.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis import readability

ROOT = Path(__file__).resolve().parents[1]
CORPUS = Path(os.environ.get("NUTGRAF_SHARED", ROOT.parent / "shared")) / "corpora" / "allsides_sample.parquet"


def read_texts(corpus: Path, count: int) -> list[str]:
    if corpus.is_file():
        texts = pd.read_parquet(corpus)["text"].astype(str)
        return [t for t in texts.iloc[:: max(1, len(texts) // (2 * count))].tolist() if len(t) > 500][:count]
    seeds = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("*.txt"))]
    return [f"{seeds[i % len(seeds)]} Page {i}." for i in range(count)]


def timed(work: Callable[[], object]) -> tuple[float, object]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=150)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    given = parser.parse_args()
    texts = read_texts(given.corpus, given.articles)
    for word in (readability.measure, readability.reference):
        word("Officials objected to the acquisition.")  # both load their tables before the clock starts
    cold, ours = timed(lambda: [readability.measure(text) for text in texts])
    warm, _ = timed(lambda: [readability.measure(text) for text in texts])
    theirs_took, theirs = timed(lambda: [readability.reference(text) for text in texts])
    print(f"{len(texts)} articles, {sum(len(t.split()) for t in texts) / len(texts):.0f} words each, one core")
    print(f"textstat            {len(texts) / theirs_took:8.0f} articles/s")
    print(f"nutgraf, first time {len(texts) / cold:8.0f} articles/s   {theirs_took / cold:.1f} times textstat")
    print(f"nutgraf, words seen {len(texts) / warm:8.0f} articles/s   {theirs_took / warm:.1f} times textstat")
    print(f"equal to the last bit: {'yes' if ours == theirs else 'NO'}")
    sys.exit(0 if ours == theirs else 1)


if __name__ == "__main__":
    main()
