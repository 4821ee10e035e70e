"""Scrapy's scheduler, with the frontier's order in place of fixed priorities."""

from typing import Any

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler

from crawler.frontier.addresses import shape
from crawler.frontier.ranking import Ranking
from crawler.replaying import is_frame

SCORE = "score"
"""Key of request.meta that holds the parts of a link's score; requests without are never ranked
by the shape of their address: entries, sitemaps, redirects and second tries."""

WAITING_PER_REQUEST = 10
LEAST_WAITING = 1000
"""Links that may wait: ten for each request of the budget, since a site of 100,000 URLs held in
memory for each of twenty councils would need gigabytes; but at least a thousand."""


class Frontier(BaseScheduler):
    """Gives the most promising request first, and nothing new once the budget is spent."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._seen: set[bytes] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Frontier":
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        council: Any = spider
        self._spider = council
        most = max(LEAST_WAITING, WAITING_PER_REQUEST * council.budget.limit)
        self._ranking: Ranking[Request] = Ranking(council.shapes, most)
        council.ranking = self._ranking

    def __len__(self) -> int:
        """Links that wait."""
        return len(self._ranking)

    def has_pending_requests(self) -> bool:
        return len(self._ranking) > 0

    def enqueue_request(self, request: Request) -> bool:
        fingerprinter: Any = self._crawler.request_fingerprinter
        key = fingerprinter.fingerprint(request)
        known = key in self._seen and not request.dont_filter
        if known and not self._ranking.holds(key):
            return False
        scored = SCORE in request.meta
        place = shape(request.url) if scored else ""
        self._seen.add(key)
        # a link that is let go may come back under better words
        self._seen.difference_update(self._ranking.push(key, place, request.priority, request))
        return not known

    def next_request(self) -> Request | None:
        while (request := self._ranking.pop()) is not None:
            if self._affordable(request):
                return request
            self._spider.unaffordable(request)
        return None

    def _affordable(self, request: Request) -> bool:
        budget = self._spider.budget
        return (
            budget.spent < budget.limit or request.url in budget.archived or is_frame(request.url)
        )
