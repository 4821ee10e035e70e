"""Scanning a WARC file: the captures that it holds, read record by record."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.limitreader import LimitReader  # type: ignore[import-untyped]

from crawler.archive.capture import (
    BROKEN,
    COPIED_FROM,
    OPEN,
    ArchiveError,
    Capture,
    Found,
    digest_of,
)
from crawler.archive.finding import find_records
from crawler.archive.members import Wholeness, wholeness


def scan(path: Path, whole: Wholeness | None = None) -> Iterator[Found]:
    """What one WARC file holds, read from the file itself: all records that are whole.

    ``whole`` spares finding out how far it is whole.
    """
    about: dict[str, dict[str, str]] = {}
    for offset, record in whole_records(path, runs(path, whole or wholeness(path))):
        if record.rec_type == "metadata":
            beside = record.rec_headers.get_header("WARC-Concurrent-To")
            about[beside or _parent(record)] = warc_fields(record.raw_stream.read())
        elif record.rec_type in ("response", "resource", "revisit", "conversion"):
            record_id = record.rec_headers.get_header("WARC-Record-ID")
            told = about.pop(record_id, {})
            try:
                refers_to = _parent(record) if record.rec_type == "revisit" else ""
                capture = _capture(record, told, path, offset)
                yield Found(capture, refers_to, COPIED_FROM in told)
            except (ValueError, TypeError, AttributeError) as error:
                raise ArchiveError(f"{path.name}: record {record_id} lacks its fields") from error


def runs(path: Path, whole: Wholeness) -> Collection[tuple[int, int]]:
    """From where to where a WARC file is whole: from end to end, or around what is damaged."""
    return find_records(path).runs if whole.fault else [(0, whole.end)]


def whole_records(
    path: Path, whole: Iterable[tuple[int, int]], **options: bool
) -> Iterator[tuple[int, Any]]:
    """Offset and warcio record of all that stands where the file is whole."""
    with path.open("rb") as file:
        for start, end in whole:
            file.seek(start)
            iterator = ArchiveIterator(LimitReader(file, end - start), **options)
            try:
                for record in iterator:
                    yield start + iterator.offset, record
            except BROKEN as error:
                reason = f"not a WARC file after byte {file.tell()}"
                raise ArchiveError(f"{path.name}: {reason}") from error


def _capture(record: Any, about: dict[str, str], path: Path, offset: int) -> Capture:
    headers, http = record.rec_headers, record.http_headers
    content_type = (http or headers).get_header("Content-Type") or ""
    digest = about.get("entity-digest", "").removeprefix("sha256:")
    return Capture(
        url=_bare(headers.get_header("WARC-Target-URI")),
        authority=about.get("authority", ""),
        captured_at=headers.get_header("WARC-Date")[:19].rstrip("Z") + "Z",
        status=int(http.get_statuscode()) if http else 200,
        mime=content_type.partition(";")[0].strip().lower(),
        digest=digest or digest_of(record)[0],
        warc=path.name.removesuffix(OPEN),
        offset=offset,
        record_id=headers.get_header("WARC-Record-ID"),
        kind=about.get("kind", ""),
        title=about.get("title", ""),
        date=about.get("date", ""),
        rendered_from=_parent(record) if record.rec_type == "conversion" else "",
    )


def _parent(record: Any) -> str:
    return record.rec_headers.get_header("WARC-Refers-To") or "nothing"


def warc_fields(block: bytes) -> dict[str, str]:
    """The fields of a block of type application/warc-fields."""
    lines = (line.partition(":") for line in block.decode("utf-8", "replace").splitlines())
    return {name.strip(): value.strip() for name, colon, value in lines if colon}


def _bare(target: str) -> str:
    # WARC 1.0 put the address between angle brackets, and some writers still do.
    return target[1:-1] if target.startswith("<") and target.endswith(">") else target
