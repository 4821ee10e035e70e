"""Corpora of other tools among the files to import: recognised by what they hold."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from crawler.archive.decoding import ENTITY_LIMIT
from crawler.imports.described import Broken, CorpusText, Tables
from crawler.imports.starred import decoded, is_starred, starred_texts
from crawler.imports.tei import LONGEST_FILE, is_tei, tei_texts

LONGEST_CORPUS = 5 * ENTITY_LIMIT
"""Bytes of a file that holds many texts; each of them is held to ``ENTITY_LIMIT``."""

_HEAD = 2**16


def corpus_texts(path: Path, tables: Tables) -> Iterator[CorpusText] | None:
    """The texts of a corpus file, with what the table beside it says; None where it is none.

    An IRaMuTeQ corpus is a ``.txt`` with starred lines, unless the table has a row for it: then it
    is a text of TXM's. A TEI file is an ``.xml`` of that namespace. Raises Broken, OSError.
    """
    suffix = path.suffix.lower()
    table = tables.of(path)
    if suffix == ".txt" and path.stem not in table:
        found = _starred(path)
    elif suffix == ".xml":
        found = _tei(path)
    else:
        return None
    if found is None:
        return None
    return (replace(text, variables=text.variables | _said(table, text)) for text in found)


def _said(table: dict[str, dict[str, str]], text: CorpusText) -> dict[str, str]:
    return {name: value for name, value in table.get(text.name, {}).items() if value}


def _starred(path: Path) -> list[CorpusText] | None:
    with path.open("rb") as file:
        content = file.read(LONGEST_CORPUS + 1)
    # a longer file is told as any other that is too long
    text = decoded(content) if len(content) <= LONGEST_CORPUS else ""
    return starred_texts(text) if is_starred(text) else None


def _tei(path: Path) -> list[CorpusText] | None:
    with path.open("rb") as file:
        content = file.read(_HEAD)
        if not is_tei(content):
            return None
        content += file.read(LONGEST_FILE)
    if len(content) > LONGEST_FILE:
        raise Broken(0, f"longer than {LONGEST_FILE} bytes; it was left out")
    found = tei_texts(content)
    return [replace(found[0], name=path.stem)] if len(found) == 1 else found
