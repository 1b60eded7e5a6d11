"""A widget to go from outlets, frames, targets and voices down to the sentences, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from analysis import comparison
from analysis.display import Annotator, in_notebook, key, sentence
from analysis.tables import each, visible

if TYPE_CHECKING:
    from ipywidgets import VBox

__all__ = ["explore", "sentences", "sift"]

ALL = "(all)"
SHOWN = 50
VOICES = {"outlet": "the outlet’s own voice", "quoted": "a quoted speaker", "unresolved": "who says it is not told"}


def explore(study: Any, tables: str | Path = "") -> VBox:
    """Return a widget that filters sentences by outlet, frame, target and voice.

    Parameters
    ----------
    study
        What `analysis.load` returns, or the path of a study file, which is then measured.
    tables
        With a path, a folder that `nutgraf measure` wrote, to read instead of measuring.

    Returns
    -------
    ipywidgets.VBox
        Four drop-down lists, a button that clears them, how many sentences fit, and the sentences with their marks.
        Each article opens as a whole.
    """
    import ipywidgets as w

    if isinstance(study, str | Path):
        from analysis.pipeline import load

        study = load(study, tables)
    found = sentences(study.tables)
    annotator = Annotator(study.tables)
    choices = {
        "outlet": sorted(set(found["outlet"])),
        "frame": sorted({f for names in found["frames"] for f in names}),
        "target": sorted({t for names in found["targets"] for t in names}),
        "voice": sorted(set(found["voice"])),
    }
    lists = {
        name: w.Dropdown(
            options=[(ALL, ""), *((_named(name, v), v) for v in values)], value="", description=name.capitalize()
        )
        for name, values in choices.items()
    }
    back = w.Button(description="Clear", tooltip="Show all sentences again")
    count, body = w.HTML(), w.HTML()
    article = w.Dropdown(options=[("in all articles", "")], value="", description="Read")

    def show(_: Any = None) -> None:
        chosen = {name: str(box.value) for name, box in lists.items()}
        kept = sift(found, **chosen)
        articles = list(dict.fromkeys(kept["article_id"]))
        options = [("the sentences", ""), *((f"article {visible(a)}", a) for a in articles)]
        if list(article.options) != options:
            article.options = options
        where = f"in {len(articles)} article{'s' if len(articles) != 1 else ''}" if articles else ""
        counted = Markup('<p class="count" role="status"><b>{:,}</b> of {:,} sentences {}</p>')
        count.value = in_notebook(counted.format(len(kept), len(found), where))
        body.value = _body(kept, annotator, str(article.value or ""))

    def clear(_: Any) -> None:
        for box in lists.values():
            box.value = ""
        article.value = ""
        show()

    _watch([*lists.values(), article], show)
    back.on_click(clear)
    show()
    return w.VBox(
        [w.HBox([*lists.values()], layout=w.Layout(flex_flow="row wrap")), w.HBox([article, back]), count, body]
    )


def _named(what: str, choice: str) -> str:
    """Return a choice as people read it: a frame with its codebook behind it, a voice in words."""
    if what == "voice":
        return VOICES[choice]
    codebook, _, frame = visible(choice).rpartition("/") if what == "frame" else ("", "", visible(choice))
    return f"{frame.replace('_', ' ')} ({codebook})" if codebook else frame


def _watch(boxes: list[Any], show: Callable[[Any], None]) -> None:
    for box in boxes:
        box.observe(show, names="value")


def sentences(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return every sentence with its outlet, frames and targets.

    Returns
    -------
    DataFrame
        sentence_id, article_id, position, outlet (its label in comparisons), voice, frames and targets (tuples).
    """
    rows = tables["sentences"][["sentence_id", "article_id", "position", "voice"]].copy()
    articles = tables["articles"]
    labels = dict(zip(articles["article_id"], comparison.outlet_labels(articles), strict=True))
    rows["outlet"] = [labels.get(a, "") for a in rows["article_id"]]
    measures = tables["measures"]
    carried = measures[(measures["unit"] == "sentence") & (measures["measure"] == "frame") & (measures["value"] > 0)]
    targets = tables["mentions"][tables["mentions"]["kind"] == "target"]
    for column, ids, names in (
        ("frames", carried["unit_id"], carried["label"]),
        ("targets", targets["sentence_id"], targets["name"]),
    ):
        held: dict[str, dict[str, None]] = {}
        for i, name in zip(ids, names, strict=True):
            held.setdefault(i, {})[name] = None
        rows[column] = [tuple(held.get(i, ())) for i in rows["sentence_id"]]
    return rows.reset_index(drop=True)


def sift(found: pd.DataFrame, *, outlet: str = "", frame: str = "", target: str = "", voice: str = "") -> pd.DataFrame:
    """Return the rows of `sentences` that fit; an empty choice fits all.

    Examples
    --------
    >>> rows = pd.DataFrame({"outlet": ["A", "B"], "voice": ["outlet", "quoted"], "targets": [(), ("deal",)]})
    >>> sift(rows, target="deal")["outlet"].tolist()
    ['B']
    """
    fits = pd.Series(True, index=found.index)
    if outlet:
        fits &= found["outlet"] == outlet
    if voice:
        fits &= found["voice"] == voice
    if frame:
        fits &= pd.Series([frame in names for names in found["frames"]], index=found.index, dtype=bool)
    if target:
        fits &= pd.Series([target in names for names in found["targets"]], index=found.index, dtype=bool)
    return found[fits]


def _body(kept: pd.DataFrame, annotator: Annotator, article: str) -> str:
    if article:
        return in_notebook(annotator.annotate(article).__html__())
    parts = [key()]
    known: dict[str, dict[int, Any]] = {}
    for row in each(kept.head(SHOWN)):
        if row.article_id not in known:
            known[row.article_id] = {e.position: e for e in annotator.annotate(str(row.article_id)).excerpts}
        excerpt = known[row.article_id].get(int(row.position))
        if excerpt is not None:
            where = "headline" if excerpt.in_headline else f"sentence {row.position}"
            head = Markup('<p class="from">{} · {} · {}</p>').format(visible(row.outlet), where, VOICES[str(row.voice)])
            parts.append(Markup('<div class="marked hit">{}{}</div>').format(head, sentence(excerpt)))
    if len(kept) > SHOWN:
        parts.append(Markup('<p class="note">The first {} are shown.</p>').format(SHOWN))
    if kept.empty:
        parts = [Markup('<p class="note">No sentence fits all of these; choose less, or clear.</p>')]
    return in_notebook(Markup("").join(parts))
