"""Every page in a real browser: nothing runs, nothing leaves, nothing is restyled, and axe-core finds no violation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import browser
import nbformat
import pages_fixture
import pytest
from browser import Tab
from markupsafe import Markup

from analysis.reports import style
from analysis.reports.pages import write_site
from analysis.reports.publishing import Run, history, runs

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not browser.chromium(), reason="needs Chromium (apt-get install chromium)"),
]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with browser.browser() as opened:
        yield opened


@pytest.fixture(scope="module", params=["seeds", "hostile", "runs"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "runs":
        write_runs(folder)
        return folder
    write_site(getattr(pages_fixture, request.param)(), notebooks(), folder)
    return folder


def write_runs(out: Path) -> None:
    """Write what stands beside the pages of runs: the index with trends, the feed, and failed runs' pages."""
    dirty = "".join(pages_fixture.PROBES)
    for number in range(1, 13):
        started = f"2025-01-{number:02d}T06:00:00.000Z"
        bad = number in (4, 8, 12)
        run = Run(
            f"202501{number:02d}T060000Z-0000000{number % 10}",
            {4: "killed", 8: "timed out", 12: "failed"}.get(number, "ok"),
            started,
            ended=started,
            seconds=None if number == 4 else 61.5 * number,
            title=f"A study {dirty}" if number == 12 else "A study",
            changed=(f"Texts changed: {dirty}", "Method changed: analysis/quotes.py") if number % 3 == 0 else (),
            error=("Traceback (most recent call last):", f"ValueError: {dirty}") if bad else (),
            notebooks=({"name": dirty, "status": "failed", "cell": 3, "error": [dirty]},) if bad else (),
            numbers={} if bad else {f"balance {dirty}": 0.1 * number, "articles compared": 4.0, "same": 1.0},
        )
        place = out / "runs" / run.run
        place.mkdir(parents=True)
        runs.write(place, run)
        if bad:
            (place / "failed.html").write_text(history.failure_page(run), "utf-8")
        else:
            (place / "index.html").write_text(
                style.page("A report", Markup("<p>Good.</p>"), up="../../index.html"), "utf-8"
            )
    history.write(out)


def notebooks() -> dict[str, nbformat.NotebookNode]:
    dirty = "".join(pages_fixture.PROBES)
    outputs = [
        nbformat.v4.new_output("display_data", data={"text/html": dirty}),
        nbformat.v4.new_output(
            "display_data", data={"text/html": f"<table><tr><th>a</th></tr><tr><td>{dirty}</td></tr></table>"}
        ),
        nbformat.v4.new_output("display_data", data={"application/javascript": "document.title='pwned'"}),
        nbformat.v4.new_output("display_data", data={"text/vnd.mermaid": "graph TD", "text/plain": "x"}),
        nbformat.v4.new_output(
            "display_data",
            data={
                "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>"
                "<script>document.title='pwned'</script></svg>"
            },
        ),
        nbformat.v4.new_output("display_data", data={"text/markdown": dirty}),
        nbformat.v4.new_output("stream", name="stdout", text=dirty),
        nbformat.v4.new_output("error", ename=dirty, evalue=dirty, traceback=[dirty]),
    ]
    cells = [
        nbformat.v4.new_markdown_cell(f"# Title\n\n{dirty}\n\n## A part\n\n{dirty}"),
        nbformat.v4.new_code_cell(f"study = {dirty!r}", metadata={"tags": ["injected-parameters"]}),
        nbformat.v4.new_code_cell(dirty, outputs=outputs),
    ]
    return {f"voices{pages_fixture.PROBES[0]}": nbformat.v4.new_notebook(cells=cells)}


def test_nothing_runs_and_nothing_leaves(site: Path, tab: Tab) -> None:
    pages = sorted(site.rglob("*.html"))
    assert pages
    for page in pages:
        tab.open(page)
        assert tab.requests() == [], page.name
        assert tab.complaints() == [], page.name
        assert tab.value("document.title") not in ("pwned", "1"), page.name
        assert tab.value("location.pathname").endswith(page.name)
        assert tab.value("document.querySelectorAll('script,iframe,object,embed,form,base,link').length") == 0, (
            page.name
        )
        assert tab.value("document.querySelectorAll('style').length") == 1, page.name
        assert tab.value("document.querySelectorAll('[onclick],[onerror],[onload],[onmouseover],[style]').length") == 0
        assert tab.value("[...document.links].filter(a => !/^(file|https?|mailto):/.test(a.href)).length") == 0, (
            page.name
        )
        assert tab.value("document.querySelectorAll('h1').length") == 1, page.name
        assert tab.value("[...document.images].every(i => i.complete && i.naturalWidth > 0)"), page.name


def test_the_feed_is_shown_and_asks_for_nothing(tmp_path: Path, tab: Tab) -> None:
    write_runs(tmp_path)
    tab.open(tmp_path / "runs.xml")
    assert tab.requests() == []
    assert tab.complaints() == []
    assert tab.value("document.title") not in ("pwned", "1")
    feed = ElementTree.parse(tmp_path / "runs.xml").getroot()
    atom = "{http://www.w3.org/2005/Atom}"
    links = [e.get("href", "") for e in feed.iter(f"{atom}link")]
    assert len(feed.findall(f"{atom}entry")) == 12
    assert all((tmp_path / link).is_file() for link in links)


def test_pages_fit_a_phone(site: Path, tab: Tab) -> None:
    for page in sorted(site.rglob("*.html")):
        tab.open(page, width=360)
        assert tab.value("document.documentElement.scrollWidth") <= 360, page.name


@pytest.mark.skipif(
    browser.axe() is None, reason="needs axe-core: npm install --prefix DIR axe-core, and NUTGRAF_AXE=DIR"
)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_no_violation(site: Path, tab: Tab, dark: bool) -> None:
    script = browser.axe()
    assert script is not None
    pages = sorted(site.rglob("*.html"))
    for page in [p for p in pages if not p.name.startswith("evidence")] + [
        p for p in pages if p.name.startswith("evidence")
    ][:3]:
        tab.open(page, dark=dark)
        tab.value(script.read_text("utf-8") + ";0")
        options = json.dumps({"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]})
        found = tab.value(
            f"axe.run(document, {options}).then(r => r.violations.map(v => v.id + ': ' + "
            "v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + n.failureSummary).join(' ; ')))",
            wait=True,
        )
        assert found == [], page.name
