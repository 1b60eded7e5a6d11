"""Text reuse against datasketch's MinHashLSH, how many altered copies are found, and what a growing corpus costs.

::

    python benchmarks/reuse.py speed   [--articles 37000] [--corpus PARQUET]
    python benchmarks/reuse.py quality [--originals 600]  [--corpus PARQUET]
    python benchmarks/reuse.py growth  [--articles 50000] [--corpus PARQUET]
    python benchmarks/reuse.py linear  [--corpus PARQUET]

`speed` repeats the corpus with seeded edits up to the number of articles and takes both systems' processor time in
one run. datasketch is no dependency of nutgraf: install it where this runs (`pip install datasketch`), or give
`--without-datasketch`.
`quality` alters articles by a seeded script (headline changed, sentences added or cut, paragraphs reordered, a tenth
of the words replaced, or half of the text kept among foreign sentences) and reports precision and recall over pairs of
articles.
`growth` puts the repeated corpus into an index on disk in segments of 512, then 100 articles more, half of them altered
copies, once newer and once older than all others, and reports processor time and peak memory.
`linear` runs the index and, with all articles in memory, `find`, at 10,000, 20,000 and 40,000 articles, each in a
process of its own, and reports processor time and peak memory.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis.reuse import Index, find, origins

CORPUS = Path(os.environ.get("NUTGRAF_SHARED", "../shared")) / "corpora" / "allsides_sample.parquet"
SENTENCE = re.compile(r"(?<=[.!?])\s+")


def sentences(paragraph: str) -> list[str]:
    return SENTENCE.split(paragraph)


def change_headline(text: str, foreign: Sequence[str], draw: random.Random) -> str:
    return " ".join(draw.sample(foreign, 1)[0].split()[:12]) + "\n\n" + text


def add_sentences(text: str, foreign: Sequence[str], draw: random.Random) -> str:
    paragraphs = text.split("\n\n")
    for _ in range(draw.randint(1, 3)):
        at = draw.randrange(len(paragraphs))
        paragraphs[at] += " " + draw.choice(foreign)
    return "\n\n".join(paragraphs)


def cut_sentences(text: str, foreign: Sequence[str], draw: random.Random) -> str:
    del foreign
    kept = []
    for paragraph in text.split("\n\n"):
        parts = [part for part in sentences(paragraph) if draw.random() > 0.15]
        if parts:
            kept.append(" ".join(parts))
    return "\n\n".join(kept)


def reorder_paragraphs(text: str, foreign: Sequence[str], draw: random.Random) -> str:
    del foreign
    paragraphs = text.split("\n\n")
    draw.shuffle(paragraphs)
    return "\n\n".join(paragraphs)


def replace_words(text: str, foreign: Sequence[str], draw: random.Random) -> str:
    words = " ".join(foreign).split()
    pieces = re.split(r"(\s+)", text)
    return "".join(draw.choice(words) if piece.strip() and draw.random() < 0.1 else piece for piece in pieces)


def keep_half(text: str, foreign: Sequence[str], draw: random.Random) -> str:
    """Keep about 55 % of the words in runs of paragraphs, the rest is foreign: both share half their text."""
    paragraphs = text.split("\n\n")
    size = sum(len(paragraph.split()) for paragraph in paragraphs)
    start = draw.randrange(len(paragraphs))
    turned = paragraphs[start:] + paragraphs[:start]
    kept, words = [], 0
    for paragraph in turned:
        for sentence in sentences(paragraph):
            if words >= 0.55 * size:
                break
            kept.append(sentence)
            words += len(sentence.split())
    added = []
    while sum(len(sentence.split()) for sentence in added) < 0.8 * words:
        added.append(draw.choice(foreign))
    return "\n\n".join([*added[::2], *kept, *added[1::2]])


ALTERATIONS: tuple[Callable[[str, Sequence[str], random.Random], str], ...] = (
    change_headline,
    add_sentences,
    cut_sentences,
    reorder_paragraphs,
    replace_words,
    keep_half,
)


def altered(corpus: pd.DataFrame, *, originals: int, seed: int) -> tuple[pd.DataFrame, set[frozenset[str]]]:
    """Return originals with two altered copies each, and the pairs that share half their text.

    A copy gets one to four of the alterations, in a drawn order. The foreign sentences come from articles that are not
    among the originals, a sentence never twice, so that nothing but the copying makes two texts alike.
    """
    draw = random.Random(seed)
    rows = corpus[["article_id", "text"]].sort_values("article_id").to_dict("records")
    draw.shuffle(rows)
    chosen, rest = rows[:originals], rows[originals:]
    pool = [s for row in rest for s in sentences(row["text"]) if 8 <= len(s.split()) <= 40]
    draw.shuffle(pool)
    table: list[tuple[str, str, str]] = []
    pairs: set[frozenset[str]] = set()
    for number, row in enumerate(chosen):
        table.append((row["article_id"], "2025-01-01", row["text"]))
        for copy in range(2):
            steps = draw.sample(ALTERATIONS[:5], draw.randint(1, 4))
            if copy == 1 and number % 3 == 0:
                steps = [keep_half]
            text = row["text"]
            foreign = [pool.pop() for _ in range(min(60, len(pool)))]
            for step in steps:
                text = step(text, foreign, draw)
            name = f"{row['article_id']}-{copy}"
            table.append((name, "2025-01-02", text))
            pairs.add(frozenset((row["article_id"], name)))
    return pd.DataFrame(table, columns=["article_id", "published", "text"]), pairs


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return set(zip(*(words[step:] for step in range(5)), strict=False))


def naturally_alike(table: pd.DataFrame) -> set[str]:
    """Return originals that share a quarter of their five-word runs with another: real copies in the corpus itself."""
    holders: dict[tuple[str, ...], list[int]] = {}
    sets = [shingles(text) for text in table["text"]]
    for index, runs in enumerate(sets):
        for run in runs:
            holders.setdefault(run, []).append(index)
    shared: dict[tuple[int, int], int] = {}
    for group in holders.values():
        for one in group:
            for other in group:
                if one < other:
                    shared[one, other] = shared.get((one, other), 0) + 1
    ids = table["article_id"].tolist()
    return {
        ids[i] for pair, n in shared.items() for i in pair if n >= 0.25 * min(len(sets[pair[0]]), len(sets[pair[1]]))
    }


def quality(corpus: pd.DataFrame, *, originals: int, seed: int = 1) -> dict[str, float]:
    """Return precision and recall over pairs (copy, original), and the counts they rest on."""
    table, pairs = altered(corpus, originals=originals, seed=seed)
    natural = naturally_alike(table[table["published"] == "2025-01-01"])
    table = table[~table["article_id"].str.replace(r"-\d$", "", regex=True).isin(natural)].reset_index(drop=True)
    ids = set(table["article_id"])
    pairs = {pair for pair in pairs if pair <= ids}
    clusters = origins(table, find(table))
    found = {frozenset((row.article_id, row.origin_id)) for row in clusters.itertuples() if row.dependent}
    right = len(found & pairs)
    return {
        "pairs": len(pairs),
        "found": len(found),
        "right": right,
        "precision": right / max(1, len(found)),
        "recall": right / max(1, len(pairs)),
    }


def editions(corpus: pd.DataFrame, *, articles: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Repeat the corpus with seeded edits (one word in fifty, and a sentence more) up to the number of articles."""
    draw = random.Random(seed)
    for number in range(articles):
        turn, place = divmod(number, len(corpus))
        name, text = corpus["article_id"].iat[place], corpus["text"].iat[place]
        if turn:
            words = text.split(" ")
            for _ in range(len(words) // 50):
                words[draw.randrange(len(words))] = f"edit{draw.randrange(10**6)}"
            text = " ".join(words) + f" Edition {turn} adds a sentence of its own, number {draw.randrange(10**6)}."
        yield f"{turn}-{name}", text


def repeated(corpus: pd.DataFrame, *, articles: int, seed: int = 1) -> pd.DataFrame:
    """Return the editions of the corpus as a table."""
    return pd.DataFrame(list(editions(corpus, articles=articles, seed=seed)), columns=["article_id", "text"])


def ours(table: pd.DataFrame) -> int:
    return int(origins(table, find(table))["dependent"].sum())


def datasketch(table: pd.DataFrame) -> int:
    """Near-duplicates as its documentation has them: runs of five words, 128 permutations, threshold 0.5."""
    from datasketch import MinHash, MinHashLSH

    word = re.compile(r"\w+")
    lsh = MinHashLSH(threshold=0.5, num_perm=128)
    hashed = []
    for name, text in zip(table["article_id"], table["text"], strict=True):
        words = word.findall(text.lower())
        runs = {" ".join(words[i : i + 5]).encode() for i in range(len(words) - 4)}
        minhash = MinHash(num_perm=128)
        minhash.update_batch(list(runs))
        lsh.insert(name, minhash)
        hashed.append(minhash)
    return sum(len(lsh.query(minhash)) > 1 for minhash in hashed)


def timed(work: Callable[[pd.DataFrame], int], table: pd.DataFrame) -> tuple[float, int]:
    began = time.process_time()
    found = work(table)
    return time.process_time() - began, found


def speed(corpus: pd.DataFrame, *, articles: int, with_datasketch: bool) -> None:
    table = repeated(corpus, articles=articles)
    own, copies = timed(ours, table)
    print(f"nutgraf      {own:6.1f} s  {copies} copies among {articles} articles, with passages; peak {peak():.0f} MB")
    if with_datasketch and importlib.util.find_spec("datasketch") is None:
        print("datasketch is not installed: no comparison; install it beside nutgraf for one")
    elif with_datasketch:
        theirs, alike = timed(datasketch, table)
        print(f"datasketch   {theirs:6.1f} s  {alike} articles with a likeness; no passages")
        print(f"ratio        {own / theirs:6.2f}")


def peak() -> float:
    """Return the most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def growth(corpus: pd.DataFrame, *, articles: int) -> None:
    """Put the editions into an index segment by segment, then 100 articles more, twice."""
    rows = editions(corpus, articles=articles)
    draw = random.Random(2)
    names: list[str] = []
    before = peak()
    with tempfile.TemporaryDirectory() as folder:
        index = Index(Path(folder))

        def put(name: str, part: list[tuple[str, str]], published: str) -> float:
            table = pd.DataFrame(part, columns=["article_id", "text"]).assign(published=published)
            began = time.process_time()
            index.add(name, table)
            names.append(name)
            return time.process_time() - began

        segments = iter(lambda: list(islice(rows, 512)), [])
        added = sum(put(f"s{number}", part, "2025-01-02") for number, part in enumerate(segments))
        began = time.process_time()
        index.update(names)
        compared = time.process_time() - began
        began = time.process_time()
        count = sum(len(part) for part in index.tables())
        read = time.process_time() - began
        print(
            f"index    {articles:8} articles: {added + compared:6.2f} s (anchors {added:.2f}, then {compared:.2f}); "
            f"{count} rows read in {read:.2f} s; peak memory {peak():.0f} MB, {peak() - before:.0f} of them for this",
            flush=True,
        )
        for name, published in (("newer", "2025-01-03"), ("older", "2025-01-01")):
            some = corpus.sample(100, random_state=len(names))
            part = [
                (f"{name}-{row.article_id}", add_sentences(row.text, ["Added."], draw) if n % 2 else row.text[::-1])
                for n, row in enumerate(some.itertuples())
            ]
            more = put(name, part, published)
            began = time.process_time()
            touched = index.update(names)
            more += time.process_time() - began
            print(
                f"   100 {name} ones more: {more:.2f} s, {100 * more / (added + compared):.1f} % of the whole; "
                f"{touched} articles compared",
                flush=True,
            )


def whole(corpus: pd.DataFrame, *, articles: int) -> None:
    """Run `find` over the editions in memory."""
    table = repeated(corpus, articles=articles)
    before = peak()
    began = time.process_time()
    found = find(table)
    spent = time.process_time() - began
    print(
        f"in memory{articles:8} articles: {spent:7.2f} s, {len(found)} rows; "
        f"peak memory {peak():.0f} MB, {peak() - before:.0f} of them for this",
        flush=True,
    )


def linear(corpus: Path) -> None:
    """Run both ways at several sizes, each in a process of its own, for peak memory never goes down again."""
    for way in ("growth", "whole"):
        for articles in (10_000, 20_000, 40_000):
            call = [sys.executable, __file__, way, "--articles", str(articles), "--corpus", str(corpus)]
            subprocess.run(call, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("speed", "quality", "growth", "linear", "whole"))
    parser.add_argument("--articles", type=int, default=0)
    parser.add_argument("--originals", type=int, default=600)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--without-datasketch", action="store_true")
    options = parser.parse_args()
    corpus = pd.read_parquet(options.corpus, columns=["article_id", "text"])
    if options.what == "speed":
        speed(corpus, articles=options.articles or 37_000, with_datasketch=not options.without_datasketch)
    elif options.what == "growth":
        growth(corpus, articles=options.articles or 50_000)
    elif options.what == "whole":
        whole(corpus, articles=options.articles or 40_000)
    elif options.what == "linear":
        linear(options.corpus)
    else:
        for seed in (1, 2, 3):
            result = quality(corpus, originals=options.originals, seed=seed)
            print(f"seed {seed}: " + ", ".join(f"{key} {value:.4g}" for key, value in result.items()))


if __name__ == "__main__":
    main()
