import hashlib

import pytest

from corpora.campaign import InputError
from crawler.archive.capture import Capture
from nlp.coding import kinds
from nlp.coding.features import looks_like_heading, parts_of_document, parts_of_text
from nlp.coding.themes import themes_of
from nlp.reading.documents import Block, Document, Link

HOST = "http://www.bassecombe.example"
TEXTS = {
    "call": (
        "/aides/coup-de-main-solidaire",
        "Coup de main solidaire : appel à projets 2014",
        (
            "La Région de Bassecombe soutient les associations bassecombaises actives au Bénin.\n"
            "Bénéficiaires : associations créées depuis deux ans au moins\n"
            "Montant : 40 % des dépenses éligibles, 6 000 € au plus\n"
            "Le dossier de candidature est à déposer avant le 12 avril 2014.\n"
            "- statuts\n- budget prévisionnel"
        ),
    ),
    "international_page": (
        "/europe-et-international/benin",
        "Notre coopération avec le Bénin",
        (
            "Depuis 1997, la Région coopère avec un département du nord du Bénin.\n"
            "Ce partenariat repose sur une convention renouvelée tous les trois ans. Il porte "
            "sur l'eau, la formation et l'appui aux communes.\n"
            "Nos priorités\nLes échanges contribuent au rayonnement du territoire et à l'ouverture "
            "des jeunes Bassecombais sur le monde. À Bruxelles, elle participe à trois réseaux."
        ),
    ),
    "organisation": (
        "/la-region/organigramme",
        "Organigramme des services",
        (
            "Directeur général des services : Paul Astier\n"
            "Direction de l'Europe et de l'international\nDirectrice : Anne Vasseur\n"
            "Service coopération décentralisée : 4 agents\nDirection des lycées"
        ),
    ),
    "other": (
        "/actualites/remise-des-prix",
        "Une soirée pour les lauréats",
        (
            "Publié le 6 juin 2014\nVendredi soir, le président a remis leurs prix aux lauréats de "
            "l'appel à projets. « C'est une belle récompense », a confié la présidente d'une "
            "association, qui a reçu 3 000 € pour une école. La cérémonie s'est achevée en musique."
        ),
    ),
}


def document(path, title, text, *, kind="", links=(), boilerplate=(), mime="text/html"):
    blocks, start = [], 0
    for number, line in enumerate(text.split("\n")):
        form = "heading" if looks_like_heading(line) and ":" not in line else "paragraph"
        blocks.append(Block(form, start, start + len(line), boilerplate=number in boilerplate))
        start += len(line) + 1
    url = HOST + path
    digest = hashlib.sha256(text.encode()).hexdigest()
    capture = Capture(
        url, "Région de Bassecombe", "2014-08-26T09:00:00Z", 200, mime, digest, "a.warc.gz", 0, "r",
        kind=kind,
    )  # fmt: skip
    return Document(
        id=hashlib.sha256(f"{url}\n{digest}".encode()).hexdigest()[:16],
        authority=capture.authority,
        title=title,
        url=url,
        mime=mime,
        language="fr",
        date="",
        text=text,
        blocks=tuple(blocks),
        links=tuple(Link(HOST + target, words) for target, words in links),
        capture=capture,
    )


@pytest.fixture(scope="module")
def model():
    return kinds.default_model()


@pytest.mark.parametrize("expected", kinds.KINDS)
def test_each_kind_is_told_from_the_others(model, expected):
    found = model.classify(document(*TEXTS[expected]))
    assert found.kind == expected
    assert 0.5 < found.score <= 1
    assert found.rule == "kinds model"


def test_a_kind_given_by_the_import_is_kept(model):
    found = model.classify(document(*TEXTS["call"], kind="organisation"))
    assert (found.kind, found.score, found.rule) == ("organisation", 1.0, "metadata")


def test_a_front_page_is_no_call_whatever_it_teases(model):
    assert model.classify(document("/", *TEXTS["call"][1:])).kind == "other"


