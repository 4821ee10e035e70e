"""The crawl itself, in a process of its own.

It takes its order as JSON in its one argument and tells what happens in lines of JSON on standard
output. When its standard input ends, the parent wants it to stop or is gone: it stops in order.
"""

import json
import logging
import os
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.defer import deferred_from_coro

from corpora.campaign import Event
from crawler.archive.capture import Capture
from crawler.archive.captures import copied_responses, read_captures
from crawler.archive.writing import ArchiveWriter, warcinfo
from crawler.manners.politeness import TICK, Politeness
from crawler.order import Order
from crawler.replaying import Budget
from crawler.revisiting import Earlier
from crawler.settings import scrapy_settings, user_agent
from crawler.sources import Source, SourceFile, load_sources
from crawler.spiders.base import CouncilSpider
from crawler.spiders.files import FilesSpider
from crawler.spiders.listing import ListingSpider
from crawler.spiders.sitemap import SitemapSpider
from crawler.watching.pulse import BEAT, pulse

SPIDERS: dict[str, type[CouncilSpider]] = {
    "sitemap": SitemapSpider,
    "listing": ListingSpider,
    "files": FilesSpider,
}


class Lines:
    """Tells the parent process; see ``crawler.spiders.base.Report``."""

    def __init__(self, process: AsyncCrawlerProcess) -> None:
        self._process = process

    def event(self, source: Source, event: Event) -> None:
        say(source=source.id, event=asdict(event))

    def fetched(self, source: Source) -> None:
        say(source=source.id, fetched=1)

    def replayed(self, source: Source) -> None:
        say(source=source.id, replayed=1)

    def closed(self, source: Source, reason: str) -> None:
        self.beat()
        say(source=source.id, closed=reason)

    def beat(self) -> None:
        """Tell where every crawl stands."""
        for crawler in self._process.crawlers:
            if crawler.spider is not None:
                say(source=crawler.spider.name, pulse=pulse(crawler))

    def notice(self, line: str) -> None:
        say(notice=line)

    def stop(self, reason: str) -> None:
        say(stopped=reason)
        stop(self._process)


@dataclass(frozen=True)
class Archived:
    """What is archived already: by this campaign, and by the one that it is held against.

    ``copied`` are the ids of responses that this campaign's revisits refer to; its writers add to
    it.
    """

    captures: list[Capture]
    copied: set[str]
    earlier: list[Capture]


def main(order: Order) -> None:
    """Crawl every source of the order, each by its own crawler, all in this process."""
    file = load_sources(Path(order.sources))
    log = {"LOG_FILE": order.log, "LOG_LEVEL": "WARNING"}
    logging.raiseExceptions = False  # a log that a full disk refuses is no news for the terminal
    process = AsyncCrawlerProcess(Settings(log))
    lines = Lines(process)
    archive = Archived(
        captures=list(read_captures(Path(order.archive))),
        copied=copied_responses(Path(order.archive)),
        earlier=list(read_captures(Path(order.since_archive))) if order.since else [],
    )
    for source in file.sources:
        if order.only and source.id not in order.only:
            continue
        _add(process, order, source, file, archive, lines)
    threading.Thread(target=_stop_with_parent, args=(process,), daemon=True).start()
    create_looping_call(lines.beat).start(BEAT, now=False)
    process.start(install_signal_handlers=False)
    say(done=True)


def _add(
    process: AsyncCrawlerProcess,
    order: Order,
    source: Source,
    file: SourceFile,
    archived: Archived,
    lines: Lines,
) -> None:
    settings = scrapy_settings(
        source, file.crawl, contact=order.contact, loopback=order.loopback, log=Path(order.log)
    )
    folder = Path(order.archive)
    info = warcinfo(order.campaign, operator=order.contact)
    info |= {
        "http-header-user-agent": user_agent(order.contact),
        "robots": "obeyed as RFC 9309 says; unreachable means disallowed",
    }
    own = [one for one in archived.captures if one.warc.rpartition("-")[0] == source.id]
    then = [one for one in archived.earlier if source.owns(one.url)]
    process.crawl(
        Crawler(SPIDERS[source.spider], Settings(settings)),
        source=source,
        writer=ArchiveWriter(folder, source.id, info, copied=archived.copied),
        budget=Budget.after(folder, own, file.budget(source)),
        earlier=Earlier.of(order.since, Path(order.since_archive), then),
        report=lines,
    )


def stop(process: AsyncCrawlerProcess) -> None:
    """Ask every crawler to end its open requests and close; to be called in the reactor.

    Scrapy forgets the wish where a crawler has not started yet: it is told again until all ended.
    """
    from twisted.internet import reactor  # installed by the process, not before

    for crawler in tuple(process.crawlers):
        if crawler.crawling and crawler.engine is not None and crawler.engine.running:
            if politeness := crawler.get_extension(Politeness):
                politeness.end()
            deferred_from_coro(crawler.stop_async())
    if process.crawlers:
        running: Any = reactor
        running.callLater(TICK, stop, process)


def _stop_with_parent(process: AsyncCrawlerProcess) -> None:
    from twisted.internet import reactor  # installed by the process, not before

    while os.read(sys.stdin.fileno(), 1):
        pass
    running: Any = reactor
    running.callFromThread(stop, process)


def say(**line: Any) -> None:
    """Tell the parent process; see ``crawler.crawl``."""
    with suppress(BrokenPipeError):  # the parent is gone; the end of standard input says so too
        os.write(sys.stdout.fileno(), (json.dumps(line) + "\n").encode())


if __name__ == "__main__":
    main(Order(**json.loads(sys.argv[1])))
