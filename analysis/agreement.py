"""Krippendorff's alpha for nominal codes, with a bootstrap interval over units.

Alpha is 1 for agreement, 0 for what chance gives, below 0 for systematic disagreement. It takes any number of coders
and codes that are missing (Krippendorff, Content Analysis, 2004, chapter 11; Hayes & Krippendorff 2007).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import InputError

__all__ = ["Alpha", "agreement_by_frame", "krippendorff_alpha"]


class Alpha(NamedTuple):
    """Alpha, its 95 % interval, and the units that two coders or more have coded; null where there is none."""

    value: float
    low: float
    high: float
    units: int


def krippendorff_alpha(codes: Sequence[Sequence[object]], *, draws: int = 1000, seed: int = 0) -> Alpha:
    """Return Krippendorff's alpha of nominal codes.

    Parameters
    ----------
    codes
        A sequence for each coder, with a code for each unit; None, NaN or ``""`` where the coder has not coded it.
    draws
        Bootstrap samples of units for the interval (percentiles 2.5 and 97.5); 0 for none.
    seed
        Of the draws.

    Returns
    -------
    Alpha
        Null where no unit has two codes. Where every code is the same alpha is not defined and null: there is no
        variation against which agreement could be seen.

    Raises
    ------
    InputError
        Where coders have different numbers of units.

    Examples
    --------
    >>> a = [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None]
    >>> b = [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3]
    >>> c = [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None]
    >>> d = [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None]
    >>> round(krippendorff_alpha([a, b, c, d], draws=0).value, 3)
    0.743
    """
    lengths = {len(row) for row in codes}
    if len(lengths) > 1:
        raise InputError(
            f"coders have different numbers of units ({sorted(lengths)}); give each a code or None for every unit"
        )
    counts = _counts(codes)
    pairable = counts[counts.sum(axis=1) > 1] if counts.size else counts
    units = len(pairable)
    if not units:
        return Alpha(float("nan"), float("nan"), float("nan"), 0)
    value = float(_alpha(pairable.sum(axis=0)[None], _disagreement(pairable).sum()[None])[0])
    low = high = float("nan")
    if draws and not np.isnan(value):
        times = np.random.default_rng(seed).multinomial(units, np.full(units, 1.0 / units), size=draws)
        drawn = _alpha(times @ pairable, times @ _disagreement(pairable))
        drawn = drawn[~np.isnan(drawn)]
        low, high = np.percentile(drawn, [2.5, 97.5]).tolist()
    return Alpha(value, low, high, units)


def agreement_by_frame(codes: pd.DataFrame, *, draws: int = 1000, seed: int = 0) -> pd.DataFrame:
    """Return alpha for each frame between coders (a method counts as a coder where it is given as one).

    Parameters
    ----------
    codes
        One row a decision: unit, coder, frame, value.
    draws, seed
        As for `krippendorff_alpha`.

    Returns
    -------
    DataFrame
        frame, coders, units, alpha, low, high; frames in alphabetical order.

    Examples
    --------
    >>> rows = [(u, c, "conflict", v) for c, vs in (("a", "0110"), ("b", "0110")) for u, v in enumerate(vs)]
    >>> agreement_by_frame(pd.DataFrame(rows, columns=["unit", "coder", "frame", "value"]), draws=0)["alpha"].tolist()
    [1.0]
    """
    rows = []
    for frame, part in codes.groupby("frame", sort=True):
        table = part.pivot_table(index="coder", columns="unit", values="value", aggfunc="last", sort=True)
        table = table.astype(object).where(table.notna(), None)
        alpha = krippendorff_alpha(table.to_numpy().tolist(), draws=draws, seed=seed)
        rows.append((str(frame), len(table), alpha.units, alpha.value, alpha.low, alpha.high))
    return pd.DataFrame(rows, columns=["frame", "coders", "units", "alpha", "low", "high"])


def _counts(codes: Sequence[Sequence[object]]) -> NDArray[np.float64]:
    """Return how often each unit got each code, shape (units, codes)."""
    places: dict[object, int] = {}
    found: list[tuple[int, int]] = []
    for row in codes:
        for unit, code in enumerate(row):
            if code is None or code == "" or code != code:
                continue
            found.append((unit, places.setdefault(code, len(places))))
    counts = np.zeros((max((len(row) for row in codes), default=0), len(places)))
    for unit, place in found:
        counts[unit, place] += 1
    return counts


def _disagreement(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each unit's disagreeing pairs over its codes less one."""
    n = counts.sum(axis=1)
    pairs: NDArray[np.float64] = (n * n - (counts * counts).sum(axis=1)) / (n - 1)
    return pairs


def _alpha(totals: NDArray[np.float64], observed: NDArray[np.float64]) -> NDArray[np.float64]:
    n = totals.sum(axis=1)
    expected = n * n - (totals * totals).sum(axis=1)
    ratio = np.divide((n - 1) * observed, expected, out=np.full(len(n), np.nan), where=expected > 0)
    alpha: NDArray[np.float64] = 1.0 - ratio
    return alpha
