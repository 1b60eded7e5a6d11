"""`fetch` from end to end against a site on this machine: what is kept, what is remembered, what is told."""

from __future__ import annotations

import dataclasses
import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fetching_kit import (
    SETTINGS,
    Request,
    Site,
    TestClock,
    answer,
    page,
    redirect,
    rss,
    sitemap,
    sitemap_index,
    study_of,
)

from analysis import fetching, measure
from analysis.cli import main
from analysis.errors import InputError, JobError
from analysis.fetching import Account
from analysis.reading import RawArticle, SetAside, addresses, read
from analysis.study import Study, read_study

MONDAY = "Mon, 05 Jan 2026 22:30:00 -0500"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture
def news(site: Site) -> Site:
    """A feed of three articles."""
    items = [(f"/news/{n}?utm_source=rss", f"Headline {n}", MONDAY) for n in (1, 2, 3)]
    site.routes["/feed"] = answer(rss(*items), kind="application/rss+xml")
    for n in (1, 2, 3):
        site.routes[f"/news/{n}"] = answer(page(f"Headline {n}"))
    return site


def run(study: Study, **settings: object) -> Account:
    return fetching.fetch(study, settings=dataclasses.replace(SETTINGS, **settings), clock=TestClock())


def rows(study: Study) -> list[dict[str, object]]:
    return [json.loads(path.read_text("utf-8")) for path in sorted(study.folder.glob("fetched/*/*.jsonl"))]


def ends(account: Account) -> list[tuple[str, str]]:
    return [(item.url.partition("/")[2].partition("/")[2].partition("/")[2], item.status) for item in account.pages]


def test_a_feeds_articles_are_kept_with_what_the_feed_says(news: Site, tmp_path: Path) -> None:
    study = study_of(tmp_path, f'url = "{news.url("/feed")}"\noutlet = "Daily Example"')
    account = run(study)
    assert account.summary == "3 addresses: 3 new, 0 unchanged, 0 failed"
    assert account.in_corpus
    assert [row["url"] for row in sorted(rows(study), key=lambda row: str(row["url"]))] == [
        news.url(f"/news/{n}") for n in (1, 2, 3)
    ]
    for row in rows(study):
        assert (row["outlet"], row["published"]) == ("Daily Example", "2026-01-05")
        assert str(row["headline"]).startswith("Headline ")
        assert str(row["raw"]).startswith("<!DOCTYPE html>")
    assert news.paths(robots=True) == ["/robots.txt", "/feed", "/news/1", "/news/2", "/news/3"]
    agents = {request.headers["user-agent"].split("/")[0] for request in news.asked}
    assert agents == {"nutgraf"}


def test_nothing_is_asked_for_twice(news: Site, tmp_path: Path) -> None:
    study = study_of(tmp_path, news.url("/feed"))
    run(study)
    before = {path: path.read_bytes() for path in (tmp_path / "fetched").glob("*/*")}
    news.asked.clear()
    account = run(study)
    assert account.summary == "3 addresses: 0 new, 3 unchanged, 0 failed"
    assert news.paths() == ["/feed"]
    assert {path: path.read_bytes() for path in (tmp_path / "fetched").glob("*/*")} == before


def test_an_unchanged_feed_is_told_by_its_etag(news: Site, tmp_path: Path) -> None:
    whole = news.routes["/feed"]
    assert isinstance(whole, bytes)
    tagged = whole.replace(b"\r\n\r\n", b'\r\nETag: "f1"\r\nLast-Modified: Mon, 05 Jan 2026 06:00:00 GMT\r\n\r\n', 1)

    def feed(request: Request) -> bytes:
        return answer("", status=304) if request.headers.get("if-none-match") == '"f1"' else tagged

    news.routes["/feed"] = feed
    study = study_of(tmp_path, news.url("/feed"))
    assert run(study, limit=2).count("left") == 1
    news.asked.clear()
    account = run(study)
    assert [item.status for item in account.lists] == ["unchanged"]
    assert ends(account) == [("news/1", "unchanged"), ("news/2", "unchanged"), ("news/3", "new")]
    assert news.asked[1].headers["if-modified-since"] == "Mon, 05 Jan 2026 06:00:00 GMT"
    # Read in another way, the same feed has to be read again.
    assert ends(run(study_of(tmp_path, f'url = "{news.url("/feed")}"\nmatch = "/news/2"'))) == [("news/2", "unchanged")]


