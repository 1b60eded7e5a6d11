"""Quotation marks paired."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.quotes import find_stretches


@pytest.mark.parametrize(
    ("text", "expected", "odd"),
    [
        ('a "b" c', ['"b"'], 0),
        ("a “b” c “d”", ["“b”", "“d”"], 0),
        ("a ''b'' c", ["''b''"], 0),
        ("“a ‘b’ c”", ["“a ‘b’ c”"], 0),
        ("\"a 'b' c\"", ["\"a 'b' c\""], 0),
        ("„a“ b", ["„a“"], 0),
        ("it's the workers' and John's", [], 0),
        ("the '90s and rock 'n' roll", [], 0),
        ("a “b\nc", ["“b"], 1),
        ("b” c", ["b”"], 1),
        ("“A,” he said. It is b.”", ["“A,”", "It is b.”"], 1),
        ("He said 'yes to all' today", ["'yes to all'"], 0),
        ("", [], 0),
    ],
)
def test_pairs(text: str, expected: list[str], odd: int) -> None:
    stretches, alone = find_stretches(text)
    assert [text[s.start : s.end] for s in stretches] == expected
    assert alone == odd


@given(st.text(alphabet=st.sampled_from(list("\"“”'‘’«»„ab .,\n")), max_size=80))
def test_stretches_are_apart_and_keep_to_their_line(text: str) -> None:
    stretches, odd = find_stretches(text)
    assert odd >= 0
    for one in stretches:
        assert 0 <= one.start < one.end <= len(text)
        assert "\n" not in text[one.start : one.end]
    assert all(a.end <= b.start for a, b in itertools.pairwise(stretches))
