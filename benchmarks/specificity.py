"""Lafon's specificity over 20,000 words × 50 parts, against a loop over scipy.stats.hypergeom.

``python benchmarks/specificity.py [--rounds 5] [--cells 4000]``. The loop computes the same cells
one by one (``logsf`` or ``logcdf``); it is run on a random subset of cells and scaled up by their
number, since all of them would take it a quarter of an hour.
"""

import argparse
import statistics
import time

import numpy as np
from scipy.stats import hypergeom  # type: ignore[import-untyped]

from nlp.counting.specificity import Floats, specificities

WORDS, PARTS, TOKENS = 20_000, 50, 2_000_000


def table(seed: int = 0) -> Floats:
    """Counts whose words follow Zipf's law, over parts of unequal size and taste."""
    random = np.random.default_rng(seed)
    weights = 1 / np.arange(1, WORDS + 1)
    sizes = random.dirichlet(np.full(PARTS, 5.0))
    means = TOKENS * np.outer(weights / weights.sum(), sizes)
    counts: Floats = random.poisson(means * random.gamma(2.0, 0.5, size=means.shape)).astype(float)
    return counts


def loop(counts: Floats, rows: list[int], columns: list[int]) -> list[float]:
    """The specificity of the cells at ``rows`` and ``columns``, one at a time."""
    total = int(counts.sum())
    frequencies, sizes = counts.sum(axis=1).astype(int), counts.sum(axis=0).astype(int)
    found = []
    for row, column in zip(rows, columns, strict=True):
        f, big, size = int(counts[row, column]), frequencies[row], sizes[column]
        if f * total >= big * size:
            found.append(-hypergeom.logsf(f - 1, total, big, size) / np.log(10))
        else:
            found.append(hypergeom.logcdf(f, total, big, size) / np.log(10))
    return found


def main() -> None:
    """Time both in every round, compare what they give, and print the ratio of the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cells", type=int, default=4000)
    options = parser.parse_args()
    counts = table()
    random = np.random.default_rng(1)
    rows = random.integers(WORDS, size=options.cells).tolist()
    columns = random.integers(PARTS, size=options.cells).tolist()
    ours, theirs, apart = [], [], 0.0
    for _ in range(options.rounds):
        start = time.perf_counter()
        found = specificities(counts)
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        looped = loop(counts, rows, columns)
        theirs.append((time.perf_counter() - start) * counts.size / options.cells)
        apart = float(np.max(np.abs(found[rows, columns] - looped)))
    mine, scaled = statistics.median(ours), statistics.median(theirs)
    print(f"{WORDS} × {PARTS}, {int(counts.sum())} tokens")
    print(f"aect {mine:.2f} s; loop {scaled:.0f} s ({options.cells} cells, scaled up)")
    print(f"ratio {scaled / mine:,.0f}; largest difference {apart:.1g}")


if __name__ == "__main__":
    main()
