"""Nexis and Factiva exports: split whole in every format, or set aside; never two articles in one."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.reading import RawArticle, SetAside, read
from analysis.reading.documents import Document
from analysis.reading.exports import split
from analysis.reading.parts import find_dates, is_date
from analysis.study import Study

# Fictional articles, with their dates as Nexis and as Factiva write them.
ARTICLES = [
    {
        "headline": "Harbour board rejects crane sale",
        "outlet": "The Port Herald",
        "byline": "By Mara Quill",
        "dateline": "EASTHAVEN",
        "nexis": "January 7, 2025 Tuesday",
        "factiva": "7 January 2025",
        "published": "2025-01-07",
        "accession": "PHER000020250107el1700045",
        "body": [
            "The harbour board voted 5-4 on Monday to reject the sale of its last three cranes.",
            "“We are not for sale,” said Ina Holt, who chairs the board. The café’s owners agreed.",
            "Notes of the meeting will be published: Length: to be decided.",
        ],
    },
    {
        "headline": "Crane maker to sue over blocked deal",
        "outlet": "Easthaven Gazette (Northland)",
        "byline": "Tom Brandt and Ola Reyes",
        "dateline": "",
        "nexis": "January 8, 2025 Wednesday 10:30 PM GMT",
        "factiva": "8 January 2025",
        "published": "2025-01-08",
        "accession": "EGAZ000020250108el180001x",
        "body": ["Liftwell plc will sue the harbour board.", "IN THE END it wants damages of 12 million crowns."],
    },
    {
        "headline": "What the cranes were worth",
        "outlet": "The Port Herald",
        "byline": "",
        "dateline": "EASTHAVEN",
        "nexis": "January 9, 2025 Thursday",
        "factiva": "9 January 2025",
        "published": "2025-01-09",
        "accession": "PHER000020250109el1900002",
        "body": ["Nobody knows.", "An expert put it at 40 million crowns."],
    },
]


def nexis_new(articles: list[dict], *, cover: bool = True) -> list[str]:
    lines = []
    if cover:
        lines += ["User Name: A. Reader", "Date and Time: Friday, January 10, 2025 9:00:00 AM CET", "Job Number: 12345"]
        lines += [f"Documents ({len(articles)})", *(f"{n}. {a['headline']}" for n, a in enumerate(articles, 1)), ""]
    for article in articles:
        lines += [
            "Page 1 of 9",
            "",
            f"# {article['headline']}",
            article["outlet"],
            article["nexis"],
            "Final Edition",
            "",
        ]
        lines += ["Copyright 2025 Northland Media Ltd. All Rights Reserved", "", "Section: NEWS; Pg. 1"]
        lines += [f"Length: {len(' '.join(article['body']).split())} words"]
        lines += [f"Byline: {article['byline']}"] if article["byline"] else []
        lines += [f"Dateline: {article['dateline']}"] if article["dateline"] else []
        lines += ["", "Body", "", *[line for p in article["body"] for line in (p, "")]]
        lines += ["Graphic", "", "Photo: a crane at dawn", "", "Classification", "", "Language: ENGLISH"]
        lines += ["Publication-Type: Newspaper", "Subject: HARBORS (90%); CRANES (80%)", ""]
        lines += [f"Load-Date: {article['nexis']}", "", "End of Document", ""]
    return lines


def nexis_old(articles: list[dict]) -> list[str]:
    lines = []
    for n, article in enumerate(articles, 1):
        lines += ["", " " * 30 + f"{n} of {len(articles)} DOCUMENTS", "", ""]
        lines += [" " * 31 + article["outlet"], "", " " * 28 + article["nexis"], " " * 30 + "Final Edition", ""]
        lines += [article["headline"], ""]
        lines += [f"BYLINE: {article['byline']}", ""] if article["byline"] else []
        lines += ["SECTION: NEWS; Pg. 1", "", "LENGTH: 123 words", ""]
        lines += [f"DATELINE: {article['dateline']}", ""] if article["dateline"] else []
        lines += ["", *[line for p in article["body"] for line in (p, "")]]
        lines += ["GRAPHIC: Photo, a crane at dawn", "", "LOAD-DATE: January 10, 2025", "", "LANGUAGE: ENGLISH", ""]
        lines += ["PUBLICATION-TYPE: Newspaper", "", "", " " * 15 + "Copyright 2025 Northland Media", ""]
        lines += [" " * 20 + "All Rights Reserved", ""]
    return lines


def factiva_coded(articles: list[dict]) -> list[str]:
    lines = []
    for article in articles:
        lines += ["SE", "News", "HD", f"# {article['headline']}"]
        lines += ["BY", article["byline"]] if article["byline"] else []
        lines += ["WC", "123 words", "PD", article["factiva"], "SN", article["outlet"], "SC", "PHER", "PG", "1"]
        lines += ["LA", "English", "CY", "Copyright 2025 Northland Media.", "LP", article["body"][0]]
        lines += ["TD", *article["body"][1:], "CO", "liftwl : Liftwell plc", "IN", "i3: Machinery", "NS", "c1: News"]
        lines += ["RE", "north : Northland", "PUB", "Northland Media", "AN", f"Document {article['accession']}", ""]
    return [*lines, "Search Summary", "Text", "cranes and harbour", "Results Found", str(len(articles))]


def factiva_display(articles: list[dict]) -> list[str]:
    lines = []
    for article in articles:
        lines += ["", "News", f"# {article['headline']}", *([article["byline"]] if article["byline"] else [])]
        lines += ["1,234 words", article["factiva"], "09:30", article["outlet"], "PHER", "1", "English"]
        lines += ["Copyright 2025 Northland Media.", "", *[line for p in article["body"] for line in (p, "")]]
        lines += [f"Document {article['accession']}", "", "Page 3 of 9 © 2025 Factiva, Inc. All rights reserved."]
    return lines


def as_text(lines: list[str]) -> bytes:
    return "\r\n".join(line.removeprefix("# ") for line in lines).encode("utf-8")


def as_html(lines: list[str]) -> bytes:
    parts = []
    for line in lines:
        shown = html.escape(line.strip().removeprefix("# "))
        if line.startswith("# "):
            parts.append(f'<div id="hd"><span class="enHeadline">{shown}</span></div>')
        else:
            parts.append(f"<p>{shown}&nbsp;</p>\n")
    return ("<html><head><title>Export</title><style>p {}</style></head><body>" + "".join(parts)).encode("utf-8")


def as_rtf(lines: list[str]) -> bytes:
    def escape(text: str) -> str:
        text = text.replace("\\", r"\\").replace("{", r"\{").replace("}", r"\}")
        return "".join(c if ord(c) < 128 else rf"\u{ord(c)}?" for c in text)

    parts = [r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Times New Roman;}}{\header Page 1 of 9\par}"]
    for line in lines:
        if line.startswith("# "):  # as Nexis writes titles: links, all of them on one line of the file
            link = r'{\field{\*\fldinst{HYPERLINK "https://advance.lexis.com/x?a=1&b=2"}}'
            parts.append(rf"\pard\b {link}{{\fldrslt {{{escape(line[2:])}}}}}}}\b0\par ")
        else:
            parts.append(rf"\pard {escape(line.strip())}\par ")
    return "".join([*parts, "}"]).encode("ascii")


def as_docx(lines: list[str]) -> bytes:
    document = docx.Document()
    for line in lines:
        if line.startswith("# "):
            document.add_heading(line[2:], level=1)
        else:
            document.add_paragraph(line.strip())
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


FORMATS = {".txt": as_text, ".html": as_html, ".rtf": as_rtf, ".docx": as_docx}
KINDS = {"nexis uni": nexis_new, "lexisnexis": nexis_old, "factiva codes": factiva_coded, "factiva": factiva_display}


@pytest.fixture
def records(tmp_path: Path) -> Callable[[str, bytes], list[RawArticle | SetAside]]:
    def run(name: str, data: bytes) -> list[RawArticle | SetAside]:
        (tmp_path / name).write_bytes(data)
        return list(read(Study(tmp_path / "study.toml", "T", "t", (tmp_path / name,))))

    return run


def check(found: RawArticle | SetAside, expected: dict, number: int, kind: str) -> None:
    assert isinstance(found, RawArticle), found
    assert found.row == number
    assert not found.is_html
    headline, _, body = found.raw.partition("\n\n")
    assert headline == expected["headline"]
    assert [line for line in body.split("\n") if line] == expected["body"]
    known = {key: expected[key] for key in ("headline", "outlet", "byline", "dateline", "published")} | {
        "language": "en"
    }
    known["byline"] = known["byline"].removeprefix("By ")
    if kind.startswith("factiva"):
        del known["dateline"]
        assert found.article_id == expected["accession"]
    else:
        assert found.article_id == ""
    assert found.given == {key: value for key, value in known.items() if value}


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_export_is_split_into_its_articles(
    records: Callable[[str, bytes], list[RawArticle]], kind: str, suffix: str
) -> None:
    found = records(f"export{suffix}", FORMATS[suffix](KINDS[kind](ARTICLES)))
    assert len(found) == len(ARTICLES)
    for number, (record, expected) in enumerate(zip(found, ARTICLES, strict=True), start=1):
        check(record, expected, number, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_of_one_article_is_read_too(records: Callable[[str, bytes], list[RawArticle]], kind: str) -> None:
    found = records("export.txt", as_text(KINDS[kind](ARTICLES[1:2])))
    assert len(found) == 1
    check(found[0], ARTICLES[1], 1, kind)


def test_what_the_export_says_itself_is_no_text(records: Callable[[str, bytes], list[RawArticle]]) -> None:
    furniture = (
        "HARBORS", "All Rights", "1,234 words", "123 words", "i3: Machinery", "Document ", "Factiva", "Final Edition",
        "a crane at dawn", "Page 1", "Results Found", "English", "Pg. 1",
    )  # fmt: skip
    for kind, write in KINDS.items():
        for record in records("export.txt", as_text(write(ARTICLES))):
            for words in furniture:
                assert words not in record.raw, (kind, words)


CUT = {
    "nexis uni": ("End of Document", "cut off"),
    "lexisnexis": ("LOAD-DATE", "cut off"),
    "factiva codes": ("PUB", "cut off"),
    "factiva": ("Document EGAZ", "cut off"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_that_is_cut_off_loses_its_last_article_and_says_so(
    records: Callable[[str, bytes], list[RawArticle | SetAside]], kind: str
) -> None:
    lines = KINDS[kind](ARTICLES[:2])
    mark, reason = CUT[kind]
    last = max(n for n, line in enumerate(lines) if line.strip().startswith(mark))
    found = records("export.txt", as_text(lines[:last]))
    check(found[0], ARTICLES[0], 1, kind)
    assert [type(record) for record in found[1:2]] == [SetAside]
    assert reason in found[1].reason


JOINTS = {
    "nexis uni": "End of Document",
    "lexisnexis": "2 of 3 DOCUMENTS",
    "factiva codes": "Document PHER000020250107",
    "factiva": "Document PHER000020250107",
}


@pytest.mark.parametrize("kind", KINDS)
def test_two_articles_are_never_merged(records: Callable[[str, bytes], list[RawArticle | SetAside]], kind: str) -> None:
    lines = KINDS[kind](ARTICLES)
    joint = next(n for n, line in enumerate(lines) if line.strip().startswith(JOINTS[kind]))
    found = records("export.txt", as_text(lines[:joint] + lines[joint + 1 :]))
    articles = [record for record in found if isinstance(record, RawArticle)]
    assert [article.given["headline"] for article in articles] == ["What the cranes were worth"]
    reasons = " ".join(record.reason for record in found if isinstance(record, SetAside))
    assert "holds more than one article" in reasons
    if kind.startswith(("nexis", "lexis")):  # these say how many there should be
        assert "1 of them are not in it" in reasons


@pytest.mark.parametrize(
    ("kind", "drop", "reason"),
    [
        ("nexis uni", "Body", "no line 'Body'"),
        ("nexis uni", "January 8", "no line with its date"),
        ("lexisnexis", "LENGTH:", "no line 'LENGTH:'"),
        ("lexisnexis", "January 8", "no line with its date"),
        ("factiva", "1,234 words", "no line with its words"),
        ("factiva", "8 January", "no line with its words"),
    ],
)
def test_an_article_without_its_marks_is_set_aside_alone(
    records: Callable[[str, bytes], list[RawArticle | SetAside]], kind: str, drop: str, reason: str
) -> None:
    first, second, third = (KINDS[kind]([article]) for article in ARTICLES)
    if kind == "nexis uni":
        first, second, third = (nexis_new([article], cover=False) for article in ARTICLES)
    second = [line for line in second if not line.strip().startswith(drop)]
    lines = [line.replace("1 of 1 DOCUMENTS", "1 of 3 DOCUMENTS") for line in first + second + third]
    found = records("export.txt", as_text(lines))
    check(found[0], ARTICLES[0], 1, kind)
    assert isinstance(found[1], SetAside)
    assert found[1].row == 2
    assert reason in found[1].reason
    check(found[2], ARTICLES[2], 3, kind)


def test_older_labels_and_another_order_are_read() -> None:
    text = (
        "\n\n    1 of 1 DOCUMENT\n\n          Copyright 2005 Northland Media Ltd\n               The Port Herald\n\n"
        "              March 4, 2005, Friday\n\nBYLINE: MARA QUILL\n\nSECTION: Pg. 3\n\nLENGTH: 20 words\n\n"
        "HEADLINE: Cranes to\n  stay\n\nBODY:\nThe cranes will stay where\nthey are.\n\n"
        "SUBJECT: of the talks was the sale, she said.\n\nAll agreed.\n\nLOAD-DATE: March 5, 2005\n"
    )
    [article] = split(Document(text, "text"), "x.txt")
    assert article.raw == (
        "Cranes to stay\n\nThe cranes will stay where\nthey are.\n\n"
        "SUBJECT: of the talks was the sale, she said.\n\nAll agreed."
    )
    assert article.given == {
        "outlet": "The Port Herald", "byline": "MARA QUILL", "headline": "Cranes to stay", "published": "2005-03-04"
    }  # fmt: skip


def test_field_codes_with_their_values_on_one_line() -> None:
    text = (
        "HD   Cranes to stay\nBY   By Mara Quill\nWC   20 words\nPD   4 March 2005\nSN   The Port Herald\nSC   PHER\n"
        "LA   English\nCY   (c) 2005 Northland\nLP   The cranes will stay.\nTD   \nThey are old.\n\n"
        "IN SHORT, nobody minds.\nCO   liftwl\nAN   Document PHER000020050304e1340001x\n"
    )
    [article] = split(Document(text, "text"), "x.txt")
    assert article.raw == "Cranes to stay\n\nThe cranes will stay.\n\n\nThey are old.\n\nIN SHORT, nobody minds."
    assert (article.article_id, article.given["published"]) == ("PHER000020050304e1340001x", "2005-03-04")


def test_field_codes_in_the_rows_of_an_rtf_table(records: Callable[[str, bytes], list[RawArticle]]) -> None:
    rows = [
        ("HD", "Cranes to stay"),
        ("WC", "20 words"),
        ("PD", "4 March 2005"),
        ("SN", "The Port Herald"),
        ("LA", "English"),
    ]
    rows += [("LP", r"The cranes will stay.\par They are old."), ("TD", "Nobody minds."), ("CO", "liftwl")]
    rows += [("AN", "Document PHER000020050304e1340001x")]
    cells = "".join(rf"\trowd\cellx900\cellx9000\intbl {code}\cell {value}\cell\row " for code, value in rows)
    [article] = records("export.rtf", rb"{\rtf1\ansi " + cells.encode() + b"}")
    assert article.raw == "Cranes to stay\n\nThe cranes will stay.\nThey are old.\n\nNobody minds."
    assert article.given["outlet"] == "The Port Herald"


def test_a_text_box_of_a_word_file_is_read_once(records: Callable[[str, bytes], list[RawArticle]]) -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>In the box.</w:t></w:r></w:p></w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>Before.</w:t></w:r></w:p><w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'>"
        f"{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>A cell.</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        "<w:p><w:del><w:r><w:delText>Deleted.</w:delText></w:r></w:del><w:ins><w:r><w:t>New.</w:t></w:r></w:ins></w:p>"
    )
    names = (
        "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' "
        "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
        archive.writestr("_rels/.rels", f"<R><Relationship Type='{kind}' Target='word/document2.xml'/></R>")
        archive.writestr("word/document2.xml", f"<w:document {names}><w:body>{body}</w:body></w:document>")
    [article] = records("a.docx", buffer.getvalue())
    assert article.raw.split() == "Before. In the box. A cell. New.".split()


def test_a_text_that_ends_in_a_date_and_a_copyright_of_its_own_is_one_article() -> None:
    end = [
        "(END) Northland Newswires",
        "",
        "January 07, 2025 09:30 ET (14:30 GMT)",
        "",
        "Copyright (c) 2025 Northland Co.",
    ]
    lines = factiva_display([{**ARTICLES[0], "body": ARTICLES[0]["body"] + end}, ARTICLES[1]])
    found = list(split(Document("\n".join(line.removeprefix("# ") for line in lines), "text"), "x.txt"))
    assert [type(record) for record in found] == [RawArticle, RawArticle]
    assert found[0].raw.endswith("Copyright (c) 2025 Northland Co.")


def test_exports_of_two_kinds_in_one_file_are_set_aside() -> None:
    lines = [*nexis_old(ARTICLES[:1]), *factiva_display(ARTICLES[1:])]
    [found] = split(Document("\n".join(lines), "text"), "x.txt")
    assert isinstance(found, SetAside)
    assert "several kinds" in found.reason


def test_a_word_file_that_grows_is_set_aside(records: Callable[[str, bytes], list[SetAside]]) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
        archive.writestr("_rels/.rels", f"<R><Relationship Type='{kind}' Target='d.xml'/></R>")
        archive.writestr("d.xml", "<a>" + "<b/>" * (5 << 20) + "</a>")
    [found] = records("a.docx", buffer.getvalue())
    assert "grows to 20 MiB" in found.reason


def test_an_export_without_its_texts_is_set_aside() -> None:
    text = "HD\nA\nWC\n20 words\nPD\n4 March 2005\nSN\nB\nSC\nC\nAN\nDocument PHER000020050304e1340001x\n"
    [found] = split(Document(text, "text"), "x.txt")
    assert isinstance(found, SetAside)
    assert "exported without its text" in found.reason


@pytest.mark.parametrize("mark", ["Dokument 1 von 2", "Document 1 de 2"])
def test_an_export_in_another_language_is_no_article(mark: str) -> None:
    [found] = split(Document(f"   {mark}\n\nZeitung\n\nLÄNGE: 20 Wörter\n\nText\n", "text"), "x.txt")
    assert isinstance(found, SetAside)
    assert "another language" in found.reason


@pytest.mark.parametrize(
    ("suffix", "write"), [(".txt", as_text), (".html", as_html), (".rtf", as_rtf), (".docx", as_docx)]
)
def test_a_file_that_is_no_export_is_one_article(
    records: Callable[[str, bytes], list[RawArticle]], suffix: str, write: Callable[[list[str]], bytes]
) -> None:
    lines = [
        "# Document of shame",
        "The report, Document 12 of 40 documents, has a body.",
        "Length: it is long.",
        "The end.",
    ]
    [article] = records(f"a{suffix}", write(lines))
    assert (article.row, article.article_id, article.given) == (0, "", {})
    if suffix == ".html":
        assert article.is_html
        assert article.raw.startswith("<html>")
    else:
        assert [line for line in article.raw.split("\n") if line] == ["Document of shame", *lines[1:]]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.rtf", b"{\\rtf1\\ansi half of", "without its last brace"),
        ("a.rtf", b"no rtf at all", "is no RTF"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "save it as .docx"),
        ("a.docx", b"PK\x03\x04 half of", "not a whole DOCX"),
        ("a.docx", as_docx(["One.", "Two."])[:-500], "not a whole DOCX"),
    ],
)
def test_half_of_a_document_is_set_aside(
    records: Callable[[str, bytes], list[SetAside]], name: str, data: bytes, reason: str
) -> None:
    [found] = records(name, data)
    assert isinstance(found, SetAside)
    assert reason in found.reason


@pytest.mark.parametrize(
    ("line", "dates", "is_one"),
    [
        ("January 7, 2025 Tuesday 10:30 PM GMT", ["2025-01-07"], True),
        ("Tuesday, 7 January 2025", ["2025-01-07"], True),
        ("2025-01-07", ["2025-01-07"], True),
        ("Sept. 4, 2024", ["2024-09-04"], True),
        ("January 2025", [], True),
        ("Spring 2025", [], True),
        ("The vote on January 7, 2025 was close", ["2025-01-07"], False),
        ("Late Edition - Final", [], False),
        ("January 45, 2025", [], True),
    ],
)
def test_lines_with_dates(line: str, dates: list[str], is_one: bool) -> None:
    assert find_dates(line) == dates
    assert is_date(line) is is_one


MARKS = ["Body", "HD", "TD", "Length: 3 words", "End of Document", "", "1 of 3 DOCUMENTS", "7 words", "Classification"]


@settings(max_examples=100, deadline=None)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    drops=st.sets(st.integers(0, 120), max_size=4),
    extra=st.lists(st.tuples(st.integers(0, 120), st.sampled_from(MARKS))),
)
def test_a_damaged_export_loses_nothing_silently_and_merges_nothing(
    kind: str, drops: set[int], extra: list[tuple[int, str]]
) -> None:
    lines = [line.removeprefix("# ") for n, line in enumerate(KINDS[kind](ARTICLES)) if n not in drops]
    for place, line in extra:
        lines.insert(place, line)
    found = split(Document("\n".join(lines), "text"), "x.txt")
    if found is None:
        return
    records = list(found)
    assert records
    texts = [record.raw for record in records if isinstance(record, RawArticle)]
    for text in texts:
        assert sum(article["body"][0] in text for article in ARTICLES) <= 1, text
    if len(texts) == len(records):  # nothing was set aside, so nothing may be missing
        for article in ARTICLES:
            if article["body"][0] in lines:
                assert any(article["body"][0] in text for text in texts), article["headline"]
