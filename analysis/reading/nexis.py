"""Nexis exports: Nexis Uni and Lexis+ ("End of Document"), and the older text form ("1 of 200 DOCUMENTS")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.reading.documents import HEADING, Document
from analysis.reading.parts import MERGED, Part, find_dates, is_date, squeeze

__all__ = ["is_new", "is_old", "split_new", "split_old"]

_OLD = re.compile(r"(\d{1,6}) of (\d{1,6}) DOCUMENTS?")
_OLD_OTHER = re.compile(r"^\s*Dokument \d{1,6} von \d{1,6}\s*$|^\s*Document \d{1,6} de \d{1,6}\s*$", re.MULTILINE)
_LABELS = "Length|Section|Byline|Dateline|Highlight|Distribution|Series|Edition|Column"
_LABEL = re.compile(rf"({_LABELS}):\s*(.*)", re.DOTALL)
_LENGTH = re.compile(r"Length:\s*[\d,.]+\s*words?", re.IGNORECASE)
_COPYRIGHT = re.compile(r"(?:Copyright|©|\(c\))\s*(?:©|\(c\)\s*)?\d{4}|All Rights Reserved", re.IGNORECASE)
_PAGE = re.compile(r"Page \d+ of \d+")
_COVER = re.compile(r"Documents \((\d{1,6})\)")
_LINK = re.compile(r"Link to (?:Image|PDF|Original|Story)", re.IGNORECASE)
_AFTER = ("Classification", "Notes", "Correction", "Graphic")
_HEAD = "BYLINE|SECTION|LENGTH|DATELINE|HEADLINE|HIGHLIGHT|SERIES|EDITION|COLUMN|DISTRIBUTION|SOURCE|BODY"
_HEAD_LABEL = re.compile(rf"({_HEAD}):\s*(.*)", re.DOTALL)
_TAIL = (
    "LOAD-DATE|LANGUAGE|PUBLICATION-TYPE|DOCUMENT-TYPE|JOURNAL-CODE|SUBJECT|ORGANIZATION|COMPANY|TICKER|INDUSTRY|"
    "GEOGRAPHIC|COUNTRY|STATE|CITY|PERSON|CATEGORY|ACC-NO|TYPE|NOTES|CORRECTION-DATE|CORRECTION|URL|GRAPHIC|"
    "TERMS|PUB-TYPE|UPDATE"
)
_TAIL_LABEL = re.compile(rf"({_TAIL}):\s*(.*)", re.DOTALL)
_LONGEST_VALUE = 300
_FULL_LINE = 55
_EDITION = re.compile(r"\b(?:Edition|Final|Edn)\b")


def is_old(document: Document) -> bool:
    """Tell whether a file is an older LexisNexis export."""
    text = document.text
    return (_OLD.search(text) is not None and "LENGTH:" in text) or (
        _OLD_OTHER.search(text) is not None and re.search(r"^\s*(?:LÄNGE|LONGUEUR):", text, re.MULTILINE) is not None
    )


def is_new(document: Document) -> bool:
    """Tell whether a file is an export of Nexis Uni or Lexis+."""
    text = document.text
    if "End of Document" not in text and ("Body" not in text or "Length:" not in text):
        return False
    lines = [line.removeprefix(HEADING).strip() for line in document.lines]
    has_body = "Body" in lines
    is_labelled = any(line.startswith(("Load-Date:", "Length:")) for line in lines)
    is_closed = "End of Document" in lines
    has_length = any(_LENGTH.match(line) for line in lines)
    return (is_closed and (has_body or is_labelled)) or (has_body and has_length)


def split_new(document: Document) -> Iterator[Part]:
    """Yield the articles of a Nexis Uni export."""
    block: list[str] = []
    number, announced = 0, 0
    for line in document.lines:
        plain = line.removeprefix(HEADING).strip()
        if plain == "End of Document":
            number += 1
            yield _read_new(number, block)
            block = []
        elif plain and not _PAGE.fullmatch(plain):
            cover = _COVER.fullmatch(plain)
            announced = announced or (int(cover[1]) if cover and number == 0 else 0)
            block.append(line)
    if block:
        number += 1
        shown = squeeze(block[0].removeprefix(HEADING))[:60]
        yield Part(number, f"is cut off: no 'End of Document' after {shown!r}")
    if announced > number:
        yield Part(0, f"its cover announces {announced} documents, and {announced - number} of them are not in it")


def _read_new(number: int, block: list[str]) -> Part:
    lines = [line.removeprefix(HEADING).strip() for line in block]
    bodies = [n for n, line in enumerate(lines) if line == "Body"]
    if not bodies:
        return Part(number, "has no line 'Body': its text cannot be told from the rest")
    heads = sum(1 for line in lines if _LENGTH.match(line))
    if heads > 1 or sum(1 for line in lines if line.startswith("Load-Date:")) > 1:
        return Part(number, MERGED)
    start = bodies[0]
    label = next((n for n, line in enumerate(lines[:start]) if _LABEL.match(line) or _COPYRIGHT.match(line)), start)
    dates = [n for n in range(label) if is_date(lines[n])]
    if not dates or dates[-1] < 1:
        return Part(number, "has no line with its date above 'Body': its heading cannot be told")
    when = dates[-1]
    part = Part(number, outlet=lines[when - 1])
    titles = list(range(when - 1))
    marked = [n for n in titles if block[n].startswith(HEADING)]
    if marked:
        titles = marked[-1:]
    elif number == 1 or len(titles) > 3:  # a cover and a list of contents may stand before the first
        titles = titles[-1:]
    part.headline = squeeze(" ".join(lines[n] for n in titles))
    part.published = next(iter(find_dates(lines[when])), "")
    for line in lines[label:start]:
        found = _LABEL.match(line)
        if found is not None and found[1] == "Byline":
            part.byline = found[2]
        elif found is not None and found[1] == "Dateline":
            part.dateline = found[2]
    end = _end_of_body(lines, start)
    part.body = [line for line in lines[start + 1 : end] if not _LINK.fullmatch(line)]
    language = next((line for line in lines[end:] if line.startswith("Language:")), "")
    part.language = language.removeprefix("Language:").strip()
    return part


def _end_of_body(lines: list[str], start: int) -> int:
    """Number of the first line after the body: of what can follow it, each looked for from the end."""
    end = next((n for n in range(len(lines) - 1, start, -1) if lines[n].startswith("Load-Date:")), len(lines))
    for heading in _AFTER:
        end = next((n for n in range(end - 1, start, -1) if lines[n] == heading), end)
    return end


def split_old(document: Document) -> Iterator[Part]:
    """Yield the articles of an older LexisNexis export."""
    if _OLD.search(document.text) is None:
        yield Part(0, "is a Nexis export in another language than English; set Nexis to English and export it again")
        return
    paragraphs = _paragraphs(document)
    blocks: list[tuple[int, int, list[str]]] = []
    for paragraph in paragraphs:
        mark = _OLD.fullmatch(paragraph.strip())
        if mark is not None:
            blocks.append((int(mark[1]), int(mark[2]), []))
        elif blocks:
            blocks[-1][2].append(paragraph)
    if not blocks:
        yield Part(0, "looks like a Nexis export, but no line says 'N of M DOCUMENTS' by itself")
        return
    closed = sum(1 for _, _, block in blocks if _is_closed(block))
    for place, (_, _, block) in enumerate(blocks, start=1):
        if place == len(blocks) and len(blocks) > 1 and closed == len(blocks) - 1 and not _is_closed(block):
            yield Part(place, "is cut off: no LOAD-DATE after its text")
        else:
            yield _read_old(place, block)
    missing = max(total for _, total, _ in blocks) - len({number for number, _, _ in blocks})
    if missing > 0:
        yield Part(0, f"its documents are numbered up to {missing + len(blocks)}, and {missing} of them are not in it")


def _paragraphs(document: Document) -> list[str]:
    """Paragraphs: parted by blank lines in plain text, a line each in the other kinds."""
    if document.kind != "text":
        return [line.removeprefix(HEADING).strip() for line in document.lines if line]
    text = re.sub(r"[\f\x0b]", "\n", document.text.replace("\xa0", " "))
    text = re.sub(rf"^[ \t]*({_OLD.pattern})[ \t]*$", r"\n\1\n", text, flags=re.MULTILINE)
    return [p for p in re.split(r"\n[ \t]*(?:\n[ \t]*)+", text) if p.strip()]


def _is_closed(block: list[str]) -> bool:
    return any(p.lstrip().startswith(("LOAD-DATE:", "LANGUAGE:", "PUBLICATION-TYPE:")) for p in block)


def _read_old(number: int, block: list[str]) -> Part:
    lengths = [n for n, p in enumerate(block) if p.lstrip().startswith("LENGTH:")]
    if not lengths:
        return Part(number, "has no line 'LENGTH:': its heading cannot be told from its text")
    if len(lengths) > 1:
        return Part(number, MERGED)
    block = [piece for paragraph in block for piece in _labelled(paragraph)]
    lengths = [n for n, p in enumerate(block) if p.startswith("LENGTH:")]
    first = next(n for n, p in enumerate(block) if _HEAD_LABEL.match(p.lstrip()))
    dates = [n for n in range(first) if any(is_date(line.strip()) for line in block[n].split("\n"))]
    if not dates:
        return Part(number, "has no line with its date above 'LENGTH:': its heading cannot be told")
    when = dates[0]
    part = Part(number, published=next(iter(find_dates(block[when])), ""))
    above = [line.strip() for p in block[: when + 1] for line in p.split("\n")]
    above = above[: next(n for n, line in enumerate(above) if is_date(line))]
    part.outlet = next((line for line in reversed(above) if not _COPYRIGHT.search(line)), "")
    titles = [p for p in block[when + 1 : first] if not _is_edition(p)]
    part.headline = squeeze(titles[-1]) if titles else ""
    body = first
    for n in range(first, len(block)):
        found = _HEAD_LABEL.match(block[n].lstrip())
        if found is None:
            break
        body = n + 1
        label, value = found[1], found[2]
        if label != "BODY" and len(value) > (_LONGEST_VALUE if label != "HIGHLIGHT" else 5 * _LONGEST_VALUE):
            return Part(number, f"has text under {label}: its heading cannot be told from its text")
        if label == "HEADLINE":
            part.headline = squeeze(value)
        elif label == "BYLINE":
            part.byline = value
        elif label == "DATELINE":
            part.dateline = value
        elif label == "BODY":
            block[n] = value
            body = n if value.strip() else n + 1
            break
    if body <= lengths[0]:
        return Part(number, "has text before 'LENGTH:': its heading cannot be told from its text")
    end = _end_of_old(block, body)
    part.body = [text for p in block[body:end] for text in (_dedent(p), "")]
    language = next((m[2] for p in block[end:] if (m := _TAIL_LABEL.match(p.lstrip())) and m[1] == "LANGUAGE"), "")
    part.language = language
    return part


def _labelled(paragraph: str) -> list[str]:
    """The parts of a paragraph that opens with a label: one for each label in it, and what follows their values."""
    if not _HEAD_LABEL.match(paragraph.lstrip()):
        return [paragraph]
    pieces: list[list[str]] = []
    for line in paragraph.split("\n"):
        line = line.strip()
        if not pieces or _HEAD_LABEL.match(line) or _ends_value(pieces[-1]):
            pieces.append([])
        pieces[-1].append(line)
    return ["\n".join(piece) for piece in pieces]


def _ends_value(piece: list[str]) -> bool:
    """Tell whether the value of a label is over: a length is one line, others go on only where the line was full."""
    if not _HEAD_LABEL.match(piece[0]) or piece[0].startswith(("HEADLINE:", "HIGHLIGHT:", "BODY:")):
        return False
    return piece[0].startswith("LENGTH:") or len(piece[-1]) < _FULL_LINE


def _is_edition(paragraph: str) -> bool:
    return paragraph.startswith(" " * 8) or (len(paragraph) < 60 and _EDITION.search(paragraph) is not None)


def _end_of_old(block: list[str], body: int) -> int:
    """Number of the first paragraph after the body: the labels and the copyright that close a document."""
    end = len(block)
    while end > body and (_TAIL_LABEL.match(block[end - 1].lstrip()) or _COPYRIGHT.match(block[end - 1].strip())):
        end -= 1
    return next((n for n in range(end - 1, body, -1) if block[n].lstrip().startswith("GRAPHIC:")), end)


def _dedent(paragraph: str) -> str:
    return "\n".join(line.strip() for line in paragraph.split("\n"))
