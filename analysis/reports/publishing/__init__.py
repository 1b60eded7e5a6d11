"""Publishing: records of runs, atomic publication, the index of runs, what changed, the lock."""

from analysis.reports.publishing.changes import changed, fingerprints
from analysis.reports.publishing.lock import locked
from analysis.reports.publishing.notify import notify
from analysis.reports.publishing.publication import Publication, begin, recover
from analysis.reports.publishing.runs import Run, all_runs, good_runs

__all__ = [
    "Publication",
    "Run",
    "all_runs",
    "begin",
    "changed",
    "fingerprints",
    "good_runs",
    "locked",
    "notify",
    "recover",
]
