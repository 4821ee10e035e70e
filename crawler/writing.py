"""Writing the archive: WARC 1.1, one gzip member a record, in segments that survive a crash."""

import fcntl
import os
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from io import BytesIO, FileIO
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from corpora.campaign import InputError
from crawler.archive import COPIED_FROM, OPEN, digest_of
from crawler.members import wholeness

NOT_MODIFIED, IDENTICAL = "server-not-modified", "identical-payload-digest"
_PROFILES = "http://netpreserve.org/warc/1.1/revisit"

SEGMENT_SIZE = 2**30
"""Bytes after which a new segment begins: the usual size of WARC files, easy to move and check."""


@dataclass(frozen=True)
class Exchange:
    """One HTTP exchange to archive, or, without a ``response``, a file that came by none.

    ``response`` and ``request`` are head lines with headers; ``body`` is what follows the head of
    the response, as that describes it (Content-Encoding kept), or the file, of media type ``mime``.
    ``truncated`` is a WARC-Truncated reason or empty; ``record_id`` empty for a new one.
    """

    url: str
    at: datetime
    body: bytes
    response: StatusAndHeaders | None = None
    request: StatusAndHeaders | None = None
    mime: str = ""
    ip: str = ""
    truncated: str = ""
    record_id: str = ""


@dataclass(frozen=True)
class Original:
    """The response record that a revisit refers to.

    ``payload_digest`` is the WARC's (of the body as sent), ``entity_digest`` the capture's;
    ``campaign`` and ``warc`` say where it lies, ``member`` are its bytes there (one gzip member).
    """

    url: str
    date: str
    record_id: str
    payload_digest: str
    entity_digest: str
    campaign: str
    warc: str
    member: bytes


class ArchiveWriter:
    """Writes segments ``<prefix>-<number>.warc.gz``, named ``….open`` until they are closed.

    ``info`` are the fields of each segment's warcinfo record. Before each response comes a metadata
    record with what else is known of it (authority, via, kind, title, date) and the SHA-256 of the
    decoded entity, because servers compress the same page differently; written before, so that a
    response which survived a crash has it. Every exchange goes to the disk in one piece.

    When the disk refuses a write, the segment is cut back to its last whole exchange and closed,
    and the OSError goes on to the caller.

    ``copied`` are the ids of the responses that were copied for revisits before; the writers of one
    archive share it.
    """

    def __init__(
        self,
        folder: Path,
        prefix: str,
        info: Mapping[str, str],
        size_limit: int = SEGMENT_SIZE,
        copied: set[str] | None = None,
    ) -> None:
        self._folder, self._prefix, self._info = folder, prefix, dict(info)
        self._copied = set() if copied is None else copied
        self._size_limit = size_limit
        self._file: FileIO | None = None
        self._path = folder

    def write(self, exchange: Exchange, about: Mapping[str, str]) -> str:
        """Archive an exchange with its request and with what is known about it.

        Returns what the coding of its body has lost, or an empty string.
        """
        pieces, head = _Pieces(), _head(exchange)
        record = _answer(pieces, exchange, head)
        digest, damage = digest_of(record)
        record.raw_stream.seek(0)
        self._add(pieces, exchange, head, record, dict(about) | _entity(digest))
        self._append(pieces.compressed)
        return damage

    def write_revisit(
        self, exchange: Exchange, about: Mapping[str, str], original: Original, profile: str
    ) -> None:
        """Archive an exchange whose answer was that of ``original``, which is copied beside it.

        ``profile`` is the last part of a WARC-Profile: server-not-modified or
        identical-payload-digest.
        """
        pieces, head = _Pieces(), _head(exchange)
        if original.record_id not in self._copied:
            beside = {"WARC-Date": head["WARC-Date"], "WARC-Concurrent-To": original.record_id}
            fields = {COPIED_FROM: f"{original.campaign}/{original.warc}"}
            fields |= _entity(original.entity_digest)
            pieces.add("metadata", original.url, beside, payload=_warc_fields(fields))
            pieces.add_member(original.member)
        record = pieces.make_revisit(exchange, head, original, profile)
        self._add(pieces, exchange, head, record, dict(about) | _entity(original.entity_digest))
        self._append(pieces.compressed)
        self._copied.add(original.record_id)

    def _add(
        self,
        pieces: "_Pieces",
        exchange: Exchange,
        head: Mapping[str, str],
        record: Any,
        fields: Mapping[str, str],
    ) -> None:
        beside = {"WARC-Date": head["WARC-Date"], "WARC-Concurrent-To": head["WARC-Record-ID"]}
        if exchange.request is not None:
            pieces.add("request", exchange.url, beside, http_headers=exchange.request)
        pieces.add("metadata", exchange.url, beside, payload=_warc_fields(fields))
        pieces.writer.write_record(record)

    def close(self) -> None:
        """End the segment and give it its final name; nothing to do where none was begun."""
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None
            self._path.rename(self._path.with_name(self._path.name.removesuffix(OPEN)))

    def _append(self, pieces: bytes) -> None:
        if self._file is not None and self._file.tell() >= self._size_limit:
            self.close()
        file = self._file or self._begin()
        start = file.tell()
        try:
            _write_whole(file, pieces)
        except OSError:
            os.ftruncate(file.fileno(), start)
            self.close()
            raise

    def _begin(self) -> FileIO:
        self._folder.mkdir(parents=True, exist_ok=True)
        numbers = [
            int(match[1])
            for path in self._folder.iterdir()
            if (match := re.fullmatch(re.escape(self._prefix) + r"-(\d{5})\.warc\.gz.*", path.name))
        ]
        name = f"{self._prefix}-{max(numbers, default=-1) + 1:05}.warc.gz"
        self._path = self._folder / (name + OPEN)
        pieces = _Pieces()
        pieces.writer.write_record(pieces.writer.create_warcinfo_record(name, self._info))
        # unbuffered: what a refused write leaves in a buffer could not be cut off again
        file = self._path.open("xb", buffering=0)
        try:
            _write_whole(file, pieces.compressed)
        except OSError:
            file.close()
            self._path.unlink()
            raise
        self._file = file
        return file


