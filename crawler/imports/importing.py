"""Importing: local files, corpora and other crawlers' archives, by one road into the archive."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from corpora.campaign import Campaign, Event, InputError, read_events, write_events
from crawler.archive.capture import Capture
from crawler.archive.captures import read_captures
from crawler.archive.decoding import ENTITY_LIMIT
from crawler.archive.records import Exchange, entity_digest
from crawler.archive.recovering import recover
from crawler.archive.writing import ArchiveWriter, archive_lock, warcinfo
from crawler.imports.corpora import corpus_texts
from crawler.imports.described import TABLE, Broken, CorpusText, Tables, description
from crawler.imports.files import ARCHIVES, PLAIN, TYPES, File, files_of
from crawler.imports.foreign import short
from crawler.imports.metadata import KINDS, Metadata, Row, first_day, read_metadata
from crawler.imports.packages import open_foreign
from crawler.sources import Source

PREFIX = "_import"
"""Of the WARC files: no source's id begins with an underscore."""


def import_paths(
    campaign: Campaign,
    paths: Sequence[Path],
    metadata: Path | None,
    sources: Sequence[Source],
) -> tuple[Event, ...]:
    """Import files, or folders of them, into the campaign's archive.

    A corpus file (IRaMuTeQ, XML-TEI) gives a capture for each of its texts; TXM's ``metadata.csv``
    describes the texts beside it. ``metadata`` is a CSV (see ``metadata``); files that only it
    names are imported too. A council is found by the row's authority (name, alias or id of a
    source), else by the URL's host; one that no source knows is taken by its name. What is already
    archived with the same address, content and description is left alone. Returns the events,
    which also join ``import.jsonl``.

    Raises InputError for a path that does not exist and for a table that is wrong.
    """
    folders = [path for path in paths if path.is_dir()]
    for path in paths:
        if not path.exists():
            raise InputError(f"{path}: there is no such file or folder")
    known = read_metadata(metadata, folders) if metadata else Metadata()
    tables = Tables()
    files = list(files_of(paths, known, tables))
    missing = tables.missing(sorted({file.path.parent for file in files}))
    recovered: list[Event] = []
    with archive_lock(campaign.archive):
        recovered += recover(campaign.archive, "import")
        intake = _Intake(campaign, tuple(sources), recovered, tables)
        try:
            for file in files:
                intake.take(file)
            intake.writer.close()
        except OSError as error:
            raise InputError(
                f"{campaign.archive}: {error.strerror or error}; what was imported before is safe: "
                "make room and run the same command again"
            ) from error
        events = (*known.missing, *missing, *intake.events, *intake.left_out())
        log = campaign.corpus / "import.jsonl"
        write_events(log, dict.fromkeys([*read_events(log), *events]))
    return events


