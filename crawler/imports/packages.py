"""Packages of WARC files (WACZ), whose list of files is as little trusted as what they hold."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath

from crawler.imports.foreign import DAMAGED, ForeignWarc, short

LONGEST_DIRECTORY = 16 * 2**20
"""Bytes of a WACZ's list of files, some 200,000: read whole, a million would take 0.6 GB."""

LONGEST_MEMBER = 8 * 2**30
"""Bytes of a WARC file inside a WACZ: crawlers cut theirs at 1 to 4 GiB."""

_ZIP_END = 22 + 2**16 + 20 + 56
# the longest end of a ZIP file: its record, its comment, and ZIP64's locator and record


def open_foreign(path: Path) -> Iterator[ForeignWarc]:
    """The WARC streams of a .warc, .warc.gz or .wacz file; each is open until the next is asked."""
    if path.suffix.lower() != ".wacz":
        with path.open("rb") as file:
            yield ForeignWarc(path.name, file)
        return
    refused, held = ForeignWarc(path.name, BytesIO()), 0
    try:
        if (size := _directory_size(path)) > LONGEST_DIRECTORY:
            raise zipfile.BadZipFile(f"its list of files has {size} bytes")
        with zipfile.ZipFile(path) as package:
            for member in package.infolist():
                if not _is_warc(member.filename):
                    continue
                if reason := _unsafe(member):
                    refused.tell("member_refused", f"{member.filename!r} {reason}", "error")
                    continue
                held += 1
                with package.open(member) as stream:
                    yield ForeignWarc(f"{path.name}/{PurePosixPath(member.filename).name}", stream)
    except (*DAMAGED, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        if getattr(error, "filename", None):  # it could not be opened at all
            raise
        # a wrong offset is an OSError too
        refused.tell("wacz_unreadable", f"not readable as WACZ ({short(error)})", "error")
    if not held and not refused.events:
        refused.tell("wacz_unreadable", "holds no WARC file", "error")
    if refused.events:
        yield refused


def _directory_size(path: Path) -> int:
    """Bytes that a ZIP file's end claims for its list of files; 0 where it has no such end."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _ZIP_END))
        end = file.read()
    size = 0
    # of every end that stands there: readers differ on which of two they take
    for found in re.finditer(rb"PK\x05\x06.{8}(.{4})", end, re.DOTALL):
        if found[1] != b"\xff" * 4:  # ZIP64 says it elsewhere
            size = max(size, int.from_bytes(found[1], "little"))
    for found in re.finditer(rb"PK\x06\x06.{36}(.{8})", end, re.DOTALL):
        size = max(size, int.from_bytes(found[1], "little"))
    return size


def _is_warc(name: str) -> bool:
    return name.lower().endswith((".warc", ".warc.gz"))


def _unsafe(member: zipfile.ZipInfo) -> str:
    steps = PurePosixPath(member.filename).parts
    if member.filename.startswith("/") or ".." in steps or "\\" in member.filename:
        return "leads out of the package; it was not read"
    if member.file_size > LONGEST_MEMBER:
        return f"claims {member.file_size} bytes; at most {LONGEST_MEMBER} are read"
    return ""
