import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.campaign import Event
from nlp.reading.documents import Document
from nlp.reading.html import read_html
from nlp.reading.pieces import Refusal, assemble
from tests.nlp.reading.conftest import labelled, own

FURNITURE = """
<div class="cookie-banner"><p>Ce site utilise des cookies.</p></div>
<header><a href="/">Conseil régional</a><nav><ul><li><a href="/">Accueil</a></li>
<li><a href="/aides">Aides</a></li></ul></nav></header>"""
AFTER = """<aside><h2>À la une</h2><ul><li><a href="/a">Le budget est voté</a></li></ul></aside>
<footer><p>Mentions légales</p></footer>"""


def page(main: str, title: str = "Appel à projets | Région d'Essai") -> str:
    return (
        f"<!doctype html><html lang='fr'><head><title>{title}</title></head><body>{FURNITURE}"
        f"<main>{main}</main>{AFTER}</body></html>"
    )


def test_main_content_is_kept_whole_and_the_rest_is_marked(read):
    document = read(
        page(
            "<h1>Solidarité internationale</h1><p>La Région soutient les associations.</p>"
            "<h2><button aria-expanded='false'>Critères</button></h2>"
            "<div hidden aria-hidden='true' style='display:none'><ul>"
            "<li>Avoir son siège en région</li><li><a href='/p'>Un partenaire local</a></li></ul>"
            "</div>"
        )
    )
    assert document.title == "Solidarité internationale"
    assert document.language == "fr"
    assert own(document) == [
        "Solidarité internationale",
        "La Région soutient les associations.",
        "Critères",
        "Avoir son siège en région",
        "Un partenaire local",
    ]
    rest = {document.text[b.start : b.end] for b in document.blocks if b.boilerplate}
    assert {"Ce site utilise des cookies.", "Aides", "Le budget est voté"} <= rest


@pytest.mark.parametrize(
    "column", ["<div class='col'>{}</div>", "<table><tr><td>{}</td></tr></table>"]
)
def test_page_without_landmarks(read, column):
    text = (
        "<h2>Bénéficiaires</h2><p>Les associations qui ont leur siège en région depuis deux ans au "
        "moins.</p><ul><li>loi 1901</li><li>communes</li></ul>"
    )
    document = read(
        "<title>Appel 2014 | Région d'Essai</title><div id='menu'><a href='/'>Accueil</a> "
        "<a href='/b'>Transports</a></div>" + column.format(text) + "<div class='droite'>"
        "<div>À la une</div><div><a href='/c'>Budget voté hier soir</a></div></div>"
        "<div class='footer'>Région d'Essai, 3 rue du Port</div>"
    )
    assert document.title == "Appel 2014"
    assert own(document) == [
        "Bénéficiaires",
        "Les associations qui ont leur siège en région depuis deux ans au moins.",
        "loi 1901",
        "communes",
    ]


def test_labelled_fields_in_all_their_guises(read):
    document = read(
        page(
            "<h1>Fiche d'aide</h1><dl><dt>Montant</dt><dd>10 000 €</dd><dt>Public</dt>"
            "<dd><ul><li>lycées</li></ul></dd></dl>"
            "<table><tr><th>Échéance</th><td>30 avril 2014</td></tr>"
            "<tr><th>Contact</th><td>Service Europe</td></tr></table>"
            "<p><strong>Bénéficiaires :</strong> les associations</p><p>Pays : Mali</p>"
            "<div class='field__label'>Durée</div><div class='field__item'>deux ans</div>"
        )
    )
    assert labelled(document) == {
        "Montant": "Montant : 10 000 €",
        "Public": "lycées",
        "Échéance": "Échéance : 30 avril 2014",
        "Contact": "Contact : Service Europe",
        "Bénéficiaires": "Bénéficiaires : les associations",
        "Pays": "Pays : Mali",
        "Durée": "Durée : deux ans",
    }


def test_cells_bear_the_header_of_their_column(read):
    document = read(
        page(
            "<p>Le barème de la sélection est le suivant.</p><table><tr><th>Critère<th>Points<th>"
            "Poids</tr><tr><td>Utilité<td>8<td>fort</tr></table>"
        )
    )
    cells = [b for b in document.blocks if b.kind == "cell" and b.label]
    assert [(b.label, document.text[b.start : b.end]) for b in cells] == [
        ("Critère", "Utilité"),
        ("Points", "8"),
        ("Poids", "fort"),
    ]


