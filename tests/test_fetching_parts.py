"""The parts of `fetch`, each by itself: addresses, robots.txt, lists, charsets, the state file."""

from __future__ import annotations

import contextlib
import gzip
import urllib.robotparser
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fetching_kit import TestClock, page, study_of
from growth import is_linear
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.errors import StudyError
from analysis.fetching.address import identity, is_public, matches, tidy
from analysis.fetching.articles import judge
from analysis.fetching.bodies import Unpacker, gunzip
from analysis.fetching.charset import decode_web
from analysis.fetching.client import retry_after
from analysis.fetching.lists import read_list, told_kind
from analysis.fetching.model import Fault, NoArticle
from analysis.fetching.robots import read_robots
from analysis.fetching.state import Page, Source, State

BASE = "https://example.org/section/feed.xml"


@pytest.mark.parametrize(
    ("written", "tidied"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("HTTPS://Example.ORG:443", "https://example.org/"),
        ("//example.com/a", "https://example.com/a"),
        ("b?x=1&utm_medium=rss&y=2", "https://example.org/section/b?x=1&y=2"),
        ("/a?utm_source=x&fbclid=y#part", "https://example.org/a"),
        ("  /a b\n", "https://example.org/a%20b"),
        ("http://u:p@example.org:81/a", "http://example.org:81/a"),
        ("http://[::1]:80/a", "http://[::1]/a"),
        ("/česko", "https://example.org/česko"),
        ("https://česko.example/a", "https://xn--esko-fua.example/a"),
        ("https://" + "č" * 80 + ".example/", ""),
        ("mailto:a@b.c", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("http://", ""),
        ("http://a:99999/", ""),
        ("http://[::1/", ""),
        ("https://example.org/" + "a" * 5000, ""),
    ],
)
def test_addresses_are_made_tidy(written: str, tidied: str) -> None:
    assert tidy(written, BASE) == tidied


@given(st.text(max_size=60))
def test_any_text_is_tidied_and_stays_as_it_is_then(written: str) -> None:
    once = tidy(written, BASE)
    assert once == "" or tidy(once) == once


@pytest.mark.parametrize(
    ("number", "public"),
    [
        ("1.1.1.1", True), ("2606:4700::1111", True), ("::ffff:8.8.8.8", True),
        ("127.0.0.1", False), ("127.8.8.8", False), ("0.0.0.0", False), ("10.1.2.3", False), ("172.16.0.1", False),
        ("192.168.1.1", False), ("169.254.169.254", False), ("100.64.0.1", False), ("224.0.0.1", False),
        ("255.255.255.255", False), ("::", False), ("::1", False), ("fe80::1", False), ("fe80::1%eth0", False),
        ("fc00::1", False), ("ff02::1", False), ("::ffff:127.0.0.1", False), ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False), ("2001:0:7f00:1::", False), ("example.org", False), ("", False),
    ],
)  # fmt: skip
def test_which_numbers_are_public(number: str, public: bool) -> None:
    assert is_public(number) is public


@pytest.mark.parametrize(
    ("patterns", "taken"),
    [
        ((), True), (("/2025/01/",), True), (("/2025/*/steel",), True), (("/2024/", "steel-talks"), True),
        (("EXAMPLE.org",), True), (("*",), True), (("/2024/",), False), (("steel*2025",), False),
        (("/2025/*/2025",), False),
    ],
)  # fmt: skip
def test_patterns_restrict_addresses(patterns: tuple[str, ...], taken: bool) -> None:
    assert matches("https://example.org/2025/01/07/steel-talks", patterns) is taken


def test_http_and_https_are_one_address() -> None:
    assert identity("http://example.org/a") == identity("https://example.org/a") != identity("https://example.org/b")


