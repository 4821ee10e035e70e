"""The rows of the report's tables: councils, calls with their criteria, codes, pages read."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from nlp.coding.references import Call
from nlp.counting.study import solidarity_calls
from nlp.reading.documents import Document
from nlp.reporting.pages.criteria import (
    CALL_FIELDS,
    Decision,
    call_decision,
    call_order,
    call_state,
    council_decision,
)
from nlp.reporting.pages.evidence import Evidence, pages_in_order
from nlp.reporting.pages.places import archived_page, doubt_place, evidence_page, slug
from nlp.reporting.pages.quoted import TO_CHECK, EvidencePages
from nlp.reporting.wording import Wording

_COUNCIL_HEADS = {
    "announces_spillovers": "announces",
    "nature": "nature",
    "institution": "institution",
    "precise": "precise",
}


@dataclass(frozen=True)
class Cell:
    """A table cell; ``href`` is empty if it rests on no quote, ``text`` if nothing is told.

    ``check`` leads to what would change it where the decision is to check. ``state`` is what the
    matrix is filtered by, ``order`` what it is sorted by (empty: last).
    """

    label: str
    text: str
    href: str = ""
    check: str = ""
    field: str = ""
    state: str = ""
    order: str = ""


@dataclass(frozen=True)
class Row:
    """A council or a call: its name, what stands under it, and its cells.

    ``scope`` of a call is study (one that the study counts), past or other.
    """

    name: str
    href: str
    cells: tuple[Cell, ...]
    council: str = ""
    notes: tuple[str, ...] = ()
    searched: str = ""
    scope: str = ""


@dataclass(frozen=True)
class CodeRow:
    """A code with its counts; ``share`` is its references in percent of the commonest code's."""

    code: str
    label: str
    sources: int
    references: int
    share: float
    to_check: int
    href: str
    check_href: str


@dataclass(frozen=True)
class ReadPage:
    """A page read: its archived copy's place and its kind in words."""

    document: Document
    href: str
    kind: str


class Rows:
    """Builds them in one language."""

    def __init__(self, evidence: Evidence, pages: EvidencePages, wording: Wording) -> None:
        """Show ``evidence`` in the words of ``wording``; ``pages`` name codes and calls."""
        self._evidence = evidence
        self._pages = pages
        self._wording = wording
        self._coding = evidence.coding

    def councils(self) -> list[Row]:
        """One row per council."""
        wording, rows = self._wording, []
        for council in self._evidence.councils:
            page = evidence_page("council", council.authority)
            cells = [
                self._cell(f"councils.{head}", page, council_decision(council, field, wording))
                for field, head in _COUNCIL_HEADS.items()
            ]
            cells += [
                Cell(
                    wording.say(f"councils.{noun}"),
                    wording.number(number),
                    f"{page}#{noun}",
                    order=str(number),
                )
                for noun, number in (("calls", council.calls), ("pages", council.pages_read))
            ]
            rows.append(Row(council.authority, page, tuple(cells)))
        return rows

    def calls(self) -> list[Row]:
        """One row per call, one cell per criterion: first those that the study counts."""
        current = solidarity_calls(self._coding)
        chosen = {call.call_id for call in current}
        others = sorted(
            (call for call in self._coding.calls if call.call_id not in chosen),
            key=lambda c: (c.authority, c.title, c.call_id),
        )
        return [self._call(call, "study") for call in current] + [
            self._call(call, "past" if call.superseded else "other") for call in others
        ]

    def codes(self) -> list[CodeRow]:
        """Sources and references per code, and what is to check."""
        counts = self._evidence.codes
        most = max((count.references for count in counts), default=0) or 1
        return [
            CodeRow(
                count.code,
                self._pages.label(count.code),
                count.sources,
                count.references,
                round(100 * count.references / most, 1),
                count.to_check,
                evidence_page("code", count.code),
                f"{TO_CHECK}#{slug(count.code)}",
            )
            for count in counts
        ]

    def kinds(self) -> list[tuple[str, int]]:
        """How many pages of each kind were read."""
        found = Counter(self._kind(document.id) for document in self._coding.documents)
        ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
        return [(self._wording.name("kinds", kind), number) for kind, number in ordered]

    def copies(self) -> int:
        """How many documents repeat another."""
        return sum(1 for document in self._coding.documents if document.duplicate_of)

    def read(self) -> list[tuple[str, list[ReadPage]]]:
        """Every page read, by council."""
        return [
            (
                authority,
                [
                    ReadPage(
                        document,
                        archived_page(document.id),
                        self._wording.name("kinds", self._kind(document.id)),
                    )
                    for document in group
                ],
            )
            for authority, group in groupby(pages_in_order(self._coding), key=lambda d: d.authority)
        ]

    def _call(self, call: Call, scope: str) -> Row:
        wording = self._wording
        page = evidence_page("call", call.call_id)
        captured = wording.count(len(self._evidence.captured(call)), "document_count")
        return Row(
            call.title or call.call_id,
            page,
            tuple(self._criterion(call, page, field) for field in CALL_FIELDS),
            call.authority,
            tuple(self._pages.call_notes(call)),
            wording.say("searched", documents=captured),
            scope,
        )

    def _criterion(self, call: Call, page: str, field: str) -> Cell:
        decision = call_decision(call, field, self._wording, short=True)
        state, order = call_state(call, field), call_order(call, field)
        return self._cell(f"fields.{field}", page, decision, state, order)

    def _kind(self, document_id: str) -> str:
        kind = self._coding.kinds.get(document_id)
        return kind.kind if kind else "unknown"

    def _cell(
        self, head: str, page: str, decision: Decision, state: str = "", order: str = ""
    ) -> Cell:
        href = f"{page}#{decision.field}" if decision.evidence else ""
        check = doubt_place(page, decision.field) if decision.to_check else ""
        label = self._wording.say(head)
        return Cell(label, decision.text, href, check, decision.field, state, order)
