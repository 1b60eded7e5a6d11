"""Runs that are disturbed at random moments: the published report stays whole, no process stays, the record is true.

The short form takes a few moments of each fault, the long one (`-m long`) 24 random ones of each of nine faults,
in two parts that can be run apart.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from runner_kit import whole, write_study

from analysis.reports import publishing

KIT = Path(__file__).parent / "runner_kit.py"
# The least that kernels need, so that a run is short and its moments are dense.
RUN = {"preload": ["pandas", "pyarrow.parquet"], "log": "quiet", "timeout": 60}
ENDED_BADLY = {"failed", "timed out", "killed"}

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds processes left over by /proc")


@dataclass
class Bench:
    """A study, an output folder, and the processes started on them."""

    folder: Path
    out: Path
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    seconds: float = 0.0

    def start(self, study: str = "study", **settings: Any) -> subprocess.Popen[str]:
        given = json.dumps({"run": RUN | settings.pop("run", {}), **settings})
        command = [sys.executable, str(KIT), str(self.folder / study / "study.toml"), str(self.out), given]
        environment = os.environ | {"NUTGRAF_TEST_MARK": self.mark, "PYTHONPATH": str(KIT.parent.parent)}
        return subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )

    def finish(self, process: subprocess.Popen[str]) -> tuple[int, str]:
        _, said = process.communicate(timeout=120)
        return process.returncode, said

    def publish(self, **settings: Any) -> str:
        """Make a report that nothing disturbs, and return the name of its run."""
        # What was said stands in the message where that fails.
        assert self.finish(self.start(**settings)) == (0, "")
        return (self.out / "latest").resolve().name

    def processes(self, word: str = "") -> list[int]:
        """Return the living processes that descend from this bench's runs."""
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                state = (path / "stat").read_text().rpartition(")")[2].split()[0]
                ours = self.mark.encode() in (path / "environ").read_bytes()
                if ours and state not in "ZX" and word in (path / "cmdline").read_text():
                    found.append(int(path.name))
            except OSError:
                continue
        return sorted(found)

    def kernels(self) -> list[int]:
        """Return the kernels: they are forked from the server and lead sessions of their own."""
        servers = set(self.processes("forkserver"))
        return [pid for pid in servers if parent_of(pid) in servers]

    def check(self, newest: set[str]) -> publishing.Run | None:
        """Check what must hold whatever happened; the newest run's status must be one of `newest`."""
        until = time.monotonic() + 8
        while self.processes() and time.monotonic() < until:
            time.sleep(0.05)
        assert self.processes() == [], "processes outlive their run"
        latest = self.out / "latest"
        if latest.exists():
            assert whole(latest), "the published report is not whole"
        found = publishing.all_runs(self.out)
        for run in found:
            place = self.out / "runs" / run.run
            if run.status == "ok":
                assert whole(place), run
            else:
                assert not (place / "index.html").exists(), run
            assert run.status != "running" or run is found[0]
        if found:
            assert found[0].status in newest, found[0]
        return found[0] if found else None


