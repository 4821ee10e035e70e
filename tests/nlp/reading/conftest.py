import pytest

from crawler.archive.capture import Body, Capture
from nlp.reading.documents import Document
from nlp.reading.reader import read_capture


def capture_of(
    url: str = "http://conseil.example/page", mime: str = "text/html", **fields: str
) -> Capture:
    known = {"authority": "Conseil régional d'Essai", "captured_at": "2014-08-26T10:00:00Z"}
    rest = {"digest": "0" * 64, "warc": "a.warc.gz", "record_id": "<urn:uuid:1>"}
    return Capture(url=url, mime=mime, status=200, offset=0, **(known | rest | fields))


@pytest.fixture(scope="session")
def read():
    """Read bytes as if they had been captured; what comes back is a document or an event."""

    def read_bytes(content, mime="text/html", charset="", **fields):
        if isinstance(content, str):
            content = content.encode()
        return read_capture(capture_of(mime=mime, **fields), Body(content, mime, charset))

    return read_bytes


def own(document: Document, *kinds: str) -> list[str]:
    """The texts of the blocks outside boilerplate, of some kinds only if given."""
    return [
        document.text[block.start : block.end]
        for block in document.blocks
        if not block.boilerplate and (not kinds or block.kind in kinds)
    ]


def labelled(document: Document) -> dict[str, str]:
    return {
        block.label: document.text[block.start : block.end]
        for block in document.blocks
        if block.label
    }
