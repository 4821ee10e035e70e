"""The captures of an archive: what its WARC files hold, found by reading them once.

An index beside the WARC files spares a second reading; it is made anew where it does not fit them.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from corpora.campaign import write_whole
from crawler.archive.capture import OPEN, ArchiveError, Capture, Found, segments
from crawler.archive.members import wholeness
from crawler.archive.scanning import scan

INDEX = "captures.json"

REMEDY = (
    "run the same `aect crawl` or `aect import` again: it sets the file aside, keeps all that is "
    "whole of it and asks for the rest"
)
"""What a person can do about a damaged WARC file."""


@dataclass(frozen=True)
class _Segment:
    """What the index knows of one WARC file, by its size in bytes and its time in nanoseconds."""

    size: int
    mtime: int
    fault: str
    found: tuple[Found, ...]

    @classmethod
    def read(cls, entry: dict[str, Any]) -> "_Segment":
        """An entry of the index; raises what a broken one makes of itself."""
        found = (
            Found(Capture(**one["capture"]), one["refers_to"], one["copied"])
            for one in entry["found"]
        )
        return cls(entry["size"], entry["mtime"], entry["fault"], tuple(found))


def read_captures(archive_dir: Path) -> Iterator[Capture]:
    """Every archived response, by WARC file and offset: pages, files, redirects, errors, robots.

    Of a damaged file all that is whole, also behind the damage (``archive_faults`` tells it). An
    index beside the WARC files spares a second reading; it is made anew where size or time of a
    file do not fit it.
    """
    yield from resolved(_found(_index(archive_dir).values()))


def archive_faults(archive_dir: Path) -> Iterator[str]:
    """One line for each WARC file that is torn or damaged: all else is still read."""
    index = _index(archive_dir)
    for name, segment in index.items():
        if segment.fault:
            yield f"{name}: {segment.fault}"
    yield from unresolved(_found(index.values()))


def damaged_segments(archive_dir: Path) -> dict[str, str]:
    """The finished WARC files that are torn or damaged, each with its fault.

    As the index knows them: a byte that changed and left a file's size and time as they were is
    found by who reads the record (see ``forget``), and by ``verify_archive``.
    """
    finished = {path.name for path in segments(archive_dir) if path.suffix != OPEN}
    index = _index(archive_dir)
    return {name: one.fault for name, one in index.items() if one.fault and name in finished}


def forget(archive_dir: Path, name: str) -> None:
    """Have the index of a WARC file made anew: what it says of the file was found to be wrong."""
    known = _kept(archive_dir)
    if known.pop(name, None):
        _keep(archive_dir, known)


def answers(archive_dir: Path, but: str = "") -> set[str]:
    """The record ids of the responses that an archive holds, those of the file ``but`` left out."""
    index = _index(archive_dir).items()
    found = _found(segment for name, segment in index if name != but)
    return {one.capture.record_id for one in found if not one.refers_to}


def copied_responses(archive_dir: Path) -> set[str]:
    """The record ids of the responses that stand in the archive for revisits to refer to."""
    found = _found(_index(archive_dir).values())
    return {one.capture.record_id for one in found if one.copied}


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


def _index(archive_dir: Path) -> dict[str, _Segment]:
    """Per WARC file its fault and captures: from the index where size and time still fit."""
    known, index = _kept(archive_dir), {}
    for path in segments(archive_dir):
        name = path.name.removesuffix(OPEN)
        try:
            index[name] = _segment(path, known.get(name))
        except FileNotFoundError:  # it got its final name meanwhile
            index[name] = _segment(path.with_name(name), known.get(name))
    if index != known:
        _keep(archive_dir, index)
    return index


def _segment(path: Path, kept: _Segment | None) -> _Segment:
    stat = path.stat()
    if kept is not None and (kept.size, kept.mtime) == (stat.st_size, stat.st_mtime_ns):
        return kept
    whole, found = wholeness(path), list[Found]()
    fault = whole.fault
    try:
        found += scan(path, whole)
    except ArchiveError as error:
        fault = fault or str(error).removeprefix(f"{path.name}: ")
    return _Segment(stat.st_size, stat.st_mtime_ns, fault, tuple(found))


def _kept(archive_dir: Path) -> dict[str, _Segment]:
    """The index as it was written; what of it is broken is left out."""
    try:
        written = json.loads((archive_dir / INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    known = {}
    for name, entry in written.items() if isinstance(written, dict) else ():
        with suppress(KeyError, TypeError, AttributeError):
            known[name] = _Segment.read(entry)
    return known


def _keep(archive_dir: Path, index: dict[str, _Segment]) -> None:
    with suppress(OSError):  # an archive on a read-only disk is still read
        entries = {name: asdict(segment) for name, segment in index.items()}
        write_whole(archive_dir / INDEX, json.dumps(entries, ensure_ascii=False))


def _found(index: Iterable[_Segment]) -> list[Found]:
    return [one for segment in index for one in segment.found]
