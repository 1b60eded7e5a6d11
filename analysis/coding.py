"""Coding sentences by hand: which to draw, a widget that takes codes by key press, and the file they are kept in.

The file of codes is a CSV with one row a decision (unit, coder, frame, value 1 or 0): appended to after each, it
loses nothing when a session ends, and `analysis.agreement.agreement_by_frame` reads it.
"""

from __future__ import annotations

import csv
import html
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.errors import InputError, ParameterError
from analysis.framing import Codebook

if TYPE_CHECKING:
    from analysis.study import Study

__all__ = ["Session", "code", "read_codes", "sample"]

COLUMNS = ("unit", "coder", "frame", "value")
ORDERS = ("stratified", "uncertainty")


def sample(
    tables: Mapping[str, pd.DataFrame],
    study: Study | None = None,
    *,
    n: int,
    order: str = "stratified",
    seed: int = 0,
) -> pd.DataFrame:
    """Draw sentences to code by hand.

    Parameters
    ----------
    tables
        `articles`, `sentences` and `measures`, as `nutgraf measure` writes them.
    study
        Its frames' names become empty columns to fill in; without it those of the measures.
    n
        How many sentences; all where there are fewer.
    order
        ``stratified``: in turn from each outlet, and there in turn from sentences that a frame was given to and
        others, at random. ``uncertainty``: those whose score comes nearest to 0.5 first.
    seed
        Of the draw.

    Returns
    -------
    DataFrame
        sentence_id, article_id, outlet, before, sentence, after (the sentences beside it), and a column for each frame.

    Raises
    ------
    ParameterError
        Where `order` is unknown or `n` is not positive.
    """
    if order not in ORDERS:
        raise ParameterError(f"order {order!r} is unknown; give one of {', '.join(ORDERS)}")
    if n < 1:
        raise ParameterError(f"n is {n}; draw at least one sentence")
    rows = _in_context(tables)
    measures = tables["measures"]
    frames = measures[(measures["unit"] == "sentence") & (measures["measure"] == "frame_score")]
    labels = _labels(measures, study)
    score = frames.groupby("unit_id")["value"].apply(lambda values: float((values - 0.5).abs().min()))
    rows["doubt"] = rows["sentence_id"].map(score).astype("float64")
    generator = np.random.default_rng(seed)
    rows = rows.sort_values("sentence_id", kind="stable", ignore_index=True)
    rows["draw"] = generator.permutation(len(rows))
    if order == "uncertainty":
        rows = rows.assign(doubt=rows["doubt"].fillna(0.5)).sort_values(["doubt", "draw"], kind="stable")
    else:
        rows["stratum"] = rows["doubt"].notna()
        rows = rows.sort_values("draw", kind="stable")
        rows["turn"] = rows.groupby(["outlet", "stratum"]).cumcount()
        rows = rows.sort_values(["turn", "outlet", "stratum"], ascending=[True, True, False], kind="stable")
    drawn = rows.head(n)[["sentence_id", "article_id", "outlet", "before", "sentence", "after"]].reset_index(drop=True)
    for label in labels:
        drawn[label] = ""
    return drawn


def _labels(measures: pd.DataFrame, study: Study | None) -> list[str]:
    if study is not None:
        from analysis.framing import load_codebook

        books = [load_codebook(name, folder=study.folder) for name in study.codebooks]
        return [f"{book.name}/{frame}" for book in books for frame in book.names]
    return sorted(set(measures.loc[measures["measure"] == "frame", "label"]))


