"""Clauses: what is quoted of a long sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.coding.clauses import clause_around


def _quoted(text: str, match: str) -> str:
    start = text.index(match)
    first, last = clause_around(text, start, start + len(match))
    return text[first:last]


@pytest.mark.parametrize(
    ("text", "match", "clause"),
    [
        (
            "Ouverte depuis 1998, l'antenne suit les dossiers, afin que l'Ombrelle pèse davantage.",
            "Ombrelle pèse",
            "afin que l'Ombrelle pèse davantage.",
        ),
        (
            "Rapprocher les habitants, les écoles et les ports, en particulier ceux de l'estuaire.",
            "Rapprocher",
            "Rapprocher les habitants, les écoles et les ports",
        ),
        (
            "Nos buts : attirer des entreprises ; former nos agents ; apprendre.",
            "former nos agents",
            "former nos agents ; apprendre.",
        ),
        ("Un mot.", "mot", "Un mot."),
    ],
)
def test_the_clause_that_says_it(text: str, match: str, clause: str) -> None:
    assert _quoted(text, match) == clause


@given(st.text(alphabet="ab,;:. -'’\nqui afin", min_size=1), st.data())
def test_a_clause_holds_the_match_and_is_no_space(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    first, last = clause_around(text, start, end)
    assert 0 <= first <= last <= len(text)
    assert text[first:last].strip() == text[first:last]
    if text[start].isalnum() and text[end - 1].isalnum():
        assert first <= start
        assert end <= last
