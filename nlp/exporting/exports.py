"""Exports of a campaign: REFI-QDA, data package, Datasette's metadata, datasheet."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from corpora.campaign import Event, InputError, write_whole
from nlp.coding.codebook import Codebook
from nlp.coding.references import Coding
from nlp.counting.kept import Kept, sha
from nlp.counting.tables import Table
from nlp.exporting.codetree import codebook_bytes
from nlp.exporting.datapackage import package_bytes
from nlp.exporting.datasette import metadata_bytes
from nlp.exporting.datasheet import datasheet, markdown
from nlp.exporting.refi import exchanged, project_bytes
from nlp.reading.shelf import digest_of


def write_exports(
    outputs: Path,
    coding: Coding,
    codebook: Codebook,
    tables: Sequence[Table],
    events: Sequence[Event],
    versions: Mapping[str, str],
    *,
    campaign: str,
    language: str,
) -> None:
    """Write what other programs read, beside the tables, which must be there already.

    ``tables`` are those that were written to ``outputs``; ``versions`` lead from a program's or
    model's name to its version. What is there, made of the same, is left. Raises InputError where
    one cannot be written.
    """
    kept = Kept(outputs, "exports", (campaign, language))
    digests = [table.digest for table in tables]
    codes = [(code.id, code.label, code.definition) for code in codebook.codes]
    read = [(digest_of(d), coding.kinds[d.id].kind) for d in exchanged(coding)]
    decided = [(a.authority, a.nature, a.announces_spillovers) for a in coding.authorities]
    told = sha(events, sorted(versions.items()))
    made: dict[str, tuple[tuple[object, ...], Callable[[], bytes]]] = {
        "study.qdc": ((codes,), lambda: codebook_bytes(codebook, language)),
        "study.qdpx": (
            (codes, read, decided, coding.references),
            lambda: project_bytes(coding, codebook, campaign, language),
        ),
        "datapackage.json": (
            (digests,),
            lambda: package_bytes(tables, outputs, campaign, language),
        ),
        "datasette.json": (
            ([(t.name, t.about, t.columns) for t in tables],),
            lambda: metadata_bytes(tables, campaign, language),
        ),
        "datasheet.md": (
            (digests, told),
            lambda: markdown(datasheet(tables, events, versions, campaign, language)).encode(),
        ),
    }
    for name, (made_from, write) in made.items():
        if not kept.holds(name, *made_from):
            _write(outputs / name, write())
    kept.close()


def _write(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content)
    except OSError as error:
        raise InputError(
            f"{path}: cannot be written ({error.strerror}): free some space or rights, close what "
            "holds it open, and run again"
        ) from error
