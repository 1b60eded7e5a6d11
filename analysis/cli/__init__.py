"""The command `nutgraf`."""

from analysis.cli.main import main

__all__ = ["main"]
