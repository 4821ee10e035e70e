import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.reading.encoding import decode
from nlp.reading.hyphens import joined
from nlp.reading.languages import language_of
from nlp.reading.lines import label_of, piece
from nlp.reading.normal import normal, tidy
from nlp.reading.plain import text_pieces
from nlp.reading.reader import MOST_CHARACTERS


@pytest.mark.parametrize(
    ("content", "charset", "encoding", "wrong"),
    [
        ("œuvre été".encode(), "", "utf-8", False),
        ("œuvre été".encode("utf-8-sig"), "", "utf-8", False),
        ("œuvre été".encode("utf-16"), "", "utf-16-le", False),
        ("œuvre été".encode("cp1252"), "", "cp1252", False),
        ("œuvre été".encode("cp1252"), "iso-8859-1", "cp1252", False),
        ("œuvre été".encode("cp1252"), "utf-8", "cp1252", True),
        ("œuvre été".encode(), "iso-8859-1", "utf-8", True),
        ("œuvre été".encode("iso-8859-15"), "iso-8859-15", "iso8859-15", False),
        ("œuvre été".encode(), "utf-7", "utf-8", False),
        (
            b"<meta charset='iso-8859-15'>" + "œuvre été".encode("iso-8859-15"),
            "",
            "iso8859-15",
            False,
        ),
        ("œuvre été é".encode()[:-1], "utf-8", "utf-8", True),
    ],
)
def test_decode(content, charset, encoding, wrong):
    decoded = decode(content, charset)
    assert "œuvre été" in decoded.text
    assert (decoded.encoding, decoded.wrong) == (encoding, wrong)


def test_a_document_too_long_is_told_with_the_limit(read):
    words = "Une ligne de mots comme une autre, et rien de plus. " * 100
    paragraph, most = f"<p>{words}</p>", MOST_CHARACTERS // len(words.strip())
    assert len(read(paragraph * most).text) > 0.99 * MOST_CHARACTERS
    event = read(paragraph * (most + 1))
    assert (event.stage, event.level, event.name) == ("read", "warning", "too_long")
    assert f"longer than {MOST_CHARACTERS:,}" in event.reason


@given(st.binary(max_size=200), st.sampled_from(["", "utf-8", "latin-1", "rot13", "idna", "x\0"]))
def test_decode_never_fails(content, charset):
    assert isinstance(decode(content, charset).text, str)


def test_normal_text():
    assert tidy("l’a\u00adction\u00a0: co\ufb01nancé, vis\u2011à\u2011vis  e\u0301té′") == (
        "l'action : cofinancé, vis-à-vis été'"
    )


@given(st.text())
def test_normal_text_is_nfc_and_stays_as_it_is(text):
    once = normal(text)
    assert unicodedata.is_normalized("NFC", once)
    assert normal(once) == once
    once.encode()


@pytest.mark.parametrize(
    ("before", "after", "spelled", "whole"),
    [
        ("la coopéra-", "tion décentralisée", (), "la coopération décentralisée"),
        ("leur savoir-", "faire", (), "leur savoir-faire"),
        ("est-", "il", (), "est-il"),
        ("un co-", "financement", ("co-financement",), "un co-financement"),
        ("Provence-", "Alpes", (), "Provence-Alpes"),
        ("fin de", "ligne", (), "fin de ligne"),
    ],
)
def test_hyphens_at_line_ends(before, after, spelled, whole):
    assert joined(before, after, frozenset(spelled)) == whole


def test_languages():
    assert (
        language_of("La Région soutient les projets de solidarité internationale des lycées.")
        == "fr"
    )
    assert (
        language_of("The Region supports projects led by local associations and schools.") == "en"
    )
    assert language_of("Appel à projets") == ""


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("Bénéficiaires : les associations", "Bénéficiaires"),
        ("Taux maximum : 50 %", "Taux maximum"),
        ("Article 3 : Bénéficiaires", ""),
        ("Rendez-vous à 10:30", ""),
        ("Voir http://a.example", ""),
        ("La Région, qui soutient les associations du territoire, le dit : oui", ""),
    ],
)
def test_labels(line, label):
    assert label_of(line) == label


def test_lines_without_a_letter_are_no_piece():
    assert piece(" *** ") is None


TYPED = """APPEL À PROJETS 2014

Bénéficiaires

Sont éligibles les structures suivantes, dès lors qu'elles
agissent avec un partenaire :
•associations
-  communes
  1. lycées publics

Date limite : 30 avril 2014

Les dossiers sont instruits par la direction de la coopéra-
tion.
Montant\tTaux
"""


def test_typed_text():
    partner = "dès lors qu'elles agissent avec un partenaire :"
    assert [(p.kind, p.text) for p in text_pieces(TYPED)] == [
        ("heading", "APPEL À PROJETS 2014"),
        ("heading", "Bénéficiaires"),
        ("paragraph", f"Sont éligibles les structures suivantes, {partner}"),
        ("item", "associations"),
        ("item", "communes"),
        ("item", "1. lycées publics"),
        ("field", "Date limite : 30 avril 2014"),
        ("paragraph", "Les dossiers sont instruits par la direction de la coopération."),
        ("field", "Montant : Taux"),
    ]


@given(st.text(alphabet="aé.:-•1\n\t >A'", max_size=80))
def test_no_typed_word_is_lost(text):
    letters = sorted(filter(str.isalpha, text))
    assert sorted(c for p in text_pieces(text) for c in p.text if c.isalpha()) == letters
