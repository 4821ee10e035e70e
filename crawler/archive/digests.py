"""Digests as WARC records write them: an algorithm, a colon, base 32 or hexadecimal."""

import base64
import hashlib


def sha1(data: bytes) -> str:
    """The digest of WARC's usual form, as other tools index it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def matches(digest: str, data: bytes) -> bool:
    """Whether a record's digest is that of ``data``; one of an unknown algorithm is not."""
    algorithm, _, value = digest.partition(":")
    try:
        found = hashlib.new(algorithm.lower().replace("-", ""), data).digest()
    except ValueError:
        return False
    return value.lower() == found.hex() or value.upper() == base64.b32encode(found).decode()
