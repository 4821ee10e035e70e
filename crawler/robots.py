"""robots.txt as RFC 9309 reads it, and the pauses that sites ask for."""

from typing import Any

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.robotstxt import RobotParser

from corpora.campaign import Event
from crawler.safety import Refused
from crawler.settings import AGENT

LONGEST_PAUSE = 60.0
"""Seconds; a longer Crawl-delay or Retry-After is cut to this and told, else a site of 600 pages
would take weeks."""


class _Closed(RobotParser):
    """A robots.txt that could not be had: everything is disallowed (RFC 9309, 2.3.1.4)."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    @classmethod
    def from_crawler(cls, crawler: Any, robotstxt_body: bytes) -> "_Closed":
        return cls("")

    def allowed(self, url: str | bytes, user_agent: str | bytes) -> bool:
        return False


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's, but 5xx, 429 and unreachable disallow everything and other 4xx allow everything.

    Scrapy's own parses the body of an error page and then crawls everything.
    """

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        if isinstance(rp, _Closed):
            raise Refused("robots_unreachable", f"robots.txt could not be had ({rp.reason})")
        if rp is not None and not rp.allowed(request.url, AGENT):
            raise Refused("robots_disallowed", "robots.txt forbids it")

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            self._answer(netloc, _Closed(f"answered {response.status}"))
        elif response.status >= 400:
            self._answer(netloc, None)
        else:
            await super()._parse_robots(response, netloc, request)
            self._note_delay(netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        reason = str(exc) or type(exc).__name__
        self._answer(netloc, _Closed(" ".join(reason.split())))

    def _answer(self, netloc: str, parser: RobotParser | None) -> None:
        waiting: Any = self._parsers[netloc]
        self._parsers[netloc] = parser
        waiting.callback(parser)

    def _note_delay(self, netloc: str, request: Request) -> None:
        parser: Any = self._parsers[netloc]
        delay = parser.rp.crawl_delay(AGENT)
        politeness = self.crawler.get_extension(Politeness)
        if delay and politeness:
            politeness.ask(request, float(delay), "Crawl-delay")


class Politeness(AutoThrottle):
    """AutoThrottle that never goes below the pause a site asks for.

    The pauses of Crawl-delay (robots.txt) and Retry-After (answers 429 and 503) are kept by host.
    """

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._asked: dict[str, float] = {}

    def ask(self, request: Request, seconds: float, who: str) -> None:
        """Keep at least ``seconds`` between two requests to the request's host from now on."""
        spider: Any = self.crawler.spider
        if self.maxdelay == 0:  # reserved names and loopback: nobody to spare
            return
        if seconds > LONGEST_PAUSE:
            reason = f"asks for {seconds:.0f} s between requests; {LONGEST_PAUSE:.0f} s are kept"
            spider.tell(Event("crawl", "warning", "long_pause_cut", request.url, f"{who} {reason}"))
        host = self.crawler.engine.downloader.get_slot_key(request)
        self._asked[host] = max(self._asked.get(host, 0.0), min(seconds, LONGEST_PAUSE))
        self._keep(host)

    def _keep(self, host: str | None) -> None:
        slot = self.crawler.engine.downloader.slots.get(host or "")
        if slot is not None and host in self._asked:
            slot.delay = max(slot.delay, self._asked[host])

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        super()._response_downloaded(response, request, spider)
        wait = response.headers.get(b"Retry-After") or b""
        if response.status in (429, 503) and wait.strip().isdigit():
            self.ask(request, float(wait), "Retry-After")
        self._keep(request.meta.get("download_slot"))
