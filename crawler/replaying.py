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
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from corpora.campaign import Event
from crawler.answers import ROBOT_CHECK, STOPPED, remarks, why_no_page
from crawler.archive.capture import (
    BUSY,
    ArchiveError,
    Capture,
    http_of,
    is_frame,
    place,
    read_record,
)
from crawler.archive.captures import forget
from crawler.manners.safety import Refused, Untold
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
            try:
                response = answer_of(budget.folder, capture, request.url)
            except ArchiveError as error:
                forget(budget.folder, place(capture)[0])
                reason = f"what is archived of it is damaged ({error}); it was asked for again"
                self._spider.tell(Event("crawl", "warning", "capture_damaged", url, reason))
            else:
                self._spider.answered_from_archive()
                at = datetime.fromisoformat(capture.captured_at)
                request.meta[RECORDED] = None if capture.rendered_from else (capture.record_id, at)
                return response
        # what is archived was counted when it was first asked for
        if capture is None and not is_frame(url):
            if budget.spent >= budget.limit:
                raise Refused("page_budget", f"the budget of {budget.limit} requests is spent")
            budget.spent += 1
            request.meta[SPENT] = budget.spent
        self._spider.earlier.ask(url, request)
        return None

    def process_response(self, request: Request, response: Response) -> Response:
        if request.meta.get(FAILED):
            raise Untold("not archived")  # the recorder has told why
        earlier = self._spider.earlier
        if response.status == 304 and (capture := earlier.get(urldefrag(request.url).url)):
            response = answer_of(earlier.folder, capture, request.url)
        for event in remarks(request.url, response):
            self._spider.tell(event)
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
    return capture.status < 300 and why_no_page(folder, capture) == ROBOT_CHECK


def _stale(capture: Capture) -> bool:
    at = datetime.fromisoformat(capture.captured_at)
    return urlsplit(capture.url).path == "/robots.txt" and datetime.now(UTC) - at > ROBOTS_FRESH


def answer_of(folder: Path, capture: Capture, url: str) -> Response:
    """An archived answer, as if it were sent now in answer to a request for ``url``.

    Raises ArchiveError where its record is gone or damaged.
    """
    with read_record(folder, capture) as record:
        headers, body = Headers(http_of(record), "latin-1"), record.raw_stream.read()
        stopped = record.rec_headers.get_header("WARC-Truncated") == "unspecified"
    kind = responsetypes.from_args(headers=headers, url=url, body=body)
    flags = [REPLAYED, STOPPED] if stopped else [REPLAYED]
    return kind(url=url, status=capture.status, headers=headers, body=body, flags=flags)
