"""Pieces: what the readers of each format hand over, before it becomes a document's text."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from nlp.reading.documents import Block, Link


@dataclass(frozen=True)
class Piece:
    """One block with its own text; the other fields mean what they mean in ``Block``."""

    kind: str
    text: str
    level: int = 0
    label: str = ""
    page: int = 0
    boilerplate: bool = False


@dataclass(frozen=True)
class Reading:
    """What one file says. ``language`` and ``date`` are what the file declares, else empty.

    ``warnings`` are (event name, reason) pairs: the file was read, but not without trouble.
    """

    title: str
    pieces: tuple[Piece, ...]
    language: str = ""
    date: str = ""
    links: tuple[Link, ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()


class Refusal(Exception):  # noqa: N818 - an outcome that is told, not an error
    """A file from which no document is made: ``name`` of the event and ``reason`` for a person."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name
        self.reason = reason


def assemble(pieces: Iterable[Piece]) -> tuple[str, tuple[Block, ...]]:
    """Join the pieces' texts by newlines; the blocks point into the joined text.

    A piece's text must be tidied already (``nlp.reading.normal.tidy``); empty ones are left out.
    """
    blocks: list[Block] = []
    texts: list[str] = []
    start = 0
    for piece in pieces:
        if not piece.text:
            continue
        end = start + len(piece.text)
        blocks.append(
            Block(piece.kind, start, end, piece.level, piece.label, piece.page, piece.boilerplate)
        )
        texts.append(piece.text)
        start = end + 1
    return "\n".join(texts), tuple(blocks)


def words_outside_boilerplate(pieces: Iterable[Piece]) -> int:
    """White-space separated words of the pieces that belong to the page itself."""
    return sum(len(piece.text.split()) for piece in pieces if not piece.boilerplate)


def as_boilerplate(piece: Piece) -> Piece:
    """The same piece, marked as what repeats over the site."""
    return replace(piece, boilerplate=True)
