"""Many patterns in one pass: words, wildcards and short gaps, over interned tokens.

A pattern is a sequence of words. ``*`` inside a word stands for any letters; ``*`` alone for one to three words.
A word in lower case matches any case; a word with a capital letter matches as written or in capitals throughout
(``US`` never matches ``us``). A match never crosses a sentence. Of several matches that start at one token
and belong to one entry the longest counts, and matches of one entry do not overlap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.language.document import Document
from analysis.language.tokens import Vocabulary, fold

__all__ = ["Lexicon", "Match"]

_PATTERN_WORD = re.compile(r"\*?[^\W_]+(?:\*?[^\W_]*)*(?:['’][^\W_*]+)?\*?|\*")
_GAP = -1
_LONGEST_GAP = 3
_MOST_SEEN = 200_000


class Match(NamedTuple):
    """A pattern found: half-open character span, tokens it covers, and the entry and pattern it belongs to."""

    start: int
    end: int
    first: int
    last: int
    entry: int
    pattern: int


class Lexicon:
    """A compiled set of entries, each with several patterns.

    Parameters
    ----------
    entries
        For each entry its patterns. A match reports the positions in these sequences.

    Raises
    ------
    ValueError
        Where a pattern has no word, or begins or ends with a lone ``*``.

    Examples
    --------
    >>> from analysis.language import Vocabulary, read_document
    >>> document = read_document("a", "They filed two federal lawsuits. US Steel told us.", Vocabulary())
    >>> [document.text[m.start : m.end] for m in Lexicon([["filed * lawsuit*"], ["US"]]).find(document)]
    ['filed two federal lawsuits', 'US']
    """

    def __init__(self, entries: Iterable[Iterable[str]]) -> None:
        self._words: list[str] = []
        numbers: dict[str, int] = {}
        self._by_first: dict[int, list[tuple[tuple[int, ...], int, int]]] = {}
        for entry, patterns in enumerate(entries):
            for position, pattern in enumerate(patterns):
                parts = _PATTERN_WORD.findall(pattern)
                if not parts or parts[0] == "*" or parts[-1] == "*":
                    raise ValueError(f"pattern {pattern!r} must begin and end with a word")
                sequence: list[int] = []
                for part in parts:
                    if part == "*":
                        sequence.append(_GAP)
                        continue
                    if part not in numbers:
                        numbers[part] = len(self._words)
                        self._words.append(part)
                    sequence.append(numbers[part])
                self._by_first.setdefault(sequence[0], []).append((tuple(sequence), entry, position))
        self._exact: dict[str, list[int]] = {}
        self._wild: list[tuple[re.Pattern[str], bool, int]] = []
        # Of words in any case, and of those with capitals.
        prefixed: tuple[dict[str, list[int]], dict[str, list[int]]] = {}, {}
        for number, word in enumerate(self._words):
            cased = word != word.lower()
            if word.endswith("*") and "*" not in word[:-1]:
                # By far the most wildcards only end a word: these are looked up, not tried one after the other.
                prefixed[cased].setdefault(word[:-1].replace("’", "'"), []).append(number)
            elif "*" in word:
                body = "".join("[^\\W_]*" if c == "*" else re.escape(c) for c in word.replace("’", "'"))
                self._wild.append((re.compile(body), cased, number))
            else:
                self._exact.setdefault(fold(word), []).append(number)
        self._prefixed = [
            (bool(cased), prefixes, _sizes_by_head(prefixes)) for cased, prefixes in enumerate(prefixed) if prefixes
        ]
        self._seen: dict[str, tuple[int, ...]] = {}  # of words of any vocabulary; a process meets them again and again
        self._vocabulary: Vocabulary | None = None
        self._meaning: list[tuple[int, ...]] = []
        self._opens: NDArray[np.bool_] = np.zeros(0, dtype=bool)

    def find(self, document: Document) -> list[Match]:
        """Return the matches in `document`, ordered by start, entry and pattern."""
        tokens = document.tokens
        self._learn(tokens.vocabulary)
        if not len(tokens):
            return []
        candidates = np.flatnonzero(self._opens[tokens.ids])
        if not len(candidates):
            return []
        ids = tokens.ids.tolist()
        sentence = np.searchsorted(document.first_tokens, candidates, side="right")
        limits = document.first_tokens[np.minimum(sentence, len(document.first_tokens) - 1)]
        best: dict[int, tuple[int, int]] = {}
        found: list[Match] = []
        starts, ends = tokens.starts, tokens.ends
        meaning, by_first = self._meaning, self._by_first
        for first, limit in zip(candidates.tolist(), limits.tolist(), strict=True):
            for word in meaning[ids[first]]:
                for sequence, entry, position in by_first.get(word, ()):
                    if len(sequence) == 1:
                        last = first
                    elif sequence[1] != _GAP and (first + 1 >= limit or sequence[1] not in meaning[ids[first + 1]]):
                        continue  # as most often
                    else:
                        last = self._follow(ids, first, limit, sequence)
                    if last >= 0 and (entry not in best or last > best[entry][0]):
                        best[entry] = last, position
            if best:
                start = int(starts[first])
                found += [Match(start, int(ends[last]), first, last, e, p) for e, (last, p) in best.items()]
                best.clear()
        return _without_overlaps(found)

    def _follow(self, ids: list[int], first: int, limit: int, sequence: Sequence[int]) -> int:
        """Return the index of the last token of the longest match of `sequence` at `first`, or -1."""
        meaning = self._meaning
        ends = {first}
        gap = False
        for word in sequence[1:]:
            if word == _GAP:
                gap = True
                continue
            steps = range(2, _LONGEST_GAP + 2) if gap else (1,)
            ends = {
                end + step for end in ends for step in steps if end + step < limit and word in meaning[ids[end + step]]
            }
            gap = False
            if not ends:
                return -1
        return max(ends)

    def _learn(self, vocabulary: Vocabulary) -> None:
        """Look up the words that `vocabulary` has gained since the last call."""
        if vocabulary is not self._vocabulary:
            self._vocabulary, self._meaning, self._opens = vocabulary, [], np.zeros(0, dtype=bool)
        known = len(self._meaning)
        if known == len(vocabulary):
            return
        if len(self._seen) > _MOST_SEEN:
            self._seen.clear()
        seen = self._seen
        for word in vocabulary.words[known:]:
            numbers = seen.get(word)
            if numbers is None:
                numbers = seen[word] = self._numbers(word)
            self._meaning.append(numbers)
        opens = [
            bool(numbers) and any(number in self._by_first for number in numbers) for numbers in self._meaning[known:]
        ]
        self._opens = np.append(self._opens, np.array(opens, dtype=bool))

    def _numbers(self, word: str) -> tuple[int, ...]:
        """Return the words of patterns that `word`, a token, is."""
        folded = fold(word)
        written = straight = word
        if "'" in word or "’" in word:
            written = re.sub(r"['’][sS]$", "", word)
            straight = written.replace("’", "'")
        exact = self._exact.get(folded)
        numbers = [n for n in exact if _same_case(self._words[n], written)] if exact else []
        for pattern, cased, number in self._wild:
            if pattern.fullmatch(straight if cased else folded):
                numbers.append(number)
        for cased, prefixes, sizes in self._prefixed:
            form = straight if cased else folded
            for end in sizes.get(form[0], ()):
                if end > len(form):
                    break
                found = prefixes.get(form[:end])
                if found and (end == len(form) or form[end:].isalnum()):
                    numbers.extend(found)
        return tuple(sorted(numbers)) if numbers else ()


def _sizes_by_head(prefixes: Iterable[str]) -> dict[str, list[int]]:
    """Return how long the prefixes are that begin with each letter: most words begin like few of them."""
    sizes: dict[str, set[int]] = {}
    for prefix in prefixes:
        sizes.setdefault(prefix[0], set()).add(len(prefix))
    return {head: sorted(found) for head, found in sizes.items()}


def _same_case(pattern: str, written: str) -> bool:
    if pattern == pattern.lower():
        return True
    return pattern == written or (len(pattern) > 2 and pattern.upper() == written) or pattern == written + "'s"


def _without_overlaps(found: list[Match]) -> list[Match]:
    taken: dict[int, int] = {}
    kept: list[Match] = []
    for match in found:
        if match.first > taken.get(match.entry, -1):
            taken[match.entry] = match.last
            kept.append(match)
    return sorted(kept, key=lambda m: (m.start, m.entry, m.pattern))
