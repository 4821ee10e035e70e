"""WARC records of one exchange, compressed one by one, before they go to the disk."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from crawler.archive.capture import digest_of

NOT_MODIFIED, IDENTICAL = "server-not-modified", "identical-payload-digest"
_PROFILES = "http://netpreserve.org/warc/1.1/revisit"


class _Writer(WARCWriter):  # type: ignore[misc] # warcio is untyped
    # WARC 1.1 (4, 5.9): a metadata record has no payload, and so no payload digest
    NO_PAYLOAD_DIGEST_TYPES = ("warcinfo", "revisit", "metadata")


@dataclass(frozen=True)
class Exchange:
    """One HTTP exchange to archive, or, without a ``response``, a file that came by none.

    ``response`` and ``request`` are heads (RawHead, to be written as they were sent); ``body`` is
    what follows the head of the response, as that describes it (Content-Encoding kept), or the
    file, of media type ``mime``. ``at`` is when the request was sent.
    ``truncated`` is a WARC-Truncated reason or empty; ``record_id`` empty for a new one.
    """

    url: str
    at: datetime
    body: bytes
    response: StatusAndHeaders | None = None
    request: StatusAndHeaders | None = None
    mime: str = ""
    ip: str = ""
    truncated: str = ""
    record_id: str = ""


@dataclass(frozen=True)
class Original:
    """The response record that a revisit refers to.

    ``payload_digest`` is the WARC's (of the body as sent), ``entity_digest`` the capture's;
    ``campaign`` and ``warc`` say where it lies, ``member`` are its bytes there (one gzip member).
    """

    url: str
    date: str
    record_id: str
    payload_digest: str
    entity_digest: str
    campaign: str
    warc: str
    member: bytes


class Pieces:
    """The records of one exchange, compressed one by one, not yet on the disk."""

    def __init__(self) -> None:
        self._buffer = BytesIO()
        self.writer = _Writer(self._buffer, gzip=True, warc_version="1.1")

    @property
    def compressed(self) -> bytes:
        return self._buffer.getvalue()

    def make(
        self,
        kind: str,
        url: str,
        head: Mapping[str, str],
        *,
        payload: bytes = b"",
        http_headers: StatusAndHeaders | None = None,
        content_type: str = "",
    ) -> Any:
        return self.writer.create_warc_record(
            url,
            kind,
            payload=BytesIO(payload),
            length=len(payload),
            warc_content_type=content_type,
            warc_headers_dict=dict(head),
            http_headers=http_headers,
        )

    def make_revisit(
        self, exchange: Exchange, head: Mapping[str, str], original: Original, profile: str
    ) -> Any:
        # Replay takes the head of a revisit for the page's own, and shows nothing after a 304: that
        # stands in the metadata record (head_field).
        headers = exchange.response if profile == IDENTICAL else None
        fields = {"WARC-Refers-To": original.record_id}
        if profile == IDENTICAL:
            fields["WARC-Truncated"] = "length"  # WARC 1.1 (6.7.2): of a body that is not repeated
        record = self.writer.create_revisit_record(
            exchange.url,
            original.payload_digest,
            original.url,
            original.date,
            http_headers=headers,
            warc_headers_dict=dict(head) | fields,
        )
        record.rec_headers.replace_header("WARC-Profile", f"{_PROFILES}/{profile}")
        return record

    def add(self, kind: str, url: str, head: Mapping[str, str], **rest: Any) -> None:
        self.writer.write_record(self.make(kind, url, head, **rest))

    def add_member(self, member: bytes) -> None:
        """A record that is compressed already."""
        self._buffer.write(member)


def head_fields(exchange: Exchange) -> dict[str, str]:
    head = {
        "WARC-Date": warc_date(exchange.at),
        "WARC-Record-ID": exchange.record_id or new_id(),
    }
    if exchange.ip:
        head["WARC-IP-Address"] = exchange.ip
    if exchange.truncated:
        head["WARC-Truncated"] = exchange.truncated
    return head


def entity_field(digest: str) -> dict[str, str]:
    return {"entity-digest": f"sha256:{digest}"}


def head_field(head: StatusAndHeaders) -> dict[str, str]:
    """The field that holds a head which has no record of its own: its bytes as a JSON string."""
    head.compute_headers_buffer()
    return {"response-head": json.dumps(head.headers_buff.decode("latin-1"))}


def answer_record(pieces: Pieces, exchange: Exchange, head: Mapping[str, str]) -> Any:
    return pieces.make(
        "resource" if exchange.response is None else "response",
        exchange.url,
        head,
        payload=exchange.body,
        http_headers=exchange.response,
        content_type=exchange.mime if exchange.response is None else "",
    )


def entity_digest(exchange: Exchange) -> str:
    """The digest that the exchange's capture will have (see ``Capture``)."""
    return digest_of(answer_record(Pieces(), exchange, {}))[0]


def new_id() -> str:
    """An id for a record, to be known before it is written."""
    return f"<urn:uuid:{uuid.uuid4()}>"


def warc_date(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def fields_block(fields: Mapping[str, str]) -> bytes:
    lines = (
        f"{name}: {' '.join(value.splitlines())}\r\n" for name, value in fields.items() if value
    )
    return "".join(lines).encode("utf-8")
