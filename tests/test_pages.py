"""The site: every link arrives, every section is there, sizes are kept, and the bytes are the same."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path

import comparison_fixture
import nbformat
import pages_fixture
import pandas as pd
import pytest
from markupsafe import Markup
from test_tables import parsed

from analysis import schema
from analysis.reports import job
from analysis.reports.pages import corpus, coverage, trust, voices, write_site
from analysis.reports.pages.context import gather
from analysis.reports.pages.names import anchor, evidence_file, safe
from analysis.reports.pages.voices import differences
from analysis.reports.style import POLICY

TITLES = (
    "Findings",
    "The corpus",
    "Where the texts come from",
    "Timeline",
    "Frames by outlet",
    "Sentiment by target and voice",
    "Who speaks",
    "Facts and omissions",
    "Naming and word choice",
    "Prominence",
    "Readability",
    "How far to trust this",
    "Methods and data",
)


@pytest.fixture(scope="module", params=["seeds", "hostile"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _sites(request.param, tmp_path_factory)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _sites("seeds", tmp_path_factory)


_WRITTEN: dict[str, Path] = {}


def _sites(corpus: str, factory: pytest.TempPathFactory) -> Path:
    if corpus not in _WRITTEN:
        _WRITTEN[corpus] = written(corpus, factory.mktemp(corpus) / "site")
    return _WRITTEN[corpus]


def written(corpus: str, folder: Path) -> Path:
    write_site(measured(corpus), notebooks(), folder)
    return folder


@cache
def measured(corpus: str) -> pages_fixture.Measured:
    return getattr(pages_fixture, corpus)()


def notebooks() -> dict[str, nbformat.NotebookNode]:
    cell = nbformat.v4.new_markdown_cell("# Framing\n\n## A part")
    return {"framing": nbformat.v4.new_notebook(cells=[cell]), "index": nbformat.v4.new_notebook(cells=[cell])}


def without_figures(html: str) -> str:
    return re.sub(r'data:image/[^"]*', "", html)


def test_all_sections_stand_in_the_readers_order(site: Path) -> None:
    html = (site / "index.html").read_text("utf-8")
    assert tuple(unescape(t) for t in re.findall(r"<section id=\"[\w-]+\">\s*<h2>(.*?)</h2>", html)) == TITLES
    assert html.index("What this corpus cannot show") < html.index('<section id="corpus">')
    contents = html[html.index("<nav") : html.index("</nav>")]
    assert re.findall(r'href="#([\w-]+)"', contents) == re.findall(r'<section id="([\w-]+)"', html)


def test_every_link_arrives(site: Path) -> None:
    pages = {p.name: p.read_text("utf-8") for p in site.glob("*.html")}
    anchors = {name: set(re.findall(r'\bid="([^"]+)"', html)) for name, html in pages.items()}
    links = 0
    for name, html in pages.items():
        for href in (unescape(h) for h in re.findall(r'href="([^"]*)"', html)):
            target, _, place = href.partition("#")
            links += 1
            assert (site / (target or name)).is_file(), (name, href)
            if place:
                assert place in anchors[target or name], (name, href)
    assert links > 100


def test_ids_are_unique(site: Path) -> None:
    for page in site.glob("*.html"):
        ids = re.findall(r'\bid="([^"]+)"', page.read_text("utf-8"))
        assert len(ids) == len(set(ids)), page.name


def test_nothing_but_our_elements(site: Path) -> None:
    for page in site.glob("*.html"):
        html = page.read_text("utf-8")
        found = parsed(html)
        assert html.startswith('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta http-equiv="Content-Security-Policy"')
        assert unescape(re.search(r'content="([^"]*)"', html)[1]) == POLICY
        assert not {"script", "iframe", "object", "embed", "form", "svg", "base", "link"} & set(found.tags)
        assert [found.tags.count(t) for t in ("style", "title", "h1", "main")] == [1, 1, 1, 1], page.name
        assert found.tags.count("meta") == 4
        assert not [a for a, _ in found.attributes if a.startswith("on") or a in ("style", "srcset")]
        assert all(v for a, v in found.attributes if a == "alt" or a == "aria-label")
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", html)


def test_images_have_words_and_data(site: Path) -> None:
    html = (site / "index.html").read_text("utf-8")
    images = re.findall(r'<img alt="([^"]*)" src="([^"]{0,40})', html)
    assert len(images) >= 4
    assert all(len(alt) > 10 and src.startswith("data:image/svg+xml;base64,") for alt, src in images)
    figures = re.findall(r"<figure>.*?</figure>", html, re.S)
    assert all('href="data/' in f for f in figures)


def test_sizes_of_the_small_study(seeds: Path) -> None:
    for page in seeds.glob("*.html"):
        assert len(without_figures(page.read_text("utf-8")).encode()) < 40_000, page.name


@pytest.mark.long
def test_sizes_of_a_thousand_articles(tmp_path: Path) -> None:
    write_site(pages_fixture.large(1000), {}, tmp_path / "site")
    for page in (tmp_path / "site").glob("*.html"):
        assert page.stat().st_size < 1_000_000, page.name


def test_many_articles_are_counted_by_publisher_and_listed_on_pages_of_their_own(tmp_path: Path) -> None:
    write_site(pages_fixture.large(45, 5), {}, tmp_path / "site")
    index = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert '<th scope="row">Outlet 00</th><td class="num">9</td><td class="num">9</td>' in index
    assert 'href="articles-1.html"' in index
    assert index.count('href="evidence-l00044.html"') == 0
    listed = (tmp_path / "site" / "articles-1.html").read_text("utf-8")
    assert all(f'href="evidence-l{i:05d}.html"' in listed for i in range(45))


def test_the_same_inputs_give_the_same_bytes(seeds: Path, tmp_path: Path) -> None:
    first, second = seeds, written("seeds", tmp_path / "b")
    names = sorted(p.relative_to(first) for p in first.rglob("*") if p.is_file())
    assert names == sorted(p.relative_to(second) for p in second.rglob("*") if p.is_file())
    assert all((first / n).read_bytes() == (second / n).read_bytes() for n in names)


def test_articles_are_shown_as_excerpts_unless_the_study_says_otherwise(seeds: Path, tmp_path: Path) -> None:
    base = pages_fixture.seeds()
    whole = pages_fixture.Measured(base.tables, base.manifest, replace(base.study, full_text=True))
    write_site(whole, {}, tmp_path)
    shown = {}
    for kind, folder in (("excerpts", seeds), ("whole", tmp_path)):
        html = (folder / evidence_file("003_329ee69e2b26a6ec")).read_text("utf-8")
        shown[kind] = len(re.findall(r'id="s-003', html))
    sentences = int((base.tables["sentences"]["article_id"] == "003_329ee69e2b26a6ec").sum())
    assert shown["whole"] == sentences
    assert shown["excerpts"] < sentences


def test_a_sentence_near_in_meaning_is_shown_where_no_pattern_found_the_fact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = pages_fixture.seeds()
    compared = base.tables["articles"].loc[base.tables["articles"]["included"], "article_id"]
    missing = base.tables["facts"].query("status == 'not found'")
    fact = missing[missing["article_id"].isin(compared)].iloc[0]
    sentence = base.tables["sentences"].query("article_id == @fact.article_id").iloc[3]
    row = [fact.article_id, fact.fact, 0.7, sentence.sentence_id, sentence.start, sentence.end]
    found = pd.DataFrame([row], columns=["article_id", "fact", "similarity", "sentence_id", "start", "end"])
    for near, times in ((found, 1), (found.iloc[:0], 0)):
        monkeypatch.setattr(coverage, "nearest", lambda *_, near=near: near)
        write_site(base, {}, tmp_path / str(times))
        html = (tmp_path / str(times) / "index.html").read_text("utf-8")
        section = html[html.index('<section id="facts"') : html.index("</section>", html.index('<section id="facts"'))]
        assert section.count("by pattern; nearest in meaning") == times


def test_a_large_study_says_that_no_sentences_near_in_meaning_are_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "No sentences near in meaning are looked for"
    for most in (coverage.MOST_COMPARED, 50):
        monkeypatch.setattr(coverage, "MOST_COMPARED", most)
        write_site(pages_fixture.seeds(), {}, tmp_path / str(most))
        assert (said in (tmp_path / str(most) / "index.html").read_text("utf-8")) is (most == 50)


def test_what_is_near_in_meaning_is_told_of_the_outlet_as_comparisons_call_it(tmp_path: Path) -> None:
    """An article left out can make the others' names longer: they must be the same everywhere."""
    tables = dict(measured("seeds").tables)
    articles = tables["articles"].copy()
    articles["path"] = "a.jsonl"  # so that articles are named by their ids, of which two begin alike
    left_out = articles["article_id"].str.startswith("003")
    article, other = articles.loc[articles["article_id"].str.startswith("000"), "article_id"].item(), "000_other"
    articles.loc[left_out, "article_id"] = other
    tables["articles"] = articles
    fact, sentence = tables["facts"].query("article_id == @article").iloc[0], f"{article}:s00003"
    row = [article, fact.fact, 0.7, sentence, 0, 9]
    found = pd.DataFrame([row], columns=["article_id", "fact", "similarity", "sentence_id", "start", "end"])
    context = gather(tables, {}, measured("seeds").study)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(coverage, "nearest", lambda *_: found)
        assert coverage._near(context)[0]["outlet"].tolist() == [f"unknown ({article})"]
    assert f"unknown ({article})" in job.outlets(tables)


