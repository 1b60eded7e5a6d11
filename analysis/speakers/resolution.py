"""From the source as written to the person or institution: names, titles, roles, pronouns."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from analysis.language import Document
from analysis.quotes import Quote
from analysis.speakers.actors import Directory, words_of
from analysis.speakers.corrections import corrected_speaker
from analysis.speakers.people import Mention, People
from analysis.speakers.titles import DOCUMENTS, SPOKESPERSONS, TITLES, UNNAMED
from analysis.speakers.wording import ends_in_name, is_capital, read_phrase
from analysis.study import Actor, Study

__all__ = ["Attribution", "resolve"]

_FAR = 50_000  # characters
_PRONOUNS = frozenset(
    ("he", "she", "his", "her", "him", "they", "their", "them", "it", "its", "i", "we", "you", "my", "our", "us")
)
_RELATIVES = frozenset(("who", "which", "that", "whom"))
_DETERMINERS = frozenset(("the", "a", "an", "this", "that", "his", "her", "their", "its", "our", "these", "those"))
_OWNER = re.compile(r"\b(?:by|from|of|for|issued by|released by)\s+(?=\S)")
_ISSUER = re.compile(r"\s(?:\w+\s)?(?:by|from)\s([^,.;:()\n\"“”]{3,80})")


class Attribution(NamedTuple):
    """A quote with its speaker.

    Attributes
    ----------
    quote
        The quote.
    speaker
        The actor's name, else the person's full name in the article or the source as written; empty where not told.
    actor, side
        Name and side of the study's actor, or empty.
    anonymous
        Whether the source is unnamed.
    method
        Id of the rule that found the quote; ``by hand`` where the speaker was set by hand.
    """

    quote: Quote
    speaker: str
    actor: str
    side: str
    anonymous: bool
    method: str


class _Speaker(NamedTuple):
    name: str
    actor: Actor | None
    anonymous: bool
    side: str = ""


_NOBODY = _Speaker("", None, False)


_last: Directory | None = None


def _directory(actors: tuple[Actor, ...]) -> Directory:
    """Return the directory of `actors`; the last one asked for is kept."""
    global _last
    if _last is None or _last.actors is not actors:
        _last = Directory(actors)
    return _last


def resolve(
    document: Document,
    quotes: Sequence[Quote],
    study: Study,
    *,
    published: str = "",
    corrections: Sequence[tuple[str, str]] = (),
) -> list[Attribution]:
    """Say for each quote who speaks: the study's actor, a person or institution outside it, or nobody who can be told.

    A surname stands for the full name that the article gives, a title or office for its holder on the day of the
    article, a pronoun for the nearest person before it that fits, and never for an institution where it is *he* or
    *she*. What cannot be told is left empty.

    Parameters
    ----------
    document
        The article.
    quotes
        Its quotes, in text order.
    study
        The dispute, for its actors.
    published
        Day of the article, YYYY-MM-DD; empty where not known: then any holder of an office may be meant.
    corrections
        Speakers set by hand: the first words of the quoted text, and the speaker.

    Returns
    -------
    list of Attribution
        One for each quote, in the same order.
    """
    if not quotes:
        return []
    people = People(document.text, _directory(study.actors), published)
    starts = document.sentences[:, 0].tolist()
    resolver = _Resolver(document.text, people, starts, quotes)
    found: list[Attribution] = []
    for quote in quotes:
        speaker, method = resolver.speaker(quote), quote.method
        corrected = corrected_speaker(document.text, quote, corrections) if corrections else None
        if corrected is not None:
            actor = next((a for a in study.actors if a.name == corrected), None)
            speaker, method = _Speaker(corrected, actor, False), "by hand"
        resolver.remember(quote, speaker)
        side = speaker.actor.side if speaker.actor is not None else speaker.side
        found.append(
            Attribution(
                quote, speaker.name, speaker.actor.name if speaker.actor else "", side, speaker.anonymous, method
            )
        )
    return found


class _Resolver:
    """The speakers of one article, from the first quote to the last."""

    def __init__(self, text: str, people: People, starts: list[int], quotes: Sequence[Quote]) -> None:
        self.text = text
        self.people = people
        self.starts = starts
        self.contents = sorted(piece for quote in quotes for piece in quote.content)
        self.content_starts = [start for start, _ in self.contents]
        self.said: list[tuple[int, _Speaker]] = []  # position of each source so far, and who it was
        self.institutions: list[tuple[int, Actor]] = []

    def speaker(self, quote: Quote) -> _Speaker:
        """Return who says `quote`."""
        if not quote.source:
            return _NOBODY
        start, end = quote.source[0]
        written = self.text[start:end]
        lower = written.lower()
        if lower in _RELATIVES:
            if quote.antecedent:
                a, b = quote.antecedent[0]
                return self.phrase(self.text[a:b], a)
            return _NOBODY
        if lower in _PRONOUNS:
            return self.pronoun(lower, start, quote)
        words = words_of(written)
        if words and words[-1] in DOCUMENTS:
            issuer = _ISSUER.match(self.text, end)
            if issuer is not None:
                return self.phrase(issuer[1], start)
        return self.phrase(written, start)

    def remember(self, quote: Quote, speaker: _Speaker) -> None:
        """Keep who spoke, for the pronouns that follow."""
        if not speaker.name:
            return
        position = quote.source[0][0] if quote.source else quote.content[0][0]
        self.said.append((position, speaker))
        if not speaker.anonymous and (speaker.actor is None or speaker.actor.kind == "person"):
            self.people.spoke(speaker.name)

    # -- phrases

    def phrase(self, written: str, start: int) -> _Speaker:
        """Return whom a noun phrase means."""
        read = read_phrase(written)
        if not read.whole:
            return _NOBODY
        written = read.written
        actor = self.people.directory.by_name(read.whole)
        if actor is not None:
            return _Speaker(actor.name, actor, False)
        if read.pair:
            joint = self._several(read.pair, start)
            if joint is not None:
                return joint
        if read.spoken_for:
            institution = self.phrase(read.spoken_for, start)
            return _Speaker(written, institution.actor, True)
        core, bare = read.core, read.bare
        if not bare:
            return _Speaker(written, None, False)
        head = bare[-1]
        if head in DOCUMENTS:
            owner = _OWNER.search(written)
            if owner is not None:
                return self.phrase(written[owner.end() :], start)
            possessor = re.match(r"(.+?)['’]s\s", core)
            return (
                self.phrase(possessor[1], start)
                if possessor is not None and possessor[1][:1].isupper()
                else _Speaker(written, None, False)
            )
        named = self.people.actor_named(bare)
        if named is not None:
            return _Speaker(named.name, named, False)
        found = self.people.directory.at_end(bare)
        if found is not None and (found[0].kind == "institution" or self._fits(bare[: -found[1]], core)):
            return _Speaker(found[0].name, found[0], False)
        if read.is_name:
            return self._person(core, bare)
        return self._role(written, bare, head, start, core)

    def _several(self, parts: Sequence[str], start: int) -> _Speaker | None:
        both = [self.phrase(part, start) for part in parts]
        if not all(b.actor is not None or ends_in_name(p) for b, p in zip(both, parts, strict=True)):
            return None
        sides = {b.actor.side if b.actor is not None else "" for b in both}
        return _Speaker(" and ".join(b.name for b in both), None, False, sides.pop() if len(sides) == 1 else "")

    def _fits(self, before: Sequence[str], core: str) -> bool:
        """Tell whether the words before an actor's name can be titles, and no other person's first name."""
        return all(word in TITLES or not is_capital(word, core) for word in before[-1:])

    def _person(self, core: str, bare: Sequence[str]) -> _Speaker:
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
            holders = self.people.directory.holders(title, self.people.published) if title else []
            actor = next((h for h in self.people.directory.surnames[words[-1]] if h in holders), None)
        if actor is not None:
            return _Speaker(actor.name, actor, False)
        if len(words) == 1:
            full = self.people.full_name(words[0])
            if full:
                return _Speaker(full, self.people.directory.by_name(words_of(full)), False)
        return _Speaker(core if len(tail) == 1 and pieces[0].lower() == "the" else name, None, False)

    def _role(self, written: str, bare: Sequence[str], head: str, start: int, core: str) -> _Speaker:
        """Resolve an office or a kind of institution: ``the prime minister``, ``the ministry``."""
        directory = self.people.directory
        definite = core[:4].lower() == "the " or core[:1].isupper() or bool(re.match(r"\S+['’]s\s", core))
        if definite:
            words = words_of(written) if " of " in written else bare
            published = self.people.published
            holders = directory.holders(words, published)
            if not holders and words is not bare:
                words, holders = bare, directory.holders(bare, published)
            holder = self._nearest(holders, start, words)
            if holder is not None:
                return _Speaker(holder.name, holder, False)
            kinds = directory.heads.get(head, [])
            if len(bare) == 1 or not any(is_capital(w, core) for w in bare):
                institution = self._institution(kinds, start)
                if institution is not None:
                    return _Speaker(institution.name, institution, False)
        if head in SPOKESPERSONS:
            inside = directory.at_end(bare[:-1])
            return _Speaker(written, inside[0] if inside is not None else None, True)
        pair = core.lower().startswith(("the two", "both"))
        return _Speaker(written, None, head in UNNAMED and not pair)

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
        for mention in self.people.before(start):
            if mention.actor in holders:
                return mention.actor
        return None

    def _institution(self, kinds: list[Actor], start: int) -> Actor | None:
        """Return the institution that ``the ministry`` means: the one last named before; or the only one it can be."""
        best, place = None, -1
        for actor in kinds:
            for alias in (actor.name, *actor.aliases):
                at = self.text.rfind(alias, max(0, start - _FAR), start)
                if at > place:
                    best, place = actor, at
        if best is None and len(kinds) == 1:
            country, kind = words_of(kinds[0].name)[0], words_of(kinds[0].name)[-1].capitalize()
            others = re.search(rf"[A-Z]\w+ {re.escape(kind)}\b|\b{re.escape(kind)} of\b", self.text)
            if others is None and re.search(rf"\b{re.escape(country)}", self.text, re.IGNORECASE):
                return kinds[0]
        return best

    # -- pronouns

    def pronoun(self, word: str, start: int, quote: Quote) -> _Speaker:
        """Return the nearest person or institution before `start` that the pronoun fits."""
        if word in ("he", "his", "him"):
            return self._fitting("he", start)
        if word in ("she", "her"):
            return self._fitting("she", start)
        if word in ("it", "its"):
            for position, speaker in reversed(self.said):
                if self._sentences_between(position, start) > 2:
                    break
                if speaker.actor is not None and speaker.actor.kind == "institution":
                    return speaker
            return _NOBODY
        if word in ("they", "their", "them"):
            for position, speaker in reversed(self.said):
                if self._sentences_between(position, start) > 2:
                    break
                if speaker.actor is not None and speaker.actor.pronoun == "they":
                    return speaker
                if speaker.actor is None and (
                    " and " in speaker.name or (speaker.name.endswith("s") and speaker.anonymous)
                ):
                    return speaker
        return _NOBODY

    def _sentences_between(self, first: int, second: int) -> int:
        return bisect_right(self.starts, second) - bisect_right(self.starts, first)

    def _inside_content(self, position: int) -> bool:
        k = bisect_right(self.content_starts, position)
        return any(start <= position < end for start, end in self.contents[max(0, k - 3) : k])

    def _fitting(self, gender: str, start: int) -> _Speaker:
        sentence = bisect_right(self.starts, start) - 1
        since = self.starts[max(0, sentence - 6)] if sentence >= 0 else 0
        spoken: dict[int, _Speaker] = {}
        for position, speaker in self.said[-12:]:
            person = (speaker.actor is None and ends_in_name(speaker.name)) or (
                speaker.actor is not None and speaker.actor.kind == "person"
            )
            known = self.people.gender_of(speaker.name, speaker.actor)
            if person and not speaker.anonymous and " and " not in speaker.name and (not known or known == gender):
                spoken.setdefault(bisect_right(self.starts, position) - 1, speaker)
        mentions = self.people.before(start, since=since)
        mention = next(mentions, None)
        for back in range(sentence, max(-1, sentence - 7), -1):
            if back in spoken:
                return spoken[back]
            # The first person of a sentence is its subject more often than not.
            first: Mention | None = None
            while mention is not None and mention.start >= self.starts[back]:
                fits = not mention.gender or mention.gender == gender
                if fits and not self._inside_content(mention.start):
                    first = mention
                mention = next(mentions, None)
            if first is not None:
                return _Speaker(first.name, first.actor, False)
        return _NOBODY
