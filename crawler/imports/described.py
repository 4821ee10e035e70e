"""What variables of other tools' corpora say of a text, in this program's terms."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from corpora.campaign import Event, InputError
from crawler.imports.metadata import KINDS, Row, is_date, is_url

TABLE = "metadata.csv"
"""The name that TXM gives the table beside its texts; its first column is ``id``."""

TEXTS = (".txt", ".xml")

_NAMES = {
    "authority": ("authority", "council", "conseil", "region", "collectivite"),
    "kind": ("kind",),
    "url": ("url",),
    "date": ("date", "published"),
    "title": ("title", "titre"),
}
_CAPTURED = ("year", "annee")
# What this program's tables put before a formula; taking one away gives back what was there.
_DEFUSED = re.compile("'(?='*\0*[=+\\-@\t\r\n＝＋－＠])")


class Broken(Exception):  # noqa: N818 - an outcome that is told, not an error
    """A corpus file that breaks its own format: the line (from 1, or 0) and the reason."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class CorpusText:
    """One text of a corpus file: its name there, the line it begins in, its words and variables."""

    name: str
    line: int
    body: str
    variables: dict[str, str]


@dataclass(frozen=True)
class Description:
    """What variables say: a row, the day of the capture or empty, and what found no place."""

    row: Row
    captured: str
    left_out: frozenset[str]


def description(variables: Mapping[str, str], given: Row) -> Description:
    """Variables as a row; what ``given`` (a person's own table) says goes first.

    A kind, date or address that is none finds no place. The year is that of the capture, as in
    this program's exports: it dates a text among others, without saying when it was published.
    """
    told = {name.casefold(): value for name, value in variables.items() if value}
    values: dict[str, str] = {}
    captured = next((told[name] for name in _CAPTURED if is_date(told.get(name, ""))), "")
    used = {"id", *(_CAPTURED if captured else ())}
    for column, names in _NAMES.items():
        for name in names:
            if value := _usable(column, told.get(name, "")):
                used.add(name)
                values.setdefault(column, value)
    said: dict[str, Any] = {
        column: getattr(given, column) or value for column, value in values.items()
    }
    return Description(replace(given, **said), captured, frozenset(told.keys() - used))


def _usable(column: str, value: str) -> str:
    if column == "kind":
        return next((kind for kind in KINDS if kind.replace("_", "") == _bare(value)), "")
    if (column == "date" and not is_date(value)) or (column == "url" and not is_url(value)):
        return ""
    return value


def _bare(value: str) -> str:
    return value.replace("_", "").casefold()


@dataclass
class Tables:
    """The tables of the folders that texts lie in, each read once."""

    _rows: dict[Path, dict[str, dict[str, str]]] = field(default_factory=dict)

    def of(self, path: Path) -> dict[str, dict[str, str]]:
        """Variables by id, from the table in the file's folder; none where there is no such table.

        Raises InputError, naming the line, where it breaks its format.
        """
        folder = path.parent
        if folder not in self._rows:
            table = folder / TABLE
            self._rows[folder] = read_table(table) if table.is_file() else {}
        return self._rows[folder]

    def missing(self, folders: Iterable[Path]) -> list[Event]:
        """An event for each row of a table of texts whose text is not there."""
        events = []
        for folder in folders:
            there = {path.stem for path in folder.iterdir() if path.suffix.lower() in TEXTS}
            rows = self.of(folder / TABLE)
            if there & rows.keys():
                for name in rows.keys() - there:
                    reason = f"{folder / TABLE}: there is no {name}.txt or {name}.xml beside it"
                    events.append(Event("import", "error", "file_missing", name, reason))
        return sorted(events, key=lambda event: event.subject)


def read_table(path: Path) -> dict[str, dict[str, str]]:
    """The rows of a ``metadata.csv`` by id; none where its first column is not ``id``.

    Raises InputError where a row has more or fewer cells than the header, no id, or another's.
    """
    content = path.read_bytes()
    text = content.decode("utf-8-sig", "replace")
    head = text.partition("\n")[0]
    delimiter = ";" if ";" in head and "," not in head else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: dict[str, dict[str, str]] = {}
    try:
        header = [name.strip() for name in next(reader, [])]
        if not header or header[0].casefold() != "id":
            return {}
        content.decode("utf-8")
        for cells in reader:
            where = f"{path}:{reader.line_num}"
            if not any(cells):
                continue
            if len(cells) != len(header):
                raise InputError(f"{where}: {len(cells)} cells under {len(header)} columns")
            name = cells[0].strip()
            if not name or name in rows:
                raise InputError(
                    f"{where}: the id {name!r} is {'twice there' if name else 'empty'}"
                )
            rows[name] = {
                column: _DEFUSED.sub("", cell, count=1).strip()
                for column, cell in zip(header, cells, strict=True)
            }
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}:{line}: is not UTF-8; save it as UTF-8") from error
    except csv.Error as error:
        raise InputError(f"{path}:{reader.line_num}: {error}") from error
    return rows
