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


class UndecodableError(Exception):
    """The entity cannot be had: its coding is not known here, or it is too long."""


@dataclass(frozen=True)
class Entity:
    """What a response carries; ``damage`` says what its coding lost, or is empty."""

    content: bytes
    damage: str = ""


def decode(body: bytes, transfer_coding: str, content_coding: str) -> Entity:
    """The entity of a body as sent, given the values of Transfer-Encoding and Content-Encoding.

    A body that is not in the coding it declares is taken as it is, as browsers do. Raises
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
        content, rest, damage = b"", body, ""
        while rest and not damage:
            member = zlib.decompressobj(wbits)
            try:
                piece = member.decompress(rest, ENTITY_LIMIT + 1 - len(content))
            except zlib.error as error:
                piece, damage = _before_damage(rest, wbits), f"damaged ({error})"
            content += piece
            if len(content) > ENTITY_LIMIT:
                raise UndecodableError(f"it is longer than {ENTITY_LIMIT} bytes")
            if not damage and not member.eof:
                damage = "cut off"
            # a second member follows, or padding that no decoder minds
            rest = member.unused_data if member.unused_data[:2] == b"\x1f\x8b" else b""
        if content or not damage:
            return Entity(content, f"its compressed body is {damage}" if damage else "")
    return Entity(body)


def _before_damage(body: bytes, wbits: int) -> bytes:
    """What a stream yields up to where it is damaged: fed in small pieces, until one fails."""
    member, parts = zlib.decompressobj(wbits), []
    for start in range(0, len(body), 512):
        try:
            parts.append(member.decompress(body[start : start + 512], ENTITY_LIMIT))
        except zlib.error:
            break
    return b"".join(parts)
