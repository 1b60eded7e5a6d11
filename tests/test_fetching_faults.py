"""Hosts that misbehave, and the manners kept toward all of them."""

from __future__ import annotations

import dataclasses
import gzip
import json
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest
from fetching_kit import (
    RESET,
    SETTINGS,
    Reply,
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

from analysis import fetching
from analysis.fetching import Account

MONDAY = "Mon, 05 Jan 2026 06:00:00 GMT"
QUICK = dataclasses.replace(SETTINGS, tries=2, largest_page=300_000)
IMPATIENT = {"silence": 0.8, "deadline": 1.2, "tries": 1}  # enough for the other requests of a test on a busy machine


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


def one(site: Site, tmp_path: Path, reply: Reply | Callable[[Request], Reply], **settings: object) -> Account:
    """Fetch a feed with one article whose address answers as `reply`."""
    site.routes["/feed"] = answer(rss(("/a", "Headline", MONDAY)))
    site.routes["/a"] = reply
    study = study_of(tmp_path, site.url("/feed"))
    return fetching.fetch(study, settings=dataclasses.replace(QUICK, **settings), clock=TestClock())


def drip(_: Request) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>"
    for _ in range(200):
        time.sleep(0.05)
        yield b"a"


def drip_head(_: Request) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    for n in range(200):
        time.sleep(0.05)
        yield b"X-%d: a\r\n" % n


def silence(_: Request) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    time.sleep(3)


def endless(_: Request) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    while True:
        yield b"<p>more</p>" * 1000


def chunked_short(_: Request) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\nnot so long"


BOMB = gzip.compress(b"<p>" + b"\0" * 100_000_000, compresslevel=1)
WHOLE = page("Headline").encode()


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (endless, "is larger than 300,000 bytes"),
        (answer("<p>" + "a" * 300_001), "is larger than 300,000 bytes"),
        (answer(gzip.compress(WHOLE + b" " * 300_000), Content_Encoding="gzip"), "is larger than 300,000 bytes"),
        (answer(BOMB[:290_000], Content_Encoding="gzip"), "is larger than 300,000 bytes"),
        (answer(gzip.compress(WHOLE)[:-20], Content_Encoding="gzip"), "ends before its end"),
        (answer(WHOLE, Content_Encoding="gzip"), "is not packed as it says"),
        (answer(WHOLE, Content_Encoding="br"), "is packed in a way that was not asked for (br)"),
        (answer(WHOLE).replace(b"Content-Length: ", b"Content-Length: 9"), "its answer is broken off or is no HTTP"),
        (chunked_short, "its answer is broken off or is no HTTP"),
        (b"This is no HTTP at all\r\n\r\n", "its answer is broken off or is no HTTP"),
        (b"", "its answer is broken off or is no HTTP"),
        (RESET, "the connection was lost"),
        (redirect("/a"), "is redirected in a circle"),
        (redirect("file:///etc/passwd"), "is redirected to file:///etc/passwd, which is no http or https address"),
        (redirect("gopher://127.0.0.1/"), "is redirected to gopher://127.0.0.1/, which is no http or https address"),
        (redirect(""), "HTTP 302 (Found) without saying where to"),
        (redirect("http://[broken"), "is redirected to http://[broken, which is no http or https address"),
        (answer("", status=401), "HTTP 401 (Unauthorized)"),
        (answer("", status=410), "HTTP 410 (Gone)"),
        (answer("", status=304), "HTTP 304 (Not Modified)"),
        (answer("", status=204), "HTTP 204 (No Content)"),
        (answer("", status=299), "HTTP 299"),
    ],
)  # fmt: skip
def test_a_page_that_cannot_be_had_is_told_with_its_reason(
    site: Site, tmp_path: Path, reply: Reply, reason: str
) -> None:
    account = one(site, tmp_path, reply)
    assert [(item.status, item.reason) for item in account.pages] == [("failed", reason)]
    assert account.all_failed
    assert not list(tmp_path.glob("fetched/*/*"))


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (drip, "took longer than 1.2 seconds"),
        (drip_head, "took longer than 1.2 seconds"),
        (silence, "no data for 0.8 seconds"),
    ],
)
def test_a_slow_page_ends_in_time(site: Site, tmp_path: Path, reply: Reply, reason: str) -> None:
    account = one(site, tmp_path, reply, **IMPATIENT)
    assert [(item.status, item.reason) for item in account.pages] == [("failed", reason)]