def test_outlets_with_a_page_of_their_own() -> None:
    rows = [{"article_id": f"a{n}", "originator": "Agency"} for n in range(5)]
    rows += [{"article_id": f"b{n}", "outlet": "Bee"} for n in range(5)]
    rows += [{"article_id": f"c{n}", "outlet": f"Cee {n}"} for n in range(12)]
    rows += [{"article_id": f"d{n}"} for n in range(5)]
    tables = {"articles": comparison_fixture.articles(rows)}
    assert job.outlets(tables, least=5) == ["Agency", "Bee"]  # of no other can anything be claimed
    assert len(job.outlets({"articles": tables["articles"].iloc[:12]}, least=5)) == 4


def test_an_utterance_of_many_articles_says_of_how_many() -> None:
    cells = {"utterance": 0, "actor": "X", "outlet": "O", "sentence_id": "", "start": 0, "end": 1}
    same = pd.DataFrame([{**cells, "article_id": f"a{n // 2}", "text": f"t {n}", "wording": n} for n in range(14)])
    context = gather(measured("seeds").tables, {}, measured("seeds").study)
    for rows, title, shown in ((same, "X (7 articles)", 12), (same.iloc[:12], "X", 12), (same.iloc[:3], "X", 3)):
        [group] = voices._utterances(context, rows)
        assert (group["title"], len(group["versions"])) == (title, shown)


