"""Lexical measurement against the script a competent user would write, and against the floor, in one run on one core.

::

    python benchmarks/lexical.py [--articles 4788] [--naive 300] [--rounds 3] [--corpus PARQUET]

- naive (`lexical_naive.py`): pandas.apply; sentences by a regular expression, quotes by another, VADER a sentence,
  seven measures of textstat, one alternation a codebook, mentions, term counts by Counter, prominence by str.find.
- ours: tokens, sentences, quotes with speakers, voices, mentions, frames by dictionary (both shipped codebooks),
  lexicon sentiment of mentions and articles, readability (whole and by voice), prominence, words, term counts, and the
  checked tables of all of it, 512 articles at a time, as the pipeline measures; at last one table of all measures.
- floor: reading the Parquet file, and one pass of all patterns over its texts.

Text reuse, facts and sentiment by model stand apart. The naive script gets `--naive` articles, others in each round,
and is counted by the article. What it needs is no dependency of nutgraf; without it only ours and the floor run::

    pip install vaderSentiment==3.3.2 pyahocorasick==2.3.1

Without pyahocorasick the floor's pass is a regular expression compiled from a trie of the patterns.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # processor time counts threads that wait
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pandas as pd
import pyarrow as pa
from lexical_naive import Naive

from analysis import framing, prominence, readability, schema, sentiment, speakers
from analysis.language import count_terms, read_documents
from analysis.mentions import Finder
from analysis.pipeline.steps import undisturbed
from analysis.pipeline.words import count_words
from analysis.study import Actor, Study, Target

ROOT = Path(__file__).resolve().parents[1]
CORPUS = Path(os.environ.get("NUTGRAF_SHARED", ROOT.parent / "shared")) / "corpora" / "allsides_sample.parquet"
CHUNK = 512
WHOLE = "one checked table"
T = TypeVar("T")
STUDY = Study(
    Path("study.toml"),
    "US politics",
    "us-politics",
    (),
    codebooks=("generic", "policy"),
    targets=(
        Target("Donald Trump", ("Trump", "President Trump")),
        Target("Joe Biden", ("Biden",)),
        Target("Hillary Clinton", ("Clinton",)),
        Target("Barack Obama", ("Obama", "President Obama")),
        Target("Congress", ("lawmakers", "Capitol Hill")),
        Target("Republicans", ("Republican*", "GOP")),
        Target("Democrats", ("Democrat*", "Democratic Party")),
        Target("Supreme Court", ("high court", "SCOTUS")),
        Target("immigration", ("immigrant*", "border wall", "migrant*")),
        Target("economy", ("economic growth", "stock market", "jobs report")),
    ),
    actors=(
        Actor("Donald Trump", ("Trump", "Donald J. Trump"), "Republican", pronoun="he"),
        Actor("Joe Biden", ("Biden",), "Democrat", pronoun="he"),
        Actor("Hillary Clinton", ("Clinton",), "Democrat", pronoun="she"),
        Actor("Barack Obama", ("Obama",), "Democrat", pronoun="he"),
        Actor("Mitch McConnell", ("McConnell",), "Republican", pronoun="he"),
        Actor("Nancy Pelosi", ("Pelosi",), "Democrat", pronoun="she"),
        Actor("Paul Ryan", ("Ryan",), "Republican", pronoun="he"),
        Actor("Bernie Sanders", ("Sanders",), "Democrat", pronoun="he"),
        Actor("White House", (), "", kind="institution"),
        Actor("Justice Department", ("Department of Justice", "DOJ"), "", kind="institution"),
    ),
)


class Clock:
    """Processor time by stage."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = defaultdict(float)

    def __call__(self, stage: str, work: Callable[[], T]) -> T:
        start = time.process_time()
        result = work()
        self.stages[stage] += time.process_time() - start
        return result


