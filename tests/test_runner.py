"""The runner: what a run of notebooks gives, its records, and that no two runs differ."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
from runner_kit import measure, write_notebook, write_study

from analysis import store
from analysis.errors import InputError, ParameterError
from analysis.notebooks import ForkServer, Job, Progress, Record, RunSettings, run, written
from analysis.notebooks.kernels import StartError
from analysis.notebooks.record import plain_lines
from analysis.notebooks.tidy import prepare

SECRET = "tr0ub4dor&3 <x>"

BOOKS = {
    "good": (
        "# a comment",
        "import sys, os, uuid\nimport pandas as pd\nprint(n, since, name, os.path.basename(os.getcwd()) != '')",
        "pd.DataFrame({'a': [n]})",
        "object()",
    ),
    "raises": ("x = 1", "def inner():\n    raise ValueError('\\x1b[31mred\\x1b[0m <b>')\ninner()", "print('never')"),
    "exits": ("import sys; sys.exit()", "print('never')"),
    "dies": ("x = 1", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"),
    "hangs": ("import time\nprint('before', flush=True)\ntime.sleep(60)",),
    "figure": ("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",),
    "warns": ("import warnings; warnings.warn('careful')", "import tqdm; list(tqdm.tqdm(range(3)))"),
    "secret": ("from analysis.notebooks import secret\nvalue = secret(token)\nprint(len(value)); print(value); value",),
    "leaks": ("from analysis.notebooks import secret\nraise ValueError(secret(token))",),
    "random": (
        "import random, numpy\nprint(random.random(), numpy.random.random(), hash('a'), list({'x', 'y', 'z'}))",
    ),
    "orphan": ("import subprocess\nprint(subprocess.Popen(['sleep', '300']).pid)",),
    "empty": (),
}
PARAMETERS = {
    "good": "from datetime import date\nn: int = 1\nsince: date = date(2025, 1, 1)\nname: str = ''",
    "secret": "token: str = ''",
    "leaks": "token: str = 'env:NUTGRAF_TEST_SECRET'",
}
GIVEN: Mapping[str, Any] = {
    "good": {"n": 5, "since": "2025-02-03", "name": "Süd \"'\n{x}"},
    "secret": {"token": "env:NUTGRAF_TEST_SECRET"},
}


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> list[Job]:
    folder = tmp_path_factory.mktemp("books")
    return [
        Job(
            write_notebook(folder / f"{name}.ipynb", *cells, parameters=PARAMETERS.get(name, "")),
            name,
            name,
            GIVEN.get(name, {}),
        )
        for name, cells in BOOKS.items()
    ]


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    os.environ["NUTGRAF_TEST_SECRET"] = SECRET
    with ForkServer(RunSettings().preload) as made:
        yield made
    del os.environ["NUTGRAF_TEST_SECRET"]


@pytest.fixture(scope="module")
def records(jobs: list[Job], server: ForkServer) -> dict[str, Record]:
    quiet = Progress("quiet", stream=io.StringIO())
    made = run([*jobs[:4], *jobs[5:]], settings=RunSettings(log="quiet"), server=server, progress=quiet)
    made += run(jobs[4:5], settings=RunSettings(timeout=2), server=server, progress=quiet)
    return {record.name: record for record in made}


def wait_for(path: Path) -> None:
    until = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < until, f"{path} has not come"
        time.sleep(0.02)


def outputs(record: Record) -> str:
    assert record.notebook is not None
    return json.dumps([cell.get("outputs", []) for cell in record.notebook.cells], ensure_ascii=False)


def test_one_record_a_job_in_order(jobs: list[Job], records: dict[str, Record]) -> None:
    assert list(records) == [job.output for job in (*jobs[:4], *jobs[5:], jobs[4])]


@pytest.mark.parametrize(
    ("name", "status", "cell", "last"),
    [
        ("good", "ok", None, ""),
        ("raises", "failed", 2, "ValueError: red <b>"),
        ("exits", "failed", 1, "SystemExit"),
        ("dies", "kernel died", 2, "the kernel ended by SIGKILL (killed from outside, often for want of memory)"),
        ("hangs", "timed out", 1, "the notebook was not done within 2 s"),
        ("figure", "ok", None, ""),
        ("warns", "ok", None, ""),
        ("secret", "ok", None, ""),
        ("leaks", "failed", 2, "ValueError: [secret]"),
        ("random", "ok", None, ""),
        ("orphan", "ok", None, ""),
        ("empty", "ok", None, ""),
    ],
)
def test_the_record_says_what_happened(
    records: dict[str, Record], name: str, status: str, cell: int | None, last: str
) -> None:
    record = records[name]
    assert (record.status, record.cell) == (status, cell), record
    assert (record.error[-1] if record.error else "") == last
    assert record.attempts == 1
    assert "\x1b" not in "".join(record.error)


def test_cells_after_the_failure_have_not_run(records: dict[str, Record]) -> None:
    for name in ("raises", "exits"):
        assert "never" not in outputs(records[name])
        assert records[name].notebook.cells[-1].execution_count is None


def test_what_was_printed_before_the_timeout_is_kept(records: dict[str, Record]) -> None:
    assert "before" in outputs(records["hangs"])


def test_parameters_are_injected_as_typed(records: dict[str, Record]) -> None:
    notebook = records["good"].notebook
    injected = next(cell for cell in notebook.cells if "injected-parameters" in cell.metadata.get("tags", []))
    names: dict[str, Any] = {}
    exec("from datetime import date\n" + injected.source, names)
    assert (names["n"], str(names["since"]), names["name"]) == (5, "2025-02-03", "Süd \"'\n{x}")
    assert "Süd" in injected.source


def test_figures_are_there(records: dict[str, Record]) -> None:
    data = records["figure"].notebook.cells[0].outputs[0].data
    assert "image/png" in data or "image/svg+xml" in data


def test_a_warning_says_no_path_and_no_progress_bar_is_kept(records: dict[str, Record]) -> None:
    cells = records["warns"].notebook.cells
    assert [output.text for output in cells[0].outputs] == ["UserWarning: careful\n"]
    assert cells[1].outputs[0].output_type == "execute_result"


def test_secrets_reach_neither_notebook_nor_record(records: dict[str, Record]) -> None:
    for name in ("secret", "leaks"):
        told = outputs(records[name]) + written(records[name].notebook) + repr(records[name])
        assert "[secret]" in told
        assert SECRET not in told
        assert "tr0ub4dor" not in told
    assert f"{len(SECRET)}\\n" in outputs(records["secret"])


def test_what_a_notebook_started_ends_with_it(records: dict[str, Record]) -> None:
    pid = int(records["orphan"].notebook.cells[0].outputs[0].text)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_notebooks_are_valid_and_hold_nothing_of_this_machine_or_moment(records: dict[str, Record]) -> None:
    for name, record in records.items():
        text = written(record.notebook)
        nbformat.validate(nbformat.reads(text, as_version=4))
        for word in ("papermill", 'execution"', "no-such-kernel", sys.prefix, str(Path.home()), "/tmp/", "0x7f"):
            assert word not in text, (name, word)


def test_a_second_run_gives_the_same_bytes(jobs: list[Job], records: dict[str, Record]) -> None:
    """In kernels of another server, too."""
    again = run(
        [job for job in jobs if job.name in ("good", "figure", "random", "raises", "warns")],
        settings=RunSettings(log="quiet", jobs=1),
        progress=Progress("quiet", stream=io.StringIO()),
    )
    for record in again:
        assert written(record.notebook) == written(records[record.name].notebook), record.name


def test_wrong_parameters_start_no_kernel(jobs: list[Job], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a kernel was started")

    monkeypatch.setattr("analysis.notebooks.runner.ForkServer", refuse)
    with pytest.raises(ParameterError, match="did you mean 'since'"):
        run([Job(jobs[0].notebook, "good", "good", {"sinc": "2025-01-01"})])
    with pytest.raises(InputError, match="two notebooks would write the page 'good'"):
        run([jobs[0], jobs[0]])


def test_a_stored_kernel_name_and_braces_in_a_path_do_not_matter(tmp_path: Path, server: ForkServer) -> None:
    book = write_notebook(tmp_path / "{x}" / "a.ipynb", "import sys; print(sys.version_info[:2])", kernel="ir")
    (record,) = run([Job(book, "a", "a")], settings=RunSettings(log="quiet"), server=server)
    assert record.status == "ok"
    assert str(sys.version_info[:2]) in outputs(record)


def test_a_notebook_of_an_older_format_gets_fixed_ids(tmp_path: Path) -> None:
    stored = {
        "nbformat": 4,
        "nbformat_minor": 2,
        "metadata": {},
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["a\n", "b"]},
            {"cell_type": "code", "metadata": {}, "source": "1", "outputs": [], "execution_count": 7},
        ],
    }
    book = tmp_path / "old.ipynb"
    book.write_text(json.dumps(stored))
    assert [cell.id for cell in prepare(book).cells] == ["cell-000", "cell-001"]
    assert prepare(book).cells[0].source == "a\nb"


def test_the_deadline_of_the_whole_run(tmp_path: Path, server: ForkServer) -> None:
    books = [write_notebook(tmp_path / f"{n}.ipynb", "import time; time.sleep(60)") for n in "abc"]
    jobs = [Job(book, book.stem, book.stem) for book in books]
    records = run(jobs, settings=RunSettings(deadline=3, log="quiet", jobs=2), server=server)
    assert [record.status for record in records] == ["timed out"] * 3
    assert [record.cell for record in records] == [1, 1, None]
    assert all(record.error == ("the run was not done within 3 s",) for record in records)


def test_a_kernel_that_does_not_start_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ForkServer
) -> None:
    book = write_notebook(tmp_path / "a.ipynb", "1")
    fork, calls = ForkServer.fork, []

    async def flaky(self: ForkServer, *args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) < 3:
            raise StartError("no room")
        return await fork(self, *args, **kwargs)

    monkeypatch.setattr(ForkServer, "fork", flaky)
    (record,) = run([Job(book, "a", "a")], settings=RunSettings(log="quiet"), server=server)
    assert (record.status, record.attempts) == ("ok", 3)
    calls[:] = []
    (record,) = run([Job(book, "a", "a")], settings=RunSettings(log="quiet", attempts=2), server=server)
    assert (record.status, record.attempts, record.error) == ("kernel died", 2, ("no room",))


def test_the_fork_server_may_die(tmp_path: Path) -> None:
    """Kernels die with it and are recorded; the next kernel gets a new one."""
    began = tmp_path / "began"
    slow = write_notebook(tmp_path / "slow.ipynb", f"import time; open({str(began)!r}, 'w').close(); time.sleep(30)")
    quick = write_notebook(tmp_path / "quick.ipynb", "1")
    with ForkServer() as server:
        first_process = server._process.pid
        threading.Thread(target=lambda: (wait_for(began), os.kill(first_process, signal.SIGKILL))).start()
        first, second = run(
            [Job(slow, "slow", "slow"), Job(quick, "quick", "quick")],
            settings=RunSettings(log="quiet", jobs=1),
            server=server,
        )
    assert first.status == "kernel died"
    assert (second.status, second.attempts) in {("ok", 1), ("ok", 2)}


ASKS = """
import analysis
from analysis.comparison import accounts, contrast
measured = analysis.load("study.toml", tables)
def refuse(*_, **__):
    raise AssertionError("worked out again")
