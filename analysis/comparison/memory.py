"""Comparisons remembered within a process, so that the same question about the same tables is worked out once.

A report asks for each comparison by itself, again for the findings, and again for what changes without copies.
An answer is found again by what the tables hold, not by which objects they are: tables with an article left out, made
anew each time, are known again, and a table changed in place is not taken for what it was. What a table is compared
with is a copy that shares its memory until one of the two is written to, so that it takes none and is read quickly.
"""

from __future__ import annotations

import functools
import itertools
import weakref
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar, cast

import pandas as pd

from analysis.study import Study

__all__ = ["MOST", "forget", "remembered"]

MOST = 48
"""Answers remembered: those about all articles, without dependent copies, and without flagged ones, and some more."""

Function = TypeVar("Function", bound=Callable[..., pd.DataFrame])


class _Answer(NamedTuple):
    """What a function returned, and of what."""

    question: tuple[Any, ...]  # the function and its choices
    study: Study
    read: Mapping[str, pd.DataFrame | None]  # the tables that it looked at, and None for those that it missed
    result: pd.DataFrame

    def holds(self, tables: Mapping[str, pd.DataFrame]) -> bool:
        """Say whether the function would find in `tables` what it found then."""
        for name, then in self.read.items():
            if then is None or name not in tables:
                if then is not None or name in tables:
                    return False
            elif not then.equals(tables[name]):
                return False
        return True


class _Read(Mapping[str, pd.DataFrame]):
    """Tables that note which of them are looked at."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self.tables = tables
        self.seen: dict[str, pd.DataFrame | None] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        self.seen[name] = None
        table = self.seen[name] = self.tables[name]
        return table

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)


_answers: dict[int, _Answer] = {}  # by number; the last given comes last
_numbers = itertools.count()


def forget() -> None:
    """Drop all that is remembered."""
    _answers.clear()


def remembered(function: Function) -> Function:
    """Make a comparison return what it returned before for equal tables, study and keywords.

    Parameters
    ----------
    function
        Takes tables by name, a study and keyword-only choices, and always returns the same table for the same.

    Returns
    -------
    callable
        The same function. Callers get copies, so that what they do to a result reaches nobody else. At most
        :data:`MOST` answers are remembered, and none for longer than the tables that it rests on.

    Examples
    --------
    >>> from pathlib import Path
    >>> @remembered
    ... def count(tables, study):
    ...     print("counting")
    ...     return tables["articles"].count().to_frame()
    >>> tables, study = {"articles": pd.DataFrame({"words": [1, 2]})}, Study(Path("study.toml"), "A", "a", ())
    >>> first, second = count(tables, study), count(tables, study)
    counting
    >>> first.equals(second), first is second
    (True, False)
    """

    @functools.wraps(function)
    def ask(tables: Mapping[str, pd.DataFrame], study: Study, **choices: Any) -> pd.DataFrame:
        question = (function, *sorted(choices.items()))
        for number, answer in list(_answers.items()):  # a list, for tables may go, and answers with them, at any time
            if answer.question == question and answer.study == study and answer.holds(tables):
                _answers.pop(number, None)
                _answers[number] = answer
                return answer.result.copy()
        noting = _Read(tables)
        result = function(noting, study, **choices)
        _keep(_Answer(question, study, noting.seen, result.copy()))
        return result

    return cast("Function", ask)


def _keep(answer: _Answer) -> None:
    number = next(_numbers)
    shared = {name: None if table is None else table.copy(deep=False) for name, table in answer.read.items()}
    _answers[number] = answer._replace(read=shared)
    for old in list(_answers)[:-MOST]:
        _answers.pop(old, None)
    # The articles are made anew where some are left out, and go while the other tables stay.
    lasting = [name for name, table in answer.read.items() if table is not None and name != "articles"]
    for name in lasting or [name for name, table in answer.read.items() if table is not None]:
        weakref.finalize(answer.read[name], _answers.pop, number, None).atexit = False
