"""The entry point: parse, run one command, turn every error into one line and an exit code."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence

from analysis.cli.parser import build_parser
from analysis.errors import NutgrafError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `nutgraf` with `arguments` (default: the process's own) and return its exit code.

    0: done. 1: the job failed; what is published stays as it was. 2: the call or an input is wrong.
    3: nothing new (with ``--if-changed``). 130: interrupted.
    """
    options = build_parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except NutgrafError as error:
        _say(str(error), options, error.exit_code)
        return error.exit_code
    except KeyboardInterrupt:
        _say("interrupted", options, 130)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _say(f"{where}{error.strerror or error}", options, 1)
        return 1


def _say(message: str, options: object, code: int) -> None:
    line = " ".join(message.split())
    if getattr(options, "log", "") == "json":
        line = json.dumps({"event": "error", "exit_code": code, "message": line}, ensure_ascii=False)
    else:
        line = f"nutgraf: {line}"
    print(line, file=sys.stderr)
