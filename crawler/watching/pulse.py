"""What a running crawler has before it: its frontier, its budget, the pause that it keeps."""

import time
from typing import Any

from scrapy.crawler import Crawler

from crawler.manners.politeness import host_of

BEAT = 2.0
"""Seconds between two tellings of a crawl's standing."""


def pulse(crawler: Crawler) -> dict[str, Any]:
    """Fields of ``crawler.watching.standing.Standing`` that only the crawling process knows."""
    spider: Any = crawler.spider
    engine: Any = crawler.engine
    frontier = engine.scheduler if engine is not None else None
    slots = engine.downloader.slots.values() if engine is not None else ()
    waiting = [slot for slot in slots if slot.queue]
    return {
        "relevant": spider.judge.relevant,
        "spent": min(spider.budget.spent, spider.budget.limit),
        "queued": len(frontier) if frontier is not None else 0,
        "waiting": sum(len(slot.queue) for slot in waiting),
        "pause": round(max(map(_pause, waiting), default=0.0), 1),
    }


def _pause(slot: Any) -> float:
    """Seconds between two requests, or until the moment that a Retry-After named."""
    request, _ = slot.queue[0]
    left = host_of(request.url).not_before - time.monotonic()
    return float(max(slot.delay, left))
