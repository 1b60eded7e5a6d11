"""Agreement of the measures with human coding.

`validate` compares with the gold sets under a folder; `agreement` tells the figures that come with the package, and
which of them no longer hold because the method has changed.
"""

from analysis.evaluation.hashes import method_hash
from analysis.evaluation.report import agreement, tables, validate

__all__ = ["agreement", "method_hash", "tables", "validate"]
