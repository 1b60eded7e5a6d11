"""The widget that takes codes by key press inside Jupyter."""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.coding.session import Session
from analysis.errors import InputError
from analysis.framing import Codebook

__all__ = ["code"]


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
    # A text box sends its value at every key press. It is never cleared from here: a key that is pressed meanwhile
    # would be lost or come twice. What stands in it beyond what was there before is new.
    keys = widgets.Text(placeholder="click here, then press keys", description="Keys", continuous_update=True)
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
        for key in _fresh(change["old"] or "", change["new"]):
            session.press(key)
        show()

    def switched(change: Mapping[str, Any]) -> None:
        name = next(name for name, button in buttons.items() if button is change["owner"])
        if change["new"] != (name in session.chosen):
            session.chosen ^= {name}
            keys.focus()

    def pressed(key: str) -> None:
        session.press(key)
        show()
        keys.focus()

    keys.observe(typed, names="value")
    for button in buttons.values():
        button.observe(switched, names="value")
    forward.on_click(lambda _: pressed("n"))
    back.on_click(lambda _: pressed("u"))
    show()
    box = widgets.VBox([text, widgets.HBox(list(buttons.values())), widgets.HBox([keys, forward, back])])
    box.session = session
    return box


def _fresh(old: str, new: str) -> str:
    """Return what `new` has beyond the characters that both begin with."""
    same = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    return new[same:]


def _page(session: Session) -> str:
    done, total = session.progress
    head = f"<p>{done} of {total} coded by {html.escape(session.coder)}</p>"
    current = session.current
    if current is None:
        return head + "<p>All are coded.</p>"
    before, sentence, after = (html.escape(current[part]) for part in ("before", "sentence", "after"))
    return f"{head}<p style='color:#666'>{before}</p><p><b>{sentence}</b></p><p style='color:#666'>{after}</p>"
