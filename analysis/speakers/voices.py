"""Whose voice a stretch of text is in: the outlet's, a speaker's, or nobody's that can be told."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.language import Document
from analysis.quotes import find_stretches

__all__ = ["Voices", "voice_shares", "voices_of"]

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
        for stretch in find_stretches(text)[0]:
            if any(start < stretch.end and stretch.start < end for start, end, _, _ in contents):
                continue
            if len(text[stretch.start : stretch.end].split()) >= _FEWEST_WORDS or not (
                stretch.opened and stretch.closed
            ):
                pieces.append((stretch.start, stretch.end, "", "unresolved"))
        self._pieces = sorted(pieces)
        self._starts = [piece[0] for piece in self._pieces]
        ends: list[int] = []
        for piece in self._pieces:
            ends.append(max(piece[1], ends[-1] if ends else 0))
        self._ends = ends  # the furthest end so far: where to stop looking left

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
        letters = {"outlet": 0, "quoted": 0, "unresolved": 0}
        at = start
        for k in range(bisect_left(self._ends, start + 1), bisect_right(self._starts, end - 1)):
            a, b, _, kind = self._pieces[k]
            a, b = max(a, at), min(b, end)
            if a >= b:
                continue
            letters["outlet"] += _letters(self.text, at, a)
            letters[kind] += _letters(self.text, a, b)
            at = b
        letters["outlet"] += _letters(self.text, at, end)
        return max(letters, key=lambda name: (letters[name], name == "outlet"))


def _letters(text: str, start: int, end: int) -> int:
    return sum(map(str.isalnum, text[start:end]))


def voices_of(documents: Sequence[Document], quotes: pd.DataFrame, quote_spans: pd.DataFrame) -> dict[str, Voices]:
    """Return the voices of every document, by article id."""
    known = dict(zip(quotes["quote_id"], zip(quotes["article_id"], quotes["speaker"] != "", strict=True), strict=True))
    contents: dict[str, list[tuple[int, int, str, bool]]] = {document.article_id: [] for document in documents}
    spans = quote_spans[quote_spans["part"] == "content"]
    for quote_id, start, end in zip(spans["quote_id"], spans["start"].tolist(), spans["end"].tolist(), strict=True):
        article_id, told = known[quote_id]
        if article_id in contents:
            contents[article_id].append((start, end, quote_id, bool(told)))
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
