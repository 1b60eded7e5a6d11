"""File names and anchors: from any id a short name that is safe in a path, an address and an HTML id."""

from __future__ import annotations

import hashlib
import re

__all__ = ["anchor", "evidence_file", "safe"]

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_SMALL = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


def safe(name: str) -> str:
    """Return `name` where it is safe as it is, else its safe letters and a hash of the whole.

    Examples
    --------
    >>> safe("000_39e8"), safe("../<b>")
    ('000_39e8', 'b-9f46aef2')
    """
    return name if _SAFE.fullmatch(name) else _hashed(name)


def _hashed(name: str) -> str:
    letters = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:40]
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{letters}-{digest}" if letters else f"x-{digest}"


def evidence_file(article_id: str) -> str:
    """Return the name of an article's evidence page; no two differ in capitals alone, which some disks take as one.

    Examples
    --------
    >>> evidence_file("000_39e8"), evidence_file("A7")
    ('evidence-000_39e8.html', 'evidence-A7-724f7bdf.html')
    """
    return f"evidence-{article_id if _SMALL.fullmatch(article_id) else _hashed(article_id)}.html"


def anchor(article_id: str, position: int) -> str:
    """Return the anchor of a sentence on its article's evidence page."""
    return f"s-{safe(article_id)}-{position}"
