"""The replay pages of a report: one a language, and of each document what its links have to say."""

import json
import shutil
from collections.abc import Iterable, Sequence
from typing import Any

from nlp.counting.kept import Kept
from nlp.reading.documents import Document
from nlp.reading.shelf import digest_of
from nlp.reporting.pages.evidence import Evidence, Quote
from nlp.reporting.pages.places import anchor, live_address, slug
from nlp.reporting.replay.equipping import REPLAY, own, written
from nlp.reporting.site import Site
from nlp.reporting.wording import LANGUAGES

_AROUND = 200
"""Characters on either side of a quote by which its place is told from others like it."""

_STATIC = ("replay.js", "finding.js", "sheets.js", "cite.js", "replay.css")
# What a browser shows by itself, beside PDF; of the rest there is the plain copy.
_SHOWN = ("text/html", "application/xhtml+xml", "text/plain")


def write_replay(sites: Sequence[Site], evidence: Evidence) -> None:
    """Write ``replay/index.html`` in each language, its scripts, and one JSON file a document.

    Documents that have not changed since they were last written are left alone; files of documents
    and languages that are no longer in the report are removed. Raises OSError.
    """
    report = sites[0].report
    shared = report / REPLAY
    for name in _STATIC:
        written(shared / name, own(name))
    folders = [site.folder for site in sites]
    for folder in (f"{language}/" for language in LANGUAGES):
        if folder not in folders:
            shutil.rmtree(report / folder / REPLAY, ignore_errors=True)
    kept = Kept(report.parent, "replay", owned=[f"report/{f}{REPLAY}/documents/*" for f in folders])
    quotes: dict[str, list[Quote]] = {}
    ids = (reference.id for coded in evidence.by_document.values() for reference in coded)
    for quote in evidence.quotes(ids):
        quotes.setdefault(quote.document.id, []).append(quote)
    for site in sites:
        site.write(f"{REPLAY}/index.html", "replay.html.j2", shared=f"{REPLAY}/")
        (report / site.folder / REPLAY / "documents").mkdir(exist_ok=True)
        for document in evidence.coding.documents:
            _write_document(site, document, quotes.get(document.id, ()), kept)
    kept.close()


def _write_document(site: Site, document: Document, quotes: Iterable[Quote], kept: Kept) -> None:
    told = [(q.reference, q.before, q.after, site.name_of(q.reference.code)) for q in quotes]
    path = f"{site.folder}{REPLAY}/documents/{slug(document.id)}.json"
    language = site.wording.language
    if kept.holds(f"report/{path}", language, site.campaign, digest_of(document), told):
        return
    text = json.dumps(_facts(site, document, quotes), ensure_ascii=False, sort_keys=True)
    (site.report / path).write_bytes(text.encode("utf-8", "replace"))


def _facts(site: Site, document: Document, quotes: Iterable[Quote]) -> dict[str, Any]:
    capture, wording = document.capture, site.wording
    pdf = document.mime == "application/pdf"
    return {
        "url": document.url,
        "ts": "".join(c for c in capture.captured_at if c.isdigit())[:14],
        "pdf": pdf,
        "replayable": pdf or document.mime in _SHOWN,
        "rendered": bool(capture.rendered_from),
        "digest": capture.digest,
        "title": document.title or wording.say("archive.untitled"),
        "authority": document.authority,
        "captured": wording.moment(capture.captured_at),
        "live": live_address(document.url),
        "quotes": {anchor(q.reference.id): _quoted(site, q) for q in quotes},
    }


def _quoted(site: Site, quote: Quote) -> dict[str, Any]:
    reference, text, wording = quote.reference, quote.document.text, site.wording
    citation = site.cite(quote)
    return {
        "quote": reference.quote,
        "before": quote.before,
        "after": quote.after,
        "around": [
            text[max(0, reference.start - _AROUND) : reference.start],
            text[reference.end : reference.end + _AROUND],
        ],
        "code": site.name_of(reference.code),
        "value": wording.coded(reference.code, reference.value),
        "rule": reference.rule,
        "score": wording.score(reference.score),
        "doubt": "" if reference.certain else wording.say("quote.uncertain"),
        "page": reference.page,
        "live": quote.live,
        "cite": {
            "text": citation.text,
            "fragment": citation.fragment,
            "selector": citation.selector,
        },
    }
