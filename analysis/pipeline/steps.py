"""The steps of a measurement: which tables each makes, of what, and on what its result depends."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from threading import RLock
from typing import Any

import pandas as pd

from analysis import facts, framing, prominence, readability, sentiment, speakers, store
from analysis.language import Documents, read_documents
from analysis.mentions import Finder
from analysis.pipeline.cleaned import Cleaner, Lines
from analysis.pipeline.versions import code_of, package_version
from analysis.pipeline.words import count_words
from analysis.reading import RawArticle
from analysis.speakers import AllVoices
from analysis.study import Methods, Study

__all__ = ["Bench", "Instruments", "Step", "steps", "undisturbed"]

# Whatever a measure is made with, it is made by these.
_COMMON = ("errors.py", "columns.py", "schema.py", "study", "language", "pipeline/steps.py", "pipeline/words.py")


@dataclass(frozen=True)
class Instruments:
    """What measuring needs and compiles once: codebooks, patterns, methods."""

    study: Study
    codebooks: tuple[framing.Codebook, ...]
    finder: Finder
    cleaner: Cleaner
    methods: Methods

    @classmethod
    def of(cls, study: Study) -> Instruments:
        """Load the codebooks of `study`, compile its patterns, and settle which methods can be used here."""
        codebooks = tuple(framing.load_codebook(name, folder=study.folder) for name in study.codebooks)
        wanted = study.methods
        used = "model" if wanted.sentiment == "model" and sentiment.available("model") else "lexicon"
        return cls(study, codebooks, Finder(study), Cleaner(study), Methods(sentiment=used, framing=wanted.framing))


class Bench:
    """The articles of one segment while they are worked on: what several steps need is made once, when first asked for.

    Parameters
    ----------
    instruments
        What to measure with.
    read
        Returns the articles as read; called at most once.
    lines
        The repeated lines by which they are cleaned.
    table
        Returns a table that an earlier step made.
    """

    def __init__(
        self,
        instruments: Instruments,
        *,
        read: Callable[[], list[RawArticle]],
        lines: Lines,
        table: Callable[[str], pd.DataFrame],
    ) -> None:
        self.instruments = instruments
        self.study = instruments.study
        self.lines = lines
        self.table = table
        self.voices: AllVoices | None = None
        self._read = read
        self._codebooks: frozenset[str] = frozenset()

    @cached_property
    def raw(self) -> list[RawArticle]:
        """The articles as read."""
        return self._read()

    @cached_property
    def articles(self) -> pd.DataFrame:
        """Table `articles`, those in the study's language alone: only they are measured."""
        articles = self.table("articles")
        return articles[articles["language"].isin([self.study.language, "und"])]

    @cached_property
    def documents(self) -> Documents:
        """Their texts, read with one vocabulary."""
        return read_documents(zip(self.articles["article_id"].tolist(), self.articles["text"].tolist(), strict=True))

    def look_for(self, codebooks: Iterable[str]) -> None:
        """Say which codebooks' frames will be asked for, all at once: they are found in one pass over the texts."""
        self._codebooks = self._codebooks or frozenset(codebooks)

    def frames(self, codebook: str) -> pd.DataFrame:
        """Return the measures of one codebook's frames."""
        frames = self._frames
        return frames[frames["label"].str.startswith(f"{codebook}/")].reset_index(drop=True)

    @cached_property
    def _frames(self) -> pd.DataFrame:
        return framing.score(
            self.documents,
            tuple(book for book in self.instruments.codebooks if book.name in self._codebooks),
            method=self.instruments.methods.framing,
            mask=self.study.mask,
            corrections=self._by_hand(),
        )

    def _by_hand(self) -> Mapping[str, Mapping[str, bool]]:
        found = {}
        names = ("article_id", "path", "url")
        for keys in zip(*(self.articles[name].tolist() for name in names), strict=True):
            for key in keys:
                if key and key in self.study.corrections and self.study.corrections[key].frames:
                    found[keys[0]] = self.study.corrections[key].frames
        return found


