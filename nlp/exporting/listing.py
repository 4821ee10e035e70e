"""What lies in a campaign's outputs for others to take away, and what each file is for."""

from dataclasses import dataclass
from pathlib import Path

from nlp.exporting.wording import wording

_FIRST = (
    "study.xlsx", "study.sqlite", "datasette.json", "study.qdpx", "study.qdc", "datapackage.json",
    "datasheet.md",
)  # fmt: skip


@dataclass(frozen=True)
class Download:
    """One file: ``name``, ``path`` below the outputs (with ``/``), ``size`` in bytes.

    ``about`` says what it is for.
    """

    name: str
    path: str
    size: int
    about: str


def downloads_of(outputs: Path, language: str) -> tuple[Download, ...]:
    """The files that are there: whole campaigns first, then table by table CSV and Parquet.

    ``language`` (fr or en) is that of what is said of them.
    """
    tables = sorted((outputs / "tables").glob("*.csv")) + sorted(
        (outputs / "tables").glob("*.parquet")
    )
    files = [outputs / name for name in _FIRST] + tables
    return tuple(_download(file, outputs, language) for file in files if file.is_file())


def _download(file: Path, outputs: Path, language: str) -> Download:
    path, size = file.relative_to(outputs).as_posix(), file.stat().st_size
    return Download(file.name, path, size, _about(file, language))


def _about(file: Path, language: str) -> str:
    words = wording(language)
    if file.parent.name != "tables":
        return str(words["downloads"][file.name])
    name = words["tables"].get(file.stem, file.stem)
    return str(words["downloads"][file.suffix]).format(table=name)
