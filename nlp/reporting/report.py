"""The report: static pages that open from disk, from the figures down to each archived page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from corpora.campaign import Event
from nlp.coding.references import KIND_THRESHOLD, Coding
from nlp.counting.kept import Kept
from nlp.counting.study import Measured
from nlp.reading.shelf import digest_of
from nlp.reporting.pages.archived import archived_parts
from nlp.reporting.pages.beside import downloads, shown
from nlp.reporting.pages.checks import Checks
from nlp.reporting.pages.evidence import Evidence, Quote
from nlp.reporting.pages.front import Front, Picture, by_name, troubles
from nlp.reporting.pages.places import CHECKS, anchor, archived_page, live_address
from nlp.reporting.pages.quoted import TO_CHECK, EvidencePages
from nlp.reporting.wording import Wording

# HTML has no place for these; crawled text does bring them (lone surrogates cannot be written).
_UNWRITABLE = dict.fromkeys(
    [*range(9), 11, 12, *range(14, 32), 127, *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "\ufffd"
)
# Families of codes that have a colour and a kind of underline of their own.
_FAMILIES = ("spillover", "applicant", "france", "partner")


def write_report(
    outputs: Path,
    coding: Coding,
    study: Sequence[Measured],
    pictures: Iterable[Picture],
    events: Iterable[Event],
    labels: Mapping[str, str],
    thresholds: Mapping[str, float],
    *,
    campaign: str,
    versions: Mapping[str, str],
    councils: Iterable[str] = (),
    language: str = "fr",
) -> Path:
    """Write ``outputs/report`` and return its ``index.html``.

    ``study`` are the figures beside the published ones; ``pictures`` lie in ``outputs/figures``;
    ``labels`` name every code of the codebook in ``language`` (fr or en), ``thresholds`` give the
    score from which each is certain; ``versions`` lead from a program's or model's name to its
    version; ``councils`` name all councils of the campaign, so that one without any page is shown.
    The downloads are the tables found in ``outputs``, so write those first. Pages of an earlier
    report are removed. The same input gives the same bytes.

    Raises InputError on a language without labels.
    """
    wording = Wording(language)
    evidence = Evidence(coding, councils, labels)
    pages = EvidencePages(evidence, labels, wording)
    front = Front(evidence, pages, wording)
    told = list(events)
    councils_to_check = Checks(evidence, pages, wording).councils()
    environment = _environment(wording, labels, thresholds)
    report = outputs / "report"
    ground = language, campaign, labels, thresholds
    kept = Kept(outputs, "pages", ground, owned=("report/evidence/*", "report/archive/*"))
    for folder in ("evidence", "archive"):
        (report / folder).mkdir(parents=True, exist_ok=True)
    style = files("nlp.reporting").joinpath("style.css").read_text(encoding="utf-8")
    (report / "style.css").write_text(style, encoding="utf-8", newline="\n")

    def write(path: str, template: str, **given: object) -> None:
        root = "../" * path.count("/")
        text = environment.get_template(template).render(root=root, campaign=campaign, **given)
        (report / path).write_text(text, encoding="utf-8", newline="\n")

    def holds(path: str, *made_from: object) -> bool:
        return kept.holds(f"report/{path}", *made_from)

    write(
        "index.html",
        "index.html.j2",
        style=Markup(style),  # noqa: S704 - our own file, nothing crawled in it
        front=front,
        lede=front.lede(campaign),
        study=front.study(study),
        pictures=shown(pictures, outputs),
        refused=by_name(told),
        informed=sum(1 for event in told if event.level == "info"),
        downloads=downloads(outputs, wording),
        versions=[(wording.say("codebook"), coding.codebook_version), *sorted(versions.items())],
        passages=TO_CHECK,
        checks=CHECKS,
        councils_to_check=councils_to_check,
    )
    write(
        CHECKS,
        "check.html.j2",
        councils=councils_to_check,
        kind_threshold=KIND_THRESHOLD,
        passages=TO_CHECK,
    )
    read = [(digest_of(document), coding.kinds.get(document.id)) for document in coding.documents]
    if not holds("calls.html", coding.calls, [document.id for document in coding.documents]):
        write("calls.html", "calls.html.j2", front=front, calls=coding.calls)
    if not holds("pages.html", read, troubles(told)):
        write("pages.html", "pages.html.j2", front=front, refused=troubles(told))
    for page in pages.every(study):
        quotes = [_told_by(section.quotes) for section in page.sections]
        sections = [replace(section, quotes=()) for section in page.sections]
        if not holds(page.path, replace(page, sections=()), sections, quotes):
            write(page.path, "evidence.html.j2", page=page)
    for document in coding.documents:
        references = sorted(
            evidence.by_document.get(document.id, ()), key=lambda r: (r.start, r.end, r.id)
        )
        path = archived_page(document.id)
        original = evidence.documents.get(document.duplicate_of)
        copied = original and digest_of(original)
        if not holds(path, digest_of(document), references, copied):
            write(
                path,
                "archived.html.j2",
                document=document,
                parts=archived_parts(document, references),
                references=references,
                live=live_address(document.url),
                original=original,
            )
    kept.close()
    return report / "index.html"


def _told_by(quotes: Iterable[Quote]) -> list[tuple[object, ...]]:
    """What a page shows of quotes; their documents, which may be long, by digest."""
    return [(q.reference, q.before, q.after, q.live, digest_of(q.document)) for q in quotes]


def _environment(
    wording: Wording, labels: Mapping[str, str], thresholds: Mapping[str, float]
) -> Environment:
    environment = Environment(
        loader=PackageLoader("nlp.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_writable,
    )
    environment.globals.update(
        say=wording.say,
        words=wording,
        language=wording.language,
        anchor=anchor,
        archived_page=archived_page,
        family=_family,
        name_of=lambda code: labels.get(code, code),
        threshold_of=thresholds.get,
    )
    return environment


def _writable(value: object) -> object:
    # Markup is already finished output of a macro or of our own style sheet.
    return value.translate(_UNWRITABLE) if type(value) is str else value


def _family(code: str) -> str:
    first = code.partition(".")[0]
    return first if first in _FAMILIES else "other"
