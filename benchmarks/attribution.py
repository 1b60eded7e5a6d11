"""Articles per second: analysis.quotes against textacy's direct_quotations with its spaCy pipeline, in one run.

textacy and spaCy are no dependencies of nutgraf. Install them where you run this::

    python -m venv .bench && .bench/bin/pip install . textacy spacy
    .bench/bin/python -m spacy download en_core_web_sm
    .bench/bin/python benchmarks/attribution.py ARTICLES.parquet

ARTICLES is a Parquet file with a column ``text`` or a JSONL file whose rows have one. Both read the same articles, one
core each, the best of several rounds; textacy raises on some texts, which then count as done.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # one core each: processor time would count threads that only wait
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def read(path: Path, count: int) -> list[str]:
    if path.suffix == ".parquet":
        import pandas as pd

        texts = pd.read_parquet(path, columns=["text"])["text"].tolist()
    else:
        texts = [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [text for text in texts if 2_000 < len(text) < 12_000][:count]


def best(job: Callable[[Sequence[str]], int], texts: Sequence[str], rounds: int) -> tuple[float, int]:
    """Return the articles per second of processor time in the fastest round, and how many quotes were found."""
    seconds, found = float("inf"), 0
    for _ in range(rounds):
        start = time.process_time()
        found = job(texts)
        seconds = min(seconds, time.process_time() - start)
    return len(texts) / seconds, found


def ours(texts: Sequence[str]) -> int:
    from analysis.language import Vocabulary, read_document
    from analysis.quotes import extract

    vocabulary = Vocabulary()
    found = 0
    for number, text in enumerate(texts):
        document = read_document(str(number), text, vocabulary)
        found += len(extract(document.text, document.sentences, tokens=document.tokens))
    return found


def theirs(model: str) -> Callable[[Sequence[str]], int]:
    try:
        import spacy
        from textacy.extract.triples import direct_quotations
    except ImportError as error:
        raise SystemExit(f"{error}; this script says at its top what to install") from error
    try:
        pipeline = spacy.load(model)
    except OSError as error:
        raise SystemExit(f"{error}; python -m spacy download {model}") from error

    def job(texts: Sequence[str]) -> int:
        found = 0
        for document in pipeline.pipe(texts, batch_size=16):
            try:
                found += len(list(direct_quotations(document)))
            except ValueError:
                continue
        return found

    return job


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--count", type=int, default=60, help="articles of 2,000 to 12,000 characters to take")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--model", default="en_core_web_sm", help="spaCy pipeline, by name or path")
    call = parser.parse_args()
    texts = read(call.articles, call.count)
    if not texts:
        raise SystemExit(f"{call.articles}: no article of 2,000 to 12,000 characters")
    mean = sum(map(len, texts)) / len(texts)
    print(f"{len(texts)} articles, {mean:,.0f} characters each on average; reading (tokens, sentences) counts for both")
    fast, quotes = best(ours, texts, call.rounds)
    print(f"analysis.quotes             {fast:9.1f} articles/s   {quotes} quotes, direct and indirect")
    slow, quotes = best(theirs(call.model), texts, 1)
    print(f"textacy direct_quotations   {slow:9.1f} articles/s   {quotes} direct quotes")
    print(f"ratio                       {fast / slow:9.1f}")


if __name__ == "__main__":
    main()