def test_a_bomb_takes_no_memory(site: Site, tmp_path: Path) -> None:
    import tracemalloc

    tracemalloc.start()
    try:
        account = one(site, tmp_path, answer(BOMB, Content_Encoding="gzip"), largest_page=5_000_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert account.pages[0].reason == "is larger than 5,000,000 bytes"
    assert peak < 60_000_000


def test_redirects_are_followed_up_to_a_limit(site: Site, tmp_path: Path) -> None:
    site.routes.update({f"/hop/{n}": redirect(f"/hop/{n + 1}", status=301 + n % 3) for n in range(30)})
    assert one(site, tmp_path, redirect("/hop/0")).pages[0].reason == "is redirected more than 10 times"
    site.routes["/hop/9"] = answer(page("Headline"))
    assert one(site, tmp_path, redirect("/hop/0")).pages[0].status == "new"
    site.routes["/b"] = redirect("/a")
    assert "circle" in one(site, tmp_path / "..", redirect("/b")).pages[0].reason


def in_turn(*replies: Reply) -> Callable[[Request], Reply]:
    left = iter(replies)
    return lambda _: next(left)


@pytest.mark.parametrize("first", [answer("", status=503), answer("", status=429), RESET, b"", answer("", status=500)])
def test_what_may_pass_is_tried_again(site: Site, tmp_path: Path, first: Reply) -> None:
    account = one(site, tmp_path, in_turn(first, answer(page("Headline"))))
    assert account.pages[0].status == "new"
    assert site.paths() == ["/feed", "/a", "/a"]


@pytest.mark.parametrize("status", [400, 403, 404, 410, 451])
def test_what_will_not_pass_is_not_tried_again(site: Site, tmp_path: Path, status: int) -> None:
    one(site, tmp_path, answer("", status=status))
    assert site.paths() == ["/feed", "/a"]


def timed(site: Site, tmp_path: Path, reply: Reply | Callable[[Request], Reply], **settings: object) -> list[float]:
    """Return the moments, on the test's clock, at which the article was asked for."""
    clock = TestClock()
    moments: list[float] = []

    def note(request: Request) -> Reply:
        moments.append(clock.passed)
        return reply(request) if callable(reply) else reply

    site.routes["/feed"] = answer(rss(("/a", "Headline", MONDAY)))
    site.routes["/a"] = note
    study = study_of(tmp_path, site.url("/feed"))
    fetching.fetch(study, settings=dataclasses.replace(QUICK, **settings), clock=clock)
    return moments


def test_waits_between_tries_grow_and_are_the_same_in_every_run(site: Site, tmp_path: Path) -> None:
    moments = timed(site, tmp_path, answer("", status=503), tries=6, delay=0.0)
    waits = [later - earlier for earlier, later in pairwise(moments)]
    assert [0.5 * 2**n <= wait <= 1.5 * 2**n for n, wait in enumerate(waits)] == [True] * 5
    (tmp_path / "again").mkdir()
    assert timed(site, tmp_path / "again", answer("", status=503), tries=6, delay=0.0) == moments
    (tmp_path / "other").mkdir()
    assert timed(site, tmp_path / "other", answer("", status=503), tries=6, delay=0.0, seed=1) != moments


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("7", 7.0), ("0", 1.0), (format_datetime(TestClock().now().replace(minute=2), usegmt=True), 118.0)],
)
def test_retry_after_is_honoured(site: Site, tmp_path: Path, written: str, seconds: float) -> None:
    busy = answer("", status=429, Retry_After=written)
    moments = timed(site, tmp_path, in_turn(busy, answer(page("Headline"))))
    assert moments[0] == 2.0  # a second after robots.txt, another after the feed
    assert moments[1] - moments[0] == pytest.approx(seconds)


