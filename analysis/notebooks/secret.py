"""Secrets given by reference: resolved only where they are used, and taken out of whatever a kernel prints."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from analysis.errors import ParameterError

__all__ = ["REDACTED", "redactions", "secret"]

REDACTED = "[secret]"
# A shorter value would be found inside ordinary words.
_SHORTEST = 4


def secret(reference: str) -> str:
    """Return what a reference stands for: ``env:NAME`` an environment variable, ``file:PATH`` a file's text.

    A notebook's parameter holds the reference, and the notebook calls this function where it needs the
    value. What stands in the notebook, in the record and in the page is the reference.

    Parameters
    ----------
    reference
        ``env:NAME`` or ``file:PATH``; a line break at the end of the file does not count.

    Raises
    ------
    ParameterError
        Where it is not a reference, or what it refers to does not exist.

    Examples
    --------
    >>> import os
    >>> os.environ["NUTGRAF_EXAMPLE"] = "s3cret"
    >>> secret("env:NUTGRAF_EXAMPLE")
    's3cret'
    """
    kind, _, name = reference.partition(":")
    if kind == "env" and name:
        value = os.environ.get(name)
        if value is None:
            raise ParameterError(f"secret {reference}: the environment has no variable {name}")
        return value
    if kind == "file" and name:
        try:
            return Path(name).expanduser().read_text("utf-8").rstrip("\r\n")
        except (OSError, ValueError) as error:
            raise ParameterError(f"secret {reference}: the file cannot be read: {error}") from error
    # The text itself is not repeated: somebody may have written the secret in place of a reference to it.
    raise ParameterError("a secret is given by reference: env:NAME or file:PATH")


def redactions(values: Iterable[Any]) -> Mapping[str, str]:
    """Return what must not appear where a notebook's outputs are kept, for the references among `values`.

    The values are looked up for the length of one comparison only, in each way a printed value may be
    written: as it is, in JSON, in Python and in HTML.
    """
    found: dict[str, str] = {}
    for value in values:
        if not isinstance(value, str) or not value.startswith(("env:", "file:")):
            continue
        try:
            plain = secret(value)
        except ParameterError:
            continue
        for written in (plain, json.dumps(plain)[1:-1], repr(plain)[1:-1], html.escape(plain)):
            for line in (written, *written.splitlines()):
                if len(line.strip()) >= _SHORTEST:
                    found[line.strip()] = REDACTED
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))
