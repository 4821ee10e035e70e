"""What an earlier campaign holds of a page, so that a server can say that it has not changed.

A server answers 304 (RFC 9110, 13.1) to the ETag or date that it gave then, or sends the same bytes
again. Either becomes a revisit record, which tells that at its own date and refers to the response
of then; that response is copied beside it, so that a campaign replays whole without the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawler.archive.capture import Capture, place, read_record
from crawler.archive.digests import matches, sha1
from crawler.archive.members import member_at
from crawler.archive.records import IDENTICAL, NOT_MODIFIED, Original

_ASKED = (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))


@dataclass(frozen=True)
class Earlier:
    """The good captures (status 200) of an earlier campaign, by URL; none where there was none."""

    campaign: str = ""
    folder: Path = Path()
    captures: dict[str, Capture] = field(default_factory=dict)

    @classmethod
    def of(cls, campaign: str, folder: Path, captures: Iterable[Capture]) -> "Earlier":
        """Of each URL the latest good capture that a server sent: it knows no rendered page."""
        sent = (c for c in captures if c.status == 200 and not c.rendered_from)
        good = sorted(sent, key=lambda c: c.captured_at)
        return cls(campaign, folder, {capture.url: capture for capture in good})

    def ask(self, url: str, request: Request) -> None:
        """Give a request what its server needs in order to answer that nothing changed."""
        if url not in self.captures:
            return
        with read_record(self.folder, self.captures[url]) as record:
            given: Any = record.http_headers
            for name, condition in _ASKED if given else ():
                if value := given.get_header(name):
                    request.headers[condition] = value

    def unchanged(self, url: str, response: Response) -> tuple[Original, str] | None:
        """The response of then and a revisit's profile, where a response says the same again."""
        capture = self.captures.get(url)
        if capture is None or response.status not in (200, 304):
            return None
        warc, offset, record_id = place(capture)
        with read_record(self.folder, capture) as record:
            headers: Any = record.rec_headers
            digest = headers.get_header("WARC-Payload-Digest") or sha1(record.raw_stream.read())
            if response.status == 200 and not matches(digest, response.body):
                return None
            original = Original(
                url=headers.get_header("WARC-Target-URI"),
                date=headers.get_header("WARC-Date"),
                record_id=record_id,
                payload_digest=digest,
                entity_digest=capture.digest,
                campaign=self.campaign,
                warc=warc,
                member=member_at(self.folder / warc, offset),
            )
        return original, NOT_MODIFIED if response.status == 304 else IDENTICAL
