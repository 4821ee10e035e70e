"""Two-by-two tables: how often a word is inside and outside a part, and all other words too."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nlp.words.statistics.lexical import Floats, Table, dense, is_whole

Cell = tuple[Floats, Floats, float]


@dataclass(frozen=True)
class Contingency:
    """Many two-by-two tables, each given by four counts; four arrays of one shape.

    ``f`` occurrences in the part, ``frequency`` F in the corpus, ``size`` t of the part, ``total``
    T of the corpus. The table is f, t - f (other words in the part), F - f, T - F - t + f.
    """

    f: Floats
    frequency: Floats
    size: Floats
    total: Floats

    @classmethod
    def of(cls, f: ArrayLike, frequency: ArrayLike, size: ArrayLike, total: ArrayLike) -> Self:
        """Tables from counts that broadcast to one shape.

        Raises ValueError where counts are broken, or say that a part holds more than there is.
        """
        counts = [np.asarray(one, dtype=np.float64) for one in (f, frequency, size, total)]
        made = cls(*np.broadcast_arrays(*counts))
        if not all(is_whole(one) for one in counts):
            raise ValueError("a two-by-two table holds whole counts from 0 up")
        if not bool(np.all((made.f <= np.minimum(made.frequency, made.size)) & (made._rest >= 0))):
            raise ValueError("a two-by-two table has a negative cell: its counts contradict")
        return made

    @classmethod
    def of_table(cls, table: Table, sizes: ArrayLike | None = None) -> Self:
        """Each part of a lexical table against all the others: tables of its shape.

        ``sizes`` are the parts' sizes where the table has not all of the words; else they are the
        sums of its columns.
        """
        counts = dense(table)
        size = counts.sum(axis=0) if sizes is None else np.asarray(sizes, dtype=np.float64)
        if size.shape != (counts.shape[1],):
            raise ValueError(f"{counts.shape[1]} parts, but {size.size} sizes")
        return cls.of(counts, counts.sum(axis=1)[:, None], size[None, :], size.sum())

    @classmethod
    def of_two(
        cls, target: ArrayLike, target_size: float, reference: ArrayLike, reference_size: float
    ) -> Self:
        """One corpus against another: counts of the same words in both, and both sizes."""
        target, reference = np.asarray(target), np.asarray(reference)
        return cls.of(target, target + reference, target_size, target_size + reference_size)

    @property
    def reference(self) -> Floats:
        """Occurrences outside the part, F - f."""
        return self.frequency - self.f

    @property
    def reference_size(self) -> Floats:
        """What is outside the part, T - t."""
        return self.total - self.size

    @property
    def _rest(self) -> Floats:
        return self.total - self.frequency - self.size + self.f

    @property
    def expected(self) -> Floats:
        """E = F·t/T, the occurrences in the part if the word were spread evenly; 0 where T is."""
        return ratio(self.frequency * self.size, self.total)

    @property
    def surplus(self) -> Floats:
        """f·T - F·t: its sign says on which side of E f is, exactly up to 2**53."""
        return self.f * self.total - self.frequency * self.size

    @property
    def comparable(self) -> NDArray[np.bool_]:
        """Where no margin is empty: elsewhere chance leaves one value of f, and scores are 0."""
        return (
            (self.frequency > 0)
            & (self.frequency < self.total)
            & (self.size > 0)
            & (self.size < self.total)
        )

    @property
    def reason(self) -> NDArray[np.str_]:
        """Why a score of 0 says nothing; empty where scores mean what they say."""
        return np.select(
            [self.frequency == 0, self.size == 0, self.size == self.total, ~self.comparable],
            ["absent", "empty part", "nothing outside", "only word"],
            "",
        )

    def cells(self) -> tuple[Cell, Cell, Cell, Cell]:
        """The four cells: observed, expected, and 1 or -1, their share in f's distance from E."""
        f, e, frequency, size = self.f, self.expected, self.frequency, self.size
        return (
            (f, e, 1.0),
            (size - f, size - e, -1.0),
            (frequency - f, frequency - e, -1.0),
            (self._rest, self.total - frequency - size + e, 1.0),
        )


def ratio(above: Floats, below: Floats) -> Floats:
    """The quotient, 0 where the divisor is 0."""
    return np.divide(above, below, out=np.zeros(np.shape(above)), where=below != 0)
