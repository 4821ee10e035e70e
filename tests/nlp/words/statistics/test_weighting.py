"""TF-IDF agrees with published values, and weighs nothing where all parts have the word."""

import numpy as np
import pytest

from nlp.words.statistics.weighting import tf_idf


def test_the_published_idf_of_four_words() -> None:
    # car, auto, insurance, best in 806,791 documents of Reuters: Manning, Raghavan & Schütze,
    # Introduction to Information Retrieval, 2008, figure 6.8.
    found = tf_idf(1, [18165, 6723, 19241, 25235], 806_791)
    assert found.tolist() == pytest.approx([1.65, 2.08, 1.62, 1.5], abs=5.1e-3)


def test_counts_are_weighted_by_how_few_parts_have_the_word() -> None:
    counts = np.array([[3, 0, 0, 0], [1, 5, 2, 4], [0, 0, 0, 0], [0, 2, 2, 0]])
    found = tf_idf(counts, np.array([[1], [4], [0], [2]]), 4)
    assert found[0].tolist() == pytest.approx([3 * np.log10(4), 0, 0, 0])
    assert found[3].tolist() == pytest.approx([0, 2 * np.log10(2), 2 * np.log10(2), 0])
    assert not found[1:3].any()
    assert not tf_idf([[3], [1]], [[1], [1]], 1).any()
