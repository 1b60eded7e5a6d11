"""What each number of the report rests on: every link to evidence is taken from here, so none leads nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from analysis.comparison.groups import evidence_ids
from analysis.display import Annotations, Annotator, Excerpt, sentence
from analysis.reports.pages.names import anchor, evidence_file

__all__ = ["Ledger", "Passage", "PassageList"]

SHOWN = 40
"""Sentences listed behind one number; where there are more, the list says so and the CSV has all ids."""


class Passage(NamedTuple):
    """A sentence as it stands in a list of passages."""

    outlet: str
    published: str
    headline: str
    place: str
    href: str
    sentence: Any


@dataclass(slots=True)
class PassageList:
    """The sentences behind one number: anchor, title, note and rows, as the template wants them."""

    anchor: str
    title: str
    note: str
    rows: list[Passage]
    size: int = 0


@dataclass(slots=True)
class _Page:
    lists: list[PassageList] = field(default_factory=list)
    size: int = 0


class Ledger:
    """Turns evidence ids into addresses, and remembers which sentences must be on the evidence pages.

    Parameters
    ----------
    tables
        The tables of the study.
    labels
        By article id, what the article's outlet is called in the report.
    page_bytes
        About how many bytes of passages a page may hold.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], labels: Mapping[str, str], *, page_bytes: int) -> None:
        self._annotator = Annotator(tables)
        self._annotations: dict[str, Annotations] = {}
        self._labels = labels
        self._page_bytes = page_bytes
        self._places = _places(tables)
        self._articles = set(tables["articles"]["article_id"])
        self._known: dict[tuple[str, tuple[tuple[str, int], ...]], str] = {}
        self.pages: list[_Page] = []
        self.cited: dict[str, set[int]] = {}

    def annotations(self, article_id: str) -> Annotations:
        """Return an article's marked sentences."""
        if article_id not in self._annotations:
            self._annotations[article_id] = self._annotator.annotate(article_id, shared=True)
        return self._annotations[article_id]

    def find(self, ids: Iterable[str]) -> list[tuple[str, int]]:
        """Return article and position of the sentences that ids of sentences, mentions or quotes stand for."""
        found = dict.fromkeys(self._places[i] for i in ids if i in self._places)
        return sorted(found)

    def link(self, title: str, ids: Iterable[str] | str, *, about: str = "") -> str:
        """Return the address that shows the evidence: the sentence itself, or a list of the sentences.

        Parameters
        ----------
        title
            What the number is, to head the list.
        ids
            Ids of sentences, mentions, quotes or articles; or a string of them, separated by spaces.
        about
            What the list is evidence for, where its title does not say it.

        Returns
        -------
        str
            Empty where no id is known: then there is no link.
        """
        asked = evidence_ids(ids) if isinstance(ids, str) else list(ids)
        places = self.find(asked)
        if not places:
            whole = [i for i in asked if i in self._articles]
            return evidence_file(whole[0]) if len(whole) == 1 else ""
        if len(places) == 1:
            return self.place(*places[0])
        shown = tuple(places[:SHOWN])
        known = (title, shown)
        if known not in self._known:
            self._known[known] = self._list(title, shown, len(places), about)
        return self._known[known]

    def place(self, article_id: str, position: int) -> str:
        """Return the address of a sentence, and see to it that the sentence is there."""
        self.cited.setdefault(article_id, set()).add(position)
        return f"{evidence_file(article_id)}#{anchor(article_id, position)}"

    def at(self, article_id: str, start: int) -> str:
        """Return the address of the sentence that holds the character at `start`."""
        position = self.position(article_id, start)
        return evidence_file(article_id) if position is None else self.place(article_id, position)

    def position(self, article_id: str, start: int) -> int | None:
        """Return the position of the sentence that holds the character at `start`."""
        best = None
        for e in self.annotations(article_id).excerpts:
            if e.start > start:
                break
            best = e.position
        return best

    def excerpt(self, article_id: str, position: int) -> Excerpt | None:
        """Return a sentence with its marks."""
        excerpts = self.annotations(article_id).excerpts
        if 0 <= position < len(excerpts) and excerpts[position].position == position:
            return excerpts[position]
        return next((e for e in excerpts if e.position == position), None)

    def _list(self, title: str, places: tuple[tuple[str, int], ...], total: int, about: str) -> str:
        rows = []
        for article_id, position in places:
            excerpt = self.excerpt(article_id, position)
            if excerpt is None:
                continue
            article = self.annotations(article_id)
            where = "headline" if excerpt.in_headline else f"sentence {position}"
            rows.append(
                Passage(
                    self._labels.get(article_id, article.outlet),
                    article.published or "no date",
                    article.headline,
                    where,
                    self.place(article_id, position),
                    sentence(excerpt),
                )
            )
        more = f"{len(rows)} of {total} sentences are listed; the CSV behind the table names all."
        note = " ".join(p for p in (about, more if total > len(rows) else "") if p)
        size = sum(len(r.sentence) + 300 for r in rows)
        if not self.pages or (self.pages[-1].lists and self.pages[-1].size + size > self._page_bytes):
            self.pages.append(_Page())
        page = self.pages[-1]
        name = f"p-{sum(len(p.lists) for p in self.pages) + 1}"
        page.lists.append(PassageList(name, title, note, rows, size))
        page.size += size
        return f"passages-{len(self.pages)}.html#{name}"


def _places(tables: Mapping[str, pd.DataFrame]) -> dict[str, tuple[str, int]]:
    """Map every id that evidence may be given by to its sentence."""
    sentences = tables["sentences"].sort_values(["article_id", "start"], kind="stable")
    places = {
        s: (a, int(p))
        for s, a, p in zip(sentences["sentence_id"], sentences["article_id"], sentences["position"], strict=True)
    }
    mentions = tables["mentions"]
    for mention, of in zip(mentions["mention_id"], mentions["sentence_id"], strict=True):
        if of in places:
            places[mention] = places[of]
    starts: dict[str, tuple[list[int], list[int]]] = {}
    for a, s, p in zip(sentences["article_id"], sentences["start"], sentences["position"], strict=True):
        begins, positions = starts.setdefault(a, ([], []))
        begins.append(int(s))
        positions.append(int(p))
    from bisect import bisect_right

    contents = tables["quote_spans"]
    contents = contents[(contents["part"] == "content") & (contents["piece"] == 0)]
    first = dict(zip(contents["quote_id"], contents["start"], strict=True))
    quotes = tables["quotes"]
    for quote, a, start in zip(quotes["quote_id"], quotes["article_id"], quotes["start"], strict=True):
        if a in starts:
            begins, positions = starts[a]
            places[quote] = (a, positions[max(0, bisect_right(begins, int(first.get(quote, start))) - 1)])
    return places
