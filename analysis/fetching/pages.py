"""The pages that the lists name: which have to be asked for, and how each of them ends."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path

from analysis.fetching.address import authority, identity, tidy
from analysis.fetching.articles import judge, save
from analysis.fetching.charset import decode_web
from analysis.fetching.client import Answer
from analysis.fetching.hosts import MOST_FAULTS, Asker, Closed, PutOff
from analysis.fetching.model import Clock, Fault, FetchSettings, NoArticle, Outcome, Tell
from analysis.fetching.state import Page, State, conditions
from analysis.study import Study

__all__ = ["PageFetcher"]

_MOST_RUNS = 5  # in which an address may fail before it is given up


class PageFetcher:
    """Fetches pages one by one, keeps those that are articles, and writes down how each ended."""

    def __init__(
        self,
        asker: Asker,
        study: Study,
        *,
        settings: FetchSettings,
        clock: Clock,
        state: State,
        folder: Path,
        tell: Tell,
    ) -> None:
        self._asker = asker
        self._study = study
        self._settings = settings
        self._clock = clock
        self._state = state
        self._folder = folder
        self._tell = tell
        self._faults: Counter[str] = Counter()
        self._judging = asyncio.Lock()
        self._held: dict[str, str] = {}  # pages that others have led to in this run

    def settled(self, page: Page) -> Outcome | None:
        """Return how an address ends without being asked for, or None."""
        if self._settings.refresh or page.stamp > page.seen or page.status == "listed":
            return None
        if page.status == "failed" and page.attempts >= _MOST_RUNS:
            return Outcome(page.url, page.outlet, "failed", f"given up after {page.attempts} runs: {page.reason}")
        if page.status == "no article":
            return Outcome(page.url, page.outlet, "no article", page.reason)
        held = self._state.end_of(page.id)
        if held is None or held.status != "fetched" or not (self._folder / held.file).is_file():
            return None
        return Outcome(page.url, page.outlet, "unchanged", file=held.file)

    async def fetch(self, page: Page) -> Outcome:
        """Ask for a page and keep it, unless its host has failed too often in this run."""
        host = authority(page.url)
        if page.id in self._held:
            outcome = Outcome(page.url, page.outlet, "unchanged", file=self._held[page.id])
        elif self._faults[host] >= MOST_FAULTS:
            outcome = Outcome(page.url, page.outlet, "left", f"{host} failed {MOST_FAULTS} times in a row")
        else:
            outcome = await self._asked(page, host)
        self._tell(
            "page",
            {"url": outcome.url, "outlet": outcome.outlet, "status": outcome.status, "reason": outcome.reason}
            | ({"file": outcome.file} if outcome.file else {}),
        )
        return outcome

    async def _asked(self, page: Page, host: str) -> Outcome:
        held = page.file and (self._folder / page.file).is_file()
        now = self._clock.now().isoformat(timespec="seconds")
        tried = replace(page, when=now, seen=page.stamp, reason="")
        root = page.url if page.own else page.origin
        try:
            answer = await self._asker.ask(
                page.url,
                root=root,
                largest=self._settings.largest_page,
                conditions=conditions(page.etag, page.modified) if held else None,
            )
            self._faults[host] = 0
            if answer.status == 304:
                self._state.put(replace(tried, status="fetched", attempts=0))
                return Outcome(page.url, page.outlet, "unchanged", file=page.file)
            return await self._kept(tried, answer)
        except PutOff as fault:
            return Outcome(page.url, page.outlet, "left", fault.reason)
        except NoArticle as fault:
            self._faults[host] = 0
            # A page that was an article once stays one: its versions are kept.
            status = "fetched" if held else "no article"
            self._state.put(replace(tried, status=status, reason=fault.reason, attempts=0))
            return Outcome(page.url, page.outlet, "no article", fault.reason)
        except Fault as fault:
            self._faults[host] = self._faults[host] + 1 if fault.passing and not isinstance(fault, Closed) else 0
            # What robots.txt closes costs no request; it is looked at again in every run.
            attempts = page.attempts + (not isinstance(fault, Closed))
            if held:
                self._state.put(replace(page, when=now, reason=fault.reason))
            else:
                self._state.put(replace(tried, status="failed", reason=fault.reason, attempts=attempts))
            return Outcome(page.url, page.outlet, "failed", fault.reason)

    async def _kept(self, page: Page, answer: Answer) -> Outcome:
        url = tidy(answer.url)
        html = decode_web(answer.body, answer.content_type)
        if not html.strip():
            raise Fault("is empty")
        async with self._judging:  # one at a time: the parser's caches are not made for several threads
            article = await asyncio.to_thread(judge, html, url)
        target = identity(url)
        file, status = save(
            article,
            replace(page, id=target),
            folder=self._folder,
            url=url,
            answer=answer.headers,
            columns=self._study.columns,
            when=page.when,
        )
        kept = replace(
            page,
            id=target,
            url=url,
            status="fetched",
            file=file,
            attempts=0,
            etag=answer.headers.get("etag", ""),
            modified=answer.headers.get("last-modified", ""),
        )
        self._held[target] = file
        if target == page.id:
            self._state.put(replace(kept, url=page.url))
        else:
            self._state.put(kept, replace(page, status="elsewhere", target=target, attempts=0))
        return Outcome(page.url, page.outlet, status, file=file)
