"""Lines that an outlet repeats from article to article: furniture that no general rule knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from analysis.cleaning.tally import Tally, line_key, tally
from analysis.cleaning.tally import line_hash as _hash

__all__ = ["RepeatedLines", "Tally", "line_key", "repeated_lines"]

_COPIED = 0.5  # share of the anchors' letters that makes an article a copy
_MOST_LINES = 3_000_000  # counted at a time, 16 bytes each
_MOST_ANCHORS = 4_000_000  # 8 bytes each
_MOST_WAITING = 100_000  # counted, not yet put into the arrays
_BATCH = 256  # articles tallied at a time
_ALL = 1 << 64


class _Outlet:
    """Counts of one outlet: sorted hashes with counts, and what waits to be put among them."""

    __slots__ = ("anchors", "articles", "counts", "hashes", "missed", "names", "new_anchors", "slack", "waiting")

    def __init__(self) -> None:
        self.articles = 0  # copies collapsed
        self.missed = 0  # the most that a line dropped from the counts can have had
        self.hashes: NDArray[np.uint64] = np.empty(0, dtype=np.uint64)
        self.counts: NDArray[np.uint32] = np.empty(0, dtype=np.uint32)
        self.slack: NDArray[np.uint32] = np.empty(0, dtype=np.uint32)  # by how much a count can be too low
        self.anchors: NDArray[np.uint64] = np.empty(0, dtype=np.uint64)
        self.waiting: Counter[int] = Counter()
        self.new_anchors: set[int] = set()
        self.names: dict[int, str] = {}  # keys of the lines that are repeated often enough now

    def known(self, anchors: list[int]) -> list[bool]:
        """Tell for each of `anchors` whether it stands as a long line of an earlier article."""
        found = [anchor in self.new_anchors for anchor in anchors]
        if len(self.anchors) and not all(found):
            hashes = np.array(anchors, dtype=np.uint64)
            place = np.searchsorted(self.anchors, hashes)
            settled = self.anchors.take(place, mode="clip") == hashes
            found = [one or other for one, other in zip(found, settled.tolist(), strict=True)]
        return found

    def settle(self, least: float, keys: Mapping[int, str]) -> None:
        """Put what waits among the counts, and keep the names of lines with a count of at least `least`."""
        if self.new_anchors:
            fresh = np.fromiter(self.new_anchors, dtype=np.uint64, count=len(self.new_anchors))
            self.anchors = np.union1d(self.anchors, fresh)
            self.new_anchors = set()
        if self.waiting:
            fresh = np.fromiter(self.waiting.keys(), dtype=np.uint64, count=len(self.waiting))
            added = np.fromiter(self.waiting.values(), dtype=np.uint32, count=len(self.waiting))
            order = np.argsort(fresh)
            fresh, added = fresh[order], added[order]
            place = np.searchsorted(self.hashes, fresh)
            inside = place < len(self.hashes)
            inside[inside] = self.hashes[place[inside]] == fresh[inside]
            self.counts[place[inside]] += added[inside]
            new = ~inside
            self.hashes = np.insert(self.hashes, place[new], fresh[new])
            self.counts = np.insert(self.counts, place[new], added[new])
            self.slack = np.insert(self.slack, place[new], np.uint32(self.missed))
            self.waiting = Counter()
        often = self.hashes[self.counts >= least].tolist()
        # A line can only come to be repeated often enough by standing in an article, and then its key is at hand.
        self.names = {number: keys.get(number) or self.names[number] for number in often}

    def drop_rarest(self) -> None:
        """Forget the rarer half of the lines, and keep how much that can matter."""
        most = self.counts + self.slack
        self.missed = max(self.missed, int(np.median(most)))
        kept = most > self.missed
        self.hashes, self.counts, self.slack = self.hashes[kept], self.counts[kept], self.slack[kept]
        self.names = {number: self.names[number] for number in self.hashes.tolist() if number in self.names}


class RepeatedLines:
    r"""Counts of the short lines of a growing corpus, outlet by outlet, in bounded memory.

    Feed it every article once, freeze it, and clean with what is frozen. What was frozen once stays, so that cleaning
    an article again gives the same; lines that come to be repeated later are for articles not cleaned yet.

    Copies of one article count once, so that a story published again never makes its own sentences furniture: an
    article of which at least half, by the letters of its four longest lines, stands as long lines of earlier articles
    of its outlet is a copy.

    Up to three million different lines the counts are exact (but for two lines whose 64-bit hashes are equal). Beyond,
    the rarer half of the lines of the larger outlets is forgotten and counts become lower bounds (as in the lossy
    counting of Manku & Motwani 2002): no line is taken for repeated that is not; one that only just is may be missed.
    From four million long lines on, four an article, only a sample of these is kept, and copies that it does not know
    count as articles of their own. Memory stays near 100 MB.

    Parameters
    ----------
    minimum
        In how many articles a line must stand, copies collapsed.
    share
        And in what share of the outlet's articles.

    Examples
    --------
    >>> lines = RepeatedLines()
    >>> lines.add_many(("Daily", f"Story {n} is told\nIn a town called {n}\nOur man in Havana") for n in "abcdef")
    >>> lines.freeze()
    {'Daily': frozenset({'our man in havana'})}
    >>> RepeatedLines.from_state(lines.state()).freeze() == lines.freeze()
    True
    """

    def __init__(self, minimum: int = 5, share: float = 0.02) -> None:
        self.minimum = minimum
        self.share = share
        self._outlets: dict[str, _Outlet] = {}
        self._frozen: dict[str, frozenset[str]] = {}
        self._sampled = _ALL  # anchors with a hash below it are kept
        self._waiting = 0
        self._keys: dict[int, str] = {}  # by their hashes, of the lines that wait to be settled

    def add(self, outlet: str, raw: str) -> None:
        """Count the lines of an article; one of an unknown outlet is passed over."""
        self.add_tally(tally([(outlet, raw)]))

    def add_many(self, articles: Iterable[tuple[str, str]]) -> None:
        """Count the lines of articles given as outlet and raw text, always in the same order."""
        waiting = iter(articles)
        while batch := list(islice(waiting, _BATCH)):
            self.add_tally(tally(batch))

    @staticmethod
    def tally(articles: Iterable[tuple[str, str]]) -> Tally:
        """Return what articles given as outlet and raw text add to any counts: the larger part of the work.

        It can be done in another process. Tallies added in the order of their articles give what `add_many` gives.
        """
        return tally(articles)

    def add_tally(self, tally: Tally) -> None:
        r"""Count the lines of the articles of a tally.

        Examples
        --------
        >>> one, other = RepeatedLines(), RepeatedLines()
        >>> articles = [("Daily", f"Story {n} is told\nOur man in Havana") for n in "abcdef"]
        >>> one.add_many(articles)
        >>> for run in (articles[:2], articles[2:]):
        ...     other.add_tally(RepeatedLines.tally(run))
        >>> one.freeze() == other.freeze()
        True
        """
        keys = dict(zip(tally.hashes.tolist(), tally.keys, strict=True))
        for outlet, anchors, lines in _articles(tally):
            counts = self._outlets.get(outlet)
            if counts is None:
                counts = self._outlets[outlet] = _Outlet()
            kept = {anchor: length for anchor, length in anchors.items() if anchor < self._sampled}
            known = counts.known(list(kept))
            letters = sum(kept.values())
            if letters and sum(n for n, met in zip(kept.values(), known, strict=True) if met) >= _COPIED * letters:
                continue
            counts.articles += 1
            counts.new_anchors.update(kept)
            counts.waiting.update(lines)
            self._keys.update({line: keys[line] for line in lines})
            self._waiting += len(lines) + len(anchors)
            if self._waiting > _MOST_WAITING:
                self._settle()

    def freeze(self) -> Mapping[str, frozenset[str]]:
        """Return, for each outlet, the keys of the lines repeated so far, those of earlier calls among them.

        Returns
        -------
        dict
            Outlet to keys as `line_key` makes them, for `clean(repeated=...)`; outlets without any have no entry.
        """
        self._settle()
        for outlet, counts in self._outlets.items():
            if counts.names:
                self._frozen[outlet] = self._frozen.get(outlet, frozenset()) | frozenset(counts.names.values())
        self._frozen = {outlet: self._frozen[outlet] for outlet in sorted(self._frozen)}
        return dict(self._frozen)

    def state(self) -> dict[str, Any]:
        """Return all there is to keep, as arrays and lists; `from_state` reads it.

        Returns
        -------
        dict
            ``settings`` (minimum, share, limit of the sample of anchors as a share of all), lists ``outlets``,
            ``names``, ``frozen``, and arrays; ``*_of`` gives the outlet's number for each entry of what it names.
        """
        self._settle()
        outlets = sorted(self._outlets.keys() | self._frozen.keys())
        held = [self._outlets.get(outlet) or _Outlet() for outlet in outlets]
        frozen = [sorted(self._frozen.get(outlet, ())) for outlet in outlets]
        numbers = np.arange(len(outlets), dtype=np.int64)
        return {
            "settings": [float(self.minimum), float(self.share), self._sampled / _ALL],
            "outlets": outlets,
            "articles": np.array([counts.articles for counts in held], dtype=np.int64),
            "missed": np.array([counts.missed for counts in held], dtype=np.int64),
            "lines": _joined([counts.hashes for counts in held], np.uint64),
            "counts": _joined([counts.counts for counts in held], np.uint32),
            "slack": _joined([counts.slack for counts in held], np.uint32),
            "lines_of": numbers.repeat([len(counts.hashes) for counts in held]),
            "anchors": _joined([counts.anchors for counts in held], np.uint64),
            "anchors_of": numbers.repeat([len(counts.anchors) for counts in held]),
            "names": [counts.names[number] for counts in held for number in sorted(counts.names)],
            "names_of": numbers.repeat([len(counts.names) for counts in held]),
            "frozen": [key for keys in frozen for key in keys],
            "frozen_of": numbers.repeat([len(keys) for keys in frozen]),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the counts that `state` was taken from, to go on with."""
        minimum, share, sampled = state["settings"]
        lines = cls(int(minimum), float(share))
        lines._sampled = int(float(sampled) * _ALL)
        names = _by_outlet(state["names"], state["names_of"])
        frozen = _by_outlet(state["frozen"], state["frozen_of"])
        lines_of, anchors_of = np.asarray(state["lines_of"]), np.asarray(state["anchors_of"])
        for number, outlet in enumerate(state["outlets"]):
            counts = lines._outlets[outlet] = _Outlet()
            counts.articles, counts.missed = int(state["articles"][number]), int(state["missed"][number])
            own = slice(*np.searchsorted(lines_of, [number, number + 1]).tolist())
            counts.hashes = np.array(state["lines"][own], dtype=np.uint64)
            counts.counts = np.array(state["counts"][own], dtype=np.uint32)
            counts.slack = np.array(state["slack"][own], dtype=np.uint32)
            own = slice(*np.searchsorted(anchors_of, [number, number + 1]).tolist())
            counts.anchors = np.array(state["anchors"][own], dtype=np.uint64)
            counts.names = {_hash(key): key for key in names.get(number, ())}
            if number in frozen:
                lines._frozen[outlet] = frozenset(frozen[number])
        return lines

    def _settle(self) -> None:
        for counts in self._outlets.values():
            counts.settle(max(self.minimum, self.share * counts.articles), self._keys)
        self._waiting = 0
        self._keys = {}
        while sum(len(counts.hashes) for counts in self._outlets.values()) > _MOST_LINES:
            sizes = [len(counts.hashes) for counts in self._outlets.values()]
            for counts in self._outlets.values():
                if len(counts.hashes) >= sum(sizes) / len(sizes):
                    counts.drop_rarest()
        while sum(len(counts.anchors) for counts in self._outlets.values()) > _MOST_ANCHORS:
            self._sampled //= 2
            for counts in self._outlets.values():
                counts.anchors = counts.anchors[: int(np.searchsorted(counts.anchors, np.uint64(self._sampled)))].copy()


