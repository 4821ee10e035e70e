"""Shelf: a campaign's documents on disk; in memory are their heads, the text comes when asked for.

Ten thousand pages with their blocks and links would take ten times the memory of a thousand.
"""

import hashlib
import json
import os
from dataclasses import asdict, fields
from functools import lru_cache
from pathlib import Path
from sys import intern
from typing import Any

from crawler.archive.capture import Capture
from nlp.reading.documents import Document, document_from

_HEAVY = frozenset({"text", "blocks", "links"})
_FIELDS = tuple(field.name for field in fields(Document))
# What is read again and again lies near: a small campaign whole, of a large one the last pages.
_KEPT = 400


class Shelved(Document):
    """A document whose text, blocks and links are read from the shelf at each use."""

    def __init__(self, shelf: "Shelf", place: tuple[int, int], digest: str, **head: Any) -> None:
        self.__dict__.update(head, digest=digest, _shelf=shelf, _place=place)

    def __getattr__(self, name: str) -> Any:
        if name in _HEAVY:
            return getattr(self._shelf.whole(self._place), name)
        raise AttributeError(name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Document) and all(
            getattr(self, name) == getattr(other, name) for name in _FIELDS
        )

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return repr(self._shelf.whole(self._place))


class Shelf:
    """The documents of a file as ``write_documents`` wrote it, which stays open."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self.whole = lru_cache(_KEPT)(self._whole)

    def documents(self) -> list[Document]:
        """All documents, in the order of the file."""
        found: list[Document] = []
        start = 0
        for line in self._file:
            head = {k: value for k, value in json.loads(line).items() if k not in _HEAVY}
            head["capture"] = Capture(**head["capture"])
            for name in ("authority", "mime", "language"):
                head[name] = intern(head[name])
            digest = hashlib.sha256(line).hexdigest()
            found.append(Shelved(self, (start, len(line)), digest, **head))
            start += len(line)
        return found

    def _whole(self, place: tuple[int, int]) -> Document:
        start, length = place
        return document_from(json.loads(os.pread(self._file.fileno(), length, start)))


def digest_of(document: Document) -> str:
    """SHA-256 of a document's line on the shelf, whether it stands there or not."""
    if isinstance(document, Shelved):
        digest: str = document.__dict__["digest"]
        return digest
    line = json.dumps(asdict(document), ensure_ascii=False) + "\n"
    return hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()
