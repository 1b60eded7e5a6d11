"""Coding sentences by hand: which to draw, a widget that takes codes by key press, and the file they are kept in.

The file of codes is a CSV with one row a decision (unit, coder, frame, value 1 or 0): appended to after each, it
loses nothing when a session ends, and `analysis.agreement.agreement_by_frame` reads it.
"""

from analysis.coding.codes import compare, read_codes
from analysis.coding.drawing import sample
from analysis.coding.session import Session
from analysis.coding.widget import code

__all__ = ["Session", "code", "compare", "read_codes", "sample"]