RULES = """\
# a comment
User-Agent: Googlebot
Disallow: /only-google

User-agent: *
Disallow: /private/
Allow: /private/open/
Disallow: /*.pdf$
Disallow: /search?*q=
Disallow: /%7Ejoe/
Disallow: /ü
Disallow:
Crawl-delay: 1.5
Sitemap: https://example.org/sitemap.xml
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True), ("/only-google", True), ("/private", True), ("/private/", False), ("/private/x", False),
        ("/private/open/x", True), ("/a.pdf", False), ("/a.pdf?x=1", True), ("/a.pdfs", True),
        ("/search?page=1&q=steel", False), ("/search?page=1", True), ("/~joe/", False), ("/%7ejoe/", False),
        ("/%C3%BCber", False), ("/über", False), ("/robots.txt", True),
    ],
)  # fmt: skip
def test_robots_are_read_as_rfc_9309_says(path: str, allowed: bool) -> None:
    rules = read_robots(RULES, product="nutgraf")
    assert rules.allows(f"https://example.org{path}") is allowed
    assert rules.delay == 1.5


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("User-agent: nutgraf\nUser-agent: other\nDisallow: /", False),
        ("User-agent: other\nUser-agent: *\nDisallow: /", False),
        ("User-agent: other\nDisallow: /", True),
        ("User-agent: NUTGRAF/1.0\nDisallow: /", False),
        ("User-agent: nutgrafs\nDisallow: /", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: nutgraf\nDisallow:", True),
        ("User-agent: nutgraf\nDisallow: /b\n\nUser-agent: nutgraf\nDisallow: /a", False),
        ("Disallow: /", True),
        ("\ufeffUser-agent: *\r\nDisallow: /a\r\n", False),
        ("user-agent:*\ndisallow:/a#x", False),
        ("User-agent: *\nAllow: /a\nDisallow: /a", True),
        ("User-agent: *\nDisallow /a\nnonsense", True),
        ("<html><body>Not found</body></html>", True),
        ("", True),
    ],
)
def test_which_group_of_robots_counts(text: str, allowed: bool) -> None:
    assert read_robots(text, product="nutgraf").allows("http://example.org/a") is allowed


_PATHS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))


@given(st.lists(_PATHS, max_size=6), _PATHS)
def test_robots_agree_with_the_standard_parser_where_it_knows_the_rules(closed: list[str], path: str) -> None:
    text = "User-agent: *\n" + "".join(f"Disallow: {prefix}\n" for prefix in closed)
    parser = urllib.robotparser.RobotFileParser()
    parser.parse(text.splitlines())
    url = f"http://example.org{path}"
    assert read_robots(text, product="nutgraf").allows(url) is parser.can_fetch("nutgraf", url)


@given(st.text(max_size=300))
def test_any_text_is_a_robots_file(text: str) -> None:
    read_robots(text, product="nutgraf").allows("http://example.org/a")


def test_a_hostile_robots_file_is_matched_in_linear_time() -> None:
    def read(rule: str) -> bool:
        rules = read_robots(f"User-agent: *\nDisallow: /{rule}$\n", product="nutgraf")
        return rules.allows("http://example.org/" + "a" * len(rule))

    assert is_linear(read, "*a", length=10_000)


ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Atom</title>
<entry><title type="html">Harbour &amp;amp; &lt;b&gt;sale&lt;/b&gt;</title><link rel="alternate" href="/a"/>
<link rel="enclosure" href="/a.mp3"/><id>tag:1</id><published>2026-01-05T23:30:00+09:00</published>
<updated>2026-01-06T01:00:00+09:00</updated></entry>
<entry><title>Second</title><id>https://example.org/b</id><updated>2026-01-07T00:00:00Z</updated></entry>
<entry><title>No address</title><id>tag:3</id></entry></feed>"""

RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>t</title>
</channel><item rdf:about="/a"><title>First</title><link>https://example.org/a</link><dc:date>2026-01-05</dc:date></item>
</rdf:RDF>"""

RSS = """<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://example.org/rss-0.91.dtd"><rss version="2.0">
<channel><title>t</title><language>en-GB</language><item><title>First</title><guid isPermaLink="true">https://example.org/a</guid>
<pubDate>Mon, 05 Jan 2026 23:30:00 -0500</pubDate><source url="http://x">Daily Example</source></item>
<item><title>Twice</title><link>https://example.org/a?utm_source=y</link></item>
<item><title>Mail</title><link>mailto:x@y.z</link></item></channel></rss>"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ATOM, [("https://example.org/a", "Harbour & sale", "2026-01-05", "2026-01-05T16:00:00+00:00"),
                ("https://example.org/b", "Second", "2026-01-07", "2026-01-07T00:00:00+00:00")]),
        (RDF, [("https://example.org/a", "First", "2026-01-05", "2026-01-05T00:00:00+00:00")]),
        (RSS, [("https://example.org/a", "First", "2026-01-05", "2026-01-06T04:30:00+00:00")]),
    ],
)  # fmt: skip
def test_feeds_of_every_kind_are_read(text: str, expected: list[tuple[str, str, str, str]]) -> None:
    listing = read_list(text.encode("utf-8"), url=BASE)
    assert listing.kind == "feed"
    assert [(p.url, p.headline, p.published, p.stamp) for p in listing.pages] == expected


