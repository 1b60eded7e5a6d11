"""Schedules: cron expressions, the crontab line, the systemd units."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from analysis.errors import InputError
from analysis.schedule import calendar, crontab, systemd

TIMES = [
    ("0 6 * * 1", ["Mon *-*-* 06:00:00"]),
    ("0 6 * * mon-fri", ["Mon,Tue,Wed,Thu,Fri *-*-* 06:00:00"]),
    ("*/15 * * * *", ["*-*-* *:00,15,30,45:00"]),
    ("5/20 0 * * *", ["*-*-* 00:05,25,45:00"]),
    ("0 0 1 * 0", ["*-*-01 00:00:00", "Sun *-*-* 00:00:00"]),
    ("0 0 1 * 7", ["*-*-01 00:00:00", "Sun *-*-* 00:00:00"]),
    ("0 0 1,15 jan-jun/2 *", ["*-01,03,05-01,15 00:00:00"]),
    ("@daily", ["*-*-* 00:00:00"]),
    ("  0   6  *  *  1 ", ["Mon *-*-* 06:00:00"]),
    ("0 0 31 2 5", ["*-02-31 00:00:00", "Fri *-02-* 00:00:00"]),
]
WRONG = [
    ("", "five fields"),
    ("* * * *", "five fields"),
    ("@reboot", "five fields"),
    ("60 * * * *", "minute '60'"),
    ("0 24 * * *", "hour '24'"),
    ("0 0 0 * *", "day of the month '0'"),
    ("0 0 * 13 *", "month '13'"),
    ("0 0 * * 8", "weekday|day of the week '8'"),
    ("0 0 * * mon-xyz", "'xyz'"),
    ("5-1 * * * *", "is empty"),
    ("*/0 * * * *", "is empty"),
    ("1;reboot * * * *", "is not"),
    ("٣ * * * *", "is not"),
    ("0 0 31 feb *", "no such day"),
]


@pytest.mark.parametrize(("cron", "events"), TIMES)
def test_a_cron_expression_as_calendar_events(cron: str, events: list[str]) -> None:
    assert calendar(cron) == events


@pytest.mark.parametrize(("cron", "said"), WRONG)
def test_what_is_no_cron_expression(cron: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        crontab(Path("study.toml"), cron)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze on this machine")
@pytest.mark.parametrize("cron", [cron for cron, _ in TIMES])
def test_systemd_understands_the_events(cron: str) -> None:
    for event in calendar(cron):
        subprocess.run(["systemd-analyze", "calendar", event], check=True, capture_output=True)


def test_the_crontab_line_is_the_command_in_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    line = crontab(Path("a b/100% 'study'.toml"), "0 6 * * 1", out=Path("o"), arguments=["--keep", "9"])
    assert "\n" not in line
    assert line.startswith("0 6 * * 1 cd ")
    command = line.split(" ", 5)[5].replace("\\%", "%")
    words = shlex.split(command)
    study = str(tmp_path.resolve() / "a b" / "100% 'study'.toml")
    assert words[:3] == ["cd", str(tmp_path), "&&"]
    given = ["--out", str(tmp_path.resolve() / "o"), "--if-changed", "--log", "quiet", "--keep", "9"]
    assert words[3:] == [sys.executable, "-m", "analysis", "report", study, *given]
    assert "%" not in line.replace("\\%", "")


def test_the_units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    units = systemd(Path("my study.toml"), "0 6 1 * 1", name="weekly")
    assert sorted(units) == ["weekly.service", "weekly.timer"]
    assert "OnCalendar=*-*-01 06:00:00\nOnCalendar=Mon *-*-* 06:00:00\n" in units["weekly.timer"]
    assert f'"{tmp_path.resolve() / "my study.toml"}"' in units["weekly.service"]
    assert "SuccessExitStatus=3" in units["weekly.service"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze on this machine")
def test_systemd_takes_the_units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in systemd(Path("my study 100%.toml")).items():
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, tmp_path.glob("nutgraf.*"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "nutgraf.service:" not in done.stderr
    assert "nutgraf.timer:" not in done.stderr


@pytest.mark.parametrize("name", ["", "a/b", "a\nb", "x y"])
def test_a_name_no_unit_can_have(name: str) -> None:
    with pytest.raises(InputError, match="name"):
        systemd(Path("s.toml"), name=name)


def test_a_line_break_never_reaches_the_schedule() -> None:
    with pytest.raises(InputError, match="line break"):
        crontab(Path("a\nb.toml"), "@daily")


AIRFLOW = """
class Operator:
    def __init__(self, *, task_id, retries=None, execution_timeout=None):
        self.task_id = task_id

    def __rshift__(self, other):
        return other


class DAG:
    def __init__(self, dag_id, *, schedule=None, start_date=None, catchup=True, max_active_runs=16):
        made.append(dag_id)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False


class BashOperator(Operator):
    def __init__(self, *, bash_command, env=None, append_env=False, skip_on_exit_code=99, cwd=None, **known):
        super().__init__(**known)


class PapermillOperator(Operator):
    def __init__(self, *, input_nb=None, output_nb=None, parameters=None, kernel_name=None, language_name=None,
                 kernel_conn_id=None, nbconvert=False, nbconvert_args=None, **known):
        super().__init__(**known)
        assert isinstance(parameters, dict) and input_nb and output_nb
"""
"""Airflow's documented arguments, of those that the examples may use; anything else raises."""


def test_the_dags_of_the_documentation_use_documented_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    classes: dict[str, Any] = {"made": made}
    exec(AIRFLOW, classes)
    for name, given in {
        "airflow": ("DAG",),
        "airflow.operators.bash": ("BashOperator",),
        "airflow.providers.standard.operators.bash": ("BashOperator",),
        "airflow.providers.papermill.operators.papermill": ("PapermillOperator",),
    }.items():
        module = ModuleType(name)
        for each in given:
            setattr(module, each, classes[each])
        monkeypatch.setitem(sys.modules, name, module)
    text = (Path(__file__).parent.parent / "docs" / "scheduling.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    namespace: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, "scheduling.md", "exec"), namespace)
    assert made == ["nutgraf_report", "nutgraf_framing"]


def test_the_workflow_of_the_documentation_is_yaml_with_its_steps() -> None:
    yaml = pytest.importorskip("yaml")
    text = (Path(__file__).parent.parent / "docs" / "scheduling.md").read_text("utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    flow = yaml.safe_load(block)
    # YAML 1.1 reads the key `on` as true.
    assert flow[True]["schedule"] == [{"cron": "0 6 * * 1"}]
    steps = flow["jobs"]["report"]["steps"]
    used = [step["uses"].partition("@")[0] for step in steps if "uses" in step]
    assert used[0] == "actions/checkout"
    assert used[-1] == "actions/deploy-pages"
    assert flow["permissions"]["id-token"] == "write"  # what deploying to Pages asks for
    for step in steps:
        if "run" in step:
            subprocess.run(["bash", "-n", "-c", step["run"]], check=True)
