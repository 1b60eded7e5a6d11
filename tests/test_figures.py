"""Figures draw what the table holds, say it in words, and give the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from xml.etree import ElementTree

import pages_fixture
import pandas as pd
import pytest

from analysis import comparison, figures, schema
from analysis.figures.style import COLOURS, label
from analysis.study import Milestone

SEEDS = pages_fixture.seeds()
HOSTILE = pages_fixture.hostile()


def drawings(measured: pages_fixture.Measured) -> dict[str, Callable[[], object]]:
    t, s = measured.tables, measured.study
    return {
        "timeline": lambda: figures.timeline(t["articles"], s.milestones, window=s.window),
        "counts": lambda: figures.counts(comparison.frames_by_outlet(t, s)),
        "facts": lambda: figures.facts(comparison.facts_by_outlet(t, s)),
        "sentiment": lambda: figures.sentiment(comparison.sentiment_by_target_voice(t, s)),
        "sources": lambda: figures.sources(comparison.sources_by_outlet(t, s), actors=s.actors),
        "word_choice": lambda: figures.word_choice(comparison.word_choice(t, s)),
        "prominence": lambda: figures.prominence(comparison.prominence_by_outlet(t, s)),
        "readability": lambda: figures.readability(comparison.readability_by_outlet(t, s)),
    }


NAMES = sorted(drawings(SEEDS))


@pytest.mark.filterwarnings("ignore:constrained_layout not applied", "ignore:Glyph")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("corpus", ["seeds", "hostile"])
def test_a_figure_is_valid_svg_with_words_and_the_same_bytes(name: str, corpus: str) -> None:
    draw = drawings({"seeds": SEEDS, "hostile": HOSTILE}[corpus])[name]
    first, second = figures.picture(draw()), figures.picture(draw())
    assert first.svg == second.svg
    root = ElementTree.fromstring(first.svg)
    assert root.tag.endswith("svg")
    assert not [e for e in root.iter() if e.tag.split("}")[-1] in ("script", "image", "foreignObject", "a")]
    assert first.alt
    assert "\x1b" not in first.alt + first.svg
    assert "<script" not in first._repr_html_()
    assert first.uri.startswith("data:image/svg+xml;base64,")


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_drawn_into_the_axes_given(name: str) -> None:
    from matplotlib.figure import Figure

    t, s = SEEDS.tables, SEEDS.study
    ax = Figure().add_subplot()
    tables = {
        "timeline": t["articles"],
        "counts": comparison.frames_by_outlet(t, s),
        "facts": comparison.facts_by_outlet(t, s),
        "sentiment": comparison.sentiment_by_target_voice(t, s),
        "sources": comparison.sources_by_outlet(t, s),
        "word_choice": comparison.word_choice(t, s),
        "prominence": comparison.prominence_by_outlet(t, s),
        "readability": comparison.readability_by_outlet(t, s),
    }
    assert getattr(figures, name)(tables[name], ax=ax) is ax


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_table_is_drawn(name: str) -> None:
    t = {table: schema.empty(table) for table in schema.TABLES}
    empty = drawings(pages_fixture.Measured(t, {}, SEEDS.study))[name]()
    assert figures.picture(empty).alt


def test_settings_of_the_caller_are_left_as_they_were() -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    figures.timeline(SEEDS.tables["articles"])
    assert dict(matplotlib.rcParams) == before


def test_not_mentioned_is_not_neutral() -> None:
    rows = [("deal", v, "", c, 0) for v in ("outlet", "quoted") for c in ("negative", "neutral", "positive")]
    ax = figures.sentiment(pd.DataFrame(rows, columns=["target", "voice", "side", "item", "n"]))
    assert ax.get_label() == "deal, outlet: not mentioned; deal, quoted: not mentioned."
    assert [t.get_text() for t in ax.texts] == ["not mentioned", "not mentioned"]
    assert not ax.patches


def test_a_count_without_evidence_is_a_dash_not_a_ring() -> None:
    rows = pd.DataFrame([("A", "x", 0, 0), ("B", "x", 0, 2)], columns=["outlet", "item", "n", "denominator"])
    ax = figures.counts(rows)
    assert [t.get_text() for t in ax.texts] == ["–", "0 of 2"]
    assert len(ax.collections) == 2  # one ring, and the rules between rows


@pytest.mark.parametrize(
    ("items", "note"),
    [
        (["generic/conflict"], ""),
        (["policy/economic", "generic/conflict"], "Not validated against human coders: the frames of policy."),
        (["policy: economic"], "Not validated against human coders: the frames of policy."),
        (["mine/a", "policy/b"], "Not validated against human coders: the frames of mine, policy."),
    ],
)
def test_counts_of_frames_that_nobody_coded_say_so(items: list[str], note: str) -> None:
    rows = [("A", item, 1, 2) for item in items]
    ax = figures.counts(pd.DataFrame(rows, columns=["outlet", "item", "n", "denominator"]))
    assert ax.get_xlabel() == note
    assert ("Not validated" in str(ax.get_label())) == bool(note)


def test_bars_are_as_long_as_the_counts() -> None:
    rows = [
        ("deal", "outlet", "", "negative", 3),
        ("deal", "outlet", "", "neutral", 2),
        ("deal", "outlet", "", "positive", 1),
    ]
    ax = figures.sentiment(pd.DataFrame(rows, columns=["target", "voice", "side", "item", "n"]))
    spans = sorted((min(b.get_x(), b.get_x() + b.get_width()), abs(b.get_width())) for b in ax.patches)
    assert spans == [(-4.0, 3.0), (-1.0, 2.0), (1.0, 1.0)]


def test_the_timeline_says_what_it_does_not_draw() -> None:
    table = pd.DataFrame({"published": ["2025-01-07", "2021-03-16", ""], "included": [True, False, False]})
    window = (date(2025, 1, 1), date(2025, 1, 31))
    ax = figures.timeline(
        table, [Milestone(date(2025, 1, 3), "blocked"), Milestone(date(2024, 1, 1), "old")], window=window
    )
    assert "Outside the window: 1." in ax.get_label()
    assert "Without a date: 1." in ax.get_label()
    assert "2025-01-03 blocked" in ax.get_label()
    assert "old" not in ax.get_label()


@pytest.mark.parametrize(
    ("text", "shown"), [("a\nb", "a b"), ("\x1b[31mred", "red"), ("x" * 50, "x" * 33 + "…"), ("", ""), ("日本", "日本")]
)
def test_labels_fit(text: str, shown: str) -> None:
    assert label(text) == shown


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", ["negative", "positive", "quoted", "accent", "second"])
def test_colours_stand_out_from_the_paper(name: str) -> None:
    ratio = (_luminance("#fbfaf6") + 0.05) / (_luminance(COLOURS[name]) + 0.05)
    assert ratio >= 3  # WCAG 2.2, 1.4.11
