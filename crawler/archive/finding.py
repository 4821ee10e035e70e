"""Finding the whole records of a damaged file, also those that stand behind the damage.

A reader of gzip stops at the first byte that is wrong. But each record is a gzip member of its own,
with a sum of its own, so that the next one can be found by how it begins.
"""

import mmap
import zlib
from dataclasses import dataclass
from pathlib import Path

from crawler.archive.members import WINDOW
from crawler.archive.streams import LONGEST_HEAD

_MAGIC, _BEGINNING = b"\x1f\x8b\x08", b"WARC/"
_STEP, _CHUNK = 1 << 12, 1 << 20


@dataclass(frozen=True)
class Whole:
    """A whole record: the gzip member at bytes ``start`` to ``end`` of its file.

    ``beside`` is the id of the record that it belongs to (a request, what is known of a response)
    or refers to (a revisit, a rendered page), else empty.
    """

    start: int
    end: int
    kind: str
    record_id: str
    beside: str


@dataclass(frozen=True)
class Findings:
    """The whole records of a file of ``size`` bytes, in its order.

    ``torn`` says that nothing but the beginning of one more record follows the last, as an
    interrupted write leaves it.
    """

    records: tuple[Whole, ...]
    size: int
    torn: bool

    @property
    def unreadable(self) -> int:
        """Bytes that belong to no whole record."""
        return self.size - sum(record.end - record.start for record in self.records)

    @property
    def damaged(self) -> bool:
        """Whether bytes cannot be read that no interrupted write explains."""
        return self.unreadable > 0 and not self.torn

    @property
    def runs(self) -> list[tuple[int, int]]:
        """Where whole records follow each other without a gap: from byte to byte."""
        runs: list[tuple[int, int]] = []
        for record in self.records:
            if runs and runs[-1][1] == record.start:
                runs[-1] = runs[-1][0], record.end
            else:
                runs.append((record.start, record.end))
        return runs


def find_records(path: Path) -> Findings:
    """All whole records of a file; a member that is not one record of its own is none."""
    size = path.stat().st_size
    if not size:
        return Findings((), 0, torn=True)
    found: list[Whole] = []
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at, torn, gaps = 0, False, 0
        while at < size:
            one = _record_at(data, at)
            if isinstance(one, Whole):
                found.append(one)
                at = one.end
                continue
            gaps += 1
            # zeros: a file that was made longer before a crash, and whose bytes never came
            torn = gaps == 1 and (one == _UNFINISHED or not data[at:].strip(b"\0"))
            at = _next(data, at + 1)
            torn = torn and at == size
    return Findings(tuple(found), size, torn)


_UNFINISHED, _BROKEN = "unfinished", "broken"


def _next(data: mmap.mmap, at: int) -> int:
    """Where the next member begins that looks like a record; else the end of the file."""
    while (at := data.find(_MAGIC, at)) >= 0:
        try:
            begins = zlib.decompressobj(WINDOW).decompress(data[at : at + _STEP], len(_BEGINNING))
        except zlib.error:
            begins = b""
        if begins == _BEGINNING:
            return at
        at += 1
    return len(data)


def _record_at(data: mmap.mmap, start: int) -> Whole | str:
    """The whole record at an offset, or what is wrong with what stands there."""
    member, at, step = zlib.decompressobj(WINDOW), start, _STEP
    head, length = b"", 0
    while not member.eof and at < len(data):
        piece = rest = data[at : at + step]
        while rest and not member.eof:
            try:
                # capped: a member of zeros expands a thousandfold
                told = member.decompress(rest, _CHUNK)
            except zlib.error:
                return _BROKEN
            length += len(told)
            if len(head) < LONGEST_HEAD and b"\r\n\r\n" not in head:
                head += told
            rest = member.unconsumed_tail
        at += len(piece) - len(member.unused_data)
        step = min(2 * step, _CHUNK)
    if head and not head.startswith(_BEGINNING[: len(head)]):
        return _BROKEN
    if not member.eof:
        return _UNFINISHED
    lines, blank, _ = head.partition(b"\r\n\r\n")
    pairs = (line.partition(":") for line in lines.decode("utf-8", "replace").split("\r\n")[1:])
    fields = {name.strip().lower(): value.strip() for name, _, value in pairs}
    declared = fields.get("content-length", "")
    # two empty lines end a record, and the member with it
    left = length - len(lines) - len(blank) - int(declared) if declared.isdecimal() else -1
    if not blank or not 0 <= left <= len(b"\r\n\r\n"):
        return _BROKEN
    beside = fields.get("warc-concurrent-to") or fields.get("warc-refers-to") or ""
    return Whole(start, at, fields.get("warc-type", ""), fields.get("warc-record-id", ""), beside)
