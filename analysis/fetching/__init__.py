"""Fetching: new articles from feeds, sitemaps and page lists, with manners and without trust."""

from analysis.fetching.model import Account, Clock, FetchSettings, ListOutcome, Outcome
from analysis.fetching.progress import Progress
from analysis.fetching.run import fetch

__all__ = ["Account", "Clock", "FetchSettings", "ListOutcome", "Outcome", "Progress", "fetch"]
