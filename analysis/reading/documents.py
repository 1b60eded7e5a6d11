"""One document file to lines of text: plain text, HTML, RTF, DOCX."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

from analysis.reading.decode import decode, decode_page
from analysis.reading.records import Broken

__all__ = ["HEADING", "LARGEST_DOCUMENT", "Document", "read_document"]

LARGEST_DOCUMENT = 64 << 20
"""Bytes: an export of 500 long articles with its formatting takes a tenth of it."""
HEADING = "\x02"
"""Stands before a line that the file itself marks as a heading; no text that is read holds it."""

_LARGEST_PART = 64 << 20
_UNCHECKED_PART, _LARGEST_RATIO = 16 << 20, 100  # a Word file shrinks some 10 times; its tree takes memory by elements
_FIELD = re.compile(r"\{\\\*\\fldinst\b(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HIDDEN = {"script", "style", "noscript", "template", "head", "svg", "iframe", "textarea", "select"}
_INLINE = frozenset(
    "a abbr b bdi bdo cite code data del dfn em font i ins kbd mark q s samp small span strong sub sup time tt u "
    "var wbr".split()
)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Document:
    """A document file as text.

    Attributes
    ----------
    text
        Its text; of a page, its HTML.
    kind
        text, html, rtf or docx.
    """

    text: str
    kind: str

    @property
    def plain(self) -> str:
        """Its text without marks of ours."""
        return self.text.replace(HEADING, "")

    @cached_property
    def lines(self) -> list[str]:
        """Its lines, stripped, with `HEADING` before those that the file marks as headings."""
        if self.kind == "html":
            lines = _page_lines(self.text)
        else:
            lines = (self.text if self.kind == "docx" else self.plain).split("\n")
        return [line.replace("\xa0", " ").strip() for line in lines]


def read_document(data: bytes, suffix: str) -> Document:
    """Return the text of a document file.

    Raises
    ------
    Broken
        Where it cannot be told, with the reason.
    """
    # What the content says goes before the suffix: exports in RTF are often named .doc or .txt.
    if data.startswith(b"{\\rtf"):
        return Document(_read_rtf(data), "rtf")
    if suffix == ".docx":
        return Document(_read_docx(data), "docx")
    if suffix == ".doc":
        raise Broken("is a Word file of the old kind; save it as .docx")
    if suffix == ".rtf":
        raise Broken("is no RTF: it does not begin with {\\rtf")
    is_html = suffix in {".html", ".htm", ".xhtml"}
    text, reason = decode_page(data) if is_html else decode(data)
    if reason:
        raise Broken(reason)
    return Document(text, "html" if is_html else "text")


def _read_rtf(data: bytes) -> str:
    rtf_to_text: Any = import_module("striprtf.striprtf").rtf_to_text
    if not data.rstrip(b"\0\r\n\t ").endswith(b"}"):
        raise Broken("is cut off: RTF without its last brace")
    try:
        # striprtf takes all between the first and the last link of a line for one link; the targets are not needed.
        text: str = rtf_to_text(_FIELD.sub("", data.decode("latin-1")), errors="replace")
    except Exception as error:  # a converter that breaks on a file
        raise Broken(f"is RTF that cannot be read: {' '.join(str(error).split())}") from error
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace(HEADING, "")


def _read_docx(data: bytes) -> str:
    etree: Any = import_module("lxml.etree")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            part = archive.getinfo(_main_part(archive))
            grows = part.file_size > _UNCHECKED_PART and part.file_size > _LARGEST_RATIO * part.compress_size
            if grows or part.file_size > _LARGEST_PART:
                raise Broken(f"grows to {part.file_size >> 20} MiB when it is expanded; save it as text")
            lines: list[str] = []
            with archive.open(part) as file:
                events = etree.iterparse(file, events=("end",), tag=f"{_W}p", resolve_entities=False, no_network=True)
                for _, paragraph in events:
                    if next(paragraph.iterancestors(_FALLBACK), None) is None:  # else it stands there twice
                        lines.extend(_paragraph(paragraph).split("\n"))
                    paragraph.clear(keep_tail=False)
                    while paragraph.getprevious() is not None:
                        del paragraph.getparent()[0]
    except Broken:
        raise
    except Exception as error:  # zipfile, zlib and lxml raise many kinds of error on broken files
        raise Broken(f"is not a whole DOCX file: {' '.join(str(error).split())}") from error
    return "\n".join(lines)


def _main_part(archive: zipfile.ZipFile) -> str:
    etree: Any = import_module("lxml.etree")
    with archive.open("_rels/.rels") as file:
        rels = etree.parse(file, etree.XMLParser(resolve_entities=False, no_network=True))
    for relation in rels.getroot():
        if str(relation.get("Type", "")).endswith("/officeDocument"):
            return str(relation.get("Target", "")).lstrip("/")
    raise Broken("is not a whole DOCX file: it names no main part")


def _paragraph(paragraph: Any) -> str:
    parts: list[str] = []
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    if style is not None and str(style.get(f"{_W}val", "")).startswith(("Heading", "Title")):
        parts.append(HEADING)
    for node in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr"):
        if node.tag == f"{_W}t":
            parts.append((node.text or "").replace(HEADING, ""))
        elif node.tag == f"{_W}tab":
            parts.append("\t")
        elif node.get(f"{_W}type") != "page":
            parts.append("\n")
    return "".join(parts)


def _page_lines(page: str) -> list[str]:
    """Return the blocks of a page as lines, those whose class names a headline with `HEADING` before them."""
    etree: Any = import_module("lxml.etree")
    html: Any = import_module("lxml.html")
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False)
    try:
        root = html.document_fromstring(page.replace(HEADING, "").encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return []
    parts: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event in {"comment", "pi"}:
            parts.append(_SPACE.sub(" ", node.tail or ""))
            continue
        is_block = node.tag not in _INLINE
        if event == "start":
            if is_block:
                parts.append("\n")
            if "headline" in str(node.get("class", "")).lower():
                parts.append(f"\n{HEADING}")
            if node.tag in _HIDDEN:
                walk.skip_subtree()
            else:
                parts.append(_text(node.text, node))
            continue
        if is_block:
            parts.append("\n")
        parent = node.getparent()
        parts.append(_text(node.tail, parent if parent is not None else node))
    return [line for line in "".join(parts).split("\n") if line.strip(" \t\xa0" + HEADING)]


def _text(text: str | None, node: Any) -> str:
    return (text or "") if node.tag == "pre" else _SPACE.sub(" ", text or "")
