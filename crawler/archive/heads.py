"""Heads of HTTP messages as the bytes that were sent.

warcio, which reads and writes the records, escapes what is not ASCII when it writes a head, or
refuses it: a redirect to /délibérations led elsewhere, and "200 Trouvé" could not be written.
"""

import re
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]

END = re.compile(rb"\n\r?\n")
"""Where a head ends: a line ends in LF alone as well (RFC 9112, 2.2)."""

_FOLD = re.compile(rb"\r?\n[ \t]+")


class RawHead(StatusAndHeaders):  # type: ignore[misc] # warcio is untyped
    """What warcio makes of a head, written as the ``block`` of bytes that it was read from."""

    def __init__(self, block: bytes) -> None:
        self.block = block
        first, *lines = _lines(block)
        protocol, _, status = _decoded(first).rstrip().partition(" ")
        named = (_decoded(line).partition(":") for line in lines)
        headers = [
            (name.rstrip(" \t"), value.strip(" \t\r")) for name, colon, value in named if colon
        ]
        super().__init__(status, headers, protocol)

    @property
    def fields(self) -> list[tuple[bytes, bytes]]:
        """Names and values of the headers as sent, without the white space round them."""
        named = (line.partition(b":") for line in _lines(self.block)[1:])
        return [
            (name.rstrip(b" \t"), value.strip(b" \t\r")) for name, colon, value in named if colon
        ]

    def compute_headers_buffer(self, header_filter: Any = None) -> None:
        self.headers_buff = self.block


class _Parser:
    """Takes the place of warcio's parser of heads, which forgets their bytes."""

    def parse(self, stream: BinaryIO) -> RawHead:
        lines = []
        while line := stream.readline():
            lines.append(line)
            if not line.rstrip(b"\r\n"):
                break
        if not lines:
            raise EOFError
        return RawHead(b"".join(lines))


def with_raw_heads(records: ArchiveIterator) -> ArchiveIterator:
    """The same iterator, the HTTP heads of whose records are RawHead."""
    records.loader.http_parser = records.loader.http_req_parser = _Parser()
    return records


def body_of(message: bytes) -> bytes:
    """What follows the head of an HTTP message; nothing where the head has no end."""
    end = END.search(message)
    return message[end.end() :] if end else b""


def raw_head(first_line: str, headers: list[tuple[str, str]]) -> RawHead:
    """A head of headers that were read as latin-1, as Python's own HTTP client does."""
    lines = [first_line, *(f"{name}: {value}" for name, value in headers), "", ""]
    return RawHead("\r\n".join(lines).encode("latin-1"))


def _lines(block: bytes) -> list[bytes]:
    folded = b"\n " in block or b"\n\t" in block
    return (_FOLD.sub(b" ", block) if folded else block).split(b"\n")


def _decoded(line: bytes) -> str:
    """As warcio decodes a line."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")
