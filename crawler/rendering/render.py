"""Pages that scripts write, for sources that ask for it: ``render: true``.

A page is fetched and archived as every page is; then a browser runs its scripts on the archived
bytes, and what they ask for goes the same road (robots.txt, politeness, safety, archive). The DOM
is archived beside the page, and read in its place.

scrapy-playwright's handler would fetch through the browser instead, past all of these.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urldefrag

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse, Response
from scrapy.http.request import NO_CALLBACK

from corpora.campaign import Event
from crawler.archive.capture import is_frame
from crawler.archive.decoding import ENTITY_LIMIT
from crawler.archive.writing import DOM_TYPE
from crawler.frontier.pages import Link
from crawler.frontier.scheduler import Promise
from crawler.frontier.scoring import Carrier
from crawler.manners.challenges import challenge
from crawler.manners.safety import Untold
from crawler.recording import RECORDED
from crawler.rendering.chromium import Chromium, UnavailableError
from crawler.rendering.tab import Content, Rendered, RenderingError
from crawler.spiders.base import CouncilSpider, explained

KEPT = 32 * 2**20
"""Bytes of scripts and data that are kept for a source's next pages, so as not to ask again."""

_FOR_BROWSER = (
    "Content-Type",
    "Content-Security-Policy",
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Credentials",
)
_FROM_BROWSER = ("accept", "x-requested-with", "referer")
# neither cookies nor keys: an archive holds what anyone is answered

_CHROMIUM = Chromium()
_users: set["RenderingMiddleware"] = set()


class RenderingMiddleware:
    """Puts the DOM in the place of a page; the last to see an answer before the spider."""

    def __init__(self, crawler: Crawler) -> None:
        spider: Any = crawler.spider
        if not spider.source.render:
            raise NotConfigured
        self._crawler = crawler
        self._spider: CouncilSpider = spider
        self._agent: str = crawler.settings["USER_AGENT"]
        self._kept: dict[str, Content] = {}
        self._one_by_one = asyncio.Lock()
        _users.add(self)
        crawler.signals.connect(self._close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RenderingMiddleware":
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        recorded: tuple[str, datetime] | None = request.meta.get(RECORDED)
        if recorded is None or not _is_page(request, response):
            return response
        try:
            rendered = await _CHROMIUM.render(
                response.url, _content(response), self._fetch, self._agent
            )
        except UnavailableError as error:
            reason = f"{error}: its pages are read as they were sent, without what scripts write"
            self._tell("warning", "rendering_unavailable", self._spider.source.name, reason)
            return response
        except RenderingError as error:
            reason = f"{error}; it is read as it was sent"
            self._tell("warning", "rendering_failed", response.url, reason)
            return response
        self._tell_of(response.url, rendered)
        return self._archived(response, rendered, recorded)

    def _archived(
        self, response: Response, rendered: Rendered, recorded: tuple[str, datetime]
    ) -> Response:
        url, (record_id, at) = urldefrag(response.url).url, recorded
        about = {"authority": self._spider.source.name}
        try:
            self._spider.writer.write_conversion(url, at, rendered.html, record_id, about)
        except OSError as error:
            self._spider.stop(f"{url} could not be archived: {error.strerror or error}")
            return response
        body = rendered.html.encode("utf-8", "replace")[:ENTITY_LIMIT]
        headers = response.headers.copy()
        headers[b"Content-Type"] = DOM_TYPE
        return response.replace(body=body, headers=headers, encoding="utf-8")

    def _tell_of(self, url: str, rendered: Rendered) -> None:
        incomplete = rendered.incomplete
        if len(rendered.html) > ENTITY_LIMIT:
            incomplete = f"its DOM is longer than {ENTITY_LIMIT} bytes"
        if incomplete:
            reason = f"{incomplete}; it is read as it stood then"
            self._tell("warning", "rendering_incomplete", url, reason)
        if rendered.leads_to and urldefrag(rendered.leads_to).url != urldefrag(url).url:
            reason = f"its scripts lead to {rendered.leads_to[:200]}"
            self._tell("info", "script_redirect", url, reason)
            if self._spider.source.owns(rendered.leads_to):
                score = self._spider.score(Link(rendered.leads_to, ""), Carrier(url))
                self._spider.frontier.add(Promise(rendered.leads_to, score, 1, url))

    async def _fetch(self, url: str, headers: Mapping[str, str]) -> Content | None:
        """What a page's script asks for, by the road of every request; None where refused."""
        url = urldefrag(url).url
        engine: Any = self._crawler.engine
        async with self._one_by_one:
            if url in self._kept:
                return self._kept[url]
            sent = {name: headers[name] for name in _FROM_BROWSER if name in headers}
            asked = Request(url, headers=sent, callback=NO_CALLBACK)
            try:
                content = _content(await engine.download_async(asked))
            except Untold:
                return None
            except Exception as error:  # whatever went wrong: the page does without it
                level, name, reason = explained(error)
                self._tell(level, name, url, f"a script asked for it; {reason}")
                return None
            self._keep(url, content)
            return content

    def _keep(self, url: str, content: Content) -> None:
        self._kept[url] = content
        while sum(len(one.body) for one in self._kept.values()) > KEPT:
            del self._kept[next(iter(self._kept))]

    def _tell(self, level: str, name: str, subject: str, reason: str) -> None:
        self._spider.tell(Event("crawl", level, name, subject, reason))

    async def _close(self) -> None:
        _users.discard(self)
        if not _users:
            await _CHROMIUM.close()


def _is_page(request: Request, response: Response) -> bool:
    """Whether an answer is a page of HTML, asked for by the spider, that is what it says."""
    return (
        isinstance(response, HtmlResponse)
        and response.status == 200
        and request.callback is not NO_CALLBACK
        and not is_frame(request.url)
        # a viewer's HTML would stand for the document
        and b"%PDF-" not in response.body[:1024]
        and b"attachment" not in (response.headers.get(b"Content-Disposition") or b"").lower()
        # a robot check is told, not run: who asks that question does not want an answer from us
        and not challenge(response)
    )


def _content(response: Response) -> Content:
    headers = {
        name: value.decode("latin-1")
        for name in _FOR_BROWSER
        if (value := response.headers.get(name))
    }
    return Content(response.status, headers, response.body)
