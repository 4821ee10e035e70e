"""Provenance checked from end to end: archive records, documents, references."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from corpora.campaign import Campaign, InputError
from crawler.archive.capture import ArchiveError, read_body
from crawler.archive.captures import read_captures
from crawler.archive.verifying import verify_archive
from nlp.counting.results import read_table
from nlp.counting.stores import defused
from nlp.reading.documents import Document, read_documents
from nlp.reading.reader import DOCUMENTS


@dataclass(frozen=True)
class Verification:
    """How much was checked, and one line for each thing that does not hold.

    ``analysed`` tells whether there were results: else the archive alone was checked.
    """

    records: int
    documents: int
    references: int
    problems: tuple[str, ...]
    analysed: bool


def verify(campaign: Campaign) -> Verification:
    """Check every record's digest, every document's record and every reference's quote.

    Of a campaign that was not analysed the records alone. Raises InputError where there is none.
    """
    if not campaign.archive.is_dir():
        raise InputError(
            f"campaign {campaign.name!r} does not exist ({campaign.archive} is missing)"
        )
    problems = list(verify_archive(campaign.archive))
    captures = {capture.record_id: capture for capture in read_captures(campaign.archive)}
    path = campaign.corpus / DOCUMENTS
    documents = {d.id: d for d in read_documents(path)} if path.exists() else {}
    for document in documents.values():
        problems += _document_problems(campaign, document, captures.keys())
    analysed = campaign.state.exists() or (campaign.outputs / "tables").exists()
    references = read_table(campaign, "references") if analysed else []
    for row in references:
        problems += _reference_problems(row, documents)
    return Verification(len(captures), len(documents), len(references), tuple(problems), analysed)


def _document_problems(
    campaign: Campaign, document: Document, records: Collection[str]
) -> Iterator[str]:
    capture = document.capture
    if capture.record_id not in records:
        yield f"document {document.id}: its record {capture.record_id} is not in the archive"
        return
    try:
        body = read_body(campaign.archive, capture)
    except ArchiveError as error:
        yield f"document {document.id}: {error}"
        return
    if hashlib.sha256(body.content).hexdigest() != capture.digest:
        yield f"document {document.id}: record {capture.record_id} has another digest"


def _reference_problems(row: Mapping[str, str], documents: Mapping[str, Document]) -> Iterator[str]:
    document = documents.get(row["document_id"])
    if document is None:
        yield f"reference {row['reference_id']}: no document {row['document_id']}"
    elif defused(document.text[int(row["start"]) : int(row["end"])]) != row["quote"]:
        yield f"reference {row['reference_id']}: its quote is not what stands at its offsets"
