"""Evidence: from a figure, a call's field or a council's to the quotes it rests on."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from nlp.coding.references import Authority, Call, Coding, Reference
from nlp.reading.documents import Document
from nlp.reporting.pages.places import archived_page, live_address, quote_anchor

_CONTEXT = 140  # characters on either side of a quote: about two lines of print


@dataclass(frozen=True)
class Quote:
    """A coded passage with what a reader needs to judge it.

    ``before`` and ``after`` are the block's words around it; ``archived`` is its place in the
    report; ``live`` the page's address where that may be a link, else empty; ``id`` its anchor
    where it is on the page of its code.
    """

    reference: Reference
    document: Document
    before: str
    after: str
    archived: str
    live: str
    id: str = ""


@dataclass(frozen=True)
class Pointer:
    """A line of a list that leads on: ``href`` (from the report's folder) may be empty."""

    text: str
    href: str
    note: str = ""


@dataclass(frozen=True)
class Section:
    """A headed group of an evidence page: quotes, pointers, or a note that says there are none.

    ``decided`` where the note is a decision's value; ``continued`` where it began on the sheet
    before.
    """

    id: str
    heading: str
    note: str = ""
    quotes: tuple[Quote, ...] = ()
    pointers: tuple[Pointer, ...] = ()
    decided: bool = False
    continued: bool = False


@dataclass(frozen=True)
class CodeCount:
    """A code's distinct documents and passages (certain ones), and its passages to check."""

    code: str
    sources: int
    references: int
    to_check: int


class Evidence:
    """A coding, by id."""

    def __init__(self, coding: Coding, councils: Iterable[str], codes: Iterable[str]) -> None:
        """Index ``coding``.

        ``councils`` are the names of all councils of the campaign and ``codes`` the ids of all that
        was looked for: one of which nothing was found is shown as such.
        """
        self.coding = coding
        self._codes = tuple(codes)
        self._quotes: dict[str, Quote] = {}
        self.documents = {document.id: document for document in coding.documents}
        self.calls = {call.call_id: call for call in coding.calls}
        self._references = {
            reference.id: reference
            for reference in coding.references
            if reference.document_id in self.documents
        }
        decided = {council.authority: council for council in coding.authorities}
        self.councils = tuple(
            decided.get(name) or Authority(name, False, "none", False, False, 0, 0, {})
            for name in sorted({*councils, *decided})
        )

    def quotes(self, ids: Iterable[str]) -> tuple[Quote, ...]:
        """The quotes of those reference ids that the campaign holds, by council, page and place."""
        found = {id_: self._references[id_] for id_ in ids if id_ in self._references}
        return tuple(self._quoted(reference) for reference in self._ordered(found.values()))

    def of_code(self, code: str, *, certain: bool) -> tuple[Quote, ...]:
        """The quotes of a code that are certain, or those to check; copies left out."""
        ids = (r.id for r in self._counted if r.code == code and r.certain is certain)
        return tuple(replace(q, id=quote_anchor(q.reference.id)) for q in self.quotes(ids))

    def captured(self, call: Call) -> tuple[Document, ...]:
        """The call's documents that were captured and read."""
        return tuple(self.documents[id_] for id_ in call.document_ids if id_ in self.documents)

    @cached_property
    def by_authority(self) -> dict[str, list[Document]]:
        """Every document, by council."""
        found: dict[str, list[Document]] = {}
        for document in self.coding.documents:
            found.setdefault(document.authority, []).append(document)
        return found

    @cached_property
    def calls_of(self) -> dict[str, list[Call]]:
        """Every call, by council."""
        found: dict[str, list[Call]] = {}
        for call in self.coding.calls:
            found.setdefault(call.authority, []).append(call)
        return found

    @cached_property
    def by_document(self) -> dict[str, list[Reference]]:
        """Every reference, by document."""
        found: dict[str, list[Reference]] = {}
        for reference in self._references.values():
            found.setdefault(reference.document_id, []).append(reference)
        return found

    @cached_property
    def codes(self) -> tuple[CodeCount, ...]:
        """Sources and references per code: the codebook's in its order, then any other."""
        certain = [r for r in self._counted if r.certain]
        references = Counter(r.code for r in certain)
        sources = Counter(code for code, _ in {(r.code, r.document_id) for r in certain})
        checks = Counter(r.code for r in self._counted if not r.certain)
        others = sorted((references.keys() | checks.keys()).difference(self._codes))
        return tuple(
            CodeCount(code, sources[code], references[code], checks[code])
            for code in (*self._codes, *others)
        )

    @cached_property
    def _counted(self) -> tuple[Reference, ...]:
        return tuple(
            r for r in self._references.values() if not self.documents[r.document_id].duplicate_of
        )

    def _ordered(self, references: Iterable[Reference]) -> Sequence[Reference]:
        return sorted(
            references,
            key=lambda r: (r.authority, self.documents[r.document_id].url, r.start, r.end, r.id),
        )

    def _quoted(self, reference: Reference) -> Quote:
        # Shown on several pages, in two languages: its document is read from the disk once.
        if reference.id not in self._quotes:
            self._quotes[reference.id] = self._quote(reference)
        return self._quotes[reference.id]

    def _quote(self, reference: Reference) -> Quote:
        document = self.documents[reference.document_id]
        before = after = ""
        if 0 <= reference.block < len(document.blocks):
            block = document.blocks[reference.block]
            before = _tail(document.text[block.start : reference.start])
            after = _head(document.text[reference.end : max(block.end, reference.end)])
        return Quote(
            reference,
            document,
            before,
            after,
            archived_page(document.id, reference.id),
            live_address(document.url, reference.page),
        )


def pages_in_order(coding: Coding) -> list[Document]:
    """All pages, in the order of lists and search; the index of search names them by rank."""
    return sorted(coding.documents, key=lambda d: (d.authority, d.url, d.id))


def _head(text: str) -> str:
    if len(text) <= _CONTEXT:
        return text
    return text[:_CONTEXT].rpartition(" ")[0] + " …"


def _tail(text: str) -> str:
    if len(text) <= _CONTEXT:
        return text
    return "… " + text[-_CONTEXT:].partition(" ")[2]
