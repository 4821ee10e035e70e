"""What looks wrong: pages that are not what they seem, and crawls that found too little."""

import re
from collections.abc import Iterator
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response

from corpora.campaign import Event

CHALLENGE = re.compile(
    r"just a moment|checking your browser|cf-chl|challenge-platform|_incapsula_|datadome|px-captcha"
    r"|g-recaptcha|h-captcha|verify(?:ing)? (?:that )?you are (?:a )?human|êtes un humain"
    r"|pas un robot|accès refusé|access denied|request unsuccessful|activité inhabituelle",
    re.IGNORECASE,
)
SHORT = 600
"""Characters of text below which such words are the page, not a form's guard at its foot."""


def suspicions(response: Response) -> Iterator[tuple[str, str]]:
    """Event names and reasons for an answer of status 200 that may not be the page asked for."""
    if not response.body.strip() and "download_stopped" not in response.flags:
        yield "empty_page", "answered 200 with nothing in it"
    elif isinstance(response, HtmlResponse):
        found = CHALLENGE.search(response.text)
        words = "".join(
            response.xpath("//body//text()[not(parent::script or parent::style)]").getall()
        )
        if found and len(" ".join(words.split())) < SHORT:
            yield (
                "challenge_suspected",
                f"a short page with {found[0]!r}: perhaps not the page itself",
            )


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
        source, found = self._spider.source, len(self._spider.pages)
        if reason != "finished":
            return
        if found == 0:
            self._fail(f"no page was archived; see whether {', '.join(source.sites)} answers")
        elif found < source.expect.pages_min:
            self._fail(f"{found} pages archived, at least {source.expect.pages_min} expected")
        elif found > source.expect.pages_max:
            self._fail(f"{found} pages archived, at most {source.expect.pages_max} expected")

    def _fail(self, reason: str) -> None:
        name = self._spider.source.name
        self._spider.tell(Event("crawl", "error", "expectation_failed", name, reason))
