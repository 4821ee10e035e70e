"""Kept tokens come back as they were, and nothing else does."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.coding.running import POS, is_kept, kept, run_of, running

LEMMAS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=6)
TOKENS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 9), LEMMAS, st.sampled_from(POS)), max_size=6
)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4), TOKENS), max_size=5))
def test_what_is_kept_comes_back(passages: list[tuple[int, int, list[Any]]]) -> None:
    block, start = 0, 0
    given_, expected = [], []
    for number, (step, gap, tokens) in enumerate(passages):
        block, start, at, placed = block + step, start + gap, 0, []
        for space, length, lemma, pos in tokens:
            at += space
            placed.append((at, at + length, lemma, pos))
            expected.append((start + at, start + at + length, lemma, pos, block, number))
            at += length
        given_.append((block, start, run_of(placed)))
        start += at
    content = kept(given_)
    back = running(content)
    assert back is not None
    assert is_kept(content)
    columns = (back.starts, back.ends, back.lemmas, back.pos, back.blocks)
    found = [(a, b, lemma, POS[pos], c) for a, b, lemma, pos, c in zip(*columns, strict=True)]
    assert found == [one[:5] for one in expected]
    # Sentences without a token have no number: the others stay apart, in order.
    numbers = [one[5] for one in expected]
    ranks = {number: rank for rank, number in enumerate(dict.fromkeys(numbers))}
    assert back.sentences.tolist() == [ranks[number] for number in numbers]


WHOLE = kept([(0, 0, run_of([(0, 2, "le", "DET"), (3, 6, "mot", "NOUN")]))])


@pytest.mark.parametrize(
    "damage",
    [
        {"pos": "D"}, {"pos": "Dz"}, {"pos": "Dé"}, {"lemmas": "le"}, {"spans": "0 2 1"},
        {"spans": "0 2 1 x"}, {"spans": "0 2 1 0"}, {"spans": None}, {"sentences": "0 3"},
        {"sentences": "0"}, {"sentences": "0 2 0 0"}, {"lemmas": 3},
    ],
)  # fmt: skip
def test_what_is_not_whole_is_not_taken(damage: dict[str, Any]) -> None:
    assert running(WHOLE) is not None
    assert running(WHOLE | damage) is None
