"""Telling somebody that a run failed: a command, or a message through the local sendmail."""

from __future__ import annotations

import os
import shutil
import subprocess
from email.message import EmailMessage
from pathlib import Path

from analysis.reports.publishing.runs import Run

__all__ = ["notify"]

_SECONDS = 60.0
_SENDMAIL = ("/usr/sbin/sendmail", "/usr/lib/sendmail")


def notify(run: Run, page: Path | None, *, command: str = "", mail_to: str = "") -> list[str]:
    """Tell of a run that did not end well, and return what went wrong with telling, a line each.

    Parameters
    ----------
    run
        Its record.
    page
        The failure page, where one could be written.
    command
        Run by the shell, with ``NUTGRAF_RUN``, ``NUTGRAF_STATUS``, ``NUTGRAF_ERROR``, ``NUTGRAF_PAGE``,
        ``NUTGRAF_RECORD`` and ``NUTGRAF_TITLE`` in its environment. They are never part of the command line.
    mail_to
        An address that a message is sent to through ``sendmail`` (or the program that ``SENDMAIL`` names).
    """
    wrong = []
    facts = {
        "NUTGRAF_RUN": run.run,
        "NUTGRAF_STATUS": run.status,
        "NUTGRAF_ERROR": _sound("\n".join(run.error)),
        "NUTGRAF_PAGE": str(page or ""),
        "NUTGRAF_RECORD": str(page.with_name("run.json")) if page else "",
        "NUTGRAF_TITLE": _sound(run.title),
    }
    environment = os.environ | {name: value.replace("\0", "") for name, value in facts.items()}
    if command:
        wrong += _call(["/bin/sh", "-c", command], environment, b"", what="on-failure command")
    if mail_to:
        program = os.environ.get("SENDMAIL") or shutil.which("sendmail") or next(filter(os.path.exists, _SENDMAIL), "")
        if not program:
            wrong.append("mail-to: no sendmail on this machine; name one in SENDMAIL")
        else:
            try:
                message = _message(run, page, mail_to)
            except Exception as error:  # noqa: BLE001 - the parser of addresses raises many kinds of error
                return [*wrong, f"mail-to {mail_to!r}: no message can be written: {error}"]
            wrong += _call([program, "-t", "-i"], environment, message, what="sendmail")
    return wrong


def _call(command: list[str], environment: dict[str, str], given: bytes, *, what: str) -> list[str]:
    try:
        done = subprocess.run(command, env=environment, input=given, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return [f"{what}: not done within {_SECONDS:g} s"]
    except OSError as error:
        return [f"{what}: {error.strerror}"]
    if done.returncode == 0:
        return []
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return [f"{what}: exit code {done.returncode}" + (f": {said[-1]}" if said else "")]


def _message(run: Run, page: Path | None, mail_to: str) -> bytes:
    message = EmailMessage()
    message["To"] = " ".join(_sound(mail_to).split())
    message["Subject"] = " ".join(_sound(f"nutgraf: {run.title or run.run}: {run.status}").split())
    lines = [f"Run {run.run}: {run.status}", "", *run.error, ""]
    lines += [notebook_line for n in run.notebooks if (notebook_line := _line(n.get("name"), n.get("status")))]
    lines.append(f"Page: {page}" if page else "No page could be written.")
    message.set_content(_sound("\n".join(lines)))
    return bytes(message)


def _sound(text: str) -> str:
    """Return `text` without what is no UTF-8: names of files can hold it, and so can lines about them."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _line(name: object, status: object) -> str:
    return "" if status == "ok" else f"{name}: {status}"
