"""Agreement of the agency read from texts with that recorded by a gold set."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from analysis.errors import InputError
from analysis.provenance.find import find

__all__ = ["evaluate_wire"]

_NONE = frozenset({"", "na", "none", "unknown"})
_AGENCIES = frozenset({"ap", "upi", "reuters", "afp", "bloomberg", "kuna", "xinhua", "kyodo"})


def evaluate_wire(gold: str | Path) -> pd.DataFrame:
    """Compare the agency that `find` reads from byline and text with the field `wire` of a gold set.

    The rules were written on the even half: of the articles sorted by id, those at positions 0, 2, 4, ...

    Parameters
    ----------
    gold
        Folder with `train.jsonl` and `dev.jsonl`: rows with `article_id`, `outlet`, `byline`, `text`, `wire`. `NA`,
        `None` and
        nulls mean no agency.

    Returns
    -------
    DataFrame
        A row for the even half, the odd half and both: `part`, `articles`, `agencies` (in the gold set), `found`,
        `right`,
        `precision`, `recall`, `f1`.

    Raises
    ------
    InputError
        Where the folder lacks the files.

    References
    ----------
    Newell, Margolin & Ruths (2018), "An Attribution Relations Corpus for Political News" (PolNeAR).
    """
    folder = Path(gold)
    rows = []
    for name in ("train.jsonl", "dev.jsonl"):
        file = folder / name
        if not file.is_file():
            raise InputError(f"{file}: not found; give the folder of the PolNeAR gold set")
        rows += [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
    rows.sort(key=lambda row: row["article_id"])
    tested = []
    for position, row in enumerate(rows):
        given = {"outlet": row.get("outlet") or "", "byline": row.get("byline") or ""}
        said = find(row["text"], given=given).originator.casefold()
        expected = str(row.get("wire") or "").casefold()
        tested.append(
            {
                "half": ("even", "odd")[position % 2],
                "expected": "" if expected in _NONE else expected,
                "found": said if said in _AGENCIES else "",
            }
        )
    data = pd.DataFrame(tested)
    parts = [
        ("even (rules written on it)", data[data.half == "even"]),
        ("odd", data[data.half == "odd"]),
        ("both", data),
    ]
    return pd.DataFrame([_agreement(name, part) for name, part in parts])


def _agreement(name: str, part: pd.DataFrame) -> dict[str, str | int | float]:
    agencies, found = int((part.expected != "").sum()), int((part.found != "").sum())
    right = int(((part.expected == part.found) & (part.found != "")).sum())
    precision = right / found if found else 0.0
    recall = right / agencies if agencies else 0.0
    f1 = 2 * right / (found + agencies) if found + agencies else 0.0
    return {
        "part": name, "articles": len(part), "agencies": agencies, "found": found, "right": right,
        "precision": precision, "recall": recall, "f1": f1,
    }  # fmt: skip