def test_what_a_feed_has_forgotten_is_still_fetched(news: Site, tmp_path: Path) -> None:
    study = study_of(tmp_path, news.url("/feed"))
    assert ends(run(study, limit=1)) == [("news/1", "new"), ("news/2", "left"), ("news/3", "left")]
    news.routes["/feed"] = answer(rss(("/news/4", "Headline 4", MONDAY)))
    news.routes["/news/4"] = answer(page("Headline 4"))
    assert sorted(ends(run(study))) == [("news/2", "new"), ("news/3", "new"), ("news/4", "new")]


def test_what_no_longer_matches_is_not_fetched(news: Site, tmp_path: Path) -> None:
    assert run(study_of(tmp_path, news.url("/feed")), limit=1).count("left") == 2
    study = study_of(tmp_path, f'url = "{news.url("/feed")}"\nmatch = "/news/3"')
    assert ends(run(study)) == [("news/3", "new")]


def test_a_changed_page_is_kept_beside_the_old_one(site: Site, tmp_path: Path) -> None:
    site.routes["/map.xml"] = answer(sitemap((site.url("/a"), "2026-01-01")), kind="application/xml")
    site.routes["/a"] = answer(page("Headline"), ETag='"one"')
    study = study_of(tmp_path, site.url("/map.xml"))
    assert ends(run(study)) == [("a", "new")]

    site.routes["/map.xml"] = answer(sitemap((site.url("/a"), "2026-01-02")), kind="application/xml")
    site.routes["/a"] = lambda request: answer("", status=304) if "if-none-match" in request.headers else b""
    assert ends(run(study)) == [("a", "unchanged")]

    # The same article among other advertisements is no revision.
    site.routes["/map.xml"] = answer(sitemap((site.url("/a"), "2026-01-03")), kind="application/xml")
    site.routes["/a"] = answer(page("Headline", head="<script>advertisement(7)</script>"))
    assert ends(run(study)) == [("a", "unchanged")]
    assert len(rows(study)) == 1

    site.routes["/a"] = answer(page("Headline", extra="The bidder withdrew its offer on Tuesday, its lawyer said."))
    assert ends(run(study)) == [("a", "unchanged")]
    assert ends(run(study, refresh=True)) == [("a", "changed")]
    assert [(row["revision"], "withdrew" in str(row["raw"])) for row in rows(study)] == [(1, False), (2, True)]
    assert len({row["url"] for row in rows(study)}) == 1


def test_two_addresses_of_one_page_are_one_article(site: Site, tmp_path: Path) -> None:
    site.routes["/feed"] = answer(rss(("/short/1", "Headline", MONDAY), ("/short/2", "Headline", MONDAY)))
    site.routes["/short/1"] = redirect("/news/1")
    site.routes["/short/2"] = redirect(site.url("/news/1"), status=308)
    site.routes["/news/1"] = answer(page("Headline"))
    study = study_of(tmp_path, site.url("/feed"))
    assert ends(run(study)) == [("short/1", "new"), ("short/2", "unchanged")]
    assert [(row["url"], row["listed_url"]) for row in rows(study)] == [(site.url("/news/1"), site.url("/short/1"))]
    site.asked.clear()
    assert ends(run(study)) == [("short/1", "unchanged"), ("short/2", "unchanged")]
    assert site.paths() == ["/feed"]
    site.routes["/feed"] = answer(rss(("/news/1", "Headline", MONDAY), ("/short/1", "Headline", MONDAY)))
    assert ends(run(study)) == [("news/1", "unchanged"), ("short/1", "unchanged")]
    assert site.paths() == ["/feed", "/feed"]


def test_an_address_that_another_has_led_to_is_not_asked_for_again(site: Site, tmp_path: Path) -> None:
    site.routes["/feed"] = answer(rss(("/short", "Headline", MONDAY), ("/news/1", "Headline", MONDAY)))
    site.routes |= {"/short": redirect("/news/1"), "/news/1": answer(page("Headline"))}
    assert ends(run(study_of(tmp_path, site.url("/feed")))) == [("short", "new"), ("news/1", "unchanged")]
    assert site.paths() == ["/feed", "/short", "/news/1"]


