"""The page of a pair: criteria then and now with their passages, the wording side by side."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from nlp.coding.references import Call, Reference
from nlp.comparing.analysed import Analysed
from nlp.comparing.comparison import ComparedCall, Comparison
from nlp.comparing.criteria import FIELDS, FieldChange, value_of
from nlp.comparing.wording import Marks, SentenceChange
from nlp.counting.tables import SEPARATOR
from nlp.reading.documents import Document
from nlp.reporting.comparing.labels import CompareWording
from nlp.reporting.comparing.places import Report
from nlp.reporting.pages.places import live_address


@dataclass(frozen=True)
class Passage:
    """A quote with what a reader needs to judge it; each of its links may be empty."""

    quote: str
    title: str
    language: str
    captured_at: str
    page: int
    rule: str
    score: float
    replayed: str
    archived: str
    live: str


@dataclass(frozen=True)
class Values:
    """A list's values: those of then alone, those of both, those of now alone."""

    lost: tuple[str, ...]
    stays: tuple[str, ...]
    gained: tuple[str, ...]


@dataclass(frozen=True)
class Diff:
    """A criterion that changed; ``lists`` where one of its values is a list."""

    field: str
    name: str
    type: str
    sentence: str
    then: str
    now: str
    lists: Values | None
    passages_then: tuple[Passage, ...]
    passages_now: tuple[Passage, ...]
    to_check: bool


@dataclass(frozen=True)
class Piece:
    """A stretch of a sentence; ``marked``: the other sentence does not have it."""

    text: str
    marked: bool


@dataclass(frozen=True)
class Line:
    """A sentence then and now, in pieces, none where there is none; ``kind`` is one of KINDS."""

    kind: str
    then: tuple[Piece, ...]
    now: tuple[Piece, ...]


@dataclass(frozen=True)
class Lines:
    """Neighbouring sentences, all kept or none."""

    kept: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Edition:
    """One edition of a call or page: where its quotes, archived copy and live page are.

    ``searched`` says in how many captured documents of the call a criterion was looked for.
    """

    late: bool
    name: str
    call: Call | None
    document: Document | None
    href: str
    copy: str
    live: str
    searched: str = ""


class Pairs:
    """Builds what the pages of pairs show, in one language."""

    def __init__(
        self, comparison: Comparison, before: Report, after: Report, wording: CompareWording
    ) -> None:
        """``before`` and ``after`` are the campaigns' reports, which hold the archived copies."""
        self._comparison, self._wording = comparison, wording
        self._reports = before, after

    def differences(self, call: ComparedCall) -> tuple[Diff, ...]:
        """Every criterion that changed."""
        return tuple(self._diff(change) for change in call.changes)

    def unchanged(self, call: ComparedCall) -> list[tuple[str, str]]:
        """The criteria that did not change: their names, what both calls say."""
        then, now = call.match.then, call.match.now
        if then is None or now is None:
            return []
        changed = {change.field for change in call.changes}
        return [
            (self._wording.field(field), self._said(field, then))
            for field in FIELDS
            if field not in changed
        ]

    def alone(self, call: ComparedCall) -> list[tuple[str, str]]:
        """The criteria of a call that stands alone: their names, what it says."""
        only = call.match.now or call.match.then
        if only is None or call.where is None:
            return []
        return [(self._wording.field(field), self._said(field, only)) for field in FIELDS]

    def _said(self, field: str, call: Call) -> str:
        raw = value_of(call, field)
        return self._wording.in_short(field, raw) if raw else ""

    def _diff(self, change: FieldChange) -> Diff:
        comparison, wording = self._comparison, self._wording
        listed = SEPARATOR in change.then + change.now
        return Diff(
            field=change.field,
            name=wording.field(change.field),
            type=change.type,
            sentence=wording.sentence(change, comparison.before.name, comparison.after.name),
            then=wording.in_short(change.field, change.then),
            now=wording.in_short(change.field, change.now),
            lists=self._lists(change) if listed else None,
            passages_then=self.passages(change.passages_then, late=False),
            passages_now=self.passages(change.passages_now, late=True),
            to_check=change.to_check,
        )

    def _lists(self, change: FieldChange) -> Values:
        then, now = (self._wording.values(change.field, raw) for raw in (change.then, change.now))
        return Values(
            tuple(value for value in then if value not in now),
            tuple(value for value in then if value in now),
            tuple(value for value in now if value not in then),
        )

    def passages(self, references: Iterable[Reference], *, late: bool) -> tuple[Passage, ...]:
        """The passages of the earlier campaign, or of the later one."""
        return tuple(self._passage(reference, late=late) for reference in references)

    def _passage(self, reference: Reference, *, late: bool) -> Passage:
        document = self._campaign(late).documents.get(reference.document_id)
        report = self._reports[late]
        return Passage(
            quote=reference.quote,
            title=document.title if document else "",
            language=(document.language if document else "") or "fr",
            captured_at=document.capture.captured_at if document else "",
            page=reference.page,
            rule=reference.rule,
            score=reference.score,
            replayed=report.replay(reference.document_id, reference.id),
            archived=report.copy(reference.document_id, reference.id),
            live=live_address(document.url, reference.page) if document else "",
        )

    def _campaign(self, late: bool) -> Analysed:
        return self._comparison.after if late else self._comparison.before

    def documents(self, call: Call | None, *, late: bool) -> tuple[Document, ...]:
        """The captured documents of a call, the main one first."""
        held = self._campaign(late).documents
        ids = call.document_ids if call else ()
        return tuple(held[id_] for id_ in ids if id_ in held)


def side_by_side(changes: Iterable[SentenceChange]) -> tuple[Lines, ...]:
    """The sentences in their order, those kept gathered where they are neighbours."""
    lines = (
        Line(
            change.kind,
            tuple(pieces(change.then.text, change.marks_then)) if change.then else (),
            tuple(pieces(change.now.text, change.marks_now)) if change.now else (),
        )
        for change in changes
    )
    return tuple(
        Lines(kept, tuple(group))
        for kept, group in groupby(lines, key=lambda line: line.kind == "kept")
    )


def pieces(text: str, marks: Marks) -> Iterator[Piece]:
    """The text cut at its marks; joined, the pieces are the text."""
    reached = 0
    for start, end in marks:
        if start > reached:
            yield Piece(text[reached:start], marked=False)
        yield Piece(text[start:end], marked=True)
        reached = end
    if reached < len(text):
        yield Piece(text[reached:], marked=False)
