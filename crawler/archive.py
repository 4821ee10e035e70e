"""Captures: pointers into the WARC archive, and how to follow them."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from w3lib.encoding import http_content_type_encoding
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]
from warcio.limitreader import LimitReader  # type: ignore[import-untyped]
from warcio.statusandheaders import (  # type: ignore[import-untyped]
    StatusAndHeadersParserException,
)

from crawler.decoding import Entity, UndecodableError, decode
from crawler.members import wholeness

INDEX = "captures.json"
OPEN = ".open"
"""What a segment's name ends with while it is being written, or after a crash."""

COPIED_FROM = "copied-from"
"""Field of the metadata record beside a response that was copied from another campaign."""


# Where a record's headers are cut, warcio takes the half for whole and trips over what is missing.
BROKEN = (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError, AttributeError, ValueError)
"""What reading a damaged record raises."""


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
    earlier response that holds the body; else they are empty.
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
    """One line for each revisit whose response is not in the archive."""
    bodies = {one.capture.record_id for one in found if not one.refers_to}
    for one in found:
        if one.refers_to and one.refers_to not in bodies:
            capture = one.capture
            reason = f"says it had not changed since {one.refers_to}, which is not in the archive"
            yield f"{capture.warc}: {capture.url}: record {capture.record_id} {reason}"


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
    """The warcio record with a capture's body, open for reading; ArchiveError if it is gone."""
    name, offset, record_id = place(capture)
    with open_segment(archive_dir, name) as file:
        file.seek(offset)
        try:
            record = next(iter(ArchiveIterator(file)), None)
        except BROKEN:
            record = None
        if record is None or record.rec_headers.get_header("WARC-Record-ID") != record_id:
            raise ArchiveError(f"{name}: no record {record_id} at byte {offset}")
        yield record


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
    """The HTTP headers and the body of a capture as they were sent, for a replay."""
    with read_record(archive_dir, capture) as record:
        headers = list(record.http_headers.headers) if record.http_headers else []
        return headers, record.raw_stream.read()


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


def scan(path: Path) -> Iterator[Found]:
    """What one WARC file holds, read from the file itself, up to its last whole record."""
    about: dict[str, dict[str, str]] = {}
    for offset, record in whole_records(path, wholeness(path).end):
        if record.rec_type == "metadata":
            parent = record.rec_headers.get_header("WARC-Concurrent-To")
            about[parent or ""] = warc_fields(record.raw_stream.read())
        elif record.rec_type in ("response", "resource", "revisit"):
            record_id = record.rec_headers.get_header("WARC-Record-ID")
            told = about.pop(record_id, {})
            try:
                refers_to = ""
                if record.rec_type == "revisit":
                    refers_to = record.rec_headers.get_header("WARC-Refers-To") or "nothing"
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
    )


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
            partial = path.with_suffix(".part")
            partial.write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")
            partial.replace(path)
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
