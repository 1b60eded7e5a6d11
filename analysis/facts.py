"""Which facts of a dispute an article tells: asserted, in a quote only, denied, or not found.

The status of a match follows from where it stands and from negation near it:

- *denied*, where a negation governs the match. A negation (``not``, ``never``, ``no``, ``without``, ``denied``,
  ``ruled out``, a word in ``n't``) governs it when it stands at most six words before it in the same sentence, with no
  comma, semicolon, colon, dash, bracket, quotation mark or clause word (``but``, ``after``, ``because``, ...) between
  them; or when the match is the subject of a negated passive or of a negated ``happen`` (``the lawsuit was never
  filed``). An adverb between the negation and the participle (``was not properly conducted``) negates the manner, not
  the fact.
  Two negations cancel (``did not deny``); ``not only``, ``no doubt`` and the like negate nothing.
  A negation inside the match belongs to the pattern.
- *quoted*, where more than half of the match lies in what an utterance attributes to somebody: all of a direct quote
  and of a reported clause (``said that``, ``according to``). Two parts of reported speech are the outlet's own: a noun
  phrase outside quotation marks that a verb of speech has as its object (``criticized the decision to block``), which
  the outlet takes for granted, and a clause of time behind a comma (``said it won't give up, shortly after it sued``).
- *asserted* otherwise: the article says it in its own voice.

Of several matches in one article the strongest counts: asserted, then denied in the outlet's own voice, then quoted,
then denied inside a quote. The passage is that of the first match with this status.
The window of six words follows the scope of NegEx (Chapman et al. 2001), with the clause ends of the same paper.

Where patterns find nothing, :func:`near` gives the sentence nearest in meaning: one that may tell the fact, for a
reader to judge, and is never counted as telling it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import schema
from analysis.columns import places
from analysis.errors import ParameterError
from analysis.language import Document, Documents, Lexicon, Matcher
from analysis.study import Study

__all__ = ["THRESHOLD", "content_spans", "denied", "find", "marked_spans", "near"]

THRESHOLD = 0.6
"""Cosine similarity from which a sentence tells a fact, with ``method="meaning"``. In the five seeds it finds 11 of the
18 facts told and none that is not; at 0.5 it finds 13, and 6 that are not."""

_SCOPE = 6
_REACH = 200  # characters: more than six words, so that the cost of a match does not grow with its sentence
_CUE = re.compile(
    r"\b(?P<skip>not (?:only|just|merely|simply|least|surprising(?:ly)?)|no (?:doubt|wonder|matter|less|surprise)|"
    r"whether or not|not (?:yet )?(?:clear|known) (?:if|whether|why|when|how))\b"
    r"|\b(?P<cue>not|never|no|nor|neither|none|nobody|without|cannot|[a-z]+n['’]t|den(?:y|ies|ied|ying)|refut(?:e|es|ed|ing)|"
    r"disput(?:e|es|ed|ing) that|reject(?:s|ed|ing)? (?:the )?(?:claims?|allegations?|reports?|suggestions?|idea)|"
    r"rul(?:e|es|ed|ing) out|far from|fail(?:s|ed)? to|stopped short of)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[,;:()\[\]\"“”«»–—]|\s-\s"
    r"|\b(?:but|although|though|while|whereas|because|since|after|before|until|unless|when|which|who|if|and|despite)\b",
    re.IGNORECASE,
)
_NEGATED_SUBJECT = re.compile(
    r"\s+(?:(?:is|are|was|were|has been|have been|had been|will be|would be)\s+(?:not|never)|"
    r"(?:is|are|was|were)n['’]t|(?:has|have|had)\s+(?:not|never)\s+been|(?:has|have|had)n['’]t\s+been|"
    r"(?:will|would)\s+(?:not|never)\s+be|(?:wo|would)n['’]t\s+be)"
    r"\s+(?:been\s+)?(?!(?:need|indeed|withdrawn|dropped|lifted|overturned|reversed|dismissed|abandoned|settled|ended)\b)"
    r"(?:\w+(?:ed|en)|made|held|done|sold|told|paid|put|met|built|sent|lost|won|found|set|begun|brought)\b"
    r"|\s+(?:(?:did|does|do|has|have|had|will|would)\s+(?:not|never)|never|(?:did|does|do|has|have|had|wo|would)n['’]t)"
    r"\s+(?:happen(?:ed)?|occur(?:red)?|exist(?:ed)?|materiali[sz]ed?|(?:take|taken|took) place|"
    r"(?:go|gone|went) through)\b"
    r"|\s+(?:is|are|was|were|has been|have been|had been)\s+(?:denied|refuted|ruled out)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")

_MARK = re.compile(r"[\"“”«»„]")
_NOMINAL = frozenset({"object", "preposition"})
_TIME = re.compile(
    r",\s+(?:(?:just|only|shortly|soon|right|even|hours?|days?|weeks?|months?|minutes|years?|a|an|one|two|three|few|several)\s+){0,3}"
    r"(?:after|before|since|while|when|as|amid|following)\b"
)

# By rank, the strongest first; what is denied in a quote is the last, and then what is not found at all.
_STATUSES = ("asserted", "denied", "quoted", "denied", "not found")


_Match = tuple[int, int, int, int, int]  # half-open span, that of its sentence, and the position of the fact


class _Hit(NamedTuple):
    rank: int
    start: int
    end: int


def content_spans(text: str, pieces: Iterable[tuple[int, int, str, str]]) -> NDArray[np.int64]:
    """Return the spans of an article that somebody else says, as this module draws the line.

    Parameters
    ----------
    text
        The article.
    pieces
        Start, end, kind and method of the content pieces of its utterances.

    Returns
    -------
    ndarray, shape (n, 2)
        Sorted, overlaps merged.

    Examples
    --------
    >>> text = "He called the ban “absurd”."
    >>> content_spans(text, [(10, 26, "mixed", "verb:object")]).tolist()
    [[19, 25]]
    """
    found: list[tuple[int, int]] = []
    for start, end, kind, method in pieces:
        if kind == "direct":
            found.append((start, end))
        elif method.rpartition(":")[2] in _NOMINAL:
            found.extend(marked_spans(text, start, end))
        else:
            clause = _TIME.search(text, start, end) if kind == "indirect" else None
            found.append((start, clause.start() if clause else end))
    merged: list[list[int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return np.array(merged, dtype=np.int64).reshape(-1, 2)


def marked_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the parts of `text` from `start` to `end` that stand between quotation marks, without the marks.

    Examples
    --------
    >>> marked_spans("He called it “odd” and “new", 3, 27)
    [(14, 17), (24, 27)]
    """
    inside = bool(start) and _MARK.match(text, start - 1) is not None
    found: list[tuple[int, int]] = []
    place = start
    for mark in _MARK.finditer(text, start, end):
        if inside and place < mark.start():
            found.append((place, mark.start()))
        inside, place = not inside, mark.end()
    if inside and place < end:
        found.append((place, end))
    return found


