"""Small campaigns made by hand, of invented councils."""

from collections.abc import Sequence
from typing import Any

from corpora.campaign import Event
from nlp.coding.references import Authority, Call, Reference
from nlp.comparing.analysed import Analysed, Answer
from nlp.reading.documents import Document
from tests.nlp.counting import handmade

OMBRELLE = "Conseil régional d'Ombrelle"


def page(title: str, *texts: str, authority: str = OMBRELLE) -> Document:
    return handmade.document(authority, title, *(("paragraph", text) for text in texts))


def call(document: Document, **told: Any) -> Call:
    return handmade.call(document, **({"call_id": f"call-{document.id}"} | told))


def passage(document: Document, code: str, quote: str, score: float = 0.8) -> Reference:
    found = handmade.reference(document, code, quote)
    return Reference(**(vars(found) | {"score": score}))


def council(name: str = OMBRELLE, pages_read: int = 5, **told: Any) -> Authority:
    fields: dict[str, Any] = {
        "announces_spillovers": False,
        "nature": "none",
        "institution": False,
        "precise": False,
        "calls": 1,
        "evidence": {},
    }
    return Authority(name, **(fields | told), pages_read=pages_read)


def campaign(
    name: str,
    documents: Sequence[Document] = (),
    calls: Sequence[Call] = (),
    references: Sequence[Reference] = (),
    councils: Sequence[Authority] = (council(),),
    events: Sequence[Event] = (),
    answers: dict[str, Answer] | None = None,
    robots: dict[str, str] | None = None,
) -> Analysed:
    return Analysed(
        name=name,
        codebook="a",
        program="p",
        sources=(),
        documents={document.id: document for document in documents},
        kinds={},
        references={reference.id: reference for reference in references},
        calls=tuple(calls),
        authorities={one.authority: one for one in councils},
        families=(),
        events=tuple(events),
        answers=answers or {},
        robots=robots or {},
    )