def test_sitemaps_name_sitemaps_and_may_name_themselves(site: Site, tmp_path: Path) -> None:
    urls = [site.url(path) for path in ("/index.xml", "/a.xml", "/b.xml.gz", "/gone.xml")]
    site.routes["/index.xml"] = answer(sitemap_index(*urls), kind="application/xml")
    site.routes["/a.xml"] = answer(sitemap((site.url("/2026/01/a"), "2026-01-01"), (site.url("/sport/b"), "")))
    site.routes["/b.xml.gz"] = answer(
        gzip.compress(sitemap_index(urls[0], site.url("/c.xml"))), kind="application/gzip"
    )
    site.routes["/c.xml"] = answer(sitemap((site.url("/2026/01/c"), "2026-01-01")))
    for path in ("/2026/01/a", "/2026/01/c"):
        site.routes[path] = answer(page(f"Headline of {path}"))
    account = run(study_of(tmp_path, f'url = "{urls[0]}"\nmatch = ["/2026/*/"]'))
    assert ends(account) == [("2026/01/a", "new"), ("2026/01/c", "new")]
    assert site.paths().count("/index.xml") == 1
    assert "gone.xml: HTTP 404" in account.lists[0].reason


def test_a_news_sitemap_names_headline_day_and_outlet(site: Site, tmp_path: Path) -> None:
    site.routes["/news.xml"] = answer(
        f"""<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url><loc>{site.url("/a")}</loc>
        <image:image><image:loc>{site.url("/picture.jpg")}</image:loc></image:image><news:news><news:publication>
        <news:name>Daily Example</news:name><news:language>en</news:language></news:publication>
        <news:publication_date>2026-01-05T23:30:00-05:00</news:publication_date>
        <news:title>Harbour &amp; sale</news:title>
        </news:news></url></urlset>""",
        kind="text/xml",
    )
    site.routes["/a"] = answer(page("Harbour &amp; sale"))
    study = study_of(tmp_path, site.url("/news.xml"))
    run(study)
    wanted = ("outlet", "headline", "published", "language")
    assert [tuple(row[key] for key in wanted) for row in rows(study)] == [
        ("Daily Example", "Harbour & sale", "2026-01-05", "en")
    ]
    assert "/picture.jpg" not in site.paths()


def test_a_page_of_links_is_a_list(site: Site, tmp_path: Path) -> None:
    links = (
        "<a href='/news/1'>One</a><a href='news/2#c'>Two</a><a href='https://elsewhere.example/x'>x</a><a href='/faq'>"
    )
    site.routes["/"] = answer(f"<html><body>{links}<a href='mailto:a@b.c'></a><a href='/'>Home</a></body></html>")
    site.routes["/list.txt"] = answer(f"{site.url('/news/3')}\nnot an address\n", kind="text/plain")
    for n in (1, 2, 3):
        site.routes[f"/news/{n}"] = answer(page(f"Headline {n}"))
    account = run(study_of(tmp_path, f'url = "{site.url("/")}"\nmatch = "/news/"', site.url("/list.txt")))
    assert ends(account) == [("news/1", "new"), ("news/2", "new"), ("news/3", "new")]


def test_what_is_no_article_is_not_kept_and_not_asked_for_again(site: Site, tmp_path: Path) -> None:
    site.routes["/feed"] = answer(
        rss(*((f"/{name}", name, MONDAY) for name in ("short", "pdf", "picture", "", "text")))
    )
    site.routes["/short"] = answer("<html><body><p>Watch the video here.</p></body></html>")
    site.routes["/pdf"] = answer(b"%PDF-1.4", kind="application/pdf")
    site.routes["/picture"] = answer(b"\x89PNG", kind="image/png")
    site.routes["/"] = answer(page("Home"))
    site.routes["/text"] = answer("Only text, no page.", kind="text/plain")
    study = study_of(tmp_path, site.url("/feed"))
    account = run(study)
    assert {status for _, status in ends(account)} == {"no article"}
    assert not account.all_failed
    assert rows(study) == []
    site.asked.clear()
    assert run(study).count("no article") == 5
    assert site.paths() == ["/feed"]


def test_failures_are_tried_again_in_later_runs_and_given_up_in_the_end(site: Site, tmp_path: Path) -> None:
    site.routes["/feed"] = answer(rss(("/gone", "Gone", MONDAY), ("/late", "Late", MONDAY)))
    study = study_of(tmp_path, site.url("/feed"))
    account = run(study)
    assert account.count("failed") == 2
    assert {item.reason for item in account.pages} == {"HTTP 404 (Not Found)"}
    site.routes["/late"] = answer(page("Late"))
    assert ends(run(study)) == [("gone", "failed"), ("late", "new")]
    for _ in range(3):
        run(study)
    site.asked.clear()
    account = run(study)
    assert account.pages[0].reason == "given up after 5 runs: HTTP 404 (Not Found)"
    assert site.paths() == ["/feed"]
    site.routes["/gone"] = answer(page("Back"))
    assert ("gone", "new") in ends(run(study, refresh=True))


