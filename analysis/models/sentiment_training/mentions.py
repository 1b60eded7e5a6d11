"""Draw unlabelled mentions from news articles, for a teacher to label.

Run as ``python -m sentiment_training.mentions --help`` from the folder above.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from .rows import Mention, read_mentions, write_mentions

SENTENCE_END = re.compile(
    r"(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bSen)(?<!\bRep)(?<!\bGov)(?<!\bGen)(?<!\bSt)(?<!\bJr)(?<!\bvs)(?<!\b[A-Z])"
    r"[.!?][\"”’)]*\s+(?=[\"“‘(]*[A-Z0-9])"
)
NAME = re.compile(
    r"\b[A-Z][\w’'-]*[\w](?:\.?\s(?:(?:of|the|and|for|de|van|von|al|bin)\s)?[A-Z][\w’'-]*[\w])*"
    r"|\b[A-Z]{2,}\b|\b(?:[A-Z]\.){2,}"
)
TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Sgt|Lt)\.\s[A-Z][\w’'-]*\w(?:\s[A-Z][\w’'-]*\w)?")
PRONOUN = re.compile(r"\b(?:[Hh]e|[Ss]he|[Hh]im|[Hh]er|[Hh]is|[Tt]hey|[Tt]hem|[Tt]heir)\b")
NOUN = re.compile(
    r"\b[Tt]he (?:president|administration|government|company|senator|campaign|party|committee|court|judge|bill|law|"
    r"agency|police|media|deal|plan|proposal|decision|policy|agreement|candidate|governor|mayor|prime minister|"
    r"justice|group|union|program|measure|legislation|White House|Supreme Court|tariffs?|ban|order|ruling|report)\b"
)
NOT_NAMES = frozenset(
    (
        "The A An In On At But And Or If It This That These Those When While As For From With By After Before I We You "
        "He She They His Her Their Its Our My Your What Who Why How Where There Here So Yet Not No Yes Then Now Also "
        "Still Even Just Since Although Though Because Despite During Under Over Monday Tuesday Wednesday Thursday "
        "Friday Saturday Sunday January February March April May June July August September October November December "
        "One Two Three Some Many Most All Both Each Every Other Such To Of Is Are Was Were Be Been Do Does Did Has "
        "Have "
        "Had Will Would Can Could Should Might Must Let Well Like Instead However Meanwhile According Last Earlier "
        "Later More Only Once Perhaps Maybe Advertisement Story Continued Below Read Photo"
    ).split()
)


def sentences(text: str) -> Iterator[str]:
    """Part an article into sentences of 6 to 70 words.

    Parameters
    ----------
    text
        Paragraphs parted by line breaks.

    Yields
    ------
    str
        Sentences, the ones that look like junk left out.

    Examples
    --------
    >>> list(sentences("Mr. Smith won the vote that day. He then thanked all of his many voters."))
    ['Mr. Smith won the vote that day.', 'He then thanked all of his many voters.']
    """
    for paragraph in text.split("\n"):
        start = 0
        ends = [match.end() for match in SENTENCE_END.finditer(paragraph)] + [len(paragraph)]
        for end in ends:
            sentence = paragraph[start:end].strip()
            start = end
            words = sentence.count(" ") + 1
            if 6 <= words <= 70 and "http" not in sentence and sentence[-1:] in ".!?\"”’'":
                yield sentence


def spans(sentence: str) -> list[tuple[int, int]]:
    """Find what a sentence may express sentiment toward.

    Parameters
    ----------
    sentence
        One sentence.

    Returns
    -------
    list of tuple of int
        Character spans of names, pronouns and a few kinds of noun phrases that do not overlap, in order.

    Examples
    --------
    >>> text = "But Barack Obama said he liked the bill."
    >>> [text[a:b] for a, b in spans(text)]
    ['Barack Obama', 'he', 'the bill']
    """
    found: list[tuple[int, int]] = []
    for pattern in (TITLED, NOUN, NAME, PRONOUN):
        for match in pattern.finditer(sentence):
            start, end = match.span()
            while pattern is NAME:
                first = re.match(r"[\w’'-]+\s?", sentence[start:end])
                if first is None or first.group().strip() not in NOT_NAMES:
                    break
                start += first.end()
            if pattern is NAME and sentence[start:end].endswith(("'s", "’s")):
                end -= 2
            if end - start > 1 and not any(start < b and a < end for a, b in found):
                found.append((start, end))
    return sorted(found)


def draw(articles: Sequence[str], *, count: int, apart_from: frozenset[str], seed: int) -> list[Mention]:
    """Draw mentions, at most two of a sentence.

    Pronouns are kept at a quarter of their frequency, so that names make up most.

    Parameters
    ----------
    articles
        Texts.
    count
        How many mentions.
    apart_from
        Sentences to leave out: those of the gold data.
    seed
        Of the draw.

    Returns
    -------
    list of Mention
        In random order, without labels.
    """
    rng = random.Random(seed)
    mentions: list[Mention] = []
    seen: set[str] = set(apart_from)
    for text in articles:
        for sentence in sentences(text):
            if sentence in seen:
                continue
            seen.add(sentence)
            options = [
                (a, b) for a, b in spans(sentence) if not PRONOUN.fullmatch(sentence[a:b]) or rng.random() < 0.25
            ]
            mentions += [Mention(sentence, a, b) for a, b in rng.sample(options, min(2, len(options)))]
    rng.shuffle(mentions)
    return mentions[:count]


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw mentions from the command line.

    Parameters
    ----------
    arguments
        Instead of the process's own.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, nargs="+", required=True, help="parquet files with a column 'text'")
    parser.add_argument("--gold", type=Path, required=True, help="newsmtsc folder, whose sentences are left out")
    parser.add_argument("--count", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    texts = [str(text) for file in given.corpus for text in pd.read_parquet(file, columns=["text"])["text"]]
    gold = frozenset(m.sentence for file in given.gold.glob("*.jsonl") for m in read_mentions(file))
    write_mentions(given.out, draw(texts, count=given.count, apart_from=gold, seed=given.seed))


if __name__ == "__main__":
    main()
