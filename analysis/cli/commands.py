"""What each command does. Every function takes the parsed options and returns the exit code."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import InputError, JobError

if TYPE_CHECKING:
    from analysis.study import Study

_LOGS = {"text": "auto", "quiet": "quiet", "json": "json"}
_WEEKLY = "0 6 * * 1"

__all__ = ["check", "fetch", "fit", "measure", "new", "predict", "report", "sample", "schedule", "validate"]


def measure(options: Namespace) -> int:
    """Measure a study and write its tables."""
    from analysis import pipeline, store

    if not options.out and not options.store:
        raise InputError("measure needs --out DIR for its tables, or --store DIR to keep them")
    measured = pipeline.measure(_study(options), **_engine(options), progress=options.log == "text")
    if options.out:
        store.write_tables(measured.tables, Path(options.out), manifest=measured.manifest, table_format=options.format)
    counts = measured.manifest["counts"]
    place = options.out or options.store
    print(f"{place}: {counts['articles']} articles measured, {counts['set_aside']} set aside")
    _warn_of_set_aside(measured.manifest)
    return 0


def check(options: Namespace) -> int:
    """Say what in a study is wrong or matches nothing; 0 where nothing is."""
    from analysis import pipeline

    remarks = pipeline.check(_study(options))
    for remark in remarks:
        print(remark)
    if not remarks:
        print(f"{options.study}: nothing to remark")
    return 0


def report(options: Namespace) -> int:
    """Run the notebooks and publish the report; print where it stands."""
    from functools import partial

    from analysis import pipeline, store
    from analysis.notebooks import RunSettings
    from analysis.reports import ReportSettings
    from analysis.reports import report as publish

    run = RunSettings(jobs=options.jobs, timeout=options.timeout, deadline=options.deadline, log=_LOGS[options.log])
    settings = ReportSettings(
        run=run,
        parameters=tuple(options.parameters),
        only=tuple(options.only),
        sentiment=options.sentiment or "",
        framing=options.framing or "",
        if_changed=options.if_changed,
        keep=options.keep,
        overlap=options.overlap,
        on_failure=options.on_failure or "",
        mail_to=options.mail_to or "",
        from_manifest=Path(options.from_manifest) if options.from_manifest else None,
    )
    place = publish(
        Path(options.study),
        out=Path(options.out) if options.out else None,
        settings=settings,
        measure=partial(pipeline.measure, **_engine(options)),
    )
    if options.log == "text":
        _warn_of_set_aside(store.read_manifest(place))
        print(place / "index.html")
    return 0


def predict(options: Namespace) -> int:
    """Apply one measure to the rows of a file."""
    rows = _rows(Path(options.input))
    if options.measure == "quotes":
        from analysis.evaluation import quotes

        predictions = quotes.predict(rows)
    elif options.measure == "sentiment":
        from analysis import sentiment

        predictions = sentiment.predict(
            rows, method=options.sentiment or ("model" if sentiment.available("model") else "lexicon")
        )
    else:
        from analysis import framing

        codebook = framing.load_codebook(options.codebook)
        predictions = framing.predict(rows, codebook=codebook, method=options.framing or "fitted")
    _write_rows(Path(options.output), predictions)
    return 0


def fit(options: Namespace) -> int:
    """Fit a codebook's classifier and say how well it does."""
    from analysis import framing

    codebook = framing.load_codebook(options.codebook) if options.codebook else None
    try:
        fitted = framing.fit(list(_rows(Path(options.examples))), codebook=codebook)
    except InputError as error:
        raise InputError(f"{options.examples}: {error}") from error
    framing.save(fitted, Path(options.out))
    print(fitted.scores.round(3).to_string(index=False))
    print("\nlearning curve (rows coded, macro F1 on rows held back)")
    print(fitted.curve.round(3).to_string(index=False))
    assert fitted.codebook.classifier is not None
    for name, rows in fitted.codebook.classifier.report["left_out"].items():
        print(f"left out: {name} (coded in {rows} rows)")
    return 0


def sample(options: Namespace) -> int:
    """Write sentences to code by hand."""
    from analysis import coding, pipeline, store

    study = _study(options)
    drawn = coding.sample(pipeline.measure(study).tables, study, n=options.size, order=options.order)
    store.write_bytes(Path(options.out), drawn.to_csv(index=False, lineterminator="\n").encode("utf-8"))
    print(f"{options.out}: {len(drawn)} sentences")
    return 0


def validate(options: Namespace) -> int:
    """Measure agreement with human coding and write tables, a page and agreement.json."""
    from analysis import reports

    page = reports.validate(Path(options.gold), Path(options.out))
    print(page)
    return 0


def fetch(options: Namespace) -> int:
    """Fetch what is new in the study's feeds and lists, and say how it went."""
    from analysis import fetching

    settings = fetching.FetchSettings(
        delay=options.delay, limit=options.limit or 0, refresh=options.refresh, contact=options.contact
    )
    progress = fetching.Progress(options.log)
    try:
        account = fetching.fetch(_study(options), settings=settings, tell=progress.tell)
    finally:
        progress.close()
    progress.account(account)
    if options.log != "json":
        print(f"{account.folder}: {account.summary}")
    if account.all_failed:
        raise JobError("nothing could be fetched; every address failed")
    return 0


def schedule(options: Namespace) -> int:
    """Print the lines that run a report on a schedule."""
    from analysis import schedule as schedules

    study = Path(options.study)
    out = Path(options.out) if options.out else None
    if options.systemd:
        for name, text in schedules.systemd(study, options.cron or _WEEKLY, out=out).items():
            print(f"# {name}\n{text}")
    else:
        print(schedules.crontab(study, options.cron or _WEEKLY, out=out))
    return 0


def new(options: Namespace) -> int:
    """Lay out a study."""
    from analysis.cli.layout import lay_out

    for path in lay_out(Path(options.folder)):
        print(path)
    return 0


def _engine(options: Namespace) -> dict[str, Any]:
    """Return where and how the articles are measured, as `analysis.pipeline.measure` takes it."""
    if options.scheduler and options.engine != "dask":
        raise InputError("--scheduler goes with --engine dask")
    return {name: getattr(options, name) for name in ("store", "engine", "workers", "scheduler", "strict")}


def _study(options: Namespace) -> Study:
    """Read the study, with the methods that the command line overrides."""
    from analysis.study import read_study

    study = read_study(options.study)
    chosen = {name: value for name in ("sentiment", "framing") if (value := getattr(options, name, None))}
    return replace(study, methods=replace(study.methods, **chosen))


def _warn_of_set_aside(manifest: Mapping[str, Any]) -> None:
    for item in manifest["set_aside"][:5]:
        row = f", row {item['row']}" if item["row"] else ""
        print(f"nutgraf: set aside {item['path']}{row}: {item['reason']}", file=sys.stderr)
    more = len(manifest["set_aside"]) - 5
    if more > 0:
        print(f"nutgraf: set aside {more} more; the manifest lists them", file=sys.stderr)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text("utf-8").split("\n")
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8; save it as UTF-8") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InputError(f"{path}:{number}: is not JSON: {error}") from error
        if not isinstance(row, dict):
            raise InputError(f"{path}:{number}: is not a JSON object")
        yield row


def _write_rows(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    from analysis import store

    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    store.write_bytes(path, text.encode("utf-8", "surrogatepass"))
