"""What a campaign says of the texts that the gold judges: decisions, their evidence, how sure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from corpora.campaign import Campaign
from nlp.coding.references import Kind
from nlp.counting.results import Row, read_table
from nlp.counting.stores import defused
from nlp.evaluating.fields import CALL_FIELDS, CATEGORIES, COUNCIL_FIELDS, Field, states
from nlp.evaluating.gold import Judged, plain
from nlp.evaluating.words import Words
from nlp.reading.documents import Document, read_documents
from nlp.reading.reader import DOCUMENTS


@dataclass(frozen=True)
class Answer:
    """What the campaign says of one text of the gold.

    ``row`` is the document's row (empty for a council as a whole); ``document_ids`` are those of
    the call that the text belongs to, else its own; ``labels`` the canonical values by field;
    ``references`` all rows of those documents, surest first; ``decided`` leads from a field to the
    ids of the references it rests on.
    """

    row: Mapping[str, str]
    document_ids: tuple[str, ...]
    labels: Mapping[str, Any]
    references: tuple[Row, ...]
    decided: Mapping[str, frozenset[str]]
    location_quote: str = ""

    @property
    def url(self) -> str:
        """The document's address; of a council as a whole there is none."""
        return self.row.get("url", "")

    def evidence(self, field: Field) -> tuple[Row, ...]:
        """The references that a field's decision rests on, surest first."""
        if field.group == "spillovers" and not field.evidence:
            return tuple(r for r in self.of_codes(field) if announced(r) and r["certain"] == "true")
        ids = self.decided.get(field.evidence, frozenset())
        return tuple(r for r in self.references if r["reference_id"] in ids)

    def of_codes(self, field: Field) -> tuple[Row, ...]:
        """All references of the field's codes, surest first."""
        found = (r for r in self.references if r["code"] in field.codes)
        if field.group == "spillovers" and self.row:  # those of the page, not of its call
            found = (r for r in found if r["document_id"] == self.row["document_id"])
        return tuple(found)

    def confidence(self, field: Field) -> float | None:
        """How sure a decision is, 0 to 1; None where it rests on no score (a call's theme).

        The score of the surest reference it rests on; for "not stated", 1 minus the score of the
        surest reference to check, 1 where there is none; for a kind of page, the kind's score.
        """
        if field.name == "page_kind":
            return float(self.row["kind_score"])
        if not field.codes:
            return None
        if states(self.labels[field.name]):
            return max((float(r["score"]) for r in self.evidence(field)), default=None)
        unsure = [r for r in self.of_codes(field) if r["certain"] != "true"]
        if field.group == "spillovers":
            unsure = [r for r in unsure if announced(r)]
        return round(1 - max((float(r["score"]) for r in unsure), default=0.0), 4)


def announced(reference: Row) -> bool:
    """Whether a spillover is announced, not told of the past or used as a criterion."""
    return reference["value"] == "announced"


