"""Whose voice a stretch of text is in: the outlet's, a speaker's, or nobody's that can be told."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate

import pandas as pd

from analysis.language import Document
from analysis.quotes import find_stretches

__all__ = ["Voices", "voice_shares", "voices_of"]

_WORD = re.compile(r"[^\W_]+")  # letters and digits
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())
# Fewer words in quotation marks with no source are a title or a scare quote, in the outlet's own voice.
_FEWEST_WORDS = 5


class Voices:
    """The voices of one article.

    Parameters
    ----------
    text
        The article.
    contents
        For each piece of quoted content: start, end, the quote's id, and whether its speaker is known.
    """

    __slots__ = ("_ends", "_pieces", "_starts", "text")

    def __init__(self, text: str, contents: Sequence[tuple[int, int, str, bool]]) -> None:
        self.text = text
        pieces = [
            (start, end, quote_id, "quoted" if known else "unresolved") for start, end, quote_id, known in contents
        ]
        told = sorted((start, end) for start, end, _, _ in contents)
        starts = [start for start, _ in told]
        reach = list(accumulate((end for _, end in told), max))
        for start, end, opened, closed in find_stretches(text)[0]:
            before = bisect_left(starts, end)
            if before and reach[before - 1] > start:
                continue  # shares a character with what is quoted
            if not (opened and closed) or len(text[start:end].split()) >= _FEWEST_WORDS:
                pieces.append((start, end, "", "unresolved"))
        self._pieces = sorted(pieces)
        self._starts = [piece[0] for piece in self._pieces]
        # The furthest end so far: where to stop looking left.
        self._ends = list(accumulate((piece[1] for piece in self._pieces), max))

    def at(self, start: int, end: int) -> tuple[str, str]:
        """Return the voice of characters [`start`, `end`) and the id of the quote they stand in (empty for none).

        Examples
        --------
        >>> Voices('He is "not amused at all", she said.', [(0, 25, "a:q00000", True)]).at(3, 5)
        ('quoted', 'a:q00000')
        """
        best: tuple[int, int, int] | None = None
        voice, quote_id = "outlet", ""
        for k in range(bisect_left(self._ends, start + 1), bisect_right(self._starts, max(start, end - 1))):
            a, b, owner, kind = self._pieces[k]
            shared = min(end, b) - max(start, a)
            if shared <= 0:
                continue
            rank = (shared, -(b - a), -k)  # of two that hold it the narrower
            if best is None or rank > best:
                best, voice, quote_id = rank, kind, owner
        if best is not None and 2 * best[0] < end - start:
            return "outlet", ""
        return voice, quote_id

    def of_sentence(self, start: int, end: int) -> str:
        """Return the voice of the larger part of the letters of a sentence; the outlet's at a tie."""
        first, last = bisect_left(self._ends, start + 1), bisect_right(self._starts, end - 1)
        if first >= last:
            return "outlet"
        outlet = quoted = unresolved = 0
        at = start
        for a, b, _, kind in self._pieces[first:last]:
            a, b = max(a, at), min(b, end)
            if a >= b:
                continue
            if a == start and b == end:
                return kind if _WORD.search(self.text, a, b) else "outlet"
            outlet += _letters(self.text, at, a)
            if kind == "quoted":
                quoted += _letters(self.text, a, b)
            else:
                unresolved += _letters(self.text, a, b)
            at = b
        outlet += _letters(self.text, at, end)
        if outlet >= max(quoted, unresolved):
            return "outlet"
        return "quoted" if quoted >= unresolved else "unresolved"


def _letters(text: str, start: int, end: int) -> int:
    part = text[start:end]
    if part.isascii():
        return len(part.encode("ascii").translate(None, _NO_LETTERS))
    return sum(map(len, _WORD.findall(part)))


def voices_of(documents: Sequence[Document], quotes: pd.DataFrame, quote_spans: pd.DataFrame) -> dict[str, Voices]:
    """Return the voices of every document, by article id."""
    articles, told = quotes["article_id"].tolist(), (quotes["speaker"] != "").tolist()
    place = {quote_id: k for k, quote_id in enumerate(quotes["quote_id"].tolist())}
    contents: dict[str, list[tuple[int, int, str, bool]]] = {document.article_id: [] for document in documents}
    columns = (quote_spans[name].tolist() for name in ("quote_id", "part", "start", "end"))
    for quote_id, part, start, end in zip(*columns, strict=True):
        if part == "content":
            k = place[quote_id]
            if articles[k] in contents:
                contents[articles[k]].append((start, end, quote_id, told[k]))
    return {document.article_id: Voices(document.text, contents[document.article_id]) for document in documents}


def voice_shares(sentences: pd.DataFrame) -> pd.DataFrame:
    """Return for each article the share of its sentences in each voice, with the number of sentences.

    Returns
    -------
    DataFrame
        Columns article_id, voice, sentences, share; a row for each article and each of the three voices.
    """
    voices: Mapping[str, int] = {"outlet": 0, "quoted": 1, "unresolved": 2}
    counts = sentences.groupby(["article_id", "voice"]).size()
    full = pd.MultiIndex.from_product(
        [sorted(set(sentences["article_id"])), list(voices)], names=["article_id", "voice"]
    )
    counted = counts.reindex(full, fill_value=0).rename("sentences").reset_index()
    counted["share"] = counted["sentences"] / counted.groupby("article_id")["sentences"].transform("sum")
    return counted
