"""The command line's words. Nothing heavy is imported here, so that help is quick."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NoReturn, TypeAlias

from analysis import __version__
from analysis.cli import commands

__all__ = ["build_parser"]

_STUDY = "seeds/study.toml"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"nutgraf: {message}; see `{self.prog} --help`\n")


_Subparsers: TypeAlias = "argparse._SubParsersAction[_Parser]"


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of `nutgraf` and all its commands."""
    parser = _Parser(prog="nutgraf", description="Shows how different news outlets cover one dispute.")
    parser.add_argument("--version", action="version", version=f"nutgraf {__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    for add in (_report, _measure, _check, _predict, _fit, _sample, _validate, _fetch, _schedule, _new):
        add(subparsers)
    return parser


def _command(
    subparsers: _Subparsers,
    name: str,
    run: Callable[[argparse.Namespace], int],
    summary: str,
    *,
    study: bool = True,
) -> argparse.ArgumentParser:
    parser = subparsers.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
    parser.set_defaults(run=run)
    if study:
        parser.add_argument(
            "study", nargs="?", default=_STUDY, metavar="STUDY", help="study file or its folder (default: %(default)s)"
        )
    parser.add_argument(
        "--log",
        choices=("text", "quiet", "json"),
        default="text",
        help="how messages are written (default: %(default)s)",
    )
    return parser


def _methods(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sentiment", choices=("model", "lexicon"), help="how sentiment is measured (default: as the study says)"
    )
    parser.add_argument(
        "--framing",
        choices=("dictionary", "meaning", "fitted"),
        help="how frames are found (default: as the study says)",
    )


def _strict(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--strict", action="store_true", help="fail on the first input that would be set aside")


def _store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--store",
        metavar="DIR",
        default="",
        help="keep articles and tables in this folder, and measure only what is new or out of date there",
    )
    parser.add_argument(
        "--workers", type=_count, default=1, metavar="N", help="processes to measure with (default: %(default)s)"
    )
    parser.add_argument(
        "--engine",
        choices=("pandas", "dask"),
        default="pandas",
        help="where the articles are measured (default: %(default)s)",
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", default="", help="a Dask scheduler's; its workers must see the store"
    )


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, not {value}")
    return value


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 3600:
        raise argparse.ArgumentTypeError(f"must be between 0 and 3600 seconds, not {text}")
    return value


def _report(subparsers: _Subparsers) -> None:
    parser = _command(subparsers, "report", commands.report, "run the notebooks of a study and publish the report")
    parser.add_argument("--out", metavar="DIR", help="where to publish (default: reports/<slug>)")
    parser.add_argument(
        "-p", action="append", default=[], dest="parameters", metavar="[NOTEBOOK.]NAME=VALUE", help="set a parameter"
    )
    parser.add_argument(
        "--only", action="append", default=[], metavar="NOTEBOOK", help="run this notebook alone (may be repeated)"
    )
    parser.add_argument(
        "--jobs", type=_count, default=2, metavar="N", help="notebooks at a time (default: %(default)s)"
    )
    parser.add_argument(
        "--timeout", type=_count, default=600, metavar="S", help="seconds a notebook may take (default: %(default)s)"
    )
    parser.add_argument("--deadline", type=_count, metavar="S", help="seconds the whole run may take")
    parser.add_argument("--if-changed", action="store_true", help="exit 3 where neither corpus nor method has changed")
    parser.add_argument("--keep", type=_count, metavar="N", help="keep the newest N runs and remove the others")
    parser.add_argument(
        "--on-failure",
        metavar="COMMAND",
        help="run this where the run fails; NUTGRAF_RECORD, NUTGRAF_PAGE, ... tell it of what",
    )
    parser.add_argument("--mail-to", metavar="ADDRESS", help="mail this address where the run fails, through sendmail")
    parser.add_argument(
        "--overlap",
        choices=("wait", "leave"),
        default="wait",
        help="while another run publishes to the same place (default: %(default)s)",
    )
    parser.add_argument("--from-manifest", metavar="FILE", help="rebuild the run that wrote this manifest")
    _methods(parser)
    _store(parser)
    _strict(parser)


def _measure(subparsers: _Subparsers) -> None:
    parser = _command(subparsers, "measure", commands.measure, "measure a study's articles and write the tables")
    parser.add_argument("--out", metavar="DIR", help="where to write them; may be left out where --store is given")
    parser.add_argument("--format", choices=("parquet", "csv"), default="parquet", help="default: %(default)s")
    _methods(parser)
    _store(parser)
    _strict(parser)


def _check(subparsers: _Subparsers) -> None:
    _command(subparsers, "check", commands.check, "say what in a study is wrong, or matches nothing in its corpus")


def _predict(subparsers: _Subparsers) -> None:
    parser = _command(subparsers, "predict", commands.predict, "one measure on rows of any set", study=False)
    parser.add_argument("measure", choices=("quotes", "sentiment", "frames"))
    parser.add_argument("input", metavar="INPUT.jsonl")
    parser.add_argument("output", metavar="OUTPUT.jsonl")
    parser.add_argument(
        "--codebook", default="generic", metavar="NAME_OR_FILE", help="for frames (default: %(default)s)"
    )
    _methods(parser)


def _fit(subparsers: _Subparsers) -> None:
    parser = _command(
        subparsers, "fit", commands.fit, "learn a codebook's classifier from hand-coded rows", study=False
    )
    parser.add_argument("measure", choices=("frames",))
    parser.add_argument("examples", metavar="EXAMPLES.jsonl")
    parser.add_argument("--out", required=True, metavar="FILE", help="where to write the classifier")
    parser.add_argument("--codebook", metavar="NAME_OR_FILE", help="the codebook that the rows were coded with")


def _sample(subparsers: _Subparsers) -> None:
    parser = _command(subparsers, "sample", commands.sample, "write sentences to code by hand, as CSV")
    parser.add_argument("--out", required=True, metavar="FILE")
    parser.add_argument("--size", type=_count, default=100, metavar="N", help="sentences (default: %(default)s)")
    parser.add_argument(
        "--order",
        choices=("stratified", "uncertainty"),
        default="stratified",
        help="by outlet and frame, or those nearest to a decision first (default: %(default)s)",
    )
    _methods(parser)


def _validate(subparsers: _Subparsers) -> None:
    parser = _command(subparsers, "validate", commands.validate, "measure agreement with human coding", study=False)
    parser.add_argument("gold", metavar="GOLD_DIR")
    parser.add_argument("--out", default="reports/validation", metavar="DIR", help="default: %(default)s")


def _fetch(subparsers: _Subparsers) -> None:
    parser = _command(
        subparsers, "fetch", commands.fetch, "new articles from the study's feeds, sitemaps and lists of addresses"
    )
    parser.add_argument(
        "--delay",
        type=_seconds,
        default=1.0,
        metavar="SECONDS",
        help="pause between two requests to a host; a longer Crawl-delay of its own is kept (default: %(default)g)",
    )
    parser.add_argument("--limit", type=_count, metavar="N", help="ask for N pages at most; the others are left")
    parser.add_argument(
        "--refresh", action="store_true", help="ask again for pages fetched before; old versions are kept"
    )
    parser.add_argument(
        "--contact", default="", metavar="ADDRESS", help="a mail address or page that the User-Agent names"
    )


def _schedule(subparsers: _Subparsers) -> None:
    parser = _command(
        subparsers, "schedule", commands.schedule, "print the lines that run a study's report on a schedule"
    )
    parser.add_argument("--cron", metavar="EXPRESSION", help="five fields, as in crontab (default: Mondays at six)")
    parser.add_argument("--systemd", action="store_true", help="a service and a timer instead of a crontab line")
    parser.add_argument("--out", metavar="DIR", help="where the report is published (default: reports/<slug>)")


def _new(subparsers: _Subparsers) -> None:
    parser = _command(subparsers, "new", commands.new, "lay out a study of one's own", study=False)
    parser.add_argument("folder", metavar="DIR")
