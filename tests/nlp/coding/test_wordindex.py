"""Found by its first word, a list finds what one expression of all its terms would."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.coding.labels import Lexicon, Span, fold, terms_regex

_WORDS = ("siège", "social", "œuvr*", "n°", "d'art", "art*", "a", "-x", "r&d", "é.b", "cœur", "*",
          "/an", "°c")  # fmt: skip
_TERMS = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3).map(" ".join)
_TEXTS = st.lists(
    st.sampled_from((*_WORDS, *"sx eœ°'.·(-)&oe2/", "sociaux", "sièges", "Œuvrer")), max_size=14
)


@settings(deadline=None, max_examples=300)
@given(st.lists(_TERMS, min_size=1, max_size=5), _TEXTS)
def test_an_index_finds_what_the_whole_expression_finds(terms: list[str], text: list[str]) -> None:
    folded = fold("".join(text))
    expected = [Span(*match.span(), "list") for match in terms_regex(terms).finditer(folded)]
    assert Lexicon({"list": terms}).spans(folded) == expected


def test_a_list_that_may_begin_anywhere_does_not_hide_another() -> None:
    lexicon = Lexicon({"a": ["°C", "siège"], "b": ["siège social"]})
    assert lexicon.spans("°c au siege social") == [
        Span(6, 11, "a"),
        Span(6, 18, "b"),
    ]
