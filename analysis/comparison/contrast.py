"""One engine for all comparisons: observations of articles in, a row for each outlet and item out.

An observation is a numerator `k` and a denominator `n` of one article: 1 of 1 for an article that uses a frame, 3 of 7
for mentions, a number of 1 for a mean. What follows from it:

====================  ===========================  ==============================  ==========================
what is observed      value                        interval                        test against the rest
====================  ===========================  ==============================  ==========================
articles (0 or 1)     share of articles            Wilson                          Fisher's exact test
pieces in articles    share of pieces              Wilson at the effective size    permutation of articles
numbers of articles   mean, or ratio of sums       bootstrap-t over articles       permutation of articles
====================  ===========================  ==============================  ==========================

Below eight articles, or the study's minimum, a share of pieces gets Wilson's interval over the pieces, marked ``within
these texts``: it says how the texts at hand could differ had their authors written more of the same, nothing about the
outlet. The others get none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.comparison.differences import discovery, fisher, permutation
from analysis.comparison.groups import evidence, evidence_ids, obstacle, outlets
from analysis.comparison.intervals import NOTHING, bootstrap_t, wilson, wilson_clustered
from analysis.study import Study

__all__ = ["COLUMNS", "LEVEL", "Item", "contrast", "empty", "spread_out"]

LEVEL = 0.05
"""Share of false claims allowed among the claims of one table."""

COLUMNS = {
    "outlet": "str",
    "item": "str",
    "n": "int64",
    "denominator": "int64",
    "articles": "int64",
    "value": "float64",
    "low": "float64",
    "high": "float64",
    "basis": "str",
    "rest": "float64",
    "rest_n": "int64",
    "rest_denominator": "int64",
    "q": "float64",
    "claim": "bool",
    "reason": "str",
    "evidence": "str",
}
"""Columns of every comparison. `basis` is what the interval is over (articles, within these texts, or empty); `rest`,
`rest_n` and `rest_denominator` are value and counts of what the outlet is compared with; `q` is the p-value adjusted
for the tests of the table; `claim` says whether a difference can be claimed of the outlet, `reason` why not, or why
there is no value."""


class Item(NamedTuple):
    """What is observed of one item in each article: one line of the grid of items and articles.

    The grid of a large study does not fit in memory (a target's every label by every article), its lines do.
    """

    keys: tuple[str, ...]
    """The item and its extras."""
    place: NDArray[np.int64]
    """Of each article its place among those compared, shape (articles,), as all that follow."""
    k: NDArray[np.float64]
    n: NDArray[np.float64]
    reasons: NDArray[np.object_]
    evidence: NDArray[np.object_]
    kind: str
    tested: bool = True


def spread_out(
    keys: tuple[str, ...],
    cells: pd.DataFrame,
    ids: pd.Index[Any],
    n: NDArray[Any],
    reasons: NDArray[Any],
    *,
    kind: str,
    tested: bool = True,
) -> Item:
    """Return the item of which `cells`, indexed by article id, hold k and evidence where k is not 0."""
    places = ids.get_indexer(cells.index)
    k, n = np.zeros(len(ids)), n.astype(np.float64)
    k[places] = cells["k"].to_numpy(dtype=np.float64)
    passages = np.full(len(ids), "", dtype=object)
    passages[places] = cells["evidence"].to_numpy(dtype=object)
    return Item(keys, np.arange(len(ids)), k, n, reasons.astype(object), passages, kind, tested)


def empty(extras: Sequence[str] = ()) -> pd.DataFrame:
    """Return a comparison without rows, with `extras` as text columns behind `item`."""
    return pd.DataFrame({c: pd.Series([], dtype=COLUMNS.get(c, "str")) for c in _order(extras)})


def _order(extras: Sequence[str]) -> list[str]:
    names = list(COLUMNS)
    return [*names[:2], *extras, *names[2:]]


def contrast(
    observations: pd.DataFrame | Iterable[Item],
    articles: pd.DataFrame,
    study: Study,
    *,
    kind: str = "",
    extras: Sequence[str] = (),
) -> pd.DataFrame:
    """Compare outlets item by item.

    Parameters
    ----------
    observations
        Items, or a table with a row for each article and item: article_id, item, the `extras`, k, n (0 where there is
        no observation), reason (why there is none) and evidence (ids). A flag column ``tested``, where present, says
        which items a difference is tested for.
    articles
        As :func:`analysis.comparison.groups.compared` gives them.
    study
        Sets minimum and reference.
    kind
        Of a table: ``articles``, ``pieces`` or ``numbers``; or the name of its column that holds one of them.
    extras
        Further text columns that identify an item.

    Returns
    -------
    DataFrame
        `COLUMNS` with the extras behind ``item``. For numbers, `n` is the articles with a value and `denominator` all
        articles of the outlet; otherwise both count what is observed.
    """
    keys = ["item", *extras]
    rows: list[dict[str, Any]] = []
    chances: list[float] = []
    labels = outlets(articles)
    obstacles = {label: obstacle(label, articles, study) for label in labels}
    sizes = articles["label"].value_counts()
    known = dict(zip(articles["label"], articles["known"], strict=True))
    place = {label: number for number, label in enumerate(labels)}
    numbers = np.array([place[label] for label in articles["label"]], dtype=np.int64)
    reference = place.get(study.reference, -1)
    items = _items(observations, articles, keys, kind) if isinstance(observations, pd.DataFrame) else observations
    for item in items:
        k, n = item.k, item.n
        number_of = numbers[item.place]
        order = np.argsort(number_of, kind="stable")
        bounds = np.searchsorted(number_of[order], np.arange(len(labels) + 1))
        whole = bool((k == np.rint(k)).all() and (n == np.rint(n)).all())  # sums of these are exact in any order
        against = _sums(k, n) if not study.reference else _sums(k[number_of == reference], n[number_of == reference])
        for label in labels:
            own = order[bounds[place[label]] : bounds[place[label] + 1]]
            if not len(own):
                continue
            mine = _sums(k[own], n[own])
            member = np.zeros(len(k), dtype=bool)
            member[own] = True
            other = number_of == reference if study.reference else ~member
            if study.reference:
                rest = against
            else:
                rest = tuple(a - b for a, b in zip(against, mine, strict=True)) if whole else _sums(k[other], n[other])
            row = _row(k[own], n[own], item.kind, int(sizes[label]), study if known[label] else None)
            row["rest"] = rest[0] / rest[1] if rest[1] > 0 else float("nan")
            row["rest_n"], row["rest_denominator"] = (
                (int(rest[2]), int(rest[3])) if item.kind == "numbers" else (int(rest[0]), int(rest[1]))
            )
            row.update(zip(keys, item.keys, strict=True), outlet=label)
            row["evidence"] = evidence(i for text in item.evidence[own] if text for i in evidence_ids(text))
            row["reason"] = "" if not np.isnan(row["value"]) else _common(item.reasons[own])
            why = obstacles[label] or ("" if item.tested else "not tested by itself")
            why = why or _thin(int(mine[2]), int(rest[2]), study)
            row["why"] = why
            chances.append(float("nan") if why else _chance(k, n, member, other, item.kind))
            rows.append(row)
    return _finish(rows, chances, extras, study) if rows else empty(extras)


def _items(observations: pd.DataFrame, articles: pd.DataFrame, keys: list[str], kind: str) -> Iterator[Item]:
    """Part a table of observations into items."""
    place = articles.index.get_indexer(pd.Index(observations["article_id"]))
    data = observations.assign(place=place)[place >= 0]
    for values, group in data.groupby(keys, sort=False):
        yield Item(
            tuple(str(value) for value in values),
            group["place"].to_numpy(dtype=np.int64),
            group["k"].to_numpy(dtype=np.float64),
            group["n"].to_numpy(dtype=np.float64),
            group["reason"].to_numpy(dtype=object),
            group["evidence"].to_numpy(dtype=object),
            str(group[kind].iloc[0]) if kind in group.columns else kind,
            bool(group["tested"].iloc[0]) if "tested" in group.columns else True,
        )


def _sums(k: NDArray[np.float64], n: NDArray[np.float64]) -> tuple[float, ...]:
    """Return the sums of both, how many articles have a denominator, and how many there are."""
    return float(k.sum()), float(n.sum()), float((n > 0).sum()), float(len(k))


def _row(k: Any, n: Any, kind: str, size: int, study: Study | None) -> dict[str, Any]:
    """Return counts, value and interval; none over articles for an unknown outlet, or one with too few of them."""
    observed = int((n > 0).sum())
    row: dict[str, Any] = {"articles": size, "value": _value(k, n), "low": np.nan, "high": np.nan, "basis": ""}
    row["n"], row["denominator"] = _counts(k, n, kind, size)
    if not observed:
        return row
    basis, interval = "articles", NOTHING
    enough = study is not None and observed >= study.minimum_articles_per_outlet
    if kind == "articles":
        interval = wilson(float(k.sum()), float(n.sum())) if enough else NOTHING
    elif kind == "pieces":
        interval = wilson_clustered(k, n) if enough else NOTHING
        if np.isnan(interval.low):
            basis, interval = "within these texts", wilson(float(k.sum()), float(n.sum()))
    elif enough:
        interval = bootstrap_t(k, n)
    row["low"], row["high"] = interval
    row["basis"] = "" if np.isnan(interval.low) else basis
    return row


def _counts(k: Any, n: Any, kind: str, size: int) -> tuple[int, int]:
    return (int((n > 0).sum()), size) if kind == "numbers" else (int(k.sum()), int(n.sum()))


def _value(k: Any, n: Any) -> float:
    total = float(n.sum())
    return float(k.sum()) / total if total > 0 else float("nan")


def _common(reasons: Any) -> str:
    """Return the reason that most articles give, the first of equals."""
    given = [r for r in reasons if r]
    return max(dict.fromkeys(given), key=given.count) if given else "no evidence"


def _thin(own: int, other: int, study: Study) -> str:
    minimum = study.minimum_articles_per_outlet
    if own < minimum:
        return f"evidence in {own} of its articles, the study asks for {minimum}"
    if other < minimum:
        return f"evidence in {other} articles to compare with, the study asks for {minimum}"
    return ""


def _chance(k: Any, n: Any, own: Any, other: Any, kind: str) -> float:
    if kind == "articles":
        return fisher(int(k[own].sum()), int(n[own].sum()), int(k[other].sum()), int(n[other].sum()))
    both = own | other
    return permutation(k[both], n[both], own[both])


def _finish(rows: list[dict[str, Any]], chances: list[float], extras: Sequence[str], study: Study) -> pd.DataFrame:
    whom = study.reference or "the rest"
    for row, q in zip(rows, discovery(chances).tolist(), strict=True):
        row["q"], row["claim"] = q, bool(q <= LEVEL)
        why = row.pop("why")
        if not row["reason"] and not row["claim"]:
            row["reason"] = why or f"no difference from {whom} shown (q = {q:.2f})"
    built = pd.DataFrame(rows)[_order(extras)]
    return built.astype({c: COLUMNS.get(c, "str") for c in built.columns})
