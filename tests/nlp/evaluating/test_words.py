"""Passages found and compared by their words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.evaluating.words import Span, Words, letters

TEXT = "L’aide va aux asso-\nciations du Centre : l'aide\u00a0va aux communes, œuvre comprise."


def test_only_letters_and_digits_are_compared() -> None:
    assert letters("asso-\nciations") == letters("Associations")
    assert letters("L’aide\u00a0: 50 %") == letters("l'aide:50%")


def test_a_quote_is_found_wherever_it_stands() -> None:
    words = Words(TEXT)
    first, second = words.find("l'aide va AUX")
    assert first == Span(0, 4)
    assert second.end - second.first == 4
    assert words.find("associations du Centre") == (Span(4, 8),)
    assert words.find("absent") == words.find("") == words.find("!?") == ()


@pytest.mark.parametrize(
    ("one", "other", "alike", "strict"),
    [
        (Span(0, 10), Span(0, 10), True, True),
        (Span(0, 10), Span(5, 15), True, True),
        (Span(0, 10), Span(6, 16), False, False),
        (Span(0, 10), Span(0, 4), True, False),
        (Span(0, 10), Span(8, 12), True, False),
        (Span(0, 10), Span(9, 12), False, False),
        (Span(0, 4), Span(4, 8), False, False),
        (Span(3, 3), Span(0, 8), False, False),
    ],
)
def test_half_of_the_words_of_the_shorter_or_of_the_longer(
    one: Span, other: Span, alike: bool, strict: bool
) -> None:
    assert one.alike(other) == other.alike(one) == alike
    assert one.alike(other, strict=True) == other.alike(one, strict=True) == strict


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_a_piece_of_a_text_is_found_in_it(text: str, start: int, end: int) -> None:
    start, end = sorted((min(start, len(text)), min(end, len(text))))
    words = Words(text)
    if letters(text[start:end]):
        assert any(span.common(words.span(start, end)) for span in words.find(text[start:end]))


@given(st.text(max_size=40), st.text(max_size=10))
def test_any_quote_may_be_looked_for(text: str, quote: str) -> None:
    for span in Words(text).find(quote):
        assert 0 <= span.first <= span.end
