"""How long a study's notebooks take: nutgraf's runner and publishing against papermill and nbconvert's command lines.

``python benchmarks/runner.py [STUDY] [--rounds N] [--bar 0.35]``

Both sides run the same notebooks with the same parameters on the same tables, measured once before. The
command lines run one after the other, as their users run them: ``papermill IN OUT`` and then
``jupyter nbconvert --to html OUT`` for each notebook. Ours is one process, from its start to the published
site: fork server, kernels, records, pages, fsync, index. Rounds alternate, so that a busy machine is busy for
both; the ratio is that of the medians. Exit code 1 where it is above the bar.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", nargs="?", default=str(ROOT / "seeds" / "study.toml"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--bar", type=float, default=0.35)
    parser.add_argument("--ours", help=argparse.SUPPRESS)
    options = parser.parse_args()
    study = Path(options.study).resolve()
    if options.ours:
        publish(study, Path(options.ours))
        return 0
    with tempfile.TemporaryDirectory(prefix="nutgraf-bench-") as scratch:
        return compare(study, Path(scratch), rounds=options.rounds, bar=options.bar)


def compare(study: Path, scratch: Path, *, rounds: int, bar: float) -> int:
    """Time both sides in turn and print the ratio."""
    from analysis import store
    from analysis.notebooks import folder
    from analysis.notebooks.plan import find, plan
    from analysis.pipeline import measure
    from analysis.reports.job import outlets
    from analysis.study import read_study

    measured = measure(read_study(study))
    store.write_tables(measured.tables, scratch / "tables", manifest=measured.manifest)
    given = {"study": str(study), "tables": str(scratch / "tables")}
    jobs = plan(find(folder(measured.study)), {}, given=given, outlets=outlets(measured.tables))
    theirs, ours = [], []
    for number in range(1, rounds + 1):
        theirs.append(timed(lambda: command_lines(jobs, scratch)))
        ours.append(timed(lambda: call([sys.executable, __file__, str(study), "--ours", str(scratch)])))
        print(f"round {number}: papermill + nbconvert {theirs[-1]:.1f} s, nutgraf {ours[-1]:.1f} s", flush=True)
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"{len(jobs)} notebooks, {os.cpu_count()} cores: ratio {ratio:.3f} (bar {bar})")
    return 0 if ratio <= bar else 1


def command_lines(jobs: list[Any], scratch: Path) -> None:
    """Run every notebook as one does without nutgraf."""
    binaries = Path(sys.executable).parent
    for job in jobs:
        done = scratch / f"{job.output}.ipynb"
        parameters = [word for name, value in job.parameters.items() for word in ("-r", name, str(value))]
        call(
            [
                str(binaries / "papermill"),
                "--no-progress-bar",
                "-k",
                "python3",
                str(job.notebook),
                str(done),
                *parameters,
            ]
        )
        call([str(binaries / "jupyter"), "nbconvert", "--to", "html", "--log-level", "ERROR", str(done)])


def publish(study: Path, scratch: Path) -> None:
    """Run and publish with the tables that were measured before."""
    from analysis.notebooks import RunSettings
    from analysis.pipeline import load
    from analysis.reports import ReportSettings, report

    report(
        study,
        out=scratch / "out",
        settings=ReportSettings(run=RunSettings(log="quiet")),
        measure=lambda asked: load(asked, scratch / "tables"),
    )


def timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def call(command: list[str]) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{json.dumps(command)}: exit code {done.returncode}\n{done.stderr[-2000:]}")


if __name__ == "__main__":
    sys.exit(main())
