"""How much cleaning has taken out of an article."""

from __future__ import annotations

from analysis.cleaning.clean import Cleaned
from analysis.language.tokens import TOKEN

__all__ = ["alarm", "is_much", "removed_words"]


def removed_words(cleaned: Cleaned) -> int:
    r"""Return how many words were taken out.

    Examples
    --------
    >>> from analysis.cleaning import clean
    >>> removed_words(clean("Most Read from Bloomberg\nA talk was held."))
    4
    """
    return sum(len(TOKEN.findall(row.text)) for row in cleaned.removed)


def alarm(cleaned: Cleaned, *, share: float = 0.25) -> bool:
    r"""Tell whether cleaning took more than `share` of the words, so that a person should look at what it took.

    Examples
    --------
    >>> from analysis.cleaning import clean
    >>> alarm(clean("Share\nTweet\nComments\nA talk was held."))
    True
    """
    lost = removed_words(cleaned)
    return lost > 0 and is_much(lost, len(TOKEN.findall(cleaned.text)), share=share)


def is_much(lost: int, kept: int, *, share: float = 0.25) -> bool:
    """Tell whether so many words taken out are more than `share` of all.

    Examples
    --------
    >>> is_much(0, 0), is_much(1, 3), is_much(2, 3)
    (False, False, True)
    """
    return lost > 0 and lost > share * (lost + kept)
