"""How well the methods agree with human coding, as the package ships the figures."""

from __future__ import annotations

from typing import Any

from analysis import evaluation
from analysis.study import Study
from analysis.tables.model import Cell, Table

__all__ = ["agreement"]

_NOT = "not measured"


def agreement(study: Study, *, limit: int = 40, short: bool = False) -> Table:
    """Show the agreement figures that belong to the methods of `study`; "not measured" where there are none.

    Parameters
    ----------
    study
        Its methods choose the figures.
    limit
        At most so many rows; the note says how many more there are.
    short
        Leave out figures of subsets, and the papers.

    The figures come from `analysis.evaluation.agreement`, which tells whether the method is still the one measured.
    """
    held = evaluation.agreement()
    used = {"sentiment": {study.methods.sentiment}, "frames": {study.methods.framing, "dictionary"}}
    own = [r for r in held["figures"] if not used.get(str(r["measure"])) or str(r["method"]) in used[str(r["measure"])]]
    if short:
        own = [r for r in own if str(r.get("subset") or "all") == "all"]
    rows = [_row({**r, "paper": ""} if short else r) for r in own]
    measured = {str(r["measure"]) for r in own}
    rows += [
        (what, Cell("–", kind="nil"), how, Cell("–", kind="nil"), Cell(_NOT, kind="nil"), Cell("–", kind="nil"))
        for what, how in (
            ("frames", study.methods.framing),
            ("sentiment", study.methods.sentiment),
            ("quotes", "rules"),
        )
        if what not in measured
    ]
    more = f"{limit} of {len(rows)} figures; agreement.json has all. " if len(rows) > limit else ""
    note = f"{more}Command: {held['command']}"
    columns = ("Measure", "Test set", "Method", "Figure", "Value", "n")
    return Table("Agreement with human coding", columns, tuple(rows[:limit]), frozenset({5}), note)


def _row(r: dict[str, Any]) -> tuple[Any, ...]:
    where = " ".join(str(r[c]) for c in ("gold", "part", "subset") if r.get(c))
    if r.get("paper"):
        where += f" ({r['paper']})"
    value: Any = Cell(_NOT, kind="nil")
    if isinstance(r.get("value"), int | float):
        value = f"{r['value']:.2f}"
        if isinstance(r.get("low"), int | float) and isinstance(r.get("high"), int | float):
            value += f" ({r['low']:.2f} to {r['high']:.2f})"
    return (
        str(r["measure"]),
        where,
        str(r["method"]),
        str(r["figure"]).replace("_", " "),
        value,
        f"{int(r['n']):,}" if r.get("n") else "–",
    )
