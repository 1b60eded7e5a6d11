"""Who is named in an article: full names behind surnames, genders from titles, and where each person is mentioned."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from analysis.speakers.actors import Directory, words_of
from analysis.speakers.names import Run, Runs, find_names
from analysis.study import Actor

__all__ = ["Mention", "People"]

_NEAR = 80  # mentions looked back through


class Mention(NamedTuple):
    """A person named.

    The name in full, the actor it is (or None), gender (``he``, ``she`` or empty), and whether a title goes with the
    name.
    """

    name: str
    actor: Actor | None
    gender: str
    titled: bool


class People:
    """The persons whom one article names. Its text is read when it is first asked for.

    Parameters
    ----------
    text
        The article.
    directory
        The study's actors.
    runs
        Names read for these actors so far.
    published
        Day of the article, YYYY-MM-DD, or empty.

    Attributes
    ----------
    asked
        Set where an answer came from this article, and not from the study alone.
    placed
        Set where an answer holds for one place of it alone.
    """

    def __init__(self, text: str, directory: Directory, runs: Runs, published: str) -> None:
        self.text = text
        self.directory = directory
        self.asked = self.placed = False
        self._read = runs
        self._published = published
        self._mentions: dict[Run, Mention | None] = {}
        self._spoken: set[str] = set()
        self._in_text: dict[str, bool] = {}
        self._named: dict[str, bool] = {}

    @cached_property
    def _found(self) -> tuple[list[int], list[Run]]:
        return find_names(self.text, self._read)

    @cached_property
    def _full(self) -> dict[str, str]:
        return {run.last: run.name for run in reversed(self._found[1]) if run.is_full}  # the first of each

    @cached_property
    def _gender(self) -> dict[str, str]:
        return {run.last: run.gender for run in reversed(self._found[1]) if run.gender}

    def full_name(self, surname: str) -> str:
        """Return the full name that ends in `surname`, as first written in the article, or an empty string."""
        self.asked = True
        return self._full.get(surname.lower(), "")

    def gender_of(self, name: str, actor: Actor | None) -> str:
        """Return ``he`` or ``she`` where the study or a title in the article tells it, else an empty string."""
        if actor is not None and actor.pronoun:
            return actor.pronoun
        self.asked = True
        return self._gender.get(name.rpartition(" ")[2].lower(), "") if self._gender else ""

    def spoke(self, name: str) -> None:
        """Note that `name` is a person: somebody quoted."""
        self._spoken.add(name)

    def holders(self, words: Sequence[str]) -> list[Actor]:
        """Return who holds an office that `words` can stand for on the day of the article."""
        ever = self.directory.holders(words, "")
        if not ever:
            return ever
        self.asked = True
        return self.directory.holders(words, self._published) if self._published else ever

    def actor_named(self, words: Sequence[str]) -> Actor | None:
        """Return the actor of the study whom the name `words` means in this article, or None."""
        found = self.directory.by_name(words)
        if found is not None or len(words) != 1:
            return found
        known = self.directory.surnames.get(words[0])
        return None if known is None else self._bearer(words[0], known)

    def _bearer(self, surname: str, known: Sequence[Actor]) -> Actor | None:
        """Return which of the actors of a surname it means in this article."""
        self.asked = True
        if len(known) == 1:
            full = self.full_name(surname)
            if not full:
                return known[0]
            other = self.directory.by_name(words_of(full))
            return known[0] if other is known[0] or self._mentioned(known[0]) else None
        return next((actor for actor in known if self._mentioned(actor)), None)

    def _mentioned(self, actor: Actor) -> bool:
        known = self._in_text.get(actor.name)
        if known is None:
            known = any(alias in self.text for alias in (actor.name, *actor.aliases) if " " in alias)
            self._in_text[actor.name] = known
        return known

    def is_named(self, actor: Actor) -> bool:
        """Tell whether the article names `actor` anywhere, be it by surname."""
        self.asked = True
        known = self._named.get(actor.name)
        if known is None:
            named = dict.fromkeys(self._found[1])
            known = any(run.actor is actor or self.actor_named(run.words) is actor for run in named)
            self._named[actor.name] = known
        return known

    def before(self, position: int, *, since: int = 0) -> Iterator[tuple[int, Mention]]:
        """Yield who is named before `position`, and where: actors, names with a title, those quoted so far.

        The nearest come first. Looks back to `since`, and through no more than some dozens of names.
        """
        self.asked = self.placed = True
        starts, runs = self._found
        last = bisect_left(starts, position)
        first = max(bisect_left(starts, since), last - _NEAR)
        mentions, spoken = self._mentions, self._spoken
        for k in range(last - 1, first - 1, -1):
            run = runs[k]
            mention = mentions[run] if run in mentions else self._mention(run)
            if mention is not None and (mention.actor is not None or mention.titled or mention.name in spoken):
                yield starts[k], mention

    def _mention(self, run: Run) -> Mention | None:
        found = self._mentions[run] = self._read_mention(run)
        return found

    def _read_mention(self, run: Run) -> Mention | None:
        actor = self.actor_named(run.words) or run.actor
        if actor is not None and actor.kind != "person":
            return None
        name = actor.name if actor is not None else run.name if len(run.words) > 1 else self.full_name(run.last)
        name = name or run.name
        return Mention(name, actor, self.gender_of(name, actor), run.titled or run.last in self._gender)
