"""A feed of a study as a whole: the list it names, and of a sitemap index all that it leads to."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, replace

from analysis import store
from analysis.fetching.address import identity, matches, tidy
from analysis.fetching.bodies import gunzip
from analysis.fetching.hosts import MOST_FAULTS, Asker, PutOff
from analysis.fetching.lists import Listing, read_list
from analysis.fetching.model import Fault, FetchSettings, Listed, ListOutcome, Tell
from analysis.fetching.state import Page, Source, State, conditions
from analysis.study import Feed

__all__ = ["FeedRead", "FeedReader"]

_MOST_REMARKS = 5  # said of one list
_DEEPEST, _MOST_SITEMAPS, _MOST_ADDRESSES = 3, 1000, 500_000


@dataclass(frozen=True, slots=True)
class FeedRead:
    """A feed as read: how it went, what it lists, and what to remember of its lists."""

    outcome: ListOutcome
    pages: tuple[Listed, ...] = ()
    sources: tuple[Source, ...] = ()


class FeedReader:
    """Reads the feeds of a study; what they hold is written down by who asks, after all of them are read."""

    def __init__(self, asker: Asker, settings: FetchSettings, state: State, tell: Tell) -> None:
        self._asker = asker
        self._settings = settings
        self._state = state
        self._tell = tell

    async def read(self, feed: Feed) -> FeedRead:
        """Read a feed, a sitemap or a page list; of a sitemap also those that it names, each once."""
        found = await self._read(feed)
        item = found.outcome
        self._tell("list", {"url": item.url, "status": item.status, "addresses": item.addresses, "reason": item.reason})
        return found

    async def _read(self, feed: Feed) -> FeedRead:
        root = tidy(feed.url)
        queue = deque([(root, 0)])
        seen = {identity(root)}
        pages: dict[str, Listed] = {}
        sources: list[Source] = []
        remarks: list[str] = []
        fresh = False
        faults = 0
        while queue and faults < MOST_FAULTS:
            url, depth = queue.popleft()
            try:
                listing, source, new = await self._read_source(feed, url, root)
            except Fault as fault:
                if not sources and not queue:
                    return FeedRead(ListOutcome(feed.url, "failed", 0, fault.reason))
                remarks.append(f"{url}: {fault.reason}")
                faults = MOST_FAULTS if isinstance(fault, PutOff) else faults + fault.passing
                continue
            self._tell("source", {"url": url, "addresses": len(listing.pages)})
            faults = 0
            fresh = fresh or new
            sources.append(source)
            remarks += [f"{url}: {listing.remark}"] if listing.remark else []
            for item in listing.pages:
                pages.setdefault(item.url, item)
            for child in listing.children:
                if identity(child) not in seen and depth < _DEEPEST and len(seen) < _MOST_SITEMAPS:
                    seen.add(identity(child))
                    queue.append((child, depth + 1))
            if len(pages) > _MOST_ADDRESSES:
                remarks.append(f"more than {_MOST_ADDRESSES:,} addresses; restrict them with `match`")
                break
        taken = tuple(pages.values())[:_MOST_ADDRESSES]
        said = "; ".join(remarks[:_MOST_REMARKS]) + (
            f"; {len(remarks) - _MOST_REMARKS} more" if len(remarks) > _MOST_REMARKS else ""
        )
        status = "failed" if said and not taken else "read" if fresh else "unchanged"
        return FeedRead(ListOutcome(feed.url, status, len(taken), said), taken, tuple(sources))

    async def _read_source(self, feed: Feed, url: str, root: str) -> tuple[Listing, Source, bool]:
        # A study that reads a list in another way must read all of it again.
        key = store.fingerprint((url, feed.kind, feed.outlet, *feed.match))
        known = self._state.sources.get(key)
        answer = await self._asker.ask(
            url,
            root=root,
            largest=self._settings.largest_list,
            conditions=conditions(known.etag, known.modified) if known else None,
        )
        if answer.status == 304 and known is not None:
            old = [self._state.pages[page] for page in known.pages if page in self._state.pages]
            return Listing("", tuple(map(_listed, old)), known.children), known, False
        body = gunzip(answer.body, largest=self._settings.largest_list)
        listing = await asyncio.to_thread(
            read_list,
            body,
            url=tidy(answer.url),
            content_type=answer.content_type,
            kind=feed.kind,
            any_host=bool(feed.match),
        )
        pages = tuple(
            replace(item, outlet=feed.outlet or item.outlet, origin=feed.url)
            for item in listing.pages
            if matches(item.url, feed.match)
        )
        etag, modified = answer.headers.get("etag", ""), answer.headers.get("last-modified", "")
        ids = tuple(identity(item.url) for item in pages)
        return replace(listing, pages=pages), Source(key, url, etag, modified, ids, listing.children), True


def _listed(page: Page) -> Listed:
    return Listed(
        page.url, page.outlet, page.headline, page.published, page.language, page.stamp, page.origin, page.own
    )
