"""A campaign coded by hand, of invented councils, rich enough to look at: 22 councils, 25 calls."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from corpora.campaign import Event
from crawler.archive.capture import Capture
from nlp.coding.references import Authority, Call, Coding, Kind, Reference
from nlp.counting.study import Measured, measure, read_published
from nlp.reading.documents import Block, Document

# Territory: nature of its spillovers; its calls as applicant's location/actions in France.
_TABLE = """
Valmorière: economic; required/not_stated
Hautes-Brandes: none; required/required
Côte-d’Orlanne: sociocultural; required/required required/not_stated
Pays-d’Astrielle: economic; required/not_stated
Sorvange: none;
Marches-de-Lorme: sociocultural; required/encouraged
Bocage-Vernois: economic; required/not_stated preferred/required
Grand-Arvey: economic; required/not_stated
Nord-Escaudin: sociocultural; required/required
Plaine-de-Thiel: none; required/not_stated
Val-d’Aubrelle: economic institution; required/encouraged required/not_stated
Monts-d’Ozanne: economic; required/required
Rivage-Caudrien: none; required/not_stated
Basse-Lintre: sociocultural; required/encouraged
Haute-Lintre: economic; required/not_stated
Cévrigne: none; required/required
Tarvenne: economic; required/not_stated required/encouraged
Île-d’Ormeaux: sociocultural; not_stated/not_stated
Doublonne: economic; required/not_stated
Landes-de-Querque: none;
Estuaire-d’Anglemont: sociocultural; required/required required/not_stated
Montagne-Noirval: none; required/encouraged
"""
COUNCILS = tuple(
    (territory, told.split(), tuple(tuple(call.split("/")) for call in calls.split()))
    for territory, told, calls in re.findall(r"^(.+): (.+);(.*)$", _TABLE, re.MULTILINE)
)
NAMES = tuple(
    f"Conseil régional d{chr(8217) if territory[0] in 'EÎ' else 'e '}{territory}"
    for territory, *_ in COUNCILS
)
ECONOMIC, SOCIOCULTURAL = "spillover.territory.economic", "spillover.territory.sociocultural"
LABELS = {
    ECONOMIC: "Retombées économiques pour le territoire",
    SOCIOCULTURAL: "Retombées socioculturelles pour le territoire",
    "spillover.institution": "Retombées pour l’institution",
    "applicant.location": "Implantation du demandeur",
    "france.actions": "Actions à mener en France",
    "partner.operator": "Opérateur local partenaire",
    "partner.countries": "Pays éligibles",
    "partner.duration": "Durée minimale sur place",
    "applicant.min_age": "Ancienneté de l’association",
    "funding.rate_max": "Taux de cofinancement maximal",
}
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'

_SPILLOVERS = {
    ECONOMIC: "Ce travail doit ouvrir des marchés à nos entreprises et créer ici des emplois.",
    SOCIOCULTURAL: "Nos jeunes y gagneront une ouverture au monde et un meilleur vivre-ensemble.",
    "spillover.institution": "Les agents de la Région en tireront des savoir-faire à leur service.",
}


_BEFORE = "La Région agit avec ses partenaires depuis vingt ans, dans le respect de leurs choix."
_AFTER = "Elle rend compte chaque année de ce travail, commune par commune, dans un cahier ouvert."
_ACTION_KINDS = {"required": ("education",), "encouraged": ("restitution",)}


def document(
    authority: str,
    title: str,
    blocks: Sequence[Block | tuple[str, str] | tuple[str, str, dict[str, object]]],
    *,
    url: str = "",
    mime: str = "text/html",
    duplicate_of: str = "",
) -> Document:
    """A document of blocks given as (kind, text, further fields)."""
    texts, made, start = [], [], 0
    for kind, text, *more in blocks:  # type: ignore[misc]
        made.append(Block(kind, start, start + len(text), **(more[0] if more else {})))
        texts.append(text)
        start += len(text) + 1
    text = "\n".join(texts)
    digest = hashlib.sha256(
        f"{authority}|{title}|{text}".encode("utf-8", "surrogatepass")
    ).hexdigest()
    url = url or f"http://sample.localhost/{digest[:6]}"
    day, minute = 24 + int(digest[0], 16) % 3, int(digest[1:3], 16) % 60
    capture = Capture(
        url=url, authority=authority, captured_at=f"2014-09-{day}T09:{minute:02}:07Z", status=200,
        mime=mime, digest=digest, warc="sample-2014-00001.warc.gz", offset=int(digest[:5], 16),
        record_id=f"<urn:uuid:{digest[:8]}-0000-4000-8000-{digest[8:20]}>",
    )  # fmt: skip
    return Document(
        digest[:16], authority, title, url, mime, "fr", "", text, tuple(made), (), capture,
        duplicate_of,
    )  # fmt: skip


def reference(
    document: Document, code: str, quote: str, value: str = "", *, score: float = 0.9,
    certain: bool = True, tags: tuple[str, ...] = (), rule: str = "",
) -> Reference:  # fmt: skip
    """The passage ``quote`` of ``document``, coded."""
    start = document.text.index(quote)
    blocks = enumerate(document.blocks)
    block = next(i for i, b in blocks if b.start <= start < b.end)
    identity = hashlib.sha256(
        f"{document.id}|{code}|{start}|{quote}".encode("utf-8", "surrogatepass")
    ).hexdigest()[:12]
    return Reference(
        identity, document.id, document.authority, code, value, start, start + len(quote), quote,
        block, document.blocks[block].page, rule or f"{code}.by_hand", score, certain, tags,
    )  # fmt: skip


@dataclass
class Made:
    """What is gathered on the way to a Coding."""

    documents: list[Document] = field(default_factory=list)
    kinds: dict[str, Kind] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    authorities: list[Authority] = field(default_factory=list)

    def add(
        self, document: Document, kind: str, *references: Reference, score: float = 0.93
    ) -> None:
        self.documents.append(document)
        self.kinds[document.id] = Kind(kind, score, "by_hand")
        self.references += references


MENU = (
    ("item", "Accueil", {"boilerplate": True, "level": 1}),
    ("item", "Europe et international", {"boilerplate": True, "level": 1}),
    ("paragraph", "Ce site dépose des cookies.", {"boilerplate": True}),
)


def _call(made: Made, authority: str, number: int, location: str, france: str) -> None:
    title = f"Appel à projets solidarité internationale 2014{' — jeunesse' if number else ''}"
    where = {
        "required": "Le siège de l’association est situé dans la région.",
        "preferred": "Une préférence ira aux associations établies dans la région.",
    }.get(location, "Sont éligibles les associations françaises.")
    action = {
        "required": "Le projet comporte un volet d’éducation au développement en région.",
        "encouraged": "Une restitution publique au retour sera appréciée.",
    }.get(france, "Le dossier est à rendre complet.")
    page = document(
        authority,
        title,
        [
            *MENU,
            ("heading", title, {"level": 1}),
            ("paragraph", "La Région soutient les projets de solidarité de ses habitants."),
            ("heading", "Critères d’éligibilité", {"level": 4}),
            ("item", where, {"level": 1}),
            (
                "item",
                "Un partenaire local, identifié, doit suivre le projet sur place.",
                {"level": 1},
            ),
            ("item", action, {"level": 1}),
            ("heading", "Modalités", {"level": 2}),
            ("field", "50 % du budget, dans la limite de 10 000 euros", {"label": "Montant"}),
            ("field", "15 mai 2014", {"label": "Calendrier"}),
        ],
    )
    rules = document(
        authority,
        f"Règlement — {title}",
        [
            ("heading", "Règlement", {"level": 1, "page": 1}),
            ("paragraph", "L’association existe depuis deux ans au moins.", {"page": 1}),
            ("paragraph", "Le séjour dure dix jours au moins, dans ces pays :", {"page": 2}),
            ("cell", "Mali", {"page": 2, "label": "Pays"}),
            ("cell", "prioritaire", {"page": 2, "label": "Rang"}),
            ("cell", "Sénégal", {"page": 2, "label": "Pays"}),
            ("cell", "éligible", {"page": 2, "label": "Rang"}),
        ],
        mime="application/pdf",
    )  # fmt: skip
    evidence: dict[str, tuple[str, ...]] = {}
    operator = "Un partenaire local, identifié, doit suivre le projet sur place."
    found = [
        ("partner_operator", reference(page, "partner.operator", operator, "true")),
        ("partner_duration", reference(rules, "partner.duration", "dix jours au moins", "P10D")),
        ("partner_countries", reference(rules, "partner.countries", "Mali", "Mali")),
        ("min_age", reference(rules, "applicant.min_age", "deux ans au moins", "P2Y")),
        ("cofunding_rate_max", reference(page, "funding.rate_max", "50 % du budget", "50")),
    ]
    seat = ("head_office",) if location == "required" else ()
    if location != "not_stated":
        asked = reference(page, "applicant.location", where, location, tags=seat)
        found.append(("applicant_location", asked))
    if france != "not_stated":
        found.append(("france_actions", reference(page, "france.actions", action, france)))
    for name, ref in found:
        evidence[name] = (ref.id,)
    to_check: dict[str, tuple[str, ...]] = {}
    if location == "not_stated":
        doubt = reference(
            page, "applicant.location", where, "required", score=0.45, certain=False,
            tags=("branch",),
        )  # fmt: skip
        found.append(("", doubt))
        to_check = {"applicant_location": (doubt.id,), "applicant_location_kinds": (doubt.id,)}
    made.add(page, "call", *(r for _, r in found if r.document_id == page.id))
    made.add(rules, "call", *(r for _, r in found if r.document_id == rules.id))
    made.calls.append(
        Call(
            call_id=f"c{page.id[:10]}", authority=authority, title=title, edition="2014",
            superseded=False, document_ids=(page.id, rules.id), urls=(page.url, rules.url),
            applicant_location=location,
            applicant_location_kinds=seat,
            applicant_location_quote=where if location != "not_stated" else "",
            france_actions=france,
            france_action_kinds=_ACTION_KINDS.get(france, ()),
            partner_operator=True, partner_countries=True,
            partner_countries_list=("Mali", "Sénégal", "Madagascar", "Maroc", "Bénin"),
            partner_duration="P10D", legal_status=("association",), min_age="P2Y",
            cofunding_rate_max=50.0, amount_max=10000.0, deadlines=("2014-05-15",),
            excluded_expenses=False, international_solidarity=True, international=True,
            evidence=evidence, to_check=to_check,
        )
    )  # fmt: skip


def _council(
    made: Made, authority: str, nature: str, institution: bool, calls: Iterable[tuple[str, ...]]
) -> None:
    codes = {"economic": [ECONOMIC], "sociocultural": [SOCIOCULTURAL]}.get(nature, [])
    codes += ["spillover.institution"] if institution else []
    page = document(
        authority,
        "Europe et international",
        [
            *MENU,
            ("heading", "Europe et international", {"level": 1}),
            ("paragraph", " ".join((_BEFORE, *(_SPILLOVERS[code] for code in codes), _AFTER))),
            ("paragraph", "L’action pourrait aussi profiter au tourisme."),
        ],
    )  # fmt: skip
    found = [
        reference(page, code, _SPILLOVERS[code], "announced", tags=("vague",)) for code in codes
    ]
    maybe = "pourrait aussi profiter au tourisme"
    doubt = reference(page, ECONOMIC, maybe, "announced", score=0.35, certain=False)
    made.add(page, "international_page", *found, doubt)
    before = len(made.calls)
    for number, (location, france) in enumerate(calls):
        _call(made, authority, number, location, france)
    ids = tuple(r.id for r in found)
    evidence = {"announces_spillovers": ids, nature: ids[:1]} if nature != "none" else {}
    if institution:
        evidence["institution"] = (found[-1].id,)
    made.authorities.append(
        Authority(
            authority, nature != "none", nature, institution, False, len(made.calls) - before,
            sum(d.authority == authority for d in made.documents), evidence,
            {} if "economic" in evidence else {"nature": (doubt.id,)},
        )
    )  # fmt: skip


def _tangled(made: Made) -> None:
    """A page whose references overlap, nest, start together and run over blocks; hostile words."""
    text = "Des emplois pour nos ports et des emplois pour nos écoles, dit-on."
    page = document(
        NAMES[0],
        f"Bilan {HOSTILE}",
        [
            ("heading", HOSTILE, {"level": 5}),
            ("paragraph", text),
            ("item", "Une ligne de menu marquée.", {"boilerplate": True, "level": 1}),
            ("cell", "sans en-tête"),
            ("cell", HOSTILE),
            ("paragraph", "Fin\x00 de \ud800page."),
        ],
        url="javascript:alert(document.domain)//https://example.test/",
    )
    quotes = (
        "Des emplois pour nos ports et des emplois",
        "nos ports et des emplois pour nos écoles",
        "Des emplois",
        "ports",
        f"pour nos écoles, dit-on.\nUne ligne de menu marquée.\nsans en-tête\n{HOSTILE}",
        HOSTILE,
        "de \ud800page",
    )
    codes = (ECONOMIC, SOCIOCULTURAL, "applicant.location", "france.actions", "partner.operator")
    made.add(
        page,
        "other",
        *(
            reference(page, codes[i % 5], quote, HOSTILE if i == 2 else "", rule=HOSTILE)
            for i, quote in enumerate(quotes)
        ),
        score=0.41,
    )
    copy = document(NAMES[0], "Copie", [("paragraph", text)], duplicate_of=page.id)
    made.add(copy, "other", reference(copy, ECONOMIC, "Des emplois"))
    made.add(document(NAMES[0], "", [], url="https://sample.localhost/vide"), "other")
    last = replace(
        made.calls[0], call_id="../../C:Élan|2013", title=f"Ancien appel {HOSTILE}", edition="2013",
        superseded=True, document_ids=(*made.calls[0].document_ids, "absent"),
    )  # fmt: skip
    made.calls.append(last)


def coding() -> Coding:
    """The whole campaign."""
    made = Made()
    for name, (_, (nature, *institution), calls) in zip(NAMES, COUNCILS, strict=True):
        _council(made, name, nature, bool(institution), calls)
    _tangled(made)
    words = {
        "projet": 90,
        "partenaire": 61,
        "région": 55,
        "coopération": 40,
        "europe": 31,
        "jeune": 22,
    }
    return Coding(
        tuple(made.documents), made.kinds, tuple(made.references), tuple(made.calls),
        tuple(made.authorities), {made.documents[0].id: words},
        {"projet": "projets", "jeune": "jeunes"}, "5d2c90ab13ef",
    )  # fmt: skip


def study(coded: Coding) -> tuple[Measured, ...]:
    """The published figures, counted on the campaign."""
    return measure(coded, NAMES, read_published())


EVENTS = (
    Event("crawl", "info", "page_archived", "http://sample.localhost/", "archived"),
    Event(
        "crawl", "warning", "robots_disallowed", "http://tarvenne.localhost/prive/note.html",
        "robots.txt interdit cette page",
    ),
    Event("crawl", "warning", "dead_link", "http://orlanne.localhost/2012.pdf", "répond 404"),
    Event("crawl", "warning", "dead_link", "http://orlanne.localhost/2011.pdf", "répond 404"),
    Event(
        "read", "error", "pdf_without_text", f"http://lintre.localhost/{HOSTILE}",
        f"aucune couche de texte {HOSTILE}",
    ),
)  # fmt: skip
