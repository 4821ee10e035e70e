"""The sample's two editions as if they had been crawled and coded without an error.

Calls, councils and their values come from the truth; passages from the quotes that the truth and
the list of changes give, so that the comparison is tested apart from what finds them.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from lxml import html

from corpora import BUNDLED
from corpora.sample.changes import CouncilChanges, load_changes
from corpora.sample.edition import Site, bundled, load_edition
from corpora.sample.truth import CallTruth, CouncilTruth, load_truth
from crawler.archive.capture import Capture
from crawler.sources import load_sources
from nlp.coding.references import Authority, Call, Reference
from nlp.comparing.analysed import Analysed, Answer, address
from nlp.comparing.criteria import CRITERIA, FIELDS, value_of
from nlp.reading.documents import Block, Document

CHANGES = load_changes(bundled("2026"), bundled("2014"))
_BLOCKS = ("p", "li", "h1", "h2", "h3", "h4", "td", "th", "dt", "dd", "div", "blockquote")

Quotes = Mapping[tuple[str, str], Mapping[str, set[str]]]
"""(council, path of a call) → field → quotes."""


def url_of(council: str, path: str) -> str:
    return f"http://{council}.localhost{path}"


def editions() -> tuple[Analysed, Analysed]:
    """The editions of 2014 and 2026."""
    then, now = _quotes(CHANGES)
    before = _edition("2014", then)
    after = _edition("2026", now)
    asked = {url for call in before.calls for url in call.urls}
    sites = {site.slug: site for site in load_edition(bundled("2026")).sites}
    return before, _answering(after, sites, asked)


def _quotes(changes: Iterable[CouncilChanges]) -> tuple[Quotes, Quotes]:
    then: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    now: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for call in (call for council in changes for call in council.calls):
        for place in call.then:
            told = {c.field: c for c in call.changes if c.council == place.council}
            for name in CRITERIA:
                change = told.get(name)
                # What changed has its words; what did not has the same ones in both years.
                same = f"{name} of {place.council} {place.path}"
                old = str(change.then) if change else same
                new = str(change.now) if change else same
                then[place.council, place.path][name].add(old)
                if call.now:
                    now[call.now.council, call.now.path][name].add(new)
    return then, now


def _edition(year: str, quotes: Quotes) -> Analysed:
    sites = {site.slug: site for site in load_edition(bundled(year)).sites}
    truths = load_truth(bundled(year))
    documents: dict[str, Document] = {}
    references: dict[str, Reference] = {}
    calls = []
    for truth in truths:
        site = sites[truth.slug]
        own = {page.path: _document(site, page.path) for page in truth.pages}
        documents |= {document.id: document for document in own.values()}
        for told in truth.calls:
            call, found = _call(truth, told, own, quotes.get((truth.slug, told.paths[0]), {}))
            calls.append(call)
            references |= {reference.id: reference for reference in found}
        references |= {r.id: r for r in _announced(truth, own)}
    return Analysed(
        name=f"sample-{year}",
        codebook="truth",
        program="truth",
        sources=load_sources(BUNDLED / "sources" / f"sample-{year}.yml").sources,
        documents=documents,
        kinds={},
        references=references,
        calls=tuple(calls),
        authorities={t.authority: _authority(t, list(references.values())) for t in truths},
        families=(),
        events=(),
    )


def _answering(after: Analysed, sites: Mapping[str, Site], asked: Iterable[str]) -> Analysed:
    """What the later web answers to the addresses of the earlier one's calls."""
    answers = {}
    for url in asked:
        host, _, path = url.removeprefix("http://").partition("/")
        site = sites.get(host.removesuffix(".localhost"))
        page = next((p for p in site.pages if p.path == f"/{path}"), None) if site else None
        if page is not None and site is not None and site.may_crawl(page.path):
            location = page.location or page.path
            status = 200 if page.status == 301 else page.status
            answers[address(url)] = Answer(status, url_of(site.slug, location))
    robots = {site.host: site.robots for site in sites.values()}
    return replace(after, answers=answers, robots=robots)


def _document(site: Site, path: str) -> Document:
    page = next((page for page in site.pages if page.path == path), None)
    file = next((file for file in site.files if file.path == path), None)
    if page is not None:
        title, texts = page.title, list(_html_texts(page.body))
    else:
        assert file is not None
        lines = [line.strip("#-*| ") for line in file.body.splitlines()]
        title, texts = file.title, [line for line in lines if line]
    blocks, start = [], 0
    for text in texts:
        blocks.append(Block("paragraph", start, start + len(text)))
        start += len(text) + 1
    whole = "\n".join(texts)
    url = url_of(site.slug, path)
    digest = hashlib.sha256(f"{url} {whole}".encode()).hexdigest()
    capture = Capture(
        url, site.name, "2026-01-01T00:00:00Z", 200, "text/html", digest, "a.warc.gz", 0, digest
    )
    return Document(
        digest[:16], site.name, title, url, "text/html", "fr", "", whole, tuple(blocks), (), capture
    )


def _html_texts(body: str) -> Iterator[str]:
    root = html.fragment_fromstring(body, create_parent="div")
    for element in root.iter(*_BLOCKS):
        inmost = not any(child.tag in _BLOCKS for child in element.iterdescendants())
        if inmost and (text := " ".join(element.text_content().split())):
            yield text


def _reference(document: Document, code: str, quote: str) -> Reference:
    id_ = hashlib.sha256(f"{document.id} {code} {quote}".encode()).hexdigest()[:16]
    return Reference(
        id_, document.id, document.authority, code, "", 0, len(quote), quote, 0, 0, "truth", 1.0
    )


def _call(
    truth: CouncilTruth,
    told: CallTruth,
    documents: Mapping[str, Document],
    quotes: Mapping[str, set[str]],
) -> tuple[Call, list[Reference]]:
    main = documents[told.paths[0]]
    fields = vars(told) | {
        "call_id": main.id,
        "authority": truth.authority,
        "title": main.title,
        "document_ids": tuple(documents[path].id for path in told.paths),
        "urls": tuple(url_of(truth.slug, path) for path in told.paths),
        "international_solidarity": told.solidarity,
    }
    call = Call(
        **{k: v for k, v in fields.items() if k not in ("paths", "solidarity")}, evidence={}
    )
    found = {}
    for name in FIELDS:
        said = (
            quotes.get(name, set())
            if name != "applicant_location"
            else {told.applicant_location_quote}
        )
        if value_of(call, name):
            found[name] = [_reference(main, name, quote) for quote in sorted(said) if quote]
    evidence = {name: tuple(r.id for r in made) for name, made in found.items() if made}
    call = Call(**(vars(call) | {"evidence": evidence}))
    return call, [reference for made in found.values() for reference in made]


def _announced(truth: CouncilTruth, documents: Mapping[str, Document]) -> Iterator[Reference]:
    for one in truth.spillovers:
        yield _reference(documents[one.path], "spillover", one.quote)


def _authority(truth: CouncilTruth, references: Iterable[Reference]) -> Authority:
    own = [r for r in references if r.code == "spillover" and r.authority == truth.authority]
    return Authority(
        authority=truth.authority,
        announces_spillovers=truth.announces_spillovers,
        nature=truth.nature,
        institution=truth.institution,
        precise=truth.precise,
        calls=sum(call.solidarity and not call.superseded for call in truth.calls),
        pages_read=len(truth.pages),
        evidence={"announces_spillovers": tuple(r.id for r in own)},
    )
