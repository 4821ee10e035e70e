"""Recording: every exchange goes into the archive before anything reads it."""

import re
from typing import Any
from urllib.parse import urldefrag

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Headers, Response

from corpora.campaign import Event
from crawler.answers import STOPPED
from crawler.archive.formats import named_document
from crawler.archive.heads import RawHead
from crawler.archive.records import Exchange, new_id
from crawler.archive.writing import ArchiveWriter
from crawler.manners.safety import HEADS
from crawler.wire import Heads

UNREAD_TYPES = ("image/", "video/", "audio/", "font/", "text/css", "application/zip")
"""Media types whose bodies are not fetched: nothing reads them."""

FAILED = "archive_failed"
"""Key of request.meta set when the answer could not be archived: nothing may read it then."""

RECORDED = "archive_record"
"""Key of request.meta with the record id and time of the answer as it was sent; None for a DOM."""

_FRAMING = re.compile(rb"(?im)^(transfer-encoding|content-length)[ \t]*:([^\r\n]*)")


class Recorder:
    """Writes each exchange on ``response_downloaded``.

    Scrapy sends that signal before any middleware reads the answer, with the bytes as sent, for
    redirects, errors and robots.txt as well.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        spider: Any = crawler.spider
        self._spider = spider
        self._writer: ArchiveWriter = spider.writer
        crawler.signals.connect(self._stop_unread, signals.headers_received)
        crawler.signals.connect(self._record, signals.response_downloaded)
        crawler.signals.connect(self._close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Recorder":
        return cls(crawler)

    def _stop_unread(self, headers: Headers, request: Request) -> None:
        mime = (headers.get(b"Content-Type") or b"").decode("latin-1").strip().lower()
        if not mime.startswith(UNREAD_TYPES):
            return
        # many servers take a DOCX for the ZIP file that it is
        if named_document(request.url, headers.get(b"Content-Disposition") or b""):
            return
        raise StopDownload(fail=False)  # told by crawler.answers, as when it is replayed

    def _record(self, response: Response, request: Request) -> None:
        url = urldefrag(request.url).url
        # said here: Scrapy logs what a signal's listener raises, and would go on
        try:
            self._archive(url, response, request)
        except OSError as error:
            request.meta[FAILED] = True
            self._spider.stop(f"{url} could not be archived: {error.strerror or error}")
            return
        except Exception as error:
            request.meta[FAILED] = True
            reason = (
                f"answered {response.status}, which could not be archived, so that nothing read it "
                f"({type(error).__name__}: {' '.join(str(error).split())[:200]}); "
                "the same command asks again"
            )
            self._spider.tell(Event("crawl", "error", "not_archived", url, reason))
            return
        self._spider.archived_anew()

    def _archive(self, url: str, response: Response, request: Request) -> None:
        exchange, about = _exchange(url, request, response), self._about(request)
        if repeated := self._spider.earlier.unchanged(url, response):
            self._writer.write_revisit(exchange, about, *repeated)
        else:
            self._writer.write(exchange, about)
        request.meta[RECORDED] = exchange.record_id, exchange.at

    def _about(self, request: Request) -> dict[str, str]:
        referer = (request.headers.get(b"Referer") or b"").decode("latin-1")
        via = request.meta.get("redirect_urls", [referer])[-1]
        return {"authority": self._spider.source.name, "via": via}

    def _close(self) -> None:
        try:
            self._writer.close()
        except OSError as error:
            self._spider.stop(f"the archive could not be closed: {error.strerror or error}")


def _exchange(url: str, request: Request, response: Response) -> Exchange:
    heads: Heads = request.meta.pop(HEADS)
    stopped = STOPPED in response.flags
    return Exchange(
        url=url,
        at=heads.began,
        request=RawHead(heads.request),
        response=RawHead(_mended(heads.response, len(response.body))),
        body=response.body,
        ip="" if request.meta.get("proxy") else str(response.ip_address or ""),
        truncated="unspecified" if stopped else "",
        record_id=new_id(),
    )


def _mended(head: bytes, length: int) -> bytes:
    """The head of a body that reached us without its transfer coding, or not whole.

    What no longer fits the body is kept under a name that no reader takes for its framing.
    """

    def kept(line: re.Match[bytes]) -> bytes:
        fits = line[1].lower() == b"content-length" and line[2].strip() == b"%d" % length
        return line[0] if fits else b"X-Archive-Orig-" + line[0]

    return _FRAMING.sub(kept, head)
