"""From a study to its tables: read, clean, place, measure, account for everything."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import InputError
from analysis.pipeline.checking import check
from analysis.pipeline.collection import Collection, is_collection
from analysis.pipeline.growth import CollectedTables, grow, nothing_left
from analysis.pipeline.manifest import Account, corpus_fingerprint, describe, method_fingerprint
from analysis.pipeline.measurement import measure_in_memory
from analysis.pipeline.snapshot import Snapshot
from analysis.pipeline.steps import Instruments
from analysis.store import read_manifest, read_tables
from analysis.study import Study, read_study

__all__ = ["Collection", "Measured", "check", "corpus_fingerprint", "grow", "load", "measure", "method_fingerprint"]


@dataclass(frozen=True)
class Measured:
    """A study with its tables (by name, as in `analysis.schema`) and the manifest of the run that made them."""

    study: Study
    tables: Mapping[str, pd.DataFrame]
    manifest: Mapping[str, Any]

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return table `name`."""
        return self.tables[name]


def measure(
    study: Study | str | Path,
    *,
    store: str | Path = "",
    engine: str = "pandas",
    workers: int = 1,
    scheduler: str = "",
    strict: bool = False,
    progress: bool = False,
) -> Measured:
    """Measure a study: from its files to all tables of the design.

    Parameters
    ----------
    study
        A study, or the path of its file or folder.
    store
        Folder of a collection, which is brought up to date and kept: only what is new or out of date is measured. Empty
        to measure everything and keep nothing.
    engine
        ``pandas``, or ``dask`` to measure on the workers of a Dask cluster.
    workers
        Processes to measure with.
    scheduler
        Address of a Dask scheduler; empty for a cluster of `workers` processes on this machine.
    strict
        Fail on the first input that would be set aside.
    progress
        Show it, where a person watches.

    Returns
    -------
    Measured
        The tables of a collection are read when they are first asked for.

    Raises
    ------
    InputError
        Where the study is wrong, no article is left, or, with `strict`, something would be set aside.
    JobError
        Where workers died several times over one piece of work.
    """
    study = study if isinstance(study, Study) else read_study(study)
    how = {"engine": engine, "workers": workers, "scheduler": scheduler, "strict": strict, "progress": progress}
    if str(store):
        return _collected(study, Path(store), grow(study, Path(store), **how))  # type: ignore[arg-type]
    if engine != "pandas" or workers > 1:
        with tempfile.TemporaryDirectory(prefix="nutgraf-") as folder:
            lazy = _collected(study, Path(folder), grow(study, Path(folder), **how))  # type: ignore[arg-type]
            return Measured(study, dict(lazy.tables), lazy.manifest)
    instruments = Instruments.of(study)
    tables, set_aside = measure_in_memory(study, instruments, strict=strict)
    account = Account.of(tables, set_aside)
    if not account.articles:
        raise InputError(nothing_left(study, account.set_aside, account.set_aside_count))
    manifest = describe(study, account, codebooks=instruments.codebooks, methods=instruments.methods)
    return Measured(study, tables, manifest)


def load(study: Study | str | Path, tables: str | Path = "") -> Measured:
    """Return a study with its tables: read from a folder that `nutgraf measure` wrote, or measured now.

    Parameters
    ----------
    study
        A study, or the path of its file or folder.
    tables
        A folder of tables, or of a collection; empty to measure now.
    """
    study = study if isinstance(study, Study) else read_study(study)
    if not str(tables):
        return measure(study)
    folder = Path(tables)
    if is_collection(folder):
        return _collected(study, folder, Collection(folder).read())
    return Measured(study, read_tables(folder), read_manifest(folder))


def _collected(study: Study, folder: Path, snapshot: Snapshot) -> Measured:
    return Measured(study, CollectedTables(Collection(folder), snapshot), snapshot.manifest)
