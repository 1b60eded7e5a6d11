"""Counts and names as words: shares that never pretend to more than their denominator carries."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["agree", "capital", "count_of", "join", "name", "share_of", "share_text"]


def share_text(k: int, n: int, minimum_denominator: int = 20) -> str:
    """Write the share `k` of `n`: in counts below the least denominator, with a percentage from there on.

    Examples
    --------
    >>> share_text(3, 4), share_text(15, 60), share_text(0, 0)
    ('3 of 4', '25 % (15 of 60)', 'none of none')
    """
    if n == 0:
        return "none of none"
    if n < minimum_denominator:
        return f"{k:,} of {n:,}"
    percent = 100 * k / n
    # Neither 0 % nor 100 % may stand for some or for not all.
    text = "under 1" if 0 < percent < 1 else "over 99" if 99 < percent < 100 else f"{math.floor(percent + 0.5)}"
    return f"{text} % ({k:,} of {n:,})"


def share_of(k: int, n: int, things: str, minimum_denominator: int = 20) -> str:
    """Write the share `k` of `n` things, as :func:`share_text` does, so that it can stand in a sentence.

    Examples
    --------
    >>> share_of(3, 4, "articles"), share_of(15, 60, "articles of Ay")
    ('3 of 4 articles', '25 % of the articles of Ay (15 of 60)')
    """
    text = share_text(k, n, minimum_denominator)
    share, space, counts = text.partition(" % ")
    return f"{share} % of the {things} {counts}" if space else f"{text} {things}"


def agree(k: int, n: int, one: str, many: str, minimum_denominator: int = 20) -> str:
    """Return the verb that goes with a share: ``1 of 4 articles is``, but ``5 % of the articles (1 of 20) are``.

    Examples
    --------
    >>> agree(1, 4, "is", "are"), agree(1, 20, "is", "are"), agree(2, 4, "is", "are")
    ('is', 'are', 'are')
    """
    return one if k == 1 and n < minimum_denominator else many


def count_of(n: int, noun: str, plural: str = "") -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> count_of(1, "article"), count_of(2, "article"), count_of(0, "story", "stories")
    ('1 article', '2 articles', '0 stories')
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def capital(text: str) -> str:
    """Begin a sentence that opens with a share with a capital letter; names stay as they are written.

    Examples
    --------
    >>> capital("over 99 % of the articles"), capital("iPolitics tells 3")
    ('Over 99 % of the articles', 'iPolitics tells 3')
    """
    return text[:1].upper() + text[1:] if text.startswith(("over ", "under ", "none ")) else text


def name(text: str) -> str:
    """Put a name from a study in quotation marks, so that a sentence around it is grammatical whatever it is.

    Examples
    --------
    >>> name("acquisition")
    '“acquisition”'
    """
    return f"“{text}”"


def join(parts: Sequence[str], *, most: int = 0) -> str:
    """Join parts as a list in a sentence; with `most`, those beyond it are counted.

    Examples
    --------
    >>> join(["a"]), join(["a", "b"]), join(["a", "b", "c"]), join(["a", "b", "c", "d"], most=2)
    ('a', 'a and b', 'a, b and c', 'a, b and 2 more')
    """
    if most and len(parts) > most:
        return ", ".join(parts[:most]) + f" and {len(parts) - most} more"
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + " and " + parts[-1]
