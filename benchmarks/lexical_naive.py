"""The script a competent user would write for lexical measurement: pandas.apply, re, VADER, textstat, Counter."""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from collections.abc import Sequence

import pandas as pd

from analysis import readability
from analysis.framing import Codebook
from analysis.study import Study

__all__ = ["Naive", "alternation"]

_SENTENCE = re.compile(r"(?<=[.!?])[\"”’)]*\s+|\n+")
_QUOTE = re.compile(r"[“\"]([^“”\"]{3,600})[”\"]")
_VERB = r"(?:said|says|told|added|wrote|asked|tweeted|argued|noted|according to)"
_BEHIND = re.compile(rf",?\s*(?:{_VERB}\s+((?:[A-Z][\w.'’-]+\s?){{1,4}})|((?:[A-Z][\w.'’-]+\s){{1,4}}){_VERB}\b)")
_BEFORE = re.compile(rf"((?:[A-Z][\w.'’-]+\s){{1,4}}){_VERB}[,:]?\s*$")
_WORD = re.compile(r"\w+")
_MEASURES = (
    "flesch_reading_ease",
    "flesch_kincaid_grade",
    "gunning_fog",
    "smog_index",
    "coleman_liau_index",
    "automated_readability_index",
    "dale_chall_readability_score",
)


def alternation(groups: Sequence[tuple[str, Sequence[str]]]) -> re.Pattern[str]:
    """Return one alternation of all patterns in lower case, a named group for each group of them.

    It is for text in lower case: ``re.IGNORECASE`` would take three times as long.
    """
    parts = []
    for name, patterns in groups:
        longest = sorted(map(str.lower, patterns), key=lambda pattern: (-len(pattern), pattern))
        parts.append(f"(?P<{name}>{'|'.join(map(_expression, longest))})")
    return re.compile(rf"\b(?:{'|'.join(parts)})\b")


def _expression(pattern: str) -> str:
    words = [
        r"\w+(?:\s+\w+){0,2}" if word == "*" else re.escape(word).replace(r"\*", r"\w*") for word in pattern.split()
    ]
    return r"\s+".join(words)


class Naive:
    """Compiles its expressions once; `run` measures a table of articles.

    Raises
    ------
    ImportError
        Where VADER or textstat is missing.
    """

    def __init__(self, study: Study, codebooks: Sequence[Codebook]) -> None:
        import textstat
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        readability.use_with_nltk()  # textstat's syllables without the network
        self.textstat = textstat
        self.vader = SentimentIntensityAnalyzer()
        self.frames = [
            alternation([(f"f{i}", [p.text for p in f.patterns]) for i, f in enumerate(book.frames) if f.patterns])
            for book in codebooks
        ]
        names = {item.name: (item.name, *item.aliases) for item in (*study.actors, *study.targets)}
        self.names = {f"n{i}": name for i, name in enumerate(names)}
        self.mentions = alternation([(f"n{i}", patterns) for i, patterns in enumerate(names.values())])
        self.targets = [
            (target.name, [a.rstrip("*") for a in (target.name, *target.aliases)]) for target in study.targets
        ]

    def run(self, articles: pd.DataFrame) -> dict[str, float]:
        """Measure `articles`; return seconds of processor time by step."""
        seconds: dict[str, float] = defaultdict(float)
        data = articles[["article_id", "text"]].copy()
        for name, column, step in (
            ("sentences", "text", lambda text: [s for s in _SENTENCE.split(text) if s.strip()]),
            ("quotes", "text", _quotes),
            ("mentions", "sentences", self._mentions),
            ("vader", "sentences", lambda found: [self.vader.polarity_scores(s)["compound"] for s in found]),
            ("frames", "text", self._frames),
            ("textstat", "text", lambda text: {index: getattr(self.textstat, index)(text) for index in _MEASURES}),
            ("terms", "text", lambda text: Counter(_WORD.findall(text.lower()))),
            ("prominence", "text", self._prominence),
        ):
            start = time.process_time()
            data[name] = data[column].apply(step)
            seconds[name] += time.process_time() - start
        start = time.process_time()
        self._sentiment(data)
        seconds["sentiment by target"] = time.process_time() - start
        return seconds

    def _mentions(self, sentences: list[str]) -> list[list[str]]:
        return [[self.names[match.lastgroup or ""] for match in self.mentions.finditer(s.lower())] for s in sentences]

    def _frames(self, text: str) -> Counter[tuple[int, str]]:
        lower = text.lower()
        return Counter((i, m.lastgroup or "") for i, frames in enumerate(self.frames) for m in frames.finditer(lower))

    def _prominence(self, text: str) -> dict[str, float]:
        lower, found = text.lower(), {}
        for name, forms in self.targets:
            places = [place for form in forms if (place := lower.find(form.lower())) >= 0]
            found[name] = min(places) / len(lower) if places else float("nan")
        return found

    def _sentiment(self, data: pd.DataFrame) -> pd.Series[float]:
        rows = [
            (article_id, name, score)
            for article_id, mentions, scores in zip(data["article_id"], data["mentions"], data["vader"], strict=True)
            for names, score in zip(mentions, scores, strict=True)
            for name in names
        ]
        table = pd.DataFrame(rows, columns=["article_id", "name", "score"])
        return table.groupby(["article_id", "name"])["score"].mean()


def _quotes(text: str) -> list[tuple[str, str]]:
    found = []
    for match in _QUOTE.finditer(text):
        behind = _BEHIND.match(text, match.end())
        before = _BEFORE.search(text, max(0, match.start() - 80), match.start())
        who = (behind[1] or behind[2]) if behind else before[1] if before else ""
        found.append((match[1], who.strip()))
    return found
