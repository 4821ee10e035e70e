"""A small campaign coded by hand: invented councils, so that no one's words are made up."""

import hashlib
from collections import Counter

from crawler.archive.capture import Capture
from nlp.coding.codebook import Code, Codebook, Family
from nlp.coding.references import Authority, Call, Coding, Kind, Reference
from nlp.reading.documents import Block, Document

VALMORIERE, SORVANGE = "Conseil régional de Valmorière", "Conseil régional de Sorvange"

CODES = (
    ("spillover.territory.economic", "Retombées économiques", "Economic spillovers"),
    ("applicant.location", "Implantation du demandeur", "Applicant's location"),
    ("partner.duration", "Durée minimale sur place", "Least duration on site"),
)
FAMILIES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("europe", ("europe", "européen", "européenne"), ()),
    ("international", ("international", "internationale", "internationaux"), ()),
    ("decentralisee", ("décentralisé", "décentralisée"), ("services décentralisés de l'état",)),
)


def _texts(fr: str, en: str) -> dict[str, str]:
    return {"fr": fr, "en": en}


CODEBOOK = Codebook(
    version="0123456789ab",
    lexicon={},
    codes=tuple(
        Code(code, _texts(fr, en), _texts(fr, en), "call", ("call",), (), (), ())
        for code, fr, en in CODES
    ),
    families=tuple(
        Family(family, _texts(family, family), _texts(family, family), patterns, exclude)
        for family, patterns, exclude in FAMILIES
    ),
)


def document(
    authority: str,
    title: str,
    *blocks: tuple[str, str] | tuple[str, str, bool],
    duplicate_of: str = "",
) -> Document:
    """A document of blocks (kind, text, and whether it is boilerplate)."""
    made, start = [], 0
    for kind, text, *boilerplate in blocks:
        made.append(Block(kind, start, start + len(text), boilerplate=bool(boilerplate)))
        start += len(text) + 1
    text = "\n".join(block[1] for block in blocks)
    digest = hashlib.sha256(f"{authority}{title}{text}".encode()).hexdigest()
    url = f"http://example.test/{digest[:8]}"
    capture = Capture(
        url, authority, "2014-08-26T10:00:00Z", 200, "text/html", digest, "a.warc.gz", 42,
        f"<urn:uuid:{digest[:32]}>",
    )  # fmt: skip
    return Document(
        digest[:16], authority, title, url, "text/html", "fr", "2014-03-02", text, tuple(made), (),
        capture, duplicate_of,
    )  # fmt: skip


def reference(
    found_in: Document, code: str, quote: str, value: str = "", certain: bool = True
) -> Reference:
    """The reference of a quote that stands in the document."""
    start = found_in.text.index(quote)
    block = next(i for i, b in enumerate(found_in.blocks) if b.start <= start < b.end)
    return Reference(
        f"{found_in.id[:6]}-{code}-{start}", found_in.id, found_in.authority, code, value, start,
        start + len(quote), quote, block, 0, "hand", 0.87654321, certain,
    )  # fmt: skip


def call(*documents: Document, call_id: str = "c1", **changed: object) -> Call:
    """A current solidarity call that asks for a head office in the region, with changes."""
    first = documents[0]
    fields: dict[str, object] = {
        "call_id": call_id,
        "authority": first.authority,
        "title": first.title,
        "edition": "2014",
        "superseded": False,
        "document_ids": tuple(d.id for d in documents),
        "urls": tuple(d.url for d in documents),
        "applicant_location": "required",
        "applicant_location_kinds": ("head_office",),
        "applicant_location_quote": "=siège en Valmorière",
        "france_actions": "not_stated",
        "france_action_kinds": (),
        "partner_operator": True,
        "partner_countries": True,
        "partner_countries_list": ("Mali", "Sénégal"),
        "partner_duration": "P10D",
        "legal_status": ("association",),
        "min_age": "",
        "cofunding_rate_max": 50.0,
        "amount_max": None,
        "deadlines": ("2014-05-15",),
        "excluded_expenses": False,
        "international_solidarity": True,
        "international": True,
        "evidence": {},
    }
    return Call(**(fields | changed))  # type: ignore[arg-type]


def lemmas(found_in: Document) -> Counter[str]:
    """Stand-in for lemmas: the longer words of the running text, as if said three times."""
    text = " ".join(
        found_in.text[b.start : b.end] for b in found_in.blocks if not b.boilerplate
    ).lower()
    return Counter(word.strip(".,;:()") for word in 3 * text.split() if len(word) > 4)


def campaign() -> Coding:
    """Two councils: one announces and has two calls (one of last year), one says nothing."""
    page = document(
        VALMORIERE,
        "Europe et international | Valmorière",
        ("paragraph", "Menu Europe Europe Europe", True),
        ("heading", "Europe et international"),
        ("heading", "Une région européenne"),
        ("paragraph", "Notre action internationale crée des emplois, des emplois en Valmorière."),
        ("paragraph", "La Direction de l'Europe assure le suivi de la coopération décentralisée."),
    )
    chart = document(
        VALMORIERE,
        "Organigramme",
        ("heading", "Direction de l'Europe et de l'international"),
        ("item", "Direction de l'Europe"),
        ("paragraph", "La région travaille avec les services décentralisés de l'État."),
    )
    rules = document(
        VALMORIERE,
        "Appel à projets solidarité internationale",
        ("heading", "Bénéficiaires"),
        ("item", "Associations dont le siège est en Valmorière"),
        ("item", "Une présence de dix jours sur place, dix jours au moins"),
    )
    copy = document(
        VALMORIERE,
        "Appel à projets (copie)",
        ("item", "Associations dont le siège est en Valmorière, solidarité internationale"),
        duplicate_of=rules.id,
    )
    old = document(VALMORIERE, "Appel à projets 2013", ("paragraph", "Édition internationale 2013"))
    other = document(SORVANGE, "Culture", ("paragraph", "Aide aux festivals de Sorvange"))
    announced = reference(page, "spillover.territory.economic", "crée des emplois")
    seat = reference(rules, "applicant.location", "dont le siège est en Valmorière", "required")
    documents = (page, chart, rules, copy, old, other)
    kinds = ["international_page", "organisation", "call", "call", "call", "other"]
    return Coding(
        documents=documents,
        kinds={d.id: Kind(k, 0.9, "hand") for d, k in zip(documents, kinds, strict=True)},
        references=(
            announced,
            seat,
            reference(rules, "partner.duration", "dix jours au moins", "P10D", certain=False),
            reference(copy, "applicant.location", "dont le siège est en Valmorière", "required"),
        ),
        calls=(
            call(rules, copy, evidence={"applicant_location": (seat.id,)}),
            call(old, call_id="c0", edition="2013", superseded=True, france_actions="required"),
        ),
        authorities=(
            Authority(
                VALMORIERE, True, "economic", False, False, 1, 4,
                {"announces_spillovers": (announced.id,), "economic": (announced.id,)},
            ),
            Authority(SORVANGE, False, "none", False, False, 0, 1, {}),
        ),
        lemmas={d.id: lemmas(d) for d in documents if not d.duplicate_of},
        forms={"solidarité": "solidarité"},
        codebook_version=CODEBOOK.version,
    )  # fmt: skip
