"""The notation matches what it says, and no more."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.coding import notation
from nlp.coding.labels import Lexicon, fold
from nlp.coding.notation import Labelled, Notation

LEXICON = Lexicon(
    {"seat": ["siège"], "place": ["ombrelle"], "neg": ["hors"], "must": ["doit", "doivent"]}
)


def _labelled(text: str) -> Labelled:
    folded = fold(text)
    return Labelled(folded, tuple(sorted(LEXICON.spans(folded))))


def _found(notation: str, text: str) -> list[str]:
    return [text[start:end] for start, end in Notation(notation).find(_labelled(text))]


@pytest.mark.parametrize(
    ("notation", "text", "found"),
    [
        ("<seat>", "le siège et le siège", ["siège", "siège"]),
        ("<seat|place>", "siège en Ombrelle", ["siège", "Ombrelle"]),
        ("<seat> ~2 <place>", "le siège est en Ombrelle", ["siège est en Ombrelle"]),
        ("<seat> ~1 <place>", "le siège est en Ombrelle", []),
        ("<seat> ~2 <place>", "Ombrelle a un siège", []),
        ("<seat> <place>", "siège : Ombrelle", ["siège : Ombrelle"]),
        ("<seat> <place>", "siège en Ombrelle", []),
        ("<seat> ~3!neg <place>", "siège en Ombrelle", ["siège en Ombrelle"]),
        ("<seat> ~3!neg <place>", "siège hors d'Ombrelle", []),
        ("<seat> ~3!neg <place>", "hors : siège en Ombrelle", ["siège en Ombrelle"]),
        ("<seat> ~3!neg|must <place>", "siège doit être Ombrelle", []),
        ("<seat> ~1 social? ~1 <place>", "siège en Ombrelle", ["siège en Ombrelle"]),
        ("<seat> social? ~1 <place>", "siège social en Ombrelle", ["siège social en Ombrelle"]),
        ("<neg>? <seat>", "hors siège", ["hors siège", "siège"]),
        ("<neg>? <seat>", "le siège", ["siège"]),
        ("en <place>", "En Ombrelle", ["En Ombrelle"]),
        ("déroul* ~2 <place>", "se déroulera en Ombrelle", ["déroulera en Ombrelle"]),
        ("déroul <place>", "déroulera Ombrelle", []),
        ("<must> & <seat>", "Le siège doit être ici", ["siège doit"]),
        ("<must> & <seat>", "Le siège est ici", []),
        ("<must> & <seat> ~2 <place>", "doit : siège en Ombrelle", ["doit : siège en Ombrelle"]),
        ("<must> & <seat> ~2 <place>", "doit : siège, et Ombrelle", ["doit : siège, et Ombrelle"]),
        ("<must> & <seat> ~2 <place>", "doit : siège là-bas, loin d'Ombrelle", []),
    ],
)
def test_a_notation_matches(notation: str, text: str, found: list[str]) -> None:
    assert _found(notation, text) == found


def test_the_nearest_end_is_taken() -> None:
    assert _found("<seat> ~9 <place>", "siège en Ombrelle ou Ombrelle") == ["siège en Ombrelle"]


def test_a_first_choice_that_leads_nowhere_is_given_up_for_a_later_one() -> None:
    text = "siège Ombrelle, puis Ombrelle hors"
    assert _found("<seat> ~3 <place> <neg>", text) == [text]


@pytest.mark.parametrize("notation", ["<seat", "seat>", "<seat> ~x <place>", "(seat)", "", "~3"])
def test_what_is_no_notation_is_refused(notation: str) -> None:
    with pytest.raises(ValueError, match=r"pattern|match everything"):
        Notation(notation)


@pytest.mark.parametrize("notation", ["<seat>?", "<seat>? ~3 <place>?", "<seat> & <place>?"])
def test_a_notation_that_asks_for_nothing_is_refused(notation: str) -> None:
    with pytest.raises(ValueError, match="match everything"):
        Notation(notation)


WORDS = st.sampled_from(
    ["siège", "Ombrelle", "hors", "doit", "social", "le", "en", ",", ":", "-", "l'", "œuvre", "É"]
)
TEXTS = st.lists(WORDS, max_size=14).map(" ".join)
ELEMENTS = st.sampled_from(["<seat>", "<place>", "<neg>", "<must|seat>", "social", "en", "s*"])
GAPS = st.sampled_from([" ", " ~1 ", " ~3 ", " ~4!neg ", " <neg>? ", " & "])


@st.composite
def notations(draw: st.DrawFn) -> str:
    text = draw(ELEMENTS)
    for _ in range(draw(st.integers(0, 3))):
        text += draw(GAPS) + draw(ELEMENTS)
    return text


@settings(deadline=None)
@given(notations(), TEXTS)
def test_what_is_found_lies_in_the_text(notation: str, text: str) -> None:
    for start, end in Notation(notation).find(_labelled(text)):
        assert 0 <= start < end <= len(text)


@settings(deadline=None)
@given(notations(), TEXTS, TEXTS)
def test_words_added_at_the_end_hide_no_match(notation: str, text: str, more: str) -> None:
    if _found(notation, text):
        assert _found(notation, f"{text} {more}")


@settings(deadline=None)
@given(notations(), TEXTS)
def test_plain_words_in_front_change_nothing(notation: str, text: str) -> None:
    before = _found(notation, text)
    assert _found(notation, f"Voici donc {text}") == before


def test_a_passage_that_repeats_itself_is_not_searched_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A list of all countries in one table cell, or a page made to stall the program.
    asked = 0
    search = notation._Sequence._end_from

    def counted(self: notation._Sequence, index: int, end: int, slack: int) -> int | None:
        nonlocal asked
        asked += 1
        return search(self, index, end, slack)

    monkeypatch.setattr(notation._Sequence, "_end_from", counted)
    passage = _labelled("siège ombrelle " * 300)
    assert not list(Notation("<seat> ~25 <place> ~60 <place> ~3 jamais").find(passage))
    assert asked < 300 * 100  # each place from each before it; all ways would be 300 × 13 × 30
