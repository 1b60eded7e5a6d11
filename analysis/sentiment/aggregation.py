"""Sentiment of articles: of each target in each voice, with counts, denominators and intervals.

What the outlet says, what each quoted side says and what cannot be told apart stay three things: a quoted mention
never enters the outlet's figure. A target that is not mentioned has a null value and the reason, which is not
neutrality.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, nan
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from analysis import schema
from analysis.columns import coded, places
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
_QUANTILES = np.array([*_T, _Z])


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
    pairs = _distinct(np.concatenate([every.ravel(), of_actors]))
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
    kept = ((measures["unit"] == "mention") & (measures["measure"] == "sentiment")).to_numpy()
    chosen = measures if kept.all() else measures[kept]
    units, known, side = coded(chosen["unit_id"]), coded(chosen["method"]), coded(chosen["side"])
    unit, method = units.codes, known.codes
    sides = ["", *sorted(set(side.texts.to_pylist()) - {""})]
    probability = np.full((len(units.texts), len(known.texts), len(LABELS)), nan)
    probability[unit, method, _numbers(coded(chosen["label"]), LABELS)] = chosen["value"].to_numpy()
    spoken = np.full((2, len(units.texts), len(known.texts)), -1, dtype=np.int64)
    spoken[:, unit, method] = _numbers(coded(chosen["voice"]), _VOICES), _numbers(side, sides)

    # Where one name is both, a span is listed once as target and once as actor: one of them counts.
    name = coded(mentions["name"])
    twice = (_numbers(coded(mentions["kind"]), ("target",)) < 0) & (_numbers(name, targets) >= 0)
    article = _numbers(coded(mentions["article_id"]), ids)
    place = places(mentions["mention_id"], units.texts)
    rows = np.flatnonzero((place >= 0) & (article >= 0) & ~twice)
    row, way = np.nonzero(spoken[0, place[rows]] >= 0)
    rows = rows[row]
    found_names = name.texts.take(pa.array(np.unique(name.codes[rows]))).to_pylist()
    names = [*targets, *sorted(set(found_names) - set(targets))]
    unit = place[rows]
    found = _Mentions(
        article[rows],
        _numbers(name, names)[rows],
        spoken[0, unit, way],
        spoken[1, unit, way],
        coded(mentions["sentence_id"]).codes[rows].astype(np.int64),
        _places(known, methods)[way],
        probability[unit, way],
    )
    return found, names, sides


def _numbers(column: schema.Coded, known: Sequence[str]) -> _Integers:
    """Return the position of each row's text among the known ones, or -1."""
    found: _Integers = _places(column, known)[column.codes]
    return found


def _places(column: schema.Coded, known: Sequence[str]) -> _Integers:
    """Return the position of each distinct text among the known ones, or -1."""
    place = {text: position for position, text in enumerate(known)}
    return np.array([place.get(text, -1) for text in column.texts.to_pylist()], dtype=np.int64)


def _distinct(values: _Integers) -> _Integers:
    values = np.sort(values)
    kept: _Integers = values[np.append(True, values[1:] != values[:-1])[: len(values)]]
    return kept


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
    groups = _distinct(np.concatenate([every, of_voice[of_side] + side[of_side]]))

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
        balances = probability[member, 2] - probability[member, 0]
        figures[filled, 3, 0], figures[filled, 3, 3], figures[filled, 3, 4] = _balances(
            balances, sentence[member], total
        )
    return groups, reasons, figures


def _balances(balances: _Floats, sentences: _Integers, totals: _Integers) -> tuple[_Floats, _Floats, _Floats]:
    """Return the mean of each group's mentions, which stand together, and its 95 % interval.

    Sentences are independent of each other, the values of one sentence are not.
    """
    means = _sums(balances, totals) / totals
    group = np.repeat(np.arange(len(totals)), totals)
    clusters, cluster = np.unique(group * (sentences.max() + 1) + sentences, return_inverse=True)
    # The value and what it is compared with are added one after the other, in the order of the mentions.
    deviations = np.bincount(np.repeat(cluster, 2), np.stack([balances, -means[group]], axis=1).ravel())
    count = np.bincount(clusters // (sentences.max() + 1), minlength=len(totals))
    several = count > 1
    degrees = np.where(several, count - 1, 1)
    error = np.sqrt(_sums((deviations * deviations).astype(np.float64), count) * count / degrees) / totals
    spread = np.where(several, error * _QUANTILES[np.minimum(degrees, len(_QUANTILES)) - 1], nan)
    return means, np.maximum(-1.0, means - spread), np.minimum(1.0, means + spread)


def _sums(values: _Floats, totals: _Integers) -> _Floats:
    """Return the exact sum, rounded once, of each group; its values stand together, one at least."""
    begins = np.cumsum(totals) - totals
    pairs = np.flatnonzero(totals == 2)
    sums: _Floats = values[begins]
    sums[pairs] += values[begins[pairs] + 1]
    many = np.flatnonzero(totals > 2)
    listed = values.tolist()
    ranges = zip(begins[many].tolist(), (begins + totals)[many].tolist(), strict=True)
    sums[many] = [fsum(listed[begin:end]) for begin, end in ranges]
    return sums


def _wilson(count: _Integers, total: _Integers) -> tuple[_Floats, _Floats]:
    share, z2 = count / total, _Z * _Z / total
    middle = share + z2 / 2
    spread = _Z * np.sqrt(share * (1 - share) / total + z2 / (4 * total))
    low, high = (middle - spread) / (1 + z2), (middle + spread) / (1 + z2)
    return np.where(low > 0.0, low, 0.0), np.where(high < 1.0, high, 1.0)
