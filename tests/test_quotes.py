"""Quotes: who says what, by example; no input raises; time linear in length."""

from __future__ import annotations

import numpy as np
import pytest
from growth import is_linear
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.language import Vocabulary, read_document, sentence_spans
from analysis.quotes import Quote, extract


def quotes_in(text: str) -> list[Quote]:
    document = read_document("a", text, Vocabulary())
    return extract(text, document.sentences, tokens=document.tokens)


def told(text: str) -> list[tuple[str, list[str], str, str]]:
    """Kind, contents, cue and source as words."""
    return [
        (
            q.kind,
            [text[a:b] for a, b in q.content],
            " ".join(text[a:b] for a, b in q.cue),
            " ".join(text[a:b] for a, b in q.source),
        )
        for q in quotes_in(text)
    ]


DIRECT = [
    ('"We agreed," Blinken said.', [("direct", ['"We agreed,"'], "said", "Blinken")]),
    ('"We agreed," said Hashimoto in Tokyo.', [("direct", ['"We agreed,"'], "said", "Hashimoto")]),
    ('"Did we agree?" he asked.', [("direct", ['"Did we agree?"'], "asked", "he")]),
    ('Iwaya said: "We have agreed on it."', [("direct", ['"We have agreed on it."'], "said", "Iwaya")]),
    ('Iwaya said, "We have agreed on it."', [("direct", ['"We have agreed on it."'], "said", "Iwaya")]),
    ("“We agreed,” Ms. Lee said. “It is done.”", [("direct", ["“We agreed,”", "“It is done.”"], "said", "Ms. Lee")]),
    ('"We agreed," he said, "on most of it."', [("direct", ['"We agreed,"', '"on most of it."'], "said", "he")]),
    ("''We agreed,'' Mr. Lee said.", [("direct", ["''We agreed,''"], "said", "Mr. Lee")]),
    ("«We agreed», Mr. Lee said.", [("direct", ["«We agreed»"], "said", "Mr. Lee")]),
    ('“We agreed," Mr. Lee said.', [("direct", ['“We agreed,"'], "said", "Mr. Lee")]),
    ("‘We agreed on it,’ Mr. Lee said.", [("direct", ["‘We agreed on it,’"], "said", "Mr. Lee")]),
    ("“He said ‘no’ to us,” Mr. Lee said.", [("direct", ["“He said ‘no’ to us,”"], "said", "Mr. Lee")]),
    (
        '"We agreed," Ross, who spent the morning there, said.',
        [("direct", ['"We agreed,"'], "said", "Ross")],
    ),
    ('"We agreed on it. At last." — Jane Roe, Ohio', [("direct", ['"We agreed on it. At last."'], "—", "Jane Roe")]),
    ('Said Comey, "The thought is painful to us."', [("direct", ['"The thought is painful to us."'], "Said", "Comey")]),
    # A paragraph left open goes on in the next one.
    (
        "“We have agreed on it,” Mr. Lee said. “It was hard.\n\n“But it is done.”",
        [("direct", ["“We have agreed on it,”", "“It was hard.", "“But it is done.”"], "said", "Mr. Lee")],
    ),
    # Never opened, never closed.
    ("I appreciate that very much,” Mr. Lee said.", [("direct", ["I appreciate that very much,”"], "said", "Mr. Lee")]),
    (
        "He said, “We believe in it. And we will do it.",
        [("direct", ["“We believe in it. And we will do it."], "said", "He")],
    ),
    # One speaker's two utterances, each with its own attribution.
    (
        'Iwaya said, "I am committed." "We are partners," said Iwaya.',
        [("direct", ['"I am committed."'], "said", "Iwaya"), ("direct", ['"We are partners,"'], "said", "Iwaya")],
    ),
]