class Results:
    """A campaign's tables and documents, found by what the gold knows of a text."""

    def __init__(self, campaign: Campaign) -> None:
        """Read the tables; raises InputError where the campaign was not analysed."""
        self.rows = {row["document_id"]: row for row in read_table(campaign, "documents")}
        self.authorities = {row["authority"]: row for row in read_table(campaign, "authorities")}
        corpus = campaign.corpus / DOCUMENTS
        self.documents: dict[str, Document] = (
            {d.id: d for d in read_documents(corpus)} if corpus.exists() else {}
        )
        self._call_of = {
            document: call
            for call in read_table(campaign, "calls")
            for document in call["document_ids"].split("|")
        }
        self._references: defaultdict[str, list[Row]] = defaultdict(list)
        for row in read_table(campaign, "references"):
            self._references[row["document_id"]].append(row)
        self._words: dict[str, Words] = {}
        self._by_url = {row["url"]: row for row in self.rows.values()}
        self._by_tail: dict[str, Row] = {}
        self._by_title: dict[tuple[str, str], Row] = {}
        for row in self.rows.values():
            path = "/" + row["url"].split("://")[-1].partition("/")[2]
            name = row["url"].rpartition("/")[2]
            for tail in (path, name, name.rpartition(".")[0]):
                self._by_tail.setdefault(tail, row)
            self._by_title.setdefault((row["authority"], plain(row["title"])), row)

    def rejudge(self, kinds: Mapping[str, Kind]) -> None:
        """Take these kinds of documents for those of the tables."""
        for document_id, kind in kinds.items():
            told = {"kind": kind.kind, "kind_score": str(kind.score), "kind_rule": kind.rule}
            self.rows[document_id].update(told)

    def answer(self, judged: Judged) -> Answer | None:
        """What the campaign says of a text; None where it was not read."""
        if not judged.urls:
            return self._council(judged.authority)
        row = self.document(judged)
        if row is None:
            return None
        call = self._call_of.get(row["document_id"])
        ids = tuple(call["document_ids"].split("|")) if call else (row["document_id"],)
        # Spillovers are those of the page itself, criteria those of all documents of the call.
        own = self._references[row["document_id"]]
        said = {r["code"] for r in own if announced(r) and r["certain"] == "true"}
        labels: dict[str, Any] = {
            "page_kind": row["kind"],
            "announces": bool(said & set(CATEGORIES.values())),
            **{name: code in said for name, code in CATEGORIES.items()},
            **{field.name: field.read(call[field.column] if call else "") for field in CALL_FIELDS},
        }
        return Answer(
            row,
            ids,
            labels,
            _surest_first(r for id_ in ids for r in self._references[id_]),
            _decided(call),
            call["applicant_location_quote"] if call else "",
        )

    def _council(self, authority: str) -> Answer | None:
        row = self.authorities.get(authority)
        if row is None:
            return None
        decided = _decided(row)
        natures = decided.get("economic", frozenset()) | decided.get("sociocultural", frozenset())
        ids = tuple(id_ for id_, one in self.rows.items() if one["authority"] == authority)
        return Answer(
            {},
            ids,
            {field.name: field.read(row[field.column]) for field in COUNCIL_FIELDS},
            _surest_first(r for id_ in ids for r in self._references[id_]),
            {**decided, "nature": natures},
        )

    def document(self, judged: Judged) -> Row | None:
        """The document that the gold speaks of.

        Found by its URL, else its title, else a URL's last part.
        """
        for url in judged.urls:
            if url in self._by_url:
                return self._by_url[url]
        titled = self._by_title.get((judged.authority, plain(judged.title)))
        if titled and judged.title:
            return titled
        return next((self._by_tail[u] for u in judged.urls if u in self._by_tail), None)

    def own_references(self, document_id: str) -> tuple[Row, ...]:
        """The references of one document, surest first."""
        return _surest_first(self._references[document_id])

    def words(self, document_id: str) -> Words:
        """The words of a document's text; none where it is not in the corpus."""
        if document_id not in self._words:
            document = self.documents.get(document_id)
            self._words[document_id] = Words(document.text if document else "")
        return self._words[document_id]

    def inexact(self, document_ids: Iterable[str]) -> tuple[int, tuple[str, ...]]:
        """How many quotes the documents have, and the references whose quote is not exact.

        A quote is exact that stands, word for word, at its offsets in its document's text.
        """
        rows = [r for id_ in sorted(set(document_ids)) for r in self._references[id_]]
        return len(rows), tuple(r["reference_id"] for r in rows if not self._exact(r))

    def _exact(self, reference: Row) -> bool:
        document = self.documents.get(reference["document_id"])
        if document is None:
            return False
        passage = document.text[int(reference["start"]) : int(reference["end"])]
        return bool(passage) and defused(passage) == reference["quote"]


def _surest_first(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(
        sorted(
            rows,
            key=lambda r: (-float(r["score"]), r["document_id"], int(r["start"]), r["code"]),
        )
    )


def _decided(row: Row | None) -> dict[str, frozenset[str]]:
    """The reference ids behind each field of a row of calls or authorities."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for pair in (row["evidence"] if row else "").split("|"):
        field, _, reference = pair.partition("=")
        found[field].add(reference)
    return {field: frozenset(ids) for field, ids in found.items()}
