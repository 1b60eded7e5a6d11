"""Sentiment toward the targets of a dispute, split by who speaks.

`score` gives each mention a probability over negative, neutral and positive; `aggregate` gathers them by article,
target, voice and side; `explain` shows the words that moved a score; `predict` serves rows of any set. Two methods:
``model`` (a small classifier, see its card in ``analysis/models/sentiment``) and ``lexicon`` (a list of words, the
fallback).
"""

from analysis.sentiment.aggregation import aggregate
from analysis.sentiment.scoring import LABELS, METHODS, Effect, available, explain, fingerprint, predict, score

__all__ = ["LABELS", "METHODS", "Effect", "aggregate", "available", "explain", "fingerprint", "predict", "score"]