def test_a_host_that_wants_a_long_rest_is_left_for_the_next_run(site: Site, tmp_path: Path) -> None:
    site.routes["/feed"] = answer(rss(("/a", "A", MONDAY), ("/b", "B", MONDAY)))
    site.routes["/a"] = answer("", status=429, Retry_After="86400")
    study = study_of(tmp_path, site.url("/feed"))
    account = fetching.fetch(study, settings=QUICK, clock=TestClock())
    assert [item.status for item in account.pages] == ["left", "left"]
    assert "asks to be left alone for 86,400 seconds" in account.pages[0].reason
    assert site.paths() == ["/feed", "/a"]
    site.routes["/a"] = site.routes["/b"] = answer(page("Headline"))
    assert fetching.fetch(study, settings=QUICK, clock=TestClock()).count("new") == 2


def test_a_host_is_asked_once_a_second_or_as_it_wishes(site: Site, tmp_path: Path) -> None:
    moments: list[float] = []
    clock = TestClock()

    def note(_: Request) -> Reply:
        moments.append(clock.passed)
        return answer(page("Headline"))

    site.routes["/feed"] = answer(rss(*((f"/{n}", f"{n}", MONDAY) for n in range(4))))
    site.routes |= {f"/{n}": note for n in range(4)}
    study = study_of(tmp_path, site.url("/feed"))
    fetching.fetch(study, settings=QUICK, clock=clock)
    assert [b - a for a, b in pairwise(moments)] == pytest.approx([1.0] * 3)
    assert site.most_open == 1
    moments.clear()
    site.routes["/robots.txt"] = answer("User-agent: *\nCrawl-delay: 5", kind="text/plain")
    fetching.fetch(study, settings=dataclasses.replace(QUICK, refresh=True), clock=clock)
    assert [b - a for a, b in pairwise(moments)] == pytest.approx([5.0] * 3)


@pytest.mark.parametrize(
    ("robots", "status", "reason"),
    [
        (answer("User-agent: *\nDisallow: /a", kind="text/plain"), "failed", "robots.txt does not allow it"),
        (answer("User-agent: Nutgraf\nDisallow: /*a$\n\nUser-agent: *\nAllow: /"), "failed",
         "robots.txt does not allow it"),
        (answer("User-agent: nutgraf\nAllow: /a\n\nUser-agent: *\nDisallow: /"), "new", ""),
        (answer("", status=404), "new", ""),
        (answer("", status=403), "new", ""),
        (redirect("/robots.txt"), "new", ""),
        (answer(b"\xff\xfe\x00" * 1000, kind="image/png"), "new", ""),
        (answer("# long\n" * 100_000 + "User-agent: *\nDisallow: /"), "new", ""),
        (answer("User-agent: *\nDisallow: /a\n" + "# long\n" * 100_000), "failed", "robots.txt does not allow it"),
    ],
)  # fmt: skip
def test_robots_are_obeyed(site: Site, tmp_path: Path, robots: Reply, status: str, reason: str) -> None:
    with Site() as hub:  # the feed is elsewhere, so that it can be read in any case
        hub.routes["/feed"] = answer(rss((site.url("/a"), "Headline", MONDAY)))
        site.routes |= {"/robots.txt": robots, "/a": answer(page("Headline"))}
        study = study_of(tmp_path, hub.url("/feed"))
        account = fetching.fetch(study, settings=QUICK, clock=TestClock())
    assert [(item.status, item.reason) for item in account.pages] == [(status, reason)]
    assert site.paths() == (["/a"] if status == "new" else [])


