"""Gzip members: where a WARC file stops being whole.

A WARC reader stops silently at a torn end; only the compression itself tells it.
"""

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

WINDOW = zlib.MAX_WBITS + 16
"""What zlib takes for: gzip's own format, head and sum included."""

_CHUNK, _STEP = 1 << 20, 1 << 12
# what follows a member's end is copied each time, so that steps begin small


@dataclass(frozen=True)
class Wholeness:
    """How far a file is whole.

    ``end`` is the offset after the last whole gzip member; ``fault`` says what follows it, or is
    empty where the file ends there.
    """

    end: int
    fault: str = ""


class MemberCheck:
    """Follows a stream of gzip members, fed piece by piece, in constant memory."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(WINDOW)
        self._position = self._end = 0
        self._begun = False
        self._damage = ""

    def feed(self, data: bytes) -> None:
        """The stream's next bytes."""
        view, step = memoryview(data), _STEP
        while view and not self._damage:
            self._begun = True
            piece = view[:step]
            try:
                # the output's size is capped: a member of zeros expands a thousandfold
                self._member.decompress(piece, _CHUNK)
                # at a member's end zlib keeps the tail that it has done with
                while self._member.unconsumed_tail and not self._member.eof:
                    self._member.decompress(self._member.unconsumed_tail, _CHUNK)
            except zlib.error as error:
                self._damage = f"damaged after byte {self._end} ({error})"
                return
            used = len(piece) - len(self._member.unused_data)
            self._position += used
            view, step = view[used:], min(2 * step, _CHUNK)
            if self._member.eof:
                self._end, self._begun, step = self._position, False, _STEP
                self._member = zlib.decompressobj(WINDOW)

    def result(self) -> Wholeness:
        """What stands when the stream has ended."""
        if self._damage:
            return Wholeness(self._end, self._damage)
        if self._begun:
            reason = f"torn: its last record begins at byte {self._end} and has no end"
            return Wholeness(self._end, reason)
        return Wholeness(self._end)


def wholeness(path: Path) -> Wholeness:
    """How much of a file of gzip members is whole."""
    check = MemberCheck()
    with path.open("rb") as file:
        while data := file.read(_CHUNK):
            check.feed(data)
    return check.result()


def member_at(file: BinaryIO, offset: int) -> bytes:
    """The gzip member that begins at ``offset``, as it stands in the file.

    Raises zlib.error where it is damaged and EOFError where it is torn: its sum is checked.
    """
    member, read = zlib.decompressobj(WINDOW), []
    file.seek(offset)
    while not member.eof:
        data = file.read(1 << 16)
        if not data:
            raise EOFError("it has no end")
        read.append(data)
        member.decompress(data, _CHUNK)
        while member.unconsumed_tail and not member.eof:
            member.decompress(member.unconsumed_tail, _CHUNK)
    whole = b"".join(read)
    return whole[: len(whole) - len(member.unused_data)]
