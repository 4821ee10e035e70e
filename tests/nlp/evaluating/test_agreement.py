"""Precision, recall, F1 and intervals, against values worked out by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score

from nlp.evaluating.agreement import Counts, Estimate, accuracy, count, estimate, macro_f1, score


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


@settings(deadline=None, max_examples=25)
@given(COUNCILS)
def test_scores_lie_between_0_and_1(by_authority: dict[str, Counts]) -> None:
    one = score(by_authority)
    for estimate_ in filter(None, (one.precision, one.recall, one.f1)):
        assert 0 <= estimate_.low <= estimate_.high <= 1
        assert 0 <= estimate_.value <= 1
    assert one.counts == sum(by_authority.values(), Counts())
    assert one.support == one.counts.tp + one.counts.fn
    assert one == score(dict(reversed(by_authority.items()))), "the order of councils is no matter"


def test_what_cannot_be_measured_is_told_apart_from_what_is_all_wrong() -> None:
    nothing = score({"a": Counts()})
    assert (nothing.precision, nothing.recall, nothing.f1) == (None, None, None)
    missed = score({"a": Counts(0, 0, 3)})
    assert missed.precision is None
    assert missed.recall == missed.f1 == Estimate(0, 0, 0)


def test_the_interval_holds_the_point_and_is_the_same_every_time() -> None:
    councils = {f"council {n}": Counts(5 + n % 4, n % 3, (n * 7) % 5) for n in range(18)}
    one = score(councils)
    for estimate_ in (one.precision, one.recall, one.f1):
        assert estimate_
        assert estimate_.low < estimate_.value < estimate_.high
    assert one == score(councils)


def test_councils_that_agree_leave_no_doubt_and_councils_that_differ_do() -> None:
    alike = score({name: Counts(5, 5, 5) for name in "abcdef"})
    assert alike.f1 == Estimate(0.5, 0.5, 0.5)
    apart = score(
        {name: Counts(10, 0, 0) if name < "d" else Counts(0, 10, 10) for name in "abcdef"}
    )
    assert apart.f1
    assert apart.f1.value == 0.5
    assert apart.f1.high - apart.f1.low > 0.5


def test_one_council_has_no_spread() -> None:
    assert score({"a": Counts(8, 2, 4)}).f1 == Estimate(0.727, 0.727, 0.727)


def test_macro_f1_is_the_mean_over_the_classes_that_occur() -> None:
    # three classes of F1 1, 2/3 and 0; a fourth that nobody saw
    row = (4, 0, 0, 1, 1, 0, 0, 0, 2, 0, 0, 0)
    one = estimate({"a": row}, macro_f1)
    assert one
    assert one.value == pytest.approx((1 + 2 / 3 + 0) / 3, abs=0.001)


def test_macro_f1_and_accuracy_are_those_of_scikit_learn() -> None:
    gold, found = list("aaabbcccca"), list("abababccca")
    classes = sorted(set(gold))
    row = [
        n
        for c in classes
        for one in [count_class(gold, found, c)]
        for n in (one.tp, one.fp, one.fn)
    ]
    macro = estimate({"x": row}, macro_f1)
    right = estimate({"x": [sum(map(str.__eq__, gold, found)), len(gold)]}, accuracy)
    assert macro
    assert right
    assert macro.value == round(f1_score(gold, found, average="macro"), 3)
    assert right.value == accuracy_score(gold, found)


def count_class(gold: list[str], found: list[str], value: str) -> Counts:
    pairs = list(zip(gold, found, strict=True))
    return Counts(
        sum(g == f == value for g, f in pairs),
        sum(f == value != g for g, f in pairs),
        sum(g == value != f for g, f in pairs),
    )