def test_a_feed_says_who_printed_an_item_and_in_which_language() -> None:
    (item,) = read_list(RSS.encode(), url=BASE).pages
    assert (item.outlet, item.language) == ("Daily Example", "en")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_the_encoding_of_a_feed_is_found(encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    item = "<item><title>Café</title><link>/a</link></item>"
    text = f"<?xml version='1.0' encoding='{name}'?><rss version='2.0'><channel>{item}</channel></rss>"
    assert [item.headline for item in read_list(text.encode(encoding), url=BASE).pages] == ["Café"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<urlset xmlns='x'>", "sitemap"), ("<?xml version='1.0'?>\n<!-- rss -->\n<sitemapindex>", "sitemap"),
        ("<rss version='2.0'>", "feed"), ("<rdf:RDF xmlns='x'>", "feed"), ("<atom:feed>", "feed"),
        ("<!doctype html><html><head>", "pages"), ("http://example.org/a\n", "pages"), ("", "pages"),
    ],
)  # fmt: skip
def test_the_kind_of_a_list_is_told_from_its_content(text: str, kind: str) -> None:
    assert told_kind(text) == kind


def test_links_of_a_page_start_from_its_base_and_stay_on_its_host() -> None:
    html = (
        b"<html><head><base href='/deep/'></head><body><a class=x href=one>1</a><A HREF=\"two?a=1&amp;b=2\">2</A>"
        b"<a href='https://other.example/x'>x</a><a name=here>no</a><a href='#top'>top</a><link href='/s.css'></body>"
    )
    found = [item.url for item in read_list(html, url="https://example.org/section").pages]
    assert found == [
        "https://example.org/deep/one",
        "https://example.org/deep/two?a=1&b=2",
        "https://example.org/deep/",
    ]
    assert "https://other.example/x" in {
        i.url for i in read_list(html, url="https://example.org/", any_host=True).pages
    }


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        ("<rss><channel>", "<!"), ("<rss>", "<a>"), ("<rss><channel>", "<item>"),
        ("<rss><channel><item><title>", "&"), ("<urlset>", "<url>"), ("<html>", "<a href="),
        ("<html><a ", "href "), ("<html>", "<"), ("", "<rss><!DOCTYPE ["),
        ("", "<?xml "), ("<rss>", "<!--"), ("<rss><item><title>", "<![CDATA["),
    ],
)  # fmt: skip
def test_hostile_lists_are_read_in_linear_time(begin: str, piece: str) -> None:
    def read(text: str) -> None:
        with contextlib.suppress(Fault):
            read_list(f"{begin}{text}".encode(), url=BASE)

    assert is_linear(read, piece, length=200_000)


@given(st.binary(max_size=400), st.sampled_from(["", "feed", "sitemap", "pages"]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_bytes_are_a_list_or_a_fault(body: bytes, kind: str) -> None:
    with contextlib.suppress(Fault):
        assert read_list(body, url=BASE, kind=kind).kind in {"feed", "sitemap", "pages"}


@given(st.binary(max_size=300), st.sampled_from(["", "utf-8", "utf-16", "shift_jis", "rot13", "hex", "utf-7", "\x00"]))
@settings(max_examples=100, deadline=None)
def test_decoding_never_fails(data: bytes, label: str) -> None:
    text = decode_web(data, f"text/html; charset={label}")
    assert "\x00" not in text
    text.encode("utf-8")


def test_other_scripts_are_told_without_a_label() -> None:
    text = "Президент заявил в понедельник, что переговоры о продаже порта завершены. " * 10
    assert decode_web(f"<html><body class='a b c'><p>{text}</p>".encode("cp1251")).count("переговоры") == 10


@given(st.binary(max_size=2000), st.integers(1, 50), st.sampled_from(["", "gzip"]))
def test_a_body_comes_out_whole_however_it_is_cut(data: bytes, step: int, encoding: str) -> None:
    packed = gzip.compress(data) if encoding else data
    unpacker = Unpacker(encoding, largest=2000)
    for begin in range(0, len(packed), step):
        unpacker.feed(packed[begin : begin + step])
    assert unpacker.finish() == data


def test_a_packed_sitemap_is_unpacked_under_a_limit() -> None:
    assert gunzip(gzip.compress(b"a" * 1000), largest=1000) == b"a" * 1000
    with pytest.raises(Fault, match="larger than 999 bytes"):
        gunzip(gzip.compress(b"a" * 1000), largest=999)
    with pytest.raises(Fault, match="ends before its end"):
        gunzip(gzip.compress(b"a" * 1000)[:-9], largest=1000)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0), ("Mon, 05 Jan 2026 06:01:00 GMT", 60.0), ("Sun, 04 Jan 2026 06:01:00 GMT", 0.0),
        ("soon", None), ("", None), ("-5", None), ("9" * 400, 999_999_999.0), ("Mon, 99 Foo 2026 99:01:00 GMT", None),
    ],
)  # fmt: skip
def test_retry_after_is_read(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, TestClock()) == seconds
    assert TestClock().now() == datetime(2026, 1, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("html", "url", "reason"),
    [
        (page("A"), "http://example.org/", "home page"), ("", "http://example.org/a", "no HTML"),
        ("Only text", "http://example.org/a", "no HTML"),
        ("<p>Too short.</p>", "http://example.org/a", "words of running"),
        ("<" * 1_000_000, "http://example.org/a", "no HTML"),
        ("<p>" * 1_000_000, "http://example.org/a", "longer than"),
    ],
    ids=lambda value: value[:20],
)  # fmt: skip
def test_what_is_no_article(html: str, url: str, reason: str) -> None:
    with pytest.raises(NoArticle, match=reason):
        judge(html, url)


