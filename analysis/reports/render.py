"""An executed notebook as a page: prose, tables and figures, with the code folded away.

Markdown is rendered with its HTML switched off, HTML outputs pass an allow-list, images become `data:` addresses, and
what would need a script (JavaScript, Mermaid, widgets) is dropped and said to be. Times, counts and ids of cells do not
reach the page: the same notebook gives the same bytes.
"""

from __future__ import annotations

import ast
import base64
import re
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from analysis.figures.style import Picture, readable_in_the_dark
from analysis.reports.style import macro, page
from analysis.tables import visible

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from nbformat import NotebookNode

__all__ = ["Rendered", "markdown", "plain", "rendered", "sanitised", "write_page"]

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_PROGRESS = re.compile(r"^.{0,80}?\d+%\|.*$|^\s*\d+(?:it|file|article)s? ?\[.*$")
_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]+")
_LINK = re.compile(r"(?:https?://|mailto:|#|[A-Za-z0-9_./%-]+(?:[?#]|$))", re.IGNORECASE)
_NEEDS_SCRIPT = re.compile(r"javascript|mermaid|widget|vega|plotly|bokeh|holoviews")

_TAGS = set(
    "a abbr article b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h2 h3 h4 "
    "h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup "
    "table tbody td tfoot th thead tr u ul".split()
)
_ATTRIBUTES = {
    "*": {"title"},
    "a": {"href"},
    "img": {"src", "alt"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "div": {"role", "aria-label", "tabindex"},
    "span": {"aria-hidden"},
    "details": {"open"},
    "ol": {"start"},
}
_MARKS = {"m-content", "m-cue", "m-source", "m-target", "m-actor", "m-fact", "m-shared", "m-for", "m-against"}
_CLASSES = {
    "article": {"marked"},
    "div": {"scroll"},
    "img": {"figure"},
    "mark": _MARKS,
    "p": {"s", "s-head", "note", "key", "marked"},
    "span": {"frames", "sr"},
    "table": {"quiet"},
    "td": {"num", "none", "nil", "yes", "day"},
    "th": {"num", "day"},
}


class Rendered(NamedTuple):
    """A notebook's body, its title (the first heading), and the anchors and names of its sections."""

    title: str
    body: Markup
    contents: list[tuple[str, str]]


def plain(text: str) -> str:
    r"""Return `text` without terminal codes, and of overwritten lines only the last state.

    Examples
    --------
    >>> plain("\x1b[31mred\x1b[0m 1%\r100%\n")
    '100%\n'
    """
    lines = [line.rstrip("\r").rsplit("\r", 1)[-1] for line in _ANSI.sub("", text).split("\n")]
    return visible("\n".join(lines))


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def markdown(text: str) -> Markup:
    """Render Markdown; HTML in it is shown as text, addresses other than web, mail and relative ones are dropped.

    Examples
    --------
    >>> print(markdown("*a* <b>b</b> [c](javascript:d)").strip())
    <p><em>a</em> &lt;b&gt;b&lt;/b&gt; [c](javascript:d)</p>
    """
    return sanitised(_markdown().render(visible(text)))


def sanitised(html: str) -> Markup:
    """Return `html` cut down to an allow-list of tags, attributes, classes and addresses.

    Examples
    --------
    >>> print(sanitised('<p onclick="x()" style="position:fixed">a<script>b</script><img src="http://c/d.png"></p>'))
    <p>a</p>
    """
    import nh3

    clean = nh3.clean(
        visible(html),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        allowed_classes=_CLASSES,
        clean_content_tags={"script", "style", "iframe", "object", "template", "noscript", "title", "textarea"},
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noreferrer noopener",
        strip_comments=True,
    )
    clean = re.sub(r"<img(?![^>]*\bsrc=)[^>]*>", "", clean)  # an image from elsewhere: nothing is left of it
    clean = re.sub(r"<img(?![^>]*\balt=)", '<img alt=""', clean)
    return Markup(clean)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if _IMAGE.fullmatch(value) else None
    if name == "href":
        return value if _LINK.match(value) else None
    if name == "role":
        return value if value == "region" else None
    if name == "tabindex":
        return "0"
    return value


def rendered(notebook: NotebookNode) -> Rendered:
    """Render the cells of an executed notebook in order.

    Cells tagged `hide` or `remove` are left out; of cells tagged `hide-code` only the outputs are shown.
    """
    title, parts, contents = "", [], []
    seen: dict[str, int] = {}
    last = ""
    injected = any("injected-parameters" in c.get("metadata", {}).get("tags", ()) for c in notebook.cells)
    for number, cell in enumerate(notebook.cells, 1):
        tags = set(cell.get("metadata", {}).get("tags", ()))
        if tags & {"hide", "remove"}:
            continue
        if cell.cell_type == "markdown":
            html = _markdown().render(visible(cell.source))
            if not title and (first := re.search(r"<h1>(.*?)</h1>\s*", html)):
                title = Markup(first.group(1)).striptags()  # the page heads itself with it
                html = html[: first.start()] + html[first.end() :]
            html, found = _anchored(str(sanitised(re.sub(r"(</?)h1>", r"\1h2>", html))), seen)
            contents += found
            last = found[-1][1] if found else last
            parts.append(Markup(html))
        elif cell.cell_type == "code" and cell.source.strip():
            parts += [_output(o, number, last or title) for o in cell.get("outputs", [])]
            if "hide-code" not in tags and not ("parameters" in tags and injected):
                summary = "Parameters" if tags & {"parameters", "injected-parameters"} else "Code"
                code = Markup("<pre><code>{}</code></pre>").format(plain(cell.source))
                parts.append(macro("fold", summary, code, False))
    about = _outlet(notebook)
    title = f"{title}: {about}" if about and title else title
    return Rendered(title, Markup("\n").join(p for p in parts if p), contents)


def _outlet(notebook: NotebookNode) -> str:
    """Return the outlet that a notebook was run for: the last value its parameters give it, or nothing."""
    found = ""
    for cell in notebook.cells:
        if set(cell.get("metadata", {}).get("tags", ())) & {"parameters", "injected-parameters"}:
            for line in re.findall(r"^outlet(?:: str)? = (.+)$", cell.source, re.MULTILINE):
                with suppress(SyntaxError, ValueError):
                    found = str(ast.literal_eval(line.strip()))
    return found


def _anchored(html: str, seen: dict[str, int]) -> tuple[str, list[tuple[str, str]]]:
    """Give second-level headings ids that depend on their words alone."""
    found = []

    def place(match: re.Match[str]) -> str:
        name = Markup(match.group(1)).striptags()
        slug = "n-" + (re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "part")
        seen[slug] = seen.get(slug, 0) + 1
        anchor = slug if seen[slug] == 1 else f"{slug}-{seen[slug]}"
        found.append((anchor, name))
        return str(Markup('<h2 id="{}">{}</h2>').format(anchor, Markup(match.group(1))))

    return re.sub(r"<h2>(.*?)</h2>", place, html), found


def _output(output: Any, number: int, near: str) -> Markup:
    if output.output_type == "stream":
        text = plain(output.text)
        text = "\n".join(line for line in text.split("\n") if not _PROGRESS.match(line))
        if not text.strip():
            return Markup("")
        body = Markup("<pre>{}</pre>").format(text)
        return macro("fold", "Messages", body, False) if output.name == "stderr" else body
    if output.output_type == "error":
        trace = plain("\n".join(output.get("traceback", [])))[-2000:]
        line = f"{output.get('ename', 'Error')}: {output.get('evalue', '')}"
        body = Markup("<pre>{}</pre>").format(trace)
        return Markup('<p class="cannot">{}</p>{}').format(
            plain(line)[:500], macro("fold", "End of the traceback", body, False)
        )
    return _data(dict(output.get("data", {})), number, near)


def _data(data: dict[str, Any], number: int, near: str) -> Markup:
    values = {kind: "".join(v) if isinstance(v, list) else v for kind, v in data.items()}
    if any(_NEEDS_SCRIPT.search(kind) for kind in values):
        return Markup(
            '<p class="note">An interactive output stood here; open the notebook in JupyterLab to use it.</p>'
        )
    alt = f"Figure in the part “{plain(near)}”" if near else "Figure"
    if html := values.get("text/html"):
        clean = sanitised(html)
        if "<table" in clean and 'class="scroll"' not in clean:
            clean = Markup('<div class="scroll" role="region" aria-label="{}" tabindex="0">{}</div>').format(
                f"Output of cell {number}", clean
            )
        return clean
    if svg := values.get("image/svg+xml"):
        picture = Picture(readable_in_the_dark(svg), alt)
        return Markup('<img class="figure" alt="{}" src="{}">').format(picture.alt, picture.uri)
    for kind in ("image/png", "image/jpeg"):
        if kind in values:
            code = base64.b64encode(base64.b64decode(values[kind])).decode()
            return Markup('<img class="figure" alt="{}" src="data:{};base64,{}">').format(alt, kind, code)
    if text := values.get("text/markdown"):
        return markdown(text)
    text = plain(str(values.get("text/plain", "")))
    return Markup("<pre>{}</pre>").format(text) if text.strip() else Markup("")


def write_page(notebook: NotebookNode, *, name: str, study_title: str) -> str:
    """Return the page of an executed notebook called `name`."""
    done = rendered(notebook)
    return page(
        done.title or name,
        done.body,
        kicker=f"Report · {study_title}",
        up="index.html",
        contents=done.contents,
    )
