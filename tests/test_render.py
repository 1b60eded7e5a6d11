"""An executed notebook becomes a page of ours: what may stand there, and what is dropped."""

from __future__ import annotations

import base64
from typing import Any

import nbformat
import pages_fixture
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_tables import parsed

from analysis.reports.render import markdown, plain, rendered, sanitised, write_page
from analysis.reports.style import POLICY

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 20).decode()


def page(*cells: Any) -> str:
    return write_page(nbformat.v4.new_notebook(cells=list(cells)), name="overview", study_title="A <b>study</b>")


def code(source: str = "1", *outputs: Any, tags: tuple[str, ...] = ()) -> Any:
    return nbformat.v4.new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def data(**kinds: str) -> Any:
    return nbformat.v4.new_output(
        "display_data", data={k.replace("__", "/").replace("_xml", "+xml"): v for k, v in kinds.items()}
    )


def test_the_policy_stands_first_in_the_head() -> None:
    html = page(nbformat.v4.new_markdown_cell("# Overview"))
    head = html.index("<head>") + len("<head>\n")
    assert html[head:].startswith(
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'.replace("'", "&#39;")
    )
    assert "A &lt;b&gt;study&lt;/b&gt;" in html
    assert html.count("<h1>") == 1


@pytest.mark.parametrize("probe", pages_fixture.PROBES)
def test_probes_are_harmless_wherever_they_stand(probe: str) -> None:
    html = page(
        nbformat.v4.new_markdown_cell(f"# {probe}\n\n{probe}\n\n## {probe}\n\n- {probe}"),
        code(probe, data(text__html=probe), data(text__markdown=probe), data(text__plain=probe)),
        code("x", nbformat.v4.new_output("stream", name="stdout", text=probe)),
        code("x", nbformat.v4.new_output("error", ename=probe, evalue=probe, traceback=[probe])),
    )
    found = parsed(html)
    assert not {"script", "iframe", "object", "embed", "form", "svg", "base", "link"} & set(found.tags)
    assert found.tags.count("meta") == 4
    assert found.tags.count("style") == 1
    assert found.tags.count("title") == 1
    assert found.tags.count("h1") == 1
    assert not [a for a, _ in found.attributes if a.startswith("on") or a == "style"]
    assert not [
        v for a, v in found.attributes if a in ("href", "src") and v and v.lower().startswith(("javascript", "vb"))
    ]
    assert not [v for a, v in found.attributes if a == "src" and not (v or "").startswith("data:image/")]
    assert "\x1b" not in html
    assert "\x00" not in html


@given(st.text())
def test_any_html_comes_out_without_what_runs(text: str) -> None:
    found = parsed(sanitised(text))
    assert not {"script", "style", "iframe", "meta", "svg"} & set(found.tags)
    assert not [a for a, _ in found.attributes if a.startswith("on") or a in ("style", "id", "srcset")]


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ('<p class="skip">a</p>', '<p class="">a</p>'),
        ('<div style="position:fixed">a</div>', "<div>a</div>"),
        ('<a href="data:text/html,x">a</a>', '<a rel="noreferrer noopener">a</a>'),
        ('<a href="vbscript:x">a</a>', '<a rel="noreferrer noopener">a</a>'),
        ('<a href="x.html#y">a</a>', '<a href="x.html#y" rel="noreferrer noopener">a</a>'),
        ('<img src="https://example.invalid/a.png">', ""),
        ('<img src="data:text/html;base64,AAAA">', ""),
        (
            '<img src="data:image/png;base64,AAAA">',
            '<img src="data:image/png;base64,AAAA" alt="">',
        ),
        ("<style>a</style><script>b</script>c", "c"),
        ('<meta http-equiv="refresh" content="0">a', "a"),
        ("<table><tbody><tr><td>1</td></tr></tbody></table>", "<table><tbody><tr><td>1</td></tr></tbody></table>"),
    ],
)
def test_the_allow_list(html: str, clean: str) -> None:
    def attributes(text: object) -> list[Any]:
        return [sorted((a, v or "") for a, v in parsed(text).attributes), parsed(text).tags, parsed(text).text]

    assert attributes(sanitised(html)) == attributes(clean)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]8;;https://example.invalid\x07link\x1b]8;;\x07", "link"),
        ("1%\r50%\rdone\nnext", "done\nnext"),
        ("windows\r\nlines\r\n", "windows\nlines\n"),
        ("\x1b", "␛"),
    ],
)
def test_terminal_codes_are_taken_out(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_markdown_has_no_html_but_tables() -> None:
    html = markdown("| a | b |\n|---|---|\n| 1 | <i>2</i> |")
    assert "<td>1</td>" in html
    assert "&lt;i&gt;" in html


@pytest.mark.parametrize(
    "kind",
    [
        "application/javascript",
        "application/vnd.jupyter.widget-view+json",
        "text/vnd.mermaid",
        "application/vnd.vega.v5+json",
    ],
)
def test_what_needs_a_script_is_dropped_and_said(kind: str) -> None:
    out = nbformat.v4.new_output("display_data", data={kind: "alert(1)", "text/plain": "VBox(children=())"})
    html = page(code("x", out))
    assert "open the notebook in JupyterLab" in html
    assert "alert(1)" not in html
    assert "VBox" not in html


def test_images_become_data_addresses_with_words() -> None:
    html = page(nbformat.v4.new_markdown_cell("# T\n\n## The part"), code("x", data(image__png=PNG)))
    assert f'src="data:image/png;base64,{PNG}"' in html
    assert "Figure in the part “The part”" in html


def test_an_svg_is_an_image_and_never_part_of_the_page() -> None:
    html = page(code("x", data(image__svg_xml="<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>")))
    assert "<svg" not in html
    assert "data:image/svg+xml;base64," in html


def test_code_is_folded_and_parameters_are_named() -> None:
    html = page(
        code("a = 1", tags=("parameters",)),
        code("b = 2"),
        code("c = 3", tags=("hide",)),
        code("d", tags=("hide-code",)),
    )
    assert html.count("<details") == 2
    assert "<summary>Parameters</summary>" in html
    assert "c = 3" not in html


def test_progress_and_times_do_not_reach_the_page() -> None:
    bar = " 40%|████      | 2/5 [00:01<00:02,  1.2it/s]\r100%|██████████| 5/5 [00:03<00:00,  1.5it/s]\n"
    html = page(code("x", nbformat.v4.new_output("stream", name="stderr", text=bar)))
    assert "it/s" not in html
    assert "Messages" not in html


def test_the_same_notebook_gives_the_same_page_whatever_its_ids_and_counts() -> None:
    first, second = code("x", data(text__plain="1")), code("x", data(text__plain="1"))
    first.id, second.id = "a", "b"
    first.execution_count, second.execution_count = 1, 7
    assert page(first) == page(second)


def test_headings_make_a_contents_list_with_their_own_anchors() -> None:
    done = rendered(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# T\n\n## Same\n\n## Same\n\n## *É*")])
    )
    assert done.title == "T"
    assert done.contents == [("n-same", "Same"), ("n-same-2", "Same"), ("n-part", "É")]
    assert all(f'id="{anchor}"' in done.body for anchor, _ in done.contents)


def test_an_error_is_shown_with_the_end_of_its_traceback() -> None:
    out = nbformat.v4.new_output("error", ename="ValueError", evalue="no <b>", traceback=["\x1b[31mfirst", "last"])
    html = page(code("x", out))
    assert "ValueError: no &lt;b&gt;" in html
    assert "first\nlast" in html
