"""Captures: pointers into the WARC archive, and how to follow them."""

import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urldefrag, urljoin, urlsplit

from w3lib.encoding import http_content_type_encoding
from w3lib.url import safe_url_string
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]
from warcio.statusandheaders import (  # type: ignore[import-untyped]
    StatusAndHeadersParserException,
)

from crawler.archive.decoding import Entity, UndecodableError, decode
from crawler.archive.heads import with_raw_heads
from crawler.archive.members import member_at

OPEN = ".open"
"""What a segment's name ends with while it is being written, or after a crash."""

COPIED_FROM = "copied-from"
"""Field of the metadata record beside a response that was copied from another campaign."""


# Where a record's headers are cut, warcio takes the half for whole and trips over what is missing.
BROKEN = (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError, AttributeError, ValueError)
"""What reading a damaged record raises."""


BUSY = (408, 429, 500, 502, 503, 504)
"""Answers that speak of the moment, not of the page: asked again, within a run and in the next."""


NOTHING = hashlib.sha256(b"").hexdigest()
"""The digest of an entity in which nothing came, nothing was fetched, or nothing can be read."""


class ArchiveError(Exception):
    """A record cannot be read: one line with the WARC file, the place and the reason."""


@dataclass(frozen=True)
class Capture:
    """One archived response: a pointer into the archive, never a body.

    ``digest`` is the SHA-256 (lower-case hex) of the decoded entity (after Content-Encoding),
    ``captured_at`` is UTC, ISO 8601 with ``Z``. ``kind``, ``title`` and ``date`` are filled by an
    import whose metadata gave them, else empty. ``authority`` is the name printed in tables.

    ``warc``, ``offset`` and ``record_id`` are of the record that was written then. Where that is a
    revisit (the page had not changed), ``body_warc``, ``body_offset`` and ``body_id`` are of the
    earlier response that holds the body; else they are empty. ``rendered_from`` is the id of the
    record whose page a browser made this capture of, else empty.
    """

    url: str
    authority: str
    captured_at: str
    status: int
    mime: str
    digest: str
    warc: str
    offset: int
    record_id: str
    kind: str = ""
    title: str = ""
    date: str = ""
    body_warc: str = ""
    body_offset: int = 0
    body_id: str = ""
    rendered_from: str = ""


@dataclass(frozen=True)
class Found:
    """A capture as it stands in one WARC file.

    ``refers_to`` is the id of the response that a revisit repeats, else empty; ``copied`` marks the
    response of an earlier campaign that stands here for revisits to refer to.
    """

    capture: Capture
    refers_to: str = ""
    copied: bool = False


@dataclass(frozen=True)
class Body:
    """A capture's entity, decoded from its Content-Encoding.

    ``content_type`` is the header as sent or empty; ``charset`` is the Python name of the encoding
    that it declares, or empty.
    """

    content: bytes
    content_type: str
    charset: str


def segments(archive_dir: Path) -> list[Path]:
    """The archive's WARC files in order of name, those still being written included."""
    found = [*archive_dir.glob("*.warc.gz"), *archive_dir.glob(f"*.warc.gz{OPEN}")]
    return sorted(found, key=lambda path: path.name.removesuffix(OPEN))


def read_body(archive_dir: Path, capture: Capture) -> Body:
    """The body that a capture points to.

    Of a body whose compression is damaged, what stands before the damage. Raises ArchiveError if
    the record is not there, if its entity is too long or its coding is not known.
    """
    with read_record(archive_dir, capture) as record:
        headers = record.http_headers or record.rec_headers
        content_type = headers.get_header("Content-Type") or ""
        try:
            entity = decoded_entity(record)
        except UndecodableError as error:
            raise ArchiveError(f"{capture.warc}: {capture.url}: {error}") from error
    return Body(entity.content, content_type, http_content_type_encoding(content_type) or "")


