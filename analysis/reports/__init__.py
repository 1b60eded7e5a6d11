"""The published site: pages, publishing, history."""

from analysis.reports.job import ReportSettings, report

__all__ = ["ReportSettings", "report"]
