"""Cleaning that can be audited: page furniture is taken out by named rules, and nothing else is changed.

`clean` returns the text to measure, every stretch taken out with the rule that took it, and the way back from each
character of the text to its place in the raw one.
"""

from analysis.cleaning.clean import Cleaned, Removed, alarm, clean, removed_words
from analysis.cleaning.repeated import RepeatedLines, line_key, repeated_lines
from analysis.cleaning.table import RULES, Rule

__all__ = [
    "RULES",
    "Cleaned",
    "Removed",
    "RepeatedLines",
    "Rule",
    "alarm",
    "clean",
    "line_key",
    "removed_words",
    "repeated_lines",
]
