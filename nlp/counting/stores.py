"""The tables on disk: CSV, Parquet, one workbook, one SQLite file with full-text search."""

import io
import itertools
import re
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import polars
import xlsxwriter  # type: ignore[import-untyped]
from sqlite_utils import Database

from corpora.campaign import InputError
from nlp.counting.tables import Cell, Table

_POLARS = {"integer": polars.Int64, "number": polars.Float64, "boolean": polars.Boolean}
_SQLITE = {"integer": int, "number": float, "boolean": int}

_KEYS = {
    "documents": ["document_id"],
    "references": ["reference_id"],
    "codes": ["code"],
    "authorities": ["authority"],
    "calls": ["call_id"],
    "families": ["authority", "family", "place"],
    "specificities": ["lemma", "part"],
    "study": ["figure"],
}
_FOREIGN = {
    "documents": [("authority", "authorities", "authority")],
    "references": [
        ("document_id", "documents", "document_id"),
        ("authority", "authorities", "authority"),
        ("code", "codes", "code"),
    ],
    "calls": [("authority", "authorities", "authority")],
    "families": [("authority", "authorities", "authority")],
    "specificities": [("part", "authorities", "authority")],
}
# Parents before children: a foreign key needs the table it points to.
_ORDER = ["authorities", "codes", "documents", "references", "calls"]
_INDEXES = {
    "documents": ["authority", "kind"],
    "references": ["document_id", "authority", "code"],
    "calls": ["authority"],
    "specificities": ["part"],
}
# SQLite takes f and F for one column.
_SQL_NAMES = {"F": "F_corpus", "T": "T_corpus"}
_SEARCHED = {"references": "quote", "documents": "title"}

# What Excel holds; more would be dropped by the writer without a word.
_SHEET_ROWS = 1_048_575
_CELL_CHARACTERS = 32_767

_PLAIN_NEGATIVE = re.compile(r"-\d+(?:\.\d+)?")


def write_tables(tables: Sequence[Table], outputs: Path) -> tuple[Path, ...]:
    """Write ``tables/*.csv``, ``tables/*.parquet``, ``study.xlsx`` and ``study.sqlite``.

    ``outputs`` is the campaign's folder. Everything is written beside its place first and moved at
    the end, so that a full disk leaves the last results whole. Returns the files written. Raises
    InputError where they cannot be.
    """
    partial = outputs / ".partial"
    try:
        shutil.rmtree(partial, ignore_errors=True)
        (partial / "tables").mkdir(parents=True)
        (outputs / "tables").mkdir(exist_ok=True)
        for table in tables:
            header = [column.name for column in table.columns]
            file = partial / "tables" / f"{table.name}.csv"
            file.write_bytes(csv_bytes(header, table.rows))
            (partial / "tables" / f"{table.name}.parquet").write_bytes(_parquet_bytes(table))
        (partial / "study.xlsx").write_bytes(_workbook_bytes(tables))
        _write_sqlite(tables, partial / "study.sqlite")
        written = sorted(path.relative_to(partial) for path in partial.rglob("*.*"))
        for path in written:
            (partial / path).replace(outputs / path)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            f"{outputs}: the tables cannot be written ({reason}); earlier ones were kept: "
            "free some space or rights, close what holds them open, and run again"
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return tuple(outputs / path for path in written)


