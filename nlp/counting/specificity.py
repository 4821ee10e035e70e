"""Lafon's specificity: is a word surprisingly frequent, or rare, in one part of a corpus?"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

# A further term of the tail below this share of what is summed cannot change a float64.
_NEGLIGIBLE = 1e-17


def specificities(table: ArrayLike) -> Floats:
    """The specificity of every word in every part.

    ``table`` holds whole counts, one row a word and one column a part, so that its row sums are the
    words' frequencies F, its column sums the parts' sizes t, its sum the corpus's size T. Cells are
    signed powers of ten, of the same shape: with X ~ Hypergeometric(T, F, t) and E = F·t/T, a cell
    with f >= E is +|log10 P(X >= f)| (over-used: 3 means one chance in a thousand), one with f < E
    is log10 P(X <= f) (under-used). Everything is computed in logarithms, so no cell runs to
    infinity, however small its probability.

    Source: P. Lafon, "Sur la variabilité de la fréquence des formes dans un corpus", Mots 1, 1980,
    doi 10.3406/mots.1980.1008; sign and tie convention of the R package textometry 0.1.6 (which
    gives ±Inf where its probabilities underflow).

    Raises ValueError on a table that is not two-dimensional or holds a negative or broken count.
    """
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or not bool(np.all((counts >= 0) & (counts == np.floor(counts)))):
        raise ValueError("a lexical table has two dimensions and holds whole counts from 0 up")
    return specificities_of(counts, counts.sum(axis=1), counts.sum(axis=0))


def specificities_of(counts: Floats, frequencies: Floats, sizes: Floats) -> Floats:
    """The same for some rows of a table: their words' frequencies, and the sizes of all parts."""
    total = float(sizes.sum())
    if total == 0:
        return np.zeros_like(counts)
    frequency, size = np.broadcast_arrays(frequencies[:, None], sizes[None, :])
    # Whole numbers are compared, so that a tie f == E is one whatever the rounding of F·t/T.
    over = counts * total >= frequency * size
    result = np.zeros_like(counts)
    for chosen, step, sign in ((over, 1, -1.0), (~over, -1, 1.0)):
        log_p = _log_tail(counts[chosen], frequency[chosen], size[chosen], total, step)
        result[chosen] = sign * np.minimum(log_p, 0.0) / np.log(10)
    return result + 0.0  # -0.0 would print as a negative specificity


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
