"""Sentiment of articles: of each target in each voice, with counts, denominators and intervals.

What the outlet says, what each quoted side says and what cannot be told apart stay three things: a quoted mention
never enters the outlet's figure. A target that is not mentioned has a null value and the reason, which is not
neutrality.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum, isnan, nan, sqrt
from typing import Any, NamedTuple

import pandas as pd

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


class _Mention(NamedTuple):
    sentence_id: str
    voice: str
    side: str
    method: str
    probability: tuple[float, float, float] | None


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
    targets = [target.name for target in study.targets]
    present = _by_article(mention_measures, mentions, frozenset(targets))
    actors = sorted({name for names in present.values() for name in names} - set(targets))
    methods = [method] if method else sorted(set(mention_measures["method"])) or [study.methods.sentiment]
    rows: list[tuple[Any, ...]] = []
    for article_id in articles["article_id"].tolist():
        names = present.get(article_id, {})
        for name in [*targets, *(actor for actor in actors if actor in names)]:
            for used in methods:
                found = [mention for mention in names.get(name, ()) if mention.method == used]
                rows.extend(_rows(("article", article_id, "sentiment"), name, used, found))
    return schema.frame("measures", rows)


def _by_article(
    measures: pd.DataFrame, mentions: pd.DataFrame, targets: frozenset[str]
) -> dict[str, dict[str, list[_Mention]]]:
    """Return the scored mentions of each article by name, in the order of the table of mentions."""
    probabilities: dict[tuple[str, str], dict[str, float]] = {}
    spoken: dict[tuple[str, str], tuple[str, str]] = {}
    chosen = measures[(measures["unit"] == "mention") & (measures["measure"] == "sentiment")]
    columns = ("unit_id", "method", "label", "value", "voice", "side")
    for unit_id, method, label, value, voice, side in zip(*(chosen[c].tolist() for c in columns), strict=True):
        probabilities.setdefault((unit_id, method), {})[label] = value
        spoken[unit_id, method] = voice, side
    by_mention: dict[str, list[str]] = {}
    for unit_id, method in spoken:
        by_mention.setdefault(unit_id, []).append(method)
    found: dict[str, dict[str, list[_Mention]]] = {}
    places = ("mention_id", "article_id", "sentence_id", "kind", "name")
    for mention_id, article_id, sentence_id, kind, name in zip(*(mentions[c].tolist() for c in places), strict=True):
        if kind != "target" and name in targets:
            continue  # where one name is both, a span is listed once as target and once as actor: one of them counts
        for method in by_mention.get(mention_id, ()):
            shares = probabilities[mention_id, method]
            negative, neutral, positive = (shares[label] for label in LABELS)
            triple = None if isnan(neutral) else (negative, neutral, positive)
            mention = _Mention(sentence_id, *spoken[mention_id, method], method, triple)
            found.setdefault(article_id, {}).setdefault(name, []).append(mention)
    return found


def _rows(key: tuple[str, str, str], name: str, method: str, found: list[_Mention]) -> Iterator[tuple[Any, ...]]:
    for voice, otherwise in _NOT_BY_VOICE.items():
        of_voice = [mention for mention in found if mention.voice == voice]
        if not of_voice:
            yield from _null(key, (name, voice, "", method), 0, otherwise if found else _NOT_MENTIONED)
            continue
        yield from _figures(key, (name, voice, "", method), of_voice)
        if voice == "quoted":
            for side in sorted({mention.side for mention in of_voice} - {""}):
                of_side = [mention for mention in of_voice if mention.side == side]
                yield from _figures(key, (name, voice, side, method), of_side)


def _figures(
    key: tuple[str, str, str], place: tuple[str, str, str, str], found: list[_Mention]
) -> Iterator[tuple[Any, ...]]:
    scored = [(mention.sentence_id, mention.probability) for mention in found if mention.probability is not None]
    if not scored:
        yield from _null(key, place, len(found), NO_EVIDENCE)
        return
    total = len(scored)
    chosen = [max(range(3), key=probability.__getitem__) for _, probability in scored]
    for position, label in enumerate(LABELS):
        count = chosen.count(position)
        yield (*key, label, *place, count / total, count, total, *_wilson(count, total), "")
    balances = [(sentence_id, probability[2] - probability[0]) for sentence_id, probability in scored]
    mean = fsum(balance for _, balance in balances) / total
    yield (*key, "balance", *place, mean, total, total, *_student(balances, mean), "")


def _null(
    key: tuple[str, str, str], place: tuple[str, str, str, str], mentions: int, reason: str
) -> Iterator[tuple[Any, ...]]:
    for label in (*LABELS, "balance"):
        yield (*key, label, *place, nan, 0, mentions, nan, nan, reason)


def _wilson(count: int, total: int) -> tuple[float, float]:
    share, z2 = count / total, _Z * _Z / total
    middle = share + z2 / 2
    spread = _Z * sqrt(share * (1 - share) / total + z2 / (4 * total))
    return max(0.0, (middle - spread) / (1 + z2)), min(1.0, (middle + spread) / (1 + z2))


def _student(values: list[tuple[str, float]], mean: float) -> tuple[float, float]:
    """Return a 95 % interval of a mean: sentences are independent of each other, the values of one sentence are not."""
    sums: dict[str, float] = {}
    for sentence_id, value in values:
        sums[sentence_id] = sums.get(sentence_id, 0.0) + value - mean
    groups = len(sums)
    if groups < 2:
        return nan, nan
    error = sqrt(fsum(s * s for s in sums.values()) * groups / (groups - 1)) / len(values)
    spread = error * (_T[groups - 2] if groups <= len(_T) + 1 else _Z)
    return max(-1.0, mean - spread), min(1.0, mean + spread)
