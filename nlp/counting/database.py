"""The tables as one SQLite file: keys, pairs in place of lists, indexes, full-text search."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlite_utils import Database

from nlp.counting.keys import FOREIGN, KEYS, LINKS, Link
from nlp.counting.tables import SEPARATOR, Cell, Row, Table

SEARCHED = {"references": "quote", "documents": "title", "calls": "title"}
"""Table → the column that its full-text index holds."""

_TYPES = {"integer": int, "number": float, "boolean": int}
# Parents before children: a foreign key needs the table it points to.
_ORDER = ["authorities", "codes", "documents", "references", "calls"]
_INDEXES = {
    "documents": ["authority", "kind", "duplicate_of"],
    "references": ["document_id", "authority", "code"],
    "calls": ["authority"],
    "families": ["family"],
    "specificities": ["part"],
}
# SQLite takes f and F for one column.
_NAMES = {"F": "F_corpus", "T": "T_corpus"}


def write_database(tables: Sequence[Table], path: Path) -> None:
    """Write the tables as a new SQLite file, the same bytes for the same tables.

    A column that points to another table holds NULL where it points to nothing. Raises OSError and
    sqlite3.Error.
    """
    named = {table.name: table for table in tables}
    connection = sqlite3.connect(path)
    try:
        # The file is moved into place when it is whole: to wait for the disk at every step, which
        # takes longer than the writing, would make nothing safer.
        connection.execute("PRAGMA synchronous = OFF")
        database = Database(connection)
        for name in [*_ORDER, *(name for name in named if name not in _ORDER)]:
            _write_table(database, named[name])
        for link in LINKS:
            _write_link(database, named, link)
        database.vacuum()
    finally:
        connection.close()


def sql_name(column: str) -> str:
    """The name of a table's column in SQLite."""
    return _NAMES.get(column, column)


def _write_table(database: Database, table: Table) -> None:
    target = database.table(table.name)
    key = KEYS[table.name]
    target.create(
        {sql_name(c.name): _TYPES.get(c.type, str) for c in table.columns},
        pk=key[0] if len(key) == 1 else key,
        foreign_keys=FOREIGN.get(table.name, []),
    )
    _insert(database, table.name, _pointing(table))
    for column in _INDEXES.get(table.name, []):
        target.create_index([column])
    if table.name in SEARCHED:
        target.enable_fts([SEARCHED[table.name]], tokenize="unicode61 remove_diacritics 2")


def _pointing(table: Table) -> Iterator[Row]:
    """The rows, with nothing in place of the empty text where a column points elsewhere."""
    foreign = {column for column, _, _ in FOREIGN.get(table.name, [])}
    places = {i for i, column in enumerate(table.columns) if column.name in foreign}
    for row in table.rows:
        if all(row[i] for i in places):
            yield row
        else:
            yield tuple(cell or None if i in places else cell for i, cell in enumerate(row))


def _write_link(database: Database, named: dict[str, Table], link: Link) -> None:
    (key,), (key_there,) = KEYS[link.table], KEYS[link.to]
    field = ["field"] if link.field else []
    columns = [key, *field, link.at]
    target = database.table(link.name)
    target.create(
        dict.fromkeys(columns, str),
        pk=columns,
        foreign_keys=[(key, link.table, key), (link.at, link.to, key_there)],
    )
    there = {record[key_there] for record in named[link.to].records()}
    pairs: dict[tuple[Cell, ...], None] = {}
    for record in named[link.table].records():
        for value in filter(None, str(record[link.column]).split(SEPARATOR)):
            label, _, other = value.rpartition("=") if link.field else ("", "", value)
            if other in there:  # in a list, a bar inside a name gave way
                pairs[record[key], *([label] if link.field else []), other] = None
    _insert(database, link.name, pairs)
    target.create_index([link.at])


def _insert(
    database: Database, name: str, rows: Iterator[Row] | dict[tuple[Cell, ...], None]
) -> None:
    places = ", ".join("?" * len(database.table(name).columns))
    with database.conn:
        # The name is one of ours.
        database.conn.executemany(f"INSERT INTO [{name}] VALUES ({places})", rows)  # noqa: S608