def _pieces(
    quotes: pd.DataFrame, quote_spans: pd.DataFrame, articles: Sequence[str]
) -> dict[str, list[tuple[int, int, str, str]]]:
    """Return start, end, kind and method of the content pieces of the quotes in `articles`, which are few."""
    own = quotes[places(quotes["article_id"], articles) >= 0]
    owners, kinds, methods = (own[name].tolist() for name in ("article_id", "kind", "method"))
    place = {quote_id: k for k, quote_id in enumerate(own["quote_id"].tolist())}
    spans = quote_spans[places(quote_spans["quote_id"], place) >= 0]
    found: dict[str, list[tuple[int, int, str, str]]] = {}
    columns = (spans[name].tolist() for name in ("quote_id", "part", "start", "end"))
    for quote_id, part, start, end in zip(*columns, strict=True):
        if part == "content":
            k = place[quote_id]
            found.setdefault(owners[k], []).append((start, end, kinds[k], methods[k]))
    return found


def denied(sentence: str, start: int, end: int) -> bool:
    """Say whether a negation in `sentence` governs its characters from `start` to `end`.

    Examples
    --------
    >>> s = "The company denied that it filed a lawsuit."
    >>> denied(s, s.index("filed"), len(s) - 1)
    True
    >>> s = "It wasn't giving up, shortly after it filed a lawsuit."
    >>> denied(s, s.index("filed"), len(s) - 1)
    False
    """
    before = sentence[max(0, start - _REACH) : start]
    breaks = [m.end() for m in _CLAUSE.finditer(before)]
    scope = before[breaks[-1] if breaks else 0 :]
    words = [m.start() for m in _WORD.finditer(scope)]
    if len(words) > _SCOPE:
        scope = scope[words[-_SCOPE] :]
    cues = sum(match["cue"] is not None for match in _CUE.finditer(scope))
    if _NEGATED_SUBJECT.match(sentence, end):
        cues += 1
    return cues % 2 == 1


