"""Streams of WARC files that nobody vouches for, read in bounded memory."""

from typing import IO

from warcio.bufferedreaders import DecompressingBufferedReader  # type: ignore[import-untyped]
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]

from crawler.archive.members import MemberCheck

LONGEST_LINE, LONGEST_HEAD = 2**18, 2**20
"""Bytes of one header line of a record, and of all: warcio alone reads a line of any length."""


class Watched:
    """A stream that notices, while it is read, where its gzip members stop being whole."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._check: MemberCheck | None = None
        self._position = 0

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        if self._position == 0 and data.startswith(b"\x1f\x8b"):
            self._check = MemberCheck()
        self._position += len(data)
        if self._check:
            self._check.feed(data)
        return data

    def tell(self) -> int:
        return self._position

    @property
    def fault(self) -> str:
        return self._check.result().fault if self._check else ""


class ShortLines(DecompressingBufferedReader):  # type: ignore[misc]
    """warcio's reader, which refuses header lines without end and heads of endless lines."""

    def __init__(self, stream: Watched) -> None:
        super().__init__(stream)
        self._head = 0

    def next_head(self) -> None:
        """What comes now belongs to another record."""
        self._head = 0

    def readline(self, length: int | None = None) -> bytes:
        most = LONGEST_LINE if length is None else min(length, LONGEST_LINE)
        line: bytes = super().readline(most)
        self._head += len(line)
        if self._head > LONGEST_HEAD or (len(line) == LONGEST_LINE and line[-1:] != b"\n"):
            raise ArchiveLoadFailed("a record's headers have no end")
        return line
