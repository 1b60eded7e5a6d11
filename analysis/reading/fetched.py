"""Which addresses of a corpus's lists have their pages by now: `fetch` writes it, reading the lists asks for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from analysis import store

__all__ = ["read_fetched", "write_fetched"]

_NAME = ".listed.json"


def read_fetched(folder: Path) -> dict[str, dict[str, str]]:
    """Return for each list of addresses those that were fetched, as the list writes them, and the file of each.

    Parameters
    ----------
    folder
        The study's folder of pages; the files are relative to it. Without a record, or with a damaged one, nothing
        counts as fetched.
    """
    try:
        data = json.loads((folder / _NAME).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    lists = data.items() if isinstance(data, dict) else ()
    return {
        name: {url: file for url, file in pages.items() if isinstance(file, str)}
        for name, pages in lists
        if isinstance(pages, dict)
    }


def write_fetched(folder: Path, lists: Mapping[str, Mapping[str, str]]) -> None:
    """Write down what `read_fetched` returns; a corpus without lists gets no record."""
    if lists or (folder / _NAME).exists():
        store.write_json(folder / _NAME, lists)