def find(
    documents: Iterable[Document],
    study: Study,
    quotes: pd.DataFrame,
    quote_spans: pd.DataFrame,
    *,
    method: str = "pattern",
    threshold: float = THRESHOLD,
) -> pd.DataFrame:
    """Find each fact of the study in each document, with its status and passage.

    Parameters
    ----------
    documents
        The articles.
    study
        Its facts: patterns for ``method="pattern"``, statements for ``method="meaning"``.
    quotes, quote_spans
        The tables of this name: what stands in a quote is not asserted by the outlet.
    method
        ``pattern``: the fact's patterns (syntax of :class:`analysis.language.Lexicon`). ``meaning``: sentences whose
        embedding is close to that of the fact's statement; it finds paraphrases, but can't tell a fact from its
        reversal, so status rests on patterns by default.
    threshold
        Least cosine similarity for ``method="meaning"``.

    Returns
    -------
    DataFrame
        Table ``facts``: a row for each article and fact; offsets are -1 where it is not found.

    Raises
    ------
    ParameterError
        Where `method` is neither ``pattern`` nor ``meaning``.

    Examples
    --------
    >>> from pathlib import Path
    >>> from analysis.language import Vocabulary, read_document
    >>> from analysis.study import Fact
    >>> study = Study(Path("study.toml"), "A", "a", (), facts=(Fact("lawsuit", patterns=("filed * lawsuit*",)),))
    >>> document = read_document("a", "They filed two federal lawsuits.", Vocabulary())
    >>> find([document], study, schema.empty("quotes"), schema.empty("quote_spans")).values.tolist()
    [['a', 'lawsuit', 'asserted', 5, 31]]
    """
    if method not in ("pattern", "meaning"):
        raise ParameterError(f"facts: method {method!r} is unknown; use pattern or meaning")
    documents = Documents.of(documents)
    told = _matches(documents, study) if method == "pattern" else dict.fromkeys(range(len(documents)), ())
    pieces = _pieces(quotes, quote_spans, [documents[position].article_id for position in told])
    shape = (len(documents), len(study.facts))
    status, start, end = np.full(shape, len(_STATUSES) - 1), np.full(shape, -1), np.full(shape, -1)
    for position, matches in told.items():
        document = documents[position]
        contents = content_spans(document.text, pieces.get(document.article_id, ()))
        if method == "pattern":
            best = _by_pattern(document, matches, contents)
        else:
            best = _by_meaning(document, study, contents, threshold)
        for fact, hit in best.items():
            status[position, fact], start[position, fact], end[position, fact] = hit
    article, number = np.indices(shape).reshape(2, -1)
    columns = {
        "article_id": schema.Coded(documents.article_ids, article),
        "fact": schema.Coded([fact.name for fact in study.facts], number),
        "status": schema.Coded(_STATUSES, status.ravel()),
        "start": start.ravel(),
        "end": end.ravel(),
    }
    return schema.from_columns("facts", columns, length=status.size)


