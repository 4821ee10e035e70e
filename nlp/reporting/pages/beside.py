"""What lies beside the report and is linked from it: pictures and tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from nlp.exporting.listing import downloads_of
from nlp.reporting.pages.front import Picture
from nlp.reporting.wording import Wording


def shown(pictures: Iterable[Picture], outputs: Path) -> list[dict[str, str]]:
    """Each picture's addresses from the report: PNG, SVG and table, those that are there."""
    found = []
    for picture in pictures:
        place = PurePosixPath(picture.file)
        vectors = place.with_suffix(".svg")
        there = (outputs / "figures" / vectors).is_file()
        source = f"../figures/{quote(picture.file)}"
        found.append(
            {
                "name": place.stem,
                "src": source,
                "svg": f"../figures/{quote(str(vectors))}" if there else "",
                "png": source if place.suffix == ".png" else "",
                "title": picture.title,
                "alt": picture.alt,
                "note": picture.note,
                "table": f"../{quote(picture.table)}" if picture.table else "",
            }
        )
    return found


@dataclass(frozen=True)
class File:
    """A file to take away: ``href`` from the report's folder, ``size`` and ``note`` in words."""

    href: str
    name: str
    size: str
    note: str


def downloads(outputs: Path, wording: Wording) -> tuple[list[File], list[File]]:
    """The files beside the report when it is written: of the whole campaign, and of one table."""
    whole: list[File] = []
    tables: list[File] = []
    for one in downloads_of(outputs, wording.language):
        size = wording.say("downloads.size", kilobytes=wording.number(-(-one.size // 1000)))
        file = File(f"../{quote(one.path)}", one.name, size, one.about)
        (tables if one.path.startswith("tables/") else whole).append(file)
    return whole, tables