def parent_of(pid: int) -> int:
    try:
        return int((Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("faults")
    write_study(folder / "study", {"slow": "import time; time.sleep(0.5)"})
    write_study(folder / "hanging", {"hangs": "import time\nwhile True: time.sleep(1)"})
    write_study(folder / "dying", {"dies": "import os\nos.abort()"})
    made = Bench(folder, folder / "out")
    for _ in range(2):
        began = time.monotonic()
        made.publish()
        took = time.monotonic() - began
        made.seconds = min(took, made.seconds or took)
    made.check({"ok"})
    yield made
    for pid in made.processes():
        os.kill(pid, signal.SIGKILL)


def disturb(bench: Bench, fault: str, moment: float) -> None:
    """Start a run, do it `fault` after `moment` seconds, and check what is left; then see it recovered from."""
    before = publishing.all_runs(bench.out)
    process = bench.start("study" if fault != "hang" else "hanging", run={"timeout": 4 if fault == "hang" else 60})
    if fault in ("SIGKILL", "SIGTERM", "SIGINT"):
        time.sleep(moment)
        process.send_signal(getattr(signal, fault))
    elif fault in ("kernel", "server"):
        time.sleep(moment)
        victims = bench.kernels() if fault == "kernel" else bench.processes("forkserver")[:1]
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
    other = bench.start() if fault == "two" else None
    code, said = bench.finish(process)
    if other is not None:
        assert bench.finish(other) == (0, "")
        assert (code, said) == (0, "")
    new = [run for run in publishing.all_runs(bench.out) if run.run not in {old.run for old in before}]
    if fault == "SIGKILL":
        # Torn out: its record may still say that it runs, until the next start.
        assert bench.check({"ok", "running"} if new else {"ok", *ENDED_BADLY}) is not None
        publishing.recover(bench.out)
        run = bench.check({"ok", "killed"} if new else {"ok", *ENDED_BADLY})
    else:
        run = bench.check({"ok", *ENDED_BADLY})
        assert run is not None
        # Python itself takes a signal that comes before the run has begun.
        assert not new or len(said.splitlines()) <= 2, said
    if not new or fault == "two":
        return
    run = publishing.all_runs(bench.out)[0]
    published = (bench.out / "latest").resolve().name == run.run
    assert published == (run.status == "ok")
    if fault in ("SIGTERM", "SIGINT"):
        # After the run has ended, a signal ends only what is left of the process.
        assert run.status in ("ok", "killed")
        if run.status == "killed":
            assert code == 1
            assert fault in " ".join(run.error)
    elif fault == "hang":
        assert (code, run.status) == (1, "timed out")
        assert {n["name"]: n["status"] for n in run.notebooks}["hangs"] == "timed out"
    elif fault in ("kernel", "server") and run.status != "ok":
        assert run.status == "failed"
        assert "kernel died" in {n["status"] for n in run.notebooks}


FAULTS = ("SIGKILL", "SIGTERM", "SIGINT", "kernel", "server", "hang", "two")
SHORT = [("SIGKILL", 0.6), ("SIGKILL", 0.97), ("SIGTERM", 0.8), ("kernel", 0.75), ("hang", 0.0), ("two", 0.0)]


@pytest.mark.parametrize(("fault", "share"), SHORT)
def test_a_disturbed_run(bench: Bench, fault: str, share: float) -> None:
    disturb(bench, fault, bench.seconds * share)


def test_a_kernel_that_aborts_is_recorded(bench: Bench) -> None:
    good = (bench.out / "latest").resolve()
    code, said = bench.finish(bench.start("dying"))
    run = bench.check({"failed"})
    assert code == 1
    assert run is not None
    assert {n["name"]: (n["status"], n["cell"]) for n in run.notebooks}["dies"] == ("kernel died", 1)
    assert "SIGABRT" in said
    assert (bench.out / "latest").resolve() == good


@pytest.fixture
def small(tmp_path: Path, bench: Bench) -> Iterator[Bench]:
    """A bench whose output folder is a disk of its own, of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a tmpfs cannot be mounted here")
    yield Bench(bench.folder, disk, seconds=bench.seconds)
    subprocess.run(["umount", str(disk)], check=True)


def fill(bench: Bench, free: int) -> Path:
    filler = bench.out / "filler"
    room = os.statvfs(bench.out)
    with filler.open("wb") as file:
        file.write(b"\0" * max(room.f_bavail * room.f_frsize - free, 0))
    return filler


def run_on_a_full_disk(bench: Bench, free: int) -> None:
    filler = fill(bench, free)
    code, said = bench.finish(bench.start())
    run = bench.check({"ok", "failed", "running"})
    assert code == (0 if run is not None and run.status == "ok" and not said else code)
    if code != 0:
        assert "No space left" in said
        assert "Traceback" not in said
    if run is not None and run.status == "running":
        assert "cannot be written" in said or "cannot write" in said
    filler.unlink()
    publishing.recover(bench.out)
    bench.check({"ok", *ENDED_BADLY})


def test_a_full_disk(small: Bench) -> None:
    good = small.publish()
    for free in (0, 60_000):
        run_on_a_full_disk(small, free)
        assert (small.out / "latest").resolve().name == good
    assert small.publish(keep=2) != good


def frozen(folder: Path, on: bool) -> bool:
    """Forbid every change to the folders below `folder`, or allow it again; tell whether that worked."""
    folders = [str(folder), *(str(p) for p in folder.rglob("*") if p.is_dir() and not p.is_symlink())]
    probe = folder / "probe"
    try:
        subprocess.run(["chattr", "-f", "+i" if on else "-i", *folders], capture_output=True, check=False)
        probe.touch()
    except OSError:
        return on and not probe.exists()
    probe.unlink()
    return not on


def disturb_disk(bench: Bench, fault: str, moment: float) -> None:
    """Start a run, let its disk fill up or refuse every change after `moment` seconds, and check what is left."""
    before = {run.run for run in publishing.all_runs(bench.out)}
    process = bench.start()
    time.sleep(moment)
    if fault == "full disk":
        filler = bench.out / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(b"\0" * 4096):
                pass
    else:
        frozen(bench.out, True)
        frozen(bench.out, True)  # what was made while the first pass went on
    code, said = bench.finish(process)
    assert "Traceback" not in said
    bench.check({"ok", *ENDED_BADLY, "running"})
    mine = [run for run in publishing.all_runs(bench.out) if run.run not in before]
    status = mine[0].status if mine else ""
    assert status in ("", "ok", "failed", "running")
    # The exit code, the record and standard error say the same.
    assert (code == 0) == (status == "ok"), (code, status, said)
    if code != 0:
        assert re.search("No space left|Operation not permitted|kernel died", said), said
        assert len(said.splitlines()) <= 4, said
    if status == "running":
        assert "cannot be written" in said, said
    if fault == "full disk":
        filler.unlink(missing_ok=True)
    else:
        assert frozen(bench.out, False)
    publishing.recover(bench.out)
    run = bench.check({"ok", *ENDED_BADLY})
    assert run is not None
    assert (bench.out / "latest").resolve().name == publishing.good_runs(bench.out)[0].run


def tidy(bench: Bench) -> None:
    """Keep the newest good run and three more, so that two hundred of them do not slow the harness down."""
    publishing.recover(bench.out)
    good = (bench.out / "latest").resolve().name
    for run in [r for r in publishing.all_runs(bench.out) if r.run != good][3:]:
        shutil.rmtree(bench.out / "runs" / run.run)


MOMENTS = 12
PARTS = (1, 2)


@pytest.mark.long
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("fault", FAULTS)
def test_random_moments(bench: Bench, fault: str, part: int) -> None:
    chance = random.Random(f"20250131 {fault} {part}")
    for _ in range(MOMENTS):
        disturb(bench, fault, chance.uniform(0.0, 1.1) * bench.seconds)
        tidy(bench)


@pytest.mark.long
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("fault", ["full disk", "read-only"])
def test_random_moments_of_the_disk(small: Bench, fault: str, part: int) -> None:
    small.publish()
    if fault == "read-only":
        can = frozen(small.out, True)
        frozen(small.out, False)
        if not can:
            pytest.skip("folders cannot be made immutable here (chattr +i)")
    chance = random.Random(f"20250131 {fault} {part}")
    for _ in range(MOMENTS):
        disturb_disk(small, fault, chance.uniform(0.0, 1.1) * small.seconds)
        tidy(small)


@pytest.mark.long
@pytest.mark.parametrize("part", PARTS)
def test_disks_with_little_room(small: Bench, part: int) -> None:
    chance = random.Random(part)
    small.publish()
    for _ in range(MOMENTS):
        run_on_a_full_disk(small, chance.randrange(0, 300_000))
        tidy(small)


def test_a_folder_that_cannot_be_written(small: Bench) -> None:
    small.publish()
    subprocess.run(["mount", "-o", "remount,ro", str(small.out)], check=True)
    code, said = small.finish(small.start())
    subprocess.run(["mount", "-o", "remount,rw", str(small.out)], check=True)
    assert code == 1
    assert "Read-only file system" in said
    assert len(said.splitlines()) == 1
    small.check({"ok"})


def test_a_whole_run_has_a_deadline(bench: Bench) -> None:
    code, _ = bench.finish(bench.start("hanging", run={"deadline": bench.seconds + 2}))
    run = bench.check({"timed out"})
    assert code == 1
    assert run is not None
    assert {n["status"] for n in run.notebooks} <= {"ok", "timed out"}