class Ours:
    """The package's own steps, 512 articles at a time."""

    def __init__(self) -> None:
        self.codebooks = [framing.load_codebook(name) for name in STUDY.codebooks]
        self.finder = Finder(STUDY)

    def run(self, articles: pd.DataFrame) -> dict[str, float]:
        clock = Clock()
        with undisturbed():  # as the pipeline measures: without the collector of reference cycles
            parts = [self._chunk(articles.iloc[i : i + CHUNK], clock) for i in range(0, len(articles), CHUNK)]
        tables = [table for part in parts for table in part]
        clock(WHOLE, lambda: schema.together("measures", tables))
        return clock.stages

    def _chunk(self, articles: pd.DataFrame, clock: Clock) -> list[pd.DataFrame]:
        pairs = list(zip(articles["article_id"], articles["text"], strict=True))
        documents = clock("tokens and sentences", lambda: read_documents(pairs))
        quotes, spans = clock("quotes with speakers", lambda: speakers.attribute(documents, articles, STUDY))
        sentences = clock("voices of sentences", lambda: speakers.sentences_table(documents, quotes, spans))
        voices = clock("voices of mentions", lambda: speakers.voices_of(documents, quotes, spans))
        found = clock("mentions", lambda: self.finder.find(documents, voices))
        toward = clock(
            "sentiment of mentions", lambda: sentiment.score(found, documents, method="lexicon", quotes=quotes)
        )
        measures = [
            toward,
            clock("sentiment of articles", lambda: sentiment.aggregate(toward, found, articles, STUDY)),
            clock("frames", lambda: framing.score(documents, self.codebooks, method="dictionary")),
            clock("readability", lambda: readability.score(documents, sentences=sentences)),
            clock("prominence", lambda: prominence.score(documents, found, STUDY)),
            clock("words", lambda: count_words(documents, sentences)),
        ]
        clock("term counts", lambda: count_terms(documents))
        return measures


