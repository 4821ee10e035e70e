"""Citations: what a reader copies to name a quote, its page and the archive's proof of both."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nlp.coding.references import Reference
from nlp.reading.documents import Document
from nlp.reporting.pages.evidence import Quote
from nlp.reporting.pages.fragments import FragmentText
from nlp.reporting.pages.places import anchor, live_address, slug
from nlp.reporting.wording import Wording

_AROUND = 32
"""Characters of prefix and suffix in a selector, as the W3C's own examples have about as many."""


@dataclass(frozen=True)
class Citation:
    """How a quote is cited.

    ``text`` is a sentence for a footnote; ``permanent`` the quote's own link, from the report's
    folder; ``fragment`` the live address with a text fragment, empty where the address may be no
    link; ``selector`` a W3C Web Annotation as JSON, its positions in code points of the document's
    text.
    """

    text: str
    permanent: str
    fragment: str
    selector: str


class Citations:
    """Cites the quotes of one campaign in one language."""

    def __init__(self, campaign: str, wording: Wording) -> None:
        """``campaign`` is the campaign's name."""
        self._campaign, self._wording = campaign, wording

    def of(self, quote: Quote) -> Citation:
        """The citation of a quote."""
        reference, document = quote.reference, quote.document
        return Citation(
            self._text(reference, document),
            permanent_link(document.id, reference.id),
            _address(document, reference),
            _annotation(document, reference),
        )

    def _text(self, reference: Reference, document: Document) -> str:
        say, capture = self._wording.say, document.capture
        page = say("replay.cite.page", page=reference.page) if reference.page else ""
        return say(
            "replay.cite.text",
            quote=" ".join(reference.quote.split()),
            council=reference.authority,
            title=document.title or say("archive.untitled"),
            url=document.url,
            page=page,
            moment=self._wording.moment(capture.captured_at),
            digest=capture.digest,
            record=capture.record_id.strip("<>"),
            campaign=self._campaign,
            reference=reference.id,
        )


def permanent_link(document_id: str, reference_id: str = "") -> str:
    """The link that replays a document, at a quote where one is given; from the report's folder.

    Both ids are digests of what they name: a later run over the same archive gives the same.
    """
    quoted = f"&ref={anchor(reference_id)}" if reference_id else ""
    return f"replay/index.html#document={slug(document_id)}{quoted}"


@lru_cache(16)
def _read(document: Document) -> FragmentText:
    return FragmentText(document.text)


@lru_cache(4096)
def _address(document: Document, reference: Reference) -> str:
    live = live_address(document.url, reference.page)
    if not live:
        return ""
    directive = _read(document).directive(reference.start, reference.end)
    return f"{live}{'' if '#' in live else '#'}{directive}" if directive else live


@lru_cache(4096)
def _annotation(document: Document, reference: Reference) -> str:
    text = document.text
    selectors: list[dict[str, Any]] = [
        {
            "type": "TextQuoteSelector",
            "exact": reference.quote,
            "prefix": text[max(0, reference.start - _AROUND) : reference.start],
            "suffix": text[reference.end : reference.end + _AROUND],
        },
        {"type": "TextPositionSelector", "start": reference.start, "end": reference.end},
    ]
    if reference.page:
        selectors.append(
            {
                "type": "FragmentSelector",
                "conformsTo": "http://tools.ietf.org/rfc/rfc3778",
                "value": f"page={reference.page}",
            }
        )
    annotation = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "type": "Annotation",
        "motivation": "classifying",
        "body": {"type": "TextualBody", "purpose": "classifying", "value": reference.code},
        "target": {
            "source": document.url,
            "state": {"type": "TimeState", "sourceDate": document.capture.captured_at},
            "selector": selectors,
        },
    }
    return json.dumps(annotation, ensure_ascii=False, indent=1)
