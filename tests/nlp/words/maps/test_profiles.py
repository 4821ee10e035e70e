"""The words and the most typical segments of classes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from nlp.words.maps.profiles import profiles, typical_segments

# Four segments of each class; the last one is in none. Words: of class 1, of class 2, of both.
HELD = np.array(
    [[1, 0, 1], [1, 0, 0], [1, 0, 1], [1, 0, 0], [0, 1, 1], [0, 1, 0], [0, 1, 1], [0, 1, 0],
     [1, 1, 1]]
)  # fmt: skip
CLASSES = np.array([1, 1, 1, 1, 2, 2, 2, 2, 0])


def test_a_words_chi2_is_that_of_the_table_of_two_by_two() -> None:
    found = profiles(HELD * 4, CLASSES, 2)
    assert found.sizes.tolist() == [4, 4]
    assert found.everywhere.tolist() == [4, 4, 4]
    assert found.inside.tolist() == [[4, 0, 2], [0, 4, 2]]
    # all 4 segments of the class and no other hold the word: χ² = n = 8
    assert found.chi2.tolist() == [[8, -8, 0], [-8, 8, 0]]
    assert found.p[0] == pytest.approx([0.004677735, 0.004677735, 1], abs=1e-9)


def test_words_are_those_that_the_class_holds_more_of() -> None:
    found = profiles(HELD, CLASSES, 2)
    assert [word.word for word in found.words(1)] == [0]
    assert found.words(2, most=0) == []


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.integers(0, 2), min_size=4, max_size=4), min_size=1, max_size=12))
def test_every_table_gives_numbers(rows: list[list[int]]) -> None:
    table, classes = np.array(rows), np.arange(len(rows)) % 3
    found = profiles(table, classes, 3)
    assert np.isfinite(found.chi2).all()
    assert ((found.p >= 0) & (found.p <= 1)).all()
    for number in (1, 2, 3):
        for word in range(4):
            inside, holds = (classes == number)[classes > 0], (table[:, word] > 0)[classes > 0]
            cross = [[(i == a and h == b) for i, h in zip(inside, holds, strict=True)]
                     for a in (True, False) for b in (True, False)]  # fmt: skip
            counts = np.array([sum(cells) for cells in cross]).reshape(2, 2)
            if counts.sum(axis=0).all() and counts.sum(axis=1).all():
                expected = chi2_contingency(counts, correction=False)
                assert abs(found.chi2[number - 1, word]) == pytest.approx(expected.statistic)
                assert found.p[number - 1, word] == pytest.approx(expected.pvalue)
            else:
                assert (found.chi2[number - 1, word], found.p[number - 1, word]) == (0, 1)


def test_typical_segments_hold_the_words_of_their_class() -> None:
    held = np.vstack((HELD, [[1, 0, 0]] * 3, [[0, 0, 0]]))
    classes = np.array([*CLASSES, 1, 1, 1, 1])
    found = profiles(held, classes, 2)
    typical = typical_segments(held, classes, found, 1)
    # those without the word are not typical, and equal scores stand in the order of the text
    assert [segment for segment, _ in typical] == [0, 1, 2, 3, 9, 10, 11]
    assert [score for _, score in typical] == pytest.approx([found.chi2[0, 0]] * 7)
    assert [s for s, _ in typical_segments(held, classes, found, 1, most=2)] == [0, 1]