def test_what_was_set_aside_is_listed_with_its_place(tmp_path: Path) -> None:
    base = measured("seeds")
    rows = [{"path": "list.csv", "row": n + 1, "reason": "has no text"} for n in range(130)]
    manifest = {**base.manifest, "set_aside": rows, "counts": {"set_aside": 1300}}
    shown = str(corpus._set_aside(gather(base.tables, manifest, base.study))[0])
    assert "list.csv, row 100<" in shown
    assert "row 101" not in shown
    assert "The first 100 of 1,300; the manifest names 130." in shown
    manifest = {"set_aside": [{"path": "a.pdf", "row": 0, "reason": "not read"}], "counts": {"set_aside": 1}}
    shown = str(corpus._set_aside(gather(base.tables, manifest, base.study))[0])
    assert ">a.pdf<" in shown
    assert "The first" not in shown


@pytest.mark.parametrize(
    ("flags", "said"),
    [("", "No compared article is a copy or carries a flag"), ("undated", "carry a flag changes no value")],
)
def test_where_nothing_changes_it_is_said_why(flags: str, said: str) -> None:
    rows = [{"article_id": f"a{n}", "outlet": "Ay", "flags": flags if n == 1 else ""} for n in range(3)]
    used = comparison_fixture.frames({f"a{n}": 1.0 for n in range(3)})
    tables = comparison_fixture.tables(rows, measures=comparison_fixture.measures(used))
    context = gather(tables, {}, comparison_fixture.study(targets=(), facts=()))
    assert said in Markup("").join(trust.trust(context).parts)


def test_the_excluded_story_is_shown_but_not_compared(seeds: Path) -> None:
    html = (seeds / "index.html").read_text("utf-8")
    corpus = html[html.index('<section id="corpus"') : html.index('<section id="origins"')]
    assert "003 ·" in corpus
    assert "Not compared:" in corpus
    frames = html[html.index('<section id="frames"') : html.index('<section id="sentiment"')]
    assert "unknown (003)" not in frames
    assert "unknown (000)" in frames


