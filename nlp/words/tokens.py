"""The tokens that an analysis kept, read back document by document, without the model."""

from collections.abc import Iterator

from corpora.campaign import Campaign, InputError
from nlp.coding.running import Running, running
from nlp.lines import Lines
from nlp.reading.documents import Document
from nlp.reading.shelf import Shelf, digest_of


def kept_tokens(campaign: Campaign) -> Iterator[tuple[Document, Running]]:
    """Each document of a campaign with its tokens, in the documents' order; copies left out.

    Raises InputError, saying what to run, where the campaign was not analysed or its tokens were
    not kept.
    """
    documents, vocabulary = (
        campaign.corpus / "documents.jsonl",
        campaign.corpus / "vocabulary.jsonl",
    )
    for path in (documents, vocabulary):
        if not path.exists():
            raise InputError(
                f"campaign {campaign.name!r} has no words yet ({path} is missing): run "
                f"`aect analyse {campaign.name}` first"
            )
    lines = Lines(vocabulary)
    for document in Shelf(documents).documents():
        if document.duplicate_of:
            continue
        tokens = running(lines.get(digest_of(document)) or {})
        if tokens is None:
            raise InputError(
                f"{vocabulary}: does not hold the tokens of {document.url}; run "
                f"`aect analyse {campaign.name}` again"
            )
        yield document, tokens
