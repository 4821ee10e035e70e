"""Adjusted probabilities agree with a published example, with SciPy, and with their definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import false_discovery_control

from nlp.words.statistics.multiple import benjamini_hochberg, holm

# Fifteen tests on one trial: Benjamini & Hochberg 1995, section 3.2. At 0.05 their procedure keeps
# four results, those that bound the chance of one false result three.
TRIAL = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
TRIAL += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
CHANCES = arrays(
    np.float64,
    st.tuples(st.integers(1, 4), st.integers(1, 5)),
    elements=st.floats(0, 1, allow_subnormal=False),
)


def test_the_published_trial() -> None:
    assert np.count_nonzero(benjamini_hochberg(TRIAL).p <= 0.05) == 4
    assert np.count_nonzero(holm(TRIAL).p <= 0.05) == 3
    assert holm(TRIAL).tests == 15


@given(CHANCES)
def test_benjamini_and_hochberg_are_those_of_scipy(p: np.ndarray) -> None:
    found = benjamini_hochberg(p)
    assert found.p.shape == p.shape
    assert found.p.ravel().tolist() == pytest.approx(false_discovery_control(p.ravel()).tolist())


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
    found = benjamini_hochberg(some, everything.size)
    assert (found.p >= benjamini_hochberg(everything).p[:shown]).all()
    assert found.tests == everything.size


def test_ties_and_nothing() -> None:
    assert holm([0.01, 0.01, 0.01]).p.tolist() == pytest.approx([0.03, 0.03, 0.03])
    assert benjamini_hochberg([0.01, 0.01]).p.tolist() == [0.01, 0.01]
    assert holm([]).tests == 0
    assert benjamini_hochberg([]).p.shape == (0,)


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_what_is_no_probability_is_refused(adjust) -> None:  # type: ignore[no-untyped-def]
    for p in ([1.1], [-0.1], [np.nan]):
        with pytest.raises(ValueError, match="between 0 and 1"):
            adjust(p)
    with pytest.raises(ValueError, match="2 probabilities, but 1 tests"):
        adjust([0.1, 0.2], 1)
