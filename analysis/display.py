"""An article shown with its quotes, mentions and frames marked.

Marks differ by more than colour: quoted words are underlined, targets boxed, actors dotted, cues italic, and the
frames of a sentence are named behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, NamedTuple

import pandas as pd
from markupsafe import Markup

from analysis.comparison import outlet_labels
from analysis.errors import InputError

__all__ = [
    "KINDS",
    "Annotations",
    "Annotator",
    "Excerpt",
    "Mark",
    "Piece",
    "annotate",
    "in_notebook",
    "key",
    "marked_sentence",
    "pieces",
    "plain_name",
    "sentence",
    "show_article",
    "unvalidated",
    "visible",
]

KINDS = {
    "content": "quoted words",
    "cue": "words that attribute them",
    "source": "the source as written",
    "target": "a target of the dispute",
    "actor": "an actor of the dispute",
    "fact": "a fact asked for",
    "shared": "passage shared with another article",
}


def visible(text: object) -> str:
    r"""Return `text` with control characters (terminal codes among them) made harmless signs.

    Examples
    --------
    >>> visible("a\x1b[31mb\tc")
    'a␛[31mb\tc'
    """
    raw = str(text)
    if raw.isprintable():
        return raw
    return "".join(_sign(c) for c in raw)


def _sign(c: str) -> str:
    if c in "\n\t" or c.isprintable() or c.isspace():
        return c
    if ord(c) < 32:
        return chr(0x2400 + ord(c))
    # Direction overrides would let a text reorder what stands around it; lone surrogates cannot be written as UTF-8.
    return (
        "\ufffd"
        if "\ud800" <= c <= "\udfff" or c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x7f"
        else c
    )


class Mark(NamedTuple):
    """A marked stretch of text: half-open span, one of `KINDS`, and what it is (a speaker, a target, a fact)."""

    start: int
    end: int
    kind: str
    note: str = ""


class Piece(NamedTuple):
    """A stretch of text over which the same marks lie."""

    text: str
    kinds: tuple[str, ...]
    notes: tuple[str, ...]


class Excerpt(NamedTuple):
    """A sentence as it is shown: its position, text pieces, the frames it carries, its voice, and its place."""

    position: int
    pieces: tuple[Piece, ...]
    frames: tuple[str, ...]
    voice: str
    in_headline: bool
    start: int
    end: int


def pieces(text: str, start: int, end: int, marks: Sequence[Mark]) -> tuple[Piece, ...]:
    """Cut ``text[start:end]`` wherever a mark begins or ends; marks may overlap.

    Examples
    --------
    >>> [p.kinds for p in pieces("He said no.", 0, 11, [Mark(3, 7, "cue"), Mark(8, 10, "content")])]
    [(), ('cue',), (), ('content',), ()]
    """
    inside = [m for m in marks if m.start < end and m.end > start and m.start < m.end]
    cuts = sorted({start, end, *(max(start, m.start) for m in inside), *(min(end, m.end) for m in inside)})
    cut = []
    for a, b in pairwise(cuts):
        over = [m for m in inside if m.start < b and m.end > a]
        kinds = tuple(k for k in KINDS if any(m.kind == k for m in over))
        cut.append(Piece(text[a:b], kinds, tuple(dict.fromkeys(m.note for m in over if m.note))))
    return tuple(cut)


def plain_name(frame: str) -> str:
    """Return a frame's name without its codebook, as it is read.

    Examples
    --------
    >>> plain_name("generic/human_interest")
    'human interest'
    """
    return frame.rpartition("/")[2].replace("_", " ")


_FRAME = re.compile(r"([\w-]+)(?:/|: )\S")
_VALIDATED = frozenset({"generic"})


def unvalidated(frames: Iterable[str]) -> str:
    """Name the codebooks of `frames` that were never compared with human coding, in a note; empty where there is none.

    Parameters
    ----------
    frames
        Frames with their codebook, as ``policy/economic`` or ``policy: economic``.

    Examples
    --------
    >>> unvalidated(["generic/conflict", "policy/economic"])
    'Not validated against human coders: the frames of policy.'
    >>> unvalidated(["generic/conflict"])
    ''
    """
    books = {match.group(1) for frame in frames if (match := _FRAME.match(frame))} - _VALIDATED
    return f"Not validated against human coders: the frames of {', '.join(sorted(books))}." if books else ""


@dataclass(frozen=True, slots=True)
class Annotations:
    """What the tables know of one article, by its sentences.

    Attributes
    ----------
    article_id
        The article.
    headline, outlet, published
        As in table `articles`.
    excerpts
        All its sentences, in order.
    """

    article_id: str
    headline: str
    outlet: str
    published: str
    excerpts: tuple[Excerpt, ...]

    def __html__(self) -> Markup:
        parts = [
            Markup('<article class="marked"><h3>{}</h3><p class="note">{} · {}</p>').format(
                visible(self.headline) or "(no headline)", visible(self.outlet), self.published or "no date"
            )
        ]
        parts.append(key())
        parts += [sentence(e) for e in self.excerpts]
        return Markup("\n").join([*parts, Markup("</article>")])

    def _repr_html_(self) -> str:
        return in_notebook(self.__html__())

    def __repr__(self) -> str:
        lines = [
            f"{visible(self.headline) or '(no headline)'} · {visible(self.outlet)} · {self.published or 'no date'}",
            "",
        ]
        for e in self.excerpts:
            body = "".join(_plain(p) for p in e.pieces)
            frames = f"  ({', '.join(e.frames)})" if e.frames else ""
            lines.append(f"{e.position:3d}  {' '.join(visible(body).split())}{frames}")
        lines.append("\n[quoted words]  {target}  <actor>")
        return "\n".join(lines)


def _plain(piece: Piece) -> str:
    text = piece.text
    if "target" in piece.kinds:
        text = "{" + text + "}"
    elif "actor" in piece.kinds:
        text = "<" + text + ">"
    return f"[{text}]" if "content" in piece.kinds else text


@cache
def _notebook_style() -> Markup:
    text = (files("analysis") / "style" / "notebook.css").read_text(encoding="utf-8")
    return Markup(re.sub(r"\s*\n\s*", "", text))


def in_notebook(html: Markup) -> str:
    """Return `html` with the look it has in a notebook, in light and dark themes.

    No style sheet of ours is loaded in JupyterLab, so every output brings its own; the page of a published notebook
    has one already and drops this.

    Examples
    --------
    >>> in_notebook(Markup("<p>a</p>")).endswith('<div class="nutgraf"><p>a</p></div>')
    True
    """
    return str(Markup('<style>{}</style><div class="nutgraf">{}</div>').format(_notebook_style(), html))


def sentence(excerpt: Excerpt, anchor: str = "") -> Markup:
    """Return a sentence as an escaped paragraph with its marks and frames; `anchor` becomes its id.

    Examples
    --------
    >>> print(sentence(Excerpt(0, (Piece("<b>", ("target",), ("deal",)),), (), "outlet", False, 0, 3)))
    <p class="s"><mark class="m-target" title="deal">&lt;b&gt;</mark></p>
    """
    body = marked_sentence(excerpt)
    names = "s s-head" if excerpt.in_headline else "s"
    voice = ""
    if excerpt.voice == "unresolved":
        voice = Markup(' <span class="frames">who says this could not be told</span>')
    frames = (
        Markup(' <span class="frames">frames: {}</span>').format(", ".join(excerpt.frames)) if excerpt.frames else ""
    )
    place = Markup(' id="{}"').format(anchor) if anchor else ""
    return Markup('<p class="{}"{}>{}{}{}</p>').format(names, place, body, frames, voice)


def marked_sentence(excerpt: Excerpt) -> Markup:
    """Return a sentence with its marks, escaped, as it may stand in a line of text."""
    return Markup("").join(_marked(p) for p in excerpt.pieces)


def _marked(piece: Piece) -> Markup:
    text = visible(piece.text)
    if not piece.kinds:
        return Markup("{}").format(text)
    names = " ".join(f"m-{k}" for k in piece.kinds)
    title = Markup(' title="{}"').format(visible("; ".join(piece.notes))) if piece.notes else ""
    return Markup('<mark class="{}"{}>{}</mark>').format(names, title, text)


def key(kinds: Iterable[str] = ("content", "cue", "source", "target", "actor", "fact")) -> Markup:
    """Return the key to the marks, each shown as it is drawn."""
    items = Markup(" ").join(Markup('<mark class="m-{}">{}</mark>').format(k, KINDS[k]) for k in kinds)
    return Markup('<p class="key marked">Marked: {}</p>').format(items)


def annotate(
    tables: Mapping[str, pd.DataFrame], article_id: str, *, marks: Sequence[Mark] = (), shared: bool = False
) -> Annotations:
    """Gather what the tables know of one article.

    Parameters
    ----------
    tables
        Tables articles, sentences, quotes, quote_spans, mentions, measures, facts and, where `shared`, reuse.
    article_id
        The article.
    marks
        Further stretches to mark.
    shared
        Whether passages in common with other articles are marked too.

    Raises
    ------
    InputError
        Where no article has this id.
    """
    return Annotator(tables).annotate(article_id, marks=marks, shared=shared)


class Annotator:
    """The tables cut by article once, so that annotating all articles of a large study stays linear."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        articles = tables["articles"]
        self._articles = articles.set_index("article_id", drop=False).assign(label=outlet_labels(articles).to_numpy())
        self._groups = {n: _by_article(tables, n) for n in ("sentences", "quotes", "mentions", "facts", "reuse")}
        spans = tables.get("quote_spans")
        self._spans: dict[str, list[tuple[str, int, int]]] = {}
        if spans is not None:
            for quote, part, start, end in zip(
                spans["quote_id"], spans["part"], spans["start"], spans["end"], strict=True
            ):
                self._spans.setdefault(quote, []).append((part, int(start), int(end)))
        self._frames: dict[str, list[str]] = {}
        measures = tables.get("measures")
        if measures is not None:
            carried = measures[
                (measures["unit"] == "sentence") & (measures["measure"] == "frame") & (measures["value"] > 0)
            ]
            for unit, name in zip(carried["unit_id"], carried["label"], strict=True):
                self._frames.setdefault(unit, []).append(name)

    def annotate(self, article_id: str, *, marks: Sequence[Mark] = (), shared: bool = False) -> Annotations:
        """Gather what the tables know of one article."""
        if article_id not in self._articles.index:
            raise InputError(f"article {article_id!r}: no such article; articles.article_id lists them")
        row: Any = self._articles.loc[article_id]
        text = str(row["text"])
        found = [*marks, *self._marks(article_id, shared=shared)]
        found.sort(key=lambda m: (m.start, m.end))
        excerpts, first = [], 0
        for s in self._groups["sentences"].get(article_id, []):
            start, end = int(s["start"]), int(s["end"])
            # Marks are sorted by start; what ended before this sentence (most of them) is never looked at again.
            while first < len(found) and found[first].end <= start:
                first += 1
            near = []
            for m in found[first:]:
                if m.start >= end:
                    break
                near.append(m)
            frames = tuple(dict.fromkeys(plain_name(f) for f in self._frames.get(str(s["sentence_id"]), [])))
            excerpts.append(
                Excerpt(
                    int(s["position"]),
                    pieces(text, start, end, near),
                    frames,
                    str(s["voice"]),
                    bool(s["in_headline"]),
                    start,
                    end,
                )
            )
        return Annotations(article_id, str(row["headline"]), str(row["label"]), str(row["published"]), tuple(excerpts))

    def _marks(self, article_id: str, *, shared: bool) -> list[Mark]:
        found = []
        for q in self._groups["quotes"].get(article_id, []):
            speaker = str(q["speaker"]) or ("an unnamed source" if q["anonymous"] else "source not told")
            note = f"{speaker} ({q['kind']})"
            for part, start, end in self._spans.get(str(q["quote_id"]), []):
                found.append(Mark(start, end, part, note if part == "content" else ""))
        for m in self._groups["mentions"].get(article_id, []):
            found.append(Mark(int(m["start"]), int(m["end"]), str(m["kind"]), str(m["name"])))
        for f in self._groups["facts"].get(article_id, []):
            if f["start"] >= 0:
                found.append(Mark(int(f["start"]), int(f["end"]), "fact", f"{f['fact']}: {f['status']}"))
        if shared:
            for r in self._groups["reuse"].get(article_id, []):
                found.append(Mark(int(r["start"]), int(r["end"]), "shared", f"also in {r['other_id']}"))
        return found


def _by_article(tables: Mapping[str, pd.DataFrame], name: str) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    if name in tables:
        for row in tables[name].to_dict("records"):
            groups.setdefault(str(row["article_id"]), []).append({str(k): v for k, v in row.items()})
    return groups


def show_article(measured: Any, article_id: str) -> Annotations:
    """Show an article of a measured study: rich in a notebook, plain text in a terminal.

    Parameters
    ----------
    measured
        What `analysis.load` or `pipeline.measure` returns; or a mapping of tables.
    article_id
        The article.
    """
    return annotate(getattr(measured, "tables", measured), article_id)
