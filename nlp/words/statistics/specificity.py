"""Lafon's specificity: is a word surprisingly frequent, or rare, in one part of a corpus?"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nlp.words.statistics.lexical import Floats, Table, dense

Mask = NDArray[np.bool_]
Rule = Literal["expected", "mode"]
"""Which cells are over-used, and what the tail holds (see ``specificities``)."""

# A further term of the tail below this share of what is summed cannot change a float64.
_NEGLIGIBLE = 1e-17
_HALF = float(np.log10(0.5))
# Nearer to it than the error of a logarithm of binomials, a probability is one half.
_TIED = 1e-9


def specificities(table: Table, rule: Rule = "expected") -> Floats:
    """The specificity of every word in every part.

    ``table`` holds whole counts, dense or sparse, one row a word and one column a part, so that its
    row sums are the words' frequencies F, its column sums the parts' sizes t, its sum the corpus's
    size T. Cells are signed powers of ten, of the same shape, always finite: everything is computed
    in logarithms, however small the probability. With X ~ Hypergeometric(T, F, t):

    ``"expected"``, the rule of the R package textometry 0.1.6: a cell with f >= F·t/T is
    +|log10 P(X >= f)| (over-used: 3 means one chance in a thousand), one with f < F·t/T is
    log10 P(X <= f) (under-used).

    ``"mode"``, the rule of textometrieR of 2009: p is P(X <= f) where f is under the mode
    (F + 1)(t + 1) / (T + 2) and P(X < f) elsewhere; a cell is log10 p where p < 1/2,
    |log10(1 - p)| where p > 1/2, and 0 where p = 1/2. Where that is the logarithm of 0, because f
    is the least or the greatest value possible, the cell is as by ``"expected"``.

    Where chance leaves one value of f only (an absent word, an empty part, one part, one word),
    a cell is 0.

    Source: P. Lafon, "Sur la variabilité de la fréquence des formes dans un corpus", Mots 1, 1980,
    doi 10.3406/mots.1980.1008.

    Raises ValueError on a table that is not two-dimensional or holds a negative or broken count.
    """
    counts = dense(table)
    return specificities_of(counts, counts.sum(axis=1), counts.sum(axis=0), rule)


def specificities_of(
    counts: Floats, frequencies: Floats, sizes: Floats, rule: Rule = "expected"
) -> Floats:
    """The same for some rows of a table: their words' frequencies, and the sizes of all parts."""
    total = float(sizes.sum())
    f, frequency, size, places = _distinct(counts, frequencies, sizes)
    open_ = (frequency > 0) & (frequency < total) & (size > 0) & (size < total)
    cells = _Cells(f[open_], frequency[open_], size[open_], total)
    scores = np.zeros_like(f)
    scores[open_] = cells.by_expected() if rule == "expected" else cells.by_mode()
    # -0.0 would print as a negative specificity
    return scores[places].reshape(counts.shape) + 0.0


def probabilities(scores: Floats) -> Floats:
    """The two-sided probability of each specificity, for ``multiple``: 2 · 10^-|s|, at most 1.

    Twice the tail, since the side was chosen by looking. Below some 1e-308 it is 0.
    """
    return np.minimum(1.0, 2.0 * 10.0 ** -np.abs(scores))


def _distinct(
    counts: Floats, frequencies: Floats, sizes: Floats
) -> tuple[Floats, Floats, Floats, NDArray[np.intp]]:
    """f, F and t of cells that differ, and for each cell of the table which of them it is.

    Most words are rare, so that most cells of a part have an f and an F that others have too.
    """
    known, ranks = np.unique(frequencies, return_inverse=True)
    base, width = int(counts.max(initial=0)) + 1, max(1, sizes.size)
    lines = ranks[:, None] * width + np.arange(sizes.size)[None, :]
    keys, places = np.unique(lines * base + counts.astype(np.int64), return_inverse=True)
    lines, f = np.divmod(keys, base)
    ranks, columns = np.divmod(lines, width)
    return f.astype(np.float64), known[ranks], sizes[columns], places.ravel()


class _Cells:
    """Cells in a row, each with its f, F and t: arrays of one dimension."""

    def __init__(self, f: Floats, frequency: Floats, size: Floats, total: float) -> None:
        self._f, self._frequency, self._size, self._total = f, frequency, size, total

    def by_expected(self) -> Floats:
        # Whole numbers are compared, so that a tie f == E is one whatever the rounding of F·t/T.
        over = self._f * self._total >= self._frequency * self._size
        result = np.zeros_like(self._f)
        result[over] = -self._log10_tail(over, self._f, 1)
        result[~over] = self._log10_tail(~over, self._f, -1)
        return result

    def by_mode(self) -> Floats:
        least = np.maximum(0.0, self._frequency + self._size - self._total)
        most = np.minimum(self._frequency, self._size)
        under = self._f * (self._total + 2) < (self._frequency + 1) * (self._size + 1)
        result = np.zeros_like(self._f)
        for chosen, step in ((under, -1), (~under, 1)):
            # The tail that points away from the mode comes first: in units of its first term the
            # other is longer than a float64 can say, unless this one holds more than half.
            log_p = self._log10_tail(chosen, self._f, step)
            result[chosen] = -step * log_p
            result[_within(chosen, np.abs(log_p - _HALF) <= _TIED)] = 0.0
            other = _within(chosen, log_p > _HALF + _TIED)
            # Where no value is left on the other side R gives ±Inf; here f itself is counted in.
            start = np.clip(self._f - step, least, most)
            result[other] = step * self._log10_tail(other, start, -step)
        return result

    def _log10_tail(self, chosen: Mask, f: Floats, step: int) -> Floats:
        log_p = _log_tail(f[chosen], self._frequency[chosen], self._size[chosen], self._total, step)
        log10_p: Floats = np.minimum(log_p, 0.0) / np.log(10)
        return log10_p


def _within(chosen: Mask, some: Mask) -> Mask:
    """``some`` of the chosen, as a mask over all."""
    mask = chosen.copy()
    mask[chosen] = some
    return mask


def _log_tail(f: Floats, frequency: Floats, size: Floats, total: float, step: int) -> Floats:
    """Natural log of P(X >= f) for ``step`` 1, of P(X <= f) for -1; arrays of one dimension.

    P(X = f) comes from logarithms of binomials; its neighbours from the ratio of two terms that
    follow each other, which away from the middle shrinks, so that few terms are needed.
    """
    log_term = (
        _log_binomial(frequency, f)
        + _log_binomial(total - frequency, size - f)
        - _log_binomial(np.full_like(size, total), size)
    )
    tail = np.ones_like(f)  # the tail's sum in units of its first term
    live = np.arange(f.size)
    k, term = f.copy(), np.ones_like(f)
    while live.size:
        big, part = frequency[live], size[live]
        if step > 0:
            ratio = (big - k) * (part - k) / ((k + 1) * (total - big - part + k + 1))
        else:
            ratio = k * (total - big - part + k) / ((big - k + 1) * (part - k + 1))
        term = term * ratio
        tail[live] += term
        going = term > _NEGLIGIBLE * tail[live]
        live, k, term = live[going], k[going] + step, term[going]
    return log_term + np.log(tail)


def _log_binomial(n: Floats, k: Floats) -> Floats:
    # SciPy takes a quarter of a second to load: not where every specificity is known.
    from scipy.special import betaln  # type: ignore[import-untyped]

    log_beta: Floats = betaln(n - k + 1, k + 1)
    return -np.log1p(n) - log_beta
