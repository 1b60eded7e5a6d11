"""The published site: pages, publishing, history."""

from analysis.reports.job import ReportSettings, report
from analysis.reports.validation import validate

__all__ = ["ReportSettings", "report", "validate"]
