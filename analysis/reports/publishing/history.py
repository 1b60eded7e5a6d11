"""What stands beside the runs: the index of all of them with trends, the feed, and a failed run's page."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from analysis import store
from analysis.reports import style
from analysis.reports.publishing import runs
from analysis.reports.publishing.runs import Run
from analysis.tables import visible

__all__ = ["failure_page", "feed", "index_page", "write"]

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "nutgraf")
_TREND_RUNS = 50
_FEED_RUNS = 50


def write(out: Path) -> None:
    """Write the index and the feed of all runs under `out`, each whole or not at all."""
    good = {run.run for run in runs.good_runs(out)}
    listed = [run for run in runs.all_runs(out) if run.status != "ok" or run.run in good]
    store.write_bytes(out / "index.html", index_page(listed).encode("utf-8"))
    store.write_bytes(out / "runs.xml", feed(listed).encode("utf-8"))


def index_page(listed: Sequence[Run]) -> str:
    """Return the page of all runs, newest first, with how the numbers moved and what changed when."""
    good = [run for run in listed if run.status == "ok"]
    shown = [_row(run) for run in listed]
    ended = [run for run in listed if run.status != "running"]
    return style.render(
        "runs.html",
        title=_title(listed),
        listed=shown,
        good=_row(good[0]) if good else None,
        alarm=_row(ended[0]) if ended and ended[0].status != "ok" else None,
        trends=_trends(good[:_TREND_RUNS][::-1]),
        reports=min(len(good), _TREND_RUNS),
    )


def failure_page(run: Run) -> str:
    """Return the page of a run that published no report."""
    return style.render(
        "failed.html",
        title=f"{run.title or 'Report'}: {run.status}",
        day=_day(run.started),
        status=run.status,
        took=_took(run),
        error=list(run.error),
        notebooks=[
            {
                "name": n.get("name", ""),
                "status": n.get("status", ""),
                "cell": n.get("cell"),
                "error": n.get("error", []),
            }
            for n in run.notebooks
        ],
        changed=list(run.changed),
    )


def feed(listed: Sequence[Run]) -> str:
    """Return the runs as an Atom feed (RFC 4287), newest first."""
    title = _title(listed)
    entries = [run for run in listed if run.status != "running"][:_FEED_RUNS]
    updated = max((run.ended or run.started for run in entries), default="1970-01-01T00:00:00Z")
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>{uuid.uuid5(_NAMESPACE, _plain(title)).urn}</id>",
        f"<title>{escape(_plain(title))}</title>",
        f"<updated>{escape(_plain(updated))}</updated>",
        "<author><name>nutgraf</name></author>",
        '<link rel="self" href="runs.xml"/>',
        '<link rel="alternate" type="text/html" href="index.html"/>',
    ]
    for run in entries:
        row = _row(run)
        said = "; ".join(row["said"]) or f"run {run.status}"
        lines += [
            "<entry>",
            f"<id>{uuid.uuid5(_NAMESPACE, run.run).urn}</id>",
            f"<title>{escape(_plain(row['day'] + ' UTC: ' + run.status))}</title>",
            f"<updated>{escape(_plain(run.ended or run.started))}</updated>",
            f"<published>{escape(_plain(run.started))}</published>",
            f'<link rel="alternate" type="text/html" href={quoteattr(_plain(row["page"]))}/>',
            f"<summary>{escape(_plain(said))}</summary>",
            "</entry>",
        ]
    return "\n".join([*lines, "</feed>", ""])


def _row(run: Run) -> dict[str, Any]:
    """Return a run as the index and the feed show it; addresses are relative to the index."""
    pages = {"ok": "index.html", "running": ""}
    page = pages.get(run.status, "failed.html")
    return {
        "day": _day(run.started),
        "status": run.status,
        "took": _took(run) or "not known",
        "page": f"runs/{run.run}/{page}" if page else "",
        "record": f"runs/{run.run}/{runs.RECORD}",
        "said": [*run.changed, *run.error[-1:]],
    }


def _trends(good: Sequence[Run]) -> list[dict[str, Any]]:
    """Return a line a number that at least two reports have, oldest report first."""
    names = list(dict.fromkeys(name for run in reversed(good) for name in run.numbers))
    made = []
    for name in names:
        values = [(i, float(run.numbers[name])) for i, run in enumerate(good) if name in run.numbers]
        if len(values) < 2:
            continue
        low, high = min(v for _, v in values), max(v for _, v in values)
        span = (high - low) or 1.0
        points = " ".join(f"{100 * i / (len(good) - 1):.1f},{18 - 16 * (v - low) / span:.1f}" for i, v in values)
        first, before, last = (_number(values[i][1]) for i in (0, -2, -1))
        label = f"{name}: from {first} to {last}, lowest {_number(low)}, highest {_number(high)}"
        made.append({"name": name, "before": before, "last": last, "points": points, "label": label})
    return made


def _title(listed: Sequence[Run]) -> str:
    return next((run.title for run in listed if run.title), "Reports")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def _day(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _took(run: Run) -> str:
    if run.seconds is None:
        return ""
    minutes, seconds = divmod(round(run.seconds), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{run.seconds:.1f} s"


def _plain(text: str) -> str:
    """Return `text` without what XML 1.0 does not allow."""
    return "".join(
        c for c in visible(text) if c in "\t\n" or " " <= c < "\ud800" or "\ue000" <= c < "\ufffe" or c > "\uffff"
    )
