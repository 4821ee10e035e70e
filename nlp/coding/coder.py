"""Documents → Coding: kinds, references, calls, councils, vocabulary of a campaign."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from corpora.campaign import Event, Progress
from crawler.sources import Source
from nlp.coding.calls import gather_calls
from nlp.coding.codebook import Codebook
from nlp.coding.decisions import decide_authority, decide_call
from nlp.coding.memory import RememberingCoder, kinds_of
from nlp.coding.references import Authority, Call, Coding, Kind, Reference
from nlp.coding.themes import themes_of
from nlp.coding.vocabulary import VocabularyCounter
from nlp.reading.documents import Document


def code_documents(
    documents: Sequence[Document],
    sources: Sequence[Source],
    codebook: Codebook,
    memory: Path,
    progress: Progress = lambda stage, done, total: None,
) -> tuple[Coding, list[Event]]:
    """Code a campaign's documents; ``memory`` is the folder that keeps what was found in them.

    Documents in another language than French are kept, told and not coded.
    """
    kinds = kinds_of(documents, memory / "kinds.json")
    references: list[Reference] = []
    calls: list[Call] = []
    authorities: list[Authority] = []
    events: list[Event] = []
    own: defaultdict[str, list[Document]] = defaultdict(list)
    for document in documents:
        own[document.authority].append(document)
    done = 0
    with (
        RememberingCoder(codebook, sources, memory / "coded.jsonl") as coder,
        VocabularyCounter(memory / "vocabulary.jsonl") as counter,
    ):
        # A council of which no page was read is decided on too.
        for name in sorted({source.name for source in sources} | own.keys()):
            found: dict[str, list[Reference]] = {}
            for document in own[name]:
                progress("code", done, len(documents))
                done += 1
                kind = kinds[document.id].kind
                if document.language not in ("fr", ""):
                    reason = f"the page is in {document.language!r}: read, not coded"
                    events.append(Event("code", "info", "other_language", document.url, reason))
                    kind = ""
                if not document.duplicate_of:
                    found[document.id], cuts = coder.code(document, kind)
                    counter.count(document, cuts)
            decided = _calls(own[name], kinds, found)
            told = [reference for of_document in found.values() for reference in of_document]
            # A page of which nobody knows the council is coded, and counts for none.
            if name:
                authorities.append(decide_authority(name, own[name], kinds, told, decided))
            references += told
            calls += decided
    progress("code", len(documents), len(documents))
    coding = Coding(
        documents=tuple(documents),
        kinds=kinds,
        references=tuple(references),
        calls=tuple(calls),
        authorities=tuple(authorities),
        lemmas=counter.lemmas,
        forms=counter.forms,
        codebook_version=codebook.version,
    )
    return coding, events


def _calls(
    own: Sequence[Document], kinds: Mapping[str, Kind], found: Mapping[str, list[Reference]]
) -> list[Call]:
    """An authority's calls, by title."""
    by_id = {document.id: document for document in own}
    return [
        decide_call(
            group,
            [reference for id_ in group.document_ids for reference in found.get(id_, ())],
            themes_of([by_id[id_] for id_ in group.document_ids]),
        )
        for group in gather_calls(own, kinds)
    ]
