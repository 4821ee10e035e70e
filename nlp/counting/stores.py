"""The tables on disk: CSV, Parquet, one workbook, one SQLite file with full-text search."""

import io
import itertools
import re
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import polars

from corpora.campaign import InputError
from nlp.counting.database import write_database
from nlp.counting.kept import Kept
from nlp.counting.tables import Cell, Table
from nlp.counting.workbook import write_workbook

_POLARS = {"integer": polars.Int64, "number": polars.Float64, "boolean": polars.Boolean}

_WORKBOOK, _DATABASE = "study.xlsx", "study.sqlite"

_QUOTED = re.compile('[",\r\n]')
# Excel drops a NUL in front, and takes the wide forms for the narrow ones.
_RISKY = re.compile("'*\0*[=+\\-@\t\r\n＝＋－＠]")
_PLAIN_NEGATIVE = re.compile(r"-\d+(?:\.\d+)?")


def write_tables(tables: Sequence[Table], outputs: Path) -> tuple[Path, ...]:
    """Write ``tables/*.csv``, ``tables/*.parquet``, ``study.xlsx`` and ``study.sqlite``.

    ``outputs`` is the campaign's folder. Everything is written beside its place first and moved at
    the end, so that a full disk leaves the last results whole. What is there, made of the same, is
    left. Returns all files. Raises InputError where they cannot be written.
    """
    partial = outputs / ".partial"
    files = [*(file for table in tables for file in _files(table)), _WORKBOOK, _DATABASE]
    try:
        shutil.rmtree(partial, ignore_errors=True)
        (partial / "tables").mkdir(parents=True)
        (outputs / "tables").mkdir(exist_ok=True)
        kept = Kept(outputs, "tables")
        tables = [_written(table, outputs, partial, kept) for table in tables]
        digests = [table.digest for table in tables]
        sheets = {
            t.name for t in tables if kept.holds(f"sheet {t.name}", t.digest, files=[_WORKBOOK])
        }
        if not kept.holds(_WORKBOOK, digests):
            write_workbook(tables, partial / _WORKBOOK, outputs / _WORKBOOK, sheets)
        if not kept.holds(_DATABASE, digests):
            write_database(tables, partial / _DATABASE)
        for file in files:
            if (partial / file).exists():
                (partial / file).replace(outputs / file)
        kept.close()
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            f"{outputs}: the tables cannot be written ({reason}); earlier ones were kept: "
            "free some space or rights, close what holds them open, and run again"
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return tuple(outputs / file for file in sorted(files))


def _files(table: Table) -> tuple[str, str]:
    return f"tables/{table.name}.csv", f"tables/{table.name}.parquet"


def _written(table: Table, outputs: Path, partial: Path, kept: Kept) -> Table:
    """The table, written; one that takes long to find is read where it is there already."""
    csv, parquet = _files(table)
    if kept.holds(table.name, table.digest, files=(csv, parquet)):
        if table.rests_on:
            return replace(table, find=lambda: polars.read_parquet(outputs / parquet).iter_rows())
        return table
    (partial / csv).write_bytes(csv_bytes([column.name for column in table.columns], table.rows))
    (partial / parquet).write_bytes(_parquet_bytes(table))
    return table


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
    return "".join(",".join(map(_csv_cell, line)) + "\n" for line in lines).encode("utf-8")


def _csv_cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return _quoted(defused(cell))
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return format(cell, ".15g") if isinstance(cell, float) else str(cell)


def _quoted(cell: str) -> str:
    # The csv module leaves a lone CR bare where lines end in LF, and readers break the row there.
    return '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell


def defused(text: str) -> str:
    """``text`` with an apostrophe before what a spreadsheet would take for a formula.

    Plain negative numbers stay. Text that looks defused already gets one more apostrophe: taking
    one away therefore always gives back what was there.
    """
    risky = _RISKY.match(text) and not _PLAIN_NEGATIVE.fullmatch(text)
    return f"'{text}" if risky else text


def _parquet_bytes(table: Table) -> bytes:
    schema = {column.name: _POLARS.get(column.type, polars.String) for column in table.columns}
    buffer = io.BytesIO()
    polars.DataFrame(list(table.rows), schema=schema, orient="row").write_parquet(buffer)
    return buffer.getvalue()