def test_a_dead_host_is_left_for_the_next_run(site: Site, tmp_path: Path) -> None:
    items = [(f"/{n}", f"{n}", MONDAY) for n in range(9)]
    site.routes["/feed"] = answer(rss(*items))
    for n in range(9):
        site.routes[f"/{n}"] = answer("", status=503)
    study = study_of(tmp_path, site.url("/feed"))
    account = run(study, tries=2)
    assert (account.count("failed"), account.count("left")) == (3, 6)
    for n in range(9):
        site.routes[f"/{n}"] = answer(page(f"Headline {n}"))
    assert run(study).count("new") == 9


def test_a_deleted_page_is_fetched_again(news: Site, tmp_path: Path) -> None:
    study = study_of(tmp_path, news.url("/feed"))
    first = next(item.file for item in run(study).pages)
    (tmp_path / "fetched" / first).unlink()
    assert ends(run(study)) == [("news/1", "new"), ("news/2", "unchanged"), ("news/3", "unchanged")]


def test_the_order_of_results_does_not_depend_on_who_answers_first(tmp_path: Path) -> None:
    def slowly(number: int) -> Iterator[bytes]:
        time.sleep(0.05 * (3 - number))
        yield answer(page(f"Headline {number}"))

    with Site() as hub, Site() as one, Site() as two, Site() as three:
        sites = (one, two, three)
        items = [(site.url(f"/{n}"), f"Headline {i}", MONDAY) for n in range(2) for i, site in enumerate(sites)]
        hub.routes["/feed"] = answer(rss(*items))
        for i, site in enumerate(sites):
            for n in range(2):
                site.routes[f"/{n}"] = lambda _, i=i: slowly(i)
        study = study_of(tmp_path, hub.url("/feed"))
        account = run(study)
        assert [item.url for item in account.pages] == [link for link, _, _ in items]
        assert account.count("new") == 6
        assert {site.most_open for site in sites} == {1}
        assert max(site.most_open for site in (hub, *sites)) == 1


def test_addresses_in_the_corpus_are_fetched(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis import reading

    listed = [
        reading.Address(site.url("/a"), "Daily Example", "Headline", "2026-01-05", "en", "list.csv", 1),
        reading.Address("ftp://x"),
    ]
    monkeypatch.setattr(reading, "addresses", lambda study: iter(listed))
    (tmp_path / "list.csv").write_text("url\n", "utf-8")
    site.routes["/a"] = answer(page("Headline"))
    study = study_of(tmp_path)
    assert ends(run(study)) == [("a", "new")]
    assert [(row["outlet"], row["listed_in"]) for row in rows(study)] == [("Daily Example", "list.csv")]


def test_a_list_of_addresses_as_gdelt_exports_it(site: Site, tmp_path: Path) -> None:
    site.routes["/a"] = answer(page("Headline"))
    (tmp_path / "list.csv").write_text(
        f"URL,MobileURL,Date,Title\n{site.url('/a')},,2026-01-05 22:00:00,Headline\n", "utf-8"
    )
    study = study_of(tmp_path)
    assert ends(run(study)) == [("a", "new")]
    assert [row["published"] for row in rows(study)] == ["2026-01-05"]


def test_a_listed_address_is_set_aside_until_its_page_is_in_the_corpus(site: Site, tmp_path: Path) -> None:
    site.routes["/a"] = answer(page("Headline"))
    site.routes["/old"] = redirect("/a")
    listed = [site.url("/a?utm_source=x"), site.url("/old"), site.url("/gone")]
    (tmp_path / "list.csv").write_text("url,title\n" + "".join(f"{url},T\n" for url in listed), "utf-8")
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("in/list.jsonl", json.dumps({"url": listed[0]}))
    study = study_of(tmp_path)

    def set_aside(*corpus: Path) -> list[tuple[str, int]]:
        asked = dataclasses.replace(study, corpus=corpus or study.corpus)
        return [(item.path, item.row) for item in read(asked) if isinstance(item, SetAside)]

    every = [("list.csv", 2), ("list.csv", 3), ("list.csv", 4), ("more.zip/in/list.jsonl", 1)]
    assert set_aside() == every
    assert ends(run(study)) == [("a", "new"), ("old", "unchanged"), ("gone", "failed")]
    assert set_aside() == [("list.csv", 4)]
    assert sum(isinstance(item, RawArticle) for item in read(study)) == 1
    assert set_aside(tmp_path / "list.csv") == every[:3]
    assert len(list(addresses(study))) == 4  # `fetch` is to know all of them
    [kept] = (tmp_path / "fetched").glob("*/*.jsonl")
    kept.unlink()
    assert set_aside() == every
    run(study)
    assert set_aside() == [("list.csv", 4)]
    (tmp_path / "fetched" / ".listed.json").write_text('{"list.csv": [', "utf-8")
    assert set_aside() == every


def test_a_list_in_a_store_follows_what_is_fetched(site: Site, tmp_path: Path) -> None:
    """The list's bytes stay as they are, so what was read of it before must not."""
    site.routes["/a"] = answer(page("Headline"))
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "list.csv").write_text(f"url,title\n{site.url('/a')},T\n{site.url('/b')},T\n", "utf-8")
    (tmp_path / "corpus" / "own.txt").write_text("Council votes\n\nThe council voted on the plan on Monday.", "utf-8")
    study = dataclasses.replace(study_of(tmp_path), corpus=(tmp_path / "corpus", tmp_path / "fetched"), methods=_QUICK)
    found = []
    for _ in range(3):
        manifest = measure(study, store=tmp_path / "store").manifest
        found.append([(item["path"], item["row"]) for item in manifest["set_aside"]])
        run(study)
        site.routes["/b"] = answer(page("Another headline"))
    assert found == [[("corpus/list.csv", 2), ("corpus/list.csv", 3)], [("corpus/list.csv", 3)], []]


