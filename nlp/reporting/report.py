"""The report: static pages that open from disk, from the figures down to each archived page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from markupsafe import Markup

from corpora.campaign import Event
from nlp.coding.references import KIND_THRESHOLD, Coding
from nlp.counting.kept import Kept
from nlp.counting.study import Measured
from nlp.reading.documents import Document
from nlp.reading.shelf import digest_of
from nlp.reporting.comparing.listing import write_comparisons
from nlp.reporting.pages.archived import archived_parts
from nlp.reporting.pages.beside import downloads, shown
from nlp.reporting.pages.checks import Checks
from nlp.reporting.pages.events import by_name, troubles
from nlp.reporting.pages.evidence import Evidence, pages_in_order
from nlp.reporting.pages.front import Front, Picture
from nlp.reporting.pages.fulltext import INITIALS, word_shards
from nlp.reporting.pages.kwic import concordance
from nlp.reporting.pages.lexicon import families, frequent_words, specific_words
from nlp.reporting.pages.places import CHECKS, archived_page, live_address
from nlp.reporting.pages.quoted import TO_CHECK, EvidencePages
from nlp.reporting.pages.rows import Rows
from nlp.reporting.pages.searching import shards
from nlp.reporting.pages.sheets import Sheet, sheets
from nlp.reporting.replay.writing import write_replay
from nlp.reporting.site import NAVIGATION, Site, open_report

_OWNED = ("evidence/*", "archive/*")


@dataclass(frozen=True)
class _Told:
    """What all pages are made from, in any language."""

    outputs: Path
    evidence: Evidence
    study: Sequence[Measured]
    pictures: Mapping[str, Sequence[Picture]]
    events: Sequence[Event]
    versions: Mapping[str, str]
    kept: Kept
    digests: dict[str, str] = field(default_factory=dict)

    @cached_property
    def words(self) -> dict[str, object]:
        """What is told of words; it is the same in both languages."""
        tables = self.outputs / "tables"
        return {
            "frequent": frequent_words(self.coding),
            "families": families(tables),
            "specific": specific_words(tables),
            "concordance": concordance(self.coding),
        }

    @property
    def coding(self) -> Coding:
        return self.evidence.coding

    def digest(self, document: Document) -> str:
        """Of a document, found once: each of its quotes is shown on several pages."""
        if document.id not in self.digests:
            self.digests[document.id] = digest_of(document)
        return self.digests[document.id]


def write_report(
    outputs: Path,
    coding: Coding,
    study: Sequence[Measured],
    pictures: Mapping[str, Sequence[Picture]],
    events: Iterable[Event],
    labels: Mapping[str, Mapping[str, str]],
    thresholds: Mapping[str, float],
    *,
    campaign: str,
    versions: Mapping[str, str],
    councils: Iterable[str] = (),
    language: str = "fr",
) -> Path:
    """Write ``outputs/report`` in both languages and return its ``index.html``.

    The pages in ``language`` (fr or en) lie in ``report``, their twins in a folder named after the
    other language. ``study`` are the figures beside the published ones; ``pictures`` lead from a
    language to those that its pages show, which lie in ``outputs/figures``; ``labels`` lead from a
    language to the names of codes and lexical families by id; ``thresholds`` give, for every code,
    the score from which it is certain; ``versions`` lead from a program's or model's name to its
    version; ``councils`` name all councils of the campaign, so that one without any page is shown.
    The downloads, families and specificities are the tables found in ``outputs``, so write those
    first. Pages of an earlier report are removed. The same input gives the same bytes.

    Raises InputError on a language without labels, and where ``report`` holds something that is no
    report.
    """
    sites = open_report(outputs, campaign, labels, thresholds, language)
    ground = campaign, labels, thresholds
    # A report that was in the other language has left pages in a folder that no page leads to now.
    owned = [f"report/{folder}{pattern}" for folder in ("", "fr/", "en/") for pattern in _OWNED]
    owned += ["report/search/*", f"report/{language}/*.html"]
    told = _Told(
        outputs,
        Evidence(coding, councils, thresholds),
        study,
        pictures,
        tuple(events),
        versions,
        Kept(outputs, "pages", ground, owned=owned),
    )
    for site in sites:
        pages = EvidencePages(told.evidence, labels.get(site.wording.language, {}), site.wording)
        places = _write_evidence(site, told, pages)
        if not site.folder:
            _write_index_of_search(site, told, places)
        _write_lists(site, told, pages)
        _write_archive(site, told)
        told.kept.wrote(*(f"report/{site.folder}{page}.html" for page in NAVIGATION))
    write_replay(sites, told.evidence)
    told.kept.close()
    return outputs / "report" / "index.html"


def _holds(site: Site, told: _Told, path: str, *made_from: object) -> bool:
    return told.kept.holds(
        f"report/{site.folder}{path}", site.wording.language, site.folder, made_from
    )


def _write_evidence(site: Site, told: _Told, pages: EvidencePages) -> dict[str, str]:
    """Write the pages of quotes; where each reference stands among the quotes of its code."""
    places: dict[str, str] = {}
    for page in pages.every(told.study):
        cut = sheets(page)
        for sheet in cut:
            for section in sheet.sections:
                for quote in section.quotes:
                    if quote.id:
                        places[quote.reference.id] = f"{sheet.path}#{quote.id}"
            if not _holds(site, told, sheet.path, *_told_by(sheet, told)):
                site.write(sheet.path, "evidence.html.j2", page=page, sheet=sheet, sheets=cut)
    return places


def _told_by(sheet: Sheet, told: _Told) -> tuple[object, ...]:
    """What a sheet shows; the documents of its quotes, which may be long, by digest."""
    quotes = [
        (q.reference, q.before, q.after, q.live, q.id, told.digest(q.document))
        for section in sheet.sections
        for q in section.quotes
    ]
    bare = [(replace(section, quotes=()), len(section.quotes)) for section in sheet.sections]
    return replace(sheet.page, sections=()), sheet.number, sheet.of, sheet.contents, bare, quotes


def _write_index_of_search(site: Site, told: _Told, places: Mapping[str, str]) -> None:
    folder = site.report / "search"
    folder.mkdir(exist_ok=True)
    for name, text in shards(told.coding, places):
        path = f"search/{name}.js"
        if not _holds(site, told, path, text):
            (site.report / path).write_text(text, encoding="utf-8", newline="\n")
    # All at once: a page less changes the rank of those after it.
    documents = pages_in_order(told.coding)
    digests = [told.digest(document) for document in documents]
    files = [f"report/search/words-{initial}.js" for initial in INITIALS]
    if not told.kept.holds("words of the search", digests, files=files):
        for name, text in word_shards(documents):
            (folder / f"{name}.js").write_text(text, encoding="utf-8", newline="\n")


def _write_lists(site: Site, told: _Told, pages: EvidencePages) -> None:
    """The overview and the pages that it leads to."""
    wording, coding = site.wording, told.coding
    front, rows = Front(told.evidence, wording), Rows(told.evidence, pages, wording)
    checks = Checks(told.evidence, pages, wording).councils()
    events = told.events
    lede = front.lede(site.campaign)
    study = front.study(told.study, events)
    common = {
        "pictures": shown(told.pictures.get(wording.language, ()), told.outputs),
        "codes": rows.codes(),
    }
    site.write(
        "index.html",
        "index.html.j2",
        facts=front.facts(events, checks),
        lede=lede,
        study=study,
        natures=front.natures(),
        refused=by_name(events),
        style=Markup((site.report / "style.css").read_text(encoding="utf-8")),  # noqa: S704 - ours
        **common,
    )
    site.write(
        "councils.html", "councils.html.j2", rows=rows.councils(), natures=front.natures(), **common
    )
    site.write("calls.html", "calls.html.j2", rows=rows.calls(), **common)
    site.write("codes.html", "codes.html.j2", passages=TO_CHECK, **common)
    site.write("words.html", "words.html.j2", **told.words, **common)
    site.write(
        CHECKS, "check.html.j2", councils=checks, kind_threshold=KIND_THRESHOLD, passages=TO_CHECK,
        **common,
    )  # fmt: skip
    read = [(told.digest(document), coding.kinds.get(document.id)) for document in coding.documents]
    if not _holds(site, told, "pages.html", read, troubles(events)):
        site.write("pages.html", "pages.html.j2", rows=rows, refused=troubles(events))
    site.write("search.html", "search.html.j2", codes=rows.codes())
    write_comparisons(site, told.outputs)
    site.write(
        "method.html",
        "method.html.j2",
        versions=[
            (wording.say("codebook"), coding.codebook_version),
            *sorted(told.versions.items()),
        ],
        informed=sum(event.level == "info" for event in events),
    )
    whole, one_by_one = downloads(told.outputs, wording)
    site.write("downloads.html", "downloads.html.j2", whole=whole, tables=one_by_one, **common)


def _write_archive(site: Site, told: _Told) -> None:
    """Every document as it was read."""
    evidence = told.evidence
    for document in told.coding.documents:
        references = sorted(
            evidence.by_document.get(document.id, ()), key=lambda r: (r.start, r.end, r.id)
        )
        path = archived_page(document.id)
        original = evidence.documents.get(document.duplicate_of)
        copied = original and told.digest(original)
        if not _holds(site, told, path, told.digest(document), references, copied):
            site.write(
                path,
                "archived.html.j2",
                document=document,
                parts=archived_parts(document, references),
                references=references,
                live=live_address(document.url),
                original=original,
            )
