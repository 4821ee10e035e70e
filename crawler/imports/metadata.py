"""The CSV that says what imported files are."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from corpora.campaign import Event, InputError

COLUMNS = ("path", "authority", "kind", "url", "date", "title")
KINDS = ("call", "international_page", "organisation", "other")

_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True)
class Row:
    """What one line of the CSV says of a file; what it leaves empty is empty.

    ``text`` is the path as written, ``number`` the line in the CSV.
    """

    text: str
    number: int
    authority: str = ""
    kind: str = ""
    url: str = ""
    date: str = ""
    title: str = ""


@dataclass(frozen=True)
class Metadata:
    """Rows by the file they speak of, in the CSV's order; ``missing`` tells files not found."""

    rows: Mapping[Path, Row] = field(default_factory=dict)
    missing: tuple[Event, ...] = ()


def read_metadata(path: Path, folders: Sequence[Path]) -> Metadata:
    """Read the CSV; its paths are relative to it, to the working directory or to ``folders``.

    Only the column ``path`` must be there. A row whose file does not exist becomes an event; a bad
    column, kind, date or URL raises InputError naming the row's line.
    """
    rows: dict[Path, Row] = {}
    missing = []
    for row in _rows(path):
        found = _find(row.text, [path.parent, Path.cwd(), *folders])
        if found is None:
            reason = f"{path}:{row.number}: there is no such file"
            missing.append(Event("import", "error", "file_missing", row.text, reason))
        elif found in rows:
            raise InputError(
                f"{path}:{row.number}: {row.text!r} is already in line {rows[found].number}"
            )
        else:
            rows[found] = row
    return Metadata(rows, tuple(missing))


def _rows(path: Path) -> list[Row]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: cannot be read as UTF-8 text ({getattr(error, 'strerror', None) or error})"
        ) from error
    head = text.partition("\n")[0]
    # a French spreadsheet saves its CSV with semicolons
    delimiter = ";" if ";" in head and "," not in head else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip().lower() for name in reader.fieldnames or ()]
        if "path" not in names or not set(names) <= set(COLUMNS):
            raise InputError(
                f"{path}:1: the columns are {', '.join(names) or 'none'}; "
                f"they can be {', '.join(COLUMNS)}, and path must be there"
            )
        reader.fieldnames = names
        return [_row(path, reader.line_num, fields) for fields in reader if any(fields.values())]
    except csv.Error as error:
        raise InputError(f"{path}:{reader.line_num}: {error}") from error


def _row(path: Path, number: int, fields: Mapping[str | None, str | None]) -> Row:
    where = f"{path}:{number}"
    if None in fields:
        raise InputError(f"{where}: more cells than columns")
    values = {str(name): (value or "").strip() for name, value in fields.items()}
    row = Row(values.pop("path"), number, **values)
    if not row.text:
        raise InputError(f"{where}: path is empty")
    if row.kind and row.kind not in KINDS:
        raise InputError(f"{where}: kind {row.kind!r} is none of {', '.join(KINDS)}")
    if row.date and not _DATE.fullmatch(row.date):
        raise InputError(f"{where}: date {row.date!r}: write it 2014-09-25, 2014-09 or 2014")
    if row.date and not is_date(row.date):
        raise InputError(f"{where}: date {row.date!r}: there is no such day")
    if row.url and not is_url(row.url):
        raise InputError(f"{where}: url {row.url!r}: an address begins with http:// or https://")
    return row


def first_day(date: str) -> datetime:
    """The first moment (UTC) of a day, a month or a year in ISO 8601."""
    return datetime.fromisoformat((date + "-01-01")[:10]).replace(tzinfo=UTC)


def is_date(date: str) -> bool:
    """Whether there is such a day, month or year, and it is written as in ISO 8601."""
    if not _DATE.fullmatch(date):
        return False
    try:
        first_day(date)
    except ValueError:
        return False
    return True


def is_url(url: str) -> bool:
    """Whether it is an address of the web."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    broken = re.search(r"[\s\x00-\x1f\x7f]", url)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not broken


def _find(text: str, folders: Sequence[Path]) -> Path | None:
    for folder in folders:
        if (folder / text).is_file():
            return (folder / text).resolve()
    return None