def _in_context(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    articles = tables["articles"].set_index("article_id")
    sentences = tables["sentences"].sort_values(["article_id", "position"], kind="stable", ignore_index=True)
    texts = articles["text"].to_dict()
    written = [
        texts[article][start:end]
        for article, start, end in zip(sentences["article_id"], sentences["start"], sentences["end"], strict=True)
    ]
    rows = sentences[["sentence_id", "article_id"]].copy()
    rows["outlet"] = rows["article_id"].map(articles["outlet"])
    rows["sentence"] = written
    by_article = rows.groupby("article_id")["sentence"]
    rows["before"] = by_article.shift(1).fillna("")
    rows["after"] = by_article.shift(-1).fillna("")
    return rows


def read_codes(path: str | Path) -> pd.DataFrame:
    """Return the codes in a file of codes: unit, coder, frame, value; of several by one coder for one unit the last.

    Raises
    ------
    InputError
        Where the file has other columns, or a value that is neither 0 nor 1.
    """
    if not Path(path).is_file():
        return pd.DataFrame({name: pd.Series([], dtype="int64" if name == "value" else "str") for name in COLUMNS})
    codes = pd.read_csv(path, dtype="str", keep_default_na=False)
    if tuple(codes.columns) != COLUMNS:
        raise InputError(
            f"{path}: its columns are {', '.join(codes.columns)}; a file of codes has {', '.join(COLUMNS)}"
        )
    wrong = ~codes["value"].isin(["0", "1"])
    if wrong.any():
        line = int(wrong.to_numpy().argmax()) + 2
        raise InputError(f"{path}:{line}: value is {codes['value'][wrong].iloc[0]!r}; it must be 0 or 1")
    codes["value"] = codes["value"].astype("int64")
    return codes.drop_duplicates(["unit", "coder", "frame"], keep="last", ignore_index=True)


class Session:
    """One coder at work on a sample: what is next, and what has been coded. The widget is a face on it.

    Parameters
    ----------
    rows
        What `sample` drew.
    codebook
        Its frames are coded; keys 1 to 9, then a, b, c ... switch them on and off.
    coder
        Who codes.
    path
        The file of codes; sentences that this coder has coded in it are skipped.
    """

    def __init__(self, rows: pd.DataFrame, codebook: Codebook, *, coder: str, path: str | Path) -> None:
        if not coder.strip():
            raise ParameterError("coder is empty; give the name or initials of who codes")
        self.rows = rows.reset_index(drop=True)
        self.codebook = codebook
        self.coder = coder
        self.path = Path(path)
        self.keys = dict(zip("123456789abcdefghijklmoqrtvwxyz", codebook.names, strict=False))
        self.chosen: set[str] = set()
        codes = read_codes(path)
        done = codes[codes["coder"] == coder].groupby("unit")["frame"].nunique()
        self._done = {str(unit) for unit, count in done.items() if count >= len(codebook.names)}
        self._undo: list[str] = []

    @property
    def current(self) -> dict[str, str] | None:
        """The sentence to code next, or None where all are coded."""
        for row in self.rows.to_dict("records"):
            if row["sentence_id"] not in self._done:
                return {str(name): str(value) for name, value in row.items()}
        return None

    @property
    def progress(self) -> tuple[int, int]:
        """How many of how many are coded."""
        wanted = set(self.rows["sentence_id"])
        return len(self._done & wanted), len(wanted)

    def press(self, key: str) -> None:
        """Take a key: a frame's own switches it, n (or Enter) saves and goes on, u goes back to the last one saved."""
        if key in self.keys:
            self.chosen ^= {self.keys[key]}
        elif key in ("Enter", "n"):
            self._save()
        elif key == "u" and self._undo:
            self._done.discard(self._undo.pop())
            self.chosen = set()

    def _save(self) -> None:
        current = self.current
        if current is None:
            return
        unit = current["sentence_id"]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not self.path.is_file() or not self.path.stat().st_size
        with self.path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            if fresh:
                writer.writerow(COLUMNS)
            writer.writerows((unit, self.coder, name, int(name in self.chosen)) for name in self.codebook.names)
        self._done.add(unit)
        self._undo.append(unit)
        self.chosen = set()


def code(rows: pd.DataFrame, codebook: Codebook, *, coder: str, path: str | Path) -> Any:
    """Show the widget that codes `rows` by hand; each sentence is saved as soon as it is coded.

    Parameters
    ----------
    rows
        What `sample` drew.
    codebook
        The frames to code.
    coder
        Who codes; several may share one file.
    path
        The file of codes. Coding goes on where this coder stopped.

    Returns
    -------
    ipywidgets.VBox
        Its attribute ``session`` is the `Session` behind it.

    Raises
    ------
    InputError
        Where ipywidgets is not installed.
    """
    try:
        import ipywidgets as widgets
    except ImportError as error:
        raise InputError("the coding widget needs ipywidgets; install nutgraf[lab]") from error
    session = Session(rows, codebook, coder=coder, path=path)
    text = widgets.HTML()
    keys = widgets.Text(placeholder="type keys here", description="Keys", continuous_update=True)
    by_name = {name: key for key, name in session.keys.items()}
    buttons = {
        name: widgets.ToggleButton(
            description=f"{by_name.get(name, '')} {name}".strip(),
            tooltip=codebook.frame(name).question or codebook.frame(name).definition,
            layout=widgets.Layout(width="auto"),
        )
        for name in codebook.names
    }
    forward = widgets.Button(description="Save, next (n)", button_style="primary")
    back = widgets.Button(description="Back (u)")

    def show() -> None:
        text.value = _page(session)
        for name, button in buttons.items():
            if button.value != (name in session.chosen):
                button.value = name in session.chosen
        forward.disabled = session.current is None

    def typed(change: Mapping[str, Any]) -> None:
        for key in change["new"]:
            session.press(key)
        if change["new"]:
            keys.value = ""
            show()

    def switched(change: Mapping[str, Any]) -> None:
        name = next(name for name, button in buttons.items() if button is change["owner"])
        if change["new"] != (name in session.chosen):
            session.chosen ^= {name}

    def pressed(key: str) -> None:
        session.press(key)
        show()

    keys.observe(typed, names="value")
    for button in buttons.values():
        button.observe(switched, names="value")
    forward.on_click(lambda _: pressed("n"))
    back.on_click(lambda _: pressed("u"))
    show()
    box = widgets.VBox([text, widgets.HBox(list(buttons.values())), widgets.HBox([keys, forward, back])])
    box.session = session
    return box


def _page(session: Session) -> str:
    done, total = session.progress
    head = f"<p>{done} of {total} coded by {html.escape(session.coder)}</p>"
    current = session.current
    if current is None:
        return head + "<p>All are coded.</p>"
    before, sentence, after = (html.escape(current[part]) for part in ("before", "sentence", "after"))
    return f"{head}<p style='color:#666'>{before}</p><p><b>{sentence}</b></p><p style='color:#666'>{after}</p>"