def near(
    articles: pd.DataFrame, sentences: pd.DataFrame, facts: pd.DataFrame, study: Study, *, threshold: float = THRESHOLD
) -> pd.DataFrame:
    """Return for facts not found the sentence nearest in meaning: one that may tell the fact, for a reader to judge.

    Nearness in meaning says what a sentence is about, not what it says. Of 70 such sentences of the study on the steel
    tariffs, those with the highest similarity (0.62 or more), 16 told the fact when read, 10 of the 23 from 0.70 on; of
    the seeds none reaches 0.6, and none of the 7 from 0.5 on tells it. So nothing here counts as told. It is good for
    two things: to find what a pattern misses, and to withhold the claim that an article omits a fact.

    Parameters
    ----------
    articles, sentences, facts
        The tables of this name.
    study
        Its facts: those with a statement are looked for.
    threshold
        Least cosine similarity of a sentence and the statement.

    Returns
    -------
    DataFrame
        A row for each fact not found that a sentence is near to: article_id, fact, similarity, sentence_id, start, end.

    Examples
    --------
    >>> from pathlib import Path
    >>> near(*(schema.empty(name) for name in ("articles", "sentences", "facts")), Study(Path("s"), "A", "a", ())).empty
    True
    """
    statements = {fact.name: fact.statement for fact in study.facts if fact.statement}
    missing: dict[str, list[str]] = {}
    for article, fact, status in zip(facts["article_id"], facts["fact"], facts["status"], strict=True):
        if status == "not found" and fact in statements:
            missing.setdefault(article, []).append(fact)
    texts = {a: t for a, t in zip(articles["article_id"], articles["text"], strict=True) if a in missing}
    rows: list[tuple[str, str, float, str, int, int]] = []
    if texts:
        from analysis.encoder import encode

        axes = dict(zip(statements, encode(list(statements.values())), strict=True))
        # Article by article, for the vectors of all sentences of a large study would not fit in memory.
        for article, own in sentences[sentences["article_id"].isin(list(texts))].groupby("article_id", sort=True):
            spans = list(zip(own["start"].tolist(), own["end"].tolist(), strict=True))
            vectors = encode([texts[str(article)][start:end] for start, end in spans])
            for fact in missing[str(article)]:
                close = vectors @ axes[fact]
                best = int(close.argmax())
                if close[best] >= threshold:
                    sentence = str(own["sentence_id"].iloc[best])
                    rows.append((str(article), fact, float(close[best]), sentence, *spans[best]))
    columns = {"article_id": "str", "fact": "str", "similarity": "float64", "sentence_id": "str"}
    columns |= {"start": "int64", "end": "int64"}
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


@lru_cache(maxsize=4)
def _matcher(entries: tuple[tuple[str, ...], ...]) -> Matcher:
    """Compile the patterns of facts: once for all chunks of a study's articles."""
    return Matcher(Lexicon(entries))


def _matches(documents: Documents, study: Study) -> dict[int, list[_Match]]:
    """Return what the patterns find in each document, by its position, in the order of the text."""
    found = _matcher(tuple(fact.patterns for fact in study.facts)).find(documents)
    order = np.lexsort((found.entry, found.first))
    first, last = found.first[order], found.last[order]
    sentence = documents.sentences[documents.sentence_of_token(first)]
    columns = (documents.starts[first], documents.ends[last], *sentence.T, found.entry[order])
    matches: dict[int, list[_Match]] = {}
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for position, row in zip(documents.article_of_token[first].tolist(), rows, strict=True):
        matches.setdefault(position, []).append(row)
    return matches


def _by_pattern(document: Document, matches: Sequence[_Match], contents: NDArray[np.int64]) -> Mapping[int, _Hit]:
    best: dict[int, _Hit] = {}
    for start, end, opened, closed, fact in matches:
        opened, closed = max(opened, start - _REACH), min(closed, end + _REACH)
        negated = denied(document.text[opened:closed], start - opened, end - opened)
        hit = _Hit(_rank(negated, _quoted(contents, start, end)), start, end)
        if fact not in best or hit.rank < best[fact].rank:
            best[fact] = hit
    return best


def _by_meaning(document: Document, study: Study, contents: NDArray[np.int64], threshold: float) -> Mapping[int, _Hit]:
    from analysis.encoder import encode

    statements = [fact.statement for fact in study.facts]
    spans: Sequence[tuple[int, int]] = [(a, b) for a, b in document.sentences.tolist()]
    if not statements or not spans:
        return {}
    close = encode([document.text[a:b] for a, b in spans]) @ encode(statements).T
    best: dict[int, _Hit] = {}
    for number, statement in enumerate(statements):
        if not statement:
            continue
        for position in np.flatnonzero(close[:, number] >= threshold).tolist():
            start, end = spans[position]
            hit = _Hit(_rank(_opposed(document.text[start:end], statement), _quoted(contents, start, end)), start, end)
            if number not in best or hit.rank < best[number].rank:
                best[number] = hit
    return best


def _opposed(sentence: str, statement: str) -> bool:
    """Say whether just one of the two is negated; sentences are whole here, so any negation in them counts."""
    counts = [sum(m["cue"] is not None for m in _CUE.finditer(text)) for text in (sentence, statement)]
    return (counts[0] - counts[1]) % 2 == 1


def _quoted(contents: NDArray[np.int64], start: int, end: int) -> bool:
    if not len(contents):
        return False
    inside = np.minimum(contents[:, 1], end) - np.maximum(contents[:, 0], start)
    return bool(inside.clip(min=0).sum() * 2 > end - start)


def _rank(negated: bool, quoted: bool) -> int:
    return (3 if quoted else 1) if negated else (2 if quoted else 0)