class Floor:
    """One pass of all patterns, in lower case and up to their first lone ``*``, over the texts as they are."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self.forms = sorted({pattern.split(" * ")[0].lower() for pattern in patterns})
        try:
            import ahocorasick
        except ImportError:
            self.engine = "re, compiled from a trie"
            expression = re.compile(rf"\b(?:{_trie(self.forms)})")
            self._count = lambda text: sum(1 for _ in expression.finditer(text))
            return
        self.engine = "pyahocorasick"
        automaton = ahocorasick.Automaton()
        for form in self.forms:
            bare = form.rstrip("*").replace("*", "")
            automaton.add_word(f" {bare}" if form.endswith("*") else f" {bare} ", len(bare))
        automaton.make_automaton()
        breaks = str.maketrans(dict.fromkeys("\n\t.,;:!?()[]\"“”’'—–-/", " "))
        self._count = lambda text: sum(1 for _ in automaton.iter(text.translate(breaks)))

    def run(self, corpus: Path, number: int) -> tuple[dict[str, float], int]:
        clock = Clock()
        texts = clock("reading the file", lambda: _texts(corpus))
        found = clock("one pass of all patterns", lambda: sum(self._count(t.lower()) for t in texts[:number]))
        clock.stages["reading the file"] *= min(1.0, number / len(texts))
        return clock.stages, found


def _texts(corpus: Path) -> list[str]:
    texts: list[str] = pd.read_parquet(corpus, columns=["text"])["text"].tolist()
    return texts


def _trie(forms: Iterable[str]) -> str:
    tree: dict[str, Any] = {}
    for form in forms:
        node = tree
        for letter in form:
            node = node.setdefault(letter, {})
        node[""] = {}

    def expression(node: dict[str, Any]) -> str:
        branches = [
            (r"\w*" if letter == "*" else re.escape(letter)) + expression(below)
            for letter, below in sorted(node.items())
            if letter
        ]
        if not branches:
            return r"\b"
        inner = "|".join(branches)
        return f"(?:{inner}|\\b)" if "" in node else inner if len(branches) == 1 else f"(?:{inner})"

    return expression(tree)


def read_articles(corpus: Path, number: int) -> pd.DataFrame:
    """Return table `articles` of the first `number` rows of a Parquet file; the headline opens the text."""
    given = pd.read_parquet(corpus).iloc[:number]
    kinds = {"text": "", "integer": 0, "number": 0.0, "flag": True}
    columns: dict[str, Any] = {column.name: kinds[column.kind] for column in schema.TABLES["articles"].columns}
    for name in ("article_id", "outlet", "published", "headline", "url"):
        columns[name] = given[name].fillna("").astype(str).to_numpy()
    text = (given["headline"].fillna("") + "\n\n" + given["text"].fillna("")).to_numpy()
    columns.update(text=text, raw=text, language="en", in_window="yes")
    return schema.check("articles", pd.DataFrame(columns))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000_000, help="articles for ours and the floor; default all")
    parser.add_argument("--naive", type=int, default=300, help="articles for the naive script in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    call = parser.parse_args()
    if not call.corpus.is_file():
        raise SystemExit(f"{call.corpus}: no such file; give --corpus PARQUET with columns article_id, headline, text")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    pa.set_cpu_count(1)
    articles = read_articles(call.corpus, call.articles)
    ours = Ours()
    patterns = [p.text for book in ours.codebooks for frame in book.frames for p in frame.patterns]
    patterns += [form for item in (*STUDY.targets, *STUDY.actors) for form in (item.name, *item.aliases)]
    floor = Floor(patterns)
    try:
        naive = Naive(STUDY, ours.codebooks)
    except ImportError as error:
        naive = None
        print(f"the naive script is left out: {error}; pip install vaderSentiment==3.3.2")
    report(articles, ours, floor, naive, call)


def report(articles: pd.DataFrame, ours: Ours, floor: Floor, naive: Naive | None, call: argparse.Namespace) -> None:
    number = len(articles)
    length = articles["text"].str.len().mean()
    print(f"{number} articles of {length:,.0f} characters; microseconds of processor time an article, one core")
    sums: dict[str, list[dict[str, float]]] = {"naive": [], "floor": [], "ours": []}
    walls: dict[str, list[float]] = {"naive": [], "floor": [], "ours": []}
    found = 0
    for turn in range(call.rounds):
        if naive is not None:
            sample = articles.iloc[(turn * call.naive) % number :][: call.naive]
            start = time.perf_counter()
            sums["naive"].append({k: v / len(sample) for k, v in naive.run(sample).items()})
            walls["naive"].append((time.perf_counter() - start) / len(sample))
        start = time.perf_counter()
        stages, found = floor.run(call.corpus, number)
        walls["floor"].append((time.perf_counter() - start) / number)
        sums["floor"].append({k: v / number for k, v in stages.items()})
        start = time.perf_counter()
        sums["ours"].append({k: v / number for k, v in ours.run(articles).items()})
        walls["ours"].append((time.perf_counter() - start) / number)
    for name, rounds in sums.items():
        if not rounds:
            continue
        total = statistics.median(sum(stages.values()) for stages in rounds)
        wall = statistics.median(walls[name])
        print(f"{name}: {total * 1e6:,.0f} ({1 / total:,.0f} articles/s; wall {wall * 1e6:,.0f})")
        for stage in rounds[0]:
            print(f"    {statistics.median(stages[stage] for stages in rounds) * 1e6:10,.0f}  {stage}")
    density = found / articles["text"].str.len().sum() * 1000
    print(f"floor: {floor.engine}, {len(floor.forms)} patterns, {density:.1f} matches in 1,000 characters")
    naives, floors, totals = ([sum(stages.values()) for stages in sums[name]] for name in ("naive", "floor", "ours"))
    chunks = [total - stages[WHOLE] for total, stages in zip(totals, sums["ours"], strict=True)]
    _compare("naive / ours (bar 12, aim 40)", naives, totals)
    _compare("the same without the one table of all articles", naives, chunks)
    _compare("ours / floor (bar 80, aim 20)", totals, floors)


def _compare(meaning: str, one: list[float], other: list[float]) -> None:
    ratios = sorted(a / b for a, b in zip(one, other, strict=False))
    if ratios:
        middle = statistics.median(ratios)
        print(f"{meaning}: {middle:.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f} over {len(ratios)} rounds)")


if __name__ == "__main__":
    main()
