"""Every page in a real browser: nothing runs, nothing leaves, nothing is restyled, and axe-core finds no violation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import browser
import nbformat
import pages_fixture
import pytest
from browser import Tab

from analysis.reports.pages import write_site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not browser.chromium(), reason="needs Chromium (apt-get install chromium)"),
]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with browser.browser() as opened:
        yield opened


@pytest.fixture(scope="module", params=["seeds", "hostile"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    write_site(getattr(pages_fixture, request.param)(), notebooks(), folder)
    return folder


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
