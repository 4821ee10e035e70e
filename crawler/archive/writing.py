"""Writing the archive: WARC 1.1, one gzip member a record, in segments that survive a crash."""

import fcntl
import hashlib
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from io import FileIO
from pathlib import Path
from typing import Any

from corpora.campaign import InputError
from crawler.archive.capture import COPIED_FROM, OPEN, digest_of
from crawler.archive.decoding import ENTITY_LIMIT
from crawler.archive.locking import LOCK
from crawler.archive.records import (
    NOT_MODIFIED,
    Exchange,
    Original,
    Pieces,
    answer_record,
    entity_field,
    fields_block,
    head_field,
    head_fields,
    new_id,
    warc_date,
)

DOM_TYPE = "text/html; charset=utf-8"

_TRIES, _PAUSE = 5, 0.02

SEGMENT_SIZE = 2**30
"""Bytes after which a new segment begins: the usual size of WARC files, easy to move and check."""


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
        pieces, head = Pieces(), head_fields(exchange)
        record = answer_record(pieces, exchange, head)
        digest, damage = digest_of(record)
        record.raw_stream.seek(0)
        self._add(pieces, exchange, head, record, dict(about) | entity_field(digest))
        self._append(pieces.compressed)
        return damage

    def write_revisit(
        self, exchange: Exchange, about: Mapping[str, str], original: Original, profile: str
    ) -> None:
        """Archive an exchange whose answer was that of ``original``, which is copied beside it.

        ``profile`` is the last part of a WARC-Profile: server-not-modified or
        identical-payload-digest.
        """
        pieces, head = Pieces(), head_fields(exchange)
        if original.record_id not in self._copied:
            beside = {"WARC-Date": head["WARC-Date"], "WARC-Refers-To": original.record_id}
            fields = {COPIED_FROM: f"{original.campaign}/{original.warc}"}
            fields |= entity_field(original.entity_digest)
            pieces.add("metadata", original.url, beside, payload=fields_block(fields))
            pieces.add_member(original.member)
        record = pieces.make_revisit(exchange, head, original, profile)
        fields = dict(about) | entity_field(original.entity_digest)
        if profile == NOT_MODIFIED and exchange.response is not None:
            fields |= head_field(exchange.response)
        self._add(pieces, exchange, head, record, fields)
        self._append(pieces.compressed)
        self._copied.add(original.record_id)

    def write_conversion(
        self, url: str, at: datetime, html: str, refers_to: str, about: Mapping[str, str]
    ) -> None:
        """Archive the DOM that a browser made of a page, as HTML.

        ``refers_to`` is the id of the record of the page as it was sent. The conversion becomes a
        capture of its own; written after that record, it is the one that is read.
        """
        pieces, block = Pieces(), html.encode("utf-8", "replace")
        whole, block = len(block), block[:ENTITY_LIMIT]
        head = {
            "WARC-Date": warc_date(at),
            "WARC-Record-ID": new_id(),
            "WARC-Refers-To": refers_to,
        }
        if whole > len(block):
            head["WARC-Truncated"] = "length"
        fields = dict(about) | entity_field(hashlib.sha256(block).hexdigest())
        beside = {"WARC-Date": head["WARC-Date"], "WARC-Refers-To": head["WARC-Record-ID"]}
        pieces.add("metadata", url, beside, payload=fields_block(fields))
        pieces.add("conversion", url, head, payload=block, content_type=DOM_TYPE)
        self._append(pieces.compressed)

    def _add(
        self,
        pieces: "Pieces",
        exchange: Exchange,
        head: Mapping[str, str],
        record: Any,
        fields: Mapping[str, str],
    ) -> None:
        beside = {"WARC-Date": head["WARC-Date"], "WARC-Concurrent-To": head["WARC-Record-ID"]}
        if exchange.request is not None:
            to = {name: head[name] for name in ("WARC-IP-Address",) if name in head}
            pieces.add("request", exchange.url, beside | to, http_headers=exchange.request)
        pieces.add("metadata", exchange.url, beside, payload=fields_block(fields))
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
        pieces = Pieces()
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


@contextmanager
def archive_lock(archive_dir: Path) -> Iterator[int]:
    """Hold the archive against a second writer; yields the lock's file descriptor to hand down.

    Raises InputError if another process writes it.
    """
    archive_dir.mkdir(parents=True, exist_ok=True)
    with (archive_dir / LOCK).open("w") as file:
        for left in range(_TRIES, -1, -1):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if not left:
                    raise InputError(
                        f"{archive_dir}: another crawl or import is writing it; wait for its end"
                    ) from error
                time.sleep(_PAUSE)  # somebody may only be looking whether it is locked
        yield file.fileno()


def _write_whole(file: FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:  # an unbuffered write may take only a part, as it does on a disk that fills up
        rest = rest[file.write(rest) :]


def warcinfo(campaign: str, *, operator: str) -> dict[str, str]:
    """The fields that every warcinfo record of this program holds."""
    return {
        "software": f"aect/{version('aect')} (warcio/{version('warcio')})",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "isPartOf": campaign,
        "operator": operator,
    }
