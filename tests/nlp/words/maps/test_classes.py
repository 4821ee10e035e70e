"""Reinert's classification: cases of the R package rainette, planted classes, odd corpora."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.stats import chi2_contingency

from corpora.campaign import InputError
from nlp.words.maps.classes import classify
from nlp.words.maps.cutting import cut
from tests.nlp.words.maps.inaugural import SEGMENTS, THREE_CLASSES, UNITS

# The seven segments of tests/testthat/test_rainette1.R of the R package, version 0.3.2.
SEVEN = np.array(
    [
        [1, 1, 1, 0, 0],
        [0, 0, 1, 1, 0],
        [1, 0, 0, 0, 0],
        [1, 1, 1, 1, 0],
        [1, 1, 1, 1, 1],
        [1, 0, 0, 0, 0],
        [1, 1, 1, 0, 0],
    ]
)
SEVENS_CLASSES = [2, 2, 1, 2, 2, 1, 2]
STEMS = sorted({stem for held in SEGMENTS for stem in held})
UNIT_OF = np.array(UNITS)
ADDRESSES = np.array(
    [
        [
            any(stem in SEGMENTS[place] for place in np.flatnonzero(unit == UNIT_OF))
            for stem in STEMS
        ]
        for unit in range(UNIT_OF.max() + 1)
    ]
)

PRESENCES = st.integers(3, 9).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 1), min_size=width, max_size=width), min_size=3, max_size=14
    )
).map(np.array)  # fmt: skip


def _alike(ours: np.ndarray, theirs: np.ndarray) -> bool:
    """Whether two numberings tell the same classes apart."""
    pairs = set(zip(ours.tolist(), theirs.tolist(), strict=True))
    return len(pairs) == len(set(ours.tolist())) == len(set(theirs.tolist()))


def _planted(seed: int = 3, segments: int = 240, classes: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Segments that hold the words of their class with chance .35, any other with .04."""
    chance = np.random.default_rng(seed)
    told = np.arange(segments) % classes
    own = np.arange(30) % classes
    held = chance.random((segments, 30)) < np.where(told[:, None] == own, 0.35, 0.04)
    return held, told


def test_seven_segments_are_cut_as_rainette_cuts_them() -> None:
    found = classify(SEVEN, 2, min_split_members=3)
    assert found.classes.tolist() == SEVENS_CLASSES
    (split,) = found.splits
    one, two = (SEVEN[found.classes == number].sum(axis=0) for number in (1, 2))
    assert split.chi2 == pytest.approx(chi2_contingency([one, two], correction=False).statistic)
    assert split.sizes == (2, 5)
    assert found.stop == "k"


def test_words_go_on_as_rainette_chooses_them() -> None:
    found = cut(sparse.csr_array(SEVEN, dtype=float), cc_test=0.3, tsj=3)
    assert found is not None
    low, high = found.kept
    assert np.flatnonzero(low).tolist() == []
    assert np.flatnonzero(high).tolist() == [1, 2, 3]


def test_two_addresses_fall_into_the_classes_that_rainette_finds() -> None:
    found = classify(ADDRESSES, 3)
    assert _alike(found.classes[UNIT_OF], np.array(THREE_CLASSES))
    assert len(found.leaves) == 3


def test_groups_below_the_least_size_are_left_whole() -> None:
    # rainette stops in the same places: 14 units, of which the first cut leaves 11 and 3
    def classes(least: int) -> tuple[int, str]:
        found = classify(ADDRESSES, 3, min_split_members=least)
        return len(found.leaves), found.stop

    assert classes(12) == (2, "too_small")
    assert classes(15) == (0, "too_small")


def test_planted_classes_are_found_again() -> None:
    held, told = _planted()
    found = classify(held, 3)
    table = np.array([np.bincount(told[found.classes == c], minlength=3) for c in (1, 2, 3)])
    assert table.max(axis=1).sum() > 0.9 * len(told)
    assert sorted(table.argmax(axis=1)) == [0, 1, 2]
    assert found.splits[0].node == 0
    assert found.splits[0].chi2 > found.splits[1].chi2


