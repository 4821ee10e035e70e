"""One Excel workbook of all tables: a sheet a table, and a first one that explains the columns.

Written as plain Office Open XML (ECMA-376): a library takes five times as long over its cells,
which is most of what writing a campaign's tables takes, and holds them all in memory.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape

from nlp.counting.tables import Cell, Table

# What Excel holds; it would call a file with more broken.
_SHEET_ROWS = 1_048_575
_CELL_CHARACTERS = 32_767
# What XML cannot hold, and what Excel would take for an escape of it.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LIKE_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BOLD, _WRAPPED = 1, 2
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf></cellXfs></styleSheet>'
)


def write_workbook(tables: Sequence[Table], path: Path) -> None:
    """Write the tables as one workbook, the same bytes for the same tables.

    Text stays text: what looks like a formula or a link becomes neither. A cell or a table longer
    than Excel holds is cut, and its guide says so.
    """
    names = ["columns", *(table.name for table in tables)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as book:
        for name, content in _frame(names):
            with _part(book, name) as part:
                part.write((_HEAD + content).encode())
        with _part(book, "xl/worksheets/sheet1.xml") as part:
            _write_sheet(part, _guide(tables), (14, 14, 24, 24, 90), frozen_column=False)
        for number, table in enumerate(tables, 2):
            with _part(book, f"xl/worksheets/sheet{number}.xml") as part:
                rows = table.rows[:_SHEET_ROWS]
                _write_sheet(part, _titled(table, rows), _widths(table), frozen_column=True)


def _part(book: zipfile.ZipFile, name: str) -> BinaryIO:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # no clock
    entry.compress_type = zipfile.ZIP_DEFLATED
    return book.open(entry, "w", force_zip64=False)  # type: ignore[return-value]


def _frame(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The parts of a workbook that are no sheets."""
    sheets = list(enumerate(names, 1))
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
        f'ContentType="{_SPREADSHEET}.worksheet+xml"/>'
        for n, _ in sheets
    )
    yield (
        "[Content_Types].xml",
        (
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_SPREADSHEET}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_SPREADSHEET}.styles+xml"/>'
            f"{kinds}</Types>"
        ),
    )
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    yield (
        "xl/workbook.xml",
        (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            + "".join(
                f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in sheets
            )
            + "</sheets></workbook>"
        ),
    )
    targets = [("worksheet", f"worksheets/sheet{n}.xml") for n, _ in sheets]
    yield "xl/_rels/workbook.xml.rels", _relations([*targets, ("styles", "styles.xml")])
    yield "xl/styles.xml", _STYLES


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    lines = (
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


Styled = tuple[Sequence[Cell], int]
"""A row and the style of its cells."""


def _guide(tables: Sequence[Table]) -> list[Styled]:
    rows: list[Styled] = [(("table", "rows", "column", "type", "about"), _BOLD)]
    for table in tables:
        cut = len(table.rows) > _SHEET_ROWS
        about = f"{table.about} (Excel : {_SHEET_ROWS} rows; CSV: all)" if cut else table.about
        rows.append(((table.name, len(table.rows), "", "", about), _BOLD))
        rows += [((table.name, "", c.name, c.type, c.about), _WRAPPED) for c in table.columns]
    return rows


def _titled(table: Table, rows: Sequence[Sequence[Cell]]) -> list[Styled]:
    return [([column.name for column in table.columns], _BOLD), *((row, 0) for row in rows)]


def _widths(table: Table) -> list[int]:
    return [
        min(60, max(len(c.name) + 4, *(len(str(row[n])) for row in table.rows[:200]), 0))
        for n, c in enumerate(table.columns)
    ]


def _write_sheet(
    part: BinaryIO, rows: Sequence[Styled], widths: Sequence[int], *, frozen_column: bool
) -> None:
    columns = [_letters(n) for n in range(len(widths))]
    corner = "B2" if frozen_column else "A2"
    frozen = 'xSplit="1" ySplit="1"' if frozen_column else 'ySplit="1"'
    pane = "bottomRight" if frozen_column else "bottomLeft"
    wide = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
        for n, width in enumerate(widths, 1)
    )
    part.write(
        (
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
            f'<pane {frozen} topLeftCell="{corner}" activePane="{pane}" state="frozen"/>'
            f"</sheetView></sheetViews><cols>{wide}</cols><sheetData>"
        ).encode()
    )
    for line, (row, style) in enumerate(rows, 1):
        styled = f' s="{style}"' if style else ""
        cells = (_cell(f'{c}{line}"{styled}', cell) for c, cell in zip(columns, row, strict=True))
        part.write(f'<row r="{line}">{"".join(cells)}</row>'.encode())
    last = max(2, len(rows))
    part.write(f'</sheetData><autoFilter ref="A1:{columns[-1]}{last}"/></worksheet>'.encode())


def _letters(number: int) -> str:
    """A, B … Z, AA, AB …: the name of a column."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _cell(place: str, cell: Cell) -> str:
    if isinstance(cell, str):
        if not cell:
            return ""
        if len(cell) > _CELL_CHARACTERS:
            cell = cell[: _CELL_CHARACTERS - 1] + "…"
        text = escape(_LIKE_ESCAPE.sub("_x005F_", _UNWRITABLE.sub("\ufffd", cell)))
        return f'<c r="{place} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return f'<c r="{place} t="b"><v>{int(cell)}</v></c>'
    return f'<c r="{place}><v>{cell!r}</v></c>'