def states() -> list[Page | Source]:
    return [
        Page("a" * 16, "http://example.org/a", outlet="Daily “Example”", own=True),
        Source("b" * 16, "http://example.org/feed", etag='"x"', pages=("a" * 16,)),
        Page("a" * 16, "http://example.org/a", status="fetched", file="example.org/a-1.jsonl", attempts=2),
        Page("c" * 16, "http://example.org/\u2028c", headline="line\nbreak"),
    ]


def test_the_state_is_whole_wherever_a_kill_cuts_its_file(tmp_path: Path) -> None:
    with State(tmp_path) as state:
        for item in states():
            state.put(item)
    data = (tmp_path / ".state.jsonl").read_bytes()
    ends = [i + 1 for i, byte in enumerate(data) if byte == 10]
    assert len(ends) == 4
    near = {end + off for end in ends for off in (-1, 0, 1) if end + off <= len(data)}
    for cut in sorted({*range(0, len(data), 37), *near}):
        (tmp_path / ".state.jsonl").write_bytes(data[:cut])
        whole = sum(end <= cut for end in ends)
        latest: dict[tuple[type, str], Page | Source] = {(type(item), item.id): item for item in states()[:whole]}
        with State(tmp_path) as state:
            assert {(type(item), item.id): item for item in (*state.pages.values(), *state.sources.values())} == latest
            state.put(states()[3])
        with State(tmp_path) as state:
            assert state.pages["c" * 16] == states()[3]


@pytest.mark.parametrize(
    "line", ["", "x", "[]", "{}", '{"page":1}', '{"page":{"id":"a"}}', '{"page":{"id":"a","url":3}}', '{"other":{}}',
             '{"page":{"id":"a","url":"b","attempts":"many"}}', '{"source":{"id":"a","url":"b","pages":[1]}}',
             "[" * 9999],
)  # fmt: skip
def test_lines_that_are_no_state_are_dropped(tmp_path: Path, line: str) -> None:
    (tmp_path / ".state.jsonl").write_text(line + '\n{"page":{"id":"a","url":"b","newer":1}}\n', "utf-8")
    with State(tmp_path) as state:
        assert state.pages == {"a": Page("a", "b")}
        assert state.sources == {}


def test_the_state_file_does_not_grow_for_ever(tmp_path: Path) -> None:
    path = tmp_path / ".state.jsonl"
    line = '{"page":{"id":"a","url":"b"}}\n'
    path.write_text(line * 5000, "utf-8")
    with State(tmp_path):
        pass
    assert path.read_text("utf-8") == line


@pytest.mark.parametrize(
    ("feed", "says"),
    [
        ('url = "ftp://example.org/"', "feed.0.url|is no http or https address"),
        ('url = "http://"', "is no http or https address"),
        ('url = "http://a b/"', "is no http or https address"),
        ('url = "http://[::1/"', "is no http or https address"),
        ('url = "http://me:pw@example.org/"', "holds a user name or a password"),
        ('url = "http://example.org/"\nkind = "gopher"', "'gopher' is not one of feed, sitemap, pages"),
        ('url = "http://example.org/"\nkind = 3', "must be text in quotation marks"),
        ('url = "http://example.org/"\nmatch = [3]', "must hold texts"),
        ('url = "http://example.org/"\nmatches = "x"', "did you mean match"),
        ('outlet = "x"', "is missing or empty"),
    ],
)
def test_a_wrong_feed_is_told_with_its_line(tmp_path: Path, feed: str, says: str) -> None:
    with pytest.raises(StudyError, match=says) as caught:
        study_of(tmp_path, feed)
    assert caught.value.line is not None
    assert caught.value.line > 11


def test_a_feed_is_read_with_all_its_keys(tmp_path: Path) -> None:
    study = study_of(tmp_path, 'url = "https://example.org/a"\noutlet = "O"\nkind = "sitemap"\nmatch = "/x/"')
    (feed,) = study.feeds
    assert (feed.url, feed.outlet, feed.kind, feed.match) == ("https://example.org/a", "O", "sitemap", ("/x/",))
