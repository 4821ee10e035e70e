"""A campaign small enough to count by hand: tables and documents, as an analysis leaves them."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from corpora.campaign import Campaign
from crawler.archive.capture import Capture
from nlp.counting.stores import write_csv
from nlp.reading.documents import Block, Document, write_documents
from nlp.reading.reader import DOCUMENTS

OMBRELLE, SORVANGE = "Conseil régional d'Ombrelle", "Conseil régional de Sorvange"
SITE = "http://ombrelle.example"

CALL = "Le siège du demandeur est en Ombrelle. L'aide atteint 50 % du coût. <b>Dossier</b> au Mali."
RULES = "Une antenne en Ombrelle suffit aussi pour déposer."
WORLD = (
    "La Sorvange attend de ses partenaires de nouveaux marchés pour ses entreprises. "
    "Les jeunes sorvangeois s'ouvriront au monde. La Région gagnera en notoriété."
)
TEXTS = {"d1": CALL, "d2": RULES, "d3": "Le service des relations.", "d4": WORLD}

CALL_COLUMNS = (
    "document_ids", "applicant_location", "applicant_location_kinds", "applicant_location_quote",
    "france_actions", "france_action_kinds", "partner_operator", "partner_countries",
    "partner_countries_list", "partner_duration", "legal_status", "min_age", "cofunding_rate_max",
    "amount_max", "deadlines", "excluded_expenses", "international_solidarity", "evidence",
)  # fmt: skip
REFERENCE_COLUMNS = (
    "reference_id", "document_id", "code", "value", "start", "end", "quote", "rule", "score",
    "certain",
)  # fmt: skip
SEAT = "Le siège du demandeur est en Ombrelle."


def reference(
    id_: str,
    document: str,
    code: str,
    value: str,
    quote: str,
    score: float,
    *,
    certain: bool = True,
) -> tuple[object, ...]:
    start = TEXTS[document].index(quote)
    end = start + len(quote)
    return id_, document, code, value, start, end, quote, f"rule_{id_}", score, certain


def document(id_: str, text: str, url: str = "http://o.example/", authority: str = "") -> Document:
    capture = Capture(url, authority, "2014-01-01T00:00:00Z", 200, "text/html", "", "", 0, "")
    block = Block("paragraph", 0, len(text))
    return Document(id_, authority, "", url, "text/html", "fr", "", text, (block,), (), capture)


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    made = Campaign("essai", tmp_path)
    tables = made.outputs / "tables"
    write_documents(made.corpus / DOCUMENTS, _documents())
    write_csv(
        tables / "documents.csv",
        ("document_id", "authority", "kind", "title", "url", "kind_score", "kind_rule"),
        [
            ("d1", OMBRELLE, "call", "Appel solidaire", f"{SITE}/aides/appel", 0.9, "kinds model"),
            ("d2", OMBRELLE, "call", "Règlement", f"{SITE}/docs/reglement.pdf", 0.8, "metadata"),
            ("d3", OMBRELLE, "organisation", "Nos services", f"{SITE}/services", 0.7,
             "kinds model"),
            ("d4", SORVANGE, "international_page", "L'Europe, le monde", "http://s.example/monde",
             0.6, "kinds model"),
        ],
    )  # fmt: skip
    write_csv(
        tables / "calls.csv",
        CALL_COLUMNS,
        [
            ("d1|d2", "required", "branch|head_office", SEAT, "not_stated", "", "true", "false", "",
             "P10D", "association", "", "50", "", "2014-05-15|2014-10-01?", "true", "true",
             "applicant_location=r1|cofunding_rate_max=r2|partner_operator=r4"),
        ],
    )  # fmt: skip
    economic, social = "spillover.territory.economic", "spillover.territory.sociocultural"
    write_csv(
        tables / "references.csv",
        REFERENCE_COLUMNS,
        [
            reference("r1", "d1", "applicant.location", "required", SEAT, 0.9),
            reference("r2", "d1", "funding.rate_max", "50", "L'aide atteint 50 % du coût.", 0.8),
            reference("r3", "d2", "france.actions", "required", RULES, 0.3, certain=False),
            reference("r4", "d1", "partner.operator", "true", "<b>Dossier</b> au Mali.", 0.6),
            reference("r5", "d4", economic, "announced", WORLD[:80], 0.7),
            reference("r6", "d4", "spillover.institution", "announced",
                      "La Région gagnera en notoriété.", 0.4, certain=False),
            reference("r7", "d4", social, "past", "Les jeunes sorvangeois s'ouvriront au monde.",
                      0.8),
        ],
    )  # fmt: skip
    write_csv(
        tables / "authorities.csv",
        ("authority", "announces_spillovers", "nature", "institution", "evidence"),
        [
            (OMBRELLE, "false", "none", "false", ""),
            (SORVANGE, "true", "economic", "false", "announces_spillovers=r5|economic=r5"),
        ],
    )
    write_csv(
        tables / "codes.csv", ("code", "label"), [("applicant.location", "Implantation <du> lieu")]
    )
    archive = made.outputs / "report" / "archive"
    archive.mkdir(parents=True)
    (archive / "d1.html").write_text("copy", "utf-8")
    return made


def _documents() -> Iterable[Document]:
    return [document(id_, text) for id_, text in TEXTS.items()]
