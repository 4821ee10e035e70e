"""Documents → Coding: kinds, references, calls, councils, vocabulary of a campaign."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from corpora.campaign import Event, Progress
from crawler.sources import Source
from nlp.coding.calls import gather_calls
from nlp.coding.codebook import Codebook
from nlp.coding.decisions import Themes, decide_authority, decide_call
from nlp.coding.gazetteer import Gazetteer
from nlp.coding.matching import Coder
from nlp.coding.memory import kinds_of
from nlp.coding.references import Coding, Reference
from nlp.coding.themes import is_international, is_solidarity
from nlp.coding.vocabulary import count_vocabulary
from nlp.reading.documents import Document


def code_documents(
    documents: Sequence[Document],
    sources: Sequence[Source],
    codebook: Codebook,
    memory: Path,
    progress: Progress = lambda stage, done, total: None,
) -> tuple[Coding, list[Event]]:
    """Code a campaign's documents; ``memory`` is the folder that keeps kinds and vocabulary.

    Documents in another language than French are kept, told and not coded.
    """
    kinds = kinds_of(documents, memory / "kinds.json")
    coder = Coder(codebook, Gazetteer(sources))
    references: list[Reference] = []
    events = []
    for done, document in enumerate(documents):
        progress("code", done, len(documents))
        if document.language not in ("fr", ""):
            reason = f"the page is in {document.language!r}: read, not coded"
            events.append(Event("code", "info", "other_language", document.url, reason))
        elif not document.duplicate_of:
            references += coder.references(document, kinds[document.id].kind)
    progress("code", len(documents), len(documents))
    by_id = {document.id: document for document in documents}
    found: defaultdict[str, list[Reference]] = defaultdict(list)
    for reference in references:
        found[reference.document_id].append(reference)
    calls = tuple(
        decide_call(
            group,
            [reference for document_id in group.document_ids for reference in found[document_id]],
            _themes([by_id[document_id] for document_id in group.document_ids]),
        )
        for group in gather_calls(documents, kinds)
    )
    # A page of which nobody knows the council is coded, and counts for none.
    names = sorted({source.name for source in sources} | {d.authority for d in documents} - {""})
    authorities = tuple(
        decide_authority(name, documents, kinds, references, calls) for name in names
    )
    vocabulary = count_vocabulary(documents, memory / "vocabulary.json")
    coding = Coding(
        documents=tuple(documents),
        kinds=kinds,
        references=tuple(references),
        calls=calls,
        authorities=authorities,
        lemmas=vocabulary.lemmas,
        forms=vocabulary.forms,
        codebook_version=codebook.version,
    )
    return coding, events


def _themes(documents: Sequence[Document]) -> Themes:
    international, _ = is_international(documents)
    solidarity, _ = is_solidarity(documents)
    return Themes(international or solidarity, solidarity)
