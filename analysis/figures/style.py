"""The look of the figures: one style sheet, owned colours, and a picture with its text alternative."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Any, ParamSpec

from markupsafe import Markup

from analysis.display import in_notebook

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["COLOURS", "INK", "MUTED", "RULE", "Picture", "axes", "label", "picture", "readable_in_the_dark", "styled"]

INK, RULE, MUTED = "#1d1b18", "#d9d3c7", "#5f5a52"
COLOURS = {
    "negative": "#c2410c",
    "neutral": "#8d877c",
    "positive": "#0b6aa2",
    "outlet": "#0b6aa2",
    "quoted": "#b7791f",
    "unresolved": "#8d877c",
    "accent": "#0b6aa2",
    "second": "#c2410c",
    "empty": "#d9d3c7",
}

# A figure is an image on the page, so the page's own style sheet does not reach into it: it carries its own.
_DARK = (
    "@media (prefers-color-scheme: dark) {"
    + "".join(
        f'[style*="{what}: {light}"] {{ {what}: {dark} !important }}'
        for light, dark in (
            (INK, "#ece7dd"),
            (RULE, "#4a463f"),
            (MUTED, "#b3aca0"),
            ("#0b6aa2", "#5fb0e2"),
            ("#c2410c", "#f08a52"),
            ("#b7791f", "#e0ad55"),
            ("#0e7c61", "#45bf9d"),
            ("#8a4f7d", "#cd92bf"),
        )
        for what in ("fill", "stroke")
    )
    + " text:not([style*='fill']) { fill: #ece7dd } }"
)
_LIGHT = (
    f"text {{ fill: {INK}; font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', "
    "Arial, 'DejaVu Sans', sans-serif }"
)

P = ParamSpec("P")


@cache
def _settings() -> Any:
    import matplotlib

    sheet = files("analysis") / "style" / "nutgraf.mplstyle"
    settings: Any = matplotlib.rc_params_from_file(str(sheet), use_default_template=False)
    return dict(settings)


def styled(draw: Callable[P, Axes]) -> Callable[P, Axes]:
    """Make `draw` draw under nutgraf's style sheet, leaving the caller's settings as they were."""

    @wraps(draw)
    def inner(*args: P.args, **kwargs: P.kwargs) -> Axes:
        import matplotlib

        with matplotlib.rc_context(_settings()):
            return draw(*args, **kwargs)

    return inner


def axes(ax: Axes | None, *, width: float = 5.8, height: float = 3.6) -> Axes:
    """Return `ax`, or new axes on a figure of their own, `width` by `height` inches.

    The figure is not known to pyplot: nothing keeps it alive, and no back end draws it a second time.

    Examples
    --------
    >>> float(axes(None, width=4).figure.get_figwidth())
    4.0
    """
    if ax is not None:
        return ax
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained").add_subplot()


def label(text: object, width: int = 34) -> str:
    r"""Make `text` fit to stand in a figure: one line, no control character (SVG allows none), at most `width` letters.

    Examples
    --------
    >>> label("Nippon\n \x1b[31mSteel")
    'Nippon Steel'
    """
    clean = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", str(text))
    clean = " ".join("".join(c if c.isprintable() else " " for c in clean).split())
    return clean if len(clean) <= width else clean[: width - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn figure: its SVG and the text that says the same to those who do not see it."""

    svg: str
    alt: str

    @property
    def uri(self) -> str:
        """The SVG as a `data:` address."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.svg.encode()).decode()

    def _repr_html_(self) -> str:
        return in_notebook(Markup('<img class="figure" alt="{}" src="{}">').format(self.alt, self.uri))

    def __repr__(self) -> str:
        return self.alt


def picture(ax: Axes) -> Picture:
    """Draw the figure of `ax` as SVG; its text alternative is the label that the figure's function gave `ax`.

    The same data gives the same bytes: ids are salted with a fixed word and no date is written.

    Examples
    --------
    >>> ax = axes(None)
    >>> ax.set_label("Nothing yet.")
    >>> picture(ax).alt
    'Nothing yet.'
    """
    import matplotlib

    out = BytesIO()
    figure = ax.get_figure(root=True)
    assert figure is not None
    with matplotlib.rc_context(_settings()):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Type": None, "Format": None})
    return Picture(readable_in_the_dark(out.getvalue().decode()), str(ax.get_label()))


def readable_in_the_dark(svg: str) -> str:
    """Give an SVG of matplotlib the page's typeface and a dark form of its ink; drop its preamble.

    Examples
    --------
    >>> readable_in_the_dark('<?xml version="1.0"?><svg width="1pt"><style>*{}</style></svg>')[:23]
    '<svg width="1pt"><style'
    """
    svg = svg[svg.index("<svg") :] if "<svg" in svg else svg
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, count=1, flags=re.S)
    svg = re.sub(r"font(-family)?: ((?:[a-z0-9. ]+ )?)[^;\"]*'DejaVu Sans'[^;\"]*", _font, svg)
    svg = re.sub(r"\n\s*", "\n", svg)
    return svg.replace("</style>", f"{_LIGHT} {_DARK}</style>", 1)


def _font(found: re.Match[str]) -> str:
    size = re.search(r"[\d.]+px", found.group(2))
    weight = "font-weight: bold; " if "bold" in found.group(2) or "700" in found.group(2) else ""
    return f"{weight}{f'font-size: {size.group()}' if size else ''}"
