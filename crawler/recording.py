"""Recording: every exchange goes into the archive before anything reads it."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urldefrag, urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Headers, Response
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]

from corpora.campaign import Event
from crawler.archive.records import Exchange, new_id
from crawler.archive.writing import ArchiveWriter
from crawler.manners.safety import RAW_HEAD

UNREAD_TYPES = ("image/", "video/", "audio/", "font/", "text/css", "application/zip")
"""Media types whose bodies are not fetched: nothing reads them."""

FAILED = "archive_failed"
"""Key of request.meta set when the answer could not be archived: nothing may read it then."""

RECORDED = "archive_record"
"""Key of request.meta with the record id and time of the answer as it was sent; None for a DOM."""

SECRET = (b"Proxy-Authorization", b"Authorization")
"""Request headers that are kept out of an archive which others will read."""


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
        if mime.startswith(UNREAD_TYPES):
            reason = f"{mime.partition(';')[0]} is not read; its body was not fetched"
            self._spider.tell(Event("crawl", "info", "unread_type", request.url, reason))
            raise StopDownload(fail=False)

    def _record(self, response: Response, request: Request) -> None:
        url = urldefrag(request.url).url
        exchange, about, damage = _exchange(url, request, response), self._about(request), ""
        try:
            if repeated := self._spider.earlier.unchanged(url, response):
                self._writer.write_revisit(exchange, about, *repeated)
            else:
                damage = self._writer.write(exchange, about)
        except OSError as error:
            # said here: Scrapy logs what a signal's listener raises, and would go on
            request.meta[FAILED] = True
            self._spider.stop(f"{url} could not be archived: {error.strerror or error}")
            return
        request.meta[RECORDED] = exchange.record_id, exchange.at
        if damage and not response.flags:
            self._spider.tell(Event("crawl", "warning", "body_damaged", url, damage))
        self._spider.archived_anew()

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
    head = request.meta.pop(RAW_HEAD)
    stopped = "download_stopped" in response.flags
    return Exchange(
        url=url,
        at=datetime.now(UTC),
        request=_request_head(request),
        response=StatusAndHeaders(
            f"{response.status} {head['reason']}".strip(),
            _mended(head["headers"], len(response.body)),
            head["version"],
        ),
        body=response.body,
        ip="" if request.meta.get("proxy") else str(response.ip_address or ""),
        truncated="unspecified" if stopped else "",
        record_id=new_id(),
    )


def _request_head(request: Request) -> StatusAndHeaders:
    parts = urlsplit(request.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = [("Host", parts.netloc.rpartition("@")[2])]
    for name, values in request.headers.items():
        if name not in SECRET:
            headers += [(name.decode("latin-1"), value.decode("latin-1")) for value in values]
    return StatusAndHeaders(f"{request.method} {path} HTTP/1.1", headers, is_http_request=True)


def _mended(headers: list[tuple[str, str]], length: int) -> list[tuple[str, str]]:
    """The headers of a body that reached us without its transfer coding, with its true length."""
    mended = []
    for name, value in headers:
        kept = name
        if name.lower() == "transfer-encoding" or (
            name.lower() == "content-length" and value.strip() != str(length)
        ):
            kept = f"X-Archive-Orig-{name}"
        mended.append((kept, value))
    if not any(name.lower() == "content-length" for name, _ in mended):
        mended.append(("Content-Length", str(length)))
    return mended
