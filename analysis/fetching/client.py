"""One request: to an address that was looked at first, with an end in time and in size."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from analysis.fetching.address import is_number, is_public
from analysis.fetching.bodies import Unpacker
from analysis.fetching.model import Clock, Fault, FetchSettings, NoArticle

if TYPE_CHECKING:
    import ssl

    import httpx

__all__ = ["Answer", "Client", "retry_after", "user_agent"]

_NO_TEXT = ("image/", "video/", "audio/", "font/", "application/pdf")
_MOST_NUMBERS = 3  # addresses of one host that are tried


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: status, header lines with names in lower case, the body unpacked, and the address that gave it."""

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def content_type(self) -> str:
        """The Content-Type in lower case."""
        return self.headers.get("content-type", "").lower()


def user_agent(contact: str = "") -> str:
    """Return the User-Agent: the product, its version, and whom to turn to.

    Examples
    --------
    >>> user_agent("mailto:me@example.org").partition(" ")[2]
    '(news research; reads feeds and sitemaps; mailto:me@example.org)'
    """
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("nutgraf")
    except PackageNotFoundError:
        number = "0"
    words = ["news research", "reads feeds and sitemaps"]
    contact = "".join(char for char in contact if 32 <= ord(char) < 127 and char not in "()\\")
    return f"nutgraf/{number} ({'; '.join([*words, *([contact] if contact else [])])})"


class Client:
    """Sends single requests; redirects, waits and tries are the caller's.

    No cookies are kept, no credentials sent and no connection is used twice, so that what one host says can reach
    no other.
    """

    def __init__(self, settings: FetchSettings) -> None:
        self._settings = settings
        self._stack = AsyncExitStack()
        self._clients: dict[bool, httpx.AsyncClient] = {}
        self._proxies = getproxies()
        self._headers = {
            "User-Agent": user_agent(settings.contact),
            "Accept": "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/xml;q=0.9,"
            "text/plain;q=0.5,*/*;q=0.1",
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        }

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def get(
        self,
        url: str,
        *,
        largest: int,
        private: bool = False,
        conditions: Mapping[str, str] | None = None,
        clip: bool = False,
    ) -> Answer:
        """Ask for one address.

        Parameters
        ----------
        url
            A tidy address.
        largest
            Bytes of the body after decompression.
        private
            Whether hosts of this machine and of private networks may be asked.
        conditions
            Header lines that make the request conditional.
        clip
            Whether a longer body is cut off instead of refused.

        Raises
        ------
        Fault
            Whatever goes wrong; its `passing` tells whether another try may help.
        """
        import httpx

        try:
            async with asyncio.timeout(self._settings.deadline):
                return await self._get(url, largest, private, dict(conditions or {}), clip)
        except TimeoutError as error:
            raise Fault(f"took longer than {self._settings.deadline:g} seconds", passing=True) from error
        except httpx.HTTPError as error:
            raise _fault(error, self._settings) from error
        except (httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise Fault("is no address that can be asked for") from error
        except OSError as error:
            raise Fault(f"no connection: {error.strerror or error}", passing=True) from error

    async def _get(self, url: str, largest: int, private: bool, conditions: dict[str, str], clip: bool) -> Answer:
        import httpx

        parts = urlsplit(url)
        host = parts.hostname or ""
        headers = {**self._headers, **conditions, "Host": parts.netloc}
        here = host == "localhost" or (is_number(host) and not is_public(host))
        proxied = not here and parts.scheme in self._proxies and not proxy_bypass(host)
        # The numbers are looked up once and asked by number: between a look and a request a name can change.
        numbers = [""] if proxied else await self._numbers(host, parts.port or 0, private)
        client = self._client(proxied)
        for last, number in zip([False] * (len(numbers) - 1) + [True], numbers, strict=True):
            target = httpx.URL(url) if proxied else httpx.URL(url).copy_with(host=number)
            extensions: dict[str, Any] = {} if proxied or is_number(host) else {"sni_hostname": host}
            request = client.build_request("GET", target, headers=headers, extensions=extensions)
            try:
                response = await client.send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if last:
                    raise
                continue
            try:
                return await self._read(url, response, largest, clip)
            finally:
                await response.aclose()
        raise Fault("no connection", passing=True)

    async def _numbers(self, host: str, port: int, private: bool) -> list[str]:
        if is_number(host):
            found = [host]
        else:
            try:
                rows = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
            except OSError as error:
                raise Fault("no such host", passing=True) from error
            found = list(dict.fromkeys(str(row[4][0]) for row in rows))
        allowed = [number for number in found if private or is_public(number)]
        if not allowed:
            raise Fault("leads to an address of a private network, which only the study file itself may name")
        return allowed[:_MOST_NUMBERS]

    def _client(self, proxied: bool) -> httpx.AsyncClient:
        import httpx

        if proxied not in self._clients:
            silence = self._settings.silence
            self._clients[proxied] = client = httpx.AsyncClient(
                verify=_certificates(),
                trust_env=proxied,
                follow_redirects=False,
                cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
                timeout=httpx.Timeout(silence, pool=None),
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            )
            self._stack.push_async_callback(client.aclose)
        return self._clients[proxied]

    async def _read(self, url: str, response: httpx.Response, largest: int, clip: bool) -> Answer:
        headers = {name.lower(): value for name, value in response.headers.items()}
        answer = Answer(url, response.status_code, headers)
        wanted = response.status_code == 200
        if not wanted:
            return answer
        if answer.content_type.startswith(_NO_TEXT):
            raise NoArticle(f"is {answer.content_type.partition(';')[0].strip()[:60]}, not a page")
        stated = headers.get("content-length", "")
        if stated.isascii() and stated.isdigit() and int(stated[:18]) > largest and not clip:
            raise Fault(f"is larger than {largest:,} bytes")
        unpacker = Unpacker(headers.get("content-encoding", ""), largest=largest, clip=clip)
        async for piece in response.aiter_raw():
            unpacker.feed(piece)
            if unpacker.full:
                break
        return Answer(url, response.status_code, headers, unpacker.finish())


@cache
def _certificates() -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()


def retry_after(headers: Mapping[str, str], clock: Clock) -> float | None:
    """Return the seconds that a Retry-After header asks for, given as a number or a date; None without one."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    now = clock.now()
    return max(0.0, (moment - (now if moment.tzinfo else now.replace(tzinfo=None))).total_seconds())


def _fault(error: httpx.HTTPError, settings: FetchSettings) -> Fault:
    import httpx

    if isinstance(error, httpx.ConnectTimeout):
        return Fault(f"no connection within {settings.silence:g} seconds", passing=True)
    if isinstance(error, httpx.TimeoutException):
        return Fault(f"no data for {settings.silence:g} seconds", passing=True)
    if isinstance(error, httpx.ConnectError):
        if "CERTIFICATE" in str(error).upper():
            return Fault("its certificate cannot be trusted")
        return Fault("no connection", passing=True)
    if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        return Fault("is no address that can be asked for")
    if isinstance(error, httpx.RemoteProtocolError):
        return Fault("its answer is broken off or is no HTTP", passing=True)
    return Fault("the connection was lost", passing=True)
