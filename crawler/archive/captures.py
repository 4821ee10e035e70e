"""The captures of an archive: what its WARC files hold, found by reading them once.

An index beside the WARC files spares a second reading; it is made anew where it does not fit them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.limitreader import LimitReader  # type: ignore[import-untyped]

from corpora.campaign import write_whole
from crawler.archive.capture import (
    BROKEN,
    COPIED_FROM,
    OPEN,
    ArchiveError,
    Capture,
    Found,
    digest_of,
    segments,
)
from crawler.archive.members import wholeness

INDEX = "captures.json"


def read_captures(archive_dir: Path) -> Iterator[Capture]:
    """Every archived response, by WARC file and offset: pages, files, redirects, errors, robots.

    A torn file is read up to its last whole record (``archive_faults`` tells it). An index beside
    the WARC files spares a second reading; it is made anew where it does not fit them.
    """
    yield from resolved(_found(_index(archive_dir)))


def archive_faults(archive_dir: Path) -> Iterator[str]:
    """One line for each WARC file that is torn or damaged: what stands before is still read."""
    index = _index(archive_dir)
    for name, segment in index.items():
        if segment["fault"]:
            yield f"{name}: {segment['fault']}"
    yield from unresolved(_found(index))


def copied_responses(archive_dir: Path) -> set[str]:
    """The record ids of the responses that stand in the archive for revisits to refer to."""
    return {one.capture.record_id for one in _found(_index(archive_dir)) if one.copied}


def resolved(found: Sequence[Found]) -> Iterator[Capture]:
    """The captures, a revisit's with the place of its body; a revisit without body is left out."""
    bodies = {one.capture.record_id: one.capture for one in found if not one.refers_to}
    for one in found:
        body = bodies.get(one.refers_to)
        if body is not None:
            yield replace(
                one.capture,
                status=body.status,
                mime=body.mime,
                body_warc=body.warc,
                body_offset=body.offset,
                body_id=body.record_id,
            )
        elif not one.refers_to and not one.copied:
            yield one.capture


def unresolved(found: Sequence[Found]) -> Iterator[str]:
    """One line for each revisit or rendered page whose response is not in the archive."""
    answers = {one.capture.record_id for one in found}
    bodies = {one.capture.record_id for one in found if not one.refers_to}
    for one in found:
        capture, reason = one.capture, ""
        if one.refers_to and one.refers_to not in bodies:
            reason = f"says it had not changed since {one.refers_to}"
        elif capture.rendered_from and capture.rendered_from not in answers:
            reason = f"was rendered from {capture.rendered_from}"
        if reason:
            yield (
                f"{capture.warc}: {capture.url}: record {capture.record_id} {reason}, "
                "which is not in the archive"
            )


def scan(path: Path) -> Iterator[Found]:
    """What one WARC file holds, read from the file itself, up to its last whole record."""
    about: dict[str, dict[str, str]] = {}
    for offset, record in whole_records(path, wholeness(path).end):
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


def whole_records(path: Path, end: int, **options: bool) -> Iterator[tuple[int, Any]]:
    """Offset and warcio record of all that begins before byte ``end``, where the file is whole."""
    with path.open("rb") as file:
        iterator = ArchiveIterator(LimitReader(file, end), **options)
        try:
            for record in iterator:
                yield iterator.offset, record
        except BROKEN as error:
            raise ArchiveError(f"{path.name}: not a WARC file after byte {file.tell()}") from error


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


def _index(archive_dir: Path) -> dict[str, dict[str, Any]]:
    """Per WARC file its size, fault and captures: from the index where the size still fits."""
    path = archive_dir / INDEX
    known: dict[str, dict[str, Any]] = {}
    with suppress(OSError, ValueError):
        known = json.loads(path.read_text(encoding="utf-8"))
    index = {}
    for segment in segments(archive_dir):
        name, size = segment.name.removesuffix(OPEN), segment.stat().st_size
        entry = known.get(name)
        if not entry or entry["size"] != size or "records" not in entry:
            records, fault = [], wholeness(segment).fault
            try:
                records += [asdict(found) for found in scan(segment)]
            except ArchiveError as error:
                fault = fault or str(error)
            entry = {"size": size, "fault": fault, "records": records}
        index[name] = entry
    if index != known:
        with suppress(OSError):  # an archive on a read-only disk is still read
            write_whole(path, json.dumps(index, ensure_ascii=False))
    return index


def _found(index: Mapping[str, dict[str, Any]]) -> list[Found]:
    return [
        Found(Capture(**one["capture"]), one["refers_to"], one["copied"])
        for segment in index.values()
        for one in segment["records"]
    ]


def _bare(target: str) -> str:
    # WARC 1.0 put the address between angle brackets, and some writers still do.
    return target[1:-1] if target.startswith("<") and target.endswith(">") else target
