"""Verifying: does the archive still hold what was written?"""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from crawler.archive.capture import (
    OPEN,
    ArchiveError,
    Capture,
    Found,
    digest_of,
    read_record,
    segments,
)
from crawler.archive.captures import forget, resolved, unresolved
from crawler.archive.digests import matches
from crawler.archive.heads import body_of
from crawler.archive.members import wholeness
from crawler.archive.scanning import runs, scan, whole_records


def verify_archive(archive_dir: Path) -> Iterator[str]:
    """One line for each problem: torn or damaged files, records whose digests or lengths differ.

    Reads every file itself, never the index; yields nothing where all is well. What it finds the
    index is made to find as well.
    """
    seen: set[str] = set()
    found: list[Found] = []
    for segment in segments(archive_dir):
        whole = wholeness(segment)
        if whole.fault:
            forget(archive_dir, segment.name)
            yield f"{segment.name}: {whole.fault}"
        try:
            yield from _records(segment, runs(segment, whole), seen)
            found += scan(segment, whole)
        except ArchiveError as error:
            yield str(error)
    yield from unresolved(found)
    for capture in (*resolved(found), *(one.capture for one in found if one.copied)):
        try:
            yield from _entity(archive_dir, capture)
        except ArchiveError as error:
            yield str(error)


def _records(path: Path, whole: Collection[tuple[int, int]], seen: set[str]) -> Iterator[str]:
    for offset, record in whole_records(path, whole, no_record_parse=True):
        name = record.rec_headers.get_header("WARC-Record-ID") or "without an id"
        where = f"{path.name.removesuffix(OPEN)}: record {name} at byte {offset}"
        if name in seen:
            yield f"{where}: its id is another record's too"
        seen.add(name)
        for problem in _problems(record):
            yield f"{where}: {problem}"


def _problems(record: Any) -> Iterator[str]:
    block = b"".join(iter(lambda: record.raw_stream.read(1 << 16), b""))
    declared = record.rec_headers.get_header("Content-Length") or ""
    if declared != str(len(block)):
        yield f"{len(block)} bytes, {declared or 'no length'} declared"
    if record.rec_type == "revisit":
        return  # its payload, and so the payload's digest, is the other record's
    payload = block
    if (record.rec_headers.get_header("Content-Type") or "").startswith("application/http"):
        payload = body_of(block)
    for field, data in (("WARC-Block-Digest", block), ("WARC-Payload-Digest", payload)):
        digest = record.rec_headers.get_header(field)
        if digest and not matches(digest, data):
            yield f"{field} differs from the bytes"


def _entity(archive_dir: Path, capture: Capture) -> Iterator[str]:
    with read_record(archive_dir, capture) as record:
        digest, _ = digest_of(record)
    if digest != capture.digest:
        yield f"{capture.warc}: {capture.url}: the digest of the decoded body differs"
