"""Where a text comes from: originator, publisher, carrier, byline, dateline, date, each with its evidence.

`find` reads these from the raw text, its address and what is known of it; `place` says whether an article belongs to
the
study's event window, from its dates and from what it takes for granted; `translated` gives the reasons to suspect a
machine translation.
"""

from analysis.provenance.dates import find_dates, parse_date
from analysis.provenance.evaluate import evaluate_wire
from analysis.provenance.find import UNKNOWN, Evidence, Provenance, find, outlet_name
from analysis.provenance.offices import Cues
from analysis.provenance.place import Placement, place
from analysis.provenance.translation import translated

__all__ = [
    "UNKNOWN",
    "Cues",
    "Evidence",
    "Placement",
    "Provenance",
    "evaluate_wire",
    "find",
    "find_dates",
    "outlet_name",
    "parse_date",
    "place",
    "translated",
]
