"""What a text takes for granted: who holds which office, and which milestones it tells as past."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from analysis.language import Lexicon, Vocabulary, read_document
from analysis.study import Milestone, Office, Study

__all__ = ["Cues", "Milestones", "Tenure", "titles_of"]

_NAME = r"(?:[^\W\d_a-z][\w.'’-]*)"
_NOT_NOW = re.compile(
    r"\b(?:former|ex|then|late|one-?time|future|incoming|ousted|vice|deputy|assistant|under|next|previous|"
    r"acting)[\s-]+(?:[\w.'’]+\s){0,2}$",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:would|could|may|might|will|shall|if|plans?|planned|expected|threatened|vow(?:s|ed)|likely|whether|"
    r"poised|set) (?:\w+ ){0,4}$",
    re.IGNORECASE,
)
_NAME_NEXT = re.compile(r"\s+[^\W\d_a-z]")
_WORD_START = re.compile(r"\b\w")
_GAPS = 20  # white space between the words of a title, as in a text wrapped within it
_SPELLINGS = (("defense", "defence"), ("adviser", "advisor"))


class Tenure(NamedTuple):
    """An office-holder met in a text: the actor, the words, their span, and first and last day (None: open)."""

    actor: str
    words: str
    start: int
    end: int
    since: date | None
    until: date | None


class Told(NamedTuple):
    """A milestone that a text tells as past."""

    label: str
    day: date
    words: str
    start: int
    end: int


def titles_of(title: str) -> tuple[str, ...]:
    """Return the forms in lower case that `title` takes before a name, without its country; the long ones first.

    Examples
    --------
    >>> titles_of("Japanese foreign minister")
    ('minister for foreign affairs', 'minister of foreign affairs', 'foreign minister', 'minister')
    >>> titles_of("US secretary of state")
    ('secretary of state', 'secretary')
    """
    words = title.split()
    core = [word for word in words if word[:1].islower()] or words
    core_text = " ".join(core).lower()
    forms = [core_text]
    if len(core) == 2 and core[1] in {"minister", "secretary"}:
        kind = core[0].lower() + (" affairs" if core[0].lower() == "foreign" else "")
        forms += [f"{core[1]} of {kind}", f"{core[1]} for {kind}"]
    if core[0].lower() in {"secretary", "minister", "president", "chancellor", "governor", "senator", "chairman"}:
        forms.append(core[0].lower())
    elif core[-1].lower() in {"secretary", "minister", "president", "chancellor", "governor", "senator", "chairman"}:
        forms.append(core[-1].lower())
    for one, other in _SPELLINGS:
        forms += [form.replace(a, b) for form in forms for a, b in ((one, other), (other, one)) if a in form]
    return tuple(sorted(set(forms), key=lambda form: (-len(form), form)))


class Cues:
    """The offices and milestones of a study, compiled once for many texts.

    Examples
    --------
    >>> from datetime import date
    >>> from pathlib import Path
    >>> from analysis.study import Actor, Office, Study
    >>> office = Office("Japanese prime minister", date(2020, 9, 16), date(2021, 10, 4))
    >>> suga = Actor("Yoshihide Suga", ("Kan",), "Japan", (office,))
    >>> cues = Cues(Study(Path("study.toml"), "", "", (), actors=(suga,)))
    >>> [(t.actor, t.words) for t in cues.tenures("Prime Minister Kan and former Prime Minister Suga")]
    [('Yoshihide Suga', 'Prime Minister Kan')]
    """

    def __init__(self, study: Study) -> None:
        self.study = study
        self._holders: dict[str, list[tuple[str, frozenset[str], Office]]] = {}
        for actor in study.actors:
            words = frozenset(w.casefold() for name in (actor.name, *actor.aliases) for w in _names(name))
            for office in actor.offices:
                for form in titles_of(office.title):
                    self._holders.setdefault(form, []).append((actor.name, words, office))
        self.titles = tuple(sorted(self._holders, key=lambda form: (-len(form), form)))
        self._reach: dict[str, int] = {}  # by the last word of a title, how far before its end it can begin
        for form in self.titles:
            last = form.split()[-1]
            self._reach[last] = max(self._reach.get(last, 0), len(form) + (_GAPS if " " in form else 0))
        forms = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in self.titles)
        self.pattern = (
            re.compile(rf"\b(?P<title>(?i:{forms}))\s+(?P<names>{_NAME}(?:\s+{_NAME}){{0,2}})") if forms else None
        )
        self._milestones = Milestones(study.milestones)

    def tenures(self, text: str) -> list[Tenure]:
        """Return the holders of offices that `text` names with their titles, in order, one row a mention."""
        found: list[Tenure] = []
        for match in self.titled(text):
            if _NOT_NOW.search(text, max(0, match.start() - 40), match.start()):
                continue
            title = " ".join(match["title"].casefold().split())
            names = _first_names(match["names"])
            held: dict[str, list[Office]] = {}
            for actor, words, office in self._holders[title]:
                # A title of one word says little: only the name right behind it counts.
                near = names if " " in title else names[:1]
                if any(name.casefold() in words for name in near):
                    held.setdefault(actor, []).append(office)
            words_said = f"{' '.join(match['title'].split())} {' '.join(names)}"
            for actor, offices in held.items():
                since, until = _span(offices)
                found.append(Tenure(actor, words_said, match.start(), match.end(), since, until))
        return found

    def titled(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches of `pattern` in `text`, looking only where a title's last word stands before a name."""
        lower = text.lower()
        if self.pattern is None:
            return
        if len(lower) != len(text):  # letters that are longer in lower case shift all behind them
            yield from self.pattern.finditer(text)
            return
        ends: list[tuple[int, int]] = []
        for word, reach in self._reach.items():
            place = lower.find(word)
            while place >= 0:
                end = place + len(word)
                if _NAME_NEXT.match(text, end):
                    ends.append((end, end - reach))
                place = lower.find(word, end)
        done = 0
        for end, first in sorted(ends):
            for start in _WORD_START.finditer(text, max(done, first), max(done, end)):
                match = self.pattern.match(text, start.start())
                if match is not None:
                    done = match.end()
                    yield match
                    break

    def holders(self, title: str) -> frozenset[str]:
        """Return the names of the actors who ever held an office that goes by `title`."""
        return frozenset(actor for actor, _, _ in self._holders.get(" ".join(title.casefold().split()), ()))

    def told(self, text: str) -> list[Told]:
        """Return the milestones that `text` tells as past."""
        return self._milestones.find(text)


