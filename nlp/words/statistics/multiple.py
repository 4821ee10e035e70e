"""Many tests at once: what remains of a probability when so many were looked at."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nlp.words.statistics.lexical import Floats


@dataclass(frozen=True)
class Adjusted:
    """Adjusted probabilities, of the shape of those given, and for how many tests.

    Below a level such as 0.05, a result stands at that level for all tests together.
    """

    p: Floats
    tests: int


def holm(p: ArrayLike, tests: int | None = None) -> Adjusted:
    """Holm: the chance of one or more false results stays below the level, whatever the tests.

    Sorted upwards, the i-th of m is (m - i + 1) p, at most 1 and not below the one before it.
    ``tests`` is m where the largest were left out, as by a threshold; else all are given.

    Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal
    of Statistics 6, 1979, p. 65-70.

    Raises ValueError on what is no probability, or fewer tests than probabilities.
    """
    given, order, many = _sorted(p, tests)
    steps = (many - np.arange(given.size)) * given.ravel()[order]
    return Adjusted(_unsorted(np.maximum.accumulate(steps), order, given), many)


def _sorted(p: ArrayLike, tests: int | None) -> tuple[Floats, NDArray[np.intp], int]:
    given = np.asarray(p, dtype=np.float64)
    if not bool(np.all((given >= 0) & (given <= 1))):
        raise ValueError("a probability is between 0 and 1")
    if tests is not None and tests < given.size:
        raise ValueError(f"{given.size} probabilities, but {tests} tests")
    return (
        given,
        np.argsort(given, axis=None, kind="stable"),
        given.size if tests is None else tests,
    )


def _unsorted(steps: Floats, order: NDArray[np.intp], given: Floats) -> Floats:
    adjusted = np.empty(given.size)
    adjusted[order] = np.minimum(1.0, steps)
    return adjusted.reshape(given.shape)
