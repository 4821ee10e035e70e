"""References and decisions: what coding hands on to counting. Nothing here imports spaCy."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nlp.reading.documents import Document

KIND_THRESHOLD = 0.7
"""Score from which a page's kind is certain.

Of 306 labelled pages, each judged by a model that had not seen its council, 86 % of those scored
0.70-0.75 were right and 57 % of those scored 0.65-0.70; 55 % of the 49 below, 96 % of the rest.
"""


@dataclass(frozen=True)
class Reference:
    """One coded passage. Invariant: ``document.text[start:end] == quote``.

    ``value`` depends on the code (``required``, ``90``, ``P10D``, ``2014-10-15`` …); ``block`` is
    the index of the document's block that holds ``start``; ``page`` the PDF page or 0; ``rule``
    names the codebook pattern or model that decided; ``score`` lies in 0-1, and below its code's
    threshold the reference is "to check" (``certain`` is false) and counts in no decision; ``tags``
    qualify it (head_office, education, vague …).
    """

    id: str
    document_id: str
    authority: str
    code: str
    value: str
    start: int
    end: int
    quote: str
    block: int
    page: int
    rule: str
    score: float
    certain: bool = True
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """What a document is: call, international_page, organisation or other, and how sure (0-1)."""

    kind: str
    score: float
    rule: str

    @property
    def certain(self) -> bool:
        """Whether the score reaches the threshold; below it the kind is "to check"."""
        return self.score >= KIND_THRESHOLD


@dataclass(frozen=True)
class CallGroup:
    """The documents that make one edition of one call: page, règlement, form, copies.

    ``edition`` is the year it says it is for, or empty; ``superseded`` is true when a later edition
    of the same call is in the campaign.
    """

    id: str
    authority: str
    title: str
    edition: str
    document_ids: tuple[str, ...]
    urls: tuple[str, ...]
    superseded: bool = False


@dataclass(frozen=True)
class Call:
    """A call decided from its references. Field by field a row of ``calls.csv``.

    Several values are tuples; an empty string or tuple and None mean "not stated".
    ``evidence`` leads from a field's name to the ids of the references it rests on; ``to_check``
    from a field that is to check to the uncertain references, any of which would change it.
    """

    call_id: str
    authority: str
    title: str
    edition: str
    superseded: bool
    document_ids: tuple[str, ...]
    urls: tuple[str, ...]
    applicant_location: str
    applicant_location_kinds: tuple[str, ...]
    applicant_location_quote: str
    france_actions: str
    france_action_kinds: tuple[str, ...]
    partner_operator: bool
    partner_countries: bool
    partner_countries_list: tuple[str, ...]
    partner_duration: str
    legal_status: tuple[str, ...]
    min_age: str
    cofunding_rate_max: float | None
    amount_max: float | None
    deadlines: tuple[str, ...]
    excluded_expenses: bool
    international_solidarity: bool
    international: bool
    evidence: Mapping[str, tuple[str, ...]]
    to_check: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Authority:
    """A council decided from its references. Field by field a row of ``authorities.csv``.

    ``nature`` is economic, sociocultural, both or none; ``calls`` counts its current calls for
    international solidarity; ``pages_read`` counts documents, copies left out; ``evidence`` and
    ``to_check`` are as in ``Call``.
    """

    authority: str
    announces_spillovers: bool
    nature: str
    institution: bool
    precise: bool
    calls: int
    pages_read: int
    evidence: Mapping[str, tuple[str, ...]]
    to_check: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Coding:
    """All that coding found in a campaign.

    ``lemmas`` counts, per document id, the lemmas of its running text (boilerplate, stop words and
    duplicates left out); ``forms`` gives the commonest written form of a lemma.
    """

    documents: tuple[Document, ...]
    kinds: Mapping[str, Kind]
    references: tuple[Reference, ...]
    calls: tuple[Call, ...]
    authorities: tuple[Authority, ...]
    lemmas: Mapping[str, Mapping[str, int]]
    forms: Mapping[str, str]
    codebook_version: str
