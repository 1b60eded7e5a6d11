"""The notebooks in a real JupyterLab: run from top to bottom, looked at, and the widget used as a person would.

With NUTGRAF_SCREENSHOTS=DIR, what was seen is kept there as PNG.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import browser
import pytest
from lab_kit import Lab, lab

pytest.importorskip("jupyterlab", reason="needs JupyterLab (the extra `lab`)")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not browser.chromium(), reason="needs Chromium (apt-get install chromium)"),
]

NAMES = ("framing", "outlet", "outlets", "overview", "sentiment", "validation", "voices")
# What a dark theme must not make unreadable: the least contrast of WCAG 2.2 AA for text of this size.
LEAST_CONTRAST = 4.5
CONTRAST = """
(() => {
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const parts = text => text.match(/[\\d.]+/g).map(Number);
  const over = (top, below) => top.slice(0, 3).map((v, i) => v * (top[3] ?? 1) + below[i] * (1 - (top[3] ?? 1)));
  const ground = e => {
    const chain = [];
    for (let n = e; n; n = n.parentElement) chain.unshift(parts(getComputedStyle(n).backgroundColor));
    return chain.reduce((below, c) => over(c, below), [255, 255, 255]);
  };
  let worst = [99, ''];
  for (const e of document.querySelectorAll('.nutgraf :is(td, th, caption, p, h3, mark, .note, .from)')) {
    if (!e.textContent.trim() || !e.getClientRects().length) continue;
    const below = ground(e), ink = over(parts(getComputedStyle(e).color), below);
    const [a, b] = [light(ink), light(below)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < worst[0]) worst = [ratio, e.tagName + ' ' + e.className + ' ' + e.textContent.slice(0, 60)];
  }
  return worst;
})()
"""


@pytest.fixture(scope="module")
def opened() -> Iterator[Lab]:
    with lab() as started:
        yield started


def kept(opened: Lab, name: str) -> None:
    if folder := os.environ.get("NUTGRAF_SCREENSHOTS"):
        opened.picture(Path(folder) / f"lab-{name}.png")


def run(opened: Lab, name: str) -> None:
    """Run a notebook by the menu; nothing may fail, nothing be said on standard error, nothing leave the machine."""
    opened.open(f"{name}.ipynb")
    opened.run_all()
    assert opened.outputs("application/vnd.jupyter.error") == []
    assert opened.outputs("application/vnd.jupyter.stderr") == []
    shown = opened.tab.value("document.querySelectorAll('.jp-OutputArea-output .nutgraf').length")
    assert shown > 0
    assert opened.outside() == []


def counted(said: str) -> tuple[int, int]:
    found = re.search(r"([\d,]+) of ([\d,]+) sentences", said)
    assert found is not None, said
    few, all_of_them = (int(n.replace(",", "")) for n in found.groups())
    return few, all_of_them


def test_the_overview_runs_and_its_widget_goes_down_to_the_sentences_and_back(opened: Lab) -> None:
    run(opened, "overview")
    kept(opened, "overview")
    opened.wait("document.querySelectorAll('.widget-dropdown').length === 5")
    first = opened.said()
    everything, total = counted(first)
    assert everything == total > 80

    said = opened.after(lambda: opened.choose("Outlet", "Bloomberg"))
    of_bloomberg, _ = counted(said)
    assert 0 < of_bloomberg < total
    heads = opened.tab.value("[...document.querySelectorAll('.nutgraf .hit .from')].map(e => e.textContent)")
    assert heads
    assert all(head.startswith("Bloomberg · ") for head in heads)

    said = opened.after(lambda: opened.choose("Target", "the acquisition"))
    of_the_target, _ = counted(said)
    assert 0 < of_the_target < of_bloomberg
    assert "Nippon Steel Chairman Eiji Hashimoto said the company wasn’t giving up on the deal" in said

    said = opened.after(lambda: opened.choose("Voice", "a quoted speaker"))
    quoted, _ = counted(said)
    assert 0 < quoted < of_the_target
    assert "the outlet’s own voice" not in said
    kept(opened, "explore")

    article = opened.tab.value(
        "[...document.querySelectorAll('.widget-dropdown')].find(e => e.textContent.startsWith('Read'))"
        ".querySelector('option:last-child').textContent.replaceAll('\\u00a0', ' ')"
    )
    said = opened.after(lambda: opened.choose("Read", article))
    assert "Blinken Lauds Japan Ties While Skirting Nippon Steel Dispute" in said
    assert "–With assistance" not in said  # page furniture is not shown as text
    kept(opened, "explore-article")

    clear = "[...document.querySelectorAll('.widget-button')].find(e => e.textContent.trim() === 'Clear')"
    assert opened.after(lambda: opened.click(clear)) == first

    said = opened.after(lambda: opened.choose("Frame", "conflict (generic)"))
    framed, _ = counted(said)
    assert 0 < framed < total
    assert said.count("frames: ") == min(framed, 50)


@pytest.mark.long
def test_the_dark_theme_is_readable(opened: Lab) -> None:
    opened.theme(dark=True)
    try:
        run(opened, "outlets")
        assert opened.tab.value("document.body.dataset.jpThemeLight") == "false"
        ratio, where = opened.tab.value(CONTRAST)
        assert ratio >= LEAST_CONTRAST, where
        kept(opened, "outlets-dark")
    finally:
        opened.theme(dark=False)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_every_notebook_runs(opened: Lab, name: str) -> None:
    run(opened, name)
    ratio, where = opened.tab.value(CONTRAST)
    assert ratio >= LEAST_CONTRAST, where
    aligned = opened.tab.value(
        "[...document.querySelectorAll('.nutgraf td:not(.num)')].map(e => getComputedStyle(e).textAlign)"
    )
    assert set(aligned) <= {"left", "start"}
    kept(opened, name)


CODING = """
from analysis import coding, framing
rows = coding.sample(measured.tables, measured.study, n=4)
coding.code(rows, framing.load_codebook("generic"), coder="ada", path="codes.csv")
"""


@pytest.mark.long
def test_one_key_press_codes_a_sentence_and_is_saved() -> None:
    with lab({"framing": CODING}) as opened:
        run(opened, "framing")
        assert "0 of 4 coded by ada" in opened.said()
        box = "document.querySelector('.widget-text input')"
        first = opened.said()
        opened.click(box)
        opened.press("1")
        opened.wait("document.querySelectorAll('.widget-toggle-button.mod-active').length === 1")
        second = opened.after(lambda: opened.press("n"))
        assert "1 of 4 coded by ada" in second
        assert second.split("\n")[1:] != first.split("\n")[1:]
        kept(opened, "coding")
        # A click on a frame chooses it as well, and the keys go on without another click.
        opened.click("document.querySelectorAll('.widget-toggle-button')[1]")
        opened.wait("document.querySelectorAll('.widget-toggle-button.mod-active').length === 1")
        opened.wait(f"document.activeElement === {box}")
        assert "2 of 4 coded by ada" in opened.after(lambda: opened.press("n"))
        assert "1 of 4 coded by ada" in opened.after(lambda: opened.press("u"))
        saved = (opened.folder / "codes.csv").read_text("utf-8")
        assert saved.count(",ada,") >= 1
