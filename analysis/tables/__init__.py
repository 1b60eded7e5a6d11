"""Tables as people read them: escaped HTML with caption and scopes, and a plain-text form.

A table of results becomes a `Table` by `table`, or is built cell by cell where numbers link to their evidence.
Nothing here trusts its text: every cell, caption and address goes through MarkupSafe's escaping.
"""

from analysis.display import unvalidated
from analysis.tables.agreement import agreement
from analysis.tables.build import grid, lines, table
from analysis.tables.evidence import claims, passages
from analysis.tables.model import Cell, Table, each, visible
from analysis.tables.moved import moved

__all__ = [
    "Cell",
    "Table",
    "agreement",
    "claims",
    "each",
    "grid",
    "lines",
    "moved",
    "passages",
    "table",
    "unvalidated",
    "visible",
]
