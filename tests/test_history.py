"""What stands beside the runs: index, feed, failure page, trends, what changed; and telling of a failure."""

from __future__ import annotations

import re
import stat
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from runner_kit import OUTLETS, measure, write_study

from analysis import schema
from analysis.reports.publishing import Run, changed, fingerprints, notify
from analysis.reports.publishing.history import _took, failure_page, feed, index_page
from analysis.reports.trends import numbers
from analysis.study import read_study

HOSTILE = (
    "</title><script>alert(1)</script><meta http-equiv=refresh content='0;url=//x'>{{7*7}}\x1b[31m\x00\x0b\ud800\ufffe"
)
ATOM = "{http://www.w3.org/2005/Atom}"


def a_run(number: int, status: str = "ok", **known: object) -> Run:
    started = f"2025-01-{number:02d}T06:00:00.000Z"
    name = f"202501{number:02d}T060000Z-00000000"
    return replace(Run(name, status, started, ended=started, seconds=61.0, title="T"), **known)  # type: ignore[arg-type]


def test_the_index_lists_every_run_and_the_latest_report() -> None:
    page = index_page([a_run(3, "failed", error=("a", "b: c")), a_run(2, changed=("Texts changed: a.txt",)), a_run(1)])
    assert "runs/20250103T060000Z-00000000/failed.html" in page
    assert "runs/20250102T060000Z-00000000/index.html" in page
    assert "The last run did not end well" in page
    assert "Texts changed: a.txt" in page
    assert "b: c" in page
    assert "1 min 1 s" in page
    assert [_took(a_run(1, seconds=s)) for s in (0.04, 59.4, 59.6, 119.7, 3600.0)] == [
        "0.0 s", "59.4 s", "1 min 0 s", "2 min 0 s", "60 min 0 s",
    ]  # fmt: skip
    assert "of 2025-01-02 06:00 UTC" in page


def test_without_a_report_the_index_says_so() -> None:
    assert "No report has been published yet" in index_page([])
    assert "not known" in index_page([a_run(1, "killed", seconds=None)])


@pytest.mark.parametrize("where", ["title", "error", "changed", "notebook"])
def test_hostile_text_is_only_text(where: str) -> None:
    known: dict[str, object] = {
        "title": {"title": HOSTILE},
        "error": {"error": (HOSTILE,)},
        "changed": {"changed": (HOSTILE,)},
        "notebook": {"notebooks": ({"name": HOSTILE, "status": "failed", "cell": 1, "error": [HOSTILE]},)},
    }[where]  # type: ignore[assignment]
    run = a_run(1, "failed", **known)
    for page in (index_page([run]), failure_page(run)):
        head = page.partition("</head>")[0]
        assert re.search(r"<head>\s*<meta http-equiv=\"Content-Security-Policy\"", head), "the policy comes first"
        harmless = re.findall(
            r"<(\w+)", index_page([a_run(1, "failed")]) + failure_page(a_run(1, "failed", error=("x",)))
        )
        assert set(re.findall(r"<(\w+)", page)) <= {*harmless, "h2", "table", "ul", "li"}
        assert page.count("<meta") == 4
        assert "<title></title>" not in page
        assert not set(page) & set("\x1b\x00\ud800")
        assert "7*7" in page or where not in page
    root = ElementTree.fromstring(feed([run]).encode("utf-8", "strict"))
    assert root.tag == f"{ATOM}feed"


def test_the_feed_is_atom() -> None:
    runs = [a_run(3, "running"), a_run(2, "killed", error=("stopped",)), a_run(1, changed=("x", "y"))]
    root = ElementTree.fromstring(feed(runs))
    entries = root.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [
        "2025-01-02 06:00 UTC: killed",
        "2025-01-01 06:00 UTC: ok",
    ]
    assert [entry.find(f"{ATOM}link").get("href") for entry in entries] == [
        "runs/20250102T060000Z-00000000/failed.html",
        "runs/20250101T060000Z-00000000/index.html",
    ]
    assert entries[1].findtext(f"{ATOM}summary") == "x; y"
    for element in (root, *entries):
        for name in ("id", "title", "updated"):
            assert element.findtext(f"{ATOM}{name}"), name
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 2
    assert root.findtext(f"{ATOM}author/{ATOM}name")


def test_trends_are_drawn_from_the_oldest_report_to_the_newest() -> None:
    values = [1.0, 3.0, 2.0]
    listed = [a_run(3 - i, numbers={"articles": v}) for i, v in enumerate(values[::-1])]
    page = index_page([*listed[:1], a_run(9, "failed", numbers={"articles": 99.0}), *listed[1:]])
    assert 'points="0.0,18.0 50.0,2.0 100.0,10.0"' in page
    assert "articles: from 1 to 2, lowest 1, highest 3" in page
    assert "Trends" not in index_page(listed[:1])


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ({"a": "1"}, {"a": "1"}, ()),
        ({"a": "1"}, {"a": "1", "b": "2"}, ("Texts added: b",)),
        ({"a": "1", "b": "2"}, {"b": "2"}, ("Texts removed: a",)),
        ({"a": "1"}, {"a": "2", "b": "1"}, ("Texts added: b", "Texts changed: a")),
        ({}, {str(i): "1" for i in range(8)}, ("Texts added: 0, 1, 2, 3, 4 and 3 more",)),
    ],
)
def test_what_changed_in_the_texts(before: dict[str, str], after: dict[str, str], lines: tuple[str, ...]) -> None:
    assert changed({"corpus": before}, {"corpus": after}) == lines


