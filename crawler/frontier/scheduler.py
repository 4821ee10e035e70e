"""Scrapy's scheduler, with the frontier's order in place of fixed priorities."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler

from crawler.archive.capture import is_frame
from crawler.frontier.addresses import shape
from crawler.frontier.ranking import Ranking
from crawler.frontier.scoring import Score

WAITING_PER_REQUEST = 10
LEAST_WAITING = 1000
"""Links that may wait: ten for each request of the budget, since a site of 100,000 URLs held in
memory for each of twenty councils would need gigabytes; but at least a thousand."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A link that waits, and what is known of it: no request yet, which takes ten times the memory.

    ``depth`` counts levels from an entry page; ``via`` is the page that carries the link, or "".
    """

    url: str
    score: Score
    depth: int
    via: str = ""


class Frontier(BaseScheduler):
    """Gives the most promising request first, and nothing new once the budget is spent.

    Links come by ``add``. What comes as a request (entries, sitemaps, redirects, second tries) has
    a fixed priority and is never ranked by the shape of its address.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._seen: set[bytes] = set()
        self._key = lru_cache(maxsize=1024)(self._key_of)  # a menu's links stand on every page

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Frontier":
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        council: Any = spider
        self._spider = council
        most = max(LEAST_WAITING, WAITING_PER_REQUEST * council.budget.limit)
        self.ranking: Ranking[Request | Promise] = Ranking(council.shapes, most)
        council.frontier = self

    def __len__(self) -> int:
        """Links that wait."""
        return len(self.ranking)

    def has_pending_requests(self) -> bool:
        return len(self.ranking) > 0

    def add(self, link: Promise) -> None:
        """Let a link wait for its turn; one that is known is raised, never lowered."""
        self._enqueue(self._key(link.url), shape(link.url), link.score.total, link)

    def is_over(self, url: str) -> bool:
        """Whether a URL was asked for, so that no link raises it any more."""
        key = self._key(url)
        return key in self._seen and not self.ranking.holds(key)

    def enqueue_request(self, request: Request) -> bool:
        return self._enqueue(
            self._fingerprint(request), "", request.priority, request, again=request.dont_filter
        )

    def next_request(self) -> Request | None:
        while (waiting := self.ranking.pop()) is not None:
            if self._affordable(waiting.url):
                return self._spider.asked(waiting) if isinstance(waiting, Promise) else waiting
            self._spider.unaffordable()
        return None

    def _enqueue(
        self, key: bytes, place: str, score: float, item: Request | Promise, again: bool = False
    ) -> bool:
        known = key in self._seen and not again
        if known and not self.ranking.holds(key):
            return False
        self._seen.add(key)
        # a link that is let go may come back under better words
        self._seen.difference_update(self.ranking.push(key, place, score, item))
        return not known

    def _key_of(self, url: str) -> bytes:
        return self._fingerprint(Request(url))

    def _fingerprint(self, request: Request) -> bytes:
        fingerprinter: Any = self._crawler.request_fingerprinter
        return bytes(fingerprinter.fingerprint(request))

    def _affordable(self, url: str) -> bool:
        budget = self._spider.budget
        return budget.spent < budget.limit or url in budget.archived or is_frame(url)
