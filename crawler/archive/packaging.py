"""Packaging: a campaign's archive as one WACZ file, which replay tools and libraries take.

WACZ 1.1.1 (https://specs.webrecorder.net/wacz/1.1.1/) is a ZIP of the WARC files with a sorted
index, a list of pages, and a manifest of digests. The index is made by the wacz library; the ZIP is
put together here, because the library's carries the time of day and no titles.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from typing import IO, Any, BinaryIO

from wacz.util import WACZ_VERSION  # type: ignore[import-untyped]
from wacz.waczindexer import WACZIndexer  # type: ignore[import-untyped]

from corpora.campaign import Campaign, InputError
from crawler.archive.capture import OPEN, Capture, segments
from crawler.archive.captures import REMEDY, forget, read_captures
from crawler.archive.members import wholeness
from crawler.archive.pagelist import pages

_CHUNK = 1 << 20
_LINES = 1024
"""Lines a block of the index, as other writers of WACZ have it."""


def package(campaign: Campaign) -> Path:
    """Write ``corpora/<campaign>/<campaign>.wacz`` from the archive's finished segments.

    The same archive gives the same bytes; where the file fits the archive already, it is left
    alone. Segments that are still being written (``….open``) are left out. Raises InputError if
    nothing is archived, if a segment is damaged and if the disk refuses the file.
    """
    path = campaign.corpus / f"{campaign.name}.wacz"
    held = segments(campaign.archive)
    warcs = [segment for segment in held if segment.suffix != OPEN]
    if not warcs:
        lack = "nothing is archived there; crawl or import first"
        if held:
            lack = (
                f"all is in files that are still open (…{OPEN}); wait for the end of the crawl, "
                "or run it again if it was killed"
            )
        raise InputError(f"{campaign.archive}: {lack}")
    if _fits(path, warcs):
        return path
    for warc in warcs:
        if fault := wholeness(warc).fault:
            forget(campaign.archive, warc.name)
            raise InputError(f"{warc}: {fault}; a damaged archive is not packaged: {REMEDY}")
    names = {warc.name for warc in warcs}
    captures = [
        c for c in read_captures(campaign.archive) if {c.warc, c.body_warc or c.warc} <= names
    ]
    partial = path.with_name(path.name + ".part")
    try:
        with zipfile.ZipFile(partial, "w") as file:
            _fill(_Package(file), campaign, warcs, captures)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        reason = error.strerror or error
        raise InputError(
            f"{path}: cannot be written ({reason}); make room and try again"
        ) from error
    return path


def _fits(path: Path, warcs: Iterable[Path]) -> bool:
    """Whether a WACZ holds these WARC files, none of them touched since, and is of this program.

    One whose own sums fail was changed by somebody, and what it is told to be would be told on.
    """
    try:
        with zipfile.ZipFile(path) as file:
            held = {one.filename: one.file_size for one in file.infolist()}
            made = json.loads(file.read("datapackage.json")).get("software")
            if file.testzip() is not None:
                return False
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return False
    held = {name: size for name, size in held.items() if name.startswith("archive/")}
    stats = {f"archive/{warc.name}": warc.stat() for warc in warcs}
    return (
        made == _software()
        and held == {name: stat.st_size for name, stat in stats.items()}
        and max(stat.st_mtime_ns for stat in stats.values()) < path.stat().st_mtime_ns
    )


def _software() -> str:
    return f"aect/{version('aect')} (wacz/{version('wacz')})"


class _Package:
    """A ZIP file that notes the size and the digest of what goes into it."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self.resources: list[dict[str, Any]] = []

    @contextmanager
    def entry(self, name: str, *, packed: bool = True, size: int = 0) -> Iterator["_Noted"]:
        """A new entry, open for writing; ``size``, where it is known, chooses between ZIP formats.

        What is packed already must be stored as it is, so that replay can seek in it.
        """
        # no date: the default of ZipInfo is the format's first day, whenever it is written
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.file_size = size
        # no ZIP64 unasked: zipfile names it beside the entry alone, where wabac.js does not look
        with self._file.open(info, "w") as out:
            noted = _Noted(out)
            yield noted
        self.resources.append(
            {
                "name": name.rpartition("/")[2].lower(),
                "path": name,
                "hash": f"sha256:{noted.digest.hexdigest()}",
                "bytes": noted.length,
            }
        )


class _Noted:
    def __init__(self, out: IO[bytes]) -> None:
        self._out, self.length, self.digest = out, 0, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.length += len(data)
        return self._out.write(data)


def _fill(file: _Package, campaign: Campaign, warcs: list[Path], captures: list[Capture]) -> None:
    blocks = StringIO()
    with file.entry("indexes/index.cdx.gz", packed=False) as index:
        _Indexer(blocks, index, warcs).process_all()
    with file.entry("indexes/index.idx") as entry:
        entry.write(blocks.getvalue().encode())
    for warc in warcs:
        size = warc.stat().st_size
        with (
            file.entry(f"archive/{warc.name}", packed=False, size=size) as out,
            warc.open("rb") as data,
        ):
            while chunk := data.read(_CHUNK):
                out.write(chunk)
    with file.entry("pages/pages.jsonl") as out:
        out.write(_line({"format": "json-pages-1.0", "id": "pages", "title": campaign.name}))
        for page in pages(campaign.archive, captures):
            out.write(_line(page))
    manifest = json.dumps(_manifest(campaign, captures, file.resources), indent=2).encode()
    with file.entry("datapackage.json") as out:
        out.write(manifest)
    digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(manifest).hexdigest()}"}
    with file.entry("datapackage-digest.json") as out:
        out.write(json.dumps(digest, indent=2).encode())


def _manifest(
    campaign: Campaign, captures: Iterable[Capture], resources: list[dict[str, Any]]
) -> dict[str, Any]:
    manifest = {
        "profile": "data-package",
        "wacz_version": WACZ_VERSION,
        "title": campaign.name,
        "software": _software(),
        "resources": list(resources),
    }
    # of what is in it: the time of packaging would make each package another
    if newest := max((capture.captured_at for capture in captures), default=""):
        manifest["created"] = newest
    return manifest


def _line(content: dict[str, str]) -> bytes:
    return (json.dumps(content, ensure_ascii=False) + "\n").encode("utf-8")


class _Indexer(WACZIndexer):  # type: ignore[misc] # wacz is untyped
    """Writes the sorted index of WARC files, in compressed blocks; to ``blocks`` where each begins.

    Conversions are left out: replay would show them in place of the page as it was sent.
    """

    def __init__(self, blocks: StringIO, index: _Noted, warcs: list[Path]) -> None:
        super().__init__(
            blocks,
            [str(warc) for warc in warcs],
            sort=True,
            compress=index,
            lines=_LINES,
            digest_records=True,
            data_out_name="index.cdx.gz",
            records="response,revisit,resource",
        )

    def get_field(self, record: Any, name: str, it: Any, filename: str) -> Any:
        # the library's own way to this digest expands every body on the disk, gzip bombs too
        if name == "record-digest":
            with Path(filename).open("rb") as file:
                file.seek(it.get_record_offset())
                return f"sha256:{_digest(file, it.get_record_length())}"
        return super().get_field(record, name, it, filename)


def _digest(file: BinaryIO, length: int) -> str:
    digest = hashlib.sha256()
    while length and (chunk := file.read(min(_CHUNK, length))):
        digest.update(chunk)
        length -= len(chunk)
    return digest.hexdigest()
