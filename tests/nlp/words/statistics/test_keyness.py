"""Keyness agrees with published values and with SciPy, and says where it has nothing to say."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import binomtest, chi2, chi2_contingency
from scipy.stats.contingency import relative_risk

from nlp.words.statistics.contingency import Contingency
from nlp.words.statistics.keyness import (
    Correction,
    chi_squared,
    conservative_log_ratio,
    difference_coefficient,
    keyness,
    log_likelihood,
)

# 7 of 10 words of the target, 2 of 9 of the reference: the example that the tests of the R package
# quanteda.textstats check against chisq.test() and Deducer.
SMALL = Contingency.of_two([7], 10, [2], 9)
TABLES = arrays(
    np.int64, st.tuples(st.integers(1, 4), st.integers(1, 4)), elements=st.integers(0, 60)
)


def test_the_example_of_quanteda() -> None:
    found = keyness(SMALL)
    assert found.chi2[0] == pytest.approx(4.337160, abs=5e-7)
    assert found.chi2_yates[0] == pytest.approx(2.632438, abs=5e-7)
    assert found.g2[0] == pytest.approx(4.534939, abs=5e-7)
    assert log_likelihood(SMALL, "yates")[0] == pytest.approx(2.702844, abs=5e-7)
    assert log_likelihood(SMALL, "williams")[0] == pytest.approx(4.200833, abs=5e-7)


def test_the_likelihood_ratio_of_dunning() -> None:
    # Dunning 1993, Computational Linguistics 19, p. 61-74.
    assert log_likelihood(Contingency.of_table([[10, 0], [3, 31764]]))[0, 0] == pytest.approx(
        167.23, abs=5e-3
    )


def test_the_chi_squared_of_new_companies() -> None:
    # Manning & Schütze, Foundations of Statistical Natural Language Processing, 1999, 5.3.3.
    table = Contingency.of_table([[8, 4667], [15820, 14287181]])
    assert chi_squared(table)[0, 0] == pytest.approx(1.55, abs=5e-3)


# f1, f2, G², LogRatio, LRC of the tests of the R package corpora 0.6: 1,177 words against 341,805,
# a family of 20,109 words.
EVERT = [(2, 1, 18.8900, 8.9183, 0.0), (3, 1, 29.5641, 9.4037, 0.9884)]
EVERT.append((8, 0, 90.8497, 12.2688, 6.0209))


@pytest.mark.parametrize(("target", "reference", "g2", "ratio", "lrc"), EVERT)
def test_the_measures_of_evert(
    target: int, reference: int, g2: float, ratio: float, lrc: float
) -> None:
    found = keyness(Contingency.of_two([target], 1177, [reference], 341805), tests=20109)
    assert found.g2[0] == pytest.approx(g2, abs=5.1e-5)
    assert found.log_ratio[0] == pytest.approx(ratio, abs=5.1e-5)
    assert found.lrc[0] == pytest.approx(lrc, abs=5.1e-5)
    assert found.tests == 20109


def test_counts_stand_beside_the_scores() -> None:
    found = keyness(SMALL)
    assert (found.f[0], found.size[0]) == (7, 10)
    assert (found.reference[0], found.reference_size[0]) == (2, 9)
    assert found.expected[0] == pytest.approx(9 * 10 / 19)
    assert found.difference[0] == pytest.approx((0.7 - 2 / 9) / (0.7 + 2 / 9))


def test_the_coefficient_tells_the_percentage() -> None:
    d = difference_coefficient(SMALL)[0]
    risk = relative_risk(7, 10, 2, 9).relative_risk
    assert 200 * d / (1 - d) == pytest.approx(100 * (risk - 1))


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[0, 0], [2, 3]], "absent"),
        ([[0, 2], [0, 3]], "empty part"),
        ([[2], [3]], "nothing outside"),
        ([[2, 3]], "only word"),
        ([[0, 0], [0, 0]], "absent"),
    ],
)
def test_what_cannot_be_compared_says_why(table: list[list[int]], reason: str) -> None:
    found = keyness(Contingency.of_table(table))
    assert found.reason[0, 0] == reason
    scores = (found.g2, found.chi2, found.chi2_yates, found.log_ratio, found.lrc, found.difference)
    assert [one[0, 0] for one in scores] == [0] * 6
    assert found.p[0, 0] == 1


def test_zero_cells_have_finite_scores() -> None:
    found = keyness(Contingency.of_table([[0, 40, 0], [1000, 10, 3]]))
    assert found.reason.tolist() == [["", "", ""], ["", "", ""]]
    assert found.difference[0].tolist() == [-1, 1, -1]
    assert found.lrc[0, 0] < -3 < 3 < found.lrc[0, 1]
    assert found.lrc[0, 2] == 0  # three words are no proof that the word is rare among them


def test_a_word_as_frequent_on_both_sides_scores_nothing() -> None:
    found = keyness(Contingency.of_table([[10, 20], [90, 180]]))
    assert found.reason[0, 0] == ""
    assert (found.g2[0, 0], found.chi2[0, 0], found.lrc[0, 0]) == (0, 0, 0)
    assert found.difference[0, 0] == 0
    assert abs(found.log_ratio[0, 0]) < 0.04  # the halves that keep it finite


def test_scores_far_out_are_finite() -> None:
    found = keyness(Contingency.of_two([900_000], 10**6, [1], 10**9))
    assert found.g2[0] > 10_000
    assert found.p[0] == 0
    assert 20 < found.lrc[0] < found.log_ratio[0] < 30
    assert found.chi2_yates[0] < found.chi2[0] < np.inf


def test_a_table_without_all_words_is_given_its_sizes() -> None:
    whole = keyness(Contingency.of_table([[7, 2], [3, 7]]))
    row = keyness(Contingency.of_table([[7, 2]], sizes=[10, 9]))
    assert row.g2[0].tolist() == whole.g2[0].tolist()


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        (([3], [2], [5], [9]), "negative cell"),
        (([3], [4], [2], [9]), "negative cell"),
        (([0], [6], [6], [9]), "negative cell"),
        (([1.5], [2], [5], [9]), "whole counts"),
        (([1], [2], [5], [np.nan]), "whole counts"),
    ],
)
def test_counts_that_contradict_are_refused(counts: tuple[list[int], ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Contingency.of(*counts)


def test_sizes_tests_and_levels_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="2 parts, but 3 sizes"):
        Contingency.of_table([[1, 2]], sizes=[4, 5, 6])
    with pytest.raises(ValueError, match="at least one"):
        conservative_log_ratio(SMALL, tests=0)
    with pytest.raises(ValueError, match="between 0 and 1"):
        conservative_log_ratio(SMALL, level=95)


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_g2_and_chi_squared_are_those_of_scipy(table: np.ndarray) -> None:
    tables = Contingency.of_table(table)
    for word, part in np.argwhere(tables.comparable).tolist():
        f, frequency, size = table[word, part], table[word].sum(), table[:, part].sum()
        cells = [[f, size - f], [frequency - f, table.sum() - frequency - size + f]]
        for yates in (False, True):
            correction: Correction = "yates" if yates else "none"
            pearson = chi2_contingency(cells, correction=yates)
            likely = chi2_contingency(cells, correction=yates, lambda_="log-likelihood")
            found = abs(chi_squared(tables, correction)[word, part])
            assert found == pytest.approx(pearson.statistic, abs=1e-9)
            found = abs(log_likelihood(tables, correction)[word, part])
            assert found == pytest.approx(likely.statistic, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(TABLES, st.sampled_from([0.9, 0.95, 0.999]), st.integers(1, 1000))
def test_lrc_is_the_bound_of_an_exact_interval(table: np.ndarray, level: float, tests: int) -> None:
    tables = Contingency.of_table(table)
    found = conservative_log_ratio(tables, level, tests)
    for word, part in np.argwhere(tables.comparable).tolist():
        f, frequency = int(table[word, part]), int(table[word].sum())
        size, outside = table[:, part].sum(), table.sum() - table[:, part].sum()
        interval = binomtest(f, frequency).proportion_ci(1 - (1 - level) / tests, "exact")
        with np.errstate(divide="ignore"):
            low, high = (np.log2(p / np.float64(1 - p) * outside / size) for p in interval)
        nearest = low if low > 0 else min(0, high)
        assert found[word, part] == pytest.approx(nearest, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_every_score_is_finite_and_has_the_sign_of_its_word(table: np.ndarray) -> None:
    tables = Contingency.of_table(table)
    found = keyness(tables)
    side = np.sign(np.where(tables.comparable, tables.surplus, 0))
    for name in ("g2", "chi2", "chi2_yates", "lrc", "difference"):
        scores = getattr(found, name)
        assert scores.shape == table.shape
        assert np.isfinite(scores).all(), name
        assert (np.sign(scores) * side >= 0).all(), name
    assert np.isfinite(found.log_ratio).all()
    assert found.p == pytest.approx(chi2.sf(np.abs(found.g2), 1), abs=1e-12)
    assert found.tests == np.count_nonzero(found.reason == "")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 50), st.integers(0, 50))
def test_the_other_side_has_the_opposite_scores(target: int, reference: int) -> None:
    one = keyness(Contingency.of_two([target], 70, [reference], 300))
    other = keyness(Contingency.of_two([reference], 300, [target], 70))
    for field in dataclasses.fields(one):
        if field.name in ("g2", "chi2", "chi2_yates", "log_ratio", "lrc", "difference"):
            mine, theirs = getattr(one, field.name), getattr(other, field.name)
            assert mine == pytest.approx(-theirs, abs=1e-9), field.name
