import hashlib
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.capture import Capture
from nlp.coding.calls import call_name, edition_of, gather_calls
from nlp.coding.references import Kind
from nlp.reading.documents import Block, Document, Link

HOST = "http://www.pays-de-merle.example"
PDF = "application/pdf"


def document(
    path, title, text="La Région aide les associations.", *, links=(), copy_of="", mime=None
):
    url = HOST + path
    body = "\n".join([text, *(words for _, words in links)])
    blocks, start = [], 0
    for line in body.split("\n"):
        blocks.append(Block("paragraph", start, start + len(line)))
        start += len(line) + 1
    mime = mime or (PDF if path.endswith((".pdf", ".docx")) else "text/html")
    capture = Capture(
        url, "Région du Pays-de-Merle", "2014-08-26T09:00:00Z", 200, mime, "0", "a", 0, "r"
    )
    return Document(
        id=hashlib.sha256(url.encode()).hexdigest()[:16],
        authority=capture.authority,
        title=title,
        url=url,
        mime=mime,
        language="fr",
        date="",
        text=body,
        blocks=tuple(blocks),
        links=tuple(Link(HOST + target, words) for target, words in links),
        capture=capture,
        duplicate_of=copy_of,
    )


def gathered(*documents, other=()):
    kinds = {d.id: Kind("other" if d in other else "call", 0.9, "test") for d in documents}
    return gather_calls(documents, kinds)


def paths(group):
    return {url.removeprefix(HOST) for url in group.urls}


PAGE = document(
    "/aides/merle-solidaire",
    "Merle solidaire : appel à projets 2014",
    links=[("/docs/r.pdf", "Le règlement"), ("/docs/d.docx", "Le dossier")],
)
RULES = document("/docs/r.pdf", "Règlement d'intervention")
FORM = document("/docs/d.docx", "Dossier de candidature")
COPY = document("/vie-associative/merle", "Un appel pour les associations", copy_of=PAGE.id)
LAST_YEAR = document(
    "/aides/merle-solidaire-2013",
    "Merle solidaire : appel à projets 2013",
    links=[("/docs/r13.pdf", "Le règlement")],
)
LAST_RULES = document("/docs/r13.pdf", "Merle solidaire - règlement 2013")
WOOD = document("/aides/bois", "Chaudières bois des communes")
LISTING = document(
    "/aides/",
    "Guide des aides",
    links=[
        ("/aides/merle-solidaire", "Merle solidaire"),
        ("/aides/merle-solidaire-2013", "L'an dernier"),
        ("/aides/bois", "Bois"),
        ("/aides/artisans", "Artisans"),
        ("/docs/r.pdf", "Un règlement"),
    ],
)
ARTISANS = document("/aides/artisans", "Aide aux artisans")


def test_a_call_gathers_its_page_its_rules_and_its_form():
    (group,) = gathered(PAGE, RULES, FORM)
    assert group.title == PAGE.title
    assert group.document_ids[0] == PAGE.id
    assert paths(group) == {"/aides/merle-solidaire", "/docs/r.pdf", "/docs/d.docx"}
    assert (group.edition, group.superseded) == ("2014", False)


def test_a_copy_at_a_second_url_joins_the_call():
    (group,) = gathered(PAGE, COPY)
    assert group.document_ids == (PAGE.id, COPY.id)


def test_last_years_edition_stays_apart_and_is_superseded():
    by_year = {group.edition: group for group in gathered(PAGE, RULES, LAST_YEAR, LAST_RULES)}
    assert paths(by_year["2013"]) == {"/aides/merle-solidaire-2013", "/docs/r13.pdf"}
    assert by_year["2013"].superseded
    assert paths(by_year["2014"]) == {"/aides/merle-solidaire", "/docs/r.pdf"}
    assert not by_year["2014"].superseded


def test_a_listing_glues_nothing_together():
    groups = gathered(PAGE, RULES, LAST_YEAR, WOOD, ARTISANS, LISTING)
    holding = {path: group.id for group in groups for path in paths(group)}
    assert (
        len(
            {
                holding[p]
                for p in ("/aides/merle-solidaire", "/aides/bois", "/aides/artisans", "/aides/")
            }
        )
        == 4
    )
    assert holding["/docs/r.pdf"] == holding["/aides/merle-solidaire"]


