"""An article with its marks: every letter is kept, every mark stands where the tables say."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pages_fixture
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from test_tables import parsed

from analysis import display
from analysis.display import KINDS, Mark, annotate, pieces, sentence, show_article
from analysis.errors import InputError
from analysis.explore import sentences, sift

SEEDS = pages_fixture.seeds()
HOSTILE = pages_fixture.hostile()


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70), st.sampled_from(sorted(KINDS))), max_size=8),
)
def test_pieces_are_the_text_cut_at_every_mark(text: str, spans: list[tuple[int, int, str]]) -> None:
    marks = [Mark(a, b, k) for a, b, k in spans]
    cut = pieces(text, 0, len(text), marks)
    assert "".join(p.text for p in cut) == text
    place = 0
    for p in cut:
        for i in range(place, place + len(p.text)):
            assert set(p.kinds) == {m.kind for m in marks if m.start <= i < m.end}
        place += len(p.text)


@pytest.mark.parametrize("article_id", SEEDS.tables["articles"]["article_id"])
def test_every_sentence_is_shown_whole(article_id: str) -> None:
    shown = show_article(SEEDS, article_id)
    text = SEEDS.tables["articles"].set_index("article_id").at[article_id, "text"]
    rows = SEEDS.tables["sentences"].query("article_id == @article_id")
    assert ["".join(p.text for p in e.pieces) for e in shown.excerpts] == [
        text[s:e] for s, e in zip(rows["start"], rows["end"], strict=True)
    ]


def test_marks_stand_where_the_tables_say() -> None:
    article = str(SEEDS.tables["articles"]["article_id"].iloc[0])
    shown = show_article(SEEDS, article)
    targets = SEEDS.tables["mentions"].query("article_id == @article and kind == 'target'")
    marked = [p.text for e in shown.excerpts for p in e.pieces if "target" in p.kinds]
    assert sorted("".join(marked)) == sorted("".join(_merged(targets)))
    quoted = "".join(p.text for e in shown.excerpts for p in e.pieces if "content" in p.kinds)
    assert "This allyship, I believe" in quoted


def _merged(rows: object) -> list[str]:
    text = SEEDS.tables["articles"]["text"].iloc[0]
    letters = sorted({i for s, e in zip(rows["start"], rows["end"], strict=True) for i in range(s, e)})
    return [text[i] for i in letters]


@pytest.mark.parametrize("article_id", HOSTILE.tables["articles"]["article_id"])
def test_hostile_text_stays_text(article_id: str) -> None:
    html = show_article(HOSTILE, article_id)._repr_html_()
    found = parsed(html)
    assert set(found.tags) <= {"style", "div", "article", "h3", "p", "mark", "span"}
    assert found.tags.count("style") == 1
    assert not [a for a, _ in found.attributes if a.startswith("on")]
    assert "\x1b" not in html
    assert "\x1b" not in repr(show_article(HOSTILE, article_id))


def test_the_plain_form_marks_too() -> None:
    text = repr(show_article(SEEDS, str(SEEDS.tables["articles"]["article_id"].iloc[0])))
    assert "{Nippon Steel}" in text
    assert "<Blinken>" in text
    assert "[This allyship" in text


def test_unresolved_voice_is_said() -> None:
    excerpt = display.Excerpt(0, (), (), "unresolved", False, 0, 0)
    assert "could not be told" in sentence(excerpt)


def test_an_unknown_article_is_one_clear_line() -> None:
    with pytest.raises(InputError, match="no such article"):
        annotate(SEEDS.tables, "nowhere")


def test_marks_differ_without_colour() -> None:
    styles = re.findall(r"\.m-(\w+)\{([^}]*)\}", display.in_notebook(Markup("")))
    shapes = {k: re.sub(r"#\w+", "", s) for k, s in styles}
    assert set(shapes) == {*KINDS, "for", "against"}  # the last two mark the words that moved a score
    assert len(set(shapes.values())) == len(shapes)


def test_sift_goes_down_and_back() -> None:
    found = sentences(SEEDS.tables)
    assert len(sift(found)) == len(found)
    down = sift(found, outlet="Bloomberg", target="the acquisition", voice="outlet")
    assert 0 < len(down) < len(found)
    assert set(down["outlet"]) == {"Bloomberg"}
    assert all("the acquisition" in t for t in down["targets"])
    assert all("generic/conflict" in f for f in sift(found, frame="generic/conflict")["frames"])


def test_explore_filters_and_clears() -> None:
    pytest.importorskip("ipywidgets")
    from analysis.explore import explore

    widget = explore(SEEDS)
    lists = {box.description: box for box in widget.children[0].children}
    article, clear = widget.children[1].children
    count, body = widget.children[2:]
    before = count.value
    lists["Outlet"].value = "Bloomberg"
    lists["Target"].value = "the acquisition"
    assert count.value != before
    assert "Bloomberg" in body.value
    assert "m-target" in body.value
    article.value = article.options[1][1]
    assert "<article" in body.value
    clear.click()
    assert count.value == before
    assert [box.value for box in lists.values()] == ["", "", "", ""]


def test_explore_heads_an_article_as_its_list_names_it() -> None:
    pytest.importorskip("ipywidgets")
    from analysis.explore import explore

    articles = SEEDS.tables["articles"].copy()
    last = articles.index[-1]
    articles.loc[last, ["outlet", "originator"]] = ["unknown", "Example Agency"]
    widget = explore(SimpleNamespace(tables={**SEEDS.tables, "articles": articles}))
    lists = {box.description: box for box in widget.children[0].children}
    lists["Outlet"].value = "Example Agency"
    widget.children[1].children[0].value = articles.loc[last, "article_id"]
    heading = re.search('<p class="note">(.*?)</p>', widget.children[3].value)
    assert heading is not None
    assert heading[1] == f"Example Agency · {articles.loc[last, 'published']}"


def test_explore_escapes() -> None:
    pytest.importorskip("ipywidgets")
    from analysis.explore import explore

    widget = explore(HOSTILE)
    assert set(parsed(widget.children[3].value).tags) <= {"style", "article", "div", "h3", "p", "mark", "span", "small"}