@pytest.mark.parametrize("robots", [answer("", status=500), answer("", status=501), RESET, silence])
def test_robots_that_cannot_be_had_close_the_host_for_this_run(site: Site, tmp_path: Path, robots: Reply) -> None:
    site.routes["/robots.txt"] = robots
    account = one(site, tmp_path, answer(page("Headline")), **(IMPATIENT if robots is silence else {}))
    assert account.lists[0].reason.startswith("robots.txt cannot be had: ")
    assert site.paths() == []
    site.routes["/robots.txt"] = answer("", status=404)
    assert one(site, tmp_path, answer(page("Headline"))).pages[0].status == "new"


def test_a_host_that_others_lead_to_is_asked_one_thing_at_a_time(tmp_path: Path) -> None:
    def slowly(_: Request) -> Iterator[bytes]:
        time.sleep(0.1)
        yield answer(page("Headline"))

    with Site() as hub, Site() as one, Site() as two, Site() as shared:
        hub.routes["/feed"] = answer(
            rss(*((site.url(f"/{n}"), f"{n}", MONDAY) for n in range(2) for site in (one, two)))
        )
        for name, site in (("one", one), ("two", two)):
            site.routes |= {f"/{n}": redirect(shared.url(f"/{name}/{n}")) for n in range(2)}
            shared.routes |= {f"/{name}/{n}": slowly for n in range(2)}
        clock = TestClock()
        account = fetching.fetch(study_of(tmp_path, hub.url("/feed")), settings=QUICK, clock=clock)
        assert account.count("new") == 4
        assert shared.most_open == 1


def test_robots_of_the_host_that_a_redirect_leads_to_count_as_well(site: Site, tmp_path: Path) -> None:
    with Site() as other:
        other.routes["/robots.txt"] = answer("User-agent: *\nDisallow: /", kind="text/plain")
        account = one(site, tmp_path, redirect(other.url("/a")))
        assert account.pages[0].reason == "robots.txt does not allow it"
        assert other.paths() == []


NAMES = {"news.example": "127.0.0.2", "inside.example": "127.0.0.1", "localhost": "127.0.0.1"}


@pytest.fixture
def everywhere() -> Iterator[Site]:
    with Site(host="0.0.0.0") as site:
        yield site


@pytest.mark.parametrize("target", ["http://127.0.0.1:{}/secret", "http://inside.example:{}/secret"])
def test_nothing_public_leads_into_a_private_network(
    everywhere: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    from analysis.fetching import client, hosts

    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, *a, **k: [(2, 1, 6, "", (NAMES[host], port))])
    for module in (client, hosts):
        monkeypatch.setattr(module, "is_public", lambda number: number == "127.0.0.2")
    site, target = everywhere, target.format(everywhere.port)
    site.routes |= {"/secret": answer(page("Secret")), "/a": redirect(target), "/b": answer(page("Headline"))}
    site.routes["/feed"] = answer(rss(("/a", "A", MONDAY), (target, "S", MONDAY), ("/b", "B", MONDAY)))
    study = study_of(tmp_path, f"http://news.example:{site.port}/feed")
    account = fetching.fetch(study, settings=QUICK, clock=TestClock())
    assert [item.status for item in account.pages] == ["failed", "failed", "new"]
    reason = "leads to an address of a private network, which only the study file itself may name"
    assert {item.reason for item in account.pages[:2]} == {reason}
    assert "/secret" not in site.paths()
    assert {request.headers["host"] for request in site.asked} == {f"news.example:{site.port}"}


def test_no_cookie_and_no_password_is_sent(site: Site, tmp_path: Path) -> None:
    site.routes["/feed"] = answer(
        rss((f"http://user:secret@127.0.0.1:{site.port}/a", "A", MONDAY), ("/b", "B", MONDAY)),
        Set_Cookie="id=1; Path=/",
    )
    site.routes |= {"/a": answer(page("A"), Set_Cookie="id=2"), "/b": answer(page("B"))}
    study = study_of(tmp_path, site.url("/feed"))
    assert fetching.fetch(study, settings=QUICK, clock=TestClock()).count("new") == 2
    assert not any({"cookie", "authorization"} & set(request.headers) for request in site.asked)
    assert "secret" not in (tmp_path / "fetched" / ".state.jsonl").read_text("utf-8")


