"""WARC and WACZ files of other crawlers, read record by record."""

import lzma
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from corpora.campaign import Event
from crawler.archive.capture import BROKEN
from crawler.archive.decoding import ENTITY_LIMIT
from crawler.archive.formats import named_document
from crawler.archive.heads import with_raw_heads
from crawler.archive.records import Exchange
from crawler.archive.scanning import warc_fields
from crawler.archive.streams import LONGEST_LINE, ShortLines, Watched

LONGEST_ADDRESS = 2000
"""Characters; a crawl asks for no longer ones either."""

MOST_TOLD, MOST_KINDS = 1000, 100
"""Events of one name, and kinds of what is left out, that are told one by one of a file."""

READ_TYPES = (
    "text/html",
    "application/xhtml+xml",
    "text/plain",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.oasis.opendocument.text",
    "application/octet-stream",
    "",
)
"""Media types worth copying, beside what its name says is a document: servers call a DOCX a ZIP.

What is declared octet-stream or nothing is judged when it is read."""

DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error)
"""What a damaged ZIP file raises, at its opening or while a member is read."""

Described = tuple[Exchange, dict[str, str]]


class ForeignWarc:
    """One WARC stream of another crawler, read once.

    Iterating yields what is worth copying, with the fields that a metadata record of this program
    gives it; afterwards ``events`` tells what was left out and why. One record is held at a time.
    """

    def __init__(self, name: str, stream: IO[bytes]) -> None:
        self.name = name
        self.events: list[Event] = []
        self._stream = Watched(stream)
        self._left_out: Counter[str] = Counter()
        self._told: Counter[str] = Counter()
        self._untold: Counter[str] = Counter()
        self._about: dict[str, dict[str, str]] = {}
        self._requests: dict[str, Any] = {}

    def __iter__(self) -> Iterator[Described]:
        # a request may stand before its response or, as warcio itself writes, right after it
        pending: Described | None = None
        record = None
        try:
            for record in self._records():
                if pending and record.rec_type == "request" and _beside(record) == _id(pending):
                    pending = (replace(pending[0], request=record.http_headers), pending[1])
                    continue
                if pending:
                    yield pending
                pending = self._take(record)
        except (*BROKEN, OSError) as error:
            self.tell("warc_unreadable", f"not readable as WARC ({short(error)})", "error")
        except DAMAGED as error:
            self.tell("warc_unreadable", f"damaged in its ZIP file ({short(error)})", "error")
        if pending:
            yield pending
        self._tell_end(record is None)

    def _records(self) -> Iterator[Any]:
        records = with_raw_heads(ArchiveIterator(self._stream, check_digests=True))
        records.reader = reader = ShortLines(self._stream)
        records.INC_RECORD = ""  # else warcio writes what it finds to the terminal
        for record in records:
            reader.next_head()
            yield record
            reader.next_head()
        if records.err_count:
            reason = f"{records.err_count} records do not end where their lengths say"
            self.tell("record_damaged", reason)

    def _tell_end(self, nothing: bool) -> None:
        if fault := self._stream.fault:
            self.tell("warc_torn", f"{fault}; what stands before was imported", "error")
        elif nothing and not self.events:
            self.tell("warc_unreadable", "holds no whole record", "error")
        for what, count in sorted(self._left_out.items()):
            self.tell("records_left_out", f"{count} {what} left out", "info")
        for name, count in sorted(self._untold.items()):
            self.events.append(
                Event("import", "warning", name, self.name, f"{count} more times, not listed")
            )

    def _take(self, record: Any) -> Described | None:
        headers = record.rec_headers
        if record.rec_type == "metadata":
            self._about = {_beside(record): warc_fields(record.raw_stream.read(LONGEST_LINE))}
        elif record.rec_type == "request":
            own = headers.get_header("WARC-Record-ID") or ""
            self._requests = {own: record.http_headers, _beside(record): record.http_headers}
        elif record.rec_type in ("response", "resource"):
            try:
                return self._copied(record)
            except (ValueError, TypeError, AttributeError) as error:
                url = headers.get_header("WARC-Target-URI") or "a record without address"
                reason = f"{url[:LONGEST_ADDRESS]}: its fields are wrong ({short(error)})"
                self.tell("record_unreadable", reason)
        elif record.rec_type == "revisit":
            self._leave_out("revisit records, whose pages are in other records,")
        return None

    def _copied(self, record: Any) -> Described | None:
        headers, http = record.rec_headers, record.http_headers
        url, record_id = headers.get_header("WARC-Target-URI"), headers.get_header("WARC-Record-ID")
        if not url.startswith(("http:", "https:", "urn:")):
            self._leave_out(f"records of {url.partition(':')[0][:20]}: addresses")
            return None
        if len(url) > LONGEST_ADDRESS:
            self.tell("record_unreadable", f"{url[:80]}…: its address has {len(url)} characters")
            return None
        mime = ((http or headers).get_header("Content-Type") or "").partition(";")[0]
        status = int(http.get_statuscode()) if http else 200
        disposition = (http and http.get_header("Content-Disposition")) or ""
        named = named_document(url, disposition.encode())
        if status == 200 and mime.strip().lower() not in READ_TYPES and not named:
            self._leave_out(f"records of type {mime.strip().lower()[:60]}")
            return None
        body = record.raw_stream.read(ENTITY_LIMIT + 1)
        if len(body) > ENTITY_LIMIT:
            self.tell("over_limit", f"{url}: longer than {ENTITY_LIMIT} bytes")
            return None
        expected = record.payload_length if http else record.length
        failed = [p for p in record.digest_checker.problems if p.startswith("block digest failed")]
        if failed or len(body) != max(expected, 0):
            self.tell("record_damaged", f"{url}: its bytes are not those that were recorded")
            return None
        requests, about = self._requests, self._about
        exchange = Exchange(
            url=url,
            at=datetime.fromisoformat(headers.get_header("WARC-Date")),
            body=body,
            response=http,
            request=requests.get(record_id) or requests.get(_beside(record)),
            mime=mime.strip(),
            ip=headers.get_header("WARC-IP-Address") or "",
            truncated=headers.get_header("WARC-Truncated") or "",
            record_id=record_id,
        )
        return exchange, about.get(record_id, {})

    def _leave_out(self, what: str) -> None:
        known = what in self._left_out or len(self._left_out) < MOST_KINDS
        self._left_out[what if known else "records of other types"] += 1

    def tell(self, name: str, reason: str, level: str = "warning") -> None:
        self._told[name] += 1
        if self._told[name] > MOST_TOLD:
            self._untold[name] += 1
            return
        self.events.append(Event("import", level, name, self.name, reason))


def _id(described: Described) -> str:
    return described[0].record_id


def _beside(record: Any) -> str:
    return record.rec_headers.get_header("WARC-Concurrent-To") or ""


def short(error: Exception) -> str:
    said = " ".join(str(error).split())
    if "non-chunked gzip" in said.lower():  # five lines of warcio's, on its own command
        return "compressed as one piece, not record by record: gunzip it and import the .warc"
    return said[:100]
