"""`nutgraf fetch`: read the lists, settle what is new in them, ask for it, and keep account."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from analysis import reading
from analysis.errors import InputError
from analysis.fetching.address import authority, identity, matches, tidy
from analysis.fetching.client import Client
from analysis.fetching.feeds import FeedRead, FeedReader
from analysis.fetching.hosts import Asker
from analysis.fetching.lists import day
from analysis.fetching.model import Account, Clock, FetchSettings, Listed, ListOutcome, Outcome, Tell
from analysis.fetching.pages import PageFetcher
from analysis.fetching.state import Page, State, locked
from analysis.reading.fetched import write_fetched
from analysis.reading.sources import is_url
from analysis.study import FETCHED, Feed, Study

__all__ = ["fetch"]

_Result = TypeVar("_Result")


def fetch(
    study: Study,
    *,
    settings: FetchSettings | None = None,
    clock: Clock | None = None,
    tell: Tell | None = None,
) -> Account:
    """Fetch the new articles of a study's feeds, sitemaps and page lists into the folder `fetched` beside its file.

    Every host is asked one thing at a time, with a pause, and only for what its robots.txt allows. A page that was
    fetched is not asked for again unless its list says that it changed; a changed one is kept beside the old one.
    What was finished before a run is killed stays, and the next run goes on from there.

    Parameters
    ----------
    study
        Its `feeds` are read, and the addresses in tables of its corpus that carry no text.
    settings
        Pauses and limits.
    clock
        The time; tests put their own.
    tell
        Is called with the name of an event (start, source, list, begin, page) and what belongs to it.

    Raises
    ------
    InputError
        Where the study names nothing to fetch.
    JobError
        Where another run fetches for the same study.
    """
    listed = list(_in_corpus(study))
    given = [item for _, item in listed]
    if not study.feeds and not given:
        raise InputError(
            f"{study.path}: names nothing to fetch; add a [[feed]] with its url, or a table of addresses to the corpus"
        )
    folder = study.folder / FETCHED
    folder.mkdir(exist_ok=True)
    with locked(folder), State(folder) as state:
        for scratch in (*folder.glob(".*.part"), *folder.glob("*/.*.part")):  # which a kill has left
            scratch.unlink(missing_ok=True)
        run = _Run(study, settings or FetchSettings(), state)
        lists, pages = _to_end(
            run.work(given, clock=clock or Clock(), folder=folder, tell=tell or (lambda event, values: None))
        )
        write_fetched(folder, _held(listed, state))
    roots = [Path(entry).resolve() for entry in study.corpus if not is_url(entry)]
    inside = any(folder.resolve() == root or root in folder.resolve().parents for root in roots)
    return Account(folder, tuple(lists), tuple(pages), inside)


def _in_corpus(study: Study) -> Iterator[tuple[reading.Address, Listed]]:
    """Yield the addresses that tables of the corpus list without a text: as listed, and as they are asked for."""
    # Pages that were fetched hold no lists; reading all of them again in every run would cost more and more.
    fetched = (study.folder / FETCHED).resolve()
    remote = tuple(entry for entry in study.corpus if is_url(entry))
    local = replace(study, corpus=tuple(entry for entry in study.corpus if entry not in remote))
    files = [Path(source.location) for source in reading.sources(local)]
    entries = (*(path for path in files if fetched not in path.resolve().parents), *remote)
    for item in reading.addresses(replace(study, corpus=entries)) if entries else ():
        url = tidy(item.url)
        host = (urlsplit(url).hostname or "").removeprefix("www.")
        if url:
            yield (
                item,
                Listed(
                    url=url,
                    outlet=_outlet_at(host, study) if item.outlet in {"", host} else item.outlet,
                    headline=item.headline,
                    published=day(item.published) or item.published,
                    language=item.language,
                    origin=item.name,
                    own=True,
                ),
            )


def _held(listed: Sequence[tuple[reading.Address, Listed]], state: State) -> dict[str, dict[str, str]]:
    """Return for each list in the corpus which addresses in it were fetched, and the file of each."""
    held: dict[str, dict[str, str]] = {}
    for address, item in listed:
        page = state.end_of(identity(item.url))
        if page is not None and page.status == "fetched":
            held.setdefault(address.name, {})[address.url] = page.file
    return held


def _outlet_at(host: str, study: Study) -> str:
    """Return the study's outlet that a host bears the name of, else the host: lists often name no more than that."""
    labels = {label.replace("-", "") for label in host.split(".")[:-1]}
    for outlet in study.outlets:
        names = [name.casefold() for name in (outlet.name, *outlet.aliases)]
        if host in names or not labels.isdisjoint("".join(filter(str.isalnum, name)) for name in names):
            return outlet.name
    return host