class _Pieces:
    """The records of one exchange, compressed one by one, not yet on the disk."""

    def __init__(self) -> None:
        self._buffer = BytesIO()
        self.writer = WARCWriter(self._buffer, gzip=True, warc_version="1.1")

    @property
    def compressed(self) -> bytes:
        return self._buffer.getvalue()

    def make(
        self,
        kind: str,
        url: str,
        head: Mapping[str, str],
        *,
        payload: bytes = b"",
        http_headers: StatusAndHeaders | None = None,
        content_type: str = "",
    ) -> Any:
        return self.writer.create_warc_record(
            url,
            kind,
            payload=BytesIO(payload),
            length=len(payload),
            warc_content_type=content_type,
            warc_headers_dict=dict(head),
            http_headers=http_headers,
        )

    def make_revisit(
        self, exchange: Exchange, head: Mapping[str, str], original: Original, profile: str
    ) -> Any:
        # Replay takes the headers of a revisit for the page's own: those of a 304 have no page.
        headers = exchange.response if profile == IDENTICAL else None
        record = self.writer.create_revisit_record(
            exchange.url,
            original.payload_digest,
            original.url,
            original.date,
            http_headers=headers,
            warc_headers_dict=dict(head) | {"WARC-Refers-To": original.record_id},
        )
        record.rec_headers.replace_header("WARC-Profile", f"{_PROFILES}/{profile}")
        return record

    def add(self, kind: str, url: str, head: Mapping[str, str], **rest: Any) -> None:
        self.writer.write_record(self.make(kind, url, head, **rest))

    def add_member(self, member: bytes) -> None:
        """A record that is compressed already."""
        self._buffer.write(member)


def _head(exchange: Exchange) -> dict[str, str]:
    head = {
        "WARC-Date": _warc_date(exchange.at),
        "WARC-Record-ID": exchange.record_id or _new_id(),
    }
    if exchange.ip:
        head["WARC-IP-Address"] = exchange.ip
    if exchange.truncated:
        head["WARC-Truncated"] = exchange.truncated
    return head


def _entity(digest: str) -> dict[str, str]:
    return {"entity-digest": f"sha256:{digest}"}


def _answer(pieces: _Pieces, exchange: Exchange, head: Mapping[str, str]) -> Any:
    return pieces.make(
        "resource" if exchange.response is None else "response",
        exchange.url,
        head,
        payload=exchange.body,
        http_headers=exchange.response,
        content_type=exchange.mime if exchange.response is None else "",
    )


def entity_digest(exchange: Exchange) -> str:
    """The digest that the exchange's capture will have (see ``crawler.archive.Capture``)."""
    return digest_of(_answer(_Pieces(), exchange, {}))[0]


def recover(archive_dir: Path) -> Iterator[str]:
    """Cut segments that a crash left open back to their last whole record, and close them.

    Yields a line for each. Nothing is ever appended to a segment after a crash.
    """
    for path in sorted(archive_dir.glob(f"*.warc.gz{OPEN}")):
        found = wholeness(path)
        lost = path.stat().st_size - found.end
        if found.end == 0:
            path.unlink()
        else:
            with path.open("r+b") as file:
                file.truncate(found.end)
            path.rename(path.with_name(path.name.removesuffix(OPEN)))
        yield f"{path.name.removesuffix(OPEN)}: left open by a crash; {lost} torn bytes cut off"


@contextmanager
def archive_lock(archive_dir: Path) -> Iterator[int]:
    """Hold the archive against a second writer; yields the lock's file descriptor to hand down.

    Raises InputError if another process writes it.
    """
    archive_dir.mkdir(parents=True, exist_ok=True)
    with (archive_dir / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InputError(
                f"{archive_dir}: another crawl or import is writing it; wait for its end"
            ) from error
        yield file.fileno()


def _write_whole(file: FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:  # an unbuffered write may take only a part, as it does on a disk that fills up
        rest = rest[file.write(rest) :]


def _new_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _warc_date(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _warc_fields(fields: Mapping[str, str]) -> bytes:
    lines = (f"{name}: {' '.join(value.split())}\r\n" for name, value in fields.items() if value)
    return "".join(lines).encode("utf-8")


def warcinfo(campaign: str, *, operator: str) -> dict[str, str]:
    """The fields that every warcinfo record of this program holds."""
    return {
        "software": f"aect/{version('aect')} (warcio/{version('warcio')})",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "isPartOf": campaign,
        "operator": operator,
    }
