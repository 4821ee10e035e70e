"""Specificities agree with published tables, with exact arithmetic, and with what must hold."""

from fractions import Fraction
from math import comb, log10

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array

from nlp.words.statistics.specificity import Rule, probabilities, specificities

RULES: tuple[Rule, ...] = ("expected", "mode")

# Robespierre's speeches in ten parts (Lafon 1980, Mots 1, p. 127-165) and the values that the R
# package textometry 0.1.6 gives for them.
WORDS = ("de", "peuple", "republique", "ennemi", "patrie", "others")
ROBESPIERRE = [
    [464, 165, 194, 392, 398, 235, 509, 96, 58, 662],
    [45, 18, 15, 14, 53, 30, 42, 16, 4, 59],
    [35, 10, 16, 29, 29, 9, 21, 14, 2, 42],
    [30, 13, 11, 19, 22, 10, 16, 7, 2, 35],
    [6, 5, 16, 8, 23, 10, 35, 8, 3, 39],
    [7815, 2347, 3668, 6441, 7371, 4261, 9519, 1922, 1015, 13096],
]
EXPECTED = [
    [1.2477, 2.6891, -0.5534, 1.6471, -0.5096, -0.2909, -0.6132, -0.8098, 0.3884, -2.2050],
    [0.6161, 1.1466, -0.6709, -4.1743, 2.1122, 1.2906, -0.7980, 1.3632, -0.3977, -0.8410],
    [0.9753, 0.4424, 0.6038, 0.9023, 0.4706, -1.2797, -2.2003, 1.9736, -0.5366, -0.6335],
    [1.2133, 1.6778, 0.3146, 0.3091, 0.3364, -0.5024, -2.0550, 0.4965, -0.3552, -0.4359],
    [-4.2432, -0.4160, 1.4491, -2.0903, 0.6178, -0.3834, 1.5961, 0.8409, 0.2942, 0.6414],
    [-1.2657, -3.6429, 0.3542, -0.5984, -0.5387, 0.3333, 1.2439, -0.5569, 0.3377, 2.4355],
]


def exact(table: list[list[int]], word: int, part: int, rule: Rule = "expected") -> float:
    """The specificity by the definition, in exact fractions."""
    f, total = table[word][part], sum(map(sum, table))
    frequency, size = sum(table[word]), sum(row[part] for row in table)

    def chance(values: range) -> Fraction:
        ways = sum(comb(frequency, k) * comb(total - frequency, size - k) for k in values)
        return Fraction(ways, comb(total, size))

    over, most = f * total >= frequency * size, min(frequency, size)
    p = chance(range(f, most + 1) if over else range(f + 1))
    if rule == "mode":
        under = f < Fraction((frequency + 1) * (size + 1), total + 2)
        below = chance(range(f + 1 if under else f))
        if below == Fraction(1, 2):
            return 0.0
        if below not in (0, 1):
            over, p = below > Fraction(1, 2), min(below, 1 - below)
    log = log10(p.numerator) - log10(p.denominator)
    return -log if over else log


def test_all_sixty_cells_of_the_published_table() -> None:
    np.testing.assert_allclose(specificities(ROBESPIERRE), EXPECTED, atol=5.1e-5)


def test_the_rule_of_2009_differs_in_two_cells() -> None:
    # "de" in D6 and "patrie" in D9, as the older package textometrieR printed them.
    scores = specificities(ROBESPIERRE, "mode")
    assert scores[0, 5] == pytest.approx(0.3114, abs=5.1e-5)
    assert scores[4, 8] == pytest.approx(-0.3079, abs=5.1e-5)
    assert np.argwhere(np.abs(scores - EXPECTED) > 1e-4).tolist() == [[0, 5], [4, 8]]


def test_sparse_tables_are_tables() -> None:
    assert specificities(csr_array(ROBESPIERRE)).tolist() == specificities(ROBESPIERRE).tolist()


def test_a_word_as_frequent_as_expected_is_over_used() -> None:
    # f = E: a tie goes to the positive side, and the tail holds f itself.
    even = [[10, 10], [90, 90]]
    assert specificities(even)[0, 0] == pytest.approx(exact(even, 0, 0))
    assert specificities(even)[0, 0] > 0
    assert specificities(even, "mode")[0, 0] == pytest.approx(exact(even, 0, 0, "mode"))