def test_small_denominators_are_counts_and_silence_is_not_neutral(seeds: Path) -> None:
    html = (seeds / "index.html").read_text("utf-8")
    frames = html[html.index('<section id="frames"') : html.index('<section id="voices"')]
    assert "●\u00a01\u00a0of\u00a01" in frames
    assert not re.search(r"\d+(?:\u00a0| )%", re.sub(r"\(false discovery.*?\)", "", without_figures(frames)))
    assert "Not mentioned at all – the acquisition: unknown (001)" in frames


def test_full_sized_csv_stands_behind_every_figure(site: Path) -> None:
    names = {p.name for p in (site / "data").glob("*.csv")}
    assert {
        "articles.csv",
        "frames.csv",
        "sentiment.csv",
        "sources.csv",
        "facts.csv",
        "evidence.csv",
        "timeline.csv",
    } <= names
    for path in (site / "data").glob("*.csv"):
        read = pd.read_csv(path, dtype=str, keep_default_na=False)
        assert not read.map(lambda v: v.startswith(("=", "+", "@", "\t"))).to_numpy().any(), path.name
    listed = set(re.findall(r'href="data/([\w-]+\.csv)"', (site / "data.html").read_text("utf-8")))
    assert listed == names
    articles = pd.read_csv(site / "data" / "articles.csv")
    assert "text" not in articles.columns
    assert "raw" not in articles.columns


def test_an_empty_study_still_has_its_pages(tmp_path: Path) -> None:
    tables = {name: schema.empty(name) for name in schema.TABLES}
    write_site(
        pages_fixture.Measured(tables, {}, pages_fixture.study(targets=(), actors=(), facts=())), {}, tmp_path / "s"
    )
    assert "nothing can be compared" in (tmp_path / "s" / "index.html").read_text("utf-8")


def test_notebooks_keep_out_of_the_reports_names(site: Path) -> None:
    assert (site / "framing.html").is_file()
    assert (site / "notebook-index.html").is_file()


@pytest.mark.parametrize("name", ["a", "000_39e8", "../x", "<b>", "", "a b", "日本", "x" * 200, "a/b"])
def test_names_are_safe_and_distinct(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}", safe(name))
    assert safe(name) == safe(name)
    assert safe(name) != safe(name + " ")
    assert anchor(name, 3) == f"s-{safe(name)}-3"
    assert re.fullmatch(r"evidence-[A-Za-z0-9][A-Za-z0-9_-]{0,79}\.html", evidence_file(name))


def test_ids_that_differ_in_capitals_have_files_that_do_not() -> None:
    names = [evidence_file(name).lower() for name in ("ab", "Ab", "aB", "AB")]
    assert len(set(names)) == 4


@pytest.mark.parametrize(
    ("first", "other", "cut"),
    [
        ("a b c", "a b c", [("same", "a b c")]),
        ("a b c", "a X c", [("same", "a "), ("new", "X"), ("same", " c")]),
        ("A b", "a b", [("same", "a b")]),
        ("", "a", [("new", "a")]),
        ("a", "", []),
    ],
)
def test_differences(first: str, other: str, cut: list[tuple[str, str]]) -> None:
    assert differences(first, other) == cut
    assert "".join(t for _, t in differences(first, other)) == other


def test_the_sentences_of_each_voice_are_counted(tmp_path: Path) -> None:
    from analysis import comparison, pipeline

    measured = pipeline.measure(Path(__file__).parent.parent / "seeds")
    write_site(measured, {}, tmp_path)
    told = pd.read_csv(tmp_path / "data" / "voices.csv", dtype={"article_id": "str"})
    sentences = measured.tables["sentences"]
    included = comparison.compared(measured.tables).index
    assert told["sentences"].sum() == sentences["article_id"].isin(included).sum()
    quoted = told[(told["voice"] == "quoted") & (told["article_id"] == "004")]["sentences"].item()
    total = (sentences["article_id"] == "004").sum()
    page = (tmp_path / "speakers.html").read_text("utf-8")
    assert re.search(rf"KUNA.*?\b{quoted} of {total}\b", page[page.index("Sentences by voice") :], re.DOTALL)
