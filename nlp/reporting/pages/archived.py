"""Archived copies: a document's blocks as a page, every reference marked where it stands."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise

from nlp.coding.references import Reference
from nlp.reading.documents import Block, Document

_TOP_HEADING = 3  # the page itself uses h1 and h2
_LAST_HEADING = 6


@dataclass(frozen=True)
class Segment:
    """A stretch of text that the same ``references`` cover; ``begins`` are those it opens."""

    text: str
    references: tuple[Reference, ...]
    begins: tuple[Reference, ...]


@dataclass(frozen=True)
class Piece:
    """One block to show: ``level`` is an HTML heading level for a heading, else the block's."""

    kind: str
    level: int
    label: str
    page: int
    segments: tuple[Segment, ...]

    @property
    def marked(self) -> bool:
        return any(segment.references for segment in self.segments)


@dataclass(frozen=True)
class Run:
    """Neighbouring pieces shown as one element.

    ``kind`` is heading, paragraph, item (a list), cell (a table, with ``columns`` and ``rows``) or
    field (a description list); ``page`` is the PDF page where the run is the first of it, else 0.
    """

    kind: str
    pieces: tuple[Piece, ...]
    page: int = 0
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Piece, ...], ...] = ()


@dataclass(frozen=True)
class Part:
    """A run of runs, either the page's own text or boilerplate; ``marked`` if a reference is in."""

    boilerplate: bool
    runs: tuple[Run, ...]
    marked: bool


def archived_parts(document: Document, references: Sequence[Reference]) -> tuple[Part, ...]:
    """The document, whole and in order, with its references cut into segments.

    References may overlap, be nested or run over several blocks: each begins in exactly one
    segment, and the segments that carry it spell its quote.
    """
    blocks = tuple(_whole(document))
    pieces = tuple(_pieces(document, blocks, references))
    parts = []
    seen_page = 0
    for boilerplate, pairs in groupby(
        zip(blocks, pieces, strict=True), key=lambda pair: pair[0].boilerplate
    ):
        runs = []
        own = [piece for _, piece in pairs]
        for (kind, page), group in groupby(own, key=lambda piece: (piece.kind, piece.page)):
            new_page = page if page != seen_page else 0
            seen_page = page
            runs.append(_run(kind, new_page, tuple(group)))
        parts.append(Part(boilerplate, tuple(runs), any(piece.marked for piece in own)))
    return tuple(parts)


def _whole(document: Document) -> Iterator[Block]:
    """The blocks, and a paragraph for any text that no block holds: the copy must stay whole."""
    reached = 0
    for block in (*document.blocks, Block("", len(document.text), len(document.text))):
        if document.text[reached : block.start].strip():
            yield Block("paragraph", reached, block.start)
        if block.kind:
            yield block
        reached = max(reached, block.end)


def _pieces(
    document: Document, blocks: Iterable[Block], references: Sequence[Reference]
) -> Iterator[Piece]:
    ordered = sorted(references, key=lambda r: (r.start, -r.end, r.id))
    begun: set[str] = set()
    begins = [reference.start for reference in ordered]
    # How far any of the references up to each one reaches: none before it can stand in a block.
    reached = list(accumulate((reference.end for reference in ordered), max))
    depth = _TOP_HEADING - 1
    for block in blocks:
        level = block.level
        if block.kind == "heading":
            # Real pages jump from h1 to h4; a screen reader's outline should not.
            level = depth = min(_TOP_HEADING - 1 + max(block.level, 1), depth + 1, _LAST_HEADING)
        near = ordered[bisect_right(reached, block.start) : bisect_left(begins, block.end)]
        yield Piece(
            block.kind,
            level,
            block.label,
            block.page,
            tuple(_segments(document.text, block, near, begun)),
        )


def _segments(
    text: str, block: Block, references: Sequence[Reference], begun: set[str]
) -> Iterator[Segment]:
    inside = [r for r in references if r.start < block.end and r.end > block.start]
    cuts = {block.start, block.end}
    cuts.update(c for r in inside for c in (r.start, r.end) if block.start < c < block.end)
    edges = sorted(cuts)
    for start, end in pairwise(edges):
        covering = tuple(r for r in inside if r.start <= start and r.end >= end)
        begins = tuple(r for r in covering if r.id not in begun)
        begun.update(r.id for r in begins)
        yield Segment(text[start:end], covering, begins)


def _run(kind: str, page: int, pieces: tuple[Piece, ...]) -> Run:
    if kind != "cell":
        return Run(kind, pieces, page)
    rows: list[list[Piece]] = []
    for piece in pieces:
        # Cells know their column's header, not their row: a header met again opens the next row.
        if not rows or piece.label in {cell.label for cell in rows[-1]}:
            rows.append([])
        rows[-1].append(piece)
    columns = tuple(dict.fromkeys(piece.label for piece in pieces))
    aligned = all(tuple(cell.label for cell in row) == columns for row in rows)
    return Run(
        kind, pieces, page, columns if aligned and all(columns) else (), tuple(map(tuple, rows))
    )
