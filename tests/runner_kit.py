"""A study and notebooks small enough for the runner's tests; measuring and rendering are stood in for.

As a script it makes a report of such a study: ``python runner_kit.py STUDY OUT [SETTINGS AS JSON]``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import schema
from analysis.errors import NutgrafError
from analysis.notebooks import RunSettings
from analysis.notebooks.engine import formats
from analysis.reports import ReportSettings, report

OUTLETS = ("Kyodo", "Reuters & <b>Co</b>")
PAGES = 12


def write_notebook(path: Path, *cells: str, parameters: str = "", kernel: str = "no-such-kernel") -> Path:
    """Write a notebook with fixed ids, of the given code cells after one tagged `parameters`."""
    notebook = formats().v4.new_notebook()
    notebook.metadata.kernelspec = {"name": kernel, "display_name": kernel}
    sources = [parameters, *cells] if parameters else list(cells)
    for number, source in enumerate(sources):
        cell = formats().v4.new_code_cell(source, id=f"c{number}")
        cell.metadata.tags = ["parameters"] if parameters and number == 0 else []
        notebook.cells.append(cell)
    path.parent.mkdir(parents=True, exist_ok=True)
    formats().write(notebook, path)
    return path


def write_study(folder: Path, notebooks: Mapping[str, str] | None = None, *, title: str = "A <b>study</b>") -> Path:
    """Write a study of one article, an overview, a notebook an outlet, and `notebooks` (name: code)."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.txt").write_text("A headline\n\nA body.\n", "utf-8")
    study = folder / "study.toml"
    study.write_text(f'[study]\ntitle = {json.dumps(title)}\nslug = "kit"\ncorpus = "a.txt"\n', "utf-8")
    books = folder / "notebooks"
    write_notebook(
        books / "overview.ipynb",
        "import pandas as pd\npd.read_parquet(f'{tables}/articles.parquet')['outlet']",
        parameters='study: str = "study.toml"\ntables: str = ""\nn: int = 3',
    )
    write_notebook(books / "outlet.ipynb", "print(outlet)", parameters='outlet: str = "Kyodo"')
    for name, code in (notebooks or {}).items():
        write_notebook(books / f"{name}.ipynb", code)
    return study


@dataclass(frozen=True)
class Measured:
    tables: dict[str, pd.DataFrame]
    manifest: dict[str, Any]
    study: Any


def measure(study: Any) -> Measured:
    blank = {"text": "", "integer": 0, "number": 0.0, "flag": True}
    columns = {column.name: blank[column.kind] for column in schema.TABLES["articles"].columns}
    rows = [
        tuple((columns | {"article_id": f"a{i}", "outlet": outlet, "in_window": "yes"}).values())
        for i, outlet in enumerate(OUTLETS)
    ]
    tables = {name: schema.empty(name) for name in schema.TABLES} | {"articles": schema.frame("articles", rows)}
    return Measured(tables, {"counts": {"articles": len(rows)}}, study)


def write_site(measured: Any, notebooks: Mapping[str, Any], folder: Path) -> None:
    """Write pages of which a missing or a cut one can be told: every page names how many there are."""
    (folder / "data").mkdir()
    for number in range(PAGES):
        (folder / "data" / f"{number}.csv").write_text(f"{number},{PAGES}\n" * 500 + "end\n", "utf-8")
    for name in notebooks:
        (folder / f"{name}.html").write_text(f"<h1>{name}</h1>\n" * 500 + "end\n", "utf-8")
    names = " ".join(sorted(notebooks))
    (folder / "index.html").write_text(f"{names}\nend\n", "utf-8")


def whole(run: Path) -> bool:
    """Tell whether a published run has all its pages, each to its end."""
    index = (run / "index.html").read_text("utf-8").split()
    pages = [run / "index.html", *(run / f"{name}.html" for name in index[:-1])]
    pages += [run / "data" / f"{number}.csv" for number in range(PAGES)]
    ended = all(page.read_text("utf-8").endswith("end\n") for page in pages)
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    return (
        ended
        and len(index) > 1
        and json.loads((run / "run.json").read_text("utf-8"))["status"] == "ok"
        and bool(manifest)
    )


def main() -> int:
    study, out, *rest = sys.argv[1:]
    given = json.loads(rest[0]) if rest else {}
    run = RunSettings(**given.pop("run", {}))
    try:
        print(
            report(
                Path(study),
                out=Path(out),
                measure=measure,
                write_site=write_site,
                settings=ReportSettings(run=run, **given),
            )
        )
    except NutgrafError as error:
        print(f"nutgraf: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
