"""What the first page, the list of calls and the list of pages read show."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from corpora.campaign import Event
from nlp.coding.references import Call, Coding
from nlp.counting.study import Measured, solidarity_calls
from nlp.reporting.pages.criteria import (
    CALL_FIELDS,
    Decision,
    call_decision,
    council_decision,
)
from nlp.reporting.pages.evidence import Evidence
from nlp.reporting.pages.places import archived_page, doubt_place, evidence_page, slug
from nlp.reporting.pages.quoted import TO_CHECK, EvidencePages
from nlp.reporting.wording import Wording

_FREQUENT_WORDS = 40
_COUNCIL_HEADS = {
    "announces_spillovers": "announces",
    "nature": "nature",
    "institution": "institution",
    "precise": "precise",
}
_LEVELS = ("error", "warning", "info")


class Picture(NamedTuple):
    """A picture in ``outputs/<campaign>/figures``: file name, title, and what it shows in words.

    ``note`` is what else there is to know of it: the codebook that its counts rest on.
    """

    file: str
    title: str
    alt: str
    note: str = ""


@dataclass(frozen=True)
class Cell:
    """A table cell; ``href`` is empty if it rests on no quote, ``text`` if nothing is told.

    ``check`` leads to what would change it where the decision is to check.
    """

    label: str
    text: str
    href: str = ""
    check: str = ""


@dataclass(frozen=True)
class Row:
    """A council or a call: its name, what stands under it, and its cells."""

    name: str
    href: str
    under: str
    cells: tuple[Cell, ...]
    searched: str = ""


class Front:
    """Builds what the pages at the report's top show, in one language."""

    def __init__(self, evidence: Evidence, pages: EvidencePages, wording: Wording) -> None:
        """Show ``evidence`` in the words of ``wording``; ``pages`` name codes and calls."""
        self._evidence = evidence
        self._pages = pages
        self._wording = wording
        self._coding: Coding = evidence.coding

    def current(self) -> tuple[Call, ...]:
        """The calls that the study counts."""
        return solidarity_calls(self._coding)

    def lede(self, campaign: str) -> tuple[str, str]:
        """How much was read, and when."""
        wording, coding = self._wording, self._coding
        read = wording.say(
            "lede",
            campaign=campaign,
            pages=wording.count(len(coding.documents), "page_count"),
            councils=wording.count(len(self._evidence.councils), "council_count"),
            calls=wording.count(len(coding.calls), "call_count"),
            current=wording.number(len(self.current())),
        )
        times = sorted(d.capture.captured_at for d in coding.documents if d.capture.captured_at)
        if not times:
            return read, ""
        first, last = wording.day(times[0]), wording.day(times[-1])
        if first == last:
            return read, wording.say("lede_date", first=first)
        return read, wording.say("lede_dates", first=first, last=last)

    def study(self, rows: Iterable[Measured]) -> list[dict[str, object]]:
        """Each figure of the study beside the published one."""
        wording = self._wording
        return [
            {
                "label": row.published.label.get(wording.language, row.published.id),
                "found": wording.measure(row.value, row.of),
                "share": _share(row.value, row.of),
                "published": wording.measure(row.published.value, row.published.of),
                "published_share": _share(row.published.value, row.published.of),
                "verdict": _verdict(row),
                "rests_on": self._rests_on(row),
                "href": evidence_page("figure", row.published.id),
                "to_check": row.to_check,
            }
            for row in rows
        ]

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
                Cell(wording.say(f"councils.{noun}"), wording.number(number), f"{page}#{noun}")
                for noun, number in (("calls", council.calls), ("pages", council.pages_read))
            ]
            rows.append(Row(council.authority, page, "", tuple(cells)))
        return rows

    def calls(self, calls: Iterable[Call], *, notes: bool = False) -> list[Row]:
        """One row per call, one cell per criterion; ``notes`` adds edition and scope."""
        wording, rows = self._wording, []
        for call in calls:
            page = evidence_page("call", call.call_id)
            captured = wording.count(len(self._evidence.captured(call)), "document_count")
            cells = tuple(
                self._cell(f"fields.{field}", page, call_decision(call, field, wording, short=True))
                for field in CALL_FIELDS
            )
            under = [call.authority, *(self._pages.call_notes(call) if notes else ())]
            rows.append(
                Row(
                    call.title or call.call_id,
                    page,
                    " · ".join(under),
                    cells,
                    wording.say("searched", documents=captured),
                )
            )
        return rows

    def codes(self) -> list[dict[str, object]]:
        """Sources and references per code, and what is to check."""
        counts = self._evidence.codes
        most = max((count.references for count in counts), default=0) or 1
        return [
            {
                "code": count.code,
                "label": self._pages.label(count.code),
                "sources": count.sources,
                "references": count.references,
                "share": round(100 * count.references / most, 1),
                "to_check": count.to_check,
                "href": evidence_page("code", count.code),
                "check_href": f"{TO_CHECK}#{slug(count.code)}",
            }
            for count in counts
        ]

    def words(self) -> list[tuple[str, int]]:
        """The commonest lemmas in their commonest written form, with their numbers."""
        total: Counter[str] = Counter()
        for counts in self._coding.lemmas.values():
            total.update(counts)
        ordered = sorted(total.items(), key=lambda item: (-item[1], item[0]))
        forms = self._coding.forms
        return [(forms.get(lemma, lemma), n) for lemma, n in ordered[:_FREQUENT_WORDS]]

    def kinds(self) -> list[tuple[str, int]]:
        """How many pages of each kind were read."""
        found = Counter(self._kind(document.id) for document in self._coding.documents)
        ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
        return [(self._wording.name("kinds", kind), number) for kind, number in ordered]

    def copies(self) -> int:
        """How many documents repeat another."""
        return sum(1 for document in self._coding.documents if document.duplicate_of)

    def read(self) -> list[tuple[str, list[dict[str, object]]]]:
        """Every page read, by council."""
        ordered = sorted(self._coding.documents, key=lambda d: (d.authority, d.url, d.id))
        return [
            (
                authority,
                [
                    {
                        "document": document,
                        "href": archived_page(document.id),
                        "kind": self._wording.name("kinds", self._kind(document.id)),
                    }
                    for document in group
                ],
            )
            for authority, group in groupby(ordered, key=lambda d: d.authority)
        ]

    def _rests_on(self, row: Measured) -> str:
        # "13 calls say nothing" has no quote to show: it rests on the calls themselves.
        held = (
            (row.reference_ids, "quote_count"),
            (row.call_ids, "call_count"),
            (row.authorities, "council_count"),
        )
        for ids, noun in held:
            if ids:
                return self._wording.count(len(ids), noun)
        return self._wording.say("study.no_evidence")

    def _kind(self, document_id: str) -> str:
        kind = self._coding.kinds.get(document_id)
        return kind.kind if kind else "unknown"

    def _cell(self, head: str, page: str, decision: Decision) -> Cell:
        href = f"{page}#{decision.field}" if decision.evidence else ""
        check = doubt_place(page, decision.field) if decision.to_check else ""
        return Cell(self._wording.say(head), decision.text, href, check)


def troubles(events: Iterable[Event]) -> list[Event]:
    """Warnings and errors, in a stable order."""
    return sorted(
        (event for event in events if event.level != "info"),
        key=lambda e: (_rank(e.level), e.stage, e.name, e.subject, e.reason),
    )


def by_name(events: Sequence[Event]) -> list[tuple[Event, int]]:
    """The first event of each level, stage and name, and how many there are."""
    groups = groupby(troubles(events), key=lambda e: (e.level, e.stage, e.name))
    return [(group[0], len(group)) for group in (list(group) for _, group in groups)]


def _rank(level: str) -> int:
    return _LEVELS.index(level) if level in _LEVELS else len(_LEVELS)


def _share(value: int | None, of: int | None) -> float | None:
    """Percent, for a bar's length."""
    return None if value is None or not of else round(100 * value / of, 1)


def _verdict(row: Measured) -> str:
    published = row.published
    if published.value is None:
        return "no_peer"
    return "same" if (row.value, row.of) == (published.value, published.of) else "differs"
