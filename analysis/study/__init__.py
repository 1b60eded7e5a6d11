"""The study file: what it may say, and reading it with errors that name file, line and key."""

from analysis.study.model import (
    FETCHED,
    Actor,
    Correction,
    Fact,
    Feed,
    Methods,
    Milestone,
    Office,
    Outlet,
    Study,
    Target,
)
from analysis.study.parse import METHODS, read_study

__all__ = [
    "FETCHED",
    "METHODS",
    "Actor",
    "Correction",
    "Fact",
    "Feed",
    "Methods",
    "Milestone",
    "Office",
    "Outlet",
    "Study",
    "Target",
    "read_study",
]
