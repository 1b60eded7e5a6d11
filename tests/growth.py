"""How the time of a piece of work grows with its text."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["is_linear"]

_PAIRS = 5
_MOST = 25  # times as long for ten times the text: a quadratic rule takes a hundred times as long
_LEAST = 0.005  # seconds of a short text that count as no time


def is_linear(work: Callable[[str], object], piece: str, *, length: int) -> bool:
    """Tell whether `work` takes time in proportion to its text: `piece`, over and over.

    A text of `length` characters is compared with one of a tenth of them, in processor time. Another process can make
    one of the two slower, so there are up to five pairs, of which one has to hold. No two texts are the same, so that
    nothing is remembered whole.
    """

    def seconds(size: int, more: int) -> float:
        text = piece * (size // len(piece) + more)
        start = time.process_time()
        work(text)
        return time.process_time() - start

    return any(seconds(length, 10 * pair) < _MOST * max(seconds(length // 10, pair), _LEAST) for pair in range(_PAIRS))