for name in vars(accounts):
    if name.startswith("_") and not name.startswith("__") and callable(getattr(accounts, name)):
        setattr(accounts, name, refuse)
accounts.compared = refuse
print(len(accounts.readability_by_outlet(measured.tables, measured.study)))
"""


def test_comparisons_worked_out_where_kernels_are_forked_are_not_worked_out_again(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "asks.ipynb", ASKS, parameters="tables: str = 'tables'")
    write_study(tmp_path)
    store.write_tables(measure(None).tables, tmp_path / "tables", manifest={})
    settings = RunSettings(log="quiet", folder=tmp_path)
    with ForkServer(settings.preload) as server:
        [cold] = run([Job(path, "asks", "asks")], settings=settings, server=server)
        assert "worked out again" in cold.error[-1]
        server.warm("no-such-study.toml", "tables", str(tmp_path))
        server.wait()
        [missing] = run([Job(path, "asks", "asks")], settings=settings, server=server)
        assert missing.error == cold.error
        server.warm("study.toml", "tables", str(tmp_path))
        server.wait()
        [warm] = run([Job(path, "asks", "asks")], settings=settings, server=server)
        assert (warm.status, warm.error) == ("ok", ())


def test_a_server_that_dies_while_it_works_out_comparisons_keeps_nobody_waiting(tmp_path: Path) -> None:
    with ForkServer(("pandas",)) as server:
        server.warm("study.toml", "tables", str(tmp_path))
        os.kill(server._process.pid, signal.SIGKILL)
        waits = threading.Thread(target=server.wait, daemon=True)
        waits.start()
        waits.join(60)
        assert not waits.is_alive()


def test_called_outside_the_main_thread(tmp_path: Path, server: ForkServer) -> None:
    book = write_notebook(tmp_path / "a.ipynb", "1")
    found: list[Record] = []
    settings = RunSettings(log="quiet")
    thread = threading.Thread(target=lambda: found.extend(run([Job(book, "a", "a")], settings=settings, server=server)))
    thread.start()
    thread.join(60)
    assert [record.status for record in found] == ["ok"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_run(tmp_path: Path, number: int) -> None:
    write_notebook(tmp_path / "a.ipynb", f"import time; open({str(tmp_path / 'began')!r}, 'w').close(); time.sleep(60)")
    code = (
        "from pathlib import Path\nfrom analysis.notebooks import *\n"
        "r, = run([Job(Path('a.ipynb'), 'a', 'a')], settings=RunSettings(log='quiet', preload=()))\n"
        "print(r.status, r.cell, r.error)"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE, text=True, env=environment
    )
    wait_for(tmp_path / "began")
    process.send_signal(number)
    said, _ = process.communicate(timeout=20)
    assert said.strip() == f"killed 1 ('stopped by {signal.Signals(number).name}',)"


def test_lines_are_plain() -> None:
    assert plain_lines("\x1b]0;title\x07a\r\n\x1b[1;31mb\x1b[0m\x00\u202ec\n\n") == ("a", "bc")
    assert len(plain_lines("x\n" * 50)) == 12
    assert len(plain_lines("x" * 5000)[0]) == 300


def test_progress_in_lines_and_in_json() -> None:
    ok, bad = Record("a", "ok", duration=1.0), Record("b", "failed", 2, ("E: x",))
    for log, expected in (("auto", "a: ok (1.0 s)\nb: failed, cell 2: E: x\n"), ("quiet", "")):
        stream = io.StringIO()
        progress = Progress(log, stream=stream)
        progress.begin(2)
        progress.record(ok)
        progress.record(bad)
        progress.end()
        assert stream.getvalue() == expected
    stream = io.StringIO()
    progress = Progress("json", stream=stream)
    progress.begin(1)
    progress.record(bad)
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["begin", "notebook"]
    with pytest.raises(InputError, match="log 'loud'"):
        Progress("loud")
