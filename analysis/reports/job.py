"""The main job: a study measured, its notebooks run, its report published."""

from __future__ import annotations

import contextlib
import json
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from analysis import notebooks as books
from analysis import store
from analysis.errors import InputError, JobError, NothingNew
from analysis.notebooks import Progress, Record, RunSettings, Value
from analysis.notebooks.plan import find, plan
from analysis.reports import publishing
from analysis.reports.publishing import Publication
from analysis.reports.stopping import Stopped, Stopping, stoppable
from analysis.reports.trends import numbers
from analysis.study import Methods, Study, read_study

if TYPE_CHECKING:
    import pandas as pd
    from nbformat import NotebookNode

__all__ = ["Measured", "ReportSettings", "outlets", "report"]


# Beyond this many there is a page only for a named outlet of which something can be claimed.
_FEW_OUTLETS = 12


class Measured(Protocol):
    """What measuring a study gives."""

    tables: dict[str, pd.DataFrame]
    manifest: dict[str, Any]
    study: Study


Measure = Callable[[Study], Any]
WriteSite = Callable[[Any, "Mapping[str, NotebookNode]", Path], None]


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """How a report is made.

    Attributes
    ----------
    run
        How notebooks are run; its deadline is that of the whole job, measuring and publishing included.
    parameters
        ``NAME=VALUE`` and ``NOTEBOOK.NAME=VALUE``, as after ``-p``.
    only
        Names of the notebooks to run; empty: all.
    notebooks
        Their folder; None: ``notebooks`` beside the study file, else those that come with nutgraf.
    sentiment, framing
        Methods that go before the study's; empty: the study's.
    if_changed
        Whether to leave with `NothingNew` where neither texts nor method differ from the last good run's.
    keep
        How many runs to keep; None: all. The newest good one is always kept.
    overlap
        What to do while another run publishes under the same folder: ``wait`` or ``leave``.
    on_failure, mail_to
        A shell command, and an address, that are told of a run that did not end well.
    from_manifest
        A manifest of an earlier run, whose notebooks, parameters and methods are taken.
    """

    run: RunSettings = field(default_factory=RunSettings)
    parameters: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    notebooks: Path | None = None
    sentiment: str = ""
    framing: str = ""
    if_changed: bool = False
    keep: int | None = None
    overlap: str = "wait"
    on_failure: str = ""
    mail_to: str = ""
    from_manifest: Path | None = None


