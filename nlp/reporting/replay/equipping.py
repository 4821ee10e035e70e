"""Equipping a report for replay: the players and the campaign's WACZ, put beside its pages."""

import hashlib
import json
import os
import shutil
from importlib.resources import files
from pathlib import Path

from corpora.campaign import Campaign, write_whole
from nlp.reporting.replay.vendoring import VENDOR, vendored

REPLAY = "replay"
"""Folder of the report that holds the players, the archive and the first language's pages."""

_SERVED = {
    "player": ("ui.js", "archive-worker.js", "LICENSE-replaywebpage.txt"),
    "pdf": ("pdf.js", "pdf-worker.js", "LICENSE-pdfjs.txt"),
}


def equip(campaign: Campaign, vendor: Path = VENDOR) -> bool:
    """Put the players and the campaign's WACZ, as far as they are there, into ``report/replay``.

    Writes ``archive.json``, by which a replay page knows the WACZ that it was given: file, length
    in bytes, SHA-256. The WACZ is linked, or copied where the disk has no links. What an earlier
    report was equipped with and this one is not is removed. Returns whether the players are
    installed. Raises OSError.
    """
    folder = campaign.outputs / "report" / REPLAY
    folder.mkdir(parents=True, exist_ok=True)
    installed = vendored(vendor)
    for name, kept in _SERVED.items():
        if not installed:
            shutil.rmtree(folder / name, ignore_errors=True)
        for file in kept if installed else ():
            written(folder / name / file, (vendor / file).read_bytes())
    if installed:
        written(folder / "player" / "sw.js", own("sw.js"))
    facts: dict[str, object] = {"player": installed}
    if wacz := _placed(campaign, folder):
        digest = sha256(wacz)
        facts |= {
            "file": wacz.name,
            "bytes": wacz.stat().st_size,
            "sha256": digest,
            # a browser keeps what it read by this name: another archive must have another
            "collection": f"aect-{digest[:24]}",
        }
    written(folder / "archive.json", json.dumps(facts, indent=1).encode())
    return installed


def _placed(campaign: Campaign, folder: Path) -> Path | None:
    packaged = campaign.corpus / f"{campaign.name}.wacz"
    placed = folder / packaged.name
    for old in folder.glob("*.wacz"):
        if old != placed or not packaged.is_file():
            old.unlink()
    if not packaged.is_file():
        return None
    if not (placed.exists() and placed.samefile(packaged)):
        partial = placed.with_name(placed.name + ".part")
        partial.unlink(missing_ok=True)
        try:
            os.link(packaged, partial)
        except OSError:
            shutil.copyfile(packaged, partial)
        partial.replace(placed)
    return placed


def own(name: str) -> bytes:
    """One of this package's own files that are served."""
    return files(__package__).joinpath("static", name).read_bytes()


def written(path: Path, content: bytes) -> None:
    """Write a file where it is not as it should be."""
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal; raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