def test_lines_items_and_lost_bullets(read):
    document = read(
        page(
            "<p>Sont éligibles aux aides :<br>• les associations<br>– les communes<br>▪les lycées"
            "</p><ul><li>un<ul><li>deux trois</li></ul></li></ul>"
        )
    )
    items = [b for b in document.blocks if b.kind == "item" and not b.boilerplate]
    assert [(b.level, document.text[b.start : b.end]) for b in items] == [
        (1, "les associations"),
        (1, "les communes"),
        (1, "les lycées"),
        (1, "un"),
        (2, "deux trois"),
    ]


@pytest.mark.parametrize(
    ("main", "date"),
    [
        ("<p>Mis à jour le 12/03/2014</p>", "2014-03-12"),
        ("<p>Publié le 1er mars 2014</p>", "2014-03-01"),
        (
            "<p>Mise en ligne : 03/04/2013</p><p>Dernière modification : 05/06/2013</p>",
            "2013-06-05",
        ),
        ("<p>Mis à jour le 12/03/2031</p>", ""),
        ("<p>Les dossiers sont reçus jusqu'au 12/03/2014</p>", ""),
    ],
)
def test_date(read, main, date):
    assert read(page(f"<h1>Appel</h1>{main}<p>Le texte de cette page est court.</p>")).date == date


def test_links_are_absolute_and_only_http(read):
    document = read(
        page(
            "<p>Voir <a href='reglement.pdf#page=2'>le règlement</a>, <a href='mailto:a@b.c'>écrire"
            "</a>, <a href='javascript:x()'>x</a>, <a href='http://[bad'>y</a> et la suite.</p>"
        )
    )
    links = {link.text: link.url for link in document.links}
    assert links["le règlement"] == "http://conseil.example/reglement.pdf"
    assert all(url.startswith("http://conseil.example/") for url in links.values())


def test_text_after_the_end_tag_is_read(read):
    document = read("<html><body><p>Un premier paragraphe.</p></body></html><p>Et le second.</p>")
    assert own(document) == ["Un premier paragraphe.", "Et le second."]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("", "empty_page"),
        (page(""), "empty_page"),
        (page("<div id='app'></div><script src='app.js'></script>"), "rendered_by_script"),
        (
            "<title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/x'></script>",
            "challenge_page",
        ),
        (page("<h1>Page introuvable</h1><p>La page demandée n'existe plus.</p>"), "soft_404"),
        ("<body>" + "<div>" * 100_000 + "<p>un deux trois quatre cinq six</p>", "html_too_deep"),
    ],
)
def test_refusals_are_told(read, content, name):
    event = read(content)
    assert isinstance(event, Event)
    assert event.name == name
    assert event.subject == "http://conseil.example/page"


def test_a_contact_form_with_a_captcha_is_a_page(read):
    document = read(
        page(
            "<h1>Nous écrire</h1><p>Le service répond à toutes les demandes des associations dans "
            "un délai de quinze jours.</p><form><div class='g-recaptcha'></div></form>"
        )
    )
    assert isinstance(document, Document)


def test_wrong_charset_is_told():
    content = page("<p>La coopération décentralisée et son œuvre.</p>").encode("cp1252")
    reading = read_html(content, "http://a.example/", "utf-8")
    assert "La coopération décentralisée et son œuvre." in assemble(reading.pieces)[0]
    assert reading.warnings[0][0] == "wrong_charset"


TAGS = st.sampled_from(
    [
        "p",
        "div",
        "ul",
        "li",
        "table",
        "tr",
        "td",
        "th",
        "dl",
        "dt",
        "dd",
        "h1",
        "h2",
        "span",
        "b",
        "br",
        "a",
        "main",
        "nav",
        "x-y",
    ]
)
SCRAPS = st.one_of(
    TAGS.map("<{}>".format), TAGS.map("</{}>".format), st.text(max_size=12), st.just("Nom : valeur")
)


@settings(max_examples=150, deadline=None)
@given(st.lists(SCRAPS, max_size=40).map("".join))
def test_any_tag_soup_makes_sound_blocks_or_a_refusal(soup):
    try:
        reading = read_html(soup.encode("utf-8", "replace"), "http://a.example/", "")
    except Refusal:
        return
    text, blocks = assemble(reading.pieces)
    assert "\n".join(text[block.start : block.end] for block in blocks) == text
    assert all(block.start < block.end for block in blocks)
