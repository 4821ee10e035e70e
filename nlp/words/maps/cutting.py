"""One cut of Reinert's classification: segments in two groups, as unlike as their words can be."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]

from nlp.words.maps.correspondence import first_axis

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Less than this share of the χ² is rounding: a segment moved for it could move back for ever.
_LEAST_GAIN = 1e-9


@dataclass(frozen=True, eq=False)
class Cut:
    """Two groups of rows, and the χ² of the table of their two sums.

    ``high`` says of each row whether it lies in the group that the axis places on its positive
    side; ``kept`` which words go on into the low and into the high group.
    """

    high: Flags
    chi2: float
    kept: tuple[Flags, Flags]


def cut(presence: sparse.csr_array, cc_test: float, tsj: int) -> Cut | None:
    """Cut the rows of a 0/1 table without empty row or column in two; None where all are alike.

    Rows in the order of their coordinates on the first axis of a correspondence analysis are cut
    where the χ² of the two groups' summed words is greatest; then the one row whose move raises it
    most changes sides, until none does.
    """
    coordinates = first_axis(presence)
    if coordinates is None:
        return None
    # Rows with the same words have coordinates that differ in their last digits.
    order = np.lexsort((np.arange(coordinates.size), np.round(coordinates, 9)))
    groups = _Groups(presence)
    high = groups.best_along(order)
    high, chi2 = groups.exchanged(high)
    return Cut(high, chi2, _words_kept(groups.totals, groups.sums(high), cc_test, tsj))


class _Groups:
    """The χ² of a table's rows in two groups.

    With Q = Σ f²/t over the words' counts in one group and in all, and n of the table's N
    occurrences in that group, Pearson's χ² is N² (Q - n²/N) / (n (N - n)): so the χ² after any
    row's move is one product of the table and a vector.
    """

    def __init__(self, presence: sparse.csr_array) -> None:
        self._rows = presence
        self.totals: Floats = np.asarray(presence.sum(axis=0), dtype=np.float64).ravel()
        self._sizes: Floats = np.asarray(presence.sum(axis=1), dtype=np.float64).ravel()
        self._total = float(self._sizes.sum())
        # What a row adds to Q by itself, whatever its group.
        self._own: Floats = presence @ (1.0 / self.totals)

    def sums(self, high: Flags) -> Floats:
        counts: Floats = self._rows.T @ high.astype(np.float64)
        return counts

    def best_along(self, order: NDArray[np.intp]) -> Flags:
        """The rows after the best of all cuts along an order; of equals the first."""
        counts = np.zeros_like(self.totals)
        quotients = np.empty(order.size)
        quotient = 0.0
        starts, words = self._rows.indptr, self._rows.indices
        for place, row in enumerate(order):
            held = words[starts[row] : starts[row + 1]]
            quotient += float((2 * counts[held] / self.totals[held]).sum()) + self._own[row]
            counts[held] += 1
            quotients[place] = quotient
        chi2 = self._chi2(quotients, np.cumsum(self._sizes[order]))[:-1]
        high = np.zeros(order.size, dtype=np.bool_)
        high[order[_first_best(chi2) + 1 :]] = True
        return high

    def exchanged(self, high: Flags) -> tuple[Flags, float]:
        """Rows moved to the other group, each time the one that gains most, and the χ² reached."""
        high, counts = high.copy(), self.sums(high)
        starts, words = self._rows.indptr, self._rows.indices
        while True:
            size = float(counts.sum())
            shares = counts / self.totals
            quotient = float(counts @ shares)
            chi2 = float(self._chi2(np.array([quotient]), np.array([size]))[0])
            signs = np.where(high, -1.0, 1.0)
            moved = self._chi2(
                quotient + signs * 2 * (self._rows @ shares) + self._own, size + signs * self._sizes
            )
            best = _first_best(moved)
            if moved[best] <= chi2 * (1 + _LEAST_GAIN):
                return high, chi2
            counts[words[starts[best] : starts[best + 1]]] += signs[best]
            high[best] = not high[best]

    def _chi2(self, quotients: Floats, sizes: Floats) -> Floats:
        """0 for a group that holds all or nothing: it is no cut."""
        rest = self._total - sizes
        return np.divide(
            self._total**2 * (quotients - sizes**2 / self._total),
            sizes * rest,
            out=np.zeros_like(quotients),
            where=(sizes > 0) & (rest > 0),
        )


def _words_kept(totals: Floats, high: Floats, cc_test: float, tsj: int) -> tuple[Flags, Flags]:
    """The words that go on into each group, as the R package rainette chooses them.

    A word that both groups share (contingency coefficient up to ``cc_test``) goes into both, one
    that tells them apart into the group where it is over-used; each time if ``tsj`` segments hold
    it there.
    """
    observed = np.stack((totals - high, high))
    expected = totals * observed.sum(axis=1, keepdims=True) / totals.sum()
    chi2 = ((observed - expected) ** 2 / expected).sum(axis=0)
    shared = np.sqrt(chi2 / (chi2 + totals)) <= cc_test
    low_kept, high_kept = (observed >= tsj) & (shared | (observed > expected))
    return low_kept, high_kept


def _first_best(values: Floats) -> int:
    """The place of the greatest; of those that differ from it by rounding alone, the first."""
    return int(np.argmax(values >= values.max() * (1 - _LEAST_GAIN)))