def test_fingerprints_tell_texts_from_method(tmp_path: Path) -> None:
    path = write_study(tmp_path)
    books = {"overview": tmp_path / "notebooks" / "overview.ipynb"}

    def taken(parameters: object = ()) -> dict[str, dict[str, str]]:
        return fingerprints(read_study(path), books, parameters)

    first = taken()
    assert taken() == first
    (tmp_path / "a.txt").write_text("other")
    assert changed(first, taken()) == ("Texts changed: a.txt",)
    (tmp_path / "a.txt").write_text("A headline\n\nA body.\n", "utf-8")
    assert changed(first, taken({"n": 2})) == ("Method changed: parameters",)
    books["overview"].write_text(books["overview"].read_text() + " ")
    assert changed(first, taken()) == ("Method changed: notebook overview",)


def test_fingerprints_do_not_depend_on_the_place(tmp_path: Path) -> None:
    found = []
    for place in ("a", "b/c"):
        path = write_study(tmp_path / place)
        found.append(fingerprints(read_study(path), {"overview": path.parent / "notebooks" / "overview.ipynb"}, {}))
    assert found[0] == found[1]


def test_numbers_that_are_followed() -> None:
    tables = measure(None).tables
    rows = [
        ("article", "a0", "sentiment", "balance", "deal", "outlet", "", "model", 0.5, 2, 2, None, None, ""),
        (
            "article",
            "a1",
            "sentiment",
            "balance",
            "deal",
            "outlet",
            "",
            "model",
            None,
            0,
            0,
            None,
            None,
            "not mentioned",
        ),
        ("article", "a0", "frame", "generic/conflict", "", "", "", "fitted", 1.0, 1, 1, None, None, ""),
        ("article", "a1", "frame", "generic/conflict", "", "", "", "fitted", 0.0, 0, 1, None, None, ""),
        ("article", "zz", "frame", "generic/conflict", "", "", "", "fitted", 1.0, 1, 1, None, None, ""),
    ]
    found = numbers(tables | {"measures": schema.frame("measures", rows)})
    assert found == {
        "articles compared": 2.0,
        "outlets": float(len(OUTLETS)),
        "utterances": 0.0,
        "sentiment toward deal, outlets' own words": 0.5,
        "share of articles with frame generic/conflict": 0.5,
    }
    assert numbers({name: pd.DataFrame(table) for name, table in tables.items()})["articles compared"] == 2.0


def test_a_failure_command_hears_of_it_through_its_environment_alone(tmp_path: Path) -> None:
    told = tmp_path / "told"
    run = a_run(1, "failed", error=("a", "$(touch x); `touch x`\0"))
    command = f'printf \'%s|%s|%s\' "$NUTGRAF_STATUS" "$NUTGRAF_ERROR" "$NUTGRAF_PAGE" > {told}'
    assert notify(run, tmp_path / "failed.html", command=command) == []
    assert told.read_text() == f"failed|a\n$(touch x); `touch x`|{tmp_path / 'failed.html'}"
    assert notify(run, None, command="echo why >&2; exit 3") == ["on-failure command: exit code 3: why"]


def test_mail_goes_through_the_local_sendmail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "sendmail"
    program.write_text(f"#!/bin/sh\ncat > {tmp_path / 'mail'}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("SENDMAIL", str(program))
    run = a_run(
        1, "timed out", title="T\r\nBcc: x@y", error=("it was late",), notebooks=({"name": "n", "status": "failed"},)
    )
    assert notify(run, None, mail_to="me@example.org\nBcc: x@y") == []
    mail = (tmp_path / "mail").read_text()
    assert "Subject: nutgraf: T Bcc: x@y: timed out" in mail
    assert not re.search(r"^Bcc:", mail, re.M)
    assert "it was late" in mail
    assert "n: failed" in mail
    odd = a_run(1, "failed", title="T\ud800", error=("cannot read caf\udce9.txt",))
    assert notify(odd, tmp_path / "caf\udce9", command="true", mail_to="me@example.org") == []
    assert "cannot read caf?.txt" in (tmp_path / "mail").read_text()
    [wrong] = notify(run, None, mail_to="a@@b, <")
    assert wrong.startswith("mail-to 'a@@b, <': no message can be written")
    monkeypatch.setenv("SENDMAIL", str(tmp_path / "nothing"))
    assert notify(run, None, mail_to="me@example.org") == ["sendmail: No such file or directory"]
