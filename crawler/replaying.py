"""Resuming: what is archived is answered from the archive, so that the frontier rebuilds itself.

Scrapy's own JOBDIR loses pages when a crawl is killed: it remembers what was asked, not what came.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.archive import Capture, read_http
from crawler.recording import FAILED
from crawler.safety import Refused
from crawler.settings import BUSY

ROBOTS_FRESH = timedelta(hours=24)
"""RFC 9309 (2.4): a robots.txt is asked for again after a day."""


@dataclass
class Budget:
    """The requests that one source may still make; archived ones count, frames of the site don't.

    ``archived`` leads from a URL to its last capture worth repeating.
    """

    folder: Path
    limit: int
    archived: dict[str, Capture] = field(default_factory=dict)
    spent: int = 0

    @classmethod
    def after(cls, folder: Path, captures: Iterable[Capture], limit: int) -> "Budget":
        """The budget that is left where these captures are archived already."""
        archived = {c.url: c for c in captures if c.status not in BUSY}
        return cls(folder, limit, archived, spent=sum(not is_frame(url) for url in archived))


def is_frame(url: str) -> bool:
    """Whether a URL serves the crawler rather than the reader: robots.txt or a sitemap."""
    path = urlsplit(url).path.lower()
    return path == "/robots.txt" or ("sitemap" in path and path.endswith((".xml", ".xml.gz")))


class ReplayMiddleware:
    """Answers from the archive, keeps to the budget, and holds back what was not archived."""

    def __init__(self, crawler: Crawler) -> None:
        spider: Any = crawler.spider
        self._spider = spider
        self._budget: Budget = spider.budget

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ReplayMiddleware":
        return cls(crawler)

    def process_request(self, request: Request) -> Response | None:
        url, budget = urldefrag(request.url).url, self._budget
        capture = budget.archived.get(url)
        if capture is not None and not _stale(capture):
            self._spider.answered_from_archive()
            return _replay(budget.folder, capture, request)
        if not is_frame(url):
            if budget.spent >= budget.limit:
                raise Refused("page_budget", f"the budget of {budget.limit} requests is spent")
            budget.spent += 1
        self._spider.earlier.ask(url, request)
        return None

    def process_response(self, request: Request, response: Response) -> Response:
        if request.meta.get(FAILED):
            raise IgnoreRequest("not archived")
        earlier = self._spider.earlier
        if response.status == 304 and (capture := earlier.captures.get(urldefrag(request.url).url)):
            return _replay(earlier.folder, capture, request)
        return response


def _stale(capture: Capture) -> bool:
    at = datetime.fromisoformat(capture.captured_at)
    return urlsplit(capture.url).path == "/robots.txt" and datetime.now(UTC) - at > ROBOTS_FRESH


def _replay(folder: Path, capture: Capture, request: Request) -> Response:
    fields, body = read_http(folder, capture)
    headers = Headers(fields)
    kind = responsetypes.from_args(headers=headers, url=request.url, body=body)
    return kind(url=request.url, status=capture.status, headers=headers, body=body)
