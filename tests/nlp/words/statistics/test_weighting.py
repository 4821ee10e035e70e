"""TF-IDF agrees with published values, and says where it weighs nothing."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from nlp.words.statistics.weighting import inverse_document_frequency, tf_idf


def test_the_published_idf_of_four_words() -> None:
    # car, auto, insurance, best in 806,791 documents of Reuters: Manning, Raghavan & Schütze,
    # Introduction to Information Retrieval, 2008, figure 6.8.
    found = inverse_document_frequency([18165, 6723, 19241, 25235], 806_791)
    assert found.tolist() == pytest.approx([1.65, 2.08, 1.62, 1.5], abs=5.1e-3)


def test_counts_are_weighted_by_how_few_parts_have_the_word() -> None:
    found = tf_idf([[3, 0, 0, 0], [1, 5, 2, 4], [0, 0, 0, 0], [0, 2, 2, 0]])
    assert found.weights[0].tolist() == pytest.approx([3 * np.log10(4), 0, 0, 0])
    assert found.weights[3].tolist() == pytest.approx([0, 2 * np.log10(2), 2 * np.log10(2), 0])
    assert found.reason.tolist() == ["", "in every part", "absent", ""]
    assert not found.weights[1:3].any()
    assert (found.parts_with.tolist(), found.parts) == ([1, 4, 0, 2], 4)


def test_one_part_weighs_nothing_and_says_why() -> None:
    found = tf_idf(csr_array([[3], [1]]))
    assert not found.weights.any()
    assert found.reason.tolist() == ["in every part", "in every part"]


def test_an_empty_part_is_no_part() -> None:
    found = tf_idf([[1, 0, 0], [1, 4, 0]])
    assert found.parts == 2
    assert found.reason.tolist() == ["", "in every part"]
    assert tf_idf([[0, 0]]).reason.tolist() == ["absent"]
    assert tf_idf(np.zeros((0, 2))).weights.shape == (0, 2)


def test_what_is_no_lexical_table_is_refused() -> None:
    with pytest.raises(ValueError, match="lexical table"):
        tf_idf([[0.5, 1]])
