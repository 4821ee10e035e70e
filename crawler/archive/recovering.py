"""Recovering: what a crash or a bad disk has left of an archive is made whole again.

Nothing is ever appended to a WARC file after a crash, and no byte is thrown away but the torn end
of an interrupted write. A damaged file is set aside as it was found, under ``<name>.damaged``; its
whole exchanges go on under its own name, and a crawl asks again for what they lack.
"""

import os
from collections.abc import Container, Iterator, Sequence
from pathlib import Path

from corpora.campaign import Campaign, Event
from crawler.archive.capture import OPEN
from crawler.archive.captures import REMEDY, answers, damaged_segments, forget
from crawler.archive.finding import Findings, Whole, find_records
from crawler.archive.records import Pieces
from crawler.archive.writing import warcinfo

DAMAGED = ".damaged"
"""What the name of a file ends with that was damaged: nothing reads it, nothing deletes it."""

_SALVAGE = ".salvage"

_BESIDE = ("request", "metadata")
"""Records that stand before the answer they belong to."""


def recover(archive_dir: Path, stage: str = "crawl") -> Iterator[Event]:
    """Make an archive whole that a crash or a bad disk has damaged; to be called under its lock.

    Segments that were left open are cut back to their last whole exchange, and closed. Segments in
    which bytes cannot be read are set aside, and their whole exchanges written anew. Yields an
    event for each segment, and one for each that was set aside before. Raises OSError, with nothing
    lost, where the disk refuses.
    """
    _go_on(archive_dir)
    aside = _aside(archive_dir, stage)
    for path in sorted(archive_dir.glob(f"*.warc.gz{OPEN}")):
        name, found = path.name.removesuffix(OPEN), find_records(path)
        if found.damaged:
            yield _set_aside(path, found, stage)
        else:
            lost = cut_torn(path, found)
            if path.stat().st_size:
                path.rename(path.with_name(name))
            else:
                path.unlink()
            reason = f"{name}: left open by a crash; {lost} torn bytes cut off"
            yield Event(stage, "warning", "segment_recovered", name, reason)
    for name in damaged_segments(archive_dir):
        found = find_records(archive_dir / name)
        if found.unreadable:
            yield _set_aside(archive_dir / name, found, stage)
            continue
        forget(archive_dir, name)  # a sound copy may have taken its place
        if fault := damaged_segments(archive_dir).get(name):
            yield _damaged(stage, name, f"{fault}; `aect verify` tells more")
    yield from aside


def damage(archive_dir: Path) -> tuple[Event, ...]:
    """An event for each file of an archive that is damaged, or was and is set aside: what to do."""
    damaged = damaged_segments(archive_dir).items()
    told = [_damaged("crawl", name, f"{fault}; {REMEDY}") for name, fault in damaged]
    return (*told, *_aside(archive_dir, "crawl"))


def _aside(archive_dir: Path, stage: str) -> list[Event]:
    events = []
    for path in sorted(archive_dir.glob(f"*{DAMAGED}")):
        reason = (
            f"{path.name}: a damaged file that was set aside; put a sound copy in its place, under "
            f"the name without {DAMAGED}, or delete it when it is of no more use"
        )
        events.append(Event(stage, "warning", "segment_damaged", path.name, reason))
    return events


def earlier_damage(since: Campaign) -> Iterator[Event]:
    """An event for each damaged file of the campaign that another one is held against."""
    for name, fault in damaged_segments(since.archive).items():
        subject = f"{since.name}/{name}"
        reason = (
            f"{subject}: {fault}: its pages that cannot be read are told as new; put a sound copy "
            f"in its place, or run the `aect crawl` of {since.name} again"
        )
        yield Event("crawl", "warning", "earlier_damaged", subject, reason)


def cut_torn(path: Path, found: Findings | None = None) -> int:
    """Cut a file that an interrupted write has torn back to its last whole exchange.

    Returns the number of bytes cut off: none where more than its end is damaged.
    """
    found = found or find_records(path)
    if found.damaged:
        return 0
    # an exchange whose answer was torn off is asked for anew
    ends = (one.end for one in found.records if one.kind not in _BESIDE)
    end = max(ends, default=0)
    if end < found.size:
        with path.open("r+b") as file:
            file.truncate(end)
            os.fsync(file.fileno())
    return found.size - end


