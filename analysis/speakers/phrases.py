"""From a noun phrase to the person or institution it means: names, titles, roles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from analysis.speakers.actors import words_of
from analysis.speakers.people import People
from analysis.speakers.titles import DOCUMENTS, SPOKESPERSONS, TITLES, UNNAMED
from analysis.speakers.wording import ends_in_name, is_capital, read_phrase
from analysis.study import Actor

__all__ = ["NOBODY", "Phrases", "Speaker"]

_FAR = 50_000  # characters
_MOST_KNOWN = 100_000
_OWNER = re.compile(r"\b(?:by|from|of|for|issued by|released by)\s+(?=\S)")


class Speaker(NamedTuple):
    """Who speaks.

    The name, the study's actor if it is one, whether the source is unnamed, the side of several, and whether a
    correction says so.
    """

    name: str
    actor: Actor | None
    anonymous: bool
    several: str = ""
    by_hand: bool = False

    @property
    def side(self) -> str:
        """The side that the speaker is on, or empty."""
        return self.actor.side if self.actor is not None else self.several


NOBODY = Speaker("", None, False)


class Phrases:
    """Whom noun phrases mean in one article.

    Parameters
    ----------
    people
        The persons whom the article names.
    known
        Phrases that mean the same in every article of the study, as found so far; those found here are added.
    """

    def __init__(self, people: People, known: dict[str, Speaker]) -> None:
        self.people = people
        self._known = known
        self._here: dict[str, Speaker] = {}  # those that mean the same anywhere in this article

    def speaker(self, written: str, start: int) -> Speaker:
        """Return whom the noun phrase `written`, which stands at `start`, means."""
        found = self._known.get(written) or self._here.get(written)
        if found is not None:
            return found
        people = self.people
        people.asked = people.placed = False
        found = self._read(written, start)
        if not people.asked:
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            self._known[written] = found
        elif not people.placed:
            self._here[written] = found
        return found

    def _read(self, written: str, start: int) -> Speaker:
        read = read_phrase(written)
        if not read.whole:
            return NOBODY
        written = read.written
        actor = self.people.directory.by_name(read.whole)
        if actor is not None:
            return Speaker(actor.name, actor, False)
        if read.pair:
            joint = self._several(read.pair, start)
            if joint is not None:
                return joint
        if read.spoken_for:
            institution = self._read(read.spoken_for, start)
            return Speaker(written, institution.actor, True)
        core, bare = read.core, read.bare
        if not bare:
            return Speaker(written, None, False)
        head = bare[-1]
        if head in DOCUMENTS:
            owner = _OWNER.search(written)
            if owner is not None:
                return self._read(written[owner.end() :], start)
            possessor = re.match(r"(.+?)['’]s\s", core)
            return (
                self._read(possessor[1], start)
                if possessor is not None and possessor[1][:1].isupper()
                else Speaker(written, None, False)
            )
        named = self.people.actor_named(bare)
        if named is not None:
            return Speaker(named.name, named, False)
        found = self.people.directory.at_end(bare)
        if found is not None and (found[0].kind == "institution" or self._fits(bare[: -found[1]], core)):
            return Speaker(found[0].name, found[0], False)
        if read.is_name:
            return self._person(core, bare)
        return self._role(written, bare, head, start, core)

    def _several(self, parts: Sequence[str], start: int) -> Speaker | None:
        both = [self._read(part, start) for part in parts]
        if not all(b.actor is not None or ends_in_name(p) for b, p in zip(both, parts, strict=True)):
            return None
        sides = {b.actor.side if b.actor is not None else "" for b in both}
        return Speaker(" and ".join(b.name for b in both), None, False, sides.pop() if len(sides) == 1 else "")

    def _fits(self, before: Sequence[str], core: str) -> bool:
        """Tell whether the words before an actor's name can be titles, and no other person's first name."""
        return all(word in TITLES or not is_capital(word, core) for word in before[-1:])

    def _person(self, core: str, bare: Sequence[str]) -> Speaker:
        pieces = core.split()
        tail: list[str] = []
        for piece in reversed(pieces):
            plain = piece.strip(".'’").lower()
            if not piece[:1].isupper() or plain in TITLES or piece.endswith(("'s", "’s")):
                break
            tail.append(piece)
        name = " ".join(reversed(tail))
        if not name:
            return self._role(core, bare, bare[-1], 0, core)
        words = words_of(name)
        actor = self.people.actor_named(words)
        if actor is None and len(words) > 1 and words[-1] in self.people.directory.surnames:
            # Another first name than the study knows: the same person only where the title says so.
            title = words_of(core)[: -len(words)]
            holders = self.people.holders(title) if title else []
            actor = next((h for h in self.people.directory.surnames[words[-1]] if h in holders), None)
        if actor is not None:
            return Speaker(actor.name, actor, False)
        if len(words) == 1:
            full = self.people.full_name(words[0])
            if full:
                return Speaker(full, self.people.directory.by_name(words_of(full)), False)
        return Speaker(core if len(tail) == 1 and pieces[0].lower() == "the" else name, None, False)

    def _role(self, written: str, bare: Sequence[str], head: str, start: int, core: str) -> Speaker:
        """Resolve an office or a kind of institution: ``the prime minister``, ``the ministry``."""
        directory = self.people.directory
        definite = core[:4].lower() == "the " or core[:1].isupper() or bool(re.match(r"\S+['’]s\s", core))
        if definite:
            words = words_of(written) if " of " in written else bare
            holders = self.people.holders(words)
            if not holders and words is not bare:
                words, holders = bare, self.people.holders(bare)
            holder = self._nearest(holders, start, words)
            if holder is not None:
                return Speaker(holder.name, holder, False)
            kinds = directory.heads.get(head, [])
            if len(bare) == 1 or not any(is_capital(w, core) for w in bare):
                institution = self._institution(kinds, start) if kinds else None
                if institution is not None:
                    return Speaker(institution.name, institution, False)
        if head in SPOKESPERSONS:
            inside = directory.at_end(bare[:-1])
            return Speaker(written, inside[0] if inside is not None else None, True)
        pair = core.lower().startswith(("the two", "both"))
        return Speaker(written, None, head in UNNAMED and not pair)

    def _nearest(self, holders: list[Actor], start: int, words: Sequence[str]) -> Actor | None:
        """Return the one holder, or of several the one last named before `start`.

        A title in full (``Japan's prime minister``) needs no name in the article; part of one (``the chairman``) does.
        """
        if not holders:
            return None
        if len(holders) == 1:
            holder = holders[0]
            known = self.people.directory.is_full_title(words, holder) or self.people.is_named(holder)
            return holder if known else None
        for _, mention in self.people.before(start):
            if mention.actor in holders:
                return mention.actor
        return None

    def _institution(self, kinds: list[Actor], start: int) -> Actor | None:
        """Return the institution that ``the ministry`` means: the one last named before; or the only one it can be."""
        self.people.asked = self.people.placed = True
        best, place = None, -1
        for actor in kinds:
            for alias in (actor.name, *actor.aliases):
                at = self.people.text.rfind(alias, max(0, start - _FAR), start)
                if at > place:
                    best, place = actor, at
        if best is None and len(kinds) == 1:
            country, kind = words_of(kinds[0].name)[0], words_of(kinds[0].name)[-1].capitalize()
            others = re.search(rf"[A-Z]\w+ {re.escape(kind)}\b|\b{re.escape(kind)} of\b", self.people.text)
            if others is None and re.search(rf"\b{re.escape(country)}", self.people.text, re.IGNORECASE):
                return kinds[0]
        return best
