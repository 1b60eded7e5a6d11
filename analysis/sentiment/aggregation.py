"""Sentiment of articles: of each target in each voice, with counts, denominators and intervals.

What the outlet says, what each quoted side says and what cannot be told apart stay three things: a quoted mention
never enters the outlet's figure. A target that is not mentioned has a null value and the reason, which is not
neutrality.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, nan, sqrt
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import schema
from analysis.sentiment.scoring import LABELS, NO_EVIDENCE
from analysis.study.model import Study

__all__ = ["aggregate"]

_NOT_MENTIONED = "not mentioned"
_NOT_BY_VOICE = {
    "outlet": "mentioned, but not in the outlet's own words",
    "quoted": "mentioned, but not in quoted words",
    "unresolved": "mentioned, but not in words whose speaker is unresolved",
}
# Student's t, 97.5 % quantile, for 1 to 30 degrees of freedom; the normal quantile beyond.
_T = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131),
    *(2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)
_Z = 1.959964


_VOICES = tuple(_NOT_BY_VOICE)
_QUOTED = _VOICES.index("quoted")
_REASONS = ("", _NOT_MENTIONED, NO_EVIDENCE, *_NOT_BY_VOICE.values())
_OTHERWISE = 3  # the first of `_NOT_BY_VOICE` among the reasons
_LABELS = (*LABELS, "balance")

_Integers = NDArray[np.int64]
_Floats = NDArray[np.float64]


class _Mentions(NamedTuple):
    """Scored mentions as numbers: of article, name, voice, side, sentence and method (-1: not asked for)."""

    article: _Integers
    name: _Integers
    voice: _Integers
    side: _Integers
    sentence: _Integers
    method: _Integers
    probability: _Floats


def aggregate(
    mention_measures: pd.DataFrame,
    mentions: pd.DataFrame,
    articles: pd.DataFrame,
    study: Study,
    *,
    method: str = "",
) -> pd.DataFrame:
    """Gather the sentiment toward each target and actor by article, voice and side.

    Parameters
    ----------
    mention_measures
        What `score` gave for `mentions`, sides included.
    mentions
        The table of mentions.
    articles
        The table of articles; every target gets rows for every one of them, mentioned or not.
    study
        Names the targets. An actor who is no target gets rows only where mentioned.
    method
        The method that `score` was told; named in the rows where nothing is mentioned. Empty: taken from
        `mention_measures`, and from the study where those are empty.

    Returns
    -------
    pandas.DataFrame
        A ``measures`` table with unit ``article`` and measure ``sentiment``. For each target and each voice
        (``outlet``, ``quoted`` with side ``""`` for all speakers, ``quoted`` with each side that speaks of it,
        ``unresolved``):

        - labels ``negative``, ``neutral``, ``positive``: `value` is the share of mentions whose likeliest label it
          is, `n` their number, `denominator` the mentions that could be scored; the interval is Wilson's.
        - label ``balance``: `value` is the mean of p(positive) - p(negative), from -1 to 1, `n` and `denominator` the
          mentions that could be scored; the interval is Student's over sentences, because mentions in one sentence
          share its words. It needs two sentences.

    Notes
    -----
    Wilson, JASA 1927; cluster-robust variance of a mean: Liang and Zeger, Biometrika 1986.
    """
    ids = articles["article_id"].tolist()
    if not ids:
        return schema.empty("measures")
    targets = [target.name for target in study.targets]
    methods = [method] if method else sorted(mention_measures["method"].unique().tolist()) or [study.methods.sentiment]
    found, names, sides = _scored(mention_measures, mentions, ids, targets, methods)
    shape = (len(ids), len(names), len(_VOICES), len(sides))
    every = np.arange(len(ids))[:, None] * len(names) + np.arange(len(targets))
    of_actors = (found.article * len(names) + found.name)[found.name >= len(targets)]
    pairs = np.unique(np.concatenate([every.ravel(), of_actors]))
    parts = [_figures(found, number, pairs, shape) for number in range(len(methods))]
    groups, reasons, figures = (np.concatenate(part) for part in zip(*parts, strict=True))
    article, name, voice, side = (np.repeat(part, len(_LABELS)) for part in np.unravel_index(groups, shape))
    value, n, denominator, low, high = figures.reshape(-1, 5).T
    columns = {
        "unit": "article",
        "unit_id": schema.Coded(ids, article),
        "measure": "sentiment",
        "label": schema.Coded(_LABELS, np.tile(np.arange(len(_LABELS)), len(groups))),
        "target": schema.Coded(names, name),
        "voice": schema.Coded(_VOICES, voice),
        "side": schema.Coded(sides, side),
        "method": schema.Coded(methods, np.repeat(np.arange(len(methods)), [part[2].size // 5 for part in parts])),
        "value": value,
        "n": n,
        "denominator": denominator,
        "low": low,
        "high": high,
        "reason": schema.Coded(_REASONS, np.repeat(reasons, len(_LABELS))),
    }
    return schema.from_columns("measures", columns, length=len(value))


def _scored(
    measures: pd.DataFrame, mentions: pd.DataFrame, ids: list[str], targets: list[str], methods: list[str]
) -> tuple[_Mentions, list[str], list[str]]:
    """Return the scored mentions in the order of their table, the names (targets first), the sides (``""`` first)."""
    chosen = measures[(measures["unit"] == "mention") & (measures["measure"] == "sentiment")]
    unit, units = pd.factorize(chosen["unit_id"])
    method, known = pd.factorize(chosen["method"])
    sides = ["", *sorted(set(chosen["side"].unique().tolist()) - {""})]
    probability = np.full((len(units), len(known), len(LABELS)), nan)
    probability[unit, method, _numbers(chosen["label"], LABELS)] = chosen["value"].to_numpy()
    spoken = np.full((2, len(units), len(known)), -1, dtype=np.int64)
    spoken[:, unit, method] = _numbers(chosen["voice"], _VOICES), _numbers(chosen["side"], sides)

    # Where one name is both, a span is listed once as target and once as actor: one of them counts.
    twice = ((mentions["kind"] != "target") & mentions["name"].isin(targets)).to_numpy()
    article = _numbers(mentions["article_id"], ids)
    place = _numbers(mentions["mention_id"], units.tolist())
    rows = np.flatnonzero((place >= 0) & (article >= 0) & ~twice)
    row, way = np.nonzero(spoken[0, place[rows]] >= 0)
    rows = rows[row]
    names = [*targets, *sorted(set(mentions["name"].iloc[rows].unique().tolist()) - set(targets))]
    unit = place[rows]
    found = _Mentions(
        article[rows],
        _numbers(mentions["name"].iloc[rows], names),
        spoken[0, unit, way],
        spoken[1, unit, way],
        pd.factorize(mentions["sentence_id"].iloc[rows])[0],
        _numbers(pd.Series(known, dtype="str"), methods)[way],
        probability[unit, way],
    )
    return found, names, sides


def _numbers(texts: pd.Series[str], known: Sequence[str]) -> _Integers:
    """Return the position of each text among the known ones, or -1."""
    codes, distinct = pd.factorize(texts)
    place = {text: position for position, text in enumerate(known)}
    return np.array([place.get(text, -1) for text in distinct.tolist()], dtype=np.int64)[codes]


def _figures(
    found: _Mentions, method: int, pairs: _Integers, shape: tuple[int, int, int, int]
) -> tuple[_Integers, _Integers, _Floats]:
    """Return for one method groups of mentions, why each has no value (or 0), and the figures of its labels.

    Groups are numbers of article, name, voice and side in an array of such `shape`; figures are value, n, denominator,
    low and high. Shape (groups, 4, 5).
    """
    own = found.method == method
    article, name, voice, side, sentence = (column[own] for column in found[:5])
    probability = found.probability[own]
    pair = article * shape[1] + name
    of_voice = (pair * shape[2] + voice) * shape[3]
    of_side = np.flatnonzero((voice == _QUOTED) & (side > 0))
    every = (pairs[:, None] * shape[2] + np.arange(shape[2])).ravel() * shape[3]
    groups = np.unique(np.concatenate([every, of_voice[of_side] + side[of_side]]))

    member = np.concatenate([np.arange(len(pair)), of_side])
    group = np.searchsorted(groups, np.concatenate([of_voice, of_voice[of_side] + side[of_side]]))
    mentions = np.bincount(group, minlength=len(groups))
    mentioned = np.isin(groups // (shape[2] * shape[3]), pair)
    reasons = np.where(mentioned, _OTHERWISE + groups // shape[3] % shape[2], 1)
    order = np.argsort(group, kind="stable")
    order = order[~np.isnan(probability[member[order], 1])]
    group, member = group[order], member[order]
    totals = np.bincount(group, minlength=len(groups))
    reasons = np.where(totals > 0, 0, np.where(mentions > 0, 2, reasons))

    figures = np.full((len(groups), len(_LABELS), 5), nan)
    figures[:, :, 1] = 0
    figures[:, :, 2] = mentions[:, None]
    filled = np.flatnonzero(totals)
    if len(filled):
        likeliest = probability[member].argmax(axis=1)
        counts = np.bincount(group * 3 + likeliest, minlength=3 * len(groups)).reshape(-1, 3)[filled]
        total = totals[filled]
        figures[filled, :, 2] = total[:, None]
        figures[filled, :3, 0], figures[filled, :3, 1] = counts / total[:, None], counts
        figures[filled, :3, 3], figures[filled, :3, 4] = _wilson(counts, total[:, None])
        figures[filled, 3, 1] = total
        balances = (probability[member, 2] - probability[member, 0]).tolist()
        figures[filled[:, None], 3, [0, 3, 4]] = _balances(balances, sentence[member].tolist(), total.tolist())
    return groups, reasons, figures


def _balances(balances: list[float], sentences: list[int], totals: list[int]) -> list[tuple[float, float, float]]:
    """Return the mean and its interval of each group; a group's mentions stand together."""
    figures, start = [], 0
    for total in totals:
        own = balances[start : start + total]
        mean = fsum(own) / total
        interval = _student(list(zip(sentences[start : start + total], own, strict=True)), mean)
        figures.append((mean, *interval))
        start += total
    return figures


def _wilson(count: _Integers, total: _Integers) -> tuple[_Floats, _Floats]:
    share, z2 = count / total, _Z * _Z / total
    middle = share + z2 / 2
    spread = _Z * np.sqrt(share * (1 - share) / total + z2 / (4 * total))
    low, high = (middle - spread) / (1 + z2), (middle + spread) / (1 + z2)
    return np.where(low > 0.0, low, 0.0), np.where(high < 1.0, high, 1.0)


def _student(values: list[tuple[int, float]], mean: float) -> tuple[float, float]:
    """Return a 95 % interval of a mean: sentences are independent of each other, the values of one sentence are not."""
    sums: dict[int, float] = {}
    for sentence, value in values:
        sums[sentence] = sums.get(sentence, 0.0) + value - mean
    groups = len(sums)
    if groups < 2:
        return nan, nan
    error = sqrt(fsum(s * s for s in sums.values()) * groups / (groups - 1)) / len(values)
    spread = error * (_T[groups - 2] if groups <= len(_T) + 1 else _Z)
    return max(-1.0, mean - spread), min(1.0, mean + spread)
