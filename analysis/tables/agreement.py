"""How well the methods agree with human coding, as the package ships the figures."""

from __future__ import annotations

from typing import Any

from analysis import evaluation
from analysis.study import Study
from analysis.tables.model import Cell, Table

__all__ = ["FIGURES", "SETS", "agreement"]

_NOT = "not measured"
SETS = {
    "newsmtsc": "NewsMTSC",
    "polnear": "PolNeAR",
    "basil": "BASIL",
    "narrative_frames": "narrative frames",
    "gun_violence_frames": "gun violence frames",
}
FIGURES = {
    "macro_f1": "macro F1",
    "micro_f1": "micro F1",
    "joint_f1": "joint F1 of words and speaker",
    "content_f1": "F1 of the words",
    "macro_mcc": "macro MCC",
    "macro_auc": "macro AUC",
    "auc_negative": "AUC of negative",
    "ece": "expected calibration error",
    "f1": "F1",
}
_FIRST = ("macro_f1", "ece", "joint_f1")
"""What the first page of a report shows of each measure."""


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
        own = [r for r in own if str(r.get("subset") or "all") == "all" and r["figure"] in _FIRST]
        own.sort(key=lambda r: str(r["method"]) not in ("", study.methods.sentiment, study.methods.framing))
    stale = sum(not isinstance(r.get("value"), int | float) for r in own)
    own = [r for r in own if isinstance(r.get("value"), int | float)]
    rows = [_row({**r, "paper": ""} if short else r) for r in own]
    measured = {str(r["measure"]) for r in own}
    left = f"{stale} figures of earlier versions of the methods are left out. " if stale else ""
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
    note = f"{more}{left}Command: {held['command']}"
    columns = ("Measure", "Test set", "Method", "Figure", "Value", "n")
    return Table("Agreement with human coding", columns, tuple(rows[:limit]), frozenset({5}), note)


def _row(r: dict[str, Any]) -> tuple[Any, ...]:
    named = SETS.get(str(r["gold"]), str(r["gold"])) if r.get("gold") else ""
    subset = str(r.get("subset") or "all").replace("_", " ")
    where = " ".join(p for p in (named, str(r.get("part") or ""), "" if subset == "all" else f"· {subset}") if p)
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
        str(r["method"]) or "rules",
        FIGURES.get(str(r["figure"]), str(r["figure"]).replace("_", " ")),
        value,
        f"{int(r['n']):,}" if r.get("n") else "–",
    )
