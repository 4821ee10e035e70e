"""What an earlier campaign holds of a page, so that a server can say that it has not changed.

A server answers 304 (RFC 9110, 13.1) to the ETag or date that it gave then, or sends the same bytes
again. Either becomes a revisit record, which tells that at its own date and refers to the response
of then; that response is copied beside it, so that a campaign replays whole without the other.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.http import Response

from corpora.campaign import Event
from crawler.archive.capture import ArchiveError, Capture, place, read_member, read_record
from crawler.archive.captures import forget
from crawler.archive.digests import matches, sha1
from crawler.archive.records import IDENTICAL, NOT_MODIFIED, Original

_ASKED = (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))


@dataclass(frozen=True)
class Earlier:
    """The good captures (status 200) of an earlier campaign, by URL; none where there was none.

    What is damaged there is told to ``tell``, and its page is asked for as if it were new: this
    campaign's answer must not be lost with that one's.
    """

    campaign: str = ""
    folder: Path = Path()
    captures: dict[str, Capture] = field(default_factory=dict)
    tell: Callable[[Event], None] = lambda event: None
    _damaged: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, campaign: str, folder: Path, captures: Iterable[Capture]) -> "Earlier":
        """Of each URL the latest good capture that a server sent: it knows no rendered page."""
        sent = (c for c in captures if c.status == 200 and not c.rendered_from)
        good = sorted(sent, key=lambda c: c.captured_at)
        return cls(campaign, folder, {capture.url: capture for capture in good})

    def get(self, url: str) -> Capture | None:
        """The capture of a URL, where it is not known to be damaged."""
        return None if url in self._damaged else self.captures.get(url)

    def ask(self, url: str, request: Request) -> None:
        """Give a request what its server needs in order to answer that nothing changed."""
        capture = self.get(url)
        if capture is None:
            return
        try:
            with read_record(self.folder, capture) as record:
                given: Any = record.http_headers
                for name, condition in _ASKED if given else ():
                    if value := given.get_header(name):
                        request.headers[condition] = value
        except ArchiveError as error:
            self._leave(url, capture, error)

    def unchanged(self, url: str, response: Response) -> tuple[Original, str] | None:
        """The response of then and a revisit's profile, where a response says the same again."""
        capture = self.get(url)
        if capture is None or response.status not in (200, 304):
            return None
        try:
            original = self._original(capture)
        except ArchiveError as error:
            self._leave(url, capture, error)
            return None
        if response.status == 304:
            return original, NOT_MODIFIED
        return (original, IDENTICAL) if matches(original.payload_digest, response.body) else None

    def _original(self, capture: Capture) -> Original:
        warc, _, record_id = place(capture)
        with read_record(self.folder, capture) as record:
            headers: Any = record.rec_headers
            return Original(
                url=headers.get_header("WARC-Target-URI"),
                date=headers.get_header("WARC-Date"),
                record_id=record_id,
                payload_digest=headers.get_header("WARC-Payload-Digest")
                or sha1(record.raw_stream.read()),
                entity_digest=capture.digest,
                campaign=self.campaign,
                warc=warc,
                member=read_member(self.folder, capture),
            )

    def _leave(self, url: str, capture: Capture, error: ArchiveError) -> None:
        self._damaged.add(url)
        forget(self.folder, place(capture)[0])
        reason = (
            f"its capture in campaign {self.campaign} is damaged ({self.folder.name}/{error}): it "
            f"was asked for as a new page; to mend {self.campaign}, put a sound copy of the file "
            "in its place, or run its `aect crawl` again"
        )
        self.tell(Event("crawl", "warning", "earlier_damaged", url, reason))
