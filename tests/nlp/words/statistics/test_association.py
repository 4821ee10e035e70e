"""Association measures agree with published values and with their definitions."""

import numpy as np
import pytest

from nlp.words.statistics.association import (
    associations,
    log_dice,
    mutual_information,
    t_score,
)
from nlp.words.statistics.contingency import Contingency

# Bigrams of the New York Times, 14,307,668 words: Manning & Schütze, Foundations of Statistical
# Natural Language Processing, 1999, tables 5.6 and 5.14.
WORDS = 14_307_668


def test_mutual_information_of_names() -> None:
    # Ayatollah Ruhollah, Bette Midler
    names = Contingency.of([20, 20], [42, 41], [20, 27], WORDS)
    assert mutual_information(names).tolist() == pytest.approx([18.38, 17.98], abs=5e-3)


def test_t_score_of_new_companies() -> None:
    pair = Contingency.of([8], [15828], [4675], WORDS)
    assert t_score(pair)[0] == pytest.approx(0.999932, abs=5e-7)


def test_log_dice_is_14_where_two_words_are_always_together() -> None:
    # Rychlý 2008: at most 14; 0 is once in 16,384 occurrences of either; twice as often is 1 more.
    assert log_dice([5, 1, 2], [5, 16384, 16384], [5, 16384, 16384]).tolist() == [14, 0, 1]


def test_log_dice_of_windows_rests_on_the_node_itself() -> None:
    # 40 words stand inside windows around 10 occurrences of the node.
    found = associations(Contingency.of([6], [8], [40], [1000]), node=[10])
    assert found.log_dice[0] == pytest.approx(14 + np.log2(12 / 18))
    assert found.expected[0] == pytest.approx(0.32)
    assert found.mi[0] == pytest.approx(np.log2(6 / 0.32))
    assert (found.together[0], found.frequency[0], found.node[0]) == (6, 8, 10)


def test_pairs_as_frequent_as_by_chance_score_nothing() -> None:
    found = associations(Contingency.of([2], [10], [20], [100]))
    assert (found.g2[0], found.mi[0], found.t_score[0], found.p[0]) == (0, 0, 0, 1)
    assert found.reason.tolist() == [""]


def test_a_node_of_every_sentence_says_nothing() -> None:
    found = associations(Contingency.of([4], [4], [30], [30]))
    assert found.reason.tolist() == ["nothing outside"]
    assert (found.g2[0], found.mi[0], found.t_score[0]) == (0, 0, 0)


def test_pairs_that_never_meet_are_refused() -> None:
    never = Contingency.of([1, 0], [3, 3], [5, 5], 40)
    for measure in (mutual_information, t_score, associations):
        with pytest.raises(ValueError, match="never occurs together"):
            measure(never)
    with pytest.raises(ValueError, match="never occurs together"):
        log_dice([0], [3], [4])
    with pytest.raises(ValueError, match="one of its words never occurs"):
        log_dice([1], [0], [4])
    with pytest.raises(ValueError, match="whole numbers"):
        log_dice([1.5], [3], [4])
