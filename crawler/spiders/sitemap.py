"""Sites that list their pages in a sitemap."""

from collections.abc import Iterator
from typing import Any, Self
from urllib.parse import urljoin

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response
from twisted.python.failure import Failure

from corpora.campaign import Event
from crawler.frontier.addresses import without_visit
from crawler.frontier.pages import Link
from crawler.frontier.scheduler import Promise
from crawler.frontier.scoring import Carrier, Score
from crawler.frontier.sitemaps import GUESSES, read_sitemap
from crawler.spiders.base import CouncilSpider

MOST_SITEMAPS = 50
"""Sitemaps read of one site: an index may list itself, or one sitemap a day since 2005."""

MOST_LISTED = 5_000
"""Pages taken of one sitemap, the most promising: the budget never reaches the others."""

_SOMEWHERE = Carrier(depth=2)
"""A sitemap does not say how far a page lies: behind the menus, before what nobody links to."""

SITEMAP_PRIORITY = 10_000
"""Before every page, so that the page budget goes to the best of all that they list."""


class SitemapSpider(CouncilSpider):
    """Reads the sitemaps that robots.txt names, or one at a well-known place, then their pages.

    Links are followed from the entry pages and from pages that speak of the field at all, and
    elsewhere where their own words do, because sitemaps forget files and old calls; where there is
    no sitemap, every link of every page, as a listing does.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asked: set[str] = set()
        self._listed = 0
        self._guesses = [urljoin(self.source.entry_pages[0], path) for path in reversed(GUESSES)]
        self._entries = set(self.source.entry_pages)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._robots_read, signals.robots_parsed)
        crawler.signals.connect(spider._closed, signals.spider_closed)
        return spider

    def follows(self, score: Score, points: int, response: HtmlResponse) -> bool:
        if response.url in self._entries or response.meta.get("depth", 0) == 0 or not self._listed:
            return True
        return points > 0 or score.words > 0

    def parse(self, response: Response, **rest: Any) -> Iterator[Request]:
        if not self._asked:
            yield from self._guess()
        self.read(response)

    def parse_sitemap(self, response: Response, guessed: bool = False) -> Iterator[Request]:
        sitemap = read_sitemap(response.body)
        nothing = not self._pages(response, sitemap.pages) and not sitemap.sitemaps
        if sitemap.fault and not (guessed and nothing):
            self.tell(Event("crawl", "warning", "sitemap_unreadable", response.url, sitemap.fault))
        if guessed and nothing:
            yield from self._guess()
        children = [urljoin(response.url, url) for url in sitemap.sitemaps]
        children.sort(key=lambda url: -self.score(Link(url, ""), Carrier()).total)
        for url in children:
            yield from self._sitemap(url)

    def _pages(self, response: Response, listed: tuple[str, ...]) -> int:
        """Let the most promising pages that a sitemap lists wait; how many of the site it lists."""
        urls = {without_visit(urljoin(response.url, url)) for url in listed}
        scores = {
            url: self.score(Link(url, ""), _SOMEWHERE)
            for url in sorted(urls)
            if self.source.owns(url)
        }
        self._listed += len(scores)
        best = sorted(scores, key=lambda url: -scores[url].total)
        if len(best) > MOST_LISTED:
            reason = f"lists {len(best)} pages; the {MOST_LISTED} most promising were kept"
            self.tell(Event("crawl", "info", "sitemap_long", response.url, reason))
        for url in best[:MOST_LISTED]:
            self.frontier.add(Promise(url, scores[url], _SOMEWHERE.depth, response.url))
        return len(scores)

    def _sitemap(self, url: str, guessed: bool = False) -> Iterator[Request]:
        if url in self._asked or not self.source.owns(url):
            return
        if len(self._asked) >= MOST_SITEMAPS:
            reason = f"more than {MOST_SITEMAPS} sitemaps; the others were not read"
            self.tell(Event("crawl", "info", "sitemap_limit", self.source.name, reason))
            return
        self._asked.add(url)
        yield Request(
            url,
            self.parse_sitemap,
            errback=self._no_guess if guessed else self.failed,
            cb_kwargs={"guessed": guessed},
            priority=SITEMAP_PRIORITY,
        )

    def _guess(self) -> Iterator[Request]:
        """The next well-known place; asked one after the other until one answers."""
        if self._guesses:
            yield from self._sitemap(self._guesses.pop(), guessed=True)

    def _robots_read(self, robotparser: Any, request: Request) -> None:
        engine: Any = self.crawler.engine
        for url in robotparser.rules.sitemaps:
            for asked in self._sitemap(urljoin(request.url, url)):
                engine.crawl(asked)

    def _no_guess(self, failure: Failure) -> Iterator[Request]:
        """Most sites lack most of them: told once for the site, when none of all was found."""
        yield from self._guess()

    def _closed(self) -> None:
        if not self._listed:
            reason = "no sitemap lists its pages; links were followed from every page instead"
            self.tell(Event("crawl", "info", "sitemap_missing", self.source.name, reason))
