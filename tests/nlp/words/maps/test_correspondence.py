"""Correspondence analysis: a published example, what must hold of every table, and odd tables."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.stats import chi2_contingency

from corpora.campaign import InputError
from nlp.words.maps import correspondence as module
from nlp.words.maps.correspondence import Correspondence, Profiles, correspondence

# Greenacre 1984, p. 55: staff (senior and junior managers and employees, secretaries) by smoking.
# What follows is what summary() of the R package ca (0.71) prints of it, in thousandths.
SMOKE = np.array([[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]])
EIGENVALUES = [0.074759, 0.010017, 0.000414]
SHARES = [0.877558731, 0.117586535, 0.004854734]
ROWS = {
    "mass": [57, 93, 264, 456, 130],
    "k1": [-66, 259, -381, 233, -201],
    "cor1": [92, 526, 999, 942, 865],
    "ctr1": [3, 84, 512, 331, 70],
    "k2": [-194, -243, -11, 58, 79],
    "cor2": [800, 465, 1, 58, 133],
    "ctr2": [214, 551, 3, 152, 81],
}
COLUMNS = {
    "mass": [316, 233, 321, 130],
    "k1": [-393, 99, 196, 294],
    "cor1": [994, 327, 982, 684],
    "ctr1": [654, 31, 166, 150],
    "k2": [-30, 141, 7, -198],
    "cor2": [6, 657, 1, 310],
    "ctr2": [29, 463, 2, 506],
}

TABLES = st.integers(1, 6).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 9), min_size=width, max_size=width), min_size=1, max_size=7
    )
).map(np.array).filter(lambda table: table.sum() > 0)  # fmt: skip


def test_the_published_example() -> None:
    found = correspondence(SMOKE)
    assert found.eigenvalues == pytest.approx(EIGENVALUES, abs=5e-7)
    assert found.shares == pytest.approx(SHARES, abs=5e-10)
    assert found.inertia == pytest.approx(0.085190, abs=5e-7)
    for cloud, told in ((found.rows, ROWS), (found.columns, COLUMNS)):
        assert cloud.masses * 1000 == pytest.approx(told["mass"], abs=0.51)
        for axis in (0, 1):
            # that package leaves the signs of axes to chance; here they are those of the first row
            sign = -1 if axis == 0 else np.sign(found.rows.coordinates[1, 1]) * -1
            published = np.array(told[f"k{axis + 1}"]) * sign
            assert cloud.coordinates[:, axis] * 1000 == pytest.approx(published, abs=0.51)
            cos2, share = cloud.cos2[:, axis] * 1000, cloud.contributions[:, axis] * 1000
            assert cos2 == pytest.approx(told[f"cor{axis + 1}"], abs=0.51)
            assert share == pytest.approx(told[f"ctr{axis + 1}"], abs=0.51)


def test_the_row_that_contributes_most_lies_on_the_positive_side() -> None:
    found = correspondence(SMOKE)
    most = found.rows.contributions.argmax(axis=0)
    assert (found.rows.coordinates[most, [0, 1, 2]] > 0).all()
    # rows in another order are the same picture, not its mirror
    turned = correspondence(SMOKE[::-1])
    assert turned.rows.coordinates[::-1] == pytest.approx(found.rows.coordinates)


def test_of_two_rows_that_contribute_alike_the_first_is_positive() -> None:
    found = correspondence([[5, 1], [1, 5]])
    assert found.rows.coordinates[:, 0] == pytest.approx([2 / 3, -2 / 3])


@settings(deadline=None, max_examples=40)
@given(TABLES)
def test_what_holds_of_every_table(table: np.ndarray) -> None:
    found = correspondence(table)
    full = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    chi2 = chi2_contingency(full, correction=False).statistic
    assert found.inertia == pytest.approx(chi2 / full.sum(), abs=1e-9)
    assert found.eigenvalues.sum() == pytest.approx(found.inertia, abs=1e-9)
    assert (np.diff(found.eigenvalues) <= 1e-12).all()
    for cloud in (found.rows, found.columns):
        _holds_of(cloud, len(found.eigenvalues))
    _are_in_transition(found, table)


def _holds_of(cloud: Profiles, axes: int) -> None:
    for numbers in (cloud.masses, cloud.distances, cloud.coordinates, cloud.cos2):
        assert np.isfinite(numbers).all()
    assert cloud.masses.sum() == pytest.approx(1)
    assert cloud.contributions.sum(axis=0) == pytest.approx(np.ones(axes))
    away = cloud.distances > 1e-9
    assert cloud.cos2[away].sum(axis=1) == pytest.approx(np.ones(away.sum()), abs=1e-6)
    assert not cloud.coordinates[cloud.masses == 0].any()
    assert cloud.masses @ cloud.coordinates == pytest.approx(np.zeros(axes), abs=1e-9)


def _are_in_transition(found: Correspondence, table: np.ndarray) -> None:
    """A row lies at the mean of the columns, weighed by its profile, over the root of λ."""
    present = found.rows.masses > 0
    profiles = table[present] / table[present].sum(axis=1, keepdims=True)
    expected = profiles @ found.columns.coordinates / np.sqrt(found.eigenvalues)
    assert found.rows.coordinates[present] == pytest.approx(expected, abs=1e-6)


def test_the_first_axes_of_a_large_sparse_table_are_those_of_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = np.random.default_rng(7).poisson(0.4, (60, 90))
    table[:20, :30] += np.random.default_rng(8).poisson(2, (20, 30))
    table[20:40, 30:60] += np.random.default_rng(9).poisson(1, (20, 30))
    table[13] = 0
    whole = correspondence(table)
    monkeypatch.setattr(module, "_SMALL", 0)
    first = correspondence(sparse.csr_array(table), axes=2)
    assert first.eigenvalues == pytest.approx(whole.eigenvalues[:2])
    assert first.shares == pytest.approx(whole.shares[:2])
    assert first.rows.coordinates == pytest.approx(whole.rows.coordinates[:, :2], abs=1e-8)
    assert first.columns.cos2 == pytest.approx(whole.columns.cos2[:, :2], abs=1e-8)
    again = correspondence(sparse.csr_array(table), axes=2)
    assert again.rows.coordinates.tobytes() == first.rows.coordinates.tobytes()


@pytest.mark.parametrize("table", [[[3, 1, 2]], [[2, 4], [1, 2], [3, 6]], [[7], [2]], [[0, 5]]])
def test_rows_of_one_profile_have_no_inertia_and_no_axis(table: list[list[int]]) -> None:
    found = correspondence(table)
    assert found.inertia == 0
    assert found.eigenvalues.size == found.shares.size == 0
    assert found.rows.coordinates.shape == (len(table), 0)


def test_what_cannot_be_analysed_is_refused() -> None:
    with pytest.raises(InputError, match="no part holds any of the words"):
        correspondence([[0, 0], [0, 0]])
    for broken in ([[1, -1], [2, 2]], [[1.0, np.nan], [2, 2]]):
        with pytest.raises(ValueError, match="holds counts from 0 up"):
            correspondence(broken)


def test_the_table_given_is_left_as_it_is() -> None:
    table = sparse.csr_array(SMOKE.astype(float))
    correspondence(table)
    assert (table.toarray() == SMOKE).all()
