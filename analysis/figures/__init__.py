"""Figures: functions that take a table and `ax`, and return `Axes`.

Each gives its axes a label: the text that says the same as the figure, for readers who do not see it.
`picture` draws the axes as SVG with that text as its alternative.
"""

from analysis.figures.counts import counts, facts
from analysis.figures.depth import prominence, readability
from analysis.figures.sentiment import sentiment
from analysis.figures.style import Picture, picture
from analysis.figures.timeline import timeline
from analysis.figures.words import sources, word_choice

__all__ = [
    "Picture",
    "counts",
    "facts",
    "picture",
    "prominence",
    "readability",
    "sentiment",
    "sources",
    "timeline",
    "word_choice",
]
