"""Keyness: how much more, or less, a word is used in a part than in the rest, or than elsewhere."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, erfc, kl_div  # type: ignore[import-untyped]

from nlp.words.statistics.contingency import Contingency, ratio
from nlp.words.statistics.lexical import Floats

Correction = Literal["none", "yates", "williams"]


@dataclass(frozen=True)
class Keyness:
    """Scores of two-by-two tables, with the counts beside them; arrays of one shape.

    ``p`` belongs to ``g2``, two-sided, not corrected for the number of tests (``multiple`` does
    that, of those p whose ``reason`` is empty). ``tests`` is what ``lrc`` is corrected for. Where
    ``reason`` is not empty the scores are 0, p is 1, and no test was made.
    """

    f: Floats
    size: Floats
    reference: Floats
    reference_size: Floats
    expected: Floats
    g2: Floats
    p: Floats
    chi2: Floats
    chi2_yates: Floats
    log_ratio: Floats
    lrc: Floats
    difference: Floats
    reason: NDArray[np.str_]
    tests: int


def keyness(table: Contingency, level: float = 0.95, tests: int | None = None) -> Keyness:
    """Every measure of this module; ``level`` and ``tests`` as in ``conservative_log_ratio``."""
    g2 = log_likelihood(table)
    return Keyness(
        f=table.f,
        size=table.size,
        reference=table.reference,
        reference_size=table.reference_size,
        expected=table.expected,
        g2=g2,
        p=p_values(g2),
        chi2=chi_squared(table),
        chi2_yates=chi_squared(table, "yates"),
        log_ratio=log_ratio(table),
        lrc=conservative_log_ratio(table, level, tests),
        difference=difference_coefficient(table),
        reason=table.reason,
        tests=_family(table, tests),
    )


def log_likelihood(table: Contingency, correction: Correction = "none") -> Floats:
    """G² = 2 Σ O ln(O/E) over the four cells, negative where f < E.

    ``"yates"`` moves each O towards E by 1/2, by less where it is nearer (the default of quanteda);
    ``"williams"`` divides by q = 1 + (T/F + T/(T-F) - 1)(T/t + T/(T-t) - 1) / 6T.

    Source: T. Dunning, "Accurate methods for the statistics of surprise and coincidence",
    Computational Linguistics 19, 1993, p. 61-74; D. A. Williams, "Improved likelihood ratio tests
    for complete contingency tables", Biometrika 63, 1976, p. 33-37.
    """
    sign = np.sign(table.surplus)
    distance = np.abs(ratio(table.surplus, table.total))
    shift = sign * np.minimum(0.5, distance) if correction == "yates" else np.zeros_like(sign)
    # kl_div is O ln(O/E) - O + E: the four differences cancel, and no term is negative.
    g2 = 2 * sum(
        kl_div(np.maximum(0.0, observed - share * shift), np.maximum(0.0, expected))
        for observed, expected, share in table.cells()
    )
    if correction == "williams":
        g2 = g2 / _williams(table)
    return _scored(table, sign * g2)


def _williams(table: Contingency) -> Floats:
    words = ratio(table.total**2, table.frequency * (table.total - table.frequency))
    parts = ratio(table.total**2, table.size * table.reference_size)
    return 1 + ratio((words - 1) * (parts - 1), 6 * table.total)


def chi_squared(table: Contingency, correction: Literal["none", "yates"] = "none") -> Floats:
    """Pearson's χ² = Σ (|O - E| - c)² / E over the four cells, negative where f < E.

    c is 0, or for ``"yates"`` 1/2, or |O - E| where that is less.

    Source: F. Yates, "Contingency tables involving small numbers and the χ² test", Supplement to
    the Journal of the Royal Statistical Society 1, 1934, p. 217-235.
    """
    distance = np.abs(ratio(table.surplus, table.total))
    if correction == "yates":
        distance = np.maximum(0.0, distance - 0.5)
    # Σ 1/E over the four cells is T³ / (F (T-F) t (T-t)).
    others = table.total - table.frequency
    margins = table.frequency * others * table.size * table.reference_size
    return _scored(table, np.sign(table.surplus) * distance**2 * ratio(table.total**3, margins))


def p_values(statistic: Floats) -> Floats:
    """Of a signed G² or χ²: the chance of one as far from 0, by χ² with one degree of freedom."""
    # The same as by χ² itself, in a hundredth of the time: √χ² is a normal deviate.
    p: Floats = erfc(np.sqrt(np.abs(statistic) / 2))
    return p


def log_ratio(table: Contingency) -> Floats:
    """log2 of how many times more frequent the word is in the part than outside; 1 is twice.

    Each frequency is (f + 1/2) / (t + 1/2), so that a word absent from one side has a finite one.

    Source: A. Hardie, "Log Ratio: an informal introduction", 2014; the halves from S. D. Walter,
    "The distribution of Levin's measure of attributable risk", Biometrika 62, 1975, p. 371-374.
    """
    inside = (table.f + 0.5) / (table.size + 0.5)
    outside = (table.reference + 0.5) / (table.reference_size + 0.5)
    return _scored(table, np.log2(inside / outside))


def conservative_log_ratio(
    table: Contingency, level: float = 0.95, tests: int | None = None
) -> Floats:
    """LRC: the bound nearer to 0 of a confidence interval of the log ratio; 0 if it holds 0.

    The interval is Clopper and Pearson's of f among F, two-sided, at ``level`` for all ``tests``
    together (Bonferroni); ``tests`` is the number of comparable tables where it is not given.

    Source: S. Evert, "Measuring keyness", Digital Humanities 2022; ``keyness()`` of the R package
    corpora 0.6.

    Raises ValueError on a level that is not between 0 and 1, or on fewer than one test.
    """
    if not 0 < level < 1:
        raise ValueError(f"a confidence level is between 0 and 1, not {level}")
    half = (1 - level) / max(1, _family(table, tests)) / 2
    sign = np.sign(table.surplus)
    more, more_size = _side(table, sign > 0)
    less, less_size = _side(table, sign <= 0)
    bound = _log_odds_bound(more, less, half)
    bound = bound + np.log(np.maximum(1.0, less_size)) - np.log(np.maximum(1.0, more_size))
    return _scored(table, sign * np.maximum(0.0, bound) / np.log(2))


def difference_coefficient(table: Contingency) -> Floats:
    """(p1 - p2) / (p1 + p2) of the frequencies p1 = f/t and p2 outside: from -1 to 1.

    It is %DIFF without its infinity: %DIFF = 200 d / (1 - d), endless where d is 1 (a word that is
    absent outside).

    Source: K. Hofland & S. Johansson, "Word frequencies in British and American English", 1982;
    %DIFF: C. Gabrielatos & A. Marchi, "Keyness: matching metrics to definitions", 2011.
    """
    inside = ratio(table.f, table.size)
    outside = ratio(table.reference, table.reference_size)
    return _scored(table, ratio(inside - outside, inside + outside))


def _family(table: Contingency, tests: int | None) -> int:
    if tests is not None and tests < 1:
        raise ValueError(f"{tests} tests: at least one is made")
    return int(np.count_nonzero(table.comparable)) if tests is None else tests


def _side(table: Contingency, inside: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    return (
        np.where(inside, table.f, table.reference),
        np.where(inside, table.size, table.reference_size),
    )


def _log_odds_bound(more: Floats, less: Floats, half: float) -> Floats:
    """Natural log of the odds at the lower bound of the share ``more`` / (``more`` + ``less``)."""
    # A vocabulary has many cells and few pairs of counts: each pair, told apart as one complex
    # number, is solved once.
    pairs, back = np.unique(more.ravel() + 1j * less.ravel(), return_inverse=True)
    some, rest = pairs.real, pairs.imag
    log_odds = np.full(some.shape, -np.inf)
    alone = (some > 0) & (rest == 0)  # the bound is half^(1/f): exact, where 1 - p would round
    log_p = np.log(half) / some[alone]
    log_odds[alone] = log_p - np.log(-np.expm1(log_p))
    both = (some > 0) & (rest > 0)
    p = betaincinv(some[both], rest[both] + 1, half)
    log_odds[both] = np.log(p) - np.log1p(-p)
    return log_odds[back].reshape(more.shape)


def _scored(table: Contingency, scores: Floats) -> Floats:
    """The scores, 0 (and never -0) where nothing can be compared."""
    return np.where(table.comparable, scores, 0.0) + 0.0
