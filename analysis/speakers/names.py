"""Runs of capitalised words, and which of them are names of persons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate, compress

from analysis.speakers.actors import Directory
from analysis.speakers.titles import FEMININE, MASCULINE, OFFICES, TITLES
from analysis.study import Actor

__all__ = ["RUN", "Run", "Runs", "find_names"]

# What follows the first letter of a part, looked back at: a pattern that begins with a class is searched much faster.
# Most parts are a capital and small letters, so these are tried before the titles with a stop (``Mr.``, ``Sen.``).
_REST = (
    r"(?:[a-z]*+(?![.\w’'-])"
    r"|(?:(?<=M)(?:rs?|s|aj)|(?<=D)r|(?<=S)(?:en|t|gt)|(?<=R)e[pv]|(?<=G)(?:ov|en)|(?<=P)rof|(?<=L)t"
    r"|(?<=C)(?:ol|apt)|(?<=A)dm)?\.|[\w’'-]*+)"
)
RUN = re.compile(
    rf"([A-Z](?<!\w.){_REST}(?:(?:[^\S\n]|(?<=\.))(?:(?=[abdlv])(?:bin|al|de|van|von|der|da|del|la)\s)?[A-Z]{_REST})*+)"
)
_FUNCTION = frozenset(
    "the a an this that these those in on at but and or as if when while after before for from by with he she "
    "they we i you it his her their our its who what why how where yes no so then there here also however "
    "meanwhile still later earlier according to of not all some many most several both monday tuesday wednesday "
    "thursday friday saturday sunday january february march april may june july august september october november "
    "december".split()
)
_MOST_RUNS = 100_000


@dataclass(slots=True, eq=False)
class Run:
    """A run of capitalised words read as a name.

    Attributes
    ----------
    words
        Its words in lower case, titles aside.
    name
        As written, titles aside.
    titled
        Whether a title of office goes with it.
    gender
        ``he`` or ``she`` where the title tells it, else empty.
    actor
        The person of the study whose name it ends in, if any.
    last
        Its last word in lower case: a surname.
    is_full
        Whether it can be a first name and a surname.
    """

    words: tuple[str, ...]
    name: str
    titled: bool
    gender: str
    actor: Actor | None
    last: str
    is_full: bool


class Runs(dict[str, Run | None]):
    """Runs as read for the actors of a study; None for one that is no name of a person. Each is read once."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def __missing__(self, written: str) -> Run | None:
        if len(self) > _MOST_RUNS:
            self.clear()
        run = self[written] = _read(self._directory, written)
        return run


def find_names(text: str, runs: Runs) -> tuple[list[int], list[Run]]:
    """Return where the names of persons in `text` begin, and the names."""
    parts = RUN.split(text)  # what stands between the runs, and the runs, in turn
    ends = list(accumulate(map(len, parts)))
    named = list(map(runs.__getitem__, parts[1::2]))
    return list(compress(ends[::2], named)), list(filter(None, named))


def _read(directory: Directory, text: str) -> Run | None:
    written = text.replace("’", "'")
    pieces = written.removesuffix("'s").split()
    words = [piece.strip(".'").lower() for piece in pieces]
    first = 0
    while first < len(words) and words[first] in _FUNCTION:
        first += 1
    titled = False
    gender = ""
    name = first
    if not TITLES.isdisjoint(words):
        for k in range(first, len(words)):
            if words[k] in TITLES:
                gender = "he" if words[k] in MASCULINE else "she" if words[k] in FEMININE else gender
                name = k + 1
                titled = titled or words[k] in OFFICES
            elif k - name >= 3:
                break
    if name >= len(words):
        return None
    whole = directory.by_name(words[first:])
    if whole is not None and whole.kind != "person":
        return None
    found = directory.at_end(words[name:])
    actor = found[0] if found is not None and found[0].kind == "person" else None
    own = tuple(words[name:])
    return Run(own, " ".join(pieces[name:]).strip("."), titled, gender, actor, own[-1], 2 <= len(own) <= 4)
