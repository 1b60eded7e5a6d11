"""Quotes: direct, mixed and indirect speech with its content, its cue and its source."""

from analysis.quotes.extraction import extract, extract_all
from analysis.quotes.marks import Stretch, find_stretches
from analysis.quotes.model import Quote, Span
from analysis.quotes.utterances import Difference, differences, quoted_words, utterances

__all__ = [
    "Difference",
    "Quote",
    "Span",
    "Stretch",
    "differences",
    "extract",
    "extract_all",
    "find_stretches",
    "quoted_words",
    "utterances",
]
