"""Manners: robots.txt, one request at a time to a host and a pause after it, tries with back-off, redirects."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

from analysis.fetching.address import authority, is_number, is_public, tidy
from analysis.fetching.charset import decode_web
from analysis.fetching.client import Answer, Client, retry_after
from analysis.fetching.model import Clock, Fault, FetchSettings
from analysis.fetching.robots import ALLOW_ALL, DISALLOW_ALL, Rules, read_robots

__all__ = ["MOST_FAULTS", "Asker", "Closed", "PutOff"]

_PRODUCT = "nutgraf"
MOST_FAULTS = 3
"""Faults in a row after which a host is left for the next run."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_MOST_REDIRECTS = 10
_LARGEST_ROBOTS = 500 * 1024  # RFC 9309 asks for at least so much
_FIRST_WAIT, _LONGEST_BACKOFF = 1.0, 60.0


class PutOff(Fault):
    """The host asks to be left alone for longer than this run will wait."""


class Closed(Fault):
    """robots.txt does not let us ask for the address."""


@dataclass
class _Host:
    """What is known of a host: when it may be asked next, and what it lets us ask for."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    robots_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: Rules | None = None
    no_rules: str = ""
    next: float = 0.0
    put_off: str = ""


class Asker:
    """Asks for addresses as its settings and the hosts' own wishes demand.

    Parameters
    ----------
    client
        Sends the single requests.
    settings, clock
        The pauses, and the time they are measured with.
    """

    def __init__(self, client: Client, settings: FetchSettings, clock: Clock) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock
        self._hosts: dict[str, _Host] = {}

    async def ask(self, url: str, *, root: str, largest: int, conditions: Mapping[str, str] | None = None) -> Answer:
        """Ask for an address, follow its redirects, and return the answer: status 200, or 304 to a conditional request.

        Parameters
        ----------
        url
            A tidy address.
        root
            The address in the study's own files that led to it. Hosts of private networks are asked only where the
            study names them itself: `url` on the host of `root`, or `root` at this machine or at a private number.
        largest
            Bytes of the body.
        conditions
            Header lines that make the request conditional.

        Raises
        ------
        Fault
            For any other end; `Closed` where robots.txt forbids it, `PutOff` where the host wants to be left alone.
        """
        answer = await self._follow(url, root, largest, conditions, robots=True)
        if answer.status == 200 or (answer.status == 304 and conditions):
            return answer
        raise Fault(_status(answer.status))

    async def _follow(
        self,
        url: str,
        root: str,
        largest: int,
        conditions: Mapping[str, str] | None,
        *,
        robots: bool,
    ) -> Answer:
        seen = {url}
        for _ in range(_MOST_REDIRECTS + 1):
            if robots:
                await self._permitted(url, root)
            answer = await self._try(url, root, largest, conditions, clip=not robots)
            if answer.status not in _REDIRECTS:
                return answer
            written = answer.headers.get("location", "")
            target = tidy(written, url)
            if not written:
                raise Fault(f"{_status(answer.status)} without saying where to")
            if not target:
                raise Fault(f"is redirected to {_shown(written)}, which is no http or https address")
            if target in seen:
                raise Fault("is redirected in a circle")
            seen.add(target)
            url = target
        raise Fault(f"is redirected more than {_MOST_REDIRECTS} times")

    async def _permitted(self, url: str, root: str) -> None:
        host = self._host(url)
        async with host.robots_lock:
            if host.rules is None:
                host.rules, host.no_rules = await self._rules(url, root)
        if host.put_off:
            raise PutOff(host.put_off, passing=True)
        if not host.rules.allows(url):
            raise Closed(host.no_rules or "robots.txt does not allow it", passing=bool(host.no_rules))

    async def _rules(self, url: str, root: str) -> tuple[Rules, str]:
        """Fetch a host's robots.txt; one that cannot be had closes the host for this run (RFC 9309, 2.3.1.4)."""
        parts = urlsplit(url)
        try:
            answer = await self._follow(
                f"{parts.scheme}://{parts.netloc}/robots.txt", root, _LARGEST_ROBOTS, None, robots=False
            )
        except PutOff as fault:
            return DISALLOW_ALL, fault.reason
        except Fault as fault:
            if fault.passing:
                return DISALLOW_ALL, f"robots.txt cannot be had: {fault.reason}"
            return ALLOW_ALL, ""
        if answer.status >= 500:
            return DISALLOW_ALL, f"robots.txt cannot be had: {_status(answer.status)}"
        if answer.status == 200:
            return read_robots(decode_web(answer.body, answer.content_type), product=_PRODUCT), ""
        return ALLOW_ALL, ""

    async def _try(
        self, url: str, root: str, largest: int, conditions: Mapping[str, str] | None, *, clip: bool
    ) -> Answer:
        host, private = self._host(url), _may_be_private(url, root)
        # Seeded by the address, not shared: what other hosts do in the meantime changes nothing.
        jitter = random.Random(f"{self._settings.seed}:{url}")
        for number in range(1, self._settings.tries + 1):
            async with host.lock:
                await self._pause(host)
                try:
                    answer = await self._client.get(
                        url, largest=largest, private=private, conditions=conditions, clip=clip
                    )
                    if answer.status not in _PASSING:
                        return answer
                    wait = retry_after(answer.headers, self._clock)
                    fault = Fault(_status(answer.status), passing=True, wait=wait)
                except Fault as raised:
                    fault = raised
                finally:
                    self._rest(host, self._delay(host))
                if not fault.passing:
                    raise fault
                backoff = min(_LONGEST_BACKOFF, _FIRST_WAIT * 2 ** (number - 1)) * (0.5 + jitter.random())
                wait = backoff if fault.wait is None else fault.wait
                if wait > self._settings.longest_wait:
                    host.put_off = f"{fault.reason}; the host asks to be left alone for {wait:,.0f} seconds"
                    raise PutOff(host.put_off, passing=True)
                self._rest(host, wait)
        raise fault

    async def _pause(self, host: _Host) -> None:
        if host.put_off:
            raise PutOff(host.put_off, passing=True)
        while (wait := host.next - self._clock.monotonic()) > 0:
            await self._clock.sleep(wait)

    def _delay(self, host: _Host) -> float:
        asked = host.rules.delay if host.rules else 0.0
        if asked > self._settings.longest_wait:
            host.put_off = f"robots.txt asks for {asked:,.0f} seconds between two requests"
        return max(self._settings.delay, min(asked, self._settings.longest_wait))

    def _rest(self, host: _Host, seconds: float) -> None:
        host.next = max(host.next, self._clock.monotonic() + seconds)

    def _host(self, url: str) -> _Host:
        return self._hosts.setdefault(authority(url), _Host())


def _may_be_private(url: str, root: str) -> bool:
    named = urlsplit(root).hostname or ""
    if named == "localhost" or (is_number(named) and not is_public(named)):
        return True
    return (urlsplit(url).hostname or "") == named


def _status(status: int) -> str:
    try:
        return f"HTTP {status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return f"HTTP {status}"


def _shown(text: str) -> str:
    shown = "".join(char if char.isprintable() else "?" for char in text)
    return shown if len(shown) <= 80 else shown[:77] + "..."
