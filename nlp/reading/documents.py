"""Documents: the text of one capture, cut into blocks, and how they are stored."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from crawler.archive.capture import Capture


@dataclass(frozen=True)
class Block:
    """A run of ``document.text[start:end]`` that the page sets apart.

    ``kind`` is heading, paragraph, item (of a list), cell (of a table) or field (the value of a
    labelled field, its label in ``label``); ``level`` is a heading's level (1-6) or an item's depth
    (from 1), else 0; ``label`` is the field's label or the table column's header, else empty;
    ``page`` is the PDF page (from 1), else 0; ``boilerplate`` marks what repeats over the site
    (menus, cookie lines, footers, teasers): kept so that the archived copy stays whole, never
    coded.
    """

    kind: str
    start: int
    end: int
    level: int = 0
    label: str = ""
    page: int = 0
    boilerplate: bool = False


@dataclass(frozen=True)
class Link:
    """A hyperlink of the page: absolute ``url`` and the words that carry it."""

    url: str
    text: str


@dataclass(frozen=True)
class Document:
    """The text of one capture.

    ``id`` is the first 16 hex digits of SHA-256 over URL and digest; ``text`` is in NFC, its blocks
    in order, without overlap, joined by newlines; ``date`` is the day the page says it was
    published or changed (ISO 8601) or empty; ``language`` an ISO 639-1 code or empty;
    ``duplicate_of`` is the id of the document whose text this one repeats, else empty (linked, not
    counted twice).
    """

    id: str
    authority: str
    title: str
    url: str
    mime: str
    language: str
    date: str
    text: str
    blocks: tuple[Block, ...]
    links: tuple[Link, ...]
    capture: Capture
    duplicate_of: str = ""

    @property
    def words(self) -> int:
        """White-space separated words outside boilerplate."""
        return sum(
            len(self.text[b.start : b.end].split()) for b in self.blocks if not b.boilerplate
        )


def write_documents(path: Path, documents: Iterable[Document]) -> None:
    """Write documents as JSON Lines, in the order given, replacing the file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    with partial.open("w", encoding="utf-8", newline="\n") as file:
        for document in documents:
            file.write(json.dumps(asdict(document), ensure_ascii=False) + "\n")
    partial.replace(path)


def read_documents(path: Path) -> Iterator[Document]:
    """Documents as ``write_documents`` wrote them."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield document_from(json.loads(line))


def document_from(fields: dict[str, Any]) -> Document:
    """A document from what JSON makes of it (``fields`` is used up)."""
    fields["blocks"] = tuple(Block(**block) for block in fields["blocks"])
    fields["links"] = tuple(Link(**link) for link in fields["links"])
    fields["capture"] = Capture(**fields["capture"])
    return Document(**fields)
