"""Resuming: what is archived is answered from the archive, so that the frontier rebuilds itself.

Scrapy's own JOBDIR loses pages when a crawl is killed: it remembers what was asked, not what came.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, HtmlResponse, Response
from scrapy.responsetypes import responsetypes

from crawler.archive.capture import (
    BUSY,
    ArchiveError,
    Capture,
    is_frame,
    read_body,
    read_http,
)
from crawler.manners.challenges import challenge
from crawler.manners.safety import Refused
from crawler.recording import FAILED, RECORDED

ROBOTS_FRESH = timedelta(hours=24)
"""RFC 9309 (2.4): a robots.txt is asked for again after a day."""

SPENT = "spent"
"""Key of request.meta: the how many-th of the budget's requests it is."""

REPLAYED = "replayed"
"""Flag of a response that came from an archive."""

MOST_REFUSALS = 5
"""Answers in a row that are 403, 429 or a robot check: then the site does not want this crawl."""


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
        """The budget that is left where these captures are archived already.

        Where the last run ended because the site refused, what it refused is asked for again.
        """
        captures = list(captures)
        refused = _refused_last(folder, captures)
        archived = {
            c.url: c for c in captures if c.status not in BUSY and c.record_id not in refused
        }
        return cls(folder, limit, archived, spent=sum(not is_frame(url) for url in archived))


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
            at = datetime.fromisoformat(capture.captured_at)
            request.meta[RECORDED] = None if capture.rendered_from else (capture.record_id, at)
            return _replay(budget.folder, capture, request)
        if not is_frame(url):
            if budget.spent >= budget.limit:
                raise Refused("page_budget", f"the budget of {budget.limit} requests is spent")
            budget.spent += 1
            request.meta[SPENT] = budget.spent
        self._spider.earlier.ask(url, request)
        return None

    def process_response(self, request: Request, response: Response) -> Response:
        if request.meta.get(FAILED):
            raise IgnoreRequest("not archived")
        earlier = self._spider.earlier
        if response.status == 304 and (capture := earlier.captures.get(urldefrag(request.url).url)):
            return _replay(earlier.folder, capture, request)
        return response


def _refused_last(folder: Path, captures: Sequence[Capture]) -> set[str]:
    """Record ids of the refusals that end an archive, where they are enough to have ended a run."""
    refused = set()
    for capture in reversed(captures):
        if capture.status in (403, 429) or _is_challenge(folder, capture):
            refused.add(capture.record_id)
        elif capture.status < 300 or 400 <= capture.status < 500:
            break
    return refused if len(refused) >= MOST_REFUSALS else set()


def _is_challenge(folder: Path, capture: Capture) -> bool:
    if capture.status >= 300 or "html" not in capture.mime:
        return False
    try:
        fields, _ = read_http(folder, capture)
        body = read_body(folder, capture).content
    except ArchiveError:
        return False
    return bool(challenge(HtmlResponse(capture.url, headers=Headers(fields), body=body)))


def _stale(capture: Capture) -> bool:
    at = datetime.fromisoformat(capture.captured_at)
    return urlsplit(capture.url).path == "/robots.txt" and datetime.now(UTC) - at > ROBOTS_FRESH


def _replay(folder: Path, capture: Capture, request: Request) -> Response:
    fields, body = read_http(folder, capture)
    headers = Headers(fields)
    kind = responsetypes.from_args(headers=headers, url=request.url, body=body)
    return kind(
        url=request.url, status=capture.status, headers=headers, body=body, flags=[REPLAYED]
    )
