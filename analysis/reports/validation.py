"""`nutgraf validate`: agreement with human coding, as a page beside its tables."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from analysis import evaluation, store
from analysis.figures.reliability import reliability
from analysis.figures.style import picture
from analysis.reports.style import macro, page
from analysis.tables import table
from analysis.tables.agreement import FIGURES, SETS

__all__ = ["validate"]

_ROWS = 60
_LEDE = (
    "Each figure compares a method with what human coders said of the same text, by the project's one scorer's rules."
)


def validate(gold: Path, out: Path) -> Path:
    """Compare every measure with the human coding under `gold`; write tables, ``agreement.json`` and a page.

    Parameters
    ----------
    gold
        A folder with one or more gold sets, each in a folder of its own.
    out
        Where to write; is made where it is missing.

    Returns
    -------
    Path
        The page, ``index.html``.

    Raises
    ------
    InputError
        Where `gold` holds no set, or a row of one is not as described.
    """
    found = evaluation.validate(gold, out)
    names = [name for name, data in found.items() if len(data)]
    parts = [_section(name, found[name]) for name in names]
    contents = [(name, _title(name)) for name in names]
    html = page(
        "Agreement with human coding", Markup("\n").join(parts), kicker="nutgraf validate", dek=_LEDE, contents=contents
    )
    path = out / "index.html"
    store.write_bytes(path, html.encode("utf-8"))
    return path


def _section(name: str, data: pd.DataFrame) -> Markup:
    """Return a table's section: what it is, its rows as they are read, and its data."""
    head = Markup('<h2 id="{}">{}</h2>').format(name, _title(name))
    if about := _ABOUT.get(name):
        head += Markup("<p>{}</p>").format(about)
    link = Markup('<p class="more"><a href="{}.csv">Data (CSV)</a></p>').format(name)
    if name == "agreement" and {"gold", "part", "subset", "method"} <= set(data.columns):
        return head + _agreement(data) + link
    if name == "newsmtsc_confusion":
        data = _wide(data, ["part", "method", "gold"], "predicted", "n")
    if name == "newsmtsc_reliability":
        data = data[data["n"] > 0]
        head += _diagram(data)
    columns = [column for column in data.columns if column not in _HIDDEN]
    digits = 0 if name == "newsmtsc_confusion" else 3
    shown = table(data, _title(name), columns=columns, digits=digits, limit=_ROWS).__html__()
    if name == "newsmtsc_reliability":
        shown = macro("fold", "Every bin of every method", shown, True)
    return head + shown + link


def _agreement(data: pd.DataFrame) -> Markup:
    """Set the methods side by side: whole test sets first, subsets folded away."""
    known = data.fillna({"subset": "all", "part": "", "method": ""})
    shown = known.assign(
        figure=[FIGURES.get(str(f), str(f).replace("_", " ")) for f in known["figure"]],
        gold=[f"{SETS.get(str(g), g)} {p}".strip() for g, p in zip(known["gold"], known["part"], strict=True)],
        method=known["method"].replace("", "rules"),
        value=[_with_interval(*v) for v in known[["value", "low", "high"]].itertuples(index=False)],
    )
    whole = shown["subset"] == "all"
    papers = " · ".join(
        dict.fromkeys(f"{g}: {p}" for g, p in zip(shown["gold"], shown.get("paper", ""), strict=False) if p)
    )
    parts = []
    for measure in dict.fromkeys(shown["measure"]):
        of = shown["measure"] == measure
        keys = ["gold", "figure", "n"]
        main = _wide(shown[of & whole], keys, "method", "value")
        parts.append(table(main, f"{measure}: whole test sets", columns=list(main.columns), limit=_ROWS).__html__())
        rest = shown[of & ~whole]
        if len(rest):
            subsets = _wide(rest, ["gold", "subset", "figure", "n"], "method", "value")
            body = table(subsets, f"{measure}: subsets", columns=list(subsets.columns), limit=300).__html__()
            parts.append(
                macro(
                    "fold", f"{measure}: {len(subsets)} figure{'s' if len(subsets) != 1 else ''} of subsets", body, True
                )
            )
    return Markup("").join(parts) + Markup('<p class="note">{}</p>').format(papers)


def _with_interval(value: float, low: float, high: float) -> str:
    if math.isnan(value):
        return "–"
    return f"{value:.3f}" if math.isnan(low) or math.isnan(high) else f"{value:.3f} ({low:.2f}–{high:.2f})"


def _wide(data: pd.DataFrame, keys: list[str], across: str, value: str) -> pd.DataFrame:
    """Lay `value` out with a column for each entry of `across`, in order of appearance."""
    rows: dict[tuple[object, ...], dict[str, object]] = {}
    for row in data.to_dict("records"):
        rows.setdefault(tuple(row[k] for k in keys), {})[str(row[across])] = row[value]
    names = list(dict.fromkeys(data[across].astype(str)))
    made = [(*key, *(cells.get(name, "–") for name in names)) for key, cells in rows.items()]
    return pd.DataFrame(made, columns=[*keys, *names])


def _diagram(data: pd.DataFrame) -> Markup:
    own = data[data["method"] == "model"]
    if own.empty:
        return Markup("")
    part = str(own.groupby("part", sort=True)["n"].sum().idxmax())  # the whole, where parts of it stand beside it
    bins = own[own["part"] == part]
    note = f"The model on {part}. A dot a bin, larger with more mentions; on the line, it is as often right as it says."
    return macro("figure", picture(reliability(bins)), "Reliability", note, "newsmtsc_reliability.csv")


_HIDDEN = frozenset({"command", "data", "method_hash", "data_hash", "hash", "data_sha256", "method_sha256"})
_ABOUT = {
    "agreement": "Every method on the same test sets; in brackets 95 % intervals where they were computed.",
    "newsmtsc_confusion": "How often coders said one class (rows) and the method another (columns).",
    "newsmtsc_reliability": "Whether a probability that a method says is as often right as it says.",
    "basil_entities": "The mean balance found where coders saw an article's feeling toward an entity.",
    "polnear_cues": "What the cue of an attribution is, and how many of these are found.",
    "polnear_errors": "The commonest errors; cue words and counts, no text.",
    "frames_by_frame": "Each frame by itself, pooled over folds cut by outlet.",
    "frames_curves": "How macro F1 grows with the number of coded texts.",
}
_TITLES = {
    "agreement": "Agreement",
    "newsmtsc_confusion": "Sentiment: confusion",
    "newsmtsc_reliability": "Sentiment: reliability",
    "basil_entities": "Sentiment: whole articles (BASIL)",
    "polnear_cues": "Attribution by cue",
    "polnear_outlets": "Attribution by outlet",
    "polnear_errors": "Attribution: errors",
    "frames_by_frame": "Frames one by one",
    "frames_curves": "Frames: learning curves",
}


def _title(name: str) -> str:
    return _TITLES.get(name, name.replace("_", " ").capitalize())
