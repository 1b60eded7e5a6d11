"""The lines that run a report on a schedule: for cron, or for systemd."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from analysis.errors import InputError

__all__ = ["calendar", "crontab", "systemd"]

_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day of the month", 1, 31), ("month", 1, 12), ("day of the week", 0, 7))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NAMES = {name: i + 1 for i, name in enumerate(_MONTHS)}, {name: i for i, name in enumerate(_DAYS)}
_MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def crontab(study: Path, cron: str, *, out: Path | None = None, arguments: Sequence[str] = ()) -> str:
    """Return the crontab line that publishes a study's report when something has changed.

    It runs in the folder that this is called in, and says nothing where all went well, so that cron sends no mail.

    Parameters
    ----------
    study
        The study file.
    cron
        Five fields (``0 6 * * 1``: Mondays at six) or a name like ``@daily``.
    out
        Where to publish; None: ``reports/<slug>`` in the folder it runs in.
    arguments
        More of `nutgraf report`'s.

    Raises
    ------
    InputError
        Where `cron` is not a time that comes, or a path holds a line break.

    Examples
    --------
    >>> crontab(Path("/data/100%/study.toml"), "0 6 * * mon").split(" ", 6)[:6]
    ['0', '6', '*', '*', 'mon', 'cd']
    """
    _parse(cron)
    command = f"cd {shlex.quote(str(_here()))} && {shlex.join(_command(study, out, arguments))}"
    # cron takes a bare percent sign for the end of the command.
    return f"{' '.join(cron.split())} {command.replace('%', chr(92) + '%')}"


def systemd(
    study: Path,
    cron: str = "0 6 * * 1",
    *,
    out: Path | None = None,
    arguments: Sequence[str] = (),
    name: str = "nutgraf",
) -> dict[str, str]:
    """Return a service and a timer for systemd, as texts by file name.

    Parameters
    ----------
    study, cron, out, arguments
        As for `crontab`.
    name
        Of the two units.

    Raises
    ------
    InputError
        As for `crontab`, and where `name` cannot be a unit's.
    """
    if not re.fullmatch(r"[A-Za-z0-9:_.\\-]{1,200}", name):
        raise InputError(f"name {name!r}: a unit's name consists of letters, digits and :_.-")
    times = "\n".join(f"OnCalendar={when}" for when in calendar(cron))
    command = " ".join(_unit_word(word) for word in _command(study, out, arguments))
    service = f"""[Unit]
Description=Report of {_unit_text(study.resolve())}

[Service]
Type=oneshot
WorkingDirectory={_unit_text(_here())}
ExecStart={command}
# Nothing new is no failure.
SuccessExitStatus=3
# Told to stop, a run records that it was stopped; what it left running would be killed with it.
KillMode=mixed
TimeoutStopSec=60
"""
    timer = f"""[Unit]
Description=Schedule of {name}.service

[Timer]
{times}
Persistent=true

[Install]
WantedBy=timers.target
"""
    return {f"{name}.service": service, f"{name}.timer": timer}


def calendar(cron: str) -> list[str]:
    """Return a cron expression as systemd's calendar events; two where cron means either of two days.

    Examples
    --------
    >>> calendar("30 6 * * 1-5")
    ['Mon,Tue,Wed,Thu,Fri *-*-* 06:30:00']
    >>> calendar("0 0 1 * sun")
    ['*-*-01 00:00:00', 'Sun *-*-* 00:00:00']
    """
    minutes, hours, days, months, weekdays = _parse(cron)
    clock = f"{_list(hours, 0, 23)}:{_list(minutes, 0, 59)}:00"
    month, day = _list(months, 1, 12), _list(days, 1, 31)
    named = ",".join(_DAYS[d].capitalize() for d in sorted({d % 7 for d in weekdays}, key=lambda d: (d - 1) % 7))
    every_day, every_weekday = len(days) == 31, len({d % 7 for d in weekdays}) == 7
    events = []
    if not every_day or every_weekday:
        events.append(f"*-{month}-{day} {clock}")
    if not every_weekday:
        events.append(f"{named} *-{month}-* {clock}")
    return events


def _here() -> Path:
    here = Path.cwd()
    if set(str(here)) & {"\n", "\r"}:
        raise InputError("a folder with a line break in its name cannot stand in a schedule")
    return here


def _command(study: Path, out: Path | None, arguments: Sequence[str]) -> list[str]:
    command = [sys.executable, "-m", "analysis", "report", str(study.resolve())]
    command += ["--out", str(out.resolve())] if out is not None else []
    command += ["--if-changed", "--log", "quiet", *arguments]
    if any(set(word) & {"\n", "\r", "\0"} for word in command):
        raise InputError("a path or argument with a line break cannot stand in a schedule")
    return command


def _parse(cron: str) -> list[list[int]]:
    """Return the values of the five fields, sorted, or say what is wrong with which field."""
    written = _MACROS.get(cron.strip().lower(), cron).split()
    if len(written) != len(_FIELDS):
        raise InputError(
            f"cron {cron!r}: five fields are needed (minute hour day month weekday), or @daily and the like"
        )
    fields = [
        _field(cron, text, *limits, _NAMES[position - 3] if position > 2 else {})
        for position, (text, limits) in enumerate(zip(written, _FIELDS, strict=True))
    ]
    _, _, days, months, weekdays = fields
    if len({d % 7 for d in weekdays}) == 7 and all(days[0] > _LONGEST[month - 1] for month in months):
        raise InputError(f"cron {cron!r}: there is no such day in that month")
    return fields


def _field(cron: str, text: str, what: str, low: int, high: int, names: dict[str, int]) -> list[int]:
    found: set[int] = set()
    for part in text.lower().split(","):
        match = re.fullmatch(r"(?:(\*)|(\w+)(?:-(\w+))?)(?:/(\d{1,3}))?", part, flags=re.ASCII)
        if match is None:
            raise InputError(f"cron {cron!r}: {what} {part!r} is not *, a value, a range or a step of one")
        star, first, last, step = match.groups()
        start = low if star else _value(cron, first, what, low, high, names)
        # A step from one value goes on to the end.
        end = high if star or (step and not last) else _value(cron, last or first, what, low, high, names)
        if star and high == 7:
            end = 6
        if start > end or step == "0" or (step and not int(step)):
            raise InputError(f"cron {cron!r}: {what} {part!r} is empty")
        found.update(range(start, end + 1, int(step or 1)))
    return sorted(found)


def _value(cron: str, text: str, what: str, low: int, high: int, names: dict[str, int]) -> int:
    value = names.get(text, int(text) if text.isdecimal() and len(text) < 4 else -1)
    if not low <= value <= high:
        raise InputError(f"cron {cron!r}: {what} {text!r} is not within {low} to {high}")
    return value


def _list(values: list[int], low: int, high: int) -> str:
    return "*" if len(values) == high - low + 1 else ",".join(f"{value:02d}" for value in values)


def _unit_text(text: object) -> str:
    return str(text).replace("%", "%%")


def _unit_word(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if re.search(r"[\s\"'\\;$]", word) or not word else escaped
