"""The study's actors as a resolver looks them up: by name, alias, surname and office at a date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from analysis.speakers.titles import NATIONS
from analysis.study import Actor

__all__ = ["Directory", "words_of"]

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:['’-][^\W_]+)*")
_IGNORED = frozenset(("the", "a", "an", "of", "for", "and"))


@lru_cache(maxsize=1 << 16)
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of `text` in lower case, without possessive endings and dots.

    Examples
    --------
    >>> words_of("Antony J. Blinken’s U.S. trip")
    ('antony', 'j', 'blinken', 'us', 'trip')
    """
    if not text.isascii():
        return tuple(_plain(word.lower().replace("’", "'")) for word in _WORD.findall(text))
    words: list[str] = _WORD.findall(text.lower())
    return tuple(map(_plain, words) if "." in text or "'" in text else words)


def _plain(word: str) -> str:
    return word.replace(".", "").removesuffix("'s")


def _role(words: Iterable[str]) -> frozenset[str]:
    """Return the words of an office, nations by one name."""
    return frozenset(NATIONS.get(word, word) for word in words if word not in _IGNORED) - {""}


class Directory:
    """The actors of a study, looked up by what a text calls them.

    Parameters
    ----------
    actors
        The study's actors. The last word of a person's name (not of an alias in the other order) is the surname.
    """

    def __init__(self, actors: Sequence[Actor]) -> None:
        self.actors = tuple(actors)
        self.names: dict[tuple[str, ...], Actor] = {}
        self.surnames: dict[str, list[Actor]] = {}
        self.heads: dict[str, list[Actor]] = {}
        self._offices: list[tuple[frozenset[str], str, Actor, date | None, date | None]] = []
        for actor in self.actors:
            name = words_of(actor.name)
            for alias in (actor.name, *actor.aliases):
                words = words_of(alias)
                if not words:
                    continue
                self.names.setdefault(tuple(w for w in words if w != "the") or words, actor)
                if actor.kind == "person":
                    if len(words) == 2:
                        self.names.setdefault((words[1], words[0]), actor)
                    turned = len(words) > 1 and words[0] == name[-1] and words[-1] != name[-1]
                    last = words[0] if turned else words[-1]
                    if actor not in self.surnames.setdefault(last, []):
                        self.surnames[last].append(actor)
                elif len(words) > 1 and actor not in self.heads.setdefault(words[-1], []):
                    self.heads[words[-1]].append(actor)
            for office in actor.offices:
                title = words_of(office.title)
                if title:
                    head = title[title.index("of") - 1] if "of" in title[1:] else title[-1]
                    self._offices.append((_role(title), head, actor, office.start, office.end))
        self._ends = frozenset(words[-1] for words in self.names)
        self.longest = max((len(words) for words in self.names), default=0)

    def by_name(self, words: Sequence[str]) -> Actor | None:
        """Return the actor whose name or alias is `words`, middle initials aside, or None."""
        if not words or words[-1] not in self._ends:
            return None
        found = self.names.get(tuple(words))
        if found is None and len(words) > 2 and 1 in map(len, words[1:-1]):
            found = self.names.get((words[0], *(w for w in words[1:-1] if len(w) > 1), words[-1]))
        return found

    def at_end(self, words: Sequence[str]) -> tuple[Actor, int] | None:
        """Return the actor whose name ends `words`, and how many words it takes; the longest name wins."""
        if not words or words[-1] not in self._ends:
            return None
        for size in range(min(len(words), self.longest + 1), 0, -1):
            found = self.by_name(words[-size:])
            if found is not None:
                return found, size
        return None

    def holders(self, words: Sequence[str], published: str) -> list[Actor]:
        """Return who holds an office that `words` can stand for on the day `published` (any day, where it is empty)."""
        asked = _role(words) if self._offices else None
        if not asked:
            return []
        found: list[Actor] = []
        for title, head, actor, start, end in self._offices:
            if head not in asked or not asked <= title:
                continue
            if published and ((start and published < start.isoformat()) or (end and published > end.isoformat())):
                continue
            if actor not in found:
                found.append(actor)
        return found

    def is_full_title(self, words: Sequence[str], actor: Actor) -> bool:
        """Tell whether `words` name an office of `actor` in full, its nation or institution included."""
        asked = _role(words)
        return any(owner is actor and title == asked for title, _, owner, _, _ in self._offices)