def test_measured_articles_bear_what_the_feed_says(news: Site, tmp_path: Path) -> None:
    """The reader takes the pages as HTML, with outlet, address and date from the feed."""
    import analysis

    study = study_of(tmp_path, f'url = "{news.url("/feed")}"\noutlet = "Daily Example"')
    run(study)
    found = [item for item in read(study) if isinstance(item, RawArticle)]
    assert [(item.url.rpartition("/")[0], item.given["published"]) for item in found] == [
        (news.url("/news"), "2026-01-05")
    ] * 3
    assert all(item.is_html for item in found)
    articles = analysis.measure(dataclasses.replace(study, methods=_QUICK)).tables["articles"]
    assert sorted(articles["url"]) == [news.url(f"/news/{n}") for n in (1, 2, 3)]
    assert set(articles["outlet"]) == {"Daily Example"}
    assert set(articles["published"]) == {"2026-01-05"}
    assert sorted(articles["headline"]) == ["Headline 1", "Headline 2", "Headline 3"]
    assert not articles["text"].str.contains("<p>|All rights reserved", regex=True).any()


_QUICK = dataclasses.replace(
    read_study(Path(__file__).parent.parent / "seeds").methods, sentiment="lexicon", framing="dictionary"
)


def test_columns_that_the_study_maps_are_written_under_their_names(news: Site, tmp_path: Path) -> None:
    study = study_of(tmp_path, news.url("/feed"))
    mapped = dataclasses.replace(study, columns={"text": "body", "published": "day"})
    run(mapped)
    found = list(read(mapped))
    assert all(isinstance(item, RawArticle) for item in found)
    assert {item.given["published"] for item in found if isinstance(item, RawArticle)} == {"2026-01-05"}


def test_a_headline_that_the_page_words_otherwise_is_the_pages(site: Site, tmp_path: Path) -> None:
    site.routes["/feed"] = answer(rss(("/a", "What you need to know", MONDAY), ("/b", "Feed's words", MONDAY)))
    site.routes["/a"] = answer(page("Council blocks sale of the harbour"))
    site.routes["/b"] = answer(page("x").replace("<h1>x</h1>", "").replace("<title>x</title>", ""))
    study = study_of(tmp_path, site.url("/feed"))
    run(study)
    found = {str(row["url"])[-1]: (row.get("headline", ""), row["listed_headline"]) for row in rows(study)}
    assert found == {"a": ("", "What you need to know"), "b": ("Feed's words", "Feed's words")}


def test_a_folder_outside_the_corpus_is_told(news: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "articles").mkdir()
    study_of(tmp_path, news.url("/feed"), corpus="articles")
    assert main(["fetch", str(tmp_path), "--delay", "0"]) == 0
    captured = capsys.readouterr()
    assert "3 addresses: 3 new" in captured.out
    assert "is no part of the study's corpus" in captured.err
    assert 'corpus = ["...", "fetched"]' in captured.err


