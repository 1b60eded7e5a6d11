"""The look of the pages: one template environment, one style sheet, one policy.

Every value that a template writes is escaped; only Markup, which our own functions build from escaped parts, passes as
it is. Control characters never reach a page. Templates take no string from an article as a template.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as _installed
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined, Template
from markupsafe import Markup

from analysis.tables import visible

__all__ = ["POLICY", "css", "macro", "page", "render", "version"]

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
)


def _shown(value: Any) -> Any:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    folder = files("analysis") / "style" / "templates"
    sources = {item.name: item.read_text(encoding="utf-8") for item in folder.iterdir() if item.name.endswith(".html")}
    environment = Environment(
        loader=DictLoader(sources),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(policy=POLICY, css=css("report"), marked=css("marked"), version=version())
    return environment


@cache
def css(name: str) -> Markup:
    """Return a style sheet of ours, which is not escaped: ``report``, or ``marked`` for marked sentences."""
    text = (files("analysis") / "style" / f"{name}.css").read_text(encoding="utf-8")
    return Markup(re.sub(r"\s*\n\s*", "", text))


@cache
def version() -> str:
    """Return the version of nutgraf."""
    try:
        return _installed("nutgraf")
    except PackageNotFoundError:
        return "0"


def render(template: str, **values: Any) -> str:
    """Fill one of our templates.

    Examples
    --------
    >>> values = {"title": "t", "kicker": "k", "up": "", "dek": "", "contents": [], "body": ""}
    >>> "<h1>&lt;b&gt;</h1>" in render("page.html", heading="<b>", **values)
    True
    """
    filled: Template = _environment().get_template(template)
    return visible(filled.render(**values))


def macro(name: str, *values: Any) -> Markup:
    """Fill one of the pieces of `parts.html`.

    Examples
    --------
    >>> print(macro("about", [("Outlet", "<b>")]).strip())
    <dl class="about">
    <dt>Outlet</dt><dd>&lt;b&gt;</dd>
    </dl>
    """
    module: Any = _environment().get_template("parts.html").module
    return Markup(getattr(module, name)(*values))


def page(
    heading: str,
    body: Markup,
    *,
    kicker: str = "nutgraf",
    up: str = "",
    dek: str = "",
    contents: list[tuple[str, str]] | None = None,
) -> str:
    """Return a whole page of ours around `body`; `up` is where its kicker leads, `contents` are anchors and names."""
    return render(
        "page.html", title=heading, heading=heading, kicker=kicker, up=up, dek=dek, contents=contents or [], body=body
    )
