"""WARC and WACZ files of other crawlers, read record by record."""

import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from corpora.campaign import Event
from crawler.archive import BROKEN
from crawler.captures import warc_fields
from crawler.decoding import ENTITY_LIMIT
from crawler.members import MemberCheck
from crawler.records import Exchange

LONGEST_MEMBER = 8 * 2**30
"""Bytes of a WARC file inside a WACZ: crawlers cut theirs at 1 to 4 GiB."""

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
"""Media types worth copying; what is declared octet-stream or nothing is judged when read."""

Described = tuple[Exchange, dict[str, str]]


class ForeignWarc:
    """One WARC stream of another crawler, read once.

    Iterating yields what is worth copying, with the fields that a metadata record of this program
    gives it; afterwards ``events`` tells what was left out and why. One record is held at a time.
    """

    def __init__(self, name: str, stream: IO[bytes]) -> None:
        self.name = name
        self.events: list[Event] = []
        self._stream = _Watched(stream)
        self._left_out: Counter[str] = Counter()
        self._about: dict[str, dict[str, str]] = {}
        self._requests: dict[str, Any] = {}

    def __iter__(self) -> Iterator[Described]:
        # a request may stand before its response or, as warcio itself writes, right after it
        pending: Described | None = None
        record = None
        try:
            for record in ArchiveIterator(self._stream, check_digests=True):
                if pending and record.rec_type == "request" and _beside(record) == _id(pending):
                    pending = (replace(pending[0], request=record.http_headers), pending[1])
                    continue
                if pending:
                    yield pending
                pending = self._take(record)
        except (*BROKEN, OSError) as error:
            self._tell("warc_unreadable", f"not readable as WARC ({_short(error)})", "error")
        except zipfile.BadZipFile as error:
            self._tell("warc_unreadable", f"damaged in its ZIP file ({_short(error)})", "error")
        if pending:
            yield pending
        if fault := self._stream.fault:
            self._tell("warc_torn", f"{fault}; what stands before was imported", "error")
        elif record is None and not self.events:
            self._tell("warc_unreadable", "holds no whole record", "error")
        for what, count in sorted(self._left_out.items()):
            self._tell("records_left_out", f"{count} {what} left out", "info")

    def _take(self, record: Any) -> Described | None:
        headers = record.rec_headers
        if record.rec_type == "metadata":
            self._about = {_beside(record): warc_fields(record.raw_stream.read(ENTITY_LIMIT))}
        elif record.rec_type == "request":
            own = headers.get_header("WARC-Record-ID") or ""
            self._requests = {own: record.http_headers, _beside(record): record.http_headers}
        elif record.rec_type in ("response", "resource"):
            try:
                return self._copied(record)
            except (ValueError, TypeError, AttributeError) as error:
                url = headers.get_header("WARC-Target-URI") or "a record without address"
                self._tell("record_unreadable", f"{url}: its fields are wrong ({_short(error)})")
        elif record.rec_type == "revisit":
            self._left_out["revisit records, whose pages are in other records,"] += 1
        return None

    def _copied(self, record: Any) -> Described | None:
        headers, http = record.rec_headers, record.http_headers
        url, record_id = headers.get_header("WARC-Target-URI"), headers.get_header("WARC-Record-ID")
        if not url.startswith(("http:", "https:", "urn:")):
            self._left_out[f"records of {url.partition(':')[0]}: addresses"] += 1
            return None
        mime = ((http or headers).get_header("Content-Type") or "").partition(";")[0]
        status = int(http.get_statuscode()) if http else 200
        if status == 200 and mime.strip().lower() not in READ_TYPES:
            self._left_out[f"records of type {mime.strip().lower()[:60]}"] += 1
            return None
        body = record.raw_stream.read(ENTITY_LIMIT + 1)
        if len(body) > ENTITY_LIMIT:
            self._tell("over_limit", f"{url}: longer than {ENTITY_LIMIT} bytes")
            return None
        expected = record.payload_length if http else record.length
        failed = [p for p in record.digest_checker.problems if p.startswith("block digest failed")]
        if failed or len(body) != max(expected, 0):
            self._tell("record_damaged", f"{url}: its bytes are not those that were recorded")
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

    def _tell(self, name: str, reason: str, level: str = "warning") -> None:
        self.events.append(Event("import", level, name, self.name, reason))


def open_foreign(path: Path) -> Iterator[ForeignWarc]:
    """The WARC streams of a .warc, .warc.gz or .wacz file; each is open until the next is asked."""
    if path.suffix.lower() != ".wacz":
        with path.open("rb") as file:
            yield ForeignWarc(path.name, file)
        return
    refused = ForeignWarc(path.name, BytesIO())
    try:
        with zipfile.ZipFile(path) as package:
            for member in package.infolist():
                if not _is_warc(member.filename):
                    continue
                if reason := _unsafe(member):
                    refused._tell("member_refused", f"{member.filename!r} {reason}", "error")
                    continue
                with package.open(member) as stream:
                    yield ForeignWarc(f"{path.name}/{PurePosixPath(member.filename).name}", stream)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        refused._tell("wacz_unreadable", f"not readable as WACZ ({_short(error)})", "error")
    yield refused


def _is_warc(name: str) -> bool:
    return name.lower().endswith((".warc", ".warc.gz"))


def _unsafe(member: zipfile.ZipInfo) -> str:
    steps = PurePosixPath(member.filename).parts
    if member.filename.startswith("/") or ".." in steps or "\\" in member.filename:
        return "leads out of the package; it was not read"
    if member.file_size > LONGEST_MEMBER:
        return f"claims {member.file_size} bytes; at most {LONGEST_MEMBER} are read"
    return ""


class _Watched:
    """A stream that notices, while it is read, where its gzip members stop being whole."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._check: MemberCheck | None = None
        self._position = 0

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        if self._position == 0 and data.startswith(b"\x1f\x8b"):
            self._check = MemberCheck()
        self._position += len(data)
        if self._check:
            self._check.feed(data)
        return data

    def tell(self) -> int:
        return self._position

    @property
    def fault(self) -> str:
        return self._check.result().fault if self._check else ""


def _id(described: Described) -> str:
    return described[0].record_id


def _beside(record: Any) -> str:
    return record.rec_headers.get_header("WARC-Concurrent-To") or ""


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:100]
