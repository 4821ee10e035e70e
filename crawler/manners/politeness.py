"""When a request may go out: one at a time to a host, with the pauses and hours that are due.

Scrapy keeps its pauses within one source's crawl. Here they hold between sources too, because two
councils may share a host: the crawlers of one process share what is known of a host.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.core.downloader import Downloader, Slot
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

from corpora.campaign import Event
from crawler.manners.hours import PARIS, Hours
from crawler.manners.safety import Untold

LONGEST_PAUSE = 60.0
"""Seconds; a longer Crawl-delay is cut to this and told, else 600 pages would take weeks."""

LONGEST_WAIT = 900.0
"""Seconds; where a Retry-After asks for more, the source ends: the same command goes on later."""

TICK = 0.25
"""Seconds after which a waiting request looks whether the crawl is to end."""


class Ended(Untold):
    """A request that was not made because its crawl ends."""


@dataclass
class Host:
    """What the sources of this process share of one host: its turn, and when it was last asked."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    asked_at: float = float("-inf")
    not_before: float = float("-inf")


_HOSTS: dict[str, Host] = {}
_CLOSURES_TOLD: set[datetime] = set()


def host_of(url: str) -> Host:
    """The host of a URL. Another port than the web's own two is taken for another server."""
    parts = urlsplit(url)
    name = (parts.hostname or "").rstrip(".").lower()
    try:
        port = parts.port
    except ValueError:  # an address that no client can ask either
        port = None
    key = name if port in (None, 80, 443) else f"{name}:{port}"
    return _HOSTS.setdefault(key, Host())


def retry_after(value: bytes, now: datetime) -> float | None:
    """Seconds that a Retry-After asks to wait, given in seconds or as a date (RFC 9110, 10.2.3)."""
    text = value.decode("latin-1").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        return max(0.0, (at - now).total_seconds())
    except (ValueError, OverflowError):  # the second: a time zone that is days away
        return None


class PoliteDownloader(Downloader):
    """Scrapy's, but each request waits for its turn at its host (see ``Politeness.turn``)."""

    async def _download(self, slot: Slot, request: Request) -> Response:
        politeness: Any = self.crawler.get_extension(Politeness)
        # counted from here, so that those behind it stay in the queue
        slot.transferring.add(request)
        try:
            async with politeness.turn(request, slot.delay):
                return await super()._download(slot, request)
        finally:
            if request in slot.transferring:
                slot.transferring.remove(request)
                self._process_queue(slot)

    def hurry(self) -> None:
        """Nothing waits any more: what is queued comes to its turn, and ends there."""
        for slot in self.slots.values():
            slot.delay = 0.0
            if slot.latercall:
                slot.latercall.cancel()
                slot.latercall = None
            self._process_queue(slot)


class Politeness(AutoThrottle):
    """AutoThrottle that never goes below the pause a site asks for, and keeps to the hours.

    A Crawl-delay (robots.txt) is kept by host and source, a Retry-After (of 429 and 503) by host.
    Where there is nobody to spare (reserved names, loopback) pauses are dropped; turns and hours
    are kept all the same.
    """

    def __init__(
        self, crawler: Any, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        super().__init__(crawler)
        hours = crawler.settings["CRAWL_HOURS"]
        self._hours = Hours.read(hours) if hours else None
        self._clock = clock
        self._asked: dict[str, float] = {}
        self._over = False

    def end(self) -> None:
        """No request goes out from now on, and none waits."""
        self._over = True
        downloader: Any = self.crawler.engine.downloader
        downloader.hurry()

    def give_up(self, reason: str) -> None:
        """End this source's crawl and tell why; the other sources go on."""
        if self._over:
            return
        again = "the crawl of this source ended; the same command goes on from here"
        name = self._spider.source.name
        self._spider.tell(Event("crawl", "error", "source_stopped", name, f"{reason}: {again}"))
        self.end()
        engine = self.crawler.engine
        self._closing = asyncio.ensure_future(engine.close_spider_async(reason="refused"))

    @asynccontextmanager
    async def turn(self, request: Request, pause: float) -> AsyncIterator[None]:
        """The host for this request alone, once pause, Retry-After and hours allow it.

        Raises Ended where the crawl ends meanwhile.
        """
        host = host_of(request.url)
        async with host.lock:
            while True:
                if self._over or not self.crawler.engine.running:
                    raise Ended
                now = time.monotonic()
                due = max(host.asked_at + pause, host.not_before) - now
                due = max(due, self._closed_for())
                if due <= 0:
                    break
                await asyncio.sleep(min(due, TICK))
            host.asked_at = now
            yield

    def ask(self, request: Request, seconds: float) -> None:
        """Keep a Crawl-delay of so many seconds at the request's host from now on."""
        if self.maxdelay == 0:
            return
        if seconds > LONGEST_PAUSE:
            reason = f"asks for {seconds:.0f} s between requests; {LONGEST_PAUSE:.0f} s are kept"
            reason = f"Crawl-delay {reason}"
            self._spider.tell(Event("crawl", "warning", "long_pause_cut", request.url, reason))
        host = self.crawler.engine.downloader.get_slot_key(request)
        self._asked[host] = max(self._asked.get(host, 0.0), min(seconds, LONGEST_PAUSE))
        self._keep(host)

    @property
    def _spider(self) -> Any:
        return self.crawler.spider

    def _closed_for(self) -> float:
        if self._hours is None:
            return 0.0
        now = self._clock()
        if due := self._hours.opens_in(now):
            opening = (now + timedelta(seconds=due)).astimezone(PARIS).replace(second=0)
            opening = opening.replace(microsecond=0)
            if opening not in _CLOSURES_TOLD:
                _CLOSURES_TOLD.add(opening)
                asked = self.crawler.settings["CRAWL_HOURS"]
                self._spider.notice(
                    f"outside the hours {asked} of the sources file: waiting until "
                    f"{opening:%d/%m %H:%M} (Paris); Ctrl-C stops, the same command goes on"
                )
        return due

    def _keep(self, host: str | None) -> None:
        slot = self.crawler.engine.downloader.slots.get(host or "")
        if slot is not None and host in self._asked:
            slot.delay = max(slot.delay, self._asked[host])

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        super()._response_downloaded(response, request, spider)
        if response.status in (429, 503):
            self._hold_back(response, request)
        self._keep(request.meta.get("download_slot"))
        if self._over:
            self.end()

    def _hold_back(self, response: Response, request: Request) -> None:
        wait = retry_after(response.headers.get(b"Retry-After") or b"", self._clock())
        if self.maxdelay == 0:
            return
        if wait is None:
            _, slot = self._get_slot(request, self._spider)
            if slot is not None:
                slot.delay = min(2 * slot.delay, self.maxdelay)
        elif wait > LONGEST_WAIT:
            self.give_up(f"its server asks to come back in {wait / 60:.0f} minutes")
        else:
            host = host_of(request.url)
            host.not_before = max(host.not_before, time.monotonic() + wait)
