"""What every access pattern shares: staying on the site, following links, telling what failed."""

from collections.abc import AsyncIterator, Iterator
from pathlib import PurePosixPath
from typing import Any, Protocol, Self
from urllib.parse import urldefrag, urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import HtmlResponse, Response
from scrapy.linkextractors import IGNORED_EXTENSIONS, LinkExtractor
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure
from w3lib.url import url_query_cleaner

from corpora.campaign import Event
from crawler.monitors import suspicions
from crawler.replaying import Budget, is_frame
from crawler.revisiting import Earlier
from crawler.safety import Refused
from crawler.sources import Source
from crawler.spiders.relevance import relevance
from crawler.writing import ArchiveWriter

DOCUMENTS = frozenset({"pdf", "docx", "odt", "txt"})
UNREAD_DOCUMENTS = frozenset({"doc", "rtf", "xls", "xlsx", "ods", "ppt", "pptx", "odp", "zip"})

NOISE = (
    *("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"),
    *("fbclid", "gclid", "PHPSESSID", "sid"),
)
"""Parameters that name a visit, not a page: each visit would make a page look new."""

ENTRY_PRIORITY = 500


class Report(Protocol):
    """What a spider tells the process that started the crawl."""

    def event(self, source: Source, event: Event) -> None: ...
    def fetched(self, source: Source) -> None: ...
    def replayed(self, source: Source) -> None: ...
    def closed(self, source: Source) -> None: ...
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
        self.earlier = earlier
        self.pages: set[str] = set()
        self._told: set[tuple[str, str]] = set()
        self._links = LinkExtractor(
            tags=("a", "area", "frame", "iframe"),
            attrs=("href", "src"),
            deny_extensions=sorted(set(IGNORED_EXTENSIONS) - DOCUMENTS - UNREAD_DOCUMENTS),
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._dropped, signals.request_dropped)
        crawler.signals.connect(spider._broken, signals.spider_error)
        return spider

    # --- what the components around the spider call -------------------------------------------

    def tell(self, event: Event) -> None:
        """Report an event, once for each of its names and subjects."""
        if (event.name, event.subject) not in self._told:
            self._told.add((event.name, event.subject))
            self._report.event(self.source, event)

    def archived_anew(self) -> None:
        self._report.fetched(self.source)

    def answered_from_archive(self) -> None:
        self._report.replayed(self.source)

    def stop(self, reason: str) -> None:
        """End the whole crawl, keeping what is archived."""
        self._report.stop(reason)

    def closed(self, reason: str) -> None:
        self._report.closed(self.source)

    # --- crawling -------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Any]:
        for url in self.source.entry_pages:
            yield self.request(url, priority=ENTRY_PRIORITY)
        for url in self.earlier.captures:
            # asked for even where nothing leads there any more: only then is it known to be gone
            if not is_frame(url):
                priority = ENTRY_PRIORITY // 2 + self.preference(url, "")
                yield self.request(url, priority=priority, meta={"depth": 1})

    def follows(self, response: HtmlResponse) -> bool:
        """Whether the links of a page are followed; those to files are in any case."""
        return True

    def preference(self, url: str, text: str) -> int:
        """The priority of a link; 10 is worth one level of depth."""
        return relevance(url, text)

    def request(self, url: str, **rest: Any) -> Request:
        return Request(url, errback=self.failed, **rest)

    def parse(self, response: Response, **_: Any) -> Iterator[Request]:
        for name, reason in suspicions(response):
            self.tell(Event("crawl", "warning", name, response.url, reason))
        if self.source.owns(response.url):
            self.pages.add(urldefrag(response.url).url)
        if isinstance(response, HtmlResponse):
            everything = self.follows(response)
            for request in self.links(response):
                if everything or extension(request.url) in DOCUMENTS:
                    yield request

    def links(self, response: HtmlResponse) -> Iterator[Request]:
        """Requests for the page's links within the site, in the page's order."""
        for link in self._links.extract_links(response):
            url = _without_visit(link.url)
            if not url.startswith(("http://", "https://")) or not self.source.owns(url):
                continue
            if extension(url) in UNREAD_DOCUMENTS:
                reason = f".{extension(url)} files are not read; it was not fetched"
                self.tell(Event("crawl", "info", "unread_format", url, reason))
                continue
            yield self.request(url, priority=self.preference(url, link.text))

    # --- failures -------------------------------------------------------------------------------

    def failed(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        level, name, reason = explained(failure.value)
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


def _without_visit(url: str) -> str:
    if any(f"{name}=" in url for name in NOISE):
        return url_query_cleaner(url, NOISE, remove=True, unique=False)
    return urldefrag(url).url


_LOOP = "redirects lead back to where they came from"

_LEVELS = {"offsite": "info", "unread_type": "info"}


def explained(error: BaseException | None) -> tuple[str, str, str]:
    """Level, name and reason of the event that tells a failed request."""
    if isinstance(error, Refused):
        return _LEVELS.get(error.name, "warning"), error.name, error.reason
    if isinstance(error, HttpError):
        return "warning", "http_error", f"answered {error.response.status}"
    message = " ".join(str(error).split())
    if isinstance(error, DownloadCancelledError) or "DOWNLOAD_MAXSIZE" in message:
        return "warning", "over_limit", "longer than the crawler accepts; not archived as a page"
    if isinstance(error, IgnoreRequest) and "max redirections" in message:
        return "warning", "redirect_loop", _LOOP
    return "error", "fetch_failed", f"{type(error).__name__}: {message}"


def extension(url: str) -> str:
    """The lower-case file extension of a URL's path, without the dot; empty if it has none."""
    return PurePosixPath(urlsplit(url).path).suffix.lstrip(".").lower()