def write_csv(path: Path, header: Iterable[str], rows: Iterable[Iterable[Cell]]) -> None:
    """Write one CSV file in one step. Raises InputError where it cannot be written."""
    partial = path.with_name(f".{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(csv_bytes(header, rows))
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise InputError(
            f"{path}: cannot be written ({error.strerror}): free some space or rights, run again"
        ) from error


def csv_bytes(header: Iterable[str], rows: Iterable[Iterable[Cell]]) -> bytes:
    """Rows as CSV: UTF-8, commas, a header, LF; text that would run as a formula is defused."""
    lines = itertools.chain([header], rows)
    text = "".join(",".join(_quoted(_csv_cell(cell)) for cell in line) + "\n" for line in lines)
    return text.encode("utf-8")


def _quoted(cell: str) -> str:
    # The csv module leaves a lone CR bare where lines end in LF, and readers break the row there.
    return '"' + cell.replace('"', '""') + '"' if re.search('[",\r\n]', cell) else cell


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return format(cell, ".15g")
    return defused(cell) if isinstance(cell, str) else str(cell)


def defused(text: str) -> str:
    """``text`` with an apostrophe before what a spreadsheet would take for a formula.

    Plain negative numbers stay. Text that looks defused already gets one more apostrophe: taking
    one away therefore always gives back what was there.
    """
    risky = text.lstrip("'").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    return f"'{text}" if risky and not _PLAIN_NEGATIVE.fullmatch(text) else text


def _parquet_bytes(table: Table) -> bytes:
    schema = {column.name: _POLARS.get(column.type, polars.String) for column in table.columns}
    buffer = io.BytesIO()
    polars.DataFrame(list(table.rows), schema=schema, orient="row").write_parquet(buffer)
    return buffer.getvalue()


def _workbook_bytes(tables: Sequence[Table]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    # A clock in the file would make the same study differ from run to run.
    book.set_properties({"created": datetime(2000, 1, 1)})
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    guide = book.add_worksheet("columns")
    guide.write_row(0, 0, ["table", "rows", "column", "type", "about"], bold)
    guide.set_column(0, 1, 14)
    guide.set_column(2, 3, 24)
    guide.set_column(4, 4, 90, wrapped)
    line = 1
    for table in tables:
        cut = len(table.rows) > _SHEET_ROWS
        about = f"{table.about} (Excel : {_SHEET_ROWS} rows; CSV: all)" if cut else table.about
        guide.write_row(line, 0, [table.name, len(table.rows), "", "", about], bold)
        for row, column in enumerate(table.columns, line + 1):
            guide.write_row(row, 0, [table.name, "", column.name, column.type, column.about])
        line += 1 + len(table.columns)
        _write_sheet(book.add_worksheet(table.name), table, bold)
    guide.freeze_panes(1, 0)
    guide.autofilter(0, 0, line - 1, 4)
    book.close()
    return buffer.getvalue()


def _write_sheet(sheet: xlsxwriter.worksheet.Worksheet, table: Table, bold: object) -> None:
    rows = table.rows[:_SHEET_ROWS]
    for index, column in enumerate(table.columns):
        sheet.write_string(0, index, column.name, bold)
        longest = max((len(str(row[index])) for row in rows[:200]), default=0)
        sheet.set_column(index, index, min(60, max(len(column.name) + 4, longest)))
    for line, row in enumerate(rows, 1):
        for index, cell in enumerate(row):
            if isinstance(cell, bool):
                sheet.write_boolean(line, index, cell)
            elif isinstance(cell, int | float):
                sheet.write_number(line, index, cell)
            elif cell:
                # write_string never makes a formula or a link of what a page says.
                over = len(cell) > _CELL_CHARACTERS
                sheet.write_string(
                    line, index, cell[: _CELL_CHARACTERS - 1] + "…" if over else cell
                )
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, len(rows)), len(table.columns) - 1)


def _write_sqlite(tables: Sequence[Table], path: Path) -> None:
    named = {table.name: table for table in tables}
    connection = sqlite3.connect(path)
    try:
        # The file is moved into place when it is whole: to wait for the disk at every step, which
        # takes longer than the writing, would make nothing safer.
        connection.execute("PRAGMA synchronous = OFF")
        database = Database(connection)
        for name in [*_ORDER, *(name for name in named if name not in _ORDER)]:
            table = named[name]
            names = [_SQL_NAMES.get(column.name, column.name) for column in table.columns]
            target = database.table(name)
            target.create(
                dict(zip(names, (_SQLITE.get(c.type, str) for c in table.columns), strict=True)),
                pk=_KEYS[name][0] if len(_KEYS[name]) == 1 else _KEYS[name],
                foreign_keys=_FOREIGN.get(name, []),
            )
            target.insert_all(dict(zip(names, row, strict=True)) for row in table.rows)
            for column in _INDEXES.get(name, []):
                target.create_index([column])
            if name in _SEARCHED:
                target.enable_fts([_SEARCHED[name]], tokenize="unicode61 remove_diacritics 2")
        database.vacuum()
    finally:
        connection.close()