def _articles(tally: Tally) -> Iterator[tuple[str, dict[int, int], list[int]]]:
    """Yield the outlet of each article, its anchors with their lengths, and the hashes of its short lines."""
    lines = tally.hashes[tally.lines].tolist()
    anchors, lengths = tally.anchors.tolist(), tally.lengths.tolist()
    line = anchor = 0
    ends = zip(tally.outlet_of.tolist(), tally.line_ends.tolist(), tally.anchor_ends.tolist(), strict=True)
    for outlet, line_end, anchor_end in ends:
        longest = dict(zip(anchors[anchor:anchor_end], lengths[anchor:anchor_end], strict=True))
        yield tally.outlets[outlet], longest, lines[line:line_end]
        line, anchor = line_end, anchor_end


def _joined(parts: list[NDArray[Any]], dtype: type[np.generic]) -> NDArray[Any]:
    return np.concatenate([np.empty(0, dtype=dtype), *parts])


def _by_outlet(keys: Iterable[str], numbers: Iterable[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for key, number in zip(keys, numbers, strict=True):
        found.setdefault(int(number), []).append(key)
    return found


def repeated_lines(
    articles: Iterable[tuple[str, str]], *, minimum: int = 5, share: float = 0.02
) -> dict[str, frozenset[str]]:
    r"""Return, for each outlet, the keys of the short lines that its articles repeat.

    Copies of one article count once, so that a story published again never makes its own sentences furniture.

    Parameters
    ----------
    articles
        Outlet and raw text of each article, always in the same order. Articles of unknown outlet are passed over.
    minimum
        In how many articles a line must stand, copies collapsed.
    share
        And in what share of the outlet's articles.

    Returns
    -------
    dict
        Outlet to keys as `line_key` makes them, for `clean(repeated=...)`. A corpus that grows keeps a `RepeatedLines`
        with it, so that it never changes what was cleaned before.

    Examples
    --------
    >>> raws = [f"Story {n} is told\nIn a town called {n}\nOur man in Havana" for n in "abcdef"]
    >>> repeated_lines([("Daily", raw) for raw in raws])
    {'Daily': frozenset({'our man in havana'})}
    """
    lines = RepeatedLines(minimum, share)
    lines.add_many(articles)
    return dict(lines.freeze())
