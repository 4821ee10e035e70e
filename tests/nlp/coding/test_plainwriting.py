"""Plain writing changes how words are spelled for the model, never where they stand."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.coding.plainwriting import plain

ACRONYMS = {"AFD", "ONG", "UE"}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("citoyen·ne·s", "citoyens"),
        ("lycéen•nes", "lycéens"),
        ("élu-e-s", "élus"),
        ("acteur·rice", "acteur"),
        ("agriculteurs-trices", "agriculteurs"),
        ("étudiant(e)s", "étudiants"),
        ("association(s)", "associations"),
        ("lycéen.ne.s", "lycéens"),
        ("acteurs/trices", "acteurs"),
        ("tou·te·s", "tous"),
        ("heureux·se", "heureux"),
        ("professionnel·le·s", "professionnels"),
        ("l’ONG", "l'ONG"),
        ("APPEL À PROJETS", "Appel à projets"),
        ("AIDES DE L'UE", "Aides de l'UE"),
        ("MONDE", "Monde"),
        # What only looks so stays.
        ("est-elle", "est-elle"),
        ("Nord-Sud", "Nord-Sud"),
        ("loi(les textes)", "loi(les textes)"),
        ("AFD", "AFD"),
        ("AFD UE", "AFD UE"),
        ("PNUD", "PNUD"),
        ("www.region.e-s.fr", "www.region.e-s.fr"),
        ("dix.", "dix."),
    ],
)
def test_words_are_read(written: str, read: str) -> None:
    assert plain(written, ACRONYMS).text == read


PIECES = st.sampled_from(
    ["citoyen·ne·s", "élu-e-s", "étudiant(e)s", "L’ONG", "APPEL À PROJETS", "mot", "…", "é", "AFD"]
)


@given(st.lists(PIECES, max_size=8), st.sampled_from([" ", ", ", "\u00a0"]))
def test_every_character_keeps_its_place(pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    read = plain(text, ACRONYMS)
    places = [read.place(index) for index in range(len(read.text) + 1)]
    assert places == sorted(places)
    assert places[-1] == len(text)
    written = [
        text[read.place(m.start()) : read.place(m.end())] for m in re.finditer(r"\w+", read.text)
    ]
    spelled = "".join(written)
    kept = re.sub(r"\W", "", text)
    assert re.sub(r"\W", "", spelled) == kept, "no letter is lost or read twice"
