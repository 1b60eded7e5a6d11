"""Who is named in an article: full names behind surnames, genders from titles, and where each person is mentioned."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from analysis.speakers.actors import Directory, words_of
from analysis.speakers.titles import FEMININE, MASCULINE, OFFICES, TITLES
from analysis.study import Actor

__all__ = ["Mention", "People"]

# What follows the first letter of a part, looked back at: a pattern that begins with a class is searched much faster.
_REST = (
    r"(?:(?:(?<=M)(?:rs?|s|aj)|(?<=D)r|(?<=S)(?:en|t|gt)|(?<=R)e[pv]|(?<=G)(?:ov|en)|(?<=P)rof|(?<=L)t"
    r"|(?<=C)(?:ol|apt)|(?<=A)dm)?\.|[\w’'-]*)"
)
_RUN = re.compile(
    rf"[A-Z](?<!\w.){_REST}(?:(?:[^\S\n]|(?<=\.))(?:(?:bin|al|de|van|von|der|da|del|la)\s)?[A-Z]{_REST})*"
)
_FUNCTION = frozenset(
    "the a an this that these those in on at but and or as if when while after before for from by with he she "
    "they we i you it his her their our its who what why how where yes no so then there here also however "
    "meanwhile still later earlier according to of not all some many most several both monday tuesday wednesday "
    "thursday friday saturday sunday january february march april may june july august september october november "
    "december".split()
)


_NEAR = 80  # mentions looked back through


class Mention(NamedTuple):
    """A person named at a place.

    Half-open span, the name in full, the actor it is (or None), gender (``he``, ``she`` or empty), and whether a title
    goes with the name.
    """

    start: int
    end: int
    name: str
    actor: Actor | None
    gender: str
    titled: bool


class People:
    """The persons whom one article names.

    Parameters
    ----------
    text
        The article.
    directory
        The study's actors.
    """

    def __init__(self, text: str, directory: Directory, published: str) -> None:
        self.text = text
        self.directory = directory
        self.published = published
        self._full: dict[str, str] = {}
        self._gender: dict[str, str] = {}
        self._runs: list[tuple[int, int, Run]] = []
        known = directory.runs
        full, gender, runs = self._full, self._gender, self._runs
        for match in _RUN.finditer(text):
            written = match[0]
            run = known[written] if written in known else _read_run(directory, written)
            if run is None:
                continue
            words = run.words
            if run.gender:
                gender.setdefault(words[-1], run.gender)
            if 2 <= len(words) <= 4:
                full.setdefault(words[-1], run.name)
            runs.append((match.start(), match.end(), run))
        self._mentions: dict[int, Mention | None] = {}
        self._starts = [run[0] for run in self._runs]
        self._spoken: set[str] = set()
        self._in_text: dict[str, bool] = {}
        self._actors: dict[tuple[str, ...], Actor | None] = {}
        self._named: dict[str, bool] = {}

    def full_name(self, surname: str) -> str:
        """Return the full name that ends in `surname`, as first written in the article, or an empty string."""
        return self._full.get(surname.lower(), "")

    def gender_of(self, name: str, actor: Actor | None) -> str:
        """Return ``he`` or ``she`` where the study or a title in the article tells it, else an empty string."""
        if actor is not None and actor.pronoun:
            return actor.pronoun
        return self._gender.get(name.rpartition(" ")[2].lower(), "")

    def spoke(self, name: str) -> None:
        """Note that `name` is a person: somebody quoted."""
        if name not in self._spoken:
            self._spoken.add(name)

    def actor_named(self, words: Sequence[str]) -> Actor | None:
        """Return the actor of the study whom the name `words` means in this article, or None."""
        key = tuple(words)
        if key in self._actors:
            return self._actors[key]
        found = self._actors[key] = self._actor_named(key)
        return found

    def _actor_named(self, words: tuple[str, ...]) -> Actor | None:
        found = self.directory.by_name(words)
        if found is not None:
            return found
        if len(words) == 1:
            known = self.directory.surnames.get(words[0], [])
            if len(known) == 1:
                full = self.full_name(words[0])
                if not full:
                    return known[0]
                other = self.directory.by_name(words_of(full))
                return known[0] if other is known[0] or self._mentioned(known[0]) else None
            for actor in known:
                if self._mentioned(actor):
                    return actor
        return None

    def _mentioned(self, actor: Actor) -> bool:
        known = self._in_text.get(actor.name)
        if known is None:
            known = any(alias in self.text for alias in (actor.name, *actor.aliases) if " " in alias)
            self._in_text[actor.name] = known
        return known

    def is_named(self, actor: Actor) -> bool:
        """Tell whether the article names `actor` anywhere, be it by surname."""
        known = self._named.get(actor.name)
        if known is None:
            known = any(run.actor is actor or self.actor_named(run.words) is actor for _, _, run in self._runs)
            self._named[actor.name] = known
        return known

    def before(self, position: int, *, since: int = 0) -> Iterator[Mention]:
        """Yield who is named before `position`, the nearest first: actors, names with a title, those quoted so far.

        Looks back to `since`, and through no more than some dozens of names.
        """
        last = bisect_left(self._starts, position)
        first = max(bisect_left(self._starts, since), last - _NEAR)
        mentions, spoken = self._mentions, self._spoken
        for k in range(last - 1, first - 1, -1):
            mention = mentions[k] if k in mentions else self._mention(k)
            if mention is not None and (mention.actor is not None or mention.titled or mention.name in spoken):
                yield mention

    def _mention(self, number: int) -> Mention | None:
        found = self._mentions[number] = self._read_mention(*self._runs[number])
        return found

    def _read_mention(self, start: int, end: int, run: Run) -> Mention | None:
        words = run.words
        actor = self.actor_named(words) or run.actor
        if actor is not None and actor.kind != "person":
            return None
        name = actor.name if actor is not None else run.name if len(words) > 1 else self.full_name(words[-1])
        name = name or run.name
        return Mention(start, end, name, actor, self.gender_of(name, actor), run.titled or words[-1] in self._gender)


class Run(NamedTuple):
    """A run of capitalised words read as a name: its words in lower case, as written, titles aside."""

    words: tuple[str, ...]
    name: str
    titled: bool
    gender: str
    actor: Actor | None


_MOST_RUNS = 100_000


def _read_run(directory: Directory, text: str) -> Run | None:
    """Read a run of capitalised words; None where it is no name of a person. Remembered for each directory."""
    known: dict[str, Run | None] = directory.runs
    if text in known:
        return known[text]
    if len(known) > _MOST_RUNS:
        known.clear()
    run = known[text] = _parse_run(directory, text)
    return run


def _parse_run(directory: Directory, text: str) -> Run | None:
    written = text.replace("’", "'")
    pieces = written.removesuffix("'s").split()
    words = [piece.strip(".'").lower() for piece in pieces]
    first = 0
    while first < len(words) and words[first] in _FUNCTION:
        first += 1
    titled = False
    gender = ""
    name = first
    for k in range(first, len(words)):
        if words[k] in TITLES:
            gender = "he" if words[k] in MASCULINE else "she" if words[k] in FEMININE else gender
            name = k + 1
            titled = titled or words[k] in OFFICES
        elif k - name >= 3:
            break
    whole = directory.by_name(words[first:])
    if name >= len(words) or (whole is not None and whole.kind != "person"):
        return None
    found = directory.at_end(words[name:])
    actor = found[0] if found is not None and found[0].kind == "person" else None
    return Run(tuple(words[name:]), " ".join(pieces[name:]).strip("."), titled, gender, actor)
