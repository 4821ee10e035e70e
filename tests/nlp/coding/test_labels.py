"""Word lists find what French writes in many ways, at the offsets of the text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.coding.labels import Lexicon, Span, fold


@settings(deadline=None)
@given(st.text())
def test_folding_keeps_every_offset(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


def test_folding_takes_accents_case_and_typography_away() -> None:
    assert fold("ÉLIGIBILITÉ ÇÀ") == "eligibilite ca"
    assert fold("L’Œuvre\u00a0à\u202f10") == "l'œuvre a 10"


def _found(term: str, text: str) -> list[str]:
    return [text[span.start : span.end] for span in Lexicon({"list": [term]}).spans(fold(text))]


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("association", "ASSOCIATIONS"),
        ("siège social", "Siège  social"),
        ("siège social", "siège-social"),
        ("siège social", "siège\u00a0social"),
        ("comité de jumelage", "Comités de jumelages"),
        ("bureau", "bureaux"),
        ("maître d'ouvrage", "maître d’ouvrage"),
        ("maître d’ouvrage", "maître d'ouvrage"),
        ("vivre-ensemble", "vivre ensemble"),
        ("vivre ensemble", "vivre-ensemble"),
        ("œuvr*", "oeuvrant"),
        ("œuvr*", "Œuvrent"),
        ("lycéen*", "lycéennes"),
        ("acteur", "acteur·rice·s"),
        ("acteur", "acteur.rice.s"),
        ("lycéen", "lycéen·ne·s"),
        ("étudiant", "étudiant(e"),
    ],
)
def test_a_term_is_found_as_it_is_written(term: str, text: str) -> None:
    assert _found(term, text) == [text]
    assert _found(term, f"Pour l’{text}, ou non.") == [text]


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("acteur", "un réacteur"),
        ("acteur", "une factrice"),
        ("siège", "assiégés"),
        ("lycée", "lycéens"),
        ("siège social", "son siège, social"),
        ("art", "partons"),
    ],
)
def test_a_term_is_not_found_in_another_word(term: str, text: str) -> None:
    assert _found(term, text) == []


def test_the_longest_term_of_a_list_wins() -> None:
    spans = Lexicon({"seat": ["siège", "siège social"]}).spans("le siege social et le siege")
    assert spans == [Span(3, 15, "seat"), Span(22, 27, "seat")]


def test_lists_do_not_hide_one_another() -> None:
    spans = Lexicon({"b": ["siège"], "a": ["siège social"]}).spans("siege social")
    assert {span.label for span in spans} == {"a", "b"}


@settings(deadline=None)
@given(st.text(alphabet="siège·(.)-’' oœuvr*e\u00a0", max_size=60))
def test_spans_lie_in_the_text(text: str) -> None:
    lexicon = Lexicon({"a": ["siège", "œuvr*"], "b": ["siège social", "vivre ensemble"]})
    for span in lexicon.spans(fold(text)):
        assert 0 <= span.start < span.end <= len(text)


def test_a_term_with_a_capital_needs_one_in_the_text() -> None:
    lexicon = Lexicon({"council": ["la Région", "conseil"]})
    text = "La Région aide la région voisine ; le Conseil aussi"
    found = [text[span.start : span.end] for span in sorted(lexicon.spans(fold(text), text))]
    assert found == ["La Région", "Conseil"]
