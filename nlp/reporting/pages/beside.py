"""What lies beside the report and is linked from it: pictures and tables."""

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from nlp.reporting.pages.front import Picture
from nlp.reporting.wording import Wording


def shown(pictures: Iterable[Picture], outputs: Path) -> list[dict[str, str]]:
    """Each picture's address from the report, and that of its SVG where there is one."""
    found = []
    for picture in pictures:
        name = Path(picture.file).name
        vectors = Path(name).with_suffix(".svg").name
        there = vectors != name and (outputs / "figures" / vectors).is_file()
        found.append(
            {
                "src": f"../figures/{quote(name)}",
                "svg": f"../figures/{quote(vectors)}" if there else "",
                "title": picture.title,
                "alt": picture.alt,
                "note": picture.note,
            }
        )
    return found


def downloads(outputs: Path, wording: Wording) -> list[dict[str, str]]:
    """Links to the tables that lie beside the report when it is written."""
    found = []
    for name, label in (("study.xlsx", "workbook"), ("study.sqlite", "database")):
        if (outputs / name).is_file():
            found.append(
                {"href": f"../{name}", "name": name, "note": wording.say(f"downloads.{label}")}
            )
    for table in sorted((outputs / "tables").glob("*.csv")):
        name = table.name
        found.append({"href": f"../tables/{quote(name)}", "name": name, "note": ""})
    return found