_ALONE = RLock()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep other threads out, and the collector of reference cycles.

    What is known of words, gaps and names is kept for the process and not guarded: a process measures a segment at a
    time. What a segment makes is freed by counting references; the collector would only look at it again and again, a
    tenth of the time.
    """
    with _ALONE:
        enabled = gc.isenabled()
        gc.disable()
        try:
            yield
        finally:
            if enabled:
                gc.enable()


@dataclass(frozen=True)
class Step:
    """One step of a measurement.

    Attributes
    ----------
    name
        Its name.
    needs
        Names of the steps whose tables it reads, all of them earlier.
    tables
        Names of the tables that it makes, or makes rows of.
    run
        Makes them.
    method
        A hash of all that decides its result beside the texts and the tables it needs: code, versions of packages,
        and what it takes from the study.
    seen
        Columns of its tables that later steps read, where these are not all: a change in the others is none to them.
    codebook
        The codebook whose frames it finds, if it does.
    """

    name: str
    needs: tuple[str, ...]
    tables: tuple[str, ...]
    run: Callable[[Bench], dict[str, pd.DataFrame]]
    method: str
    seen: Mapping[str, tuple[str, ...]] | None = None
    codebook: str = ""


def steps(instruments: Instruments) -> tuple[Step, ...]:
    """Return the steps of a study's measurement in the order in which they are taken."""
    study, methods = instruments.study, instruments.methods
    actors, outlets = _plain(study.actors), _plain(study.outlets)
    targets = _plain(study.targets)
    by_hand = {key: (c.values, c.reasons) for key, c in sorted(study.corrections.items())}
    quotes_by_hand = {key: c.quotes for key, c in sorted(study.corrections.items()) if c.quotes}
    frames_by_hand = {key: c.frames for key, c in sorted(study.corrections.items()) if c.frames}
    placed = [str(day) for day in study.window or ()]
    sentiment_used = (methods.sentiment, sentiment.fingerprint(methods.sentiment))
    return (
        Step(
            "articles",
            (),
            ("articles", "evidence", "removed"),
            lambda bench: instruments.cleaner.clean(bench.raw, bench.lines),
            _method(
                ("cleaning", "provenance", "reading/records.py", "pipeline/cleaned.py"),
                ("trafilatura", "lxml"),
                (study.language, placed, outlets, actors, _plain(study.milestones), by_hand),
            ),
            {"articles": ("article_id", "path", "url", "outlet", "originator", "published", "language", "text")},
        ),
        Step(
            "attribution",
            ("articles",),
            ("sentences", "quotes", "quote_spans"),
            _attribution,
            _method(("quotes", "speakers"), (), (actors, outlets, quotes_by_hand, study.language)),
        ),
        Step(
            "mentions",
            ("articles", "attribution"),
            ("mentions",),
            _mentions,
            _method(("mentions.py", "speakers", "quotes/marks.py"), (), (targets, actors)),
        ),
        Step(
            "facts",
            ("articles", "attribution"),
            ("facts",),
            lambda bench: {
                "facts": facts.find(bench.documents, bench.study, bench.table("quotes"), bench.table("quote_spans"))
            },
            _method(("facts.py",), (), (_plain(study.facts),)),
        ),
        *(
            Step(
                f"frames of {book.name}",
                ("articles",),
                ("measures",),
                lambda bench, name=book.name: {"measures": bench.frames(name)},  # type: ignore[misc]
                _method(
                    ("framing", "encoder.py", "models/encoder"),
                    ("numpy", "onnxruntime", "tokenizers"),
                    (framing.fingerprint(book), methods.framing, study.mask, frames_by_hand),
                ),
                codebook=book.name,
            )
            for book in instruments.codebooks
        ),
        Step(
            "sentiment",
            ("articles", "attribution", "mentions"),
            ("measures",),
            _sentiment,
            _method(("sentiment",), ("numpy", "onnxruntime", "tokenizers"), (sentiment_used, targets)),
        ),
        Step(
            "readability",
            ("articles", "attribution"),
            ("measures",),
            _readability,
            _method(("readability",), ("textstat",), ()),
        ),
        Step(
            "prominence",
            ("articles", "mentions"),
            ("measures",),
            lambda bench: {"measures": prominence.score(bench.documents, bench.table("mentions"), bench.study)},
            _method(("prominence.py",), (), (targets,)),
        ),
    )


def _attribution(bench: Bench) -> dict[str, pd.DataFrame]:
    quotes, spans = speakers.attribute(bench.documents, bench.articles, bench.study)
    bench.voices = speakers.voices_of(bench.documents, quotes, spans)
    sentences = speakers.sentences_table(bench.documents, quotes, spans, voices=bench.voices)
    return {"sentences": sentences, "quotes": quotes, "quote_spans": spans}


def _mentions(bench: Bench) -> dict[str, pd.DataFrame]:
    voices = bench.voices
    if voices is None:
        voices = speakers.voices_of(bench.documents, bench.table("quotes"), bench.table("quote_spans"))
    return {"mentions": bench.instruments.finder.find(bench.documents, voices)}


def _sentiment(bench: Bench) -> dict[str, pd.DataFrame]:
    mentions, method = bench.table("mentions"), bench.instruments.methods.sentiment
    toward = sentiment.score(mentions, bench.documents, method=method, quotes=bench.table("quotes"))
    aggregated = sentiment.aggregate(toward, mentions, bench.articles, bench.study, method=method)
    return {"measures": pd.concat([toward, aggregated], ignore_index=True)}


def _readability(bench: Bench) -> dict[str, pd.DataFrame]:
    sentences = bench.table("sentences")
    found = [readability.score(bench.documents, sentences=sentences), count_words(bench.documents, sentences)]
    return {"measures": pd.concat(found, ignore_index=True)}


def _plain(values: Iterable[Any]) -> list[object]:
    return [asdict(value) for value in values]


def _method(rooms: tuple[str, ...], packages: tuple[str, ...], parts: tuple[object, ...]) -> str:
    versions = [f"{name}=={package_version(name)}" for name in ("pandas", *packages)]
    taken = json.dumps(parts, sort_keys=True, default=str, ensure_ascii=False)
    return store.fingerprint([*(code_of(room) for room in (*_COMMON, *rooms)), *versions, taken])
