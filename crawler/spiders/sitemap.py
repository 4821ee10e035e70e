"""Sites that list their pages in a sitemap."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, Self
from urllib.parse import urljoin

from lxml.etree import LxmlError
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response
from scrapy.utils.gz import gunzip, gzip_magic_number
from scrapy.utils.sitemap import Sitemap
from twisted.python.failure import Failure

from corpora.campaign import Event
from crawler.decoding import ENTITY_LIMIT
from crawler.spiders.base import CouncilSpider
from crawler.spiders.relevance import looks_international

MOST_SITEMAPS = 50
"""Sitemaps read of one site: an index may list itself, or one sitemap a day since 2005."""

SITEMAP_PRIORITY = 10_000
"""Before every page, so that the page budget goes to the best of all that they list."""


class SitemapSpider(CouncilSpider):
    """Reads the sitemaps that robots.txt names and /sitemap.xml, then their pages.

    Links are followed from the entry pages and from pages that look international, and links to
    files from every page, because sitemaps forget files and old calls; where there is no sitemap,
    every link of every page, as a listing does.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asked: set[str] = set()
        self._listed = 0
        self._entries = set(self.source.entry_pages)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._robots_read, signals.robots_parsed)
        crawler.signals.connect(spider._closed, signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        for url in self.source.entry_pages:
            for request in self._sitemap(urljoin(url, "/sitemap.xml")):
                yield request
        async for request in super().start():
            yield request

    def follows(self, response: HtmlResponse) -> bool:
        if response.url in self._entries or response.meta["depth"] == 0 or not self._listed:
            return True
        return looks_international(response.url, response.css("title::text").get(""))

    def parse_sitemap(self, response: Response) -> Iterator[Request]:
        try:
            body = response.body
            if gzip_magic_number(response):
                body = gunzip(body, max_size=ENTITY_LIMIT)
            sitemap = Sitemap(body)
            entries = [str(entry["loc"]) for entry in sitemap]
        except (LxmlError, StopIteration, EOFError, OSError, ValueError) as error:
            reason = f"cannot be read as a sitemap ({type(error).__name__})"
            self.tell(Event("crawl", "warning", "sitemap_unreadable", response.url, reason))
            return
        for url in (urljoin(response.url, entry) for entry in entries):
            if sitemap.type == "sitemapindex":
                yield from self._sitemap(url)
            elif self.source.owns(url):
                self._listed += 1
                yield self.request(url, priority=self.preference(url, ""))

    def _sitemap(self, url: str) -> Iterator[Request]:
        if url not in self._asked and self.source.owns(url) and len(self._asked) < MOST_SITEMAPS:
            self._asked.add(url)
            yield Request(
                url, self.parse_sitemap, errback=self._no_sitemap, priority=SITEMAP_PRIORITY
            )

    def _robots_read(self, robotparser: Any, request: Request) -> None:
        engine: Any = self.crawler.engine
        for url in robotparser.rp.sitemaps:
            for asked in self._sitemap(urljoin(request.url, url)):
                engine.crawl(asked)

    def _no_sitemap(self, failure: Failure) -> None:
        """Most sites lack /sitemap.xml: told once for the site, when none of all was found."""

    def _closed(self) -> None:
        if not self._listed:
            reason = "no sitemap lists its pages; links were followed from every page instead"
            self.tell(Event("crawl", "info", "sitemap_missing", self.source.name, reason))