INDIRECT = [
    ("Blinken said the deal was dead.", [("indirect", ["the deal was dead"], "said", "Blinken")]),
    ("Blinken said on Monday that the deal was dead.", [("indirect", ["that the deal was dead"], "said", "Blinken")]),
    ("Blinken said in a statement that it was dead.", [("indirect", ["that it was dead"], "said", "Blinken")]),
    ("Blinken told Iwaya that it was dead.", [("indirect", ["that it was dead"], "told", "Blinken")]),
    ("Mr. Lee has repeatedly said he agrees.", [("indirect", ["he agrees"], "has repeatedly said", "Mr. Lee")]),
    ("The deal was dead, Blinken said.", [("indirect", ["The deal was dead"], "said", "Blinken")]),
    ("The deal was dead, said Blinken.", [("indirect", ["The deal was dead"], "said", "Blinken")]),
    ("The deal, Blinken said, was dead.", [("indirect", ["The deal", "was dead"], "said", "Blinken")]),
    (
        "The deal was dead, according to the ministry.",
        [("indirect", ["The deal was dead"], "according to", "the ministry")],
    ),
    (
        "According to the ministry, the deal was dead.",
        [("indirect", ["the deal was dead"], "According to", "the ministry")],
    ),
    (
        "Asked about the deal, Blinken said it was dead.",
        [("indirect", ["about the deal"], "Asked", ""), ("indirect", ["it was dead"], "said", "Blinken")],
    ),
    ("Lee did not mention the deal.", []),
    ("Lee criticized the decision.", [("indirect", ["the decision"], "criticized", "Lee")]),
    ("Lee called for a new deal.", [("indirect", ["a new deal"], "called for", "Lee")]),
    ("Lee vowed to block the deal.", [("indirect", ["to block the deal"], "vowed", "Lee")]),
    ("Lee asked whether it was dead.", [("indirect", ["whether it was dead"], "asked", "Lee")]),
    (
        "Lee said it was dead, adding that he had tried.",
        [("indirect", ["it was dead"], "said", "Lee"), ("indirect", ["that he had tried"], "adding", "Lee")],
    ),
    (
        "Lee said it was dead and warned that more would follow.",
        [("indirect", ["it was dead"], "said", "Lee"), ("indirect", ["that more would follow"], "warned", "Lee")],
    ),
    ("Ishiba, who said that he wanted more, left.", [("indirect", ["that he wanted more"], "said", "who")]),
    ("Lee made the claim that it was dead.", [("indirect", ["that it was dead"], "claim", "Lee")]),
    ("In Lee's view that it was dead he was alone.", [("indirect", ["that it was dead he was alone"], "view", "Lee")]),
    ("Lee and Ross said they had agreed.", [("indirect", ["they had agreed"], "said", "Lee and Ross")]),
    ('Lee called it "politically motivated."', [("mixed", ['it "politically motivated."'], "called", "Lee")]),
    (
        'Lee said the move was "perplexing" to him.',
        [("mixed", ['the move was "perplexing" to him'], "said", "Lee")],
    ),
]

NOTHING = [
    "The “2+2” dialogue went on.",
    "He wore a so-called “hoodie” in town.",
    "He starred in “Parks and Recreation” last year.",
    "The deal was signed on Monday in Tokyo.",
    "The union-backed plan passed.",
    'The book is 5\'4" tall and 7" wide.',
]


@pytest.mark.parametrize(("text", "expected"), DIRECT)
def test_direct(text: str, expected: list[tuple[str, list[str], str, str]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(("text", "expected"), INDIRECT)
def test_indirect(text: str, expected: list[tuple[str, list[str], str, str]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize("text", NOTHING)
def test_no_quote(text: str) -> None:
    assert told(text) == []


def test_without_tokens_the_same() -> None:
    text = '"We agreed," Blinken said. He added that it was hard.'
    spans = np.array(sentence_spans(text), dtype=np.int32)
    assert extract(text, spans) == quotes_in(text)


def test_odd_spaces_do_not_matter() -> None:
    text = '"We agreed," Blinken\u00a0said.\u00a0"It is done now."'
    assert told(text) == [("direct", ['"We agreed,"', '"It is done now."'], "said", "Blinken")]


def check(text: str) -> None:
    for quote in quotes_in(text):
        assert quote.content
        for start, end in quote.content + quote.cue + quote.source:
            assert 0 <= start < end <= len(text)
        assert list(quote.content) == sorted(quote.content)
        assert quote.kind in ("direct", "mixed", "indirect")


WORDS = [
    "said",
    "He",
    "Mr. Lee",
    "that",
    "according to",
    "the",
    "deal",
    "asked",
    "told",
    "saying",
    "and",
    "who",
    "X",
    "was",
    "to",
]
MARKS = [
    '"',
    "“",
    "”",
    "'",
    "’",
    "‘",
    "''",
    "«",
    "»",
    ",",
    ".",
    "?",
    ":",
    " — ",
    "\n",
    "\n\n",
    " ",
    "(",
    ")",
    "\u00a0",
    "日",
    "é",
    "\U0001f600",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS + MARKS + [" "] * 12), max_size=60).map("".join))
def test_no_input_raises(text: str) -> None:
    check(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    check(text)


@pytest.mark.parametrize(
    "piece",
    [
        '"',
        "'",
        "“",
        "” ",
        '"a," said he. ',
        "a, he said, ",
        "' ",
        "'A ",
        "He said, “a ",
        "said ",
        "“A b c d.” ",
        '"A b c." — Bo ',
        "and saying ",
    ],
)
def test_time_is_linear(piece: str) -> None:
    assert is_linear(quotes_in, piece, length=500_000)


@pytest.mark.long
def test_a_megabyte_of_marks() -> None:
    for mark in ['"', "'", "“", "”", '"x ', "“x "]:
        check(mark * (1_000_000 // len(mark)))
        assert is_linear(quotes_in, mark, length=1_000_000)