def test_contact_stands_in_the_user_agent(site: Site, tmp_path: Path) -> None:
    one(site, tmp_path, answer(page("Headline")), contact="mailto:me@example.org\r\nX: y")
    agents = {request.headers["user-agent"] for request in site.asked}
    assert len(agents) == 1
    assert "mailto:me@example.org" in agents.pop()
    assert not any("x" in request.headers for request in site.asked)


TEXT = "The naïve mayor’s “café” plan – blocked in Škoda’s home"


@pytest.mark.parametrize(
    ("encoding", "kind", "meta"),
    [
        ("utf-8", "text/html; charset=utf-8", ""),
        ("utf-8", "text/html", ""),
        ("utf-8", "text/html; charset=iso-8859-1", ""),
        ("utf-8", "", ""),
        ("cp1252", "text/html; charset=windows-1252", ""),
        ("cp1252", "text/html; charset=ISO-8859-1", ""),
        ("cp1252", "text/html", "<meta charset='windows-1252'>"),
        ("cp1252", "text/html; charset=utf-8", "<meta http-equiv='Content-Type' content='a/b; charset=iso-8859-1'>"),
        ("cp1252", "text/html; charset=rot13", ""),
        ("cp1252", "text/html", ""),
        ("utf-16", "text/html", ""),
        ("utf-8-sig", "text/html; charset=windows-1251", ""),
    ],
)  # fmt: skip
def test_the_charset_is_found(site: Site, tmp_path: Path, encoding: str, kind: str, meta: str) -> None:
    html = page("Headline", extra=f"{TEXT}. And so on, said the major’s naïve fiancé in the café.", head=meta)
    assert one(site, tmp_path, answer(html.encode(encoding), kind=kind)).pages[0].status == "new"
    (file,) = tmp_path.glob("fetched/*/*.jsonl")
    assert TEXT in json.loads(file.read_text("utf-8"))["raw"]


def test_bytes_that_no_charset_fits_are_read_all_the_same(site: Site, tmp_path: Path) -> None:
    html = WHOLE.replace(b"Monday", b"Mon\x81\xfe\xff\x00day")
    assert one(site, tmp_path, answer(html, kind="text/html; charset=utf-8")).pages[0].status == "new"