def test_a_règlement_without_a_link_joins_by_its_name():
    rules = document("/docs/x.pdf", "Règlement de l'appel à projets Merle solidaire")
    (group,) = gathered(document("/a", "Appel à projets « Merle solidaire »"), rules)
    assert len(group.urls) == 2


def test_a_file_under_the_calls_name_joins_whatever_its_kind():
    report = document("/docs/b.docx", "Trame de bilan - Merle solidaire")
    page = document("/aides/m", "Merle solidaire 2014", links=[("/docs/b.docx", "Bilan")])
    (group,) = gathered(page, report, other=[report])
    assert report.id in group.document_ids


def test_general_terms_shared_by_two_calls_join_neither():
    terms = document("/docs/rgs.pdf", "Règlement général des subventions")
    wood = document(
        "/aides/bois", "Chaudières bois", links=[("/docs/rgs.pdf", "Règlement général")]
    )
    art = document("/aides/art", "Art à l'école", links=[("/docs/rgs.pdf", "Règlement général")])
    assert sorted(len(group.urls) for group in gathered(wood, art, terms)) == [1, 1, 1]


def test_questions_below_a_call_belong_to_it():
    questions = document("/aides/merle-solidaire/questions", "Questions fréquentes")
    (group,) = gathered(PAGE, questions)
    assert group.title == PAGE.title


def test_no_call_no_group():
    assert gathered(PAGE, RULES, other=[PAGE, RULES]) == ()


def test_the_order_of_the_documents_does_not_matter():
    found = {gathered(*order) for order in permutations((PAGE, RULES, LAST_YEAR, LAST_RULES, COPY))}
    assert len(found) == 1


@pytest.mark.parametrize(
    ("path", "title", "text", "edition"),
    [
        ("/a", "Appel à projets 2013", "", ("2013", True)),
        ("/aap_2015.html", "Appel à projets", "", ("2015", True)),
        ("/jcms/c_2014/a", "Appel à projets", "", ("", False)),
        ("/a", "Bourses, édition 2014-2015", "", ("2014", True)),
        ("/a", "Programme 2014-2020", "", ("", False)),
        ("/a", "Aide", "Pour la campagne 2012, les dossiers sont attendus.", ("2012", False)),
        ("/a", "Aide", "Créée en 1998. Dossier à déposer avant le 15 mars 2014.", ("2014", False)),
        ("/a", "Aide", "Créée en 1998.", ("", False)),
    ],
)
def test_editions(path, title, text, edition):
    assert edition_of(document(path, title, text)) == edition


def test_names_leave_out_years_papers_and_the_authority():
    authority = "Conseil régional du Pays-de-Merle"
    title = "Règlement de l'appel à projets 2014 « Santé Sud » de la Région du Pays-de-Merle"
    assert call_name(title, authority) == call_name("Santé Sud", authority) == "sante sud"
    assert call_name("Merle solidaire", authority) == "merle solidaire"


TITLES = st.sampled_from(
    [
        "Merle solidaire",
        "Merle solidaire 2013",
        "Règlement",
        "Bois",
        "Aide au bois",
        "Art à l'école",
        "",
    ]
)


@given(st.lists(st.tuples(TITLES, st.booleans(), st.integers(0, 5)), max_size=6))
def test_every_call_is_in_one_group_and_editions_do_not_mix(drawn):
    names = [f"/p{n}" + (".pdf" if is_file else "") for n, (_, is_file, _) in enumerate(drawn)]
    documents = [
        document(name, title, links=[(names[target % len(names)], "voir")])
        for name, (title, _, target) in zip(names, drawn, strict=True)
    ]
    groups = gathered(*documents)
    held = [id_ for group in groups for id_ in group.document_ids]
    assert sorted(held) == sorted(d.id for d in documents)
    assert len({group.id for group in groups}) == len(groups)
    firm = {d.id: edition_of(d)[0] for d in documents}
    assert all(len({firm[i] for i in g.document_ids if firm[i]}) <= 1 for g in groups)
