"""A lexical table as numbers: whole counts, a row a word (or other unit) and a column a part."""

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@runtime_checkable
class Sparse(Protocol):
    """What is asked of a ``scipy.sparse`` table."""

    def toarray(self) -> NDArray[np.generic]: ...


Table = ArrayLike | Sparse


def dense(table: Table) -> Floats:
    """The table as an array of float64, units × parts (2**53 and below, counts stay exact).

    Raises ValueError on a table that is not two-dimensional or holds a negative or broken count.
    """
    counts = np.asarray(_plain(table), dtype=np.float64)
    if counts.ndim != 2 or not is_whole(counts):
        raise ValueError("a lexical table has two dimensions and holds whole counts from 0 up")
    return counts


def is_whole(counts: Floats) -> bool:
    """Whether all are whole numbers from 0 up: no NaN, no infinity."""
    return bool(np.all((counts >= 0) & (counts == np.floor(counts)) & np.isfinite(counts)))


def _plain(table: Table) -> ArrayLike:
    # Asked by its method: SciPy takes a quarter of a second to load, and a list needs none of it.
    return table.toarray() if isinstance(table, Sparse) else table