def test_a_packed_page_is_unpacked(site: Site, tmp_path: Path) -> None:
    bare = zlib.compressobj(wbits=-15)
    for number, (body, name) in enumerate(
        [
            (gzip.compress(WHOLE), "gzip"),
            (gzip.compress(WHOLE[:200]) + gzip.compress(WHOLE[200:]), "x-gzip"),
            (zlib.compress(WHOLE), "deflate"),
            (bare.compress(WHOLE) + bare.flush(), "deflate"),
        ]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert one(site, folder, answer(body, Content_Encoding=name)).pages[0].status == "new"


BILLION = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("kind", ["", "feed", "sitemap"])
@pytest.mark.parametrize("body", [rss(("/a", "&b;", MONDAY)), sitemap(("/a", "&b;"))])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(site: Site, tmp_path: Path, kind: str, body: bytes, encoding: str) -> None:
    data = (BILLION + body.replace(b"<?xml version='1.0'?>", b"")).decode().encode(encoding)
    site.routes["/list"] = answer(data, kind="application/xml")
    study = study_of(tmp_path, f'url = "{site.url("/list")}"' + (f'\nkind = "{kind}"' if kind else ""))
    account = fetching.fetch(study, settings=QUICK, clock=TestClock())
    assert account.lists[0].reason == "declares XML entities, which no feed or sitemap needs"
    assert site.paths() == ["/list"]


def test_external_entities_and_enclosures_are_never_asked_for(site: Site, tmp_path: Path) -> None:
    item = (
        f"<item><link>/a</link><title>A</title><enclosure url='{site.url('/sound.mp3')}' type='audio/mpeg' length='1'/>"
        f"<description>&lt;img src='{site.url('/picture.png')}'&gt;</description></item>"
    )
    site.routes["/feed"] = answer(
        f"<?xml version='1.0'?><?xml-stylesheet href='{site.url('/style.xsl')}' type='text/xsl'?>"
        f"<!DOCTYPE rss SYSTEM '{site.url('/rss.dtd')}'><rss version='2.0'><channel>{item}</channel></rss>"
    )
    site.routes["/a"] = answer(page("A", head="<script src='/s.js'></script><link rel='stylesheet' href='/s.css'>"))
    study = study_of(tmp_path, site.url("/feed"))
    assert fetching.fetch(study, settings=QUICK, clock=TestClock()).count("new") == 1
    assert site.paths() == ["/feed", "/a"]


def test_a_feed_of_broken_xml_is_read_as_far_as_it_goes(site: Site, tmp_path: Path) -> None:
    whole = rss(("/a", "A & B", MONDAY), ("/b", "B", MONDAY))
    site.routes["/feed"] = answer(whole[: whole.index(b"</channel>")])
    site.routes["/map"] = answer(sitemap((site.url("/c"), ""), (site.url("/d"), ""))[:-40], kind="application/xml")
    for name in "abcd":
        site.routes[f"/{name}"] = answer(page(f"Headline {name}"))
    account = fetching.fetch(study_of(tmp_path, site.url("/feed"), site.url("/map")), settings=QUICK, clock=TestClock())
    assert len(account.lists) == 2
    assert all("is broken XML; what could be read was" in item.reason for item in account.lists)
    assert {item.url[-1] for item in account.pages} >= {"a", "b", "c"}


@pytest.mark.parametrize("body", [b"", b"   ", b"<rss", b"\x00\x01\x02", b"<rss></rss><!-- -->", b"<urlset"])
def test_a_list_of_nothing_is_no_error(site: Site, tmp_path: Path, body: bytes) -> None:
    site.routes["/feed"] = answer(body, kind="application/xml")
    account = fetching.fetch(study_of(tmp_path, site.url("/feed")), settings=QUICK, clock=TestClock())
    assert account.pages == ()


def test_a_proxy_is_used_where_the_environment_names_one(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", site.url(""))
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    site.routes |= {
        "http://news.example/feed": answer(rss(("/a", "A", MONDAY), ("http://10.0.0.1/b", "B", MONDAY))),
        "http://news.example/a": answer(page("A")),
        "http://news.example/robots.txt": answer("", status=404),
    }
    study = study_of(tmp_path, "http://news.example/feed")
    account = fetching.fetch(study, settings=QUICK, clock=TestClock())
    assert [item.status for item in account.pages] == ["new", "failed"]
    assert not any("10.0.0.1" in path for path in site.paths())
    # This machine is never asked through a proxy.
    (tmp_path / "here").mkdir()
    assert one(site, tmp_path / "here", answer(page("A"))).pages[0].status == "new"


def test_an_empty_page_is_tried_in_the_next_run(site: Site, tmp_path: Path) -> None:
    assert one(site, tmp_path, answer("  ")).pages[0].reason == "is empty"
    assert one(site, tmp_path, answer(page("A"))).pages[0].status == "new"


def test_sitemaps_of_a_dead_host_are_not_all_asked_for(site: Site, tmp_path: Path) -> None:
    site.routes["/map.xml"] = answer(sitemap_index(*(site.url(f"/{n}.xml") for n in range(50))))
    site.routes |= {f"/{n}.xml": answer("", status=502) for n in range(50)}
    account = fetching.fetch(study_of(tmp_path, site.url("/map.xml")), settings=QUICK, clock=TestClock())
    assert account.lists[0].status == "failed"
    assert account.all_failed
    assert len(site.paths()) == 1 + 3 * QUICK.tries