@contextmanager
def read_record(archive_dir: Path, capture: Capture) -> Iterator[Any]:
    """The warcio record with a capture's body, open for reading; its HTTP head is a RawHead.

    Raises ArchiveError if it is gone, and if a byte of it has changed: warcio alone would give what
    stands before the damage for the whole.
    """
    name, offset, record_id = place(capture)
    try:
        records = ArchiveIterator(BytesIO(read_member(archive_dir, capture)))
        record = next(iter(with_raw_heads(records)), None)
    except BROKEN:
        record = None
    if record is None or record.rec_headers.get_header("WARC-Record-ID") != record_id:
        raise ArchiveError(f"{name}: no record {record_id} at byte {offset}")
    yield record


def read_member(archive_dir: Path, capture: Capture) -> bytes:
    """The bytes of the record with a capture's body, still compressed; raises ArchiveError."""
    name, offset, record_id = place(capture)
    with open_segment(archive_dir, name) as file:
        try:
            return member_at(file, offset)
        except (zlib.error, EOFError) as error:
            reason = f"record {record_id} at byte {offset} is damaged ({error})"
            raise ArchiveError(f"{name}: {reason}") from error


def place(capture: Capture) -> tuple[str, int, str]:
    """WARC file, offset and id of the record that holds a capture's body."""
    if capture.body_id:
        return capture.body_warc, capture.body_offset, capture.body_id
    return capture.warc, capture.offset, capture.record_id


def open_segment(archive_dir: Path, name: str) -> BinaryIO:
    """A WARC file of the archive, by the name that captures give; raises ArchiveError."""
    if Path(name).name != name:
        raise ArchiveError(f"{name}: is not the name of a file of the archive")
    path = archive_dir / name
    try:
        return (path if path.exists() else path.with_name(name + OPEN)).open("rb")
    except OSError as error:
        raise ArchiveError(f"{name}: cannot be read ({error.strerror})") from error


def read_http(archive_dir: Path, capture: Capture) -> tuple[list[tuple[str, str]], bytes]:
    """The HTTP headers and the body of a capture as they were sent, for a replay.

    The headers are bytes in latin-1, as Python's own HTTP client gives them.
    """
    with read_record(archive_dir, capture) as record:
        return http_of(record), record.raw_stream.read()


def http_of(record: Any) -> list[tuple[str, str]]:
    """The HTTP headers of a record that ``read_record`` gave, as ``read_http`` gives them."""
    if record.http_headers:
        fields = record.http_headers.fields
        return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in fields]
    return [("Content-Type", record.rec_headers.get_header("Content-Type") or "")]


def location(archive_dir: Path, capture: Capture) -> str:
    """Where a redirect leads; its own address where it does not say, or cannot be read."""
    try:
        headers, _ = read_http(archive_dir, capture)
        to = next((value for name, value in headers if name.lower() == "location"), "")
        # as the crawl followed it: bytes that are no UTF-8 stand as they are
        return urldefrag(urljoin(capture.url, safe_url_string(to.encode("latin-1")))).url
    except (ArchiveError, ValueError):  # the second: what "http://[" makes of itself
        return capture.url


def decoded_entity(record: Any) -> Entity:
    """The entity of a warcio record; raises UndecodableError."""
    body = record.raw_stream.read()
    http = record.http_headers
    if http is None:
        return decode(body, "", "")
    return decode(
        body, http.get_header("Transfer-Encoding", ""), http.get_header("Content-Encoding", "")
    )


def digest_of(record: Any) -> tuple[str, str]:
    """SHA-256 of a warcio record's entity, and what its coding lost of it, or an empty string.

    The digest of nothing where the entity cannot be decoded at all.
    """
    try:
        entity = decoded_entity(record)
    except UndecodableError as error:
        entity = Entity(b"", str(error))
    return hashlib.sha256(entity.content).hexdigest(), entity.damage


def is_frame(url: str) -> bool:
    """Whether a URL serves the crawler rather than the reader: robots.txt or a sitemap."""
    path = urlsplit(url).path.lower()
    return path == "/robots.txt" or ("sitemap" in path and path.endswith((".xml", ".xml.gz")))
