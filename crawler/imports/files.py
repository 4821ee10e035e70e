"""Which files an import is of, what they are called in the campaign, and which are read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from crawler.imports.described import TABLE, TEXTS, Tables
from crawler.imports.metadata import Metadata, Row

TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".txt": "text/plain",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
}
PLAIN = TYPES[".txt"]
ARCHIVES = (".warc", ".warc.gz", ".wacz")


@dataclass(frozen=True)
class File:
    """A file to import: where it lies, what it is called in the campaign, what its row says."""

    path: Path
    name: str
    row: Row
    asked_for: bool


def files_of(paths: Sequence[Path], metadata: Metadata, tables: Tables) -> Iterator[File]:
    """The files of ``paths`` in order of name, then those that only the metadata names.

    TXM's table stands for the texts that it describes.
    """
    found: dict[Path, tuple[tuple[str, ...], bool]] = {}
    for path in paths:
        inside = _inside(path) if path.is_dir() else _described(path, tables)
        for file in inside:
            steps = (path.resolve() if path.is_dir() else path.resolve().parent).parts[-1:]
            folder = path if path.is_dir() else path.parent
            found.setdefault(file.resolve(), ((*steps, *file.relative_to(folder).parts), False))
        if not path.is_dir() and not inside:
            found.setdefault(path.resolve(), ((path.name,), True))
    for path in metadata.rows:
        found.setdefault(path, ((path.name,), True))
    taken: set[str] = set()
    for path, (steps, asked_for) in found.items():
        # never an absolute path of this machine; a parent's name where two files share theirs
        while "/".join(steps) in taken and len(steps) < len(path.parts):
            steps = (path.parts[-len(steps) - 1], *steps)
        name = "/".join(steps)
        taken.add(name)
        yield File(path, name, metadata.rows.get(path, Row("", 0)), asked_for)


def _inside(folder: Path) -> list[Path]:
    """The files below a folder that are not hidden."""
    return [
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    ]


def _described(path: Path, tables: Tables) -> list[Path]:
    """The texts that a file describes, if it is TXM's table."""
    if path.name != TABLE:
        return []
    rows = tables.of(path)
    beside = sorted(file for file in path.parent.iterdir() if file.suffix.lower() in TEXTS)
    return [file for file in beside if file.stem in rows]
