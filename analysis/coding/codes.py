"""The file of codes, and how well coders agree with each other and with the method."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from analysis.agreement import agreement_by_frame
from analysis.errors import InputError
from analysis.framing import Codebook

__all__ = ["COLUMNS", "compare", "read_codes"]

COLUMNS = ("unit", "coder", "frame", "value")


def read_codes(path: str | Path) -> pd.DataFrame:
    """Return the codes in a file of codes: unit, coder, frame, value; of several by one coder for one unit the last.

    Raises
    ------
    InputError
        Where the file has other columns, or a value that is neither 0 nor 1.
    """
    if not Path(path).is_file():
        return pd.DataFrame({name: pd.Series([], dtype="int64" if name == "value" else "str") for name in COLUMNS})
    codes = pd.read_csv(path, dtype="str", keep_default_na=False)
    if tuple(codes.columns) != COLUMNS:
        raise InputError(
            f"{path}: its columns are {', '.join(codes.columns)}; a file of codes has {', '.join(COLUMNS)}"
        )
    wrong = ~codes["value"].isin(["0", "1"])
    if wrong.any():
        line = int(wrong.to_numpy().argmax()) + 2
        raise InputError(f"{path}:{line}: value is {codes['value'][wrong].iloc[0]!r}; it must be 0 or 1")
    codes["value"] = codes["value"].astype("int64")
    return codes.drop_duplicates(["unit", "coder", "frame"], keep="last", ignore_index=True)


def compare(codes: pd.DataFrame, tables: Mapping[str, pd.DataFrame], codebook: Codebook) -> pd.DataFrame:
    """Return how well coders agree with each other, and each of them with the method.

    Parameters
    ----------
    codes
        As `read_codes` returns them.
    tables
        `measures`, as `nutgraf measure` writes them.
    codebook
        The one that was coded.

    Returns
    -------
    DataFrame
        between (``coders``, or a coder ``and method``), frame, coders, units, and Krippendorff's alpha with its 95 %
        bootstrap interval: alpha, low, high. No row ``coders`` where there is only one.
    """
    measures = tables["measures"]
    measured = measures[(measures["measure"] == "frame") & measures["value"].notna()]
    known = {frame for frame in codebook.names if f"{codebook.name}/{frame}" in set(measured["label"])}
    given = measured[(measured["unit"] == "sentence") & (measured["value"] == 1)]
    found = set(zip(given["unit_id"], given["label"], strict=True))
    coders = sorted(set(codes["coder"]))
    parts = [("coders", codes)] if len(coders) > 1 else []
    for coder in coders:
        own = codes[(codes["coder"] == coder) & codes["frame"].isin(known)]
        pairs = zip(own["unit"], own["frame"], strict=True)
        values = [int((unit, f"{codebook.name}/{frame}") in found) for unit, frame in pairs]
        method = own.assign(coder="\0method", value=values)
        parts.append((f"{coder} and method", pd.concat([own, method], ignore_index=True)))
    agreed = [agreement_by_frame(part).assign(between=between) for between, part in parts]
    columns = ["between", "frame", "coders", "units", "alpha", "low", "high"]
    return pd.concat(agreed, ignore_index=True)[columns] if agreed else pd.DataFrame(columns=columns)
