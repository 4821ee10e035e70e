"""robots.txt: asked for, obeyed, and what it closed told (RFC 9309)."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from corpora.campaign import Event
from crawler.manners.failures import failure
from crawler.manners.politeness import Ended, Politeness
from crawler.manners.rules import LONGEST_FILE, Rules
from crawler.manners.safety import Refused, Untold

MOST_REDIRECTS = 5
"""Followed for a robots.txt, to other hosts as well; beyond, it counts as missing (2.3.1.2)."""

FRESH = 24 * 3600.0
"""Seconds; after a day it is asked for again (2.4)."""

MOST_LISTED = 1000
"""Closed addresses of a source that are listed one by one; beyond, they are counted."""


@dataclass(frozen=True)
class RobotsFile:
    """What became of a site's robots.txt: its rules, or why everything is closed."""

    rules: Rules
    closed: str = ""


@dataclass
class _Site:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    file: RobotsFile | None = None
    read_at: float = 0.0


_NO_RULES = Rules(b"")


class RobotsMiddleware:
    """Asks each site for its robots.txt before anything else, and obeys it.

    Server errors and silence close the site (2.3.1.4), client errors open it (2.3.1.3). 429 closes
    it: the RFC's range of 4xx permits to go on, without obliging, and who answers that too much was
    asked has not said that there are no rules.
    """

    def __init__(self, crawler: Crawler, clock: Callable[[], float] = time.monotonic) -> None:
        self._crawler = crawler
        self._clock = clock
        self._sites: dict[str, _Site] = {}
        self._closed: set[str] = set()
        crawler.signals.connect(self._cut, signals.bytes_received)
        crawler.signals.connect(self._tell_count, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RobotsMiddleware":
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("dont_obey_robotstxt"):
            return
        file = await self._file(request)
        if file.closed:
            self._refuse(
                request, "robots_unreachable", f"robots.txt could not be had ({file.closed})"
            )
        if not file.rules.allows(request.url):
            self._refuse(request, "robots_disallowed", "robots.txt forbids it")

    def _refuse(self, request: Request, name: str, reason: str) -> None:
        self._closed.add(request.url)
        if len(self._closed) > MOST_LISTED:
            raise Untold
        raise Refused(name, reason)

    async def _file(self, request: Request) -> RobotsFile:
        parts = urlsplit(request.url)
        # rules hold for a scheme, a host and a port (2.3)
        site = self._sites.setdefault(f"{parts.scheme}://{parts.netloc}", _Site())
        async with site.lock:
            if site.file is None or self._clock() - site.read_at > FRESH:
                url = f"{parts.scheme}://{parts.netloc}/robots.txt"
                file = await self._fetched(url, request)
                # what cannot be had anew is obeyed as it stood (2.4)
                if site.file is None or not file.closed:
                    site.file = file
                site.read_at = self._clock()
            return site.file

    async def _fetched(self, url: str, request: Request) -> RobotsFile:
        meta = {"dont_obey_robotstxt": True, "redirect_ttl": MOST_REDIRECTS}
        asked = Request(url, priority=1000, meta=meta, callback=NO_CALLBACK)
        engine: Any = self._crawler.engine
        try:
            response = await engine.download_async(asked)
        except Ended:
            raise
        except Exception as error:  # whatever went wrong: it could not be had
            if isinstance(error, IgnoreRequest) and "max redirections" in str(error):
                reason = f"redirects more than {MOST_REDIRECTS} times: it counts as missing"
                self._tell("robots_missing", url, reason)
                return RobotsFile(_NO_RULES)
            reason = error.reason if isinstance(error, Refused) else failure(error)
            return RobotsFile(_NO_RULES, reason)
        return await self._judged(response, request)

    async def _judged(self, response: Response, request: Request) -> RobotsFile:
        if response.status >= 500 or response.status == 429:
            return RobotsFile(_NO_RULES, f"answered {response.status}")
        if response.status >= 400:
            return RobotsFile(_NO_RULES)
        file = RobotsFile(Rules(response.body))
        if len(response.body) > LONGEST_FILE:
            reason = f"longer than {LONGEST_FILE} bytes: what stands behind them is not read"
            self._tell("over_limit", response.url, reason)
        politeness = self._crawler.get_extension(Politeness)
        if file.rules.delay and politeness:
            politeness.ask(request, file.rules.delay)
        await self._crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=file, request=request
        )
        return file

    def _cut(self, data: bytes, request: Request) -> None:
        """A robots.txt without end is read as far as its rules count."""
        if request.callback is not NO_CALLBACK or not request.meta.get("dont_obey_robotstxt"):
            return
        received = request.meta.get("robots_received", 0) + len(data)
        request.meta["robots_received"] = received
        if received > LONGEST_FILE:
            raise StopDownload(fail=False)

    def _tell_count(self) -> None:
        if len(self._closed) > 1:
            spider: Any = self._crawler.spider
            more = len(self._closed) - MOST_LISTED
            listed = f"; {more} of them are not listed one by one" if more > 0 else ""
            reason = f"robots.txt closed {len(self._closed)} of its addresses{listed}"
            self._tell("robots_closed", spider.source.name, reason)

    def _tell(self, name: str, subject: str, reason: str) -> None:
        spider: Any = self._crawler.spider
        spider.tell(
            Event("crawl", "info" if name != "over_limit" else "warning", name, subject, reason)
        )
