"""One Excel workbook of all tables: a sheet a table, and a first one that explains the columns."""

import shutil
import zipfile
from collections.abc import Container, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from nlp.counting.tables import Cell, Table

# What Excel holds; more would be dropped by the writer without a word.
_SHEET_ROWS = 1_048_575
_CELL_CHARACTERS = 32_767
# Characters: of the widest column, and of the longest text that is shown whole below it (a row of
# 409 points is the highest there is).
_WIDEST, _WRAPPED = 60, 900


def write_workbook(
    tables: Sequence[Table],
    path: Path,
    earlier: Path | None = None,
    unchanged: Container[str] = frozenset(),
) -> None:
    """Write the tables as one workbook, the same bytes for the same tables.

    Text stays text: what looks like a formula or a link becomes neither. A cell or a table longer
    than Excel holds is cut, and its guide says so. The sheets of tables named in ``unchanged`` are
    those of an ``earlier`` workbook of the same tables.
    """
    # Row by row, on disk: in memory, ten thousand documents take hundreds of megabytes.
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent)})
    # A clock in the file would make the same study differ from run to run.
    book.set_properties({"created": datetime(2000, 1, 1)})
    bold = book.add_format({"bold": True})
    top = book.add_format({"valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    guide = book.add_worksheet("columns")
    # Formats are numbered as they are met: all of them here, so that earlier sheets name them too.
    guide.set_column(0, 1, 14, top)
    guide.set_column(2, 3, 24, top)
    guide.set_column(4, 4, 90, wrapped)
    guide.write_row(0, 0, ["table", "rows", "column", "type", "about"], bold)
    line = 1
    for table in tables:
        cut = len(table.rows) > _SHEET_ROWS
        about = f"{table.about} (Excel : {_SHEET_ROWS} rows; CSV: all)" if cut else table.about
        guide.write_row(line, 0, [table.name, len(table.rows), "", "", about], bold)
        for row, column in enumerate(table.columns, line + 1):
            guide.write_row(row, 0, [table.name, "", column.name, column.type, column.about])
        line += 1 + len(table.columns)
    guide.freeze_panes(1, 0)
    guide.autofilter(0, 0, line - 1, 4)
    for table in tables:
        if earlier and table.name in unchanged:
            sheet = book.add_worksheet(table.name, _EarlierSheet)
            sheet.earlier = earlier
            _set_filter(sheet, table)
        else:
            _write_sheet(book.add_worksheet(table.name), table, bold, top, wrapped)
    book.close()


class _EarlierSheet(Worksheet):  # type: ignore[misc]
    """A sheet as another workbook has it, in the same place: writing it anew takes seconds."""

    earlier: Path

    def _assemble_xml_file(self) -> None:
        self._opt_close()
        part = f"xl/worksheets/sheet{self.index + 1}.xml"
        with zipfile.ZipFile(self.earlier) as book, book.open(part) as sheet:
            shutil.copyfileobj(sheet, self.fh.buffer)
        self._xml_close()


def _set_filter(sheet: Worksheet, table: Table) -> None:
    # Told to the workbook too, which names the range.
    sheet.autofilter(0, 0, max(1, min(len(table.rows), _SHEET_ROWS)), len(table.columns) - 1)


def _write_sheet(
    sheet: Worksheet, table: Table, bold: object, top: object, wrapped: object
) -> None:
    rows = table.rows[:_SHEET_ROWS]
    widths = [
        max((len(str(row[index])) for row in rows[:200]), default=0)
        for index in range(len(table.columns))
    ]
    # A format in each of a hundred thousand cells takes seconds: where no row can be high, none.
    aligned = top if max(widths, default=0) > _WIDEST else None
    for index, (column, width) in enumerate(zip(table.columns, widths, strict=True)):
        sheet.set_column(index, index, min(_WIDEST, max(len(column.name) + 4, width)), aligned)
    sheet.write_row(0, 0, [column.name for column in table.columns], bold)
    for line, row in enumerate(rows, 1):
        for index, cell in enumerate(row):
            _write_cell(sheet, line, index, cell, wrapped)
    sheet.freeze_panes(1, 1)
    _set_filter(sheet, table)


def _write_cell(sheet: Worksheet, line: int, index: int, cell: Cell, wrapped: object) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(line, index, cell)
    elif isinstance(cell, int | float):
        sheet.write_number(line, index, cell)
    elif cell:
        # write_string never makes a formula or a link of what a page says.
        over = len(cell) > _CELL_CHARACTERS
        text = cell[: _CELL_CHARACTERS - 1] + "…" if over else cell
        sheet.write_string(line, index, text, wrapped if _to_wrap(cell) else None)


def _to_wrap(text: str) -> bool:
    """Whether the text is sentences that are wider than a column and not higher than a screen."""
    return _WIDEST < len(text) <= _WRAPPED and text.count(" ") * 12 > len(text)
