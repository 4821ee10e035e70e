"""Precision, recall, F1 and their intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

_ROUNDS = 1000
_SEED = 20140924  # the day the study's first council websites were read


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
class Score:
    """Counts over all authorities, with the 95 % interval of F1 over resampled authorities."""

    counts: Counts
    low: float
    high: float
    support: int


def score(by_authority: Mapping[str, Counts]) -> Score:
    """F1 of all authorities together, and its 95 % interval.

    The interval is the percentile interval when whole authorities are drawn with replacement
    (cluster bootstrap, 1,000 rounds, fixed seed): pages of one authority resemble each other, so
    single pages would give too narrow an interval.
    """
    names = sorted(by_authority)
    table = np.array([[c.tp, c.fp, c.fn] for c in map(by_authority.__getitem__, names)]).reshape(
        -1, 3
    )
    total = Counts(*map(int, table.sum(axis=0)))
    draws = np.random.default_rng(_SEED).integers(0, len(names), (_ROUNDS, len(names)))
    tp, fp, fn = table[draws].sum(axis=1).T
    denominator = 2 * tp + fp + fn
    f1 = np.divide(2 * tp, denominator, out=np.zeros(_ROUNDS), where=denominator > 0)
    low, high = np.percentile(f1, [2.5, 97.5])
    return Score(total, round(float(low), 3), round(float(high), 3), total.tp + total.fn)


def count(gold: Sequence[object], found: Sequence[object]) -> Counts:
    """Counts over values, each list taken as a set."""
    wanted, got = set(gold), set(found)
    return Counts(len(wanted & got), len(got - wanted), len(wanted - got))
