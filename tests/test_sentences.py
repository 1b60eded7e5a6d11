"""Sentences: rules by example, coverage as a property, time linear in length."""

from __future__ import annotations

import itertools

import pytest
from growth import is_linear
from hypothesis import given
from hypothesis import strategies as st

from analysis.language import sentence_spans


def split(text: str) -> list[str]:
    return [text[a:b] for a, b in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Blinken met Mrs. Lee. They spoke.", ["Mr. Blinken met Mrs. Lee.", "They spoke."]),
        ("The U.S. Steel deal failed. It ended.", ["The U.S. Steel deal failed.", "It ended."]),
        ("He left the U.S. The deal failed.", ["He left the U.S.", "The deal failed."]),
        ("Antony J. Blinken spoke.", ["Antony J. Blinken spoke."]),
        ("It rose 2.5 percent. Then it fell.", ["It rose 2.5 percent.", "Then it fell."]),
        ("Nippon Steel Corp. said so. Yes.", ["Nippon Steel Corp. said so.", "Yes."]),
        ("On Jan. 3 he spoke. On Jan. 4 he left.", ["On Jan. 3 he spoke.", "On Jan. 4 he left."]),
        ('"We agreed." He left.', ['"We agreed."', "He left."]),
        ("“Why?” he asked. “Because.”", ["“Why?” he asked.", "“Because.”"]),
        ("“Why now?” Mr. Blinken asked. He left.", ["“Why now?” Mr. Blinken asked.", "He left."]),
        ("“Why now?” Blinken left.", ["“Why now?”", "Blinken left."]),
        ("He said no. The deal fell.", ["He said no.", "The deal fell."]),
        ("It is No. 1 of five. It won.", ["It is No. 1 of five.", "It won."]),
        ("Wait ... there is more.", ["Wait ... there is more."]),
        ("Well . . . that is it. Done.", ["Well . . . that is it.", "Done."]),
        ("A headline\n\nFirst. Second.", ["A headline", "First.", "Second."]),
        ("A line that is\nbroken here. Next.", ["A line that is\nbroken here.", "Next."]),
        ("A headline\nFirst line", ["A headline", "First line"]),
        ("Stop! Who goes? Nobody…", ["Stop!", "Who goes?", "Nobody…"]),
        ("(He left.) She stayed.", ["(He left.)", "She stayed."]),
        ("2. The second point", ["2. The second point"]),
        ("It happened in 2021. Then it ended.", ["It happened in 2021.", "Then it ended."]),
        ("At 9 p.m. EST he spoke. At 10 p.m. He left.", ["At 9 p.m. EST he spoke.", "At 10 p.m.", "He left."]),
        ("", []),
        (" \n \n ", []),
        ("...", ["..."]),
    ],
)
def test_splits(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@given(st.text(alphabet=st.sampled_from(list("aA1.!?…\"'”“’)( \n\tMr,é日\u00a0")), max_size=120))
def test_every_other_character_lies_in_exactly_one_sentence(text: str) -> None:
    spans = sentence_spans(text)
    assert all(a < b for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in itertools.pairwise(spans))
    covered = {i for a, b in spans for i in range(a, b)}
    assert all(i in covered or char.isspace() for i, char in enumerate(text))
    assert all(text[a:b] == text[a:b].strip() for a, b in spans)


@pytest.mark.parametrize("piece", [".", '."', ". ", "\n", '?"', "A. ", "U.S."])
def test_time_is_linear(piece: str) -> None:
    assert is_linear(sentence_spans, piece, length=600_000)
