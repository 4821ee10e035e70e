"""Adjusted probabilities agree with a published example and with their definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nlp.words.statistics.multiple import holm

# Fifteen tests on one trial: Benjamini & Hochberg 1995, section 3.2. At 0.05 procedures that bound
# the chance of one false result keep three results.
TRIAL = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
TRIAL += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
CHANCES = arrays(
    np.float64,
    st.tuples(st.integers(1, 4), st.integers(1, 5)),
    elements=st.floats(0, 1, allow_subnormal=False),
)


def test_the_published_trial() -> None:
    assert np.count_nonzero(holm(TRIAL).p <= 0.05) == 3
    assert holm(TRIAL).tests == 15


@given(CHANCES, st.floats(0.001, 0.5))
def test_holm_keeps_what_his_steps_keep(p: np.ndarray, level: float) -> None:
    left, kept = sorted(p.ravel().tolist()), 0
    while kept < len(left) and (len(left) - kept) * left[kept] <= level:
        kept += 1
    found = holm(p)
    assert found.p.shape == p.shape
    assert np.count_nonzero(found.p <= level) == kept
    assert (found.p >= p).all()


@given(CHANCES, st.integers(1, 20))
def test_what_a_threshold_left_out_counts_as_tests(p: np.ndarray, shown: int) -> None:
    everything = np.sort(p.ravel())
    some = everything[:shown]
    assert holm(some, everything.size).p.tolist() == holm(everything).p[:shown].tolist()
    assert holm(some, everything.size).tests == everything.size


def test_ties_and_nothing() -> None:
    assert holm([0.01, 0.01, 0.01]).p.tolist() == pytest.approx([0.03, 0.03, 0.03])
    assert (holm([]).tests, holm([]).p.shape) == (0, (0,))


def test_what_is_no_probability_is_refused() -> None:
    for p in ([1.1], [-0.1], [np.nan]):
        with pytest.raises(ValueError, match="between 0 and 1"):
            holm(p)
    with pytest.raises(ValueError, match="2 probabilities, but 1 tests"):
        holm([0.1, 0.2], 1)
