"""What a study file says, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

__all__ = [
    "FETCHED", "Actor", "Correction", "Fact", "Feed", "Methods", "Milestone", "Office", "Outlet", "Study", "Target",
]  # fmt: skip

FETCHED = "fetched"
"""The folder beside the study file into which `nutgraf fetch` writes."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher: its name, the other names it goes by, its country (ISO 3166-1 alpha-2) and its kind."""

    name: str
    aliases: tuple[str, ...] = ()
    country: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What sentiment is measured toward: its name and the words that stand for it."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Office:
    """A title that stands for its holder from `start` to `end`, both included; None is open."""

    title: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who speaks and is spoken of: a person or an institution, with aliases, side and offices."""

    name: str
    aliases: tuple[str, ...] = ()
    side: str = ""
    offices: tuple[Office, ...] = ()
    kind: str = "person"  # person | institution
    pronoun: str = ""  # he | she | they | it; empty where not stated


@dataclass(frozen=True, slots=True)
class Fact:
    """What a full account would contain: its name, a full statement of it, and the patterns that show it."""

    name: str
    statement: str = ""
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Milestone:
    """A dated event, with patterns that tell it (empty: it is only drawn on the timeline)."""

    date: date
    label: str
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """An address that `nutgraf fetch` reads.

    Attributes
    ----------
    url
        A feed, a sitemap, or a page or text with a list of addresses.
    outlet
        Whom its articles belong to; empty: as the feed or the pages say.
    kind
        feed, sitemap or pages; empty: told from what is fetched.
    match
        What an address must contain one of to be taken, with ``*`` for any characters; none: all are taken.
    """

    url: str
    outlet: str = ""
    kind: str = ""
    match: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Methods:
    """How sentiment (model, lexicon) and framing (dictionary, meaning, fitted) are measured."""

    sentiment: str = "model"
    framing: str = "fitted"


@dataclass(frozen=True, slots=True)
class Correction:
    """What is known by hand of one article.

    Attributes
    ----------
    values
        Columns of the articles table and their values (outlet, published, byline, ...).
    reasons
        For the same columns how it is known; the column ``""`` holds the reason given for all of them.
    quotes
        Speakers corrected by hand: the first words of the quoted text, and the speaker's name.
    frames
        Frames corrected by hand: the frame's name, and whether it is present.
    article_id
        The id to give to the article, or empty.
    line
        Line of the entry in the sources file.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    quotes: tuple[tuple[str, str], ...] = ()
    frames: Mapping[str, bool] = field(default_factory=dict)
    article_id: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Study:
    """A corpus, one dispute, the codebooks to apply, the event window: all of a study file.

    Attributes
    ----------
    path
        The study file; every relative path in it starts from its folder.
    corpus
        Files and folders of articles; a text is the URL of one in a storage that fsspec knows.
    window
        First and last day of the event window, both included; None: every date is in it.
    corrections
        By article id, path or url: what `sources` says of single files.
    """

    path: Path
    title: str
    slug: str
    corpus: tuple[Path | str, ...]
    sources: Path | None = None
    selection: str = ""
    window: tuple[date, date] | None = None
    codebooks: tuple[str, ...] = ("generic",)
    mask: tuple[str, ...] = ()
    minimum_articles_per_outlet: int = 5
    minimum_denominator: int = 20
    reference: str = ""
    full_text: bool = False
    language: str = "en"
    methods: Methods = Methods()
    columns: Mapping[str, str] = field(default_factory=dict)
    outlets: tuple[Outlet, ...] = ()
    targets: tuple[Target, ...] = ()
    actors: tuple[Actor, ...] = ()
    facts: tuple[Fact, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    feeds: tuple[Feed, ...] = ()
    corrections: Mapping[str, Correction] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The folder of the study file."""
        return self.path.parent

    def actor(self, name: str) -> Actor | None:
        """Return the actor called `name`, or None."""
        return next((actor for actor in self.actors if actor.name == name), None)
