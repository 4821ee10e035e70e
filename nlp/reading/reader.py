"""Reader: from the archive's captures to documents."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from corpora.campaign import Campaign, Event
from crawler.archive import (
    ArchiveError,
    Body,
    Capture,
    archive_faults,
    read_body,
    read_captures,
)
from nlp.reading import formats
from nlp.reading.boilerplate import mark_boilerplate
from nlp.reading.dates import not_after
from nlp.reading.documents import Block, Document, Link, write_documents
from nlp.reading.duplicates import link_duplicates
from nlp.reading.html import FEWEST_WORDS, read_html
from nlp.reading.languages import language_of
from nlp.reading.normal import tidy
from nlp.reading.office import read_docx, read_odt
from nlp.reading.pdf import read_pdf
from nlp.reading.pieces import Reading, Refusal, assemble, words_outside_boilerplate
from nlp.reading.plain import read_plain

READER_VERSION = "2"
"""Raised whenever a capture would be read differently: then all are read again."""

DOCUMENTS = "documents.jsonl"
READINGS = "readings.jsonl"
"""One line a capture, before site-wide marks: documents are made from it without reading again."""

_READERS: dict[str, Callable[[bytes, str, str], Reading]] = {
    formats.HTML: read_html,
    formats.PLAIN: read_plain,
    formats.PDF: read_pdf,
    formats.DOCX: read_docx,
    formats.ODT: read_odt,
}
_LOWER_LEVEL = {"unsupported_format": "info", "soft_404": "info"}


@dataclass(frozen=True)
class Outcome:
    """What became of one capture: a document or none, and what there is to tell."""

    document: Document | None
    events: tuple[Event, ...] = ()


def read_capture(capture: Capture, body: Body) -> Document | Event:
    """The document that one capture holds, or the event that says why there is none."""
    outcome = _read(capture, body)
    return outcome.document or outcome.events[-1]


def _read(capture: Capture, body: Body) -> Outcome:
    form = formats.format_of(body.content, capture.mime)
    if form == formats.SKIPPED:
        return Outcome(
            None, (_event(capture, "no_document", f"{capture.mime} is not read", "info"),)
        )
    reader = _READERS.get(form)
    if reader is None:
        return Outcome(None, (_event(capture, "unsupported_format", f"{form} is not read"),))
    try:
        reading = reader(body.content, capture.url, body.charset)
        if words_outside_boilerplate(reading.pieces) < FEWEST_WORDS:
            raise Refusal("empty_page", "fewer than five words could be read")
        document = _document(capture, reading, form)
    except Refusal as refusal:
        return Outcome(None, (_event(capture, refusal.name, refusal.reason),))
    # Whatever a hostile or broken file does to a parser, the other files are still read.
    except Exception as error:
        reason = f"the {form} reader failed: {type(error).__name__}: {error}"[:300]
        return Outcome(None, (_event(capture, "unreadable", reason, "error"),))
    events = tuple(_event(capture, name, reason) for name, reason in reading.warnings)
    return Outcome(document, events)


def _event(capture: Capture, name: str, reason: str, level: str = "warning") -> Event:
    return Event("read", _LOWER_LEVEL.get(name, level), name, capture.url, tidy(reason))


def _document(capture: Capture, reading: Reading, form: str) -> Document:
    text, blocks = assemble(reading.pieces)
    own = "\n".join(piece.text for piece in reading.pieces if not piece.boilerplate)
    identity = hashlib.sha256(f"{capture.url}\n{capture.digest}".encode()).hexdigest()[:16]
    declared = reading.language if len(reading.language) == 2 and reading.language.isalpha() else ""
    return Document(
        id=identity,
        authority=capture.authority,
        title=tidy(capture.title) or tidy(reading.title),
        url=capture.url,
        mime=form,
        language=language_of(own) or declared,
        date=capture.date or not_after(reading.date, capture.captured_at),
        text=text,
        blocks=blocks,
        links=reading.links,
        capture=capture,
    )


def read_campaign(campaign: Campaign) -> tuple[list[Document], list[Event]]:
    """All documents of a campaign, by authority and URL, and the events of reading them.

    The latest capture of a URL counts. Captures that were read before by the same version are not
    read again. Writes ``documents.jsonl`` in the campaign's corpus folder where anything changed.
    """
    cache = campaign.corpus / READINGS
    known = _known(cache)
    outcomes: dict[str, Outcome] = {}
    for capture in _readable(campaign.archive):
        key = _key(capture)
        outcomes[key] = known.get(key) or _read_archived(campaign.archive, capture)
    events = [_torn(fault) for fault in archive_faults(campaign.archive)]
    events += [
        event
        for outcome in outcomes.values()
        for event in outcome.events
        if event.name != "no_document"
    ]
    read = [outcome.document for outcome in outcomes.values() if outcome.document]
    documents = link_duplicates(mark_boilerplate(read))
    if list(known) != list(outcomes) or not (campaign.corpus / DOCUMENTS).exists():
        _remember(cache, outcomes)
        write_documents(campaign.corpus / DOCUMENTS, documents)
    return documents, events


def _torn(fault: str) -> Event:
    name, _, reason = fault.partition(": ")
    return Event("read", "error", "warc_torn", name, f"{reason}; what stands before it was read")


def _readable(archive: Path) -> list[Capture]:
    """The captures to read: found, the latest of each URL, neither robots.txt nor page parts."""
    latest: dict[str, Capture] = {}
    for capture in read_captures(archive):
        if capture.status != 200 or urlsplit(capture.url).path == "/robots.txt":
            continue
        before = latest.get(capture.url)
        if before is None or before.captured_at <= capture.captured_at:
            latest[capture.url] = capture
    return sorted(latest.values(), key=lambda capture: (capture.authority, capture.url))


def _read_archived(archive: Path, capture: Capture) -> Outcome:
    try:
        return _read(capture, read_body(archive, capture))
    except ArchiveError as error:
        return Outcome(None, (_event(capture, "record_unreadable", str(error), "error"),))


def _key(capture: Capture) -> str:
    fields = json.dumps([READER_VERSION, *asdict(capture).values()], ensure_ascii=False)
    return hashlib.sha256(fields.encode()).hexdigest()


def _known(cache: Path) -> dict[str, Outcome]:
    """What was read before; nothing if there is no such file or its lines are not ours."""
    try:
        return dict(_remembered(cache))
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def _remembered(cache: Path) -> Iterator[tuple[str, Outcome]]:
    with cache.open(encoding="utf-8") as file:
        for line in file:
            fields = json.loads(line)
            document = fields["document"]
            if document:
                document["blocks"] = tuple(Block(**block) for block in document["blocks"])
                document["links"] = tuple(Link(**link) for link in document["links"])
                document["capture"] = Capture(**document["capture"])
            yield (
                fields["key"],
                Outcome(
                    Document(**document) if document else None,
                    tuple(Event(**event) for event in fields["events"]),
                ),
            )


def _remember(cache: Path, outcomes: dict[str, Outcome]) -> None:
    cache.parent.mkdir(parents=True, exist_ok=True)
    partial = cache.with_suffix(".part")
    with partial.open("w", encoding="utf-8", newline="\n") as file:
        for key, outcome in outcomes.items():
            document = asdict(outcome.document) if outcome.document else None
            events = [asdict(event) for event in outcome.events]
            line = {"key": key, "document": document, "events": events}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    partial.replace(cache)
