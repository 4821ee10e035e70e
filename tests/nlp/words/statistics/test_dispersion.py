"""Dispersions agree with published values and with their definitions written out."""

from itertools import combinations
from math import log, log2, sqrt
from statistics import fmean, pstdev

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array

from nlp.words.statistics.dispersion import dispersion

SCORES = ("dp", "dp_norm", "dp_egbert", "d_a", "juilland_d", "carroll_d2", "rosengren_s", "kld")
EVEN_AT_0 = ("dp", "dp_norm", "kld")

# The word "a" of the toy corpus of five parts of Gries 2008 (International Journal of Corpus
# Linguistics 13, p. 403-437), and DPnorm of Lijffijt & Gries 2012 for it.
GRIES = ([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])
# "allemand" in ten parts of business letters: A. A. Lyne, The Vocabulary of French Business
# Correspondence, 1985; values of the R package tlda, but for its DP (disp_DP() has it right).
LYNE = (
    [2, 0, 1, 1, 3, 0, 3, 0, 0, 0],
    [8143, 8058, 8271, 8125, 7959, 7941, 8146, 8001, 8003, 7930],
)


def one(counts: list[int], sizes: list[int]) -> dict[str, float]:
    found = dispersion([counts], sizes)
    return {name: float(getattr(found, name)[0]) for name in SCORES}


def test_the_example_of_gries() -> None:
    found = one(*GRIES)
    assert found["dp"] == pytest.approx(0.18)
    assert found["dp_norm"] == pytest.approx(0.219512, abs=5e-7)
    assert found["juilland_d"] == pytest.approx(0.785150, abs=5.1e-7)
    assert found["carroll_d2"] == pytest.approx(0.937921, abs=5e-7)
    assert found["rosengren_s"] == pytest.approx(0.949816, abs=5e-7)
    assert found["kld"] == pytest.approx(0.136972, abs=5e-7)


def test_the_word_allemand() -> None:
    found = one(*LYNE)
    assert found["dp"] == pytest.approx(0.4990705, abs=5e-8)
    assert found["dp_norm"] == pytest.approx(0.5535480, abs=5e-8)
    assert found["dp_egbert"] == pytest.approx(0.4462310, abs=5e-8)
    assert found["d_a"] == pytest.approx(0.3081640, abs=5e-8)
    assert found["juilland_d"] == pytest.approx(0.6038797, abs=5e-8)
    assert found["carroll_d2"] == pytest.approx(0.6521444, abs=5e-8)
    assert found["rosengren_s"] == pytest.approx(0.4763652, abs=5e-8)


def test_the_examples_of_carroll() -> None:
    # Carroll 1970, five parts of one size.
    assert one([0, 4, 3, 2, 1], [10] * 5)["juilland_d"] == pytest.approx(0.6464, abs=5e-5)
    assert one([2, 1, 1, 1, 0], [10] * 5)["carroll_d2"] == pytest.approx(0.8277, abs=5e-5)


def test_even_and_heaped_words_are_at_the_ends() -> None:
    even, heaped = one([2, 4, 6], [20, 40, 60]), one([0, 9, 0], [40, 20, 60])
    for name in SCORES:
        assert even[name] == pytest.approx(0 if name in EVEN_AT_0 else 1, abs=1e-7), name
    for name in ("dp_egbert", "d_a", "juilland_d", "carroll_d2"):
        assert heaped[name] == pytest.approx(0, abs=1e-7), name
    assert heaped["dp"] == pytest.approx(1 - 20 / 120)
    assert one([0, 9, 0], [40, 20, 60])["dp_norm"] == pytest.approx(1)


def test_what_has_no_dispersion_says_why() -> None:
    found = dispersion([[0, 0, 0], [1, 2, 0]])
    assert found.reason.tolist() == ["absent", ""]
    assert (found.parts, found.range.tolist()) == (2, [0, 2])
    alone = dispersion([[4], [0]])
    assert alone.reason.tolist() == ["one part", "absent"]
    assert [getattr(alone, name).tolist() for name in SCORES] == [[0, 0]] * len(SCORES)
    assert dispersion([[4, 0], [3, 0]]).reason.tolist() == ["one part", "one part"]
    nothing = dispersion(np.zeros((0, 3)))
    assert nothing.dp.shape == (0,)


def test_an_empty_part_is_no_part() -> None:
    with_empty = dispersion([[1, 0, 3], [2, 0, 0]], [10, 0, 12])
    without = dispersion([[1, 3], [2, 0]], [10, 12])
    for name in (*SCORES, "frequency", "range", "parts", "reason"):
        assert np.array_equal(getattr(with_empty, name), getattr(without, name)), name


@pytest.mark.parametrize(
    ("table", "sizes", "message"),
    [
        ([[1, -2]], None, "whole counts"),
        ([1, 2], None, "two dimensions"),
        (csr_array([[1.5, 2]]), None, "whole counts"),
        ([[1, 2]], [4], "2 parts, but 1 sizes"),
        ([[1, 2]], [4, 1], "more of a word"),
        ([[1, 2]], [4, 2.5], "sizes are whole"),
    ],
)
def test_broken_tables_are_refused(table: object, sizes: list[float] | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dispersion(table, sizes)


def written_out(counts: list[int], sizes: list[int]) -> dict[str, float]:
    """The definitions, cell by cell."""
    n, total, occurrences = len(counts), sum(sizes), sum(counts)
    t, w = [v / occurrences for v in counts], [s / total for s in sizes]
    r = [v / s for v, s in zip(counts, sizes, strict=True)]
    share = [one / sum(r) for one in r]
    dp = sum(abs(a - b) for a, b in zip(t, w, strict=True)) / 2
    apart = fmean(abs(a - b) for a, b in combinations(r, 2))
    return {
        "dp": dp,
        "dp_norm": dp / (1 - min(w)),
        "dp_egbert": 1 - dp / (1 - min(b for a, b in zip(t, w, strict=True) if a)),
        "d_a": 1 - apart / (2 * fmean(r)),
        "juilland_d": 1 - pstdev(r) / fmean(r) / sqrt(n - 1),
        "carroll_d2": -sum(p * log(p) for p in share if p) / log(n),
        "rosengren_s": sum(sqrt(v * b) for v, b in zip(counts, w, strict=True)) ** 2 / occurrences,
        "kld": sum(a * log2(a / b) for a, b in zip(t, w, strict=True) if a),
    }


@settings(max_examples=80, deadline=None)
@given(
    arrays(np.int64, st.tuples(st.integers(1, 5), st.integers(2, 6)), elements=st.integers(0, 30))
)
def test_every_word_is_as_its_definition_says(table: np.ndarray) -> None:
    sizes = table.sum(axis=0) + 5
    assume(table.any())
    found, sparse = dispersion(table, sizes), dispersion(csr_array(table), sizes)
    for word, counts in enumerate(table.tolist()):
        for name in SCORES:
            score = getattr(found, name)[word]
            assert getattr(sparse, name)[word] == score
            if sum(counts):
                expected = written_out(counts, sizes.tolist())[name]
                assert score == pytest.approx(expected, abs=1e-7), name
            else:
                assert score == 0
