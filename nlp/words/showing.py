"""Tables of words as a person asks for them: on the terminal, as CSV, JSON or Parquet."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import polars
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from corpora.campaign import InputError, write_whole
from corpora.console import out, say
from nlp.counting.stores import csv_bytes

Format = Literal["table", "csv", "json", "parquet"]

_DIGITS = 4
_WIDE = 160
"""Columns of a table that goes into a file or a pipe, where none are known."""


def show(
    frame: polars.DataFrame,
    format_: Format,
    path: Path | None = None,
    *,
    columns: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> None:
    """Print a table, or write it to ``path``.

    On the terminal only ``columns`` are shown, with ``notes`` below; the other formats have all
    columns. Raises InputError where Parquet has no file, or the file cannot be written.
    """
    if format_ == "table":
        if path:
            raise InputError(f"{path}: a table for the terminal goes in no file; give --format csv")
        table = _table(frame.select(columns) if columns else frame)
        out.print(table, width=None if out.is_terminal else _WIDE)
        for note in notes:
            say(note)
        return
    if path is None and format_ == "parquet":
        raise InputError("--format parquet needs a file: give --out FILE")
    content = _bytes(frame, format_)
    if path is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or error})") from error
    say(f"{path}: {len(frame)} rows")


def _bytes(frame: polars.DataFrame, format_: Format) -> bytes:
    if format_ == "csv":
        return csv_bytes(frame.columns, frame.iter_rows())
    if format_ == "json":
        text = json.dumps(frame.to_dicts(), ensure_ascii=False, indent=1)
        return (text + "\n").encode("utf-8", "surrogatepass")
    from io import BytesIO

    buffer = BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def _table(frame: polars.DataFrame) -> Table:
    """Numbers right and short; text from crawled pages as it is, never as markup."""
    table = Table(box=SIMPLE_HEAD)
    for name, type_ in zip(frame.columns, frame.dtypes, strict=True):
        right = type_.is_numeric() or name == "left"
        table.add_column(name, justify="right" if right else "left", overflow="fold")
    for row in frame.iter_rows():
        table.add_row(*(Text(_cell(cell)) for cell in row))
    return table


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.{_DIGITS}g}" if abs(cell) < 1000 else f"{cell:.0f}"
    # A crawled text may hold what a terminal takes for an order.
    return "".join(sign if sign.isprintable() else " " for sign in str(cell))