def test_a_menu_full_of_calls_does_not_make_one(model):
    path, title, text = TEXTS["international_page"]
    menu = "Appels à projets\nAides régionales\nDéposer un dossier\nSubventions"
    framed = document(path, title, f"{menu}\n{text}", boilerplate=(0, 1, 2, 3))
    plain = document(path, title, text)
    assert model.classify(framed) == model.classify(plain)


def test_a_list_of_links_to_calls_is_no_call(model):
    path, title, text = TEXTS["call"]
    calls = [document(f"{path}-{n}", f"{title} n° {n}", text) for n in range(3)]
    links = tuple((f"{path}-{n}", f"fiche {n}") for n in range(3))
    body = f"{text}\nVoir : fiche 0, fiche 1, fiche 2"
    listing = document("/aides/toutes", "Soutiens aux projets", body, links=links)
    found = kinds.classify_all([*calls, listing], model)
    assert found[listing.id].rule == "listing"
    assert found[listing.id].kind == "other"
    assert [found[call.id].kind for call in calls] == ["call"] * 3


def test_learning_twice_gives_the_same_probabilities():
    pages = [parts_of_text(HOST + path, title, text) for path, title, text in TEXTS.values()]
    some = kinds.read_records(kinds.GOLD)[:80]
    assert kinds.train(some).probabilities(pages) == kinds.train(some).probabilities(pages)


def test_gold_has_every_kind_and_twenty_authorities():
    records = kinds.read_records(kinds.GOLD)
    assert {record.kind for record in records} == set(kinds.KINDS)
    assert len({record.authority for record in records}) == 20
    assert len({(record.url, record.title) for record in records}) == len(records)


@pytest.mark.parametrize(
    ("line", "reason"),
    [("{", "not a labelled page"), ('{"url": "x"}', "not a labelled page")],
)
def test_a_broken_line_is_named(tmp_path, line, reason):
    file = tmp_path / "kinds.jsonl"
    file.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"kinds\.jsonl:1: {reason}"):
        kinds.read_records(file)


def test_an_unknown_kind_is_refused(tmp_path):
    file = tmp_path / "kinds.jsonl"
    file.write_text(
        '{"url": "", "title": "", "text": "", "authority": "", "kind": "news"}\n', encoding="utf-8"
    )
    with pytest.raises(InputError, match="kind 'news'; use one of call"):
        kinds.read_records(file)


def test_evaluation_reports_on_authorities_left_out():
    records = kinds.read_records(kinds.GOLD)
    few = sorted({record.authority for record in records})[:4]
    report = kinds.evaluate([record for record in records if record.authority in few])
    assert "4 authorities, one left out at a time: accuracy 0." in report
    assert all(kind in report for kind in kinds.KINDS)


def test_parts_see_fields_items_and_headings():
    parts = parts_of_document(document("/a-b/c_d.html", "T", "Qui ?\n- un\nMontant : 5 €\nFin."))
    assert parts.path == "a b c d html"
    assert (parts.headings, parts.labels, parts.items) == (("Qui ?",), ("Montant",), 1)


@pytest.mark.parametrize(
    ("title", "text", "international", "solidarity"),
    [
        ("Soutien aux projets de solidarité internationale", "Au Mali.", True, True),
        ("Codéveloppement : associations de migrants", "Le village d'origine.", True, True),
        ("Fonds Bénin - édition 2031", "Un monde solidaire, au Bénin aussi.", True, True),
        ("Éducation à la citoyenneté mondiale", "Animations dans les collèges.", True, True),
        ("Complément de bourse Erasmus", "Stages d'étudiants à l'étranger.", True, False),
        ("Aide aux comités de jumelage", "Rencontre avec la ville partenaire.", True, False),
        ("Internationalisation des entreprises", "Export, salons à l'étranger.", False, False),
        ("Tournées internationales des compagnies", "Jouer à l'étranger.", False, False),
        ("Abris vélos dans les lycées", "La Région finance l'installation d'abris.", False, False),
    ],
)  # fmt: skip
def test_what_is_international_and_what_is_solidarity(title, text, international, solidarity):
    call = [document("/aides/x", title, text)]
    themes = themes_of(call)
    assert (themes.international, themes.solidarity) == (international, solidarity)
