"""What looks wrong: robot checks, sites that refuse time after time, too few or many pages."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from corpora.campaign import Event
from crawler.answers import STOPPED
from crawler.manners.challenges import challenge
from crawler.manners.failures import SILENCE
from crawler.manners.politeness import Politeness
from crawler.replaying import MOST_REFUSALS, REPLAYED
from crawler.sources import Source

CHALLENGED = "challenge_suspected"
"""Name of the event that tells a robot check in place of the page."""


def suspicions(response: Response) -> Iterator[tuple[str, str]]:
    """Event names and reasons for an answer of success that may not be the page asked for."""
    if reason := challenge(response):
        yield CHALLENGED, f"{reason}: a robot check, it seems, and not the page itself"
    elif not response.body.strip() and STOPPED not in response.flags:
        yield "empty_page", f"answered {response.status} with nothing in it"


MOST_SILENCES = 5
"""Pages in a row that got no answer at all, each asked for three times: the site is down."""


class Refusals:
    """Ends a source whose site refuses time after time, with 403, 429 or robot checks, or is mute.

    A site that went down in the middle of 600 pages would cost three timeouts for each of them.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._refused: list[str] = []
        self._silences = 0
        crawler.signals.connect(self._downloaded, signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Refusals":
        return cls(crawler)

    def page(self, response: Response, *, challenged: bool) -> None:
        """A page that the spider got, or a robot check in its place."""
        if REPLAYED in response.flags:
            return
        if challenged:
            self._note(response.url, "served a robot check")
        else:
            self._refused.clear()

    def _downloaded(self, response: Response, request: Request) -> None:
        """Each answer as it came, also those that are asked for again."""
        self._silences = 0
        if urlsplit(request.url).path == "/robots.txt":
            return
        if response.status in (403, 429):
            self._note(response.url, f"answered {response.status}")
        elif 400 <= response.status < 500:
            self._refused.clear()

    def failed(self, url: str, error: BaseException | None) -> None:
        """A page that was not had, after all tries."""
        if isinstance(error, SILENCE):
            self._silences += 1
            if self._silences >= MOST_SILENCES:
                self._give_up(f"did not answer for {self._silences} pages in a row, last for {url}")

    def _note(self, url: str, what: str) -> None:
        self._refused.append(what)
        if len(self._refused) >= MOST_REFUSALS:
            kinds = " or ".join(sorted(set(self._refused)))
            self._give_up(f"{kinds} {len(self._refused)} times in a row, last for {url}")

    def _give_up(self, reason: str) -> None:
        if politeness := self._crawler.get_extension(Politeness):
            politeness.give_up(f"its server {reason}")


def expectation(source: Source, found: int, budget: int, why: str) -> str:
    """How so many pages and files archived fail what the source expects, or an empty string.

    ``why`` says why there is nothing, where there is nothing. A most that is the ``budget`` itself
    is passed only where the budget was lowered since: that is no fault of the crawl.
    """
    expect = source.expect
    if found == 0:
        return f"no page was archived; {why}"
    if found < expect.pages_min:
        return f"{found} pages and files archived, at least {expect.pages_min} expected"
    if found > expect.pages_max != budget:
        return f"{found} pages and files archived, at most {expect.pages_max} expected"
    return ""


class Monitor:
    """Holds a source's expectations against what its crawl found, when it closes.

    Expected kinds are known only after reading: the analysis checks them.
    """

    def __init__(self, crawler: Crawler) -> None:
        spider: Any = crawler.spider
        self._spider = spider
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Monitor":
        return cls(crawler)

    def _closed(self, reason: str) -> None:
        source = self._spider.source
        if reason != "finished":
            return
        limit = self._spider.budget.limit
        why = self._spider.entry_failure or f"see whether {', '.join(source.sites)} answers"
        if failed := expectation(source, len(self._spider.pages), limit, why):
            self._spider.tell(Event("crawl", "error", "expectation_failed", source.name, failed))
