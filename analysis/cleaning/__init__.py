"""Cleaning that can be audited: page furniture is taken out by named rules, and nothing else is changed.

`clean` returns the text to measure, every stretch taken out with the rule that took it, and the way back from each
character of the text to its place in the raw one.
"""

from analysis.cleaning.clean import Cleaned, Removed, clean
from analysis.cleaning.losses import alarm, is_much, removed_words
from analysis.cleaning.repeated import RepeatedLines, Tally, line_key, repeated_lines
from analysis.cleaning.table import RULES, Rule
from analysis.cleaning.words import count_words

__all__ = [
    "RULES",
    "Cleaned",
    "Removed",
    "RepeatedLines",
    "Rule",
    "Tally",
    "alarm",
    "clean",
    "count_words",
    "is_much",
    "line_key",
    "removed_words",
    "repeated_lines",
]
