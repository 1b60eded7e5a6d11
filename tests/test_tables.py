"""Tables escape all they are given, and say the same as text."""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from types import SimpleNamespace

import pages_fixture
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import tables
from analysis.tables import Cell, Table, grid, lines, table, visible


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(html: object) -> Elements:
    found = Elements()
    found.feed(str(html))
    return found


OURS = {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "p", "a", "span"}


@pytest.mark.parametrize("probe", pages_fixture.PROBES)
def test_no_probe_becomes_an_element(probe: str) -> None:
    data = pd.DataFrame({probe: [probe], "n": [1]})
    html = table(data, probe, note=probe)._repr_html_()
    found = parsed(html)
    assert set(found.tags) <= {*OURS, "style"}
    assert list(found.tags).count("style") == 1
    assert not [a for a, _ in found.attributes if a.startswith("on")]
    assert "\x1b" not in html
    assert "\x00" not in html
    assert "\u202e" not in html


@given(st.text(), st.text(), st.text())
def test_any_text_is_shown_as_it_is(caption: str, name: str, value: str) -> None:
    shown = Table(caption, (name,), ((Cell(value),),))
    found = parsed(shown.__html__())
    assert set(found.tags) <= OURS
    assert visible(value).replace(" %", "\u00a0%").replace("\r", "").strip() in found.text.replace("\r", "")
    shown.__html__().encode("utf-8")
    assert repr(shown)


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("evidence-a.html#s-a-1", True),
        ("#s-a-1", True),
        ("data/x.csv", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("//example.invalid/x", False),
        ("/etc/passwd", False),
        ("https://example.invalid/", False),
        ("data:text/html,x", False),
    ],
)
def test_only_relative_addresses_are_written(href: str, kept: bool) -> None:
    assert ("href" in str(Cell("a", href).__html__())) is kept


def test_a_table_has_caption_scopes_and_a_place_to_scroll() -> None:
    html = table(pd.DataFrame({"outlet": ["A"], "n": [1200]}), "How many")._repr_html_()
    assert "<caption>How many</caption>" in html
    assert html.count('scope="col"') == 2
    assert '<th scope="row">A</th>' in html
    assert 'role="region" aria-label="How many" tabindex="0"' in html
    assert '<td class="num">1,200</td>' in html


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.456, "0.46"),
        (float("nan"), "–"),
        (12345.0, "12,345"),
        (3.0, "3.00"),
        (True, "yes"),
        (7, "7"),
        (("a", "b"), "a, b"),
    ],
)
def test_values_as_text(value: object, shown: str) -> None:
    text = repr(table(pd.DataFrame({"v": pd.Series([value], dtype=object)}), "t"))
    assert text.splitlines()[-1].strip() == shown


def test_rows_beyond_the_limit_are_counted() -> None:
    shown = table(pd.DataFrame({"a": range(30)}), "t", limit=10)
    assert len(shown.rows) == 10
    assert "10 of 30 rows are shown." in repr(shown)


def test_an_empty_table_says_so() -> None:
    assert "Nothing to show." in table(pd.DataFrame({"a": []}), "t")._repr_html_()


def test_grid_keeps_the_order_and_leaves_holes_empty() -> None:
    tidy = pd.DataFrame({"item": ["x", "y"], "outlet": ["B", "A"], "text": ["1", "2"]})
    shown = grid(tidy, "g")
    assert shown.columns == ("item", "B", "A")
    assert shown.rows == (("x", "1", ""), ("y", "", "2"))


def test_lines_number_their_texts() -> None:
    assert [r[0] for r in lines(["a", "b"], "t").rows] == ["1", "2"]


def test_passages_show_marked_sentences_and_count_the_rest() -> None:
    measured = pages_fixture.seeds()
    from analysis import comparison

    frames = comparison.frames_by_outlet(measured.tables, measured.study)
    shown = tables.passages(measured, frames, "Passages", columns=["item"], limit=5)
    assert len(shown.rows) == 5
    assert "sentences are shown" in shown.note
    assert "<mark" in shown._repr_html_() or "&lt;" not in shown._repr_html_()


def test_claims_has_its_columns_where_nothing_can_be_claimed() -> None:
    found = tables.claims(pages_fixture.seeds(), "Bloomberg")
    assert list(found.columns) == ["comparison", "item", "value", "rest", "q", "evidence"]
    assert found.empty


@pytest.mark.parametrize("held", ["none", "measured", "changed"])
def test_agreement_says_not_measured_where_it_is_not(held: str, monkeypatch: pytest.MonkeyPatch) -> None:
    row = {
        "measure": "frames", "gold": "g", "part": "train", "subset": "", "method": "dictionary", "figure": "macro_f1",
        "value": 0.512, "n": 100, "low": 0.4, "high": 0.6, "paper": "A, 2020", "status": "measured",
    }  # fmt: skip
    if held == "changed":
        row |= {"value": None, "low": None, "high": None, "status": "not measured"}
    figures = [] if held == "none" else [row]
    module = SimpleNamespace(agreement=lambda: {"command": "nutgraf validate GOLD_DIR", "figures": figures})
    monkeypatch.setattr(sys.modules["analysis.tables.agreement"], "evaluation", module)
    text = repr(tables.agreement(pages_fixture.study()))
    assert ("0.51 (0.40 to 0.60)" in text) is (held == "measured")
    assert text.count("not measured") == {"none": 3, "measured": 2, "changed": 3}[held]
    assert "nutgraf validate GOLD_DIR" in text
