"""What stands between two words, and which sentences end and begin in it.

The rule of `sentence_spans` looks at little more than that: whether the next word begins in lower case; whether a full
stop behind the word before ends a sentence, as it does but for abbreviations, initials and numbers; and in few places
at the words around. So what becomes of a gap is found out once, by that rule on a sample, and looked up from then on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.language.sentences import can_end, cut_sentences

__all__ = ["ASKED", "ASKED_UNLESS_PLAIN", "Gaps", "Parting", "opening", "part"]

ASKED_UNLESS_PLAIN, ASKED = 1, 2
_LONGEST = 64  # bytes: what is longer is hardly met twice
_MOST_KNOWN = 50_000
_PLAIN, _ABBREVIATION = "deal", "mr"


class Parting(NamedTuple):
    """Where sentences end in a gap and where the next ones begin."""

    ends: tuple[int, ...] = ()
    starts: tuple[int, ...] = ()


class _Tried(NamedTuple):
    """What the rule says of a gap: whether it must be asked, and its partings if not."""

    asks: int
    partings: tuple[Parting, Parting]


_NOTHING, _ALWAYS = (_Tried(asks, (Parting(), Parting())) for asks in (0, ASKED))
_FIRST_ROWS = [(_NOTHING, _NOTHING), (_ALWAYS, _ALWAYS)]


def opening(text: str, first: int) -> Parting:
    """Return where sentences end and begin before the first word, which begins at `first`; one is open there."""
    if not first:
        return Parting((), (0,))
    spans: list[tuple[int, int]] = []
    start = cut_sentences(text, 0, 0, first, spans)
    begin = first - len(text[start:first].lstrip())
    return Parting(tuple(end for _, end in spans), (*(opened for opened, _ in spans), begin))


def part(text: str, start: int, first: int, last: int) -> Parting:
    """Return where sentences end and begin in a gap, counted from its first character.

    Parameters
    ----------
    text
        The text.
    start
        Where the sentence begins in which the word before stands.
    first, last
        Where this word ends and the next begins; -1 where none does.
    """
    spans: list[tuple[int, int]] = []
    stop = len(text) if last < 0 else last
    start = cut_sentences(text, start, first, stop, spans)
    if not spans and last >= 0:
        return Parting()
    ends, starts = [end for _, end in spans], [begin for begin, _ in spans]
    rest = len(text[start:stop].lstrip())
    if last < 0 and (rest or not spans):
        ends.append(len(text.rstrip()))
    if last >= 0 or rest or not spans:
        starts.append(stop - rest)
    return Parting(tuple(end - first for end in ends), tuple(begin - first for begin in starts[1:]))


class Gaps:
    """The gaps met so far, each with a number, and what becomes of them.

    Number 0 is that of all gaps in which no sentence can end, number 1 that of all in which the rule is always asked.

    Attributes
    ----------
    asks
        For each number, and for a next word in capitals and in lower case: whether the rule must be asked for all of
        the gap (`ASKED`), or for the full stop that it begins with, unless the word before is plain
        (`ASKED_UNLESS_PLAIN`). Shape (numbers, 2).
    begins, counts
        Where in `ends` and `starts` the partings of each stand, and how many these are, where a full stop behind the
        word before ends no sentence and where it ends one, shape (numbers, 2, 2).
    ends, starts
        As in `Parting`, all behind one another.
    """

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self._rows = _FIRST_ROWS.copy()
        self._tabulate()

    def newest(self, numbers: NDArray[np.int64], lower: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return where the last of the sentences begins that begin in each gap, or -1; in the order of `counts`."""
        counts = self.counts[numbers, lower]
        last = np.append(self.starts, 0)[self.begins[numbers, lower] + counts - 1]
        return np.where(counts > 0, last, -1)

    def numbers_of(self, gaps: Iterable[bytes]) -> NDArray[np.int64]:
        """Return the numbers of `gaps`, learning those that are new."""
        if len(self._numbers) > _MOST_KNOWN:
            self._numbers, self._rows = {}, _FIRST_ROWS.copy()
        known = len(self._rows)
        numbers = np.array([self._number(gap) for gap in gaps], dtype=np.int64)
        if len(self._rows) > known:
            self._tabulate()
        return numbers

    def _number(self, gap: bytes) -> int:
        number = self._numbers.get(gap)
        if number is None:
            if len(gap) > _LONGEST:
                return 1
            number = self._numbers[gap] = self._learn(gap.decode("utf-8", "surrogatepass"))
        return number

    def _learn(self, gap: str) -> int:
        if not can_end(gap):
            return 0
        self._rows.append((_try(gap, "Deal", "Deal said"), _try(gap, "deal", "the deal said")))
        return len(self._rows) - 1

    def _tabulate(self) -> None:
        partings = [parting for row in self._rows for tried in row for parting in tried.partings]
        shape = (len(self._rows), 2, 2)
        self.asks = np.array([[tried.asks for tried in row] for row in self._rows], dtype=np.int8)
        self.counts = np.array([len(parting.ends) for parting in partings], dtype=np.int64).reshape(shape)
        self.begins = (np.cumsum(self.counts) - self.counts.ravel()).reshape(shape)
        self.ends = np.array([end for parting in partings for end in parting.ends], dtype=np.int64)
        self.starts = np.array([start for parting in partings for start in parting.starts], dtype=np.int64)


def _try(gap: str, follower: str, speaker: str) -> _Tried:
    """Ask the rule about `gap` behind an abbreviation and behind a plain word, before `follower`."""

    def parting(word: str, behind: str) -> Parting:
        return part(word + gap + behind, 0, len(word), len(word) + len(gap))

    abbreviated, usual = parting(_ABBREVIATION, follower), parting(_PLAIN, follower)
    if parting(_PLAIN, speaker) != usual:
        return _ALWAYS  # it matters whether the next words name somebody who speaks
    return _Tried(ASKED_UNLESS_PLAIN if abbreviated != usual else 0, (abbreviated, usual))
