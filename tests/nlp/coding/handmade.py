"""Documents written in a test, block by block, for an invented council."""

import hashlib

from crawler.archive.capture import Capture
from nlp.reading.documents import Block, Document

OMBRELLE = "Conseil régional d'Ombrelle"


def block(kind: str, text: str, **fields: object) -> tuple[Block, str]:
    """A block still without its place, and its words."""
    return Block(kind, 0, 0, **fields), text  # type: ignore[arg-type]


def document(
    *blocks: tuple[Block, str],
    authority: str = OMBRELLE,
    date: str = "2014-03-02",
    duplicate_of: str = "",
) -> Document:
    """A document of these blocks, joined by newlines as readers join them."""
    text, made = "", []
    for shape, words in blocks:
        start = len(text) + 1 if made else 0
        text = f"{text}\n{words}" if made else words
        made.append(
            Block(
                shape.kind, start, len(text), shape.level, shape.label, shape.page,
                shape.boilerplate,
            )
        )  # fmt: skip
    digest = hashlib.sha256(f"{authority}{text}{duplicate_of}".encode()).hexdigest()
    url = f"http://ombrelle.example/{digest[:8]}"
    capture = Capture(
        url, authority, "2014-08-26T10:00:00Z", 200, "text/html", digest, "a.warc.gz", 0,
        f"<urn:uuid:{digest[:32]}>",
    )  # fmt: skip
    return Document(
        digest[:16], authority, "Une page", url, "text/html", "fr", date, text, tuple(made), (),
        capture, duplicate_of,
    )  # fmt: skip
