"""From the source as written to the person or institution: what is said so far, pronouns, corrections by hand."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from analysis.language import Document
from analysis.quotes import Quote, Span
from analysis.speakers.actors import Directory, words_of
from analysis.speakers.corrections import corrected_speaker
from analysis.speakers.names import Runs
from analysis.speakers.people import Mention, People
from analysis.speakers.phrases import NOBODY, Phrases, Speaker
from analysis.speakers.titles import DOCUMENTS
from analysis.speakers.wording import ends_in_name
from analysis.study import Study

__all__ = ["BY_HAND", "Attribution", "Cast", "resolve"]

BY_HAND = "by hand"

_RELATIVE, _HE, _SHE, _IT, _THEY, _OTHER = "relative", "he", "she", "it", "they", "other"
_PRONOUNS = {
    **dict.fromkeys(("who", "which", "that", "whom"), _RELATIVE),
    **dict.fromkeys(("he", "his", "him"), _HE),
    **dict.fromkeys(("she", "her"), _SHE),
    **dict.fromkeys(("it", "its"), _IT),
    **dict.fromkeys(("they", "their", "them"), _THEY),
    **dict.fromkeys(("i", "we", "you", "my", "our", "us"), _OTHER),
}
_ISSUER = re.compile(r"\s(?:\w+\s)?(?:by|from)\s([^,.;:()\n\"“”]{3,80})")
_REMEMBERED = 12  # quotes that a pronoun looks back through
_BACK = 6  # sentences


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


class Cast:
    """The actors of a study, with the names and phrases read for them so far.

    Parameters
    ----------
    study
        The dispute, for its actors.
    """

    def __init__(self, study: Study) -> None:
        self.actors = study.actors
        self.directory = Directory(study.actors)
        self._runs = Runs(self.directory)
        self._phrases: dict[str, Speaker] = {}

    @classmethod
    def of(cls, study: Study) -> Cast:
        """Return the cast of `study`; the last one asked for is kept."""
        global _last
        if _last is None or _last.actors is not study.actors:
            _last = cls(study)
        return _last

    def speakers(
        self, document: Document, quotes: Sequence[Quote], published: str, corrections: Sequence[tuple[str, str]]
    ) -> list[Speaker]:
        """Return who speaks in each quote, as `resolve` does."""
        people = People(document.text, self.directory, self._runs, published)
        resolver = _Resolver(document, people, Phrases(people, self._phrases), quotes)
        for quote in quotes:
            corrected = corrected_speaker(document.text, quote, corrections) if corrections else None
            if corrected is None:
                resolver.found.append(resolver.speaker(quote))
            else:
                actor = next((a for a in self.actors if a.name == corrected), None)
                resolver.found.append(Speaker(corrected, actor, False, by_hand=True))
        return resolver.found


_last: Cast | None = None


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
    return [
        Attribution(
            quote,
            speaker.name,
            "" if speaker.actor is None else speaker.actor.name,
            speaker.side,
            speaker.anonymous,
            BY_HAND if speaker.by_hand else quote.method,
        )
        for quote, speaker in zip(
            quotes, Cast.of(study).speakers(document, quotes, published, corrections), strict=True
        )
    ]


class _Said(NamedTuple):
    """A quote so far: the sentence of its source, who spoke, whether that is one person, and the gender if told."""

    sentence: int
    speaker: Speaker
    is_person: bool
    gender: str


class _Resolver:
    """The speakers of one article, from the first quote to the last."""

    def __init__(self, document: Document, people: People, phrases: Phrases, quotes: Sequence[Quote]) -> None:
        self._document = document
        self._text = document.text
        self._people = people
        self._phrases = phrases
        self._quotes = quotes
        self.found: list[Speaker] = []  # who says each quote so far
        self._said: list[_Said] = []  # those who can be told, as far as it was asked for
        self._read = 0  # quotes that this takes in

    @cached_property
    def _starts(self) -> list[int]:
        starts: list[int] = self._document.sentences[:, 0].tolist()
        return starts

    @cached_property
    def _contents(self) -> list[Span]:
        return sorted([piece for quote in self._quotes for piece in quote.content])

    @cached_property
    def _content_starts(self) -> list[int]:
        return [start for start, _ in self._contents]

    def speaker(self, quote: Quote) -> Speaker:
        """Return who says `quote`."""
        if not quote.source:
            return NOBODY
        start, end = quote.source[0]
        written = self._text[start:end]
        pronoun = _PRONOUNS.get(written.lower())
        if pronoun is not None:
            return self._pronoun(pronoun, start, quote)
        if _is_document(written):
            issuer = _ISSUER.match(self._text, end)
            if issuer is not None:
                return self._phrases.speaker(issuer[1], start)
        return self._phrases.speaker(written, start)

    def _sentence(self, position: int) -> int:
        return bisect_right(self._starts, position) - 1

    def _said_so_far(self) -> list[_Said]:
        """Return who spoke so far and can be told; the article's persons are told who they are."""
        for number in range(self._read, len(self.found)):
            speaker, quote = self.found[number], self._quotes[number]
            if not speaker.name:
                continue
            actor = speaker.actor
            if not speaker.anonymous and (actor is None or actor.kind == "person"):
                self._people.spoke(speaker.name)
            one = actor.kind == "person" if actor is not None else ends_in_name(speaker.name)
            one = one and not speaker.anonymous and " and " not in speaker.name
            gender = self._people.gender_of(speaker.name, actor) if one else ""
            position = quote.source[0][0] if quote.source else quote.content[0][0]
            self._said.append(_Said(self._sentence(position), speaker, one, gender))
        self._read = len(self.found)
        return self._said

    # -- pronouns

    def _pronoun(self, pronoun: str, start: int, quote: Quote) -> Speaker:
        """Return the nearest person or institution before `start` that the pronoun fits."""
        if pronoun == _RELATIVE:
            if not quote.antecedent:
                return NOBODY
            first, end = quote.antecedent[0]
            return self._phrases.speaker(self._text[first:end], first)
        if pronoun in (_HE, _SHE):
            return self._fitting(pronoun, start)
        if pronoun == _IT:
            return self._last_said(start, _is_institution)
        if pronoun == _THEY:
            return self._last_said(start, _are_several)
        return NOBODY

    def _last_said(self, start: int, fits: Callable[[Speaker], bool]) -> Speaker:
        """Return who fits and spoke last, in the sentence of `start` or the two before it."""
        first = self._sentence(start) - 2
        for said in reversed(self._said_so_far()):
            if said.sentence < first:
                break
            if fits(said.speaker):
                return said.speaker
        return NOBODY

    def _inside_content(self, position: int) -> bool:
        k = bisect_right(self._content_starts, position)
        return any(start <= position < end for start, end in self._contents[max(0, k - 3) : k])

    def _fitting(self, gender: str, start: int) -> Speaker:
        """Return the person of a gender who was last quoted or named before `start`, within some sentences."""
        starts, sentence = self._starts, self._sentence(start)
        since = starts[max(0, sentence - _BACK)] if sentence >= 0 else 0
        spoken: dict[int, Speaker] = {}
        for said in reversed(self._said_so_far()[-_REMEMBERED:]):
            if said.is_person and (not said.gender or said.gender == gender):
                spoken[said.sentence] = said.speaker  # the first of a sentence stays
        if sentence in spoken:
            return spoken[sentence]
        mentions = self._people.before(start, since=since)
        at, mention = next(mentions, _NO_MENTION)
        for back in range(sentence, max(-1, sentence - _BACK - 1), -1):
            if back in spoken:
                return spoken[back]
            # The first person of a sentence is its subject more often than not.
            first: Mention | None = None
            while mention is not None and at >= starts[back]:
                if (not mention.gender or mention.gender == gender) and not self._inside_content(at):
                    first = mention
                at, mention = next(mentions, _NO_MENTION)
            if first is not None:
                return Speaker(first.name, first.actor, False)
        return NOBODY


_NO_MENTION: tuple[int, Mention | None] = (-1, None)


@lru_cache(maxsize=1 << 14)
def _is_document(written: str) -> bool:
    """Tell whether a phrase ends in a document: ``a statement``."""
    words = words_of(written)
    return bool(words) and words[-1] in DOCUMENTS


def _is_institution(speaker: Speaker) -> bool:
    return speaker.actor is not None and speaker.actor.kind == "institution"


def _are_several(speaker: Speaker) -> bool:
    if speaker.actor is not None:
        return speaker.actor.pronoun == "they"
    return " and " in speaker.name or (speaker.name.endswith("s") and speaker.anonymous)
