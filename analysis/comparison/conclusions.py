"""Findings: short sentences computed from the tables, worded no stronger than the numbers.

There are two sorts. A *difference* is claimed of an outlet: it has enough articles, passed a test over articles with a
correction for all tests of its table, and holds without dependent copies. A *description* says what stands in the texts
at hand, with counts, and claims nothing beyond them. Differences come first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from analysis.comparison.descriptions import Finding, descriptions
from analysis.comparison.groups import Tables, compared, without_dependent
from analysis.comparison.robustness import COMPARISONS
from analysis.comparison.wording import count_of, name, share_of
from analysis.study import Study

__all__ = ["findings"]

MOST = 5
MOST_DIFFERENCES = 3

_COLUMNS = {
    "finding_id": "str",
    "kind": "str",
    "text": "str",
    "n": "int64",
    "denominator": "int64",
    "value": "float64",
    "low": "float64",
    "high": "float64",
    "strength": "float64",
    "evidence": "str",
}


def findings(tables: Tables, study: Study) -> pd.DataFrame:
    """Return the three to five findings that the evidence carries best, or fewer, or none.

    Parameters
    ----------
    tables
        All tables.
    study
        Its minimums decide what may be said, and how.

    Returns
    -------
    DataFrame
        finding_id (``f1`` ...), kind, text, n, denominator, value, low, high, strength, evidence (sentence ids). Of a
        difference the strength is 1 - log10(q), at most 10; of a description it is the lower end of the 95 % interval
        of its share within these texts, so under 1. One finding of a kind at most, and three differences.
    """
    found = sorted(_differences(tables, study), key=_rank)[:MOST_DIFFERENCES]
    kinds: set[str] = set()
    for finding in sorted(descriptions(tables, study), key=_rank):
        if finding.kind not in kinds and len(found) < MOST:
            kinds.add(finding.kind)
            found.append(finding)
    rows = [(f"f{number}", *finding) for number, finding in enumerate(found, start=1)]
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)


def _rank(finding: Finding) -> tuple[float, str, str]:
    return (-finding.strength, finding.kind, finding.text)


def _differences(tables: Tables, study: Study) -> Iterator[Finding]:
    """Yield for each comparison the claim with the least q that also holds without dependent copies."""
    if compared(tables)["label"].nunique() < 2:
        return
    independent = without_dependent(tables)
    copies = len(compared(independent)) < len(compared(tables))
    for comparison, compare in COMPARISONS.items():
        claims = _claims(compare(tables, study))
        if copies and len(claims):
            held = _claims(compare(independent, study))
            keys = ("outlet", "item", "target", "voice", "side", "status", "by", "higher")
            held = held[[key for key in keys if key in held.columns]]
            claims = claims.merge(held, on=list(held.columns))
        if claims.empty:
            continue
        distance = (claims["value"] - claims["rest"]).abs()
        best = claims.assign(distance=distance).sort_values(
            ["q", "distance", "outlet", "item"], ascending=[True, False, True, True], kind="stable"
        )
        row = best.iloc[0]
        yield Finding(
            comparison,
            _sentence(comparison, row, study),
            int(row["n"]),
            int(row["denominator"]),
            float(row["value"]),
            float(row["low"]),
            float(row["high"]),
            min(10.0, 1 - math.log10(max(float(row["q"]), 1e-12))),
            str(row["evidence"]),
        )


def _claims(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that claim something, with the direction of each."""
    claims = table[table["claim"]]
    return claims.assign(higher=claims["value"] > claims["rest"])


def _sentence(comparison: str, row: pd.Series[Any], study: Study) -> str:
    whom = study.reference or "the other outlets"
    outlet = str(row["outlet"])
    things = "quoted words" if comparison == "sources" else "mentions" if comparison == "naming" else "articles"
    mine, theirs = (f"{things} of {outlet}", f"{things} of {whom}") if things == "articles" else (things, things)
    own = share_of(int(row["n"]), int(row["denominator"]), mine, study.minimum_denominator)
    rest = share_of(int(row["rest_n"]), int(row["rest_denominator"]), theirs, study.minimum_denominator)
    item = name(str(row["item"]))
    if comparison == "frames":
        return f"The frame {item} stands in {own}, against {rest}."
    if comparison == "facts":
        return f"The fact {item} is told in {own}, against {rest}."
    if comparison == "sources":
        by = "the side" if row["by"] == "side" else "the source"
        return f"In {outlet}, {own} come from {by} {item}, against {rest} in {whom}."
    if comparison == "naming":
        return f"{outlet} calls {name(str(row['target']))} {item} in {own}, against {rest} in {whom}."
    if comparison == "words":
        range_own = share_of(int(row["range"]), int(row["articles"]), mine, study.minimum_denominator)
        range_rest = share_of(int(row["range_rest"]), int(row["articles_rest"]), theirs, study.minimum_denominator)
        return f"The word {item} is typical of {outlet}: it stands in {range_own}, and in {range_rest}."
    if comparison == "sentiment":
        voice = {"": "", "outlet": " in its own words", "quoted": " in the words of those it quotes"}[str(row["voice"])]
        lean = "less" if row["value"] < row["rest"] else "more"
        balance = f"{row['rest']:+.2f} in {whom} (from -1 to +1)"
        return (
            f"{outlet} is {lean} favourable toward {name(str(row['target']))}{voice}: the balance is "
            f"{row['value']:+.2f} over {row['n']} of its {row['denominator']} articles, against {balance}."
        )
    if comparison == "prominence":
        target = name(str(row["target"]))
        if row["item"] in ("in headline", "in lead"):
            place = "headline" if row["item"] == "in headline" else "lead"
            return f"{target} stands in the {place} of {own} that mention it, against {rest}."
        return f"{_amount(str(row['item']), target)} {_averages(row, whom)}."
    return f"The readability index {item} is {_averages(row, whom)}."


def _amount(label: str, target: str) -> str:
    return {
        "depth": f"The share of an article's words before its first mention of {target} is",
        "per 1000 words": f"The number of mentions of {target} per 1,000 words is",
        "words": f"The number of words in the sentences on {target} is",
    }.get(label, f"The measure {name(label)} of {target} is")


def _averages(row: pd.Series[Any], whom: str) -> str:
    own = f"{row['value']:.2f} on average in {row['outlet']} ({row['n']} of its {row['denominator']} articles)"
    return f"{own}, against {row['rest']:.2f} in {whom} ({count_of(int(row['rest_n']), 'article')})"
