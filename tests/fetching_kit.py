"""A site on this machine that misbehaves as told, a clock that takes no time, and studies that read the site."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from analysis.fetching import Clock, FetchSettings
from analysis.study import Study, read_study

RESET = object()
PARAGRAPHS = (
    "The council voted on Monday to block the sale of the harbour to a foreign bidder, ending a dispute of two years.",
    "Mayor Jane Example said the decision would protect jobs. “We will not sell what our parents built,” she said.",
    "The bidder said it would sue, and that the city had been told of every step since the talks began in the spring.",
)


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]


Reply = bytes | object | Iterable[bytes]


class Site:
    """Answers each path as its route says; `asked` holds the requests in the order in which they came."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.routes: dict[str, Reply | Callable[[Request], Reply]] = {}
        self.asked: list[Request] = []
        self.open = 0
        self.most_open = 0
        self._lock = threading.Lock()
        self._socket = socket.create_server((host, 0))
        self.port = self._socket.getsockname()[1]
        self._closed = False
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        self._socket.close()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def paths(self, *, robots: bool = False) -> list[str]:
        return [request.path for request in self.asked if robots or request.path != "/robots.txt"]

    def _serve(self) -> None:
        while not self._closed:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65536)
                if not piece:
                    return
                head += piece
            lines = head.decode("latin-1").split("\r\n")
            headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:]) if k}
            request = Request(lines[0].split(" ")[1], headers)
            with self._lock:
                self.asked.append(request)
                self.open += 1
                self.most_open = max(self.most_open, self.open)
            try:
                self._send(connection, request)
            finally:
                with self._lock:
                    self.open -= 1

    def _send(self, connection: socket.socket, request: Request) -> None:
        route = self.routes.get(request.path, answer("no such page", status=404))
        reply = route(request) if callable(route) else route
        if reply is RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif isinstance(reply, bytes):
            connection.sendall(reply)
        else:
            for piece in reply:  # type: ignore[attr-defined]
                connection.sendall(piece)


def answer(body: str | bytes, *, status: int = 200, kind: str = "text/html; charset=utf-8", **headers: str) -> bytes:
    data = body.encode("utf-8") if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Because", f"Content-Length: {len(data)}", "Connection: close"]
    lines += [f"Content-Type: {kind}"] if kind else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + data


def redirect(target: str, status: int = 302) -> bytes:
    return answer("", status=status, Location=target)


def page(headline: str, *, extra: str = "", head: str = "") -> str:
    paragraphs = "\n".join(f"<p>{text}</p>" for text in (*PARAGRAPHS, *([extra] if extra else [])))
    return (
        f"<!DOCTYPE html>\n<html lang='en'><head><title>{headline}</title>{head}</head><body>"
        f"<nav><a href='/'>Home</a> <a href='/news/'>News</a></nav>"
        f"<article><h1>{headline}</h1>\n{paragraphs}\n</article>"
        "<footer>All rights reserved</footer></body></html>"
    )


def rss(*items: tuple[str, str, str]) -> bytes:
    body = "".join(
        f"<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate></item>"
        for link, title, date in items
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Feed</title>{body}</channel></rss>".encode()


def sitemap(*entries: tuple[str, str]) -> bytes:
    body = "".join(f"<url><loc>{loc}</loc><lastmod>{changed}</lastmod></url>" for loc, changed in entries)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{body}</urlset>'.encode()


def sitemap_index(*children: str) -> bytes:
    body = "".join(f"<sitemap><loc>{child}</loc></sitemap>" for child in children)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{body}</sitemapindex>'.encode()


@dataclass
class TestClock(Clock):
    """Time passes only while somebody sleeps."""

    __test__ = False
    passed: float = 0.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return datetime(2026, 1, 5, 6, tzinfo=UTC) + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed += seconds
        await asyncio.sleep(0)


SETTINGS = FetchSettings()

_STUDY = """\
[study]
title = "The harbour"
slug = "harbour"
corpus = "{corpus}"

[[outlet]]
name = "Daily Example"

[[target]]
name = "harbour"
aliases = ["harbour"]
{more}
"""


def study_of(folder: Path, *feeds: str, more: str = "", corpus: str = ".") -> Study:
    """Write a study with feeds, each the lines of its table or just its address, and read it."""
    tables = [feed if "=" in feed else f'url = "{feed}"' for feed in feeds]
    text = _STUDY.format(corpus=corpus, more=more + "".join(f"\n[[feed]]\n{table}\n" for table in tables))
    (folder / "study.toml").write_text(text, "utf-8")
    return read_study(folder)