def test_the_rule_of_2009_where_it_would_give_infinity() -> None:
    # The word's only occurrence is in a part of nine words of ten: nothing is beyond f.
    table = [[1, 0], [8, 1]]
    assert specificities(table, "mode")[0, 0] == pytest.approx(-log10(0.9))


def test_probabilities_are_of_both_sides() -> None:
    found = probabilities(np.array([3.0, -3.0, 0.1, 0.0, 400.0]))
    assert found.tolist() == pytest.approx([0.002, 0.002, 1, 1, 0])


def test_a_part_against_the_rest() -> None:
    # Example of textometry: a lexicon of 28 words and a sub-lexicon of 10 of them.
    lexicon = [1, 2, 1, 3, 2, 1, 2, 2, 2, 4, 1, 3, 4]
    part = [1, 2, 1, 2, 0, 0, 1, 0, 0, 3, 0, 0, 0]
    table = [[f, total - f] for f, total in zip(part, lexicon, strict=True)]
    expected = [0.4472, 0.9243, 0.4472, 0.5469, -0.3928, -0.1919, 0.2253]
    expected += [-0.3928, -0.3928, 0.9365, -0.1919, -0.6037, -0.8255]
    np.testing.assert_allclose(specificities(table)[:, 0], expected, atol=5.1e-5)


def test_probability_of_a_published_tail() -> None:
    # F = 296, t = 1084, T = 61449: P(X >= 11) = 0.01698897.
    table = [[11, 296 - 11], [1084 - 11, 61449 - 1084 - 296 + 11]]
    assert 10 ** -specificities(table)[0, 0] == pytest.approx(0.01698897, abs=1e-8)


def test_no_underflow_far_out_in_the_tail() -> None:
    table = [[400, 10], [600, 40_000]]
    far = specificities(table)[0, 0]
    assert far > 600
    assert far == pytest.approx(exact(table, 0, 0), abs=1e-6)
    table = [[0, 3000], [3000, 1000]]
    absent = specificities(table)[0, 0]
    assert absent < -600
    assert absent == pytest.approx(exact(table, 0, 0), abs=1e-6)


def test_edges_are_zero_not_nan() -> None:
    assert specificities([[0, 0], [0, 0]]).tolist() == [[0, 0], [0, 0]]
    assert specificities([[3], [4]]).tolist() == [[0], [0]]
    assert specificities([[3, 4]], "mode").tolist() == [[0, 0]]
    for rule in RULES:
        with_empty = specificities([[0, 0, 0], [5, 0, 3], [2, 0, 9]], rule)
        assert with_empty[0].tolist() == [0, 0, 0]
        assert with_empty[:, 1].tolist() == [0, 0, 0]
        assert not np.signbit(with_empty[with_empty == 0]).any()


@pytest.mark.parametrize(
    "table", [[[1.5, 2]], [[-1, 2]], [1, 2, 3], [[float("nan"), 1]], [[float("inf"), 1]]]
)
def test_what_is_no_lexical_table_is_refused(table: list[object]) -> None:
    with pytest.raises(ValueError, match="lexical table"):
        specificities(table)


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=60, deadline=None)
@given(
    arrays(np.int64, st.tuples(st.integers(1, 5), st.integers(1, 4)), elements=st.integers(0, 40))
)
def test_every_cell_is_what_exact_arithmetic_gives(rule: Rule, table: np.ndarray) -> None:
    result = specificities(table, rule)
    rows = table.tolist()
    for word in range(table.shape[0]):
        for part in range(table.shape[1]):
            assert result[word, part] == pytest.approx(exact(rows, word, part, rule), abs=1e-9)


def test_a_large_table_has_no_cell_that_underflows() -> None:
    rng = np.random.default_rng(0)
    table = rng.poisson(rng.pareto(1, (4000, 1)) + 0.2, (4000, 50))
    for rule in RULES:
        assert np.isfinite(specificities(table, rule)).all()