def _names(name: str) -> list[str]:
    return [re.sub(r"['’]s?$", "", word).strip(".,") for word in name.split()]


def _first_names(written: str) -> list[str]:
    """Words of a name up to a full stop that is not an initial's."""
    words = written.split()
    end = next((n for n, word in enumerate(words, 1) if word.endswith(".") and len(word) > 2), len(words))
    return _names(" ".join(words[:end]))


def _span(offices: Iterable[Office]) -> tuple[date | None, date | None]:
    starts = [office.start for office in offices]
    ends = [office.end for office in offices]
    since = None if None in starts else min(day for day in starts if day is not None)
    until = None if None in ends else max(day for day in ends if day is not None)
    return since, until


class Milestones:
    """Milestones with patterns, compiled once."""

    def __init__(self, milestones: Iterable[Milestone]) -> None:
        self._milestones = [milestone for milestone in milestones if milestone.patterns]
        self._lexicon = Lexicon([milestone.patterns for milestone in self._milestones]) if self._milestones else None

    def find(self, text: str) -> list[Told]:
        """Return the first telling of each milestone in `text` that is not about a future."""
        if self._lexicon is None:
            return []
        document = read_document("", text, Vocabulary())
        found: dict[int, Told] = {}
        for match in self._lexicon.find(document):
            before = text[max(0, match.start - 40) : match.start]
            if match.entry in found or _NOT_YET.search(before):
                continue
            milestone = self._milestones[match.entry]
            found[match.entry] = Told(
                milestone.label, milestone.date, text[match.start : match.end], match.start, match.end
            )
        return list(found.values())
