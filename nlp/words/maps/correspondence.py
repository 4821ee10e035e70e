"""Correspondence analysis: a table of parts and words as two clouds of points on common axes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse  # type: ignore[import-untyped]
from scipy.sparse.linalg import LinearOperator, svds  # type: ignore[import-untyped]

from corpora.campaign import InputError

Floats = NDArray[np.float64]

# An axis, or a distance, under this is rounding: eigenvalues lie between 0 and 1.
_NOTHING = 1e-12
# Up to this many multiplications all axes at once are as quick as the first few alone.
_SMALL = 2e8
_SEED = 20140101


@dataclass(frozen=True, eq=False)
class Profiles:
    """The rows, or the columns, of an analysed table: n points on K axes.

    ``masses`` (n,) are shares of the table's sum; ``distances`` (n,) squared χ² distances to the
    centre; ``coordinates`` (n, K) principal coordinates; ``contributions`` (n, K) shares of an
    axis's inertia, 1 in sum over the points; ``cos2`` (n, K) shares of a point's distance, 1 in sum
    over all axes. A point with no count, or at the centre, has 0 in all but its mass.
    """

    masses: Floats
    distances: Floats
    coordinates: Floats
    contributions: Floats
    cos2: Floats


@dataclass(frozen=True, eq=False)
class Correspondence:
    """An analysed table: its sum, total inertia (χ²/n), K eigenvalues, and both clouds.

    A table whose rows all have the same profile has no inertia and no axis: K is 0.
    """

    total: float
    inertia: float
    eigenvalues: Floats
    rows: Profiles
    columns: Profiles

    @property
    def shares(self) -> Floats:
        """Each axis's share of the total inertia, between 0 and 1."""
        return self.eigenvalues / (self.inertia or 1.0)


def correspondence(counts: ArrayLike | sparse.sparray, axes: int | None = None) -> Correspondence:
    """Correspondence analysis of a table of counts, one row a part and one column a word.

    ``axes`` asks for the first ones alone (which a large sparse table needs); inertia, shares,
    distances and cos² are those of the whole table all the same. Signs are fixed: on each axis the
    row that contributes most, the first of equals, lies on the positive side.

    Source: M. Greenacre, Theory and Applications of Correspondence Analysis, 1984; singular value
    decomposition of the standardised residuals, both clouds in principal coordinates, as the R
    packages ca and FactoMineR give them. Raises ValueError on what is no table of counts and
    InputError on one that holds nothing.
    """
    table = sparse.csr_array(counts, dtype=np.float64, copy=True)
    table.sum_duplicates()
    if table.ndim != 2 or not bool(np.all(np.isfinite(table.data) & (table.data >= 0))):
        raise ValueError("a table to analyse has two dimensions and holds counts from 0 up")
    total = float(table.sum())
    if total == 0:
        raise InputError(
            "correspondence analysis: no part holds any of the words; widen the selection"
        )
    frequencies = table / total
    row_masses, column_masses = _sums(frequencies, 1), _sums(frequencies, 0)
    to_rows, to_columns = _inverse(row_masses), _inverse(column_masses)
    squares = frequencies.power(2)
    inertia = float(to_rows @ (squares @ to_columns)) - 1.0
    if inertia <= _NOTHING:
        inertia, axes = 0.0, 0
    left, singular, right = _decomposed(frequencies, row_masses, column_masses, axes)
    kept = singular**2 > _NOTHING
    left, singular, right = left[:, kept], singular[kept], right[:, kept]
    signs = _signs(left)
    return Correspondence(
        total=total,
        inertia=inertia,
        eigenvalues=singular**2,
        rows=_profiles(row_masses, to_rows**2 * (squares @ to_columns), left * signs, singular),
        columns=_profiles(
            column_masses, to_columns**2 * (squares.T @ to_rows), right * signs, singular
        ),
    )


def first_axis(counts: sparse.sparray) -> Floats | None:
    """The rows' coordinates on the first axis of ``correspondence``; None where there is none."""
    table = correspondence(counts, axes=1)
    return table.rows.coordinates[:, 0] if table.eigenvalues.size else None


def _decomposed(
    frequencies: sparse.csr_array, row_masses: Floats, column_masses: Floats, axes: int | None
) -> tuple[Floats, Floats, Floats]:
    """Singular vectors (n, K), values (K,) falling, and vectors (p, K) of standardised residuals.

    Residuals are (P - r·c') over the root of r·c'. In a large table they are never written down:
    they are the sparse scaled table less a product of two vectors.
    """
    if axes == 0:
        rows, columns = frequencies.shape
        return np.zeros((rows, 0)), np.zeros(0), np.zeros((columns, 0))
    row_roots, column_roots = np.sqrt(row_masses), np.sqrt(column_masses)
    scaled = (
        sparse.diags_array(np.sqrt(_inverse(row_masses)))
        @ frequencies
        @ sparse.diags_array(np.sqrt(_inverse(column_masses)))
    ).tocsr()
    smaller, larger = sorted(scaled.shape)
    if axes is None or axes >= smaller or smaller**2 * larger <= _SMALL:
        residuals = scaled.toarray() - np.outer(row_roots, column_roots)
        left, singular, right = np.linalg.svd(residuals, full_matrices=False)
        return left[:, :axes], singular[:axes], right[:axes].T
    turned = scaled.T.tocsr()
    operator = LinearOperator(
        scaled.shape,
        matvec=lambda x: scaled @ x.ravel() - row_roots * (column_roots @ x.ravel()),
        rmatvec=lambda x: turned @ x.ravel() - column_roots * (row_roots @ x.ravel()),
        dtype=np.float64,
    )
    # Started from anything but a fixed vector, digits would differ from run to run.
    start = np.random.default_rng(_SEED).standard_normal(smaller)
    left, singular, right = svds(operator, k=axes, v0=start)
    return left[:, ::-1], singular[::-1], right[::-1].T


def _signs(left: Floats) -> Floats:
    """+1 or -1 an axis, so that the row that contributes most to it lies on the positive side."""
    if not left.shape[1]:
        return np.ones(0)
    weights = left**2
    # Equal contributions differ in their last digits: the first that is nearly the greatest.
    chosen = np.argmax(weights >= weights.max(axis=0) * (1 - 1e-9), axis=0)
    return np.where(np.take_along_axis(left, chosen[None, :], axis=0)[0] < 0, -1.0, 1.0)


def _profiles(masses: Floats, squares: Floats, vectors: Floats, singular: Floats) -> Profiles:
    distances = np.where(masses > 0, squares - 1.0, 0.0)
    distances[distances <= _NOTHING] = 0.0
    coordinates = vectors * singular * np.sqrt(_inverse(masses))[:, None]
    coordinates[distances == 0] = 0.0
    cos2 = coordinates**2 * _inverse(distances)[:, None]
    contributions = masses[:, None] * coordinates**2 / singular**2
    return Profiles(masses, distances, coordinates + 0.0, contributions, cos2)


def _sums(table: sparse.csr_array, axis: int) -> Floats:
    return np.asarray(table.sum(axis=axis), dtype=np.float64).ravel()


def _inverse(values: Floats) -> Floats:
    """1/x, and 0 for 0: what has no mass weighs nothing and lies at the centre."""
    return np.divide(1.0, values, out=np.zeros_like(values), where=values > 0)
