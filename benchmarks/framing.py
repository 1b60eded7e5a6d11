"""Dictionary framing against reading the texts once with a regular expression.

    python benchmarks/framing.py CORPUS.parquet [N]

prints seconds for N articles (5,000): one pass of a word pattern, tokens and sentences, the dictionary of all shipped
codebooks (512 articles at a time, as they are measured), the same with its table; and their ratios to the first.
"""

from __future__ import annotations

import re
import sys
import time

import pandas as pd

from analysis.framing import load_codebook, score, shipped_codebooks
from analysis.framing.dictionary import Dictionary
from analysis.language import Vocabulary, read_document

CHUNK = 512


def main() -> None:
    texts = pd.read_parquet(sys.argv[1])["text"].fillna("").tolist()
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    texts = (texts * (number // max(1, len(texts)) + 1))[:number]
    codebooks = [load_codebook(name) for name in shipped_codebooks()]
    seconds = {}
    start = time.process_time()
    pattern = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
    words = sum(1 for text in texts for _ in pattern.finditer(text))
    seconds["regular expression, once"] = time.process_time() - start
    start = time.process_time()
    vocabulary = Vocabulary()
    documents = [read_document(f"{i:05d}", text, vocabulary) for i, text in enumerate(texts)]
    seconds["tokens and sentences"] = time.process_time() - start
    dictionary = Dictionary(codebooks)
    start = time.process_time()
    for first in range(0, number, CHUNK):
        dictionary.read_all(documents[first : first + CHUNK])
    seconds["dictionary, all codebooks"] = time.process_time() - start
    start = time.process_time()
    rows = 0
    for first in range(0, number, CHUNK):
        rows += len(score(documents[first : first + CHUNK], codebooks, method="dictionary"))
    seconds["dictionary and table"] = time.process_time() - start
    first = next(iter(seconds.values()))
    print(f"{number} articles, {words} words, {rows} rows")
    for name, value in seconds.items():
        print(f"{value:8.2f} s  {value / first:6.2f} x  {name}")


if __name__ == "__main__":
    main()