@dataclass
class _Intake:
    campaign: Campaign
    sources: tuple[Source, ...]
    events: list[Event]
    tables: Tables

    def __post_init__(self) -> None:
        info = warcinfo(self.campaign.name, operator="import of local files")
        self.writer = ArchiveWriter(self.campaign.archive, PREFIX, info)
        self._now = datetime.now(UTC)
        captures = list(read_captures(self.campaign.archive))
        self._known = {_facts(capture) for capture in captures}
        self._ids = {capture.record_id for capture in captures}
        self._left_out: dict[str, set[str]] = {}
        self._addresses: dict[str, str] = {}

    def take(self, file: File) -> None:
        try:
            if file.path.name.lower().endswith(ARCHIVES):
                self._take_archive(file)
            elif texts := corpus_texts(file.path, self.tables):
                self._take_corpus(file, list(texts))
            elif file.path.name == TABLE and self.tables.of(file.path) and not file.asked_for:
                pass  # it was read with the texts beside it
            elif mime := TYPES.get(file.path.suffix.lower()):
                self._take_file(file, mime)
            else:
                level = "warning" if file.asked_for else "info"
                reason = f"only {', '.join(TYPES)}, TEI's .xml and {', '.join(ARCHIVES)} are read"
                self._tell(level, "unread_format", file.name, reason)
        except Broken as broken:
            where = f"line {broken.line}: " if broken.line else ""
            self._tell("error", "corpus_unreadable", file.name, where + broken.reason)
        except OSError as error:
            # of the reading side only: what the archive's disk refuses must end the import
            if error.filename is None:
                raise
            reason = f"cannot be read ({error.strerror})"
            self._tell("error", "file_unreadable", file.name, reason)

    def _take_file(self, file: File, mime: str) -> None:
        with file.path.open("rb") as stream:
            content = stream.read(ENTITY_LIMIT + 1)
        if len(content) > ENTITY_LIMIT:
            reason = f"longer than {ENTITY_LIMIT} bytes; it was left out"
            self._tell("error", "over_limit", file.name, reason)
            return
        variables = self.tables.of(file.path).get(file.path.stem, {}) if mime == PLAIN else {}
        self._take_text(file, "", content, mime, variables)

    def _take_corpus(self, file: File, texts: Sequence[CorpusText]) -> None:
        for text in texts:
            where, content = f"{file.name}:{text.line}", text.body.encode()
            if not text.body:
                self._tell("warning", "text_empty", where, "a text without words; it was left out")
            elif len(content) > ENTITY_LIMIT:
                reason = f"a text of more than {ENTITY_LIMIT} bytes; it was left out"
                self._tell("error", "over_limit", where, reason)
            else:
                inner = f"/{quote(text.name, safe='')}" if len(texts) > 1 else ""
                self._take_text(file, inner, content, PLAIN, text.variables)

    def _take_text(
        self, file: File, inner: str, content: bytes, mime: str, variables: Mapping[str, str]
    ) -> None:
        said = description(variables, file.row)
        name = f"{quote(file.name)}{inner}"
        url = said.row.url or f"urn:aect:{self.campaign.name}:{name}"
        if variables and (first := self._addresses.setdefault(url, name)) != name:
            reason = f"{name} and {first} have this address: only the later capture will be read"
            self._tell("warning", "same_address", url, reason)
        date = said.captured or said.row.date
        at = first_day(date) if date else self._now
        self._left_out.setdefault(file.name if inner else _folder(file), set()).update(
            said.left_out
        )
        self._keep(
            Exchange(url, at, content, mime=mime), self._about(said.row, url, file.name), file.name
        )

    def left_out(self) -> Iterator[Event]:
        """What no place was found for, of each corpus."""
        for name, variables in sorted(self._left_out.items()):
            if variables:
                reason = f"{', '.join(sorted(variables))}: an archive has no place for them"
                yield Event("import", "info", "variables_left_out", name, reason)

    def _take_archive(self, file: File) -> None:
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
        try:
            facts = (exchange.url, entity_digest(exchange), *about.values())
            if facts in self._known:
                reason = f"{name}: already archived with this content"
                self._tell("info", "already_imported", exchange.url, reason)
                return
            damage = self.writer.write(exchange, dict(about) | {"imported-from": name})
        except OSError:
            raise
        except Exception as error:  # whatever a hostile record holds, the others come in
            reason = f"{name}: it could not be archived ({type(error).__name__}: {short(error)})"
            self._tell("error", "not_archived", exchange.url, reason)
            return
        self._known.add(facts)
        if damage:
            reason = f"{name}: {damage}"
            self._tell("warning", "body_damaged", exchange.url, reason)

    def _tell(self, level: str, name: str, subject: str, reason: str) -> None:
        self.events.append(Event("import", level, name, subject, reason))


def _facts(capture: Capture) -> tuple[str, ...]:
    about = (capture.authority, capture.kind, capture.title, capture.date)
    return (capture.url, capture.digest, *about)


def _folder(file: File) -> str:
    """What many texts of one corpus are told under: the folder, if they lie in one."""
    folder = str(PurePosixPath(file.name).parent)
    return file.name if folder == "." else folder


def _plain(name: str) -> str:
    """Letters and digits without accents: some tools' variables can hold no others."""
    letters = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "Oe")).casefold()
    return "".join(letter for letter in letters if letter.isalnum())
