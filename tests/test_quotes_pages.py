"""Articles prepared together: the same quotes as one by one, and by tests that leave out no cue and no clause's end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.language import read_document, read_documents
from analysis.language.tokens import Vocabulary
from analysis.quotes import Quote, cues, extract, extract_all, pages
from analysis.quotes.cues import MAY_CLOSE, MAY_NAME, MAY_OPEN, Located
from analysis.quotes.gaps import Mask, read_gaps
from analysis.quotes.grammar import CUE, IS_ACCORDING, NAME_OF_CUE, Lexis

PIECES = (
    "said asked told denied claim claims claimed argues suggesting adding according criticized was has been to that "
    "who which by of in on the a his their he she they it Trump Lee Mr. officials reporters Monday may week earlier "
    "also not and but while because if whether what read wants calls for about deal plan is dead would go statement "
    "accoriding Said SAID ask pressed being when U.S. "
    "- -- — ' \" “ ” ‘ ’ '' , ; : . ! ? … .... ( ) \n \n\n \u00a0 2+2 ’s 's said-so"
).split(" ")
texts = st.lists(st.sampled_from(PIECES), max_size=60).flatmap(
    lambda pieces: st.sampled_from(
        (" ".join(pieces), " ".join(pieces).replace(" ,", ",").replace(" .", "."), "".join(pieces))
    )
)
chunks = st.lists(texts, max_size=6)


def together(chunk: list[str]) -> list[list[Quote]]:
    return list(extract_all(read_documents([(str(k), text) for k, text in enumerate(chunk)])))


@settings(deadline=None)
@given(chunks)
def test_together_as_one_by_one(chunk: list[str]) -> None:
    alone = []
    for text in chunk:
        document = read_document("a", text, Vocabulary())
        alone.append(extract(text, document.sentences, tokens=document.tokens))
    assert together(chunk) == alone


def test_groups_of_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    chunk = ["", "Mr. Lee said he agrees.", "x", "“We agree,” said Ms. Roe.", " ", "It was late, he said."] * 3
    whole = together(chunk)
    assert [len(found) for found in whole[:6]] == [0, 1, 0, 1, 0, 1]
    monkeypatch.setattr("analysis.quotes.extraction._GROUP", 20)
    assert together(chunk) == whole


def every_cue(located: Located, lexis: Lexis, tokens: NDArray[np.integer], *_: object) -> NDArray[np.int8]:
    """What a cue may be by itself, whatever stands beside it."""
    flags, according = located.flags[tokens], lexis.named[located.words[tokens]] & IS_ACCORDING > 0
    verb = flags & CUE > 0
    kinds: NDArray[np.int8] = (
        MAY_CLOSE * verb + MAY_OPEN * (verb & ~according) + MAY_NAME * (flags & NAME_OF_CUE > 0)
    ).astype(np.int8)
    return kinds


def every_end(located: Located, _: Lexis) -> tuple[Mask, Mask, Mask, Mask]:
    """Let phrases and objects end anywhere, clauses at any break."""
    anywhere = np.ones(len(located.words), dtype=bool)
    behind = np.append(True, located.gaps.breaks[:-1])
    return anywhere, behind, behind, anywhere


@settings(deadline=None, max_examples=200)
@given(chunks)
def test_nothing_is_passed_over(chunk: list[str]) -> None:
    found = together(chunk)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cues, "_may_be", every_cue)
        assert together(chunk) == found
        patch.setattr(pages, "_ends", every_end)
        assert together(chunk) == found


def parts(gap: str) -> bool:
    """Tell by each character whether a gap parts words."""
    return len(gap) > 4 or any(
        char in ',;:()[]—―–|/"“”«»…!?'
        or (k > 0 and char == gap[k - 1] and char in "-.'`")
        or (char == "-" and k > 0 and gap[k - 1] == " " and k + 1 < len(gap))
        for k, char in enumerate(gap)
    )


@given(st.lists(st.text(alphabet=" -.,:;'`—\"…\n\u2028日", min_size=1, max_size=6), min_size=1, max_size=8))
def test_gaps(between: list[str]) -> None:
    text = "a" + "".join(gap + "a" for gap in between)
    codes = np.array([ord(char) for char in text], dtype=np.uint32)
    starts = np.flatnonzero(codes == ord("a"))
    spaced = np.array([gap == " " for gap in between] + [False])
    gaps = read_gaps(codes, starts, starts + 1, spaced, np.array([len(between)]))
    assert gaps.breaks.tolist() == [*map(parts, between), True]
    for k, gap in enumerate(between):
        assert gaps.colons[k] == (":" in gap or len(gap) > 4)
        assert gaps.semicolons[k] == (";" in gap or len(gap) > 4)
        assert gaps.pauses[k] >= any(mark in gap for mark in (",", ";", "—", "--"))


@given(texts.filter(str.strip))
def test_where_sentences_stop(text: str) -> None:
    document = read_document("a", text, Vocabulary())
    if not len(document.tokens):
        return
    article = pages.Article(text, document.tokens, document.sentences, document.first_tokens)
    (page,) = pages.read_pages([article])
    for stop, (_, end) in zip(page.stops, document.sentences.tolist(), strict=True):
        running = [s.end for s in page.stretches if s.start < end < s.end]
        assert stop == (running[0] if running else len(text[:end].rstrip(".!?…")))


def test_many_stops_take_linear_time() -> None:
    text = "He said no. " + "." * 200_000 + " She said yes."
    assert len(together([text])[0]) == 2
