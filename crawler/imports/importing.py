"""Importing: local files and other crawlers' archives, by the same road into the archive."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from corpora.campaign import Campaign, Event, InputError, read_events, write_events
from crawler.archive.capture import Capture
from crawler.archive.captures import read_captures
from crawler.archive.decoding import ENTITY_LIMIT
from crawler.archive.records import Exchange, entity_digest
from crawler.archive.writing import ArchiveWriter, archive_lock, recover, warcinfo
from crawler.imports.metadata import KINDS, Metadata, Row, first_day, read_metadata
from crawler.imports.packages import open_foreign
from crawler.sources import Source

TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".txt": "text/plain",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
}
ARCHIVES = (".warc", ".warc.gz", ".wacz")

PREFIX = "_import"
"""Of the WARC files: no source's id begins with an underscore."""


def import_paths(
    campaign: Campaign,
    paths: Sequence[Path],
    metadata: Path | None,
    sources: Sequence[Source],
) -> tuple[Event, ...]:
    """Import files, or folders of them, into the campaign's archive.

    ``metadata`` is a CSV (see ``metadata``); files that only it names are imported too. A council
    is found by the row's authority (name, alias or id of a source), else by the URL's host;
    one that no source knows is taken by its name. What is already archived with the same address,
    content and description is left alone. Returns the events, which also join ``import.jsonl``.

    Raises InputError for a path that does not exist and for a CSV that is wrong.
    """
    folders = [path for path in paths if path.is_dir()]
    for path in paths:
        if not path.exists():
            raise InputError(f"{path}: there is no such file or folder")
    known = read_metadata(metadata, folders) if metadata else Metadata()
    recovered: list[Event] = []
    with archive_lock(campaign.archive):
        for line in recover(campaign.archive):
            name = line.partition(":")[0]
            recovered.append(Event("import", "warning", "segment_recovered", name, line))
        intake = _Intake(campaign, tuple(sources), recovered)
        try:
            for file in _files(paths, known):
                intake.take(file)
            intake.writer.close()
        except OSError as error:
            raise InputError(
                f"{campaign.archive}: {error.strerror or error}; what was imported before is safe: "
                "make room and run the same command again"
            ) from error
        events = (*known.missing, *intake.events)
        log = campaign.corpus / "import.jsonl"
        write_events(log, dict.fromkeys([*read_events(log), *events]))
    return events


@dataclass(frozen=True)
class _File:
    """A file to import: where it lies, what it is called in the campaign, what its row says."""

    path: Path
    name: str
    row: Row
    asked_for: bool


@dataclass
class _Intake:
    campaign: Campaign
    sources: tuple[Source, ...]
    events: list[Event]

    def __post_init__(self) -> None:
        info = warcinfo(self.campaign.name, operator="import of local files")
        self.writer = ArchiveWriter(self.campaign.archive, PREFIX, info)
        self._now = datetime.now(UTC)
        captures = list(read_captures(self.campaign.archive))
        self._known = {_facts(capture) for capture in captures}
        self._ids = {capture.record_id for capture in captures}

    def take(self, file: _File) -> None:
        try:
            if file.path.name.lower().endswith(ARCHIVES):
                self._take_archive(file)
            elif mime := TYPES.get(file.path.suffix.lower()):
                self._take_file(file, mime)
            else:
                level = "warning" if file.asked_for else "info"
                reason = f"only {', '.join(TYPES)} and {', '.join(ARCHIVES)} are read"
                self._tell(level, "unread_format", file.name, reason)
        except OSError as error:
            # of the reading side only: what the archive's disk refuses must end the import
            if error.filename is None:
                raise
            reason = f"cannot be read ({error.strerror})"
            self._tell("error", "file_unreadable", file.name, reason)

    def _take_file(self, file: _File, mime: str) -> None:
        with file.path.open("rb") as stream:
            content = stream.read(ENTITY_LIMIT + 1)
        if len(content) > ENTITY_LIMIT:
            reason = f"longer than {ENTITY_LIMIT} bytes; it was left out"
            self._tell("error", "over_limit", file.name, reason)
            return
        url = file.row.url or f"urn:aect:{self.campaign.name}:{quote(file.name)}"
        at = first_day(file.row.date) if file.row.date else self._now
        about = self._about(file.row, url, file.name)
        self._keep(Exchange(url, at, content, mime=mime), about, file.name)

    def _take_archive(self, file: _File) -> None:
        for foreign in open_foreign(file.path):
            for exchange, fields in foreign:
                row = replace(
                    file.row,
                    authority=file.row.authority or fields.get("authority", ""),
                    kind=fields.get("kind", "") if fields.get("kind") in KINDS else "",
                    title=fields.get("title", ""),
                    date=fields.get("date", ""),
                )
                if exchange.record_id in self._ids:
                    exchange = replace(exchange, record_id="")
                self._ids.add(exchange.record_id)
                self._keep(exchange, self._about(row, exchange.url, foreign.name), foreign.name)
            self.events += foreign.events

    def _about(self, row: Row, url: str, name: str) -> dict[str, str]:
        return {
            "authority": self._authority(row.authority, url, name),
            "kind": row.kind,
            "title": " ".join(row.title.split()),
            "date": row.date,
        }

    def _authority(self, given: str, url: str, name: str) -> str:
        for source in self.sources:
            names = (source.name, source.id, *source.aliases)
            if given and _plain(given) in map(_plain, names):
                return source.name
        if given:
            return " ".join(given.split())
        owners = [source for source in self.sources if source.owns(url)]
        if owners:
            return max(owners, key=lambda source: len(source.site_of(url))).name
        reason = f"no authority is given, and no source has the host of {url}: counted for none"
        self._tell("warning", "authority_unknown", name, reason)
        return ""

    def _keep(self, exchange: Exchange, about: Mapping[str, str], name: str) -> None:
        facts = (exchange.url, entity_digest(exchange), *about.values())
        if facts in self._known:
            reason = f"{name}: already archived with this content"
            self._tell("info", "already_imported", exchange.url, reason)
            return
        self._known.add(facts)
        damage = self.writer.write(exchange, dict(about) | {"imported-from": name})
        if damage:
            reason = f"{name}: {damage}"
            self._tell("warning", "body_damaged", exchange.url, reason)

    def _tell(self, level: str, name: str, subject: str, reason: str) -> None:
        self.events.append(Event("import", level, name, subject, reason))


def _facts(capture: Capture) -> tuple[str, ...]:
    about = (capture.authority, capture.kind, capture.title, capture.date)
    return (capture.url, capture.digest, *about)


def _files(paths: Sequence[Path], metadata: Metadata) -> Iterator[_File]:
    """The files of ``paths`` in order of name, then those that only the metadata names."""
    found: dict[Path, tuple[tuple[str, ...], bool]] = {}
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                inside = file.relative_to(path).parts
                if file.is_file() and not any(part.startswith(".") for part in inside):
                    found.setdefault(file.resolve(), ((path.resolve().name, *inside), False))
        else:
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
        yield _File(path, name, metadata.rows.get(path, Row("", 0)), asked_for)


def _plain(name: str) -> str:
    words = unicodedata.normalize("NFC", name).replace("’", "'").casefold()
    return " ".join(words.split())