def test_the_corpus_may_name_the_folder_before_it_is_there(news: Site, tmp_path: Path) -> None:
    study = study_of(tmp_path, news.url("/feed"), corpus="fetched")
    assert list(read(study)) == []
    assert run(study).in_corpus


def test_exit_codes(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study_of(tmp_path)
    assert main(["fetch", str(tmp_path)]) == 2
    assert "names nothing to fetch" in capsys.readouterr().err
    assert not (tmp_path / "fetched").exists()
    study_of(tmp_path, site.url("/feed"))
    assert main(["fetch", str(tmp_path), "--delay", "0"]) == 1
    err = capsys.readouterr().err
    assert "could not be read: HTTP 404 (Not Found)" in err
    assert err.splitlines()[-1] == "nutgraf: nothing could be fetched; every address failed"
    site.routes["/feed"] = answer(rss(("/a", "A", MONDAY)))
    assert main(["fetch", str(tmp_path), "--delay", "0"]) == 1
    site.routes["/a"] = answer(page("A"))
    for _ in range(2):
        assert main(["fetch", str(tmp_path), "--delay", "0"]) == 0
    with pytest.raises(SystemExit) as stop:
        main(["fetch", str(tmp_path), "--delay", "-1"])
    assert stop.value.code == 2


def test_json_for_machines(news: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study_of(tmp_path, news.url("/feed"), news.url("/nothing"))
    assert main(["fetch", str(tmp_path), "--delay", "0", "--log", "json"]) == 0
    captured = capsys.readouterr()
    events = [json.loads(line) for line in captured.err.splitlines()]
    assert captured.out == ""
    assert [event["event"] for event in events] == [
        "start", "source", "list", "list", "begin", "page", "page", "page", "account",
    ]  # fmt: skip
    assert {key: events[-1][key] for key in ("addresses", "new", "failed", "lists", "lists_failed")} == {
        "addresses": 3, "new": 3, "failed": 0, "lists": 2, "lists_failed": 1,
    }  # fmt: skip


def test_a_run_killed_in_the_middle_loses_nothing_that_was_finished(news: Site, tmp_path: Path) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def hang(_: Request) -> bytes:
        reached.set()
        go_on.wait(30)
        return b""

    whole = news.routes["/news/3"]
    news.routes["/news/3"] = hang
    study = study_of(tmp_path, news.url("/feed"))
    process = subprocess.Popen([sys.executable, "-m", "analysis", "fetch", str(tmp_path), "--delay", "0"])
    assert reached.wait(60)
    with pytest.raises(JobError, match="another `nutgraf fetch` is at work"):
        run(study)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(30)
    go_on.set()
    assert len(rows(study)) == 2
    # Even a line that the kill has cut short costs no more than itself.
    state = tmp_path / "fetched" / ".state.jsonl"
    state.write_bytes(state.read_bytes() + b'{"page":{"id":"0123","url":"http://exa')
    news.routes["/news/3"] = whole
    news.asked.clear()
    account = run(study)
    assert ends(account) == [("news/1", "unchanged"), ("news/2", "unchanged"), ("news/3", "new")]
    assert news.paths() == ["/feed", "/news/3"]
    # Without any state the pages themselves are enough to keep no page twice.
    state.unlink()
    scratch = next((tmp_path / "fetched").glob("*/*.jsonl")).with_name(".x.jsonl.1.part")
    scratch.write_text("half a pa", "utf-8")
    assert run(study).count("unchanged") == 3
    assert not scratch.exists()
    assert len(rows(study)) == 3
    assert all(json.loads(line) for line in state.read_bytes().splitlines())


def test_a_study_without_feeds_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"add a \[\[feed\]\]"):
        run(study_of(tmp_path))


def test_fetching_works_inside_a_running_loop(news: Site, tmp_path: Path) -> None:
    import asyncio

    async def cell() -> Account:
        return run(study_of(tmp_path, news.url("/feed")))

    assert asyncio.run(cell()).count("new") == 3


def test_a_bar_is_shown_where_a_person_watches(news: Site, tmp_path: Path) -> None:
    import io

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream, log, bar in ((Terminal(), "text", True), (io.StringIO(), "text", False), (Terminal(), "quiet", False)):
        progress = fetching.Progress(log, stream=stream)
        study = study_of(tmp_path, news.url("/feed"))
        account = fetching.fetch(
            study, settings=dataclasses.replace(SETTINGS, refresh=True), clock=TestClock(), tell=progress.tell
        )
        progress.account(account)
        assert ("page" in stream.getvalue()) is bar
