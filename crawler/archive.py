"""Captures: pointers into the WARC archive, and how to follow them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Capture:
    """One archived response: a pointer into the archive, never a body.

    ``digest`` is the SHA-256 (lower-case hex) of the decoded entity (after Content-Encoding),
    ``captured_at`` is UTC, ISO 8601 with ``Z``. ``kind``, ``title`` and ``date`` are filled by an
    import whose metadata gave them, else empty. ``authority`` is the name printed in tables.
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
