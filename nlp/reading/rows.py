"""Rows: the pieces of a table of plain texts (DOCX, ODT, typed with tabs)."""

from collections.abc import Sequence

from nlp.reading.lines import piece
from nlp.reading.normal import tidy
from nlp.reading.pieces import Piece

_LABEL_CHARACTERS = 80
_LABEL_WORDS = 8


def row_pieces(rows: Sequence[Sequence[str]]) -> list[Piece | None]:
    """The pieces of a table, row by row.

    Two columns with short labels on the left are fields; else cells bear the header of their
    column, which the first row gives if all its cells are short. One column is running text. The
    lines of a cell are pieces of their own.
    """
    rows = [row for row in rows if any(tidy(cell) for cell in row)]
    if not rows:
        return []
    widest = max(map(len, rows))
    if widest == 1:
        return [piece(line) for row in rows for cell in row for line in cell.split("\n")]
    if widest == 2 and all(_is_label(row[0]) for row in rows):
        return [made for row in rows for made in _field(row)]
    headed = len(rows) > 1 and all(0 < len(tidy(cell)) <= _LABEL_CHARACTERS for cell in rows[0])
    headers = [tidy(cell) for cell in rows[0]] if headed else []
    pieces: list[Piece | None] = []
    for position, row in enumerate(rows):
        for column, cell in enumerate(row):
            label = headers[column] if position and column < len(headers) else ""
            pieces.extend(piece(line, "cell", label=label) for line in cell.split("\n"))
    return pieces


def _is_label(cell: str) -> bool:
    text = tidy(cell)
    return len(text) <= _LABEL_CHARACTERS and len(text.split()) <= _LABEL_WORDS


def _field(row: Sequence[str]) -> list[Piece | None]:
    label = tidy(row[0]).rstrip(" :")
    lines = [line for line in (row[1] if len(row) > 1 else "").split("\n") if tidy(line)]
    if not lines:
        return [piece(label)]
    if not label:
        return [piece(line) for line in lines]
    first = piece(f"{label} : {lines[0]}", "field", label=label)
    return [first, *(piece(line, "field", label=label) for line in lines[1:])]
