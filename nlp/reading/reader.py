"""Reader: from the archive's captures to documents."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib import import_module
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

from corpora.campaign import Campaign, Event
from crawler.archive.capture import ArchiveError, Body, Capture, read_body
from crawler.archive.captures import archive_faults, read_captures
from nlp.lines import Lines, LinesWriter
from nlp.reading import formats
from nlp.reading.boilerplate import mark_boilerplate
from nlp.reading.dates import not_after
from nlp.reading.documents import Document, document_from, write_documents
from nlp.reading.duplicates import link_duplicates
from nlp.reading.normal import tidy
from nlp.reading.pieces import Reading, Refusal, assemble, words_outside_boilerplate
from nlp.reading.shelf import Shelf

READER_VERSION = "4"
"""Raised whenever a capture would be read differently: then all are read again."""

DOCUMENTS = "documents.jsonl"
READINGS = "readings.jsonl"
"""One line a capture, before site-wide marks: documents are made from it without reading again."""

_READERS = {
    formats.HTML: ("nlp.reading.html", "read_html"),
    formats.PLAIN: ("nlp.reading.plain", "read_plain"),
    formats.PDF: ("nlp.reading.confined", "read_pdf"),
    formats.DOCX: ("nlp.reading.office", "read_docx"),
    formats.ODT: ("nlp.reading.office", "read_odt"),
}
"""Module and function of each format, imported where something is to be read: together they take
half a second to load, a tenth of an analysis that reads nothing anew."""
MOST_CHARACTERS = 2_000_000
"""Of a document: some 330,000 words, a thousand printed pages. Longer ones are no page or paper of
a council but a dump of data, and would take the coding minutes each."""
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
    if form not in _READERS:
        return Outcome(None, (_event(capture, "unsupported_format", f"{form} is not read"),))
    from nlp.reading.html import FEWEST_WORDS

    module, function = _READERS[form]
    reader: Callable[[bytes, str, str], Reading] = getattr(import_module(module), function)
    try:
        reading = reader(body.content, capture.url, body.charset)
        if words_outside_boilerplate(reading.pieces) < FEWEST_WORDS:
            raise Refusal("empty_page", "fewer than five words could be read")
        if (length := sum(len(piece.text) for piece in reading.pieces)) > MOST_CHARACTERS:
            reason = (
                f"{length:,} characters: longer than {MOST_CHARACTERS:,}, neither read nor coded"
            )
            raise Refusal("too_long", reason)
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
    from nlp.reading.languages import language_of

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
    read again. Writes ``documents.jsonl`` in the campaign's corpus folder where anything changed;
    the documents keep their text there.
    """
    captures = {_key(capture): capture for capture in _readable(campaign.archive)}
    cache = campaign.corpus / READINGS
    path = campaign.corpus / DOCUMENTS
    stamp = path.with_suffix(".json")
    known = Lines(cache)
    if list(known) != list(captures) or _stamp(path, known) != _kept(stamp):
        with LinesWriter(cache) as new:
            for key, capture in captures.items():
                if _outcome(known, key):
                    new.copy(known.raw(key))
                else:
                    new.write(key, asdict(_read_archived(campaign.archive, capture)))
        known = Lines(cache)
        write_documents(path, _marked(known, captures))
        stamp.write_text(_stamp(path, known), encoding="utf-8")
    events = [_torn(fault) for fault in archive_faults(campaign.archive)]
    for key in known:
        told = (known.get(key) or {})["events"]
        events += [Event(**event) for event in told if event["name"] != "no_document"]
    return Shelf(path).documents(), events


def _marked(known: Lines, captures: Mapping[str, Capture]) -> Iterator[Document]:
    """The documents with what only their neighbours tell, one authority at a time."""
    for _, keys in groupby(captures, key=lambda key: captures[key].authority):
        outcomes = (_outcome(known, key) for key in keys)
        read = [one.document for one in outcomes if one and one.document]
        yield from link_duplicates(mark_boilerplate(read))


def _stamp(path: Path, known: Lines) -> str:
    """A digest of the documents and of what they rest on: a file cut or changed is made anew."""
    digest = hashlib.sha256()
    for key in known:
        digest.update(known.raw(key))
    for module in ("boilerplate.py", "duplicates.py"):
        digest.update(Path(__file__).with_name(module).read_bytes())
    if path.exists():
        digest.update(path.read_bytes())  # tens of MB at most
    return json.dumps({"sha256": digest.hexdigest()}) + "\n"


def _kept(stamp: Path) -> str | None:
    try:
        return stamp.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None


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


def _outcome(known: Lines, key: str) -> Outcome | None:
    """What a capture was read as before; None if it was not, or the line is not ours."""
    try:
        fields = known.get(key) or {}
        document = document_from(fields["document"]) if fields["document"] else None
        return Outcome(document, tuple(Event(**event) for event in fields["events"]))
    except (KeyError, TypeError):
        return None
