"""Precision, recall, F1, accuracy and macro-F1, with intervals over resampled authorities."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 1000
_SEED = 20140924  # the day the study's first council websites were read

Table = NDArray[Any]
Measure = Callable[[Table], NDArray[np.float64]]


@dataclass(frozen=True)
class Counts:
    """True positives, false positives, false negatives."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def precision(self) -> float:
        """Share of what was found that is right: tp / (tp + fp); 0 where nothing was found."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def recall(self) -> float:
        """Share of what is there that was found: tp / (tp + fn); 0 where nothing is."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall: 2 tp / (2 tp + fp + fn)."""
        total = 2 * self.tp + self.fp + self.fn
        return 2 * self.tp / total if total else 0.0


@dataclass(frozen=True)
class Estimate:
    """A measure and its 95 % interval over resampled authorities, three decimals."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Score:
    """How one field, or one value of it, was found.

    ``support`` counts what the gold has, ``texts`` the texts judged. A measure is None where it is
    not defined (precision where nothing was found, recall where there is nothing) or not meant
    (accuracy of passages, macro-F1 of a field that has not several values). ``alpha`` is
    Krippendorff's, between program and gold; ``alpha_readers`` that between two human readings.
    """

    counts: Counts
    support: int
    texts: int
    precision: Estimate | None
    recall: Estimate | None
    f1: Estimate | None
    accuracy: Estimate | None = None
    macro_f1: Estimate | None = None
    alpha: float | None = None
    alpha_readers: float | None = None


def estimate(by_authority: Mapping[str, Sequence[int]], measure: Measure) -> Estimate | None:
    """A measure of all authorities' counts added up, and its 95 % interval.

    ``by_authority`` gives each authority's row of counts, all of one length; ``measure`` turns sums
    of them, shape (n, length), into n values, NaN where it is not defined. None where the sum of
    all gives no value.

    The interval is the percentile interval when whole authorities are drawn with replacement
    (cluster bootstrap, 1,000 rounds, fixed seed; A. C. Davison and D. V. Hinkley, "Bootstrap
    Methods and their Application", 1997, §§ 3.8 and 5.3): pages of one authority resemble each
    other, so single pages would give too narrow an interval. Rounds without a value are left out.
    """
    if not by_authority:
        return None
    table = np.array([by_authority[name] for name in sorted(by_authority)])
    (value,) = measure(table.sum(axis=0, keepdims=True))
    if np.isnan(value):
        return None
    draws = np.random.default_rng(_SEED).integers(0, len(table), (_ROUNDS, len(table)))
    rounds = measure(table[draws].sum(axis=1))
    low, high = np.percentile(rounds[~np.isnan(rounds)], [2.5, 97.5])
    return Estimate(*(round(float(x), 3) for x in (value, low, high)))


def ratio(part: Table, whole: Table) -> NDArray[np.float64]:
    """Share ``part / whole``, NaN where whole is 0."""
    shares = np.full(len(whole), np.nan)
    np.divide(part, whole, out=shares, where=whole > 0)
    return shares


def precision(sums: Table) -> NDArray[np.float64]:
    """``tp / (tp + fp)`` of rows tp, fp, fn."""
    return ratio(sums[:, 0], sums[:, 0] + sums[:, 1])


def recall(sums: Table) -> NDArray[np.float64]:
    """``tp / (tp + fn)`` of rows tp, fp, fn."""
    return ratio(sums[:, 0], sums[:, 0] + sums[:, 2])


def f1(sums: Table) -> NDArray[np.float64]:
    """``2 tp / (2 tp + fp + fn)`` of rows tp, fp, fn."""
    return ratio(2 * sums[:, 0], 2 * sums[:, 0] + sums[:, 1] + sums[:, 2])


def accuracy(sums: Table) -> NDArray[np.float64]:
    """``right / judged`` of rows right, judged."""
    return ratio(sums[:, 0], sums[:, 1])


def macro_f1(sums: Table) -> NDArray[np.float64]:
    """Mean F1 of rows tp, fp, fn, tp, fp, fn … of one class after another.

    A class that occurs neither in gold nor in what was found has no F1 and no part in the mean.
    """
    each = np.stack([f1(sums[:, i : i + 3]) for i in range(0, sums.shape[1], 3)])
    known = ~np.isnan(each)
    return ratio(np.where(known, each, 0).sum(axis=0), known.sum(axis=0))


def score(by_authority: Mapping[str, Counts], texts: int = 0) -> Score:
    """Precision, recall and F1 of all authorities together, with their intervals."""
    rows = {name: (c.tp, c.fp, c.fn) for name, c in by_authority.items()}
    total = sum(by_authority.values(), Counts())
    return Score(
        total,
        total.tp + total.fn,
        texts,
        estimate(rows, precision),
        estimate(rows, recall),
        estimate(rows, f1),
    )


def count(gold: Sequence[object], found: Sequence[object]) -> Counts:
    """Counts over values, each list taken as a set."""
    wanted, got = set(gold), set(found)
    return Counts(len(wanted & got), len(got - wanted), len(wanted - got))
