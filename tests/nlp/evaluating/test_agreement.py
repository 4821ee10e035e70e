"""Precision, recall, F1 and intervals, against values worked out by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.evaluating.agreement import Counts, count, score


@pytest.mark.parametrize(
    ("counts", "precision", "recall", "f1"),
    [
        (Counts(8, 2, 4), 0.8, 2 / 3, 16 / 22),
        (Counts(5, 0, 0), 1, 1, 1),
        (Counts(0, 3, 2), 0, 0, 0),
        (Counts(1, 0, 9), 1, 0.1, 2 / 11),
        (Counts(0, 0, 0), 0, 0, 0),
    ],
)
def test_known_values(counts: Counts, precision: float, recall: float, f1: float) -> None:
    assert counts.precision == pytest.approx(precision)
    assert counts.recall == pytest.approx(recall)
    assert counts.f1 == pytest.approx(f1)


def test_counts_add_up() -> None:
    assert Counts(1, 2, 3) + Counts(10, 20, 30) == Counts(11, 22, 33)


@pytest.mark.parametrize(
    ("gold", "found", "counts"),
    [
        (["a", "b"], ["b", "c", "d"], Counts(1, 2, 1)),
        (["a", "a"], ["a"], Counts(1, 0, 0)),
        ([50], [50.0], Counts(1, 0, 0)),
        ([], [], Counts()),
    ],
)
def test_values_are_compared_as_sets(gold: list, found: list, counts: Counts) -> None:  # type: ignore[type-arg]
    assert count(gold, found) == counts


COUNTS = st.builds(Counts, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
COUNCILS = st.dictionaries(st.text(min_size=1, max_size=5), COUNTS, min_size=1, max_size=6)


@settings(deadline=None)
@given(COUNCILS)
def test_scores_lie_between_0_and_1(by_authority: dict[str, Counts]) -> None:
    one = score(by_authority)
    assert 0 <= one.low <= one.high <= 1
    assert one.counts == sum(by_authority.values(), Counts())
    assert one.support == one.counts.tp + one.counts.fn
    assert one == score(dict(reversed(by_authority.items()))), "the order of councils is no matter"


def test_the_interval_holds_the_point_and_is_the_same_every_time() -> None:
    councils = {f"council {n}": Counts(5 + n % 4, n % 3, (n * 7) % 5) for n in range(18)}
    one = score(councils)
    assert one.low < one.counts.f1 < one.high
    assert one == score(councils)


def test_councils_that_agree_leave_no_doubt_and_councils_that_differ_do() -> None:
    alike = score({name: Counts(5, 5, 5) for name in "abcdef"})
    assert (alike.low, alike.high) == (0.5, 0.5)
    apart = score(
        {name: Counts(10, 0, 0) if name < "d" else Counts(0, 10, 10) for name in "abcdef"}
    )
    assert apart.counts.f1 == pytest.approx(0.5)
    assert apart.high - apart.low > 0.5


def test_one_council_has_no_spread() -> None:
    one = score({"a": Counts(8, 2, 4)})
    assert one.low == one.high == pytest.approx(16 / 22, abs=0.001)
