"""The pictures of the README's walk-through, taken of the real report of the seed study in headless Chromium.

``make pictures`` runs it: the report is made anew, opened and clicked through as a reader would, JupyterLab after it.
Pictures are written as PNG with a palette of 128 colours, so that the repository stays small.
"""

from __future__ import annotations

import argparse
import base64
import io
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import browser  # noqa: E402
from browser import Tab  # noqa: E402
from lab_kit import lab  # noqa: E402

FOLDER = Path(__file__).parent / "pictures"
WIDTH = 1180
MOST_BYTES = 150_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the report, take its pictures, and say what they weigh."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--report", type=Path, help="a published run to take pictures of; none: made anew")
    asked.add_argument("--out", type=Path, default=FOLDER)
    given = asked.parse_args(arguments)
    if not browser.chromium():
        print("pictures need Chromium", file=sys.stderr)
        return 1
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        of_report(given.report or made(Path(scratch)), given.out)
    of_lab(given.out)
    heavy = False
    for path in sorted(given.out.glob("*.png")):
        size = path.stat().st_size
        heavy |= size > MOST_BYTES
        print(f"{path.name}: {size / 1000:.0f} KB")
    return int(heavy)


def made(out: Path) -> Path:
    """Publish the report of the seed study and return its folder."""
    from analysis.notebooks import RunSettings
    from analysis.reports import ReportSettings, report

    return report(ROOT / "seeds" / "study.toml", out=out, settings=ReportSettings(run=RunSettings(log="quiet")))


def of_report(run: Path, out: Path) -> None:
    """Go from the findings to the evidence, and through the tables that compare outlets."""
    with browser.browser() as tab:
        tab.open(run / "index.html", width=WIDTH, settle=0.3)
        save(tab, out / "findings.png", [0, 0, WIDTH, bottom(tab, ".findings li:nth-child(3)") + 8])
        save(tab, out / "frames.png", around(tab, "#frames"))
        save(tab, out / "facts.png", around(tab, "#facts"))
        tab.value("document.querySelector('.findings li:nth-child(4) a').click()")
        for _ in range(100):
            if tab.value("location.pathname.endsWith('index.html')") is False:
                break
            time.sleep(0.05)
        time.sleep(0.5)
        save(tab, out / "evidence.png", [0, tab.value("window.scrollY"), WIDTH, 640])


def of_lab(out: Path) -> None:
    """Run the overview in JupyterLab, and go down to the sentences of one outlet with the widget."""
    with lab() as opened:
        opened.open("overview.ipynb", width=1280, height=860)
        opened.run_all(300)
        opened.after(lambda: opened.choose("Outlet", "Bloomberg"))
        opened.after(lambda: opened.choose("Target", "the acquisition"))
        opened.tab.value("document.querySelector('.widget-dropdown').scrollIntoView({block: 'start'})")
        time.sleep(0.5)
        save(opened.tab, out / "explore.png", [0, 0, 1280, 860])


def bottom(tab: Tab, selector: str) -> float:
    """Return where an element ends, in pixels from the top of the page."""
    return float(tab.value(f"document.querySelector({selector!r}).getBoundingClientRect().bottom + scrollY"))


def around(tab: Tab, selector: str, margin: int = 16) -> list[float]:
    """Return left, top, width and height of an element with some room around it."""
    x, y, width, height = tab.value(
        f"(() => {{ const r = document.querySelector({selector!r}).getBoundingClientRect(); "
        "return [r.x + scrollX, r.y + scrollY, r.width, r.height]; })()"
    )
    return [max(0, x - margin), max(0, y - margin), width + 2 * margin, height + 2 * margin]


def save(tab: Tab, path: Path, place: Sequence[float]) -> None:
    """Write a picture of a place on the page."""
    from PIL import Image

    x, y, width, height = place
    clip = {"x": x, "y": y, "width": width, "height": height, "scale": 1}
    taken = tab.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
    image = Image.open(io.BytesIO(base64.b64decode(taken["data"]))).convert("RGB")
    image.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
