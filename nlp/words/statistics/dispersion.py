"""Dispersion: is a word spread evenly over the parts of a corpus, or heaped up in a few?"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array  # type: ignore[import-untyped]

from nlp.words.statistics.lexical import Floats, Sparse, Table, dense, is_whole

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Dispersion:
    """Dispersions of words, each an array of one number a word (docs/statistics.md has them all).

    ``dp`` and ``dp_norm`` are 0 where a word is even and near 1 where it is in one part, ``kld`` is
    0 where even and has no upper bound; the others are 1 where even. Where ``reason`` is not empty
    all are 0 and say nothing. ``parts`` is how many parts hold any word, ``range`` in how many of
    them this one is. A measure is computed when it is asked for.
    """

    frequency: Floats
    range: Ints
    parts: int
    reason: NDArray[np.str_]
    _words: "_Words"

    @cached_property
    def dp(self) -> Floats:
        return self._spread(self._words.dp)

    @cached_property
    def dp_norm(self) -> Floats:
        return self._spread(self._words.dp / (1 - self._words.least_share))

    @cached_property
    def dp_egbert(self) -> Floats:
        return self._spread(1 - self._words.dp / (1 - self._words.least_share_found()))

    @cached_property
    def d_a(self) -> Floats:
        return self._spread(self._words.d_a())

    @cached_property
    def juilland_d(self) -> Floats:
        return self._spread(self._words.juilland_d())

    @cached_property
    def carroll_d2(self) -> Floats:
        return self._spread(self._words.carroll_d2())

    @cached_property
    def rosengren_s(self) -> Floats:
        return self._spread(self._words.rosengren_s())

    @cached_property
    def kld(self) -> Floats:
        return self._spread(self._words.kld(), most=None)

    def _spread(self, scores: Floats, most: float | None = 1) -> Floats:
        everywhere = np.zeros(self.frequency.shape)
        everywhere[self.reason == ""] = np.clip(scores, 0, most)
        return everywhere


def dispersion(table: Table, sizes: ArrayLike | None = None) -> Dispersion:
    """The dispersion of every word of a lexical table, dense or sparse: words × parts.

    ``sizes`` are the parts' sizes where the table has not all of the words; else they are the sums
    of its columns. With v the word's count in each of n parts, s the part's size, t = v / Σv,
    w = s / Σs, r = v / s, and sums over parts:

    - ``dp`` = Σ|t - w| / 2: S. T. Gries, "Dispersions and adjusted frequencies in corpora",
      International Journal of Corpus Linguistics 13, 2008, p. 403-437;
    - ``dp_norm`` = DP / (1 - min w): J. Lijffijt & S. T. Gries, correction, ibid. 17, 2012, p. 147;
    - ``dp_egbert`` = 1 - DP / (1 - min w where v > 0): J. Egbert, B. Burch & D. Biber, "Lexical
      dispersion and corpus design", ibid. 25, 2020, p. 89-115;
    - ``d_a`` = 1 - (mean |r_i - r_j| over pairs i < j) / (2 mean r): B. Burch, J. Egbert &
      D. Biber, "Measuring and interpreting lexical dispersion", 2017;
    - ``juilland_d`` = 1 - (σ of r) / (mean r · √(n - 1)), σ² over n: A. Juilland &
      E. Chang-Rodríguez, "Frequency dictionary of Spanish words", 1964;
    - ``carroll_d2`` = entropy of r / Σr, over log n: J. B. Carroll, 1970;
    - ``rosengren_s`` = (Σ√(v w))² / Σv: I. Rosengren, 1971;
    - ``kld`` = Σ t log2(t / w): S. T. Gries, "Analyzing dispersion", 2020.

    A part of size 0 is no part.

    Raises ValueError on broken counts, or on a part that holds more of a word than its size.
    """
    cells = csr_array(table if isinstance(table, Sparse) else dense(table), dtype=np.float64)
    if cells.ndim != 2 or not is_whole(cells.data):
        raise ValueError("a lexical table has two dimensions and holds whole counts from 0 up")
    size = cells.sum(axis=0) if sizes is None else np.asarray(sizes, dtype=np.float64)
    if size.shape != (cells.shape[1],):
        raise ValueError(f"{cells.shape[1]} parts, but {size.size} sizes")
    if not is_whole(size):
        raise ValueError("parts' sizes are whole numbers from 0 up")
    cells.eliminate_zeros()
    frequency, found = cells.sum(axis=1), np.diff(cells.indptr)
    if not bool(np.all(cells.data <= size[cells.indices])):
        raise ValueError("a part holds more of a word than its size")
    parts = int(np.count_nonzero(size))
    said = frequency > 0 if parts > 1 else np.zeros(frequency.shape, dtype=np.bool_)
    words = _Words(cells[said], size[size > 0], size[cells[said].indices])

    return Dispersion(
        frequency=frequency,
        range=found.astype(np.int64),
        parts=parts,
        reason=np.select([frequency == 0, ~said], ["absent", "one part"], ""),
        _words=words,
    )


class _Words:
    """Words that occur, over two parts or more, by their non-empty cells alone.

    An empty cell adds nothing to most sums, and the same to all words in the others: a table of
    thousands of words by thousands of documents need never be written out.
    """

    def __init__(self, cells: csr_array, sizes: Floats, size: Floats) -> None:
        self._n = max(2, sizes.size)  # with fewer parts there are no words here
        self._found = np.diff(cells.indptr)
        self._starts = cells.indptr[:-1]
        self._rows = np.repeat(np.arange(cells.shape[0]), self._found)
        self._t = cells.data / cells.sum(axis=1)[self._rows]
        self._w = size / sizes.sum()
        rates = cells.data / size
        # The dispersions of rates rest on their shares of the sum of the word's rates alone.
        self._share = rates / self._sum(rates)[self._rows]
        self.dp = (1 + self._sum(np.abs(self._t - self._w) - self._w)) / 2
        self.least_share = float(np.min(sizes / sizes.sum(), initial=0.5))

    def least_share_found(self) -> Floats:
        least = np.ones(self._found.shape)
        np.minimum.at(least, self._rows, self._w)
        return least

    def d_a(self) -> Floats:
        # Sorted upwards, the k-th of n numbers is added k - 1 times and taken away n - k times.
        order = np.lexsort((self._share, self._rows))
        before = self._n - self._found - self._starts  # empty cells come first
        place = np.arange(order.size) + before[self._rows]
        distances = self._sum((2 * place + 1 - self._n) * self._share[order])
        return 1 - distances / (self._n - 1)

    def juilland_d(self) -> Floats:
        mean = 1 / self._n
        squares = self._sum((self._share - mean) ** 2) + (self._n - self._found) * mean**2
        evenness: Floats = 1 - np.sqrt(squares * self._n / (self._n - 1))
        return evenness

    def carroll_d2(self) -> Floats:
        return -self._sum(self._share * np.log(self._share)) / float(np.log(self._n))

    def rosengren_s(self) -> Floats:
        return self._sum(np.sqrt(self._t * self._w)) ** 2

    def kld(self) -> Floats:
        return self._sum(self._t * np.log2(self._t / self._w))

    def _sum(self, values: Floats) -> Floats:
        sums = np.bincount(self._rows, values, minlength=self._found.size)
        return sums.astype(np.float64)  # where there are no cells at all, they are integers