def _to_end(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Run `work` to its end, also where a loop runs already, as in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


class _Run:
    def __init__(self, study: Study, settings: FetchSettings, state: State) -> None:
        self._study = study
        self._settings = settings
        self._state = state

    async def work(
        self, given: Sequence[Listed], *, clock: Clock, folder: Path, tell: Tell
    ) -> tuple[list[ListOutcome], list[Outcome]]:
        feeds = self._study.feeds
        tell("start", {"lists": len(feeds), "given": len(given)})
        async with Client(self._settings) as client:
            asker = Asker(client, self._settings, clock)
            reader = FeedReader(asker, self._settings, self._state, tell)
            reads = await self._by_host([(authority(tidy(feed.url)), partial(reader.read, feed)) for feed in feeds])
            work = self._remember(reads, given)
            fetcher = PageFetcher(
                asker, self._study, settings=self._settings, clock=clock, state=self._state, folder=folder, tell=tell
            )
            ends = {page.id: fetcher.settled(page) for page in work}
            asked = [page for page in work if ends[page.id] is None][: self._settings.limit or None]
            tell("begin", {"addresses": len(work), "pages": len(asked)})
            ended = await self._by_host([(authority(page.url), partial(fetcher.fetch, page)) for page in asked])
        ends |= {page.id: outcome for page, outcome in zip(asked, ended, strict=True)}
        return [read.outcome for read in reads], [
            ends[page.id] or Outcome(page.url, page.outlet, "left", "more than --limit") for page in work
        ]

    async def _by_host(self, jobs: Sequence[tuple[str, Callable[[], Awaitable[_Result]]]]) -> list[_Result]:
        """Do the jobs of a host one after another and those of some hosts side by side; results in the jobs' order."""
        groups: dict[str, list[int]] = {}
        for number, (host, _) in enumerate(jobs):
            groups.setdefault(host, []).append(number)
        results: dict[int, _Result] = {}
        gate = asyncio.Semaphore(self._settings.hosts)

        async def do(numbers: Sequence[int]) -> None:
            async with gate:
                for number in numbers:
                    results[number] = await jobs[number][1]()

        try:
            async with asyncio.TaskGroup() as tasks:
                for numbers in groups.values():
                    tasks.create_task(do(numbers))
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None
        return [results[number] for number in range(len(jobs))]

    def _remember(self, reads: Sequence[FeedRead], given: Sequence[Listed]) -> list[Page]:
        """Write down what the lists name, the lists themselves after it, and return all pages of this run in order.

        A feed forgets its entries; those that were listed before and are still to do belong to the run as well.
        """
        work: dict[str, Page] = {}
        for item in (*(item for read in reads for item in read.pages), *given):
            page_id = identity(item.url)
            if page_id not in work:
                work[page_id] = _merged(self._state.pages.get(page_id), item, page_id)
        feeds: dict[str, list[Feed]] = {}
        for feed in self._study.feeds:
            feeds.setdefault(feed.url, []).append(feed)
        for page in self._state.pages.values():
            wanted = any(matches(page.url, feed.match) for feed in feeds.get(page.origin, ()))
            if wanted and page.status in {"listed", "failed"}:
                work.setdefault(page.id, page)
        self._state.put(*work.values())
        self._state.put(*(source for read in reads for source in read.sources))
        return list(work.values())


def _merged(known: Page | None, item: Listed, page_id: str) -> Page:
    """Return what is known of a page with what its list says now; a list's silence takes nothing away."""
    base = known or Page(page_id, item.url)
    said = {
        name: getattr(item, name) or getattr(base, name)
        for name in ("outlet", "headline", "published", "language", "origin")
    }
    return replace(base, url=item.url, own=item.own, stamp=max(item.stamp, base.stamp), **said)
