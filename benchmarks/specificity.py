"""Lafon's specificity over 20,000 words × 50 parts, against two loops over the cells.

``python benchmarks/specificity.py [--rounds 5] [--cells 4000]``. One loop asks SciPy's hypergeom
for ``logsf`` or ``logcdf``; the other is the straightforward one: it adds up probability after
probability until the sum stays as it is. Both are run on a random subset of cells and scaled up by
their number, since all of them would take the first a quarter of an hour.
"""

import argparse
import math
import statistics
import time
from collections.abc import Callable

import numpy as np
from scipy.stats import hypergeom  # type: ignore[import-untyped]

from nlp.words.statistics.lexical import Floats
from nlp.words.statistics.specificity import specificities

WORDS, PARTS, TOKENS = 20_000, 50, 2_000_000


def table(seed: int = 0) -> Floats:
    """Counts whose words follow Zipf's law, over parts of unequal size and taste."""
    random = np.random.default_rng(seed)
    weights = 1 / np.arange(1, WORDS + 1)
    sizes = random.dirichlet(np.full(PARTS, 5.0))
    means = TOKENS * np.outer(weights / weights.sum(), sizes)
    counts: Floats = random.poisson(means * random.gamma(2.0, 0.5, size=means.shape)).astype(float)
    return counts


def asked_of_scipy(f: int, big: int, size: int, total: int) -> float:
    """The specificity of one cell, from SciPy's tails."""
    if f * total >= big * size:
        return float(-hypergeom.logsf(f - 1, total, big, size) / np.log(10))
    return float(hypergeom.logcdf(f, total, big, size) / np.log(10))


def added_up(f: int, big: int, size: int, total: int) -> float:
    """The specificity of one cell, as the sum of the probabilities of f and what is beyond it."""
    over = f * total >= big * size
    step, last = (1, min(big, size)) if over else (-1, max(0, big + size - total))
    p, before, k = _chance(f, big, size, total), 0.0, f
    while k != last and p != before:
        k += step
        before, p = p, p + _chance(k, big, size, total)
    return -math.log10(p) if over else math.log10(p)


def _chance(k: int, big: int, size: int, total: int) -> float:
    log = _log_binomial(big, k) + _log_binomial(total - big, size - k) - _log_binomial(total, size)
    return math.exp(log)


def _log_binomial(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


LOOPS: dict[str, Callable[[int, int, int, int], float]] = {
    "loop over SciPy's tails": asked_of_scipy,
    "loop that adds up": added_up,
}


def main() -> None:
    """Time all in every round, compare what they give, and print the ratios of the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cells", type=int, default=4000)
    options = parser.parse_args()
    counts = table()
    random = np.random.default_rng(1)
    rows = random.integers(WORDS, size=options.cells).tolist()
    columns = random.integers(PARTS, size=options.cells).tolist()
    total = int(counts.sum())
    frequencies, sizes = (counts.sum(axis=axis).astype(int).tolist() for axis in (1, 0))
    cells = [
        (int(counts[row, column]), frequencies[row], sizes[column], total)
        for row, column in zip(rows, columns, strict=True)
    ]
    ours: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in LOOPS}
    apart: dict[str, float] = {}
    for _ in range(options.rounds):
        start = time.perf_counter()
        found = specificities(counts)[rows, columns]
        ours.append(time.perf_counter() - start)
        for name, one in LOOPS.items():
            start = time.perf_counter()
            looped = [one(*cell) for cell in cells]
            theirs[name].append((time.perf_counter() - start) * counts.size / len(cells))
            apart[name] = float(np.max(np.abs(found - looped)))
    mine = statistics.median(ours)
    print(f"{WORDS} × {PARTS}, {total} tokens; loops over {len(cells)} cells, scaled up")
    print(f"aect {mine:.2f} s")
    for name, times in theirs.items():
        scaled = statistics.median(times)
        ratio = f"ratio {scaled / mine:,.0f}; largest difference {apart[name]:.1g}"
        print(f"{name} {scaled:.0f} s; {ratio}")


if __name__ == "__main__":
    main()
