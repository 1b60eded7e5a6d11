"""What each outlet does differently, and what can be claimed from it.

Every comparison takes the tables by name and the study, and returns a tidy table with the columns of
:data:`COLUMNS`: outlet, item, counts, value, interval, whether a difference can be claimed, why not, and the ids
of the sentences behind it. Only articles marked ``included`` are compared.
"""

from analysis.comparison.accounts import (
    facts_by_outlet,
    frames_by_outlet,
    prominence_by_outlet,
    readability_by_outlet,
)
from analysis.comparison.conclusions import findings
from analysis.comparison.contrast import COLUMNS
from analysis.comparison.differences import discovery, fisher, permutation
from analysis.comparison.groups import (
    compared,
    copies,
    origins,
    outlet_labels,
    without_dependent,
    without_flagged,
)
from analysis.comparison.intervals import Interval, bootstrap_t, wilson, wilson_clustered
from analysis.comparison.keyness import LogOdds, log_odds
from analysis.comparison.limitations import limits
from analysis.comparison.robustness import COMPARISONS, sensitivity
from analysis.comparison.utterances import same_utterance
from analysis.comparison.voices import quoted_words, sentiment_by_target_voice, sources_by_outlet
from analysis.comparison.wording import share_text
from analysis.comparison.words import naming, word_choice

__all__ = [
    "COLUMNS",
    "COMPARISONS",
    "Interval",
    "LogOdds",
    "bootstrap_t",
    "compared",
    "copies",
    "discovery",
    "facts_by_outlet",
    "findings",
    "fisher",
    "frames_by_outlet",
    "limits",
    "log_odds",
    "naming",
    "origins",
    "outlet_labels",
    "permutation",
    "prominence_by_outlet",
    "quoted_words",
    "readability_by_outlet",
    "same_utterance",
    "sensitivity",
    "sentiment_by_target_voice",
    "share_text",
    "sources_by_outlet",
    "wilson",
    "wilson_clustered",
    "without_dependent",
    "without_flagged",
    "word_choice",
]
