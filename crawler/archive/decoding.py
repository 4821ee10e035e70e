"""From the bytes that a server sent to the entity it meant: transfer and content codings undone.

Own code, because warcio's reader drops the rest of a damaged stream without a word to its caller,
writes to standard error, and expands each block of a gzip bomb whole.
"""

import zlib
from dataclasses import dataclass
from io import BytesIO

from warcio.bufferedreaders import ChunkedDataReader  # type: ignore[import-untyped]

ENTITY_LIMIT = 20 * 2**20
"""Bytes of the longest entity that is fetched, kept or decoded.

A gzip bomb took 2.1 GB of memory at a limit of 1 GiB and 98 MB at this one.
"""


MOST_MEMBERS = 10_000
"""Gzip members of one body; a body of a million empty ones would be decoded for minutes."""

_STEP, _LONGEST_STEP = 1 << 10, 1 << 16
# of compressed bytes: what follows a member's end is copied each time, so that steps begin small


_MARKS = {zlib.MAX_WBITS + 16: (b"\x1f\x8b",), zlib.MAX_WBITS: (b"x\x01", b"x\x9c", b"x\xda")}
# by format, what a body begins with that is in it, though nothing of it can be decoded


class UndecodableError(Exception):
    """The entity cannot be had: its coding is not known here, or it is too long."""


@dataclass(frozen=True)
class Entity:
    """What a response carries; ``damage`` says what its coding lost, or is empty."""

    content: bytes
    damage: str = ""


def decode(body: bytes, transfer_coding: str, content_coding: str) -> Entity:
    """The entity of a body as sent, given the values of Transfer-Encoding and Content-Encoding.

    A body that is not in the coding it declares is taken as it is, as browsers do; of one that is
    damaged, what stands before the damage. Raises
    UndecodableError for a coding other than gzip, deflate and identity, and beyond ENTITY_LIMIT.
    """
    if "chunked" in transfer_coding.lower():
        body = ChunkedDataReader(BytesIO(body)).read()
    entity = Entity(body)
    codings = [coding.strip().lower() for coding in content_coding.split(",")]
    for coding in reversed(codings):
        if coding in ("gzip", "x-gzip"):
            entity = _inflated(entity.content, [zlib.MAX_WBITS + 16])
        elif coding == "deflate":
            # RFC 9110 (8.4.1.2) says zlib; many servers send the bare stream
            entity = _inflated(entity.content, [zlib.MAX_WBITS, -zlib.MAX_WBITS])
        elif coding not in ("", "identity", "utf-8", "none"):
            raise UndecodableError(f"its Content-Encoding {coding[:40]!r} is not known here")
    if len(entity.content) > ENTITY_LIMIT:
        raise UndecodableError(f"it is longer than {ENTITY_LIMIT} bytes")
    return entity


def _inflated(body: bytes, formats: list[int]) -> Entity:
    for wbits in formats:
        content, damage = _members(body, wbits)
        if content or not damage or body.startswith(_MARKS.get(wbits, ())):
            return Entity(content, f"its compressed body is {damage}" if damage else "")
    return Entity(body)


def _members(body: bytes, wbits: int) -> tuple[bytes, str]:
    """What the members of a compressed body hold one after the other, and what was lost of it."""
    view, at, content = memoryview(body), 0, bytearray()
    for _ in range(MOST_MEMBERS):
        member, begin, before, step = zlib.decompressobj(wbits), at, len(content), _STEP
        while not member.eof and at < len(view):
            piece = view[at : at + step]
            try:
                content += member.decompress(piece, ENTITY_LIMIT + 1 - len(content))
            except zlib.error as error:
                content[before:] = _before_damage(body[begin:], wbits)
                return bytes(content), f"damaged ({error})"
            if len(content) > ENTITY_LIMIT:
                raise UndecodableError(f"it is longer than {ENTITY_LIMIT} bytes")
            at += len(piece) - len(member.unused_data)
            step = min(2 * step, _LONGEST_STEP)
        if not member.eof:
            return bytes(content), "cut off"
        # a second member follows, or padding that no decoder minds
        if bytes(view[at : at + 2]) != b"\x1f\x8b":
            return bytes(content), ""
    return bytes(content), f"in more than {MOST_MEMBERS} pieces"


def _before_damage(body: bytes, wbits: int) -> bytes:
    """What a stream yields up to where it is damaged: fed in small pieces, until one fails."""
    member, parts = zlib.decompressobj(wbits), []
    for start in range(0, len(body), 512):
        try:
            parts.append(member.decompress(body[start : start + 512], ENTITY_LIMIT))
        except zlib.error:
            break
    return b"".join(parts)
