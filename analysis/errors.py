"""The error hierarchy of nutgraf.

::

    NutgrafError                 exit code 1   the base: every error that nutgraf raises on purpose
    ├── InputError               exit code 2   the call or an input is wrong; nothing was changed
    │   ├── StudyError                         a study, sources or codebook file: names file, line and key
    │   ├── ParameterError                     a notebook parameter or a command-line value
    │   └── SchemaError                        a table lacks a column, or a column has the wrong type
    ├── NothingNew               exit code 3   `--if-changed` found the same corpus and the same method
    └── JobError                 exit code 1   a run failed; what is published stays as it was
        └── NotebookError                      a cell raised, timed out, or its kernel died

A message is one line: what is wrong, where, and what to do.
"""

from __future__ import annotations

from os import PathLike, fspath

__all__ = [
    "InputError",
    "JobError",
    "NotebookError",
    "NothingNew",
    "NutgrafError",
    "ParameterError",
    "SchemaError",
    "StudyError",
]


class NutgrafError(Exception):
    """Base of every error that nutgraf raises on purpose."""

    exit_code = 1


class InputError(NutgrafError):
    """The call or an input is wrong; nothing was changed."""

    exit_code = 2


class StudyError(InputError):
    """A study, sources or codebook file cannot be used.

    Parameters
    ----------
    message
        What is wrong and what to do about it, in one line.
    path
        The file.
    line
        Its line, counted from 1, where it is known.
    key
        The key the message is about, as it is written in the file (``study.window``).
    """

    def __init__(
        self,
        message: str,
        *,
        path: str | PathLike[str] | None = None,
        line: int | None = None,
        key: str | None = None,
    ) -> None:
        self.path = None if path is None else fspath(path)
        self.line = line
        self.key = key
        place = "" if self.path is None else self.path + ("" if line is None else f":{line}")
        super().__init__(": ".join(part for part in (place, key, message) if part))


class ParameterError(InputError):
    """A notebook parameter or a command-line value is unknown, missing or of the wrong type."""


class SchemaError(InputError):
    """A table lacks a column, has one too many, or a column has the wrong type."""


class NothingNew(NutgrafError):
    """Neither the corpus nor the method has changed since the last good run."""

    exit_code = 3


class JobError(NutgrafError):
    """A run failed; what is published stays as it was."""


class NotebookError(JobError):
    """A notebook's cell raised, timed out, or its kernel died."""
