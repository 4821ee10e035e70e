"""Two small campaigns of invented councils, coded by hand, their words analysed in earnest."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from corpora.campaign import Campaign
from nlp.coding.references import Call, Coding, Kind, Reference
from nlp.coding.vocabulary import VocabularyCounter
from nlp.counting.stores import write_tables
from nlp.counting.tables import build_tables
from nlp.reading.documents import Document, write_documents
from nlp.words.corpus import Corpus
from nlp.words.reading import read_corpus
from tests.nlp.counting.handmade import CODEBOOK, call, document, reference

OMBRELLE, SORVANGE = "Conseil régional d'Ombrelle", "Conseil régional de Sorvange"


def paragraph(text: str) -> tuple[str, str]:
    return "paragraph", text


ORGANISATION = document(
    OMBRELLE,
    "Qui fait quoi",
    ("heading", "Direction de l'Europe et de l'international"),
    ("item", "Service Coopération décentralisée"),
    paragraph(
        "La Direction de l'Europe et de l'international suit les programmes européens. Elle tient "
        "compte des lois de décentralisation."
    ),
)
CALL = document(
    OMBRELLE,
    "Appel à projets Solidarité internationale",
    ("heading", "Appel à projets Solidarité internationale"),
    paragraph(
        "La Région soutient la coopération décentralisée avec la province malienne de Mopta. "
        "L’association a son siège social en Ombrelle. Les citoyen·ne·s d'Ombrelle et les "
        "étudiant(e)s présentent leur projet. L'AFD et les ONG partenaires sont invitées."
    ),
    paragraph(
        "La coopération internationale profite au territoire : elle ouvre des marchés aux "
        "entreprises d'Ombrelle."
    ),
    ("paragraph", "Mentions légales de la coopération", True),
)
PAGE = document(
    SORVANGE,
    "Europe et international",
    ("heading", "Europe et international | Sorvange"),
    paragraph(
        "La coopération de Sorvange suit des accords. Une coopération ancienne unit Sorvange et "
        "une province vietnamienne. La coopération décentralisée y a trente ans ; les agents des "
        "services déconcentrés y prennent part."
    ),
    ("paragraph", "Les lycées et les lycéens correspondent avec des lycées partenaires."),
)
LYCEES = document(
    SORVANGE,
    "Les lycées de Sorvange",
    paragraph(
        "La Région construit et entretient les lycées. Chaque lycée reçoit une dotation. Les "
        "lycées professionnels enseignent les métiers de l'eau."
    ),
)
COPY = document(OMBRELLE, "Copie", ("paragraph", "Un lycée copié."), duplicate_of=LYCEES.id)
LATER = document(
    OMBRELLE,
    "Appel à projets Citoyenneté mondiale",
    paragraph(
        "La Région finance l'éducation à la citoyenneté mondiale. Les ODD guident le choix des "
        "projets. La coopération décentralisée demeure ouverte aux associations d'Ombrelle."
    ),
)
LOCATION = reference(CALL, "applicant.location", "son siège social en Ombrelle", "required")
SPILLOVER = reference(
    CALL, "spillover.territory.economic", "ouvre des marchés aux entreprises d'Ombrelle"
)


def made(
    home: Path,
    name: str,
    documents: Sequence[tuple[Document, str]],
    references: Sequence[Reference] = (),
    calls: Sequence[Call] = (),
) -> Campaign:
    """A campaign of documents with their kinds, as an analysis would leave it."""
    campaign = Campaign.named(name, home)
    read = [one for one, _ in documents]
    write_documents(campaign.corpus / "documents.jsonl", read)
    with VocabularyCounter(campaign.corpus / "vocabulary.jsonl") as counter:
        for one in read:
            if not one.duplicate_of:
                counter.count(one)
    coding = Coding(
        documents=tuple(read),
        kinds={one.id: Kind(kind, 1.0, "hand") for one, kind in documents},
        references=tuple(references),
        calls=tuple(calls),
        authorities=(),
        lemmas=counter.lemmas,
        forms=counter.forms,
        codebook_version=CODEBOOK.version,
    )
    campaign.outputs.mkdir(parents=True)
    write_tables(build_tables(coding, CODEBOOK, [], ()), campaign.outputs)
    return campaign


@pytest.fixture(scope="session")
def campaigns(tmp_path_factory: pytest.TempPathFactory) -> tuple[Campaign, ...]:
    """The campaigns 2014 and 2026; to be read only."""
    home = tmp_path_factory.mktemp("words")
    pages = [
        (ORGANISATION, "organisation"), (CALL, "call"), (PAGE, "international_page"),
        (LYCEES, "other"), (COPY, "other"),
    ]  # fmt: skip
    earlier = made(home, "2014", pages, [LOCATION, SPILLOVER], [call(CALL, call_id="c1")])
    return earlier, made(home, "2026", [(LATER, "call")])


@pytest.fixture(scope="session")
def corpus(campaigns: tuple[Campaign, ...]) -> Corpus:
    return read_corpus(campaigns)


@pytest.fixture(scope="session")
def home(campaigns: tuple[Campaign, ...]) -> Path:
    return campaigns[0].home
