"""Tables of words as a person asks for them: on the terminal, as CSV, JSON or Parquet."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import polars
from rich.box import SIMPLE_HEAD
from rich.style import Style
from rich.table import Table
from rich.text import Text

from corpora.campaign import InputError, write_whole
from corpora.console import out, say
from nlp.counting.stores import csv_bytes

Format = Literal["table", "csv", "json", "parquet"]

_DIGITS = 3
_LONG = 8
"""Letters from which on a column's name is broken, so that a terminal of 80 columns holds all."""

_GROUPS, _LINK = ("part", "kind"), " link"


def show(
    frame: polars.DataFrame,
    format_: Format,
    path: Path | None = None,
    *,
    columns: Sequence[str] = (),
    notes: Sequence[str] = (),
    links: Sequence[str] = (),
) -> None:
    """Print a table, or write it to ``path``.

    On the terminal only ``columns`` are shown, with ``notes`` below, each part (or kind) below its
    name; where ``links`` gives an address for each row, its match leads there. The other formats
    have all columns. Raises InputError where Parquet has no file, or the file cannot be written.
    """
    if format_ == "table":
        if path:
            raise InputError(f"{path}: a table for the terminal goes in no file; give --format csv")
        for table in _tables(frame.select(columns) if columns else frame, links):
            out.print(table, "")
        if frame.is_empty():
            say("nothing to show")
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


def _tables(frame: polars.DataFrame, links: Sequence[str]) -> Iterator[Table]:
    """One table, or one for each part or kind: a column for it would leave the words no room."""
    if links:
        frame = frame.with_columns(polars.Series(_LINK, links))
    if frame.is_empty():
        return
    group = frame.columns[0]
    if group not in _GROUPS:
        yield _table(frame)
        return
    for (part,), rows in frame.group_by(group, maintain_order=True):
        table = _table(rows.drop(group))
        table.title = Text(_cell(part), style="bold")
        yield table


def _table(frame: polars.DataFrame) -> Table:
    """Numbers right, short and whole; text from crawled pages as it is, never as markup."""
    table = Table(
        box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), title_justify="left"
    )
    shown = frame.drop(_LINK, strict=False)
    for name, type_ in zip(shown.columns, shown.dtypes, strict=True):
        number = type_.is_numeric()
        table.add_column(
            Text(_heading(name) if number else name),
            justify="right" if number or name == "left" else "left",
            overflow="fold",
            no_wrap=number,
        )
    addresses = frame[_LINK].to_list() if _LINK in frame.columns else [""] * len(frame)
    for row, address in zip(shown.iter_rows(), addresses, strict=True):
        cells = [Text(_cell(cell)) for cell in row]
        if address:
            cells[shown.columns.index("match")].stylize(Style(link=address))
        table.add_row(*cells)
    return table


def _heading(name: str) -> str:
    """A column's name on several lines: a number has five or six digits."""
    pieces = name.replace("_", "_\n").split("\n")
    halves = [(piece, (len(piece) + 1) // 2) for piece in pieces]
    return "\n".join(
        piece if len(piece) <= _LONG else f"{piece[:half]}-\n{piece[half:]}"
        for piece, half in halves
    )


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        if 0 < abs(cell) < 0.001:
            return f"{cell:.0e}"
        return f"{cell:.{_DIGITS}g}" if abs(cell) < 1000 else f"{cell:.0f}"
    # A crawled text may hold what a terminal takes for an order.
    return "".join(sign if sign.isprintable() else " " for sign in str(cell))
