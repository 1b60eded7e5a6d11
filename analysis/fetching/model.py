"""Settings of a run of `nutgraf fetch`, what it lists and what it hands back."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

__all__ = ["Account", "Clock", "Fault", "FetchSettings", "ListOutcome", "Listed", "NoArticle", "Outcome", "Tell"]


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How a run of `fetch` behaves toward the hosts that it asks.

    Attributes
    ----------
    delay
        Seconds between the end of one request to a host and the start of the next; a host's own Crawl-delay is
        honoured where it is longer.
    hosts
        Hosts asked at once; each of them is sent one request at a time.
    limit
        Pages asked for in this run at most; 0: all.
    refresh
        Whether pages fetched before are asked for again, with conditional requests.
    contact
        A mail address or a page that the User-Agent names, so that a host can complain.
    tries
        Requests made for one address where the fault may pass (429, 503, a lost connection).
    silence
        Seconds without a byte after which a request is given up.
    deadline
        Seconds that one request may take from the first byte to the last, however steadily it drips.
    largest_page, largest_list
        Bytes after decompression: of a page, and of a feed or sitemap.
    longest_wait
        Seconds that a host may ask to be left alone (Retry-After, Crawl-delay); one that asks for more is left for
        the next run.
    seed
        Of the jitter in the waits between tries.
    """

    delay: float = 1.0
    hosts: int = 4
    limit: int = 0
    refresh: bool = False
    contact: str = ""
    tries: int = 4
    silence: float = 20.0
    deadline: float = 60.0
    largest_page: int = 8_000_000
    largest_list: int = 50 * 2**20
    longest_wait: float = 300.0
    seed: int = 0


Tell: TypeAlias = Callable[[str, Mapping[str, Any]], None]
"""Takes the name of an event and what belongs to it."""


class Clock:
    """The time, and waiting for it to pass; tests put their own in its place."""

    def now(self) -> datetime:
        """Return the date and time in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds from some fixed moment."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class Fault(Exception):
    """An address that could not be had.

    Parameters
    ----------
    reason
        In a few words, for the account.
    passing
        Whether another try may succeed.
    wait
        Seconds that the host asks to be left alone; None where it says nothing.
    """

    def __init__(self, reason: str, *, passing: bool = False, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passing = passing
        self.wait = wait


class NoArticle(Fault):
    """A page that could be had but is no article."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An address as a feed, a sitemap or a list of pages gives it.

    Attributes
    ----------
    url
        Absolute, http or https, without fragment and tracking parameters.
    outlet, headline, published, language
        As the list says, or empty; `published` as YYYY-MM-DD.
    stamp
        When the list says that the page was changed last, in UTC (ISO 8601), or empty.
    origin
        The list: a feed's address, or the path of a table in the corpus.
    own
        Whether the study's own files name this address, not something read from the network.
    """

    url: str
    outlet: str = ""
    headline: str = ""
    published: str = ""
    language: str = ""
    stamp: str = ""
    origin: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class ListOutcome:
    """How reading a feed, sitemap or page list went: `status` is read, unchanged or failed."""

    url: str
    status: str
    addresses: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an address ended: `status` is new, changed, unchanged, no article, failed or left (for the next run)."""

    url: str
    outlet: str
    status: str
    reason: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """What a run of `fetch` did.

    Attributes
    ----------
    folder
        Where the pages lie.
    lists
        In the order of the study's feeds.
    pages
        In the order in which the lists name them.
    in_corpus
        Whether `folder` lies within the study's corpus.
    """

    folder: Path
    lists: tuple[ListOutcome, ...]
    pages: tuple[Outcome, ...]
    in_corpus: bool

    def count(self, status: str) -> int:
        """Return how many addresses ended as `status`."""
        return sum(page.status == status for page in self.pages)

    @property
    def all_failed(self) -> bool:
        """Whether there was something to fetch and nothing of it could be had."""
        failed = self.count("failed") + sum(item.status == "failed" for item in self.lists)
        pages = sum(page.status not in {"failed", "left"} for page in self.pages)
        lists = sum(item.status != "failed" for item in self.lists)
        return failed > 0 and not pages and (not lists or self.count("failed") > 0)

    @property
    def summary(self) -> str:
        """One line: how many addresses, and how they ended."""
        counts = Counter(page.status for page in self.pages)
        n = len(self.pages)
        parts = [f"{counts['new']} new"]
        parts += [f"{counts['changed']} changed"] if counts["changed"] else []
        parts += [f"{counts['unchanged']} unchanged"]
        parts += [f"{counts['no article']} no article"] if counts["no article"] else []
        parts += [f"{counts['failed']} failed"]
        parts += [f"{counts['left']} left for the next run"] if counts["left"] else []
        return f"{n} address{'' if n == 1 else 'es'}: {', '.join(parts)}"
