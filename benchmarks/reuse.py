"""Text reuse against datasketch's MinHashLSH, and how many altered copies are found.

::

    python benchmarks/reuse.py speed   [--articles 37000] [--corpus PARQUET]
    python benchmarks/reuse.py quality [--originals 600]  [--corpus PARQUET]

`speed` repeats the corpus with seeded edits up to the number of articles and takes both systems' processor time in
one run.
datasketch is no dependency of nutgraf: install it where this runs (`pip install datasketch`), or give
`--without-datasketch`.
`quality` alters articles by a seeded script (headline changed, sentences added or cut, paragraphs reordered, a tenth
of the
words replaced, or half of the text kept among foreign sentences) and reports precision and recall over pairs of
articles.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis.reuse import find, origins

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


def repeated(corpus: pd.DataFrame, *, articles: int, seed: int = 1) -> pd.DataFrame:
    """Repeat the corpus with seeded edits (one word in fifty, and a sentence more) up to the number of articles."""
    draw = random.Random(seed)
    rows: list[tuple[str, str]] = []
    turn = 0
    while len(rows) < articles:
        for name, text in zip(corpus["article_id"], corpus["text"], strict=True):
            if turn:
                words = text.split(" ")
                for _ in range(len(words) // 50):
                    words[draw.randrange(len(words))] = f"edit{draw.randrange(10**6)}"
                text = " ".join(words) + f" Edition {turn} adds a sentence of its own, number {draw.randrange(10**6)}."
            rows.append((f"{turn}-{name}", text))
            if len(rows) == articles:
                break
        turn += 1
    return pd.DataFrame(rows, columns=["article_id", "text"])


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
    import resource

    table = repeated(corpus, articles=articles)
    own, copies = timed(ours, table)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"nutgraf      {own:6.1f} s  {copies} copies among {articles} articles, with passages; peak {memory:.1f} GB")
    if with_datasketch and importlib.util.find_spec("datasketch") is None:
        print("datasketch is not installed: no comparison; install it beside nutgraf for one")
    elif with_datasketch:
        theirs, alike = timed(datasketch, table)
        print(f"datasketch   {theirs:6.1f} s  {alike} articles with a likeness; no passages")
        print(f"ratio        {own / theirs:6.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("speed", "quality"))
    parser.add_argument("--articles", type=int, default=37_000)
    parser.add_argument("--originals", type=int, default=600)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--without-datasketch", action="store_true")
    options = parser.parse_args()
    corpus = pd.read_parquet(options.corpus, columns=["article_id", "text"])
    if options.what == "speed":
        speed(corpus, articles=options.articles, with_datasketch=not options.without_datasketch)
    else:
        for seed in (1, 2, 3):
            result = quality(corpus, originals=options.originals, seed=seed)
            print(f"seed {seed}: " + ", ".join(f"{key} {value:.4g}" for key, value in result.items()))


if __name__ == "__main__":
    main()