def test_counts_are_taken_as_presence_and_sparse_as_dense() -> None:
    held, _ = _planted()
    found = classify(held, 4)
    assert (classify(sparse.coo_array(held * 3), 4).classes == found.classes).all()


@settings(deadline=None, max_examples=40)
@given(PRESENCES, st.integers(2, 5))
def test_what_holds_of_every_classification(table: np.ndarray, k: int) -> None:
    found = classify(table, k, min_split_members=3, tsj=1)
    assert len(found.classes) == len(table)
    assert (found.classes[table.sum(axis=1) == 0] == 0).all()
    assert len(found.leaves) == (len(found.splits) + 1 if found.splits else 0) <= k
    assert set(found.classes.tolist()) - {0} == set(range(1, len(found.leaves) + 1))
    for split in found.splits:
        assert np.isfinite(split.chi2)
        assert split.chi2 > 0
        assert min(split.sizes) > 0


@settings(deadline=None, max_examples=40)
@given(PRESENCES)
def test_no_single_move_raises_the_chi2_of_a_cut(table: np.ndarray) -> None:
    table = table[table.sum(axis=1) > 0]
    table = table[:, table.sum(axis=0) > 0] if table.size else table
    found = cut(sparse.csr_array(table, dtype=float), 0.3, 3) if table.size else None
    if found is None:
        return
    assert found.chi2 == pytest.approx(_chi2(table, found.high))
    for row in range(len(table)):
        moved = found.high.copy()
        moved[row] = not moved[row]
        if moved.any() and not moved.all():
            assert _chi2(table, moved) <= found.chi2 * (1 + 1e-6)


def _chi2(table: np.ndarray, high: np.ndarray) -> float:
    sums = [table[~high].sum(axis=0), table[high].sum(axis=0)]
    return float(chi2_contingency(sums, correction=False).statistic)


@pytest.mark.parametrize(
    ("table", "stop"),
    [
        (np.zeros((0, 4)), "too_small"),
        (np.zeros((9, 0)), "too_small"),
        (np.ones((2, 8)), "too_small"),
        (np.ones((9, 2)), "too_small"),
        (np.ones((9, 8)), "alike"),
        (np.zeros((9, 8)), "alike"),
    ],
)
def test_what_cannot_be_cut_says_so(table: np.ndarray, stop: str) -> None:
    found = classify(table, 3)
    assert found.stop == stop
    assert found.splits == found.leaves == ()
    assert found.classes.tolist() == [0] * len(table)


def test_more_classes_than_segments_end_where_groups_are_small() -> None:
    # the first cut leaves 2 and 5 segments, the second parts the 5: three words are never left
    found = classify(SEVEN, 40, min_split_members=3)
    assert [split.sizes for split in found.splits] == [(2, 5), (2, 3)]
    assert found.classes.tolist() == [2, 3, 1, 3, 3, 1, 2]
    assert found.stop == "too_small"


def test_groups_too_small_for_a_class_stay_unclassified() -> None:
    held, _ = _planted()
    apart = np.zeros((3, 36), dtype=bool)
    apart[:, 30:] = True  # three segments of words that no other holds
    table = np.vstack((np.hstack((held, np.zeros((240, 6), dtype=bool))), apart))
    every = classify(table, 4)
    assert min(np.bincount(every.classes)[1:]) == 3
    found = classify(table, 4, min_class_members=5)
    assert found.dropped == (3,)
    assert found.classes[-3:].tolist() == [0, 0, 0]
    assert len(found.leaves) == len(found.splits) + 1 == 3
    assert _alike(found.classes[:-3], every.classes[:-3])
    nodes = {split.node for split in found.splits}
    assert {child for split in found.splits for child in split.children} <= nodes | {*found.leaves}
    none = classify(table, 4, min_class_members=200)
    assert (none.splits, none.leaves, set(none.classes.tolist())) == ((), (), {0})


def test_fewer_than_two_classes_are_refused() -> None:
    with pytest.raises(InputError, match="ask for 2 or more"):
        classify(SEVEN, 1)
