from datetime import UTC, datetime

import pytest
from warcio.statusandheaders import StatusAndHeaders

from corpora.campaign import Campaign
from crawler.archive.records import Exchange
from crawler.archive.writing import ArchiveWriter
from nlp.reading import reader
from nlp.reading.boilerplate import mark_boilerplate
from nlp.reading.documents import read_documents
from nlp.reading.duplicates import link_duplicates
from nlp.reading.reader import read_campaign
from tests.nlp.reading.conftest import own

PROSE = (
    "La Région soutient les associations qui mènent avec un partenaire établi sur place un projet "
    "de développement utile aux habitants. Le projet dure deux ans au plus. Une restitution a lieu "
    "dans un lycée ou une bibliothèque de la région, devant un public de jeunes et d'élus locaux."
)


def html(main: str) -> bytes:
    return f"<title>Page | Essai</title><main>{main}</main>".encode()


def archive(
    campaign: Campaign, pages: list[tuple[str, int, bytes, str]], prefix: str = "a"
) -> None:
    writer = ArchiveWriter(campaign.archive, prefix, {"software": "test"})
    for minute, (url, status, body, mime) in enumerate(pages):
        head = StatusAndHeaders(f"{status} X", [("Content-Type", mime)], protocol="HTTP/1.1")
        day = datetime(2014, 8, 26, 10, minute, tzinfo=UTC)
        writer.write(Exchange(url, day, body, head), {"authority": "Conseil régional d'Essai"})
    writer.close()


@pytest.fixture
def campaign(tmp_path):
    made = Campaign.named("essai", tmp_path)
    made.archive.mkdir(parents=True)
    return made


def test_a_campaign_is_read_once_and_always_the_same(campaign, monkeypatch):
    archive(
        campaign,
        [
            ("http://e.example/b", 200, html(f"<h1>Ancien</h1><p>{PROSE}</p>"), "text/html"),
            ("http://e.example/robots.txt", 200, b"User-agent: *\nDisallow:\n", "text/plain"),
            ("http://e.example/sitemap.xml", 200, b"<urlset></urlset>", "application/xml"),
            ("http://e.example/style.css", 200, b"p { margin: 0 }", "text/css"),
            ("http://e.example/gone", 404, html(f"<p>{PROSE}</p>"), "text/html"),
            ("http://e.example/vide", 200, html(""), "text/html"),
            ("http://e.example/b", 200, html(f"<h1>Nouveau</h1><p>{PROSE}</p>"), "text/html"),
            ("http://e.example/a", 200, b"Un texte brut de cinq mots et plus.", "text/plain"),
        ],
    )
    documents, events = read_campaign(campaign)
    assert [(d.url, d.title) for d in documents] == [
        ("http://e.example/a", "Un texte brut de cinq mots et plus."),
        ("http://e.example/b", "Nouveau"),
    ]
    assert [(e.name, e.subject) for e in events] == [("empty_page", "http://e.example/vide")]
    stored = (campaign.corpus / "documents.jsonl").read_bytes()
    assert list(read_documents(campaign.corpus / "documents.jsonl")) == documents

    def not_again(*_):
        pytest.fail("an unchanged capture was read again")

    monkeypatch.setattr(reader, "_read_archived", not_again)
    assert read_campaign(campaign) == (documents, events)
    assert (campaign.corpus / "documents.jsonl").read_bytes() == stored


def test_a_damaged_cache_is_made_anew(campaign):
    archive(campaign, [("http://e.example/a", 200, html(f"<p>{PROSE}</p>"), "text/html")])
    (campaign.corpus / "readings.jsonl").write_text('{"key": 1}\nnot json')
    documents, _ = read_campaign(campaign)
    assert len(documents) == 1


def test_lines_at_the_edges_of_a_sites_pages_are_boilerplate(read):
    pages = [
        read(
            html(
                f"<p>Région d'Essai en ligne</p><h1>Page {n}</h1><p>Texte propre numéro {n}.</p>"
                f"<h2>Bénéficiaires</h2><p>Avoir son siège en région.</p><p>Fin de la page {n}.</p>"
                "<p>Toutes nos pages sont relues.</p>"
            ),
            url=f"http://e.example/{n}",
        )
        for n in range(4)
    ]
    marked = mark_boilerplate(pages)
    assert own(marked[0]) == [
        "Page 0",
        "Texte propre numéro 0.",
        "Bénéficiaires",
        "Avoir son siège en région.",
        "Fin de la page 0.",
    ]
    assert mark_boilerplate(pages[:2]) == pages[:2]


def test_duplicates_are_linked_to_the_first_and_editions_are_not(read):
    def one(url, text, digest):
        return read(html(f"<h1>Appel</h1><p>{text}</p>"), url=url, digest=digest)

    page = one("http://e.example/a", PROSE * 2 + " Année 2014.", "1")
    documents = [
        one("http://e.example/a?print=1", PROSE * 2 + " Année 2014. Imprimé.", "2"),
        page,
        one("http://e.example/b", PROSE * 2 + " Année 2013.", "3"),
        one(
            "http://e.example/c",
            PROSE * 2 + " Année 2014. " + " ".join(f"Article {n} du texte." for n in range(30)),
            "4",
        ),
    ]
    linked = link_duplicates(documents)
    assert [d.duplicate_of for d in linked] == [page.id, "", "", ""]