def report(
    study_path: Path,
    *,
    out: Path | None = None,
    settings: ReportSettings | None = None,
    measure: Measure | None = None,
    write_site: WriteSite | None = None,
) -> Path:
    """Measure a study, run its notebooks and publish the report; return the published run's folder.

    Parameters
    ----------
    study_path
        The study file.
    out
        Where to publish; None: ``reports/<slug>``.
    settings
        How; see `ReportSettings`.
    measure, write_site
        The two steps that are other rooms' work; `analysis.pipeline.measure` and
        `analysis.reports.pages.write_site` where none are given.

    Raises
    ------
    InputError
        Where the study, a notebook or a parameter is wrong; nothing has been started then.
    NothingNew
        With `if_changed`, where there is nothing to do.
    JobError
        Where the run did not end well; what is published stands as it was, with a failure page beside it.
    """
    settings = settings or ReportSettings()
    asked = _load(study_path, settings)
    out = out or Path("reports") / asked.study.slug
    progress = Progress(settings.run.log)
    with stoppable(settings.run.deadline) as stopping:
        try:
            out.mkdir(parents=True, exist_ok=True)
            with publishing.locked(out, overlap=settings.overlap, until=stopping.until, say=_say(progress, "waiting")):
                publishing.recover(out)
                _leave_if_same(out, asked, settings)
                inputs, title = asked.inputs, asked.study.title
                publication = publishing.begin(out, inputs, title=title, version=_version(), keep=settings.keep)
                return _Attempt(asked, settings, publication, progress, stopping).make(measure, write_site)
        except Stopped as stopped:
            raise JobError(f"{stopped.reason}; what is published stands as it was") from stopped
        except OSError as error:
            raise JobError(f"cannot write under {out}: {error.strerror or error}; nothing was published") from error


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be done: the study, its notebooks, their parameters, and the fingerprints of it all."""

    study: Study
    notebooks: Mapping[str, Path]
    values: Mapping[str, Mapping[str, Value]]
    inputs: Mapping[str, Mapping[str, str]]
    differs: tuple[str, ...] = ()


def _load(study_path: Path, settings: ReportSettings) -> _Asked:
    study = read_study(study_path)
    recorded = _recorded(settings.from_manifest)
    wanted = recorded.get("methods", {})
    study = replace(
        study,
        methods=Methods(
            settings.sentiment or wanted.get("sentiment", study.methods.sentiment),
            settings.framing or wanted.get("framing", study.methods.framing),
        ),
    )
    folder = settings.notebooks or books.folder(study)
    found = find(folder, only=settings.only or tuple(recorded.get("notebooks", ())))
    values = {name: dict(recorded.get("parameters", {}).get(name, {})) for name in found}
    for name, given in books.route(settings.parameters, found).items():
        values[name] |= given
    # The outlet is filled in later, and so are the study and the tables.
    stand_in: dict[str, Value] = {"study": "", "tables": "", "outlet": ""}
    checked = {}
    for name, path in found.items():
        names = books.declared(path)
        filled = {k: v for k, v in stand_in.items() if k in names and k not in values[name]}
        whole = books.check(path, filled | values[name])
        checked[name] = {k: v for k, v in whole.items() if k not in filled}
    inputs = publishing.fingerprints(study, found, checked)
    differs = publishing.changed(recorded["inputs"], inputs) if "inputs" in recorded else ()
    return _Asked(study, found, checked, inputs, differs)


def _recorded(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        recorded = json.loads(path.read_text("utf-8"))["report"]
        if not isinstance(recorded["parameters"], dict) or not isinstance(recorded["inputs"], dict):
            raise TypeError("report.parameters and report.inputs must be tables")
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not the manifest of a published run: {error}") from error
    return dict(recorded)


def _leave_if_same(out: Path, asked: _Asked, settings: ReportSettings) -> None:
    if not settings.if_changed:
        return
    good = publishing.good_runs(out)
    if good and not publishing.changed(good[0].inputs, asked.inputs):
        raise NothingNew(f"neither texts nor method have changed since run {good[0].run}")


class _Attempt:
    """One run of the job, from the moment its record stands."""

    def __init__(
        self, asked: _Asked, settings: ReportSettings, publication: Publication, progress: Progress, stopping: Stopping
    ) -> None:
        self._asked, self._settings = asked, settings
        self._publication, self._progress, self._stopping = publication, progress, stopping
        self._records: list[Record] = []

    def make(self, measure: Measure | None, write_site: WriteSite | None) -> Path:
        """Measure, run, render, publish; whatever happens, record it."""
        try:
            self._compare()
            with books.ForkServer(self._settings.run.preload) as server:
                measured = self._measure(measure)
                self._run(measured, server)
            self._render(measured, write_site)
            self._stopping.finish()
            place = self._publication.commit()
            self._complain()
            self._progress.event("published", {"run": place.name, "page": str(place / "index.html")}, line="")
            return place
        except Stopped as stopped:
            self._fail(stopped.status, [stopped.reason])
            raise
        except Exception as error:
            self._stopping.finish()
            status, lines = self._told(error)
            self._fail(status, lines)
            if isinstance(error, InputError | JobError):
                raise
            raise JobError(f"{lines[-1]}; what is published stands as it was") from error

    def _compare(self) -> None:
        for line in self._asked.differs:
            self._progress.event("differs", {"from_manifest": line}, line=f"not as in the manifest: {line}")
        good = publishing.good_runs(self._publication.out)
        if good:
            self._publication.note(changed=publishing.changed(good[0].inputs, self._asked.inputs))

    def _measure(self, measure: Measure | None) -> Any:
        if measure is not None:
            return measure(self._asked.study)
        from analysis import pipeline

        return pipeline.measure(self._asked.study)

    def _run(self, measured: Any, server: books.ForkServer) -> None:
        folder = self._publication.work / "notebooks"
        folder.mkdir()
        study = self._asked.study
        store.write_tables(measured.tables, folder / "tables", manifest=measured.manifest)
        # By names that are the same in every run: what a notebook is given stands in it.
        (folder / "study").symlink_to(study.folder.resolve(), target_is_directory=True)
        given: dict[str, Value] = {"study": f"study/{study.path.name}", "tables": "tables"}
        jobs = plan(self._asked.notebooks, self._asked.values, given=given, outlets=self._outlets(measured))
        self._foresee(measured, server, str(given["study"]), folder)
        hide = {str(study.folder.resolve()): "study", str(study.folder): "study"}
        settings = replace(self._settings.run, folder=folder, deadline=self._stopping.left, hide=hide)
        self._stopping.arm(False)
        self._records = books.run(jobs, settings=settings, server=server, progress=self._progress)
        self._stopping.arm(True)
        self._publication.note(notebooks=tuple(r.as_dict() for r in self._records), numbers=numbers(measured.tables))
        bad = [record for record in self._records if record.status != "ok"]
        if bad:
            killed = [record for record in bad if record.status == "killed"]
            more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
            said = killed[0].error[-1] if killed else f"{bad[0].summary}{more}"
            raise books.RunError(f"{said}; what is published stands as it was")

    def _foresee(self, measured: Any, server: books.ForkServer, study: str, folder: Path) -> None:
        """Work out the comparisons twice and no more: here for the pages, and where kernels are forked from."""
        if "analysis.comparison" not in self._settings.run.preload:
            return
        from analysis import comparison

        server.warm(study, "tables", str(folder))
        for compare in comparison.COMPARISONS.values():
            # What goes wrong here goes wrong in a notebook too, and is reported there.
            with contextlib.suppress(Exception):
                compare(measured.tables, measured.study)
        server.wait()

    def _outlets(self, measured: Any) -> list[str]:
        return outlets(measured.tables, least=self._asked.study.minimum_articles_per_outlet)

    def _render(self, measured: Any, write_site: WriteSite | None) -> None:
        if write_site is None:
            from analysis.reports import pages

            write_site = pages.write_site
        executed = {r.name: r.notebook for r in self._records if r.notebook is not None}
        manifest = dict(measured.manifest) | {"report": self._manifest()}
        site = self._publication.site
        write_site(replace(measured, manifest=manifest), executed, site)
        (site / "notebooks").mkdir(exist_ok=True)
        for name, notebook in executed.items():
            (site / "notebooks" / f"{name}.ipynb").write_text(books.written(notebook), "utf-8")
        (site / "manifest.json").write_text(store.to_json(manifest), "utf-8")

    def _manifest(self) -> dict[str, Any]:
        return {
            "notebooks": list(self._asked.notebooks),
            "parameters": {name: dict(values) for name, values in self._asked.values.items()},
            "methods": {
                "sentiment": self._asked.study.methods.sentiment,
                "framing": self._asked.study.methods.framing,
            },
            "inputs": {kind: dict(parts) for kind, parts in self._asked.inputs.items()},
        }

    def _complain(self) -> None:
        for line in self._publication.complaints:
            self._progress.event("unwritten", {"error": line}, line=f"cannot write {line}", failure=True)

    def _told(self, error: Exception) -> tuple[str, list[str]]:
        statuses = {record.status for record in self._records} - {"ok"}
        if isinstance(error, books.RunError):
            status = "killed" if "killed" in statuses else "timed out" if statuses == {"timed out"} else "failed"
            return status, [record.summary for record in self._records if record.status != "ok"]
        if isinstance(error, InputError | JobError):
            return "failed", [str(error)]
        if isinstance(error, OSError):
            return "failed", [f"{error.strerror or error}" + (f": {error.filename}" if error.filename else "")]
        return "failed", list(books.plain_lines("".join(traceback.format_exception(error))))

    def _fail(self, status: str, lines: Sequence[str]) -> None:
        kept = {r.name: books.written(r.notebook) for r in self._records if r.status != "ok" and r.notebook is not None}
        page: Path | None = None
        try:
            page = self._publication.fail(status, lines, notebooks=kept)
            self._complain()
        except OSError as error:
            said = f"the record of run {self._publication.run.run} cannot be written ({error.strerror or error})"
            self._progress.event(
                "unrecorded", {"error": said}, line=f"{said}; the next start will mark it", failure=True
            )
        values = {"run": self._publication.run.run, "status": status, "error": list(lines), "page": str(page or "")}
        self._progress.event("failed", values, line="")
        run = replace(self._publication.run, status=status, error=tuple(lines))
        for wrong in publishing.notify(run, page, command=self._settings.on_failure, mail_to=self._settings.mail_to):
            self._progress.event("unnotified", {"error": wrong}, line=wrong, failure=True)


def outlets(tables: Mapping[str, pd.DataFrame], *, least: int = 1) -> list[str]:
    """Return the outlets that get a page of their own: all that are compared, articles of unknown ones among them.

    Where they are many, only named ones with at least `least` compared articles: of no other can anything be claimed.
    """
    from analysis.comparison import compared

    articles = compared(tables)
    sizes = Counter(articles["label"].tolist())
    if len(sizes) <= _FEW_OUTLETS:
        return sorted(sizes)
    named = set(articles.loc[articles["known"], "label"])
    return sorted(label for label, n in sizes.items() if label in named and n >= least)


def _version() -> str:
    from analysis.reports.style import version

    return version()


def _say(progress: Progress, name: str) -> Callable[[str], None]:
    return lambda line: progress.event(name, {"text": line}, line=line)
