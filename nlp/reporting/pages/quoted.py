"""What each page of quotes holds: one per figure, council, call and code, and one to check."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from nlp.coding.references import Authority, Call
from nlp.counting.study import Measured
from nlp.reporting.pages.criteria import (
    CALL_FIELDS,
    COUNCIL_FIELDS,
    SCOPE_FIELDS,
    Decision,
    call_decision,
    council_decision,
)
from nlp.reporting.pages.evidence import CodeCount, Evidence, Pointer, Quote, Section
from nlp.reporting.pages.places import archived_page, doubt_place, evidence_page, slug
from nlp.reporting.wording import Wording

TO_CHECK = "evidence/to-check.html"


@dataclass(frozen=True)
class EvidencePage:
    """A page of quotes: ``path`` in the report, its head, and its sections."""

    path: str
    kicker: str
    title: str
    lede: tuple[str, ...]
    sections: tuple[Section, ...]


class EvidencePages:
    """Builds the pages of quotes of a coding in one language."""

    def __init__(self, evidence: Evidence, labels: Mapping[str, str], wording: Wording) -> None:
        """``labels`` are the codes' names in the report's language."""
        self._evidence = evidence
        self._labels = labels
        self._wording = wording

    def every(self, study: Sequence[Measured]) -> Iterator[EvidencePage]:
        """All pages, in a stable order."""
        coding = self._evidence.coding
        yield from (self.figure(row) for row in study)
        yield from (self.council(authority) for authority in self._evidence.councils)
        yield from (self.call(call) for call in coding.calls)
        yield from (self.code(count) for count in self._evidence.codes)
        yield self.to_check()

    def figure(self, row: Measured) -> EvidencePage:
        """The councils, calls and passages that a figure counts."""
        wording = self._wording
        say, measure = wording.say, wording.measure
        calls = [self._evidence.calls[id_] for id_ in row.call_ids if id_ in self._evidence.calls]
        quotes = self._evidence.quotes(row.reference_ids)
        sections = []
        if row.authorities and not calls:
            pointers = tuple(
                Pointer(name, evidence_page("council", name)) for name in row.authorities
            )
            sections.append(Section("councils", say("study.councils_heading"), pointers=pointers))
        if calls:
            sections.append(
                Section("calls", say("study.calls_heading"), pointers=self._call_pointers(calls))
            )
        sections += self._by_council(quotes)
        figures = [say("study.found_sentence", found=measure(row.value, row.of))]
        published = row.published
        if published.value is not None:
            figures.append(
                say("study.published_sentence", published=measure(published.value, published.of))
            )
        definition = published.definition.get(wording.language, "")
        return EvidencePage(
            evidence_page("figure", published.id),
            say("study.figure"),
            published.label.get(wording.language, published.id),
            tuple(line for line in (" ".join(figures), definition) if line),
            tuple(sections),
        )

    def council(self, authority: Authority) -> EvidencePage:
        """A council's decisions, each with its quotes; its calls; its pages read."""
        say = self._wording.say
        name = authority.authority
        read = self._wording.count(authority.pages_read, "page_count")
        path = evidence_page("council", name)
        sections = [
            self._decided(
                path,
                council_decision(authority, field, self._wording),
                say("not_found_council", pages=read),
            )
            for field in COUNCIL_FIELDS
        ]
        calls = self._evidence.calls_of.get(name, [])
        sections.append(
            Section(
                "calls",
                say("councils.calls_heading"),
                "" if calls else say("councils.no_calls"),
                pointers=self._call_pointers(calls),
            )
        )
        pages = tuple(
            Pointer(d.title or say("archive.untitled"), archived_page(d.id), d.url)
            for d in self._evidence.by_authority.get(name, ())
        )
        none = "" if pages else say("councils.no_pages")
        sections.append(Section("pages", say("councils.pages_heading"), none, pointers=pages))
        pages_read = self._wording.count(authority.pages_read, "page_read")
        lede = say("councils.lede", pages=pages_read, calls=self._wording.number(authority.calls))
        return EvidencePage(path, say("councils.council"), name, (lede,), tuple(sections))

    def call(self, call: Call) -> EvidencePage:
        """A call's criteria, each with its quotes or with how many documents were searched."""
        say = self._wording.say
        path = evidence_page("call", call.call_id)
        captured = self._evidence.captured(call)
        searched = say(
            "not_stated_long", documents=self._wording.count(len(captured), "document_count")
        )
        sections = [
            self._decided(path, call_decision(call, field, self._wording), searched)
            for field in (*CALL_FIELDS, *SCOPE_FIELDS)
        ]
        known = {d.id: d for d in captured}
        documents = tuple(
            Pointer(known[id_].title or say("archive.untitled"), archived_page(id_), known[id_].url)
            if id_ in known
            else Pointer(id_, "", say("calls.not_captured"))
            for id_ in call.document_ids
        )
        sections.append(Section("documents", say("calls.documents_heading"), pointers=documents))
        lede = [call.authority, *self.call_notes(call)]
        return EvidencePage(path, say("calls.call"), call.title, tuple(lede), tuple(sections))

    def code(self, count: CodeCount) -> EvidencePage:
        """The certain quotes of a code."""
        wording = self._wording
        lede = wording.say(
            "codes.lede",
            references=wording.count(count.references, "reference_count"),
            sources=wording.count(count.sources, "source_count"),
        )
        return EvidencePage(
            evidence_page("code", count.code),
            wording.say("codes.code"),
            self.label(count.code),
            (count.code, lede),
            tuple(self._by_council(self._evidence.of_code(count.code, certain=True))),
        )

    def to_check(self) -> EvidencePage:
        """Every passage below its code's threshold, by code."""
        wording = self._wording
        counts = [count for count in self._evidence.codes if count.to_check]
        total = wording.count(sum(count.to_check for count in counts), "reference_count")
        sections = tuple(
            Section(
                slug(count.code),
                self.label(count.code),
                wording.say("check.count", references=wording.number(count.to_check)),
                self._evidence.of_code(count.code, certain=False),
            )
            for count in counts
        )
        lede = wording.say("check.count", references=total) if counts else wording.say("check.none")
        return EvidencePage(
            TO_CHECK,
            wording.say("report"),
            wording.say("check.passages_heading"),
            (lede, wording.say("check.note")),
            sections,
        )

    def label(self, code: str) -> str:
        """The code's name; its id where the codebook names none."""
        return self._labels.get(code, code)

    def call_notes(self, call: Call) -> list[str]:
        """What a call is beside its criteria: edition, scope, whether a later one replaces it."""
        say = self._wording.say
        if call.international_solidarity:
            notes = [say("calls.solidarity")]
        else:
            notes = [say("calls.international" if call.international else "calls.other")]
        if call.edition:
            notes.append(say("calls.edition", edition=call.edition))
        if call.superseded:
            notes.append(say("calls.superseded"))
        return notes

    def _decided(self, path: str, decision: Decision, otherwise: str) -> Section:
        doubtful = self._wording.count(len(decision.to_check), "reference_count")
        text = self._wording.say("check.count", references=doubtful)
        check = Pointer(text, doubt_place(path, decision.field))
        return Section(
            decision.field,
            self._wording.name("fields", decision.field),
            decision.text or otherwise,
            self._evidence.quotes(decision.evidence),
            pointers=(check,) if decision.to_check else (),
            decided=bool(decision.text),
        )

    def _call_pointers(self, calls: Iterable[Call]) -> tuple[Pointer, ...]:
        return tuple(
            Pointer(
                call.title or call.call_id,
                evidence_page("call", call.call_id),
                " · ".join((call.authority, *self.call_notes(call))),
            )
            for call in calls
        )

    def _by_council(self, quotes: Iterable[Quote]) -> Iterator[Section]:
        for name, group in groupby(quotes, key=lambda quote: quote.reference.authority):
            own = tuple(group)
            note = self._wording.count(len(own), "quote_count")
            yield Section(slug(name), name, note, own)
