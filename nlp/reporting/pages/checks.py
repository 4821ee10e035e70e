"""The page of decisions to check: by council, with the passages that would change them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from nlp.coding.references import Authority, Call, Kind
from nlp.reading.documents import Document
from nlp.reporting.pages.criteria import (
    CALL_FIELDS,
    COUNCIL_FIELDS,
    SCOPE_FIELDS,
    Decision,
    call_decision,
    council_decision,
)
from nlp.reporting.pages.evidence import Evidence, Quote
from nlp.reporting.pages.places import archived_page, doubt_place, evidence_page, slug
from nlp.reporting.pages.quoted import EvidencePages
from nlp.reporting.wording import Wording

_Owned = TypeVar("_Owned", Document, Call)


@dataclass(frozen=True)
class Doubt:
    """A decision to check: ``decided`` without the ``quotes``, any of which would change it."""

    id: str
    label: str
    decided: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True)
class Subject:
    """What the doubts are about: the council itself or one of its calls."""

    name: str
    href: str
    under: str
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True)
class UnsurePage:
    """A page whose kind is to check."""

    document: Document
    href: str
    kind: str
    score: float


@dataclass(frozen=True)
class CouncilChecks:
    """All that is to check of a council; its name is empty for pages of which none is known."""

    name: str
    subjects: tuple[Subject, ...]
    pages: tuple[UnsurePage, ...]

    @property
    def id(self) -> str:
        """The anchor of its section."""
        return slug(self.name)

    @property
    def decisions(self) -> int:
        """How many decisions on the council and its calls are to check."""
        return sum(len(subject.doubts) for subject in self.subjects)


class Checks:
    """Builds the page in one language."""

    def __init__(self, evidence: Evidence, pages: EvidencePages, wording: Wording) -> None:
        """Show ``evidence`` in the words of ``wording``; ``pages`` tell what a call is."""
        self._evidence = evidence
        self._pages = pages
        self._wording = wording

    def councils(self) -> tuple[CouncilChecks, ...]:
        """The councils of which anything is to check, by name."""
        documents = _by_authority(self._evidence.coding.documents)
        calls = _by_authority(self._evidence.coding.calls)
        decided = {council.authority: council for council in self._evidence.councils}
        found = (
            CouncilChecks(
                name,
                tuple(self._subjects(decided.get(name), calls.get(name, []))),
                tuple(self._unsure(documents.get(name, []))),
            )
            for name in sorted(documents.keys() | calls.keys() | decided.keys())
        )
        return tuple(council for council in found if council.subjects or council.pages)

    def _subjects(self, council: Authority | None, calls: Iterable[Call]) -> Iterator[Subject]:
        say = self._wording.say
        if council is not None:
            page = evidence_page("council", council.authority)
            decisions = (
                council_decision(council, field, self._wording) for field in COUNCIL_FIELDS
            )
            if doubts := tuple(self._doubts(page, decisions, say("check.nothing"))):
                yield Subject(say("check.council"), page, "", doubts)
        for call in calls:
            page = evidence_page("call", call.call_id)
            decisions = (
                call_decision(call, field, self._wording) for field in (*CALL_FIELDS, *SCOPE_FIELDS)
            )
            if doubts := tuple(self._doubts(page, decisions, say("not_stated"))):
                under = " · ".join(self._pages.call_notes(call))
                yield Subject(call.title or call.call_id, page, under, doubts)

    def _doubts(self, page: str, decisions: Iterable[Decision], otherwise: str) -> Iterator[Doubt]:
        for decision in decisions:
            if decision.to_check:
                yield Doubt(
                    doubt_place(page, decision.field).partition("#")[2],
                    self._wording.name("fields", decision.field),
                    decision.text or otherwise,
                    self._evidence.quotes(decision.to_check),
                )

    def _unsure(self, documents: Iterable[Document]) -> Iterator[UnsurePage]:
        kinds: Mapping[str, Kind] = self._evidence.coding.kinds
        for document in documents:
            kind = kinds.get(document.id)
            if kind and not kind.certain and not document.duplicate_of:
                yield UnsurePage(
                    document,
                    archived_page(document.id),
                    self._wording.name("kinds", kind.kind),
                    kind.score,
                )


def _by_authority(things: Iterable[_Owned]) -> dict[str, list[_Owned]]:
    found: dict[str, list[_Owned]] = {}
    for thing in things:
        found.setdefault(thing.authority, []).append(thing)
    return found
