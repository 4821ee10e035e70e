"""What every access pattern shares: staying on the site, following links, telling what failed."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from posixpath import splitext
from typing import Any, Protocol, Self
from urllib.parse import urldefrag, urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import HtmlResponse, Response
from scrapy.linkextractors import IGNORED_EXTENSIONS
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.spidermiddlewares.referer import DefaultReferrerPolicy
from twisted.python.failure import Failure

from corpora.campaign import Event
from corpora.markup import overload
from crawler.answers import is_readable
from crawler.archive.capture import is_frame
from crawler.archive.writing import ArchiveWriter
from crawler.frontier.addresses import Shapes, continues, shape, without_visit
from crawler.frontier.judging import Judge
from crawler.frontier.pages import Link, Page, read_page
from crawler.frontier.scheduler import Frontier, Promise
from crawler.frontier.scoring import PROMISING, Carrier, Score, score_link
from crawler.manners.failures import failure
from crawler.manners.safety import LONGEST_URL, Refused, Untold
from crawler.replaying import SPENT, Budget
from crawler.revisiting import Earlier
from crawler.sources import Source
from crawler.watching.harvest import keep_harvest
from crawler.watching.monitors import CHALLENGED, Refusals, suspicions

DOCUMENTS = frozenset({"pdf", "docx", "odt", "txt"})
UNREAD_DOCUMENTS = frozenset({"doc", "rtf", "xls", "xlsx", "ods", "ppt", "pptx", "odp", "zip"})

_UNREAD = frozenset(IGNORED_EXTENSIONS) - DOCUMENTS - UNREAD_DOCUMENTS

ENTRY_PRIORITY = 500

SCORE = "score"
"""Key of request.meta that holds the parts of the score of the link that led to it."""

_REFERRER = DefaultReferrerPolicy()


class Report(Protocol):
    """What a spider tells the process that started the crawl."""

    def event(self, source: Source, event: Event) -> None: ...
    def fetched(self, source: Source) -> None: ...
    def replayed(self, source: Source) -> None: ...
    def closed(self, source: Source, reason: str) -> None: ...
    def notice(self, line: str) -> None: ...
    def stop(self, reason: str) -> None: ...


class CouncilSpider(Spider):
    """Crawls one source. A subclass says where it starts and which pages it follows links from."""

    def __init__(
        self,
        source: Source,
        writer: ArchiveWriter,
        budget: Budget,
        earlier: Earlier,
        report: Report,
    ) -> None:
        super().__init__(name=source.id)
        self.source, self.writer, self.budget, self._report = source, writer, budget, report
        self.earlier = replace(earlier, tell=self.tell)
        self.pages: set[str] = set()
        self.entry_failure = ""
        self._entry_urls: set[str] = set()
        self.shapes = Shapes()
        self.judge = Judge(budget, self.shapes)
        self.frontier: Frontier
        self._unaffordable = 0
        self._front: set[str] = set()
        self._deepest = 0
        self._told: set[tuple[str, str]] = set()
        self._place = lru_cache(maxsize=1024)(self._place_of)  # a menu stands on every page

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider._deepest = crawler.settings.getint("DEPTH_LIMIT")
        crawler.signals.connect(spider._dropped, signals.request_dropped)
        crawler.signals.connect(spider._broken, signals.spider_error)
        return spider

    # --- what the components around the spider call -------------------------------------------

    def tell(self, event: Event) -> None:
        """Report an event, once for each of its names and subjects."""
        if len(event.subject) > LONGEST_URL:
            event = replace(event, subject=event.subject[:LONGEST_URL] + "…")
        if event.level != "info" and event.subject in self._entry_urls:
            self.entry_failure = self.entry_failure or f"{event.subject}: {event.reason}"
        if (event.name, event.subject) not in self._told:
            self._told.add((event.name, event.subject))
            self._report.event(self.source, event)

    def archived_anew(self) -> None:
        self._report.fetched(self.source)

    def answered_from_archive(self) -> None:
        self._report.replayed(self.source)

    def notice(self, line: str) -> None:
        """Say something to the person who waits; it is kept nowhere."""
        self._report.notice(line)

    def stop(self, reason: str) -> None:
        """End the whole crawl, keeping what is archived."""
        self._report.stop(reason)

    def unaffordable(self) -> None:
        """Leave a link that the budget no longer allows."""
        self._unaffordable += 1
        limit = self.budget.limit
        reason = f"the budget of {limit} requests is spent"
        self.tell(Event("crawl", "warning", "page_budget", self.source.name, reason))

    def closed(self, reason: str) -> None:
        left = self._unaffordable + len(self.frontier)
        with suppress(OSError):  # the archive's own failure is told by its writer
            keep_harvest(self.budget.folder.parent, self.judge.harvest(self.source.id, left))
        self._report.closed(self.source, reason)

    # --- crawling -------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Any]:
        for url in self.source.entry_pages:
            entry = self.request(url, priority=ENTRY_PRIORITY)
            self._entry_urls.add(urldefrag(entry.url).url)
            yield entry
        for url in self.earlier.captures:
            # asked for even where nothing leads there any more: only then is it known to be gone
            if not is_frame(url):
                priority = ENTRY_PRIORITY // 2 + self.score(Link(url, ""), Carrier()).total
                yield self.request(url, priority=priority, meta={"depth": 1})

    def follows(self, score: Score, points: int, response: HtmlResponse) -> bool:
        """Whether a link of a page of so many points is followed; those to files always are."""
        return True

    def score(self, link: Link, carrier: Carrier) -> Score:
        """What a link of a page is worth."""
        return score_link(link, carrier)

    def request(self, url: str, **rest: Any) -> Request:
        return Request(url, errback=self.failed, **rest)

    def asked(self, link: Promise) -> Request:
        """The request for a link whose turn has come."""
        referrer = _REFERRER.referrer(link.via, link.url) if link.via else None
        headers = {"Referer": referrer} if referrer else None
        return self.request(
            link.url,
            priority=link.score.total,
            headers=headers,
            meta={SCORE: link.score, "depth": link.depth},
        )

    def parse(self, response: Response, **_: Any) -> Iterable[Request]:
        self.read(response)
        return ()

    def read(self, response: Response) -> None:
        """Judge a page, and let its links wait for their turn."""
        doubts = dict(suspicions(response))
        url = urldefrag(response.url).url
        for name, reason in doubts.items():
            self.tell(Event("crawl", "warning", name, url, reason))
        refusals = self.crawler.get_extension(Refusals)
        if refusals:
            refusals.page(response, challenged=CHALLENGED in doubts)
        if CHALLENGED in doubts:
            return
        if not is_readable(response):
            self.learn(url, useful=False)
            return
        if self.source.owns(response.url):
            self.pages.add(url)
        if isinstance(response, HtmlResponse) and (reason := overload(response.text)):
            reason = f"{reason}; its links were not read"
            self.tell(Event("crawl", "warning", "page_unread", url, reason))
        elif isinstance(response, HtmlResponse):
            page = read_page(response)
            points = self.judge.page(url, page, response.meta.get(SPENT))
            links = list(self.links(response, page, points))
            promising = {link.url for link in links if link.score.words >= PROMISING}
            self.learn(url, self.judge.useful(points, promising))
            for link in links:
                self.frontier.add(link)
        else:
            self.judge.file(url, response.meta.get(SCORE), response.meta.get(SPENT))

    def links(self, response: HtmlResponse, page: Page, points: int) -> Iterator[Promise]:
        """The page's links within the site, in the page's order."""
        depth = response.meta.get("depth", 0)
        carrier = Carrier(response.url, points, depth, response.meta.get(SCORE, Score()))
        aside = replace(carrier, points=0)
        links = page.links
        if page.canonical:
            # a hint alone: many sites name their front page, or another site, on every page
            links = [Link(page.canonical, page.title), *links]
        for link in links:
            url, kind, owned = self._place(link.url)
            if self.frontier.is_over(url):
                continue
            # the later pages of a list lie no deeper than the first
            deep = depth + (not continues(url, response.url))
            if kind in _UNREAD or not owned or deep > self._deepest:
                continue
            if kind in UNREAD_DOCUMENTS:
                reason = f".{kind} files are not read; it was not fetched"
                self.tell(Event("crawl", "info", "unread_format", url, reason))
                continue
            if depth == 0:
                self._front.add(url)
            # what the front page links to as well is its menu, wherever it stands here
            score = self.score(replace(link, url=url), aside if url in self._front else carrier)
            if kind in DOCUMENTS or self.follows(score, points, response):
                yield Promise(url, score, deep, response.url)

    def _place_of(self, url: str) -> tuple[str, str, bool]:
        """Of a link's address: without what names a visit, its extension, whether it is ours."""
        url = without_visit(url)
        return url, extension(url), self.source.owns(url)

    def learn(self, url: str, useful: bool) -> None:
        """Tell the frontier whether fetching a URL was of use."""
        self.judge.learn(url, useful)
        if useful:
            self.frontier.ranking.changed(shape(url))

    # --- failures -------------------------------------------------------------------------------

    def failed(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        if isinstance(failure.value, Untold):
            return
        if refusals := self.crawler.get_extension(Refusals):
            refusals.failed(request.url, failure.value)
        level, name, reason = explained(failure.value)
        if name == "http_error":
            self.learn(request.url, useful=False)
        subject = self.source.name if name == "page_budget" else request.url
        if name == "offsite":
            origin = request.meta.get("redirect_urls", [request.url])[-1]
            reason = f"redirected from {origin}; {reason}"
        self.tell(Event("crawl", level, name, subject, reason))

    def _broken(self, failure: Failure, response: Response) -> None:
        # whatever a hostile page does to the link extractor, the others are still crawled
        reason = f"its links could not be read: {explained(failure.value)[2]}"
        self.tell(Event("crawl", "error", "page_unread", response.url, reason))

    def _dropped(self, request: Request) -> None:
        # a loop ends where it meets an address already asked for, which Scrapy drops silently
        if urldefrag(request.url).url in request.meta.get("redirect_urls", ()):
            self.tell(Event("crawl", "warning", "redirect_loop", request.url, _LOOP))


_LOOP = "redirects lead back to where they came from"

_LEVELS = {"offsite": "info", "unread_type": "info"}


def explained(error: BaseException | None) -> tuple[str, str, str]:
    """Level, name and reason of the event that tells a failed request."""
    if isinstance(error, Refused):
        return _LEVELS.get(error.name, "warning"), error.name, error.reason
    if isinstance(error, HttpError):
        return "warning", "http_error", f"answered {error.response.status}"
    message = failure(error) if error is not None else "no reason was given"
    if isinstance(error, DownloadCancelledError) or "DOWNLOAD_MAXSIZE" in message:
        return "warning", "over_limit", "longer than the crawler accepts; not archived as a page"
    if isinstance(error, IgnoreRequest) and "max redirections" in message:
        return "warning", "redirect_loop", _LOOP
    return "error", "fetch_failed", message


def extension(url: str) -> str:
    """The lower-case file extension of a URL's path, without the dot; empty if it has none."""
    return splitext(urlsplit(url).path.rstrip("/"))[1].lstrip(".").lower()