def _go_on(archive_dir: Path) -> None:
    """End a salvage that a crash has stopped: between its two renamings, or before them."""
    for salvage in sorted(archive_dir.glob(f"*{_SALVAGE}")):
        target = salvage.with_name(salvage.name.removesuffix(_SALVAGE))
        if target.exists() or target.with_name(target.name + OPEN).exists():
            salvage.unlink()  # a copy, not known to be whole, of what still stands there
        else:
            salvage.rename(target)


def _set_aside(path: Path, found: Findings, stage: str) -> Event:
    """Write a segment's whole exchanges anew, and rename the segment itself."""
    name = path.name.removesuffix(OPEN)
    kept = _exchanges(found.records, _Elsewhere(path.parent, name))
    count = sum(one.kind not in (*_BESIDE, "warcinfo") for one in kept)
    salvage = path.with_name(name + _SALVAGE)
    if count:
        _write(salvage, path, name, kept)
    aside = _free(path.with_name(name + DAMAGED))
    path.rename(aside)
    if count:
        salvage.rename(salvage.with_name(name))
    many = f"{count} whole exchange{'' if count == 1 else 's'} of it"
    reason = (
        f"{found.unreadable} of {found.size} bytes cannot be read: the file is set aside as "
        f"{aside.name}, {many if count else 'nothing of it'} could be kept; a crawl asks again for "
        "pages that are lost, files are to be imported again"
    )
    return _damaged(stage, name, reason)


def _damaged(stage: str, name: str, reason: str) -> Event:
    return Event(stage, "error", "segment_damaged", name, f"{name}: {reason}")


class _Elsewhere(Container[object]):
    """Ids of the responses in an archive's other segments; read when they are asked for."""

    def __init__(self, archive_dir: Path, name: str) -> None:
        self._archive_dir, self._name = archive_dir, name
        self._ids: set[str] | None = None

    def __contains__(self, record_id: object) -> bool:
        if self._ids is None:
            self._ids = answers(self._archive_dir, but=self._name)
        return record_id in self._ids


def _exchanges(records: Sequence[Whole], elsewhere: Container[object]) -> list[Whole]:
    """The records of whole exchanges: of each its answer and what was written before it.

    Behind a damaged spot an answer is whole where it still has what is known of it (a metadata
    record), be its request lost; and what refers to a response where that is there.
    """
    kept: list[Whole] = []
    before: list[Whole] = []
    held: set[str] = set()
    end, gap = 0, False
    for one in records:
        gap, end = gap or one.start != end, one.end
        if one.kind in _BESIDE:
            before.append(one)
            continue
        own = [other for other in before if other.beside == one.record_id]
        known = any(other.kind == "metadata" for other in own)
        refers = one.beside if one.kind in ("revisit", "conversion") else ""
        if one.kind == "warcinfo":
            kept.append(one)
        elif (known or not gap) and (not refers or refers in held or refers in elsewhere):
            kept += [*own, one]
            held.add(one.record_id)
        before, gap = [], False
    return kept


def _write(salvage: Path, path: Path, name: str, kept: Sequence[Whole]) -> None:
    try:
        with path.open("rb") as source, salvage.open("wb") as target:
            if kept[0].kind != "warcinfo":
                pieces, campaign = Pieces(), path.parent.parent.name
                info = warcinfo(campaign, operator=f"recovery of {name}, whose own record is lost")
                pieces.writer.write_record(pieces.writer.create_warcinfo_record(name, info))
                target.write(pieces.compressed)
            for one in kept:
                source.seek(one.start)
                target.write(source.read(one.end - one.start))
            target.flush()
            os.fsync(target.fileno())
    except OSError:
        salvage.unlink(missing_ok=True)
        raise


def _free(path: Path) -> Path:
    """The path, or one with a number where a file of that name was set aside before."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name.removesuffix(DAMAGED)}.{number}{DAMAGED}")
    return free
