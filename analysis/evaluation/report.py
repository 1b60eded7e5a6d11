"""Agreement with human coding, all sets that are there: tables, ``agreement.csv`` and ``agreement.json``.

``agreement.json`` holds figures, the command that gave them and the hashes of data and of method, and no text. The one
in the package is what the report's section on trust shows; where the method has changed since, it says "not measured".
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from math import isfinite, nan
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from analysis.errors import InputError
from analysis.evaluation.hashes import hash_files, method_hash

__all__ = ["COLUMNS", "GOLD", "agreement", "tables", "validate"]

COLUMNS = (
    *("measure", "gold", "part", "subset", "method", "figure", "value", "n", "low", "high"),
    *("paper", "data_sha256", "method_sha256"),
)
_PACKAGED = Path(__file__).parent.parent / "models" / "agreement.json"
_COMMAND = "nutgraf validate GOLD_DIR"
_NUMBERS = ("value", "low", "high")
_MAIN_FIGURES = ("macro_f1", "micro_f1", "ece", "content_f1", "joint_f1", "macro_mcc", "macro_auc")


class Gold(NamedTuple):
    """A gold set: what it measures, the module that compares with it, and the paper to cite."""

    measure: str
    module: str
    paper: str
    part: str = ""  # of a module that compares with one part alone and does not name it


GOLD: Mapping[str, Gold] = {
    "newsmtsc": Gold("sentiment", "analysis.evaluation.sentiment", "Hamborg and Donnay, EACL 2021"),
    "basil": Gold("sentiment", "analysis.evaluation.basil", "Fan et al., EMNLP 2019"),
    "polnear": Gold("quotes", "analysis.evaluation.quotes", "Newell et al., LREC 2018", "dev"),
    "gun_violence_frames": Gold("frames", "analysis.evaluation.frames", "Liu et al., CoNLL 2019"),
    "narrative_frames": Gold("frames", "analysis.evaluation.frames", "Frermann et al., ACL 2023"),
}


def validate(gold_dir: Path, out: Path | None = None) -> dict[str, pd.DataFrame]:
    """Compare every measure with the human coding under `gold_dir` and write the figures.

    Parameters
    ----------
    gold_dir
        A folder with one or more of the folders named in `GOLD`.
    out
        Where ``agreement.json``, ``agreement.csv`` and a CSV of every further table are written; None: nowhere.

    Returns
    -------
    dict of DataFrame
        What `tables` returns.

    Raises
    ------
    InputError
        Where `gold_dir` holds no set, or a row of one is not as described.
    """
    found = tables(gold_dir)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for name, table in found.items():
            table.to_csv(out / f"{name}.csv", index=False, lineterminator="\n")
        (out / "agreement.json").write_text(_as_json(found["agreement"]), encoding="utf-8", newline="\n")
    return found


def tables(gold_dir: Path) -> dict[str, pd.DataFrame]:
    """Compare every measure with the human coding under `gold_dir`.

    Returns
    -------
    dict of DataFrame
        ``agreement``, with `COLUMNS`: one row a figure; and the further tables of each set, as ``<set>_<table>``
        (``newsmtsc_reliability``, ``newsmtsc_confusion``, ``basil_entities``, ...).

    Raises
    ------
    InputError
        Where `gold_dir` holds no set, or a row of one is not as described.
    """
    present = [name for name in GOLD if any((gold_dir / name).glob("*.jsonl"))]
    if not present:
        raise InputError(f"{gold_dir}: none of the gold sets is there; expected folders are {', '.join(GOLD)}")
    agreed: list[pd.DataFrame] = []
    further: dict[str, pd.DataFrame] = {}
    asked: set[str] = set()
    for name in present:
        module = GOLD[name].module
        if module in asked:
            continue  # one module may serve several sets, and then compares with all of them at once
        asked.add(module)
        for title, table in _evaluate(module)(gold_dir).items():
            if title == "figures":
                agreed.append(_described(table, name, gold_dir))
            else:
                several = sum(other.module == module for other in GOLD.values()) > 1
                further[f"{GOLD[name].measure if several else name}_{title}"] = table
    return {"agreement": _ordered(pd.concat(agreed, ignore_index=True)), **further}


def agreement(path: Path = _PACKAGED) -> dict[str, Any]:
    """Read the packaged figures; each says whether it was measured with the method as it is now.

    Returns
    -------
    dict
        ``command`` and ``figures``: a list of dicts with `COLUMNS` and ``status``. Where the hash of the method differs
        from the one measured, ``status`` is ``not measured`` and the numbers are None. Without the file the list is
        empty.

    Examples
    --------
    >>> sorted(agreement())
    ['command', 'figures', 'format']
    """
    if not path.is_file():
        return {"format": 1, "command": _COMMAND, "figures": []}
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    data, methods = read.pop("data"), read.pop("methods")
    for row in read["figures"]:
        key = _key(row["measure"], row["method"])
        row |= {**data[row["gold"]], "method_sha256": methods[key]}
        same = methods[key] != "" and methods[key] == method_hash(key)
        row["status"] = "measured" if same else "not measured"
        if not same:
            row |= dict.fromkeys(_NUMBERS)
    return read


def _evaluate(module: str) -> Callable[[Path], dict[str, pd.DataFrame]]:
    function: Callable[[Path], dict[str, pd.DataFrame]] = importlib.import_module(module).evaluate
    return function


def _described(table: pd.DataFrame, name: str, gold_dir: Path) -> pd.DataFrame:
    """Return the figures of one module with the columns of all."""
    described = table.copy() if "figure" in table else _melted(table)
    defaults: dict[str, str | float] = {
        "gold": name,
        "part": "",
        "subset": "all",
        "method": "",
        "low": nan,
        "high": nan,
    }
    for column, default in defaults.items():
        if column not in described:
            described[column] = default
    golds = described["gold"]
    if "measure" not in described:
        described["measure"] = [GOLD[gold].measure if gold in GOLD else "" for gold in golds]
    described["paper"] = [GOLD[gold].paper if gold in GOLD else "" for gold in golds]
    data = {gold: _data_hash(gold_dir / gold) for gold in dict.fromkeys(golds)}
    described["data_sha256"] = [data[gold] for gold in golds]
    keys = zip(described["measure"], described["method"], strict=True)
    described["method_sha256"] = [method_hash(_key(measure, method)) for measure, method in keys]
    return described[list(COLUMNS)]


def _melted(table: pd.DataFrame) -> pd.DataFrame:
    """Turn a table with a column a figure into one with a row a figure; `gold` or `n` there is a count of rows."""
    named = [column for column in table.columns if column in ("measure", "gold", "part", "subset", "method")]
    names = [column for column in named if not pd.api.types.is_numeric_dtype(table[column])]
    count = next((column for column in ("n", "gold") if column in table and column not in names), None)
    figures = [column for column in table.columns if column not in (*names, "n", "gold", "predicted")]
    rows: list[dict[str, Any]] = []
    for row in table.to_dict("records"):
        n = int(row[count]) if count else 0
        rows.extend({**{c: row[c] for c in names}, "figure": str(f), "value": float(row[f]), "n": n} for f in figures)
    return pd.DataFrame(rows)


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    """Put what a reader asks for first: the main figures over all rows, then all else as it came."""
    first = table["figure"].isin(_MAIN_FIGURES) & table["subset"].isin(["all", ""])
    whole = table["part"].where(table["gold"] != "newsmtsc", "dev") == table["part"]
    return table.iloc[(~(first & whole)).to_numpy().argsort(kind="stable")].reset_index(drop=True)


def _key(measure: str, method: str) -> str:
    return measure if not method else f"{measure}:{method}"


def _data_hash(folder: Path) -> str:
    return hash_files(folder, folder.glob("*.jsonl"))


def _as_json(table: pd.DataFrame) -> str:
    """Return the file's text: hashes once for each set and each method, then a line a figure."""
    data, methods, lines = {}, {}, []
    for row in table.to_dict("records"):
        data[row["gold"]] = {"paper": row.pop("paper"), "data_sha256": row.pop("data_sha256")}
        methods[_key(row["measure"], row["method"])] = row.pop("method_sha256")
        numbers = {name: float(row[name]) if isfinite(row[name]) else None for name in _NUMBERS}
        lines.append(json.dumps({**row, **numbers, "n": int(row["n"])}, ensure_ascii=False, allow_nan=False))
    head = json.dumps({"format": 1, "command": _COMMAND, "data": data, "methods": methods}, indent=1, sort_keys=True)
    return head.removesuffix("\n}") + ',\n "figures": [\n  ' + ",\n  ".join(lines) + "\n ]\n}\n"
