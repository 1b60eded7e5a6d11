"""The words of the texts that are compared: those of one block held, those of other texts kept while there is room."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np

from analysis.reuse.words import Words, read_words, slices

__all__ = ["Reader"]


class Reader:
    """The words of texts by number; of those not held the ones used last are kept.

    Parameters
    ----------
    fetch
        Returns the texts of some numbers.
    keep
        So many words at most are kept, at 16 bytes a word.
    """

    def __init__(self, fetch: Callable[[Sequence[int]], Sequence[str]], *, keep: int) -> None:
        self._fetch = fetch
        self._room = keep
        self._held: dict[int, Words] = {}
        self._kept: OrderedDict[int, Words] = OrderedDict()

    def hold(self, numbers: Sequence[int]) -> None:
        """Read the texts with these numbers, and let go those held before."""
        self._held = {}
        self._held = self._read(numbers)

    def keep(self, numbers: Sequence[int]) -> None:
        """Read those of the texts that are neither held nor kept; the ones used longest ago make room for them."""
        missing = []
        for number in numbers:
            if number in self._kept:
                self._kept.move_to_end(number)
            elif number not in self._held:
                missing.append(number)
        for number, words in self._read(missing).items():
            self._kept[number] = words
            self._room -= len(words.hashes)
        while self._room < 0 and len(self._kept) > len(numbers):
            self._room += len(self._kept.popitem(last=False)[1].hashes)

    def size(self, number: int) -> int:
        """Return how many words a text held or kept has."""
        return len((self._held.get(number) or self._kept[number]).hashes)

    def words(self, numbers: Sequence[int]) -> Words:
        """Return the words of texts held or kept, one after the other."""
        parts = [self._held[number] if number in self._held else self._kept[number] for number in numbers]
        return Words(
            np.concatenate([part.hashes for part in parts]),
            np.concatenate([part.starts for part in parts]),
            np.concatenate([part.ends for part in parts]),
            np.cumsum([0, *(len(part.hashes) for part in parts)]),
        )

    def _read(self, numbers: Sequence[int]) -> dict[int, Words]:
        if not len(numbers):
            return {}
        found: dict[int, Words] = {}
        texts = self._fetch(numbers)
        for first, last in slices([len(text) for text in texts]):
            words = read_words(texts[first:last])
            for place, number in enumerate(numbers[first:last]):
                part = slice(words.bounds[place], words.bounds[place + 1])
                found[number] = Words(
                    words.hashes[part].copy(),
                    words.starts[part].copy(),
                    words.ends[part].copy(),
                    np.array([0, part.stop - part.start]),
                )
        return found
